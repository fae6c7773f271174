/// @file
/// The score that a small share of trials passes, and the share that passes a score, with limits: from the likelihood
/// of the generalised Pareto distribution and of the share of trials in the tail together.
///
/// Common to both: throws for more excesses than trials, excesses that are not finite and above 0, and a confidence of
/// 1/2 or less on a side; undefined as `gpd_mle`; the same value under any order. Cost: some thousand passes over the
/// excesses.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::identification {

/// Excesses of a sample with what the sample was: `of` trials, of which those here lie above `above`.
struct tail_counts {
  std::span<const double> excesses;
  std::uint64_t of = 0;
  double above = 0.0;
};

/// What is done with the share of trials above the start of the tail, N_u / n.
enum class share_above : std::uint8_t {
  estimated, ///< varies with the shape when limits are sought
  exact,     ///< taken as known: limits are too short; for comparison with other programs
};

/// A score, with limits whose upper end may be `unbounded`.
struct return_level_estimate {
  double point = 0.0;
  interval limits;
};

/// The score that a share `target` of trials passes.   T = u + sigma / xi ((N_u / n / target)^xi - 1), between the
/// scores whose likelihood, at the best shape (and share above u) for each, is within chi2_1 / 2 of the largest. Skewed
/// to the right, as it should be: at about 100 excesses and a shape of -0.2 it covers .945 at .95 where plus and minus
/// two standard errors, not given here, covers .85. Cites: Coles 2001, chapter 4.3.3. Undefined (`beyond_data`) when
/// `target` is not below N_u / n or the lower limit would fall below `above`. Throws for targets outside (0, 1).
[[nodiscard]] estimable<return_level_estimate> return_level(const tail_counts& tail, double target, confidence level,
                                                            sides on = sides::two,
                                                            share_above share = share_above::estimated);

/// A share of trials.
struct tail_probability_estimate {
  double point = 0.0;
  interval limits;
};

/// The share of trials that pass `score`.   N_u / n (1 + xi (score - u) / sigma)^(-1 / xi), with limits from the same
/// likelihood: the targets for which `score` is within the limits of `return_level`.   Undefined (`beyond_end_point`)
/// where the fit lets no score reach. Throws for a score that is not above `above`.
[[nodiscard]] estimable<tail_probability_estimate> tail_probability(const tail_counts& tail, double score,
                                                                    confidence level, sides on = sides::two,
                                                                    share_above share = share_above::estimated);

} // namespace lfreval::identification
