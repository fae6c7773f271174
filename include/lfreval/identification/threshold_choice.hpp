/// @file
/// A threshold that keeps a false positive limit with a stated probability, chosen from a calibration of finite size.
///
/// All of it is about passers of this kind against this list: on another list of the same kind the limit may fail.
/// The calibration proves its own bound and nothing more: counting again on the same passages at the chosen threshold
/// is optimistic, so that a measured FPIR needs other passages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/score_steps.hpp>

namespace lfreval::identification {

/// The smallest threshold that proves a false positive identification rate of at most the target, if passages are
/// independent: at most one person in a passage, and no person twice. For repeated passers see clustered_threshold.hpp;
/// used on those, this one breaks its promise.
/// T = nextafter(M_(k*+1), +inf), M the highest scores in descending order, then up to the system's grid: P(FPIR(T) <=
/// a) >= 1 - d for every distribution of scores. FPIR falls in T, so that looking at every threshold costs nothing.
/// Cites: Wilks 1941; Angelopoulos et al. 2021 (Learn then Test, fixed sequence). None when the calibration is too
/// small (with the number needed). Throws as `guaranteed_k` and `round_up`. Cost: O(log n) after the steps.
[[nodiscard]] choosable<threshold_choice> guaranteed_threshold(const score_steps& highest_of_each_passage,
                                                               const threshold_request& wanted);

/// The split-conformal threshold: the rate is at most the target in expectation over calibrations only. The rate of the
/// threshold chosen here is Beta(l, n + 1 - l), l = floor((n + 1) a), and exceeds the target about every other time:
/// `chance_kept` says how often it does not. Not for a statement about one deployment.
/// T = nextafter of the (n + 1 - l)-th smallest score.   Cites: Vovk, Gammerman & Shafer 2005. `wanted.level` is not
/// used.
[[nodiscard]] choosable<threshold_choice> conformal_threshold(const score_steps& highest_of_each_passage,
                                                              const threshold_request& wanted);

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
[[nodiscard]] choosable<common_threshold> guaranteed_threshold_for_all(std::span<const group_scores> groups,
                                                                       const threshold_request& wanted);

} // namespace lfreval::identification
