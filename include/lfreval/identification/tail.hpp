/// @file
/// A threshold, or the chance to pass one, beyond what was counted: a model of the highest scores carried a little
/// further. Always a projection, by a method that no standard gives: ISO/IEC 5152:2024 is about comparisons of two, and
/// puts searches of a list out of its scope. Where enough passages were counted, threshold_choice.hpp needs no model.
///
/// Refused: fewer than 25 scores in the tail, targets below a tenth of one passage in those counted, scores recorded
/// too coarsely, levels beyond the end of the fit or of the scale. People must be independent: one passage each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/identification/pareto_fit.hpp>
#include <lfreval/identification/score_steps.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

inline constexpr std::uint64_t fewest_exceedances = 25; ///< below: undefined
inline constexpr std::uint64_t enough_exceedances = 50; ///< below: `few_exceedances`
inline constexpr double farthest_extrapolation = 0.1;   ///< of one passage in those counted
/// The words that stand beside every figure from here.
inline constexpr std::string_view standing_of_extrapolations = "non-standard extrapolation";

/// One passage of each person, drawn at random by `seed` and person alone as `threshold_from_one_passage_each` does:
/// what the functions here need. The rate is then per person. Throws for scores that are not finite.
[[nodiscard]] score_steps one_passage_each(std::span<const person_passage> passages, std::uint64_t seed);

/// The lowest recorded score with at most `exceedances` scores above it. Undefined (`empty`) without scores and
/// (`not_recorded`) when all recorded scores together are no more than that: where they end is then unknown.
[[nodiscard]] estimable<double> start_of_tail(const score_steps& highest_of_each_person, std::uint64_t exceedances);

struct tail_request {
  double above =
      0.0; ///< u: the tail begins above this score; declared before the data are seen, or from `start_of_tail`
  confidence level{0.95};
  sides on = sides::two;
  std::optional<double> highest_possible = std::nullopt; ///< the end of the scale of scores, where it has one
  std::uint64_t seed = 0;                                ///< of the draws that the fit is tested with
  std::uint32_t draws = 199;
};

/// Where the tail began, what was fitted there and what it said.
struct tail_start {
  double above = 0.0;
  std::uint64_t exceedances = 0;
  estimable<pareto_shape> fitted;
  estimable<double> value; ///< the level, or the chance
};

/// How far the model may be believed.
struct tail_check {
  pareto_fit fit;
  std::optional<double> end_point; ///< u - sigma / xi, of a negative shape: no score is possible above, says the model
  pareto_distance distance;
  double p_value = 1.0; ///< of the distance, see `goodness_p_value`
  /// Half, 0.7, 1, 1.4 and 2 times as many exceedances. Undefined where too few or too many.
  std::array<tail_start, 5> starts;
  bool starts_agree = true; ///< every value that there is lies within the limits
};

struct extrapolated_threshold {
  double target = 0.0;
  threshold at{0.0F}; ///< the lowest float at or above `level`
  double level = 0.0; ///< T
  interval limits;    ///< of T, by profile likelihood; for a guarantee that the rate is kept look at the upper one
  bool reaches_beyond_scale = false; ///< the upper limit lies above the highest possible score
  std::uint64_t persons = 0, exceedances = 0;
  tail_check check;
  flag_set flags; ///< `extrapolated` always; `few_exceedances`, `fit_doubtful`
  static constexpr bool is_projection = true;
};

struct extrapolated_chance {
  threshold at{0.0F};
  double chance = 0.0; ///< that one passage of a person reaches the threshold
  interval limits;
  std::uint64_t persons = 0, exceedances = 0;
  tail_check check;
  flag_set flags;
  static constexpr bool is_projection = true;
};

/// The threshold that a share `target` of passages would reach, beyond the scores where that can be counted.
/// T = u + sigma / xi ((N_u / n / target)^xi - 1), limits by profile likelihood over share and shape (`return_level`).
/// Undefined: `few_effective_events` below 25 exceedances; `beyond_data` when the target is below 1 / (10 n), or not
/// below N_u / n; `coarse_scores` when more than one in twenty exceedances (and at least three) share one score;
/// `not_recorded` when passages have no score and the tail is to begin below the lowest on record;
/// `beyond_end_point` when T lies above the highest possible score; `no_fit` as `gpd_mle`; `empty` without passages.
/// `fit_doubtful` when the residuals' p value is below 0.05 or the five starts disagree.
/// Throws for targets outside (0, 1) and for a start that is not finite. Cost: about a millisecond for
/// each exceedance, nearly all for the p value. Cites: Coles 2001, chapter 4; Davison & Smith 1990.
[[nodiscard]] estimable<extrapolated_threshold> extrapolate_threshold(const score_steps& highest_of_each_person,
                                                                      double target, const tail_request& how);

/// The false positive identification rate at a threshold that hardly any passage, or none, reached.
/// N_u / n (1 + xi (T - u) / sigma)^(-1 / xi).   Undefined as there: `beyond_data` also when the chance comes out below
/// 1 / (10 n), `beyond_end_point` when the threshold lies beyond the end of the fit: never 0. Throws for a threshold
/// that is not above the start of the tail.
[[nodiscard]] estimable<extrapolated_chance> extrapolate_chance(const score_steps& highest_of_each_person, threshold at,
                                                                const tail_request& how);

} // namespace lfreval::identification
