// What a claim of a design needs, and what a number of passages gives it. Private to the report stage.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include <lfreval/report/plan.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

inline bool of_misses(const design_claim& claim) { return claim.metric == metric_id::true_positive_identification_rate; }
/// A limit that every group of an axis has to keep.
inline bool in_every_group(const design_claim& claim) { return claim.what == design_claim::kind::limit && !claim.group.empty(); }

inline constexpr std::uint64_t most_passes_simulated = 10'000; // of one person; each takes a step of every simulated trial

/// Of this system and the comparator, on the same passages.
inline bool on_systems(const design_claim& claim) { return claim.what == design_claim::kind::better || claim.what == design_claim::kind::no_worse; }

/// How alike the passages of one person are supposed to end; nothing where a design effect was declared that persons cannot explain.
inline std::optional<double> correlation_of(const trial_design& design) {
  if (design.within_person_correlation) return design.within_person_correlation;
  if (design.passes_per_person < 2) return design.design_effect > 1.0 ? std::nullopt : std::optional(0.0);
  const double correlation = (design.design_effect - 1.0) / (static_cast<double>(design.passes_per_person) - 1.0);
  return correlation > 1.0 ? std::nullopt : std::optional(correlation);
}

/// The supposed rate of the error that a claim is about: false positives, or misses.
inline double error_rate_of(const trial_design& design, const design_claim& claim) {
  const double rate = design.rates.at(claim.metric);
  return of_misses(claim) ? 1.0 - rate : rate;
}

inline std::uint64_t rounded_up(double size) {
  if (!(size < static_cast<double>(largest_count))) return largest_count;
  return static_cast<std::uint64_t>(std::ceil(size - 1e-9));
}

/// What the claim needs; persons and hours are left to the caller.
[[nodiscard]] planned_claim plan_limit(const trial_design&, const design_claim&);
[[nodiscard]] planned_claim plan_comparison(const trial_design&, const design_claim&);
[[nodiscard]] planned_claim plan_systems(const trial_design&, const design_claim&);

/// The chance that so many passages, those of all groups together, support the claim.
[[nodiscard]] double chance_of_limit(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] double chance_of_comparison(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] double chance_of_systems(const trial_design&, const design_claim&, std::uint64_t size);

/// What a budget of so many passages says about the claim; its place is left to the caller.
[[nodiscard]] budget_answer answer_limit(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] budget_answer answer_comparison(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] budget_answer answer_systems(const trial_design&, const design_claim&, std::uint64_t size);

/// One of the three, by what is claimed.
template <class Answer> Answer by_kind(const design_claim& claim, Answer of_limit, Answer of_comparison, Answer of_systems) {
  if (claim.what == design_claim::kind::limit) return of_limit;
  return on_systems(claim) ? of_systems : of_comparison;
}

} // namespace lfreval
