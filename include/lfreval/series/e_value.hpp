/// @file
/// Evidence against a limit that may be looked at whenever one likes: an e-value is the wealth of one who bets that the limit is
/// broken, starting with 1. While the limit is kept it ever reaches 1/alpha with a chance of at most alpha. Evidence from
/// independent deployments multiplies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/series/confidence_sequence.hpp>

namespace lfreval::sequential {

/// ln e against "the share was at most `limit` in every trial so far", mixed over Beta(a, b) above the limit. The shares need not
/// be equal, so that it goes on across thresholds and versions.
///   e = int_(p0)^1 p^x (1-p)^(n-x) dBeta / int_(p0)^1 dBeta / (p0^x (1-p0)^(n-x))
/// Needs independent trials; `betting_e_value` does not. 0 without trials. Throws for events above trials and a limit
/// that is not in (0, 1).   Cites: Robbins 1970; Ramdas, Grünwald, Vovk & Shafer 2023.
[[nodiscard]] double log_e_value(std::uint64_t events, std::uint64_t trials, double limit, mixture_prior prior = {});

/// The same for a rate of events over an exposure, mixed over Gamma(a, rate b) above the limit.
[[nodiscard]] double log_e_value_of_rate(std::uint64_t events, double exposure, double limit, mixture_prior prior = {0.5, 1.0});

/// One deployment as it is bet on.
struct deployment_count {
  std::uint64_t events = 0;
  double exposure = 0.0;

  friend bool operator==(const deployment_count&, const deployment_count&) = default;
};

/// ln e against "the expected rate of each deployment, given those before it, was at most `limit`", whatever the dependence inside a
/// deployment: one passer who is alerted on ten times may be one cause. The mean of four bettors' wealth, who expect 1.5, 2, 4 and 8
/// times the limit and stake on deployment i the share f_i of what they have:
///   prod(1 + f_i (x_i / (n_i limit) - 1)),   f_i = (r-1) / ((r-1)^2 + phi_i r / (n_i limit)), at most 1/2,
/// which grows fastest at r if counts vary phi times as much as Poisson counts. phi_i is Pearson's, of the deployments before, from
/// 1 to 100. Deployments without exposure are passed over; a limit that is not above 0 throws.
/// Cites: Waudby-Smith & Ramdas 2024; Kelly 1956.
[[nodiscard]] double betting_log_e_value(std::span<const deployment_count> deployments, double limit);

/// Which of many hypotheses to reject so that the expected share of false ones among them is at most alpha, under any
/// dependence: those with the k highest e-values, k the largest with e_(k) >= m / (k alpha). Places in the order
/// given. Throws for a negative or NaN e-value.   Cites: Wang & Ramdas 2022.
[[nodiscard]] std::vector<std::size_t> e_benjamini_hochberg(std::span<const double> e_values, double alpha);

} // namespace lfreval::sequential
