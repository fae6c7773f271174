/// @file
/// A threshold that keeps a false positive limit with a stated probability, chosen from a calibration of finite size.
///
/// All of it is about passers of this kind against this list: on another list of the same kind the limit may fail.
/// The calibration proves its own bound and nothing more: counting again on the same passages at the chosen threshold
/// is optimistic, so that a measured FPIR needs other passages.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/score_steps.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::detail {

using identification::choosable, identification::no_threshold_reason, identification::score_steps,
    identification::threshold_choice, identification::threshold_request;

inline tl::unexpected<identification::no_threshold> none_chosen(no_threshold_reason why, std::string remedy) {
  return tl::unexpected(identification::no_threshold{why, std::move(remedy), {}});
}

inline std::string passages_to_record(const identification::calibration_size& of) {
  return (of.group.empty() ? std::string() : of.group + ": ") + grouped(of.trials) + " recorded, " +
         (of.needed ? grouped(*of.needed) + " needed" : "more than 2^52 needed");
}

inline tl::unexpected<identification::no_threshold> too_few(identification::calibration_size of, const char* trials) {
  std::string remedy = std::string("Record more ") + trials + ": " + passages_to_record(of) + ".";
  return tl::unexpected(
      identification::no_threshold{no_threshold_reason::too_few_passages, std::move(remedy), {std::move(of)}});
}

/// Sets the threshold above the highest score that must not alert; nothing to exclude gives the lowest recorded score.
inline choosable<threshold_choice> set_above(const std::optional<float>& excluded, const score_steps& steps,
                                             const threshold_request& wanted, threshold_choice out) {
  if (!excluded && steps.scores().empty())
    return none_chosen(no_threshold_reason::nothing_recorded,
                       "Record the highest score of each passage: nothing says where thresholds begin.");
  constexpr float above_all = std::numeric_limits<float>::infinity();
  const float at = excluded ? std::nextafter(*excluded, above_all) : steps.scores().front();
  if (!finite(at))
    return none_chosen(no_threshold_reason::beyond_scale, "Check the scores: no float lies above the highest.");
  out.lowest_recorded = !excluded;
  out.before_grid = out.at = threshold(at);
  if (wanted.grid) {
    const auto setting = identification::round_up(at, *wanted.grid);
    if (!setting)
      return none_chosen(no_threshold_reason::beyond_scale,
                         "Declare a coarser grid of thresholds: scores this large are coarser than it.");
    out.at = threshold(*setting);
  }
  out.reaching = steps.reaching(out.at);
  return out;
}

/// The smallest float at which at most `out.allowed` trials alert. Ties move it up only.
inline choosable<threshold_choice> set_by_count(const score_steps& steps, const threshold_request& wanted,
                                                threshold_choice out) {
  const auto counts = steps.at_or_above();
  // The highest score that more than the allowed number reach.
  const auto kept =
      std::partition_point(counts.begin(), counts.end(), [&](std::uint64_t n) { return n > out.allowed; });
  std::optional<float> excluded;
  if (kept != counts.begin()) excluded = steps.scores()[static_cast<std::size_t>(kept - counts.begin()) - 1];
  out.target = wanted.target;
  out.trials = steps.passages();
  const auto k = static_cast<double>(out.allowed), n = static_cast<double>(out.trials);
  out.chance_kept = distribution::beta_below(k + 1.0, n - k, wanted.target);
  return set_above(excluded, steps, wanted, out);
}

