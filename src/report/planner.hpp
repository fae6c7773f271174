// What a claim of a design needs, and what a number of passages gives it. Private to the report stage.
#pragma once

#include <cmath>
#include <cstdint>

#include <lfreval/report/plan.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

inline bool of_misses(const design_claim& claim) { return claim.metric == metric_id::true_positive_identification_rate; }
/// A limit that every group of an axis has to keep.
inline bool in_every_group(const design_claim& claim) { return claim.what == design_claim::kind::limit && !claim.group.empty(); }

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

/// The chance that so many passages, those of all groups together, support the claim.
[[nodiscard]] double chance_of_limit(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] double chance_of_comparison(const trial_design&, const design_claim&, std::uint64_t size);

/// What a budget of so many passages says about the claim; its place is left to the caller.
[[nodiscard]] budget_answer answer_limit(const trial_design&, const design_claim&, std::uint64_t size);
[[nodiscard]] budget_answer answer_comparison(const trial_design&, const design_claim&, std::uint64_t size);

} // namespace lfreval
