/// @file
/// Confidence sequences: limits that hold at every look together, so that a programme may be watched week by week. An ordinary
/// 95 % interval looked at 60 times misses the truth at some look in 28 of 100 programmes; these in at most 5.
///
/// A sequence estimates one constant rate: a new threshold, version or watchlist starts a new one. Counts are totals to date, so
/// that how the deployments were batched does not matter.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::sequential {

/// What a mixture spreads its bets over: Beta(a, b) over shares, Gamma(a, rate b) over rates. It decides at which counts the
/// limits are narrowest, never whether they hold.
struct mixture_prior {
  double a = 0.5, b = 0.5;

  /// Narrow where the rate is about `rate`: Beta(1, 1/rate), Gamma(1, 1/rate). At 10 events in 10,000 the limits are then 1.4
  /// times as wide as Clopper-Pearson's, and 1.9 times with Beta(1/2, 1/2). Throws unless 0 < rate and finite.
  [[nodiscard]] static mixture_prior near(double rate);
};

/// Shares that a bettor who mixes his bets over Beta(a, b) has not become rich against:
/// {p : ln B(a+x, b+n-x) - ln B(a, b) - x ln p - (n-x) ln(1-p) < ln(1/alpha)}.   Contains {p : L(p) >= alpha L(x/n)}.
///
/// Valid at all n together for independent trials; trials that come in clusters need `hedged_betting`. Undefined (`empty`) without
/// trials; throws for events above trials, counts above 2^52 and a prior that is not positive. Cites: Robbins 1970; Howard,
/// Ramdas, McAuliffe & Sekhon 2021. Cost: about 20 microseconds.
[[nodiscard]] estimable<interval> beta_mixture(std::uint64_t events, std::uint64_t trials, confidence level, mixture_prior prior = {});

/// The same for a rate of events over an exposure, mixed over Gamma(a, rate b), per unit of exposure:
/// {l : a ln b - ln Gamma(a) + ln Gamma(a+x) - (a+x) ln(b+t) - x ln l + t l < ln(1/alpha)}.
/// Undefined (`empty`) without exposure. Cites: Robbins 1970; Howard et al. 2021.
[[nodiscard]] estimable<interval> gamma_mixture(std::uint64_t events, double exposure, confidence level, mixture_prior prior = {0.5, 1.0});

/// Wealth of one who bets `bet` on every value against the mean: prod(1 + bet (y_i - mean)). Its expectation is at most 1 at
/// all times if the values have that mean, whatever else they depend on. Throws unless values and mean lie in [0, 1] and `bet`
/// in (-1/(1-mean), 1/mean), so that no value can take more than all.   Cites: Waudby-Smith & Ramdas 2024.
[[nodiscard]] double betting_capital(std::span<const double> values, double mean, double bet);

/// The mean of shares of deployments, one value in [0, 1] each, whatever the dependence inside a deployment: means against which
/// neither of two hedged bettors, one on higher and one on lower values, has reached 1/alpha at any deployment so far. Bets are set from the values before, as
/// sqrt(2 ln(2/alpha) / (s^2 t ln(t+1))), at most half of what may be lost.
///
/// Every deployment counts alike, large or small; their expected share, given those before, must be one number. The order is the
/// data. Undefined (`empty`) without values. Cites: Waudby-Smith & Ramdas 2024, section 4 (hedged capital). Cost: linear, about a
/// millisecond for 100 values.
[[nodiscard]] estimable<interval> hedged_betting(std::span<const double> values, confidence level);

} // namespace lfreval::sequential
