/// @file
/// One-number indices of fairness, for readers who ask for them: an appendix, never a finding (M32). Each says what it cannot
/// see, and none is computed when a group has no event or no exposure, where it would be decided by an accident.
///
/// Common to all: fewer than two groups are `undefined` (`empty`), a rate of 0 is `no_events`. Rates that are negative or not
/// finite throw `std::invalid_argument`. None carries an interval; none weighs the groups by their people unless it says so.
/// Cites: Howard et al. 2022 (arXiv 2203.05051) for GARBE and the inequity rate; Pereira & Marcel 2021 for FDR.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <lfreval/disparity/group_count.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval {

enum class fairness_index : std::uint8_t {
  gini,                 ///< of the false positive rates
  theil,                ///< of the false positive rates
  mape,                 ///< mean |r - mean| / mean, of the false positive rates
  log10_max_over_min,   ///< of the false positive rates
  max_over_mean,        ///< of the false positive rates
  max_over_geomean,     ///< of the false positive rates
  between_group_sd_log, ///< standard deviation of the logarithms of the false positive rates
  fdr,                  ///< fairness discrepancy rate, of both kinds of error
  inequity_rate,        ///< of both kinds of error
  garbe,                ///< Gini aggregation rate, of both kinds of error
};
inline constexpr unsigned fairness_index_count = 10;

[[nodiscard]] std::string_view to_string(fairness_index) noexcept;
/// What the index cannot see, in one sentence: printed beside it.
[[nodiscard]] std::string_view blind_to(fairness_index) noexcept;

} // namespace lfreval

namespace lfreval::fairness {

/// G / (G - 1) sum_ij |r_i - r_j| / (2 G^2 mean): 0 when all are equal, 1 when one group has everything.
[[nodiscard]] estimable<double> gini(std::span<const double> rates);
/// sum_ij w_i w_j |r_i - r_j| / (2 sum_i w_i r_i), weights scaled to sum to 1: by people, not by groups.
/// Throws when the sizes differ, a weight is negative or not finite, or all are 0.
[[nodiscard]] estimable<double> weighted_gini(std::span<const double> rates, std::span<const double> weights);
/// mean of (r / m) ln(r / m), m the mean rate.
[[nodiscard]] estimable<double> theil(std::span<const double> rates);
/// mean |r - m| / m. Published forms differ; this one is meant wherever the library prints MAPE.
[[nodiscard]] estimable<double> mape(std::span<const double> rates);
/// Highest rate over the mean rate.
[[nodiscard]] estimable<double> max_over_mean(std::span<const double> rates);
/// Highest rate over the geometric mean; with a group without events use the posterior means of
/// `empirical_bayes_gamma_poisson`, never a small number in place of 0.
[[nodiscard]] estimable<double> max_over_geomean(std::span<const double> rates);
/// Logarithm to base 10 of the highest rate over the lowest.
[[nodiscard]] estimable<double> log10_max_over_min(std::span<const double> rates);
/// With G - 1; holds the sampling error as well: `dl_tau_log_rates` takes it out.
[[nodiscard]] estimable<double> between_group_sd_log(std::span<const double> rates);

/// 1 - (alpha max|difference of false positive rates| + (1 - alpha) max|difference of miss rates|). At rates of 1 in 1,000 a
/// ten-fold difference moves it by half a thousandth. `alpha` weighs false positives and is between 0 and 1, or it throws.
[[nodiscard]] estimable<double> fdr(std::span<const double> false_positives, std::span<const double> misses, double alpha);
/// (max / min of false positive rates)^alpha (max / min of miss rates)^(1 - alpha).
[[nodiscard]] estimable<double> inequity_rate(std::span<const double> false_positives, std::span<const double> misses, double alpha);
/// alpha Gini(false positive rates) + (1 - alpha) Gini(miss rates).
[[nodiscard]] estimable<double> garbe(std::span<const double> false_positives, std::span<const double> misses, double alpha);

/// One line of the appendix.
struct index_line {
  fairness_index index{};
  estimable<double> value;
};

/// All indices in the order of the enumeration. A single group without exposure or without an event leaves those undefined that
/// use its rate: groups are not dropped to make an index exist. Throws unless both hold the same groups, for events without
/// exposure and for an `alpha` outside [0, 1].
[[nodiscard]] std::vector<index_line> index_appendix(std::span<const group_count> false_positives, std::span<const group_count> misses,
                                                     double alpha = 0.5);

} // namespace lfreval::fairness
