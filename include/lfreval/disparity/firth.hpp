/// @file
/// Firth's regression: finite where events are so few that maximum likelihood is not. The penalty is Jeffreys' prior, half the
/// logarithm of the determinant of the information; with one cell for each group it adds one half to each count.
/// Biases predicted rates towards one half: take the intercept of `flic_intercept` to predict with.
#pragma once

#include <cstdint>
#include <vector>

#include <lfreval/disparity/logistic.hpp>

namespace lfreval::logit {

/// The maximum of the penalised likelihood.
struct firth_fit {
  std::vector<double> coefficients;
  std::vector<double> standard_errors; ///< from the information; the profile limits are the ones to print
  double penalised_log_likelihood = 0.0; ///< up to a constant
  unsigned iterations = 0;

  friend bool operator==(const firth_fit&, const firth_fit&) = default;
};

/// Score sum (y - p + h (1/2 - p)) x, h the leverages. Exists for separated data; takes all trials as unrelated.
/// Undefined and thrown as common to logistic.hpp. Cites: Firth 1993; Heinze & Schemper 2002.
[[nodiscard]] estimable<firth_fit> firth(const regression_rows& rows);

/// Limits of one coefficient by profile of the penalised likelihood, the others free: asymmetric where it is.
/// {b : 2 (l*_max - l*(b)) <= chi2_1}; an end that the likelihood does not bound is `unbounded`, with its sign.
/// Throws for a place beyond the columns and a fit of other columns.
[[nodiscard]] estimable<interval> firth_profile_interval(const regression_rows& rows, const firth_fit& from, std::size_t place,
                                                         confidence level);

/// The intercept that makes the predicted rates add up to the events observed, all other coefficients kept.
/// Undefined (`no_events`, `all_events`) where no intercept does. Throws unless column `place` is constant and not 0.
/// Cites: Puhr et al. 2017 (FLIC).
[[nodiscard]] estimable<double> flic_intercept(const regression_rows& rows, const firth_fit& from, std::size_t place);

/// The log odds ratio of two groups, first over second, one half added to each of the four cells: -2.18 for 0 of 20 against 5
/// of 30.
/// Throws for more events than trials. Undefined (`empty`) without trials in a group.
[[nodiscard]] estimable<double> firth_saturated(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2);

} // namespace lfreval::logit

namespace lfreval::poisson {

/// The ratio of two rates with one half added to both counts, second over first: ((x2 + 1/2) / t2) / ((x1 + 1/2) / t1). An
/// estimate that is never 0 or unbounded, and for that reason never without the exact interval beside it: 0 against 5 events
/// with twice the exposure gives 22.
/// Throws for events without exposure. Undefined (`empty`) without exposure in a group.
[[nodiscard]] estimable<double> firth_saturated(std::uint64_t x1, double t1, std::uint64_t x2, double t2);

} // namespace lfreval::poisson
