/// @file
/// The generalised Pareto distribution of what lies above a high score: how it is fitted, and what the fit says further
/// up.
///
/// P(Y > y) = (1 + xi y / sigma)^(-1 / xi) for an excess y > 0, exponential at xi = 0, never above -sigma / xi when xi
/// < 0. Everything here is arithmetic on excesses. Whether scores may be extrapolated at all is for tail.hpp to say.
///
/// Common to all: excesses are finite and above 0, else throws; the same value under any order of them. Cost: a sort,
/// and some hundred passes over the excesses for a fit.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/estimable.hpp>

namespace lfreval::identification {

struct pareto_shape {
  double scale = 0.0; ///< sigma, in units of the score
  double shape = 0.0; ///< xi: below 0 scores have an end point, above 0 a heavy tail
};

/// The fit of the largest likelihood with its standard errors from the observed information.
struct pareto_fit {
  pareto_shape at;
  double scale_error = 0.0, shape_error = 0.0;
  double log_likelihood = 0.0;
  std::uint64_t excesses = 0;
};

/// From the mean l1 and half the mean difference l2 of two excesses.   xi = 2 - l1 / l2, sigma = l1 (l1 / l2 - 1).
/// Cites: Hosking & Wallis 1987. Undefined (`empty`) below two excesses and (`no_fit`) when all are equal.
[[nodiscard]] estimable<pareto_shape> gpd_lmoments(std::span<const double> excesses);

/// The parameters of the largest likelihood with xi > -1/2, where standard errors have a meaning: the best of all
/// theta = xi / sigma, for which xi and sigma follow.   Cites: Grimshaw 1993; Smith 1985 for the limit.
/// Undefined (`empty`) below two excesses and (`no_fit`) when the likelihood still rises at the limit.
[[nodiscard]] estimable<pareto_fit> gpd_mle(std::span<const double> excesses);

/// The chance that an excess is larger.   Undefined (`beyond_end_point`) from -sigma / xi on: the model says never, and
/// no model of a few excesses can know that. Throws for a negative excess and a scale that is not above 0.
[[nodiscard]] estimable<double> excess_probability(const pareto_shape& fit, double excess);

/// The excess that is passed with probability `share`.   sigma / xi (share^-xi - 1).   Throws outside (0, 1].
[[nodiscard]] double excess_at(const pareto_shape& fit, double share);

/// How far the ordered residuals lie from what the fit says of them.
struct pareto_distance {
  double kolmogorov_smirnov = 0.0; ///< the largest distance of the two distribution functions
  double anderson_darling = 0.0;   ///< squared distances, weighted towards both ends
};

/// Distances of excesses from a distribution; 0 is a perfect fit. What is large depends on the shape and on the fit
/// having been made from the same excesses: see `goodness_p_value`.   Cites: Anderson & Darling 1954; Choulakian &
/// Stephens 2001. Undefined (`empty`) without excesses, (`beyond_end_point`) when one lies where the fit has none.
[[nodiscard]] estimable<pareto_distance> distance_from(const pareto_shape& fit, std::span<const double> excesses);

/// How often samples of this size from the fit, fitted again, lie at least as far from their own fit
/// (Anderson-Darling): (as far + 1) / (draws + 1). Small values speak against the model; large ones prove nothing.   A
/// pure function of the arguments. Cites: Stute, Gonzalez Manteiga & Presedo Quindimil 1993. Undefined as `gpd_mle`.
/// Throws without draws.
[[nodiscard]] estimable<double> goodness_p_value(std::span<const double> excesses, std::uint64_t seed,
                                                 std::uint32_t draws = 199);

} // namespace lfreval::identification
