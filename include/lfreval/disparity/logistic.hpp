/// @file
/// Whether groups differ once other things are held alike: logistic regression with errors that allow for people who pass
/// more than once.
///
/// An adjusted ratio answers another question than a raw one; print both, and name what was adjusted for: adjusting for image
/// quality may take out the very way in which a group is harmed.
/// Common to all: coefficients are log odds. No trial is `undefined` (`empty`), columns that repeat each other are `no_fit`.
/// Throws `std::invalid_argument` for sizes that do not fit, covariates that are not finite, more events than trials and counts
/// above 2^52. Cost: a few passes over the rows times the square of the columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::logit {

/// What is regressed on what. Trials with the same covariates (and cluster) may share a row; all results are the same.
struct regression_rows {
  std::span<const double> covariates;      ///< row after row; a column of ones is the intercept
  std::size_t columns = 0;
  std::span<const cluster_tally> outcomes; ///< events of trials, one for each row
};

/// A maximum of the likelihood.
struct logistic_fit {
  std::vector<double> coefficients;
  std::vector<double> standard_errors; ///< as if all trials were unrelated
  double log_likelihood = 0.0;         ///< without the binomial coefficients
  unsigned iterations = 0;

  friend bool operator==(const logistic_fit&, const logistic_fit&) = default;
};

/// By Newton's method. Undefined (`no_fit`) when the covariates separate events from others, wholly or in part, so that the
/// likelihood has no maximum: use `firth`, or `adjusted`, which does so by itself. Separation is recognised by its own law: the
/// linear predictor of some row goes on growing by about one in each step.
/// Cites: Albert & Anderson 1984 for when a maximum exists.
[[nodiscard]] estimable<logistic_fit> fit(const regression_rows& rows);

/// Correction of the clustered errors for few clusters.
enum class few_clusters_correction : std::uint8_t {
  cr0, ///< none
  cr1, ///< C / (C - 1) (N - 1) / (N - k), N trials
  cr2, ///< each cluster's residuals freed from what they did to the fit (Bell & McCaffrey 2002), as R's clubSandwich
};

/// Standard errors of the coefficients from how whole clusters differ from the fit: M sum_c u_c u_c' M with M the inverse
/// information. `clusters` has a number for each row. With fewer than about 30 clusters only CR2 is close to honest.
/// Undefined (`one_cluster`) with a single cluster. Throws when `from` has other columns. Cost of CR2: the cube of the rows of the
/// largest cluster. Cites: Liang & Zeger 1986; Pustejovsky & Tipton 2018.
[[nodiscard]] estimable<std::vector<double>> cluster_robust(const regression_rows& rows, const logistic_fit& from,
                                                            std::span<const std::uint64_t> clusters, few_clusters_correction);

/// Errors that allow for two crossed kinds of clusters (people and cameras).
struct two_way_errors {
  std::vector<double> errors;     ///< never below those of either kind alone: the ones to use
  std::vector<double> unguarded;  ///< V_one + V_other - V_both; 0 where that is negative
  flag_set flags;                 ///< `nonpsd_guard` when they differ

  friend bool operator==(const two_way_errors&, const two_way_errors&) = default;
};

/// Without small-sample correction. Undefined (`one_cluster`) when either kind has one cluster.
/// Cites: Cameron, Gelbach & Miller 2011.
[[nodiscard]] estimable<two_way_errors> two_way_robust(const regression_rows& rows, const logistic_fit& from,
                                                       std::span<const std::uint64_t> one, std::span<const std::uint64_t> other);

/// One coefficient, as log odds.
struct coefficient {
  double estimate = 0.0;
  double standard_error = 0.0;
  interval limits; ///< of the log odds; either end may be `unbounded`, with its sign

  friend bool operator==(const coefficient&, const coefficient&) = default;
};

/// A regression whatever the data.
struct adjusted_fit {
  std::vector<coefficient> coefficients;
  bool separated = false; ///< the likelihood has no maximum: Firth's form stands in, and has to be named
  std::size_t clusters = 0;
  flag_set flags;

  friend bool operator==(const adjusted_fit&, const adjusted_fit&) = default;
};

/// Maximum likelihood with CR2 errors and t quantiles on C - 1 degrees of freedom; where the covariates separate events from
/// others, Firth's fit with profile limits, which take trials as unrelated (flagged `assumes_independence`). Flags fewer than ten
/// clusters.
[[nodiscard]] estimable<adjusted_fit> adjusted(const regression_rows& rows, std::span<const std::uint64_t> clusters, confidence level);

} // namespace lfreval::logit