/// The guarantee with `steps.passages()` independent trials, of whatever unit.
inline choosable<threshold_choice> guaranteed(const score_steps& steps, const threshold_request& wanted,
                                              threshold_choice out) {
  require_target("identification::guaranteed_threshold", wanted.target);
  if (steps.passages() == 0) return none_chosen(no_threshold_reason::empty, "Record non-mated passages.");
  const auto allowed = identification::guaranteed_k(steps.passages(), wanted.target, wanted.level);
  if (!allowed)
    return too_few({{}, steps.passages(), identification::passages_needed(wanted.target, wanted.level)},
                   out.persons ? "persons who pass without being on the list" : "independent non-mated passages");
  out.allowed = *allowed;
  out.promise = identification::threshold_promise::finite_sample;
  out.level = wanted.level;
  out.bound = beta_limit_upper(static_cast<double>(*allowed), static_cast<double>(steps.passages()),
                               tail(wanted.level, sides::upper));
  return set_by_count(steps, wanted, out);
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The smallest threshold that proves a false positive identification rate of at most the target, if passages are
/// independent: at most one person in a passage, and no person twice. For repeated passers see clustered_threshold.hpp;
/// used on those, this one breaks its promise.
/// T = nextafter(M_(k*+1), +inf), M the highest scores in descending order, then up to the system's grid: P(FPIR(T) <=
/// a) >= 1 - d for every distribution of scores. FPIR falls in T, so that looking at every threshold costs nothing.
/// Cites: Wilks 1941; Angelopoulos et al. 2021 (Learn then Test, fixed sequence). None when the calibration is too
/// small (with the number needed). Throws as `guaranteed_k` and `round_up`. Cost: O(log n) after the steps.
[[nodiscard]] inline choosable<threshold_choice> guaranteed_threshold(const score_steps& highest_of_each_passage,
                                                                      const threshold_request& wanted) {
  threshold_choice out;
  out.method = threshold_method::independent_passages;
  out.rate = threshold_rate::per_passage;
  out.passages = highest_of_each_passage.passages();
  return detail::guaranteed(highest_of_each_passage, wanted, out);
}

/// The split-conformal threshold: the rate is at most the target in expectation over calibrations only. The rate of the
/// threshold chosen here is Beta(l, n + 1 - l), l = floor((n + 1) a), and exceeds the target about every other time:
/// `chance_kept` says how often it does not. Not for a statement about one deployment.
/// T = nextafter of the (n + 1 - l)-th smallest score.   Cites: Vovk, Gammerman & Shafer 2005. `wanted.level` is not
/// used.
[[nodiscard]] inline choosable<threshold_choice> conformal_threshold(const score_steps& highest_of_each_passage,
                                                                     const threshold_request& wanted) {
  detail::require_target("identification::conformal_threshold", wanted.target);
  const std::uint64_t n = highest_of_each_passage.passages();
  if (n == 0) return detail::none_chosen(no_threshold_reason::empty, "Record non-mated passages.");
  const double places = static_cast<double>(n) + 1.0;
  double l = std::floor(places * wanted.target);
  if (l / places > wanted.target) l -= 1.0; // the product rounded up to a whole number
  if (l < 1.0) {
    const double enough = std::ceil(1.0 / wanted.target) - 1.0;
    std::optional<std::uint64_t> needed;
    if (enough <= static_cast<double>(largest_count)) needed = static_cast<std::uint64_t>(enough);
    return detail::too_few({{}, n, needed}, "independent non-mated passages");
  }
  threshold_choice out;
  out.method = threshold_method::split_conformal;
  out.promise = threshold_promise::expectation_only;
  out.rate = threshold_rate::per_passage;
  out.passages = n;
  out.allowed = static_cast<std::uint64_t>(l) - 1;
  out.bound = l / places;
  return detail::set_by_count(highest_of_each_passage, wanted, out);
}

struct group_scores {
  std::string name;
  score_steps highest_of_each_passage;
};

struct common_threshold {
  threshold at{0.0F};
  std::size_t deciding = 0;             ///< the group whose threshold is the highest
  std::vector<threshold_choice> groups; ///< each group's own, in the order given
};

/// One threshold at which every group keeps the target: the highest of the groups' own. Each group is taken at the full
/// level: for a violation anywhere, the group with the highest true threshold must have failed (intersection-union;
/// Berger 1982). None when any group is too small: the groups are named with what they need.
[[nodiscard]] inline choosable<common_threshold> guaranteed_threshold_for_all(std::span<const group_scores> groups,
                                                                              const threshold_request& wanted) {
  if (groups.empty()) return detail::none_chosen(no_threshold_reason::empty, "Name at least one group.");
  common_threshold out;
  no_threshold missing{
      no_threshold_reason::too_few_passages, "Record more independent non-mated passages of these groups:", {}};
  for (const group_scores& g : groups) {
    auto own = guaranteed_threshold(g.highest_of_each_passage, wanted);
    if (own) {
      if (out.groups.empty() || own->at > out.at) out.at = own->at, out.deciding = out.groups.size();
      out.groups.push_back(*own);
      continue;
    }
    const auto why = own.error().reason;
    if (why != no_threshold_reason::too_few_passages && why != no_threshold_reason::empty)
      return detail::none_chosen(why, g.name + ": " + own.error().remedy);
    missing.groups.push_back(
        {g.name, g.highest_of_each_passage.passages(), passages_needed(wanted.target, wanted.level)});
    missing.remedy += (missing.groups.size() == 1 ? " " : "; ") + detail::passages_to_record(missing.groups.back());
  }
  if (missing.groups.empty()) return out;
  missing.remedy += ".";
  return tl::unexpected(std::move(missing));
}

} // namespace lfreval::identification
