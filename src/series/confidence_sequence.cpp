#include <lfreval/series/confidence_sequence.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

#include "series/mixture.hpp"

namespace lfreval::sequential {

namespace {

/// The root of a log wealth that is below 0 at `inside` and grows without bound towards `edge`, 0 or 1 or infinity.
double limit_below(const std::function<double(double)>& wealth, double inside) {
  double outside = inside / 2.0;
  while (wealth(outside) < 0.0) outside /= 2.0;
  return distribution::root(wealth, outside, std::min(inside, 2.0 * outside));
}

double share_limit_above(const std::function<double(double)>& wealth, double inside) {
  double complement = (1.0 - inside) / 2.0, before = 1.0 - inside;
  while (wealth(1.0 - complement) < 0.0) {
    before = complement;
    complement /= 2.0;
  }
  return distribution::root(wealth, std::max(inside, 1.0 - before), 1.0 - complement);
}

double rate_limit_above(const std::function<double(double)>& wealth, double inside) {
  double outside = 2.0 * inside;
  while (wealth(outside) < 0.0) outside *= 2.0;
  return distribution::root(wealth, std::max(inside, outside / 2.0), outside);
}

/// What the bettor on higher means holds against `mean` at his richest; the other one sees values and mean mirrored.
double richest(std::span<const double> values, double mean, double alpha, bool mirrored) {
  double wealth = 0.0, highest = 0.0, sum = 0.5, squares = 0.25, t = 0.0;
  for (const double value : values) {
    const double variance = squares / (t + 1.0);
    t += 1.0;
    const double bet = std::min(std::sqrt(2.0 * std::log(2.0 / alpha) / (variance * t * std::log(t + 1.0))), mean > 0.0 ? 0.5 / mean : unbounded);
    const double y = mirrored ? 1.0 - value : value;
    wealth += std::log1p(bet * (y - mean));
    highest = std::max(highest, wealth);
    sum += value;
    const double centre = sum / (t + 1.0);
    squares += (value - centre) * (value - centre);
  }
  return highest;
}

} // namespace

mixture_prior mixture_prior::near(double rate) {
  if (!(rate > 0.0) || !std::isfinite(rate)) detail::wrong_call("sequential::mixture_prior::near", "rate", "is not above 0 and finite");
  return {1.0, 1.0 / rate};
}

estimable<interval> beta_mixture(std::uint64_t events, std::uint64_t trials, confidence level, mixture_prior prior) {
  detail::require_trials("sequential::beta_mixture", events, trials);
  detail::require_prior("sequential::beta_mixture", prior);
  if (trials == 0) return detail::no_trials();
  const double x = static_cast<double>(events), n = static_cast<double>(trials);
  const auto wealth = [=](double p) {
    return detail::beta_excess(prior.a + x, prior.b + n - x, p) - detail::beta_excess(prior.a, prior.b, p) + std::log(level.alpha());
  };
  // At an edge of the space the wealth is finite and below 1: what is there was never bet against.
  const double inside = events == 0 ? 0.0 : events == trials ? 1.0 : x / n;
  const double lower = events == 0 ? 0.0 : limit_below(wealth, inside == 1.0 ? std::nextafter(1.0, 0.0) : inside);
  double start = inside;
  if (events == 0)
    for (start = 0.5; wealth(start) >= 0.0;) start /= 2.0;
  return interval{lower, events == trials ? 1.0 : share_limit_above(wealth, start), level, interval_method::beta_mixture, sides::two};
}

estimable<interval> gamma_mixture(std::uint64_t events, double exposure, confidence level, mixture_prior prior) {
  detail::require_count("sequential::gamma_mixture", "events", events);
  detail::require_exposure("sequential::gamma_mixture", "exposure", exposure, static_cast<double>(events));
  detail::require_prior("sequential::gamma_mixture", prior);
  if (exposure == 0.0) return detail::no_exposure();
  const double x = static_cast<double>(events);
  const auto wealth = [=](double rate) {
    return detail::gamma_excess(prior.a + x, (prior.b + exposure) * rate) - detail::gamma_excess(prior.a, prior.b * rate) + std::log(level.alpha());
  };
  double start = x / exposure;
  if (events == 0)
    for (start = 1.0 / exposure; wealth(start) >= 0.0;) start /= 2.0;
  return interval{events == 0 ? 0.0 : limit_below(wealth, start), rate_limit_above(wealth, start), level, interval_method::gamma_mixture, sides::two};
}

double betting_capital(std::span<const double> values, double mean, double bet) {
  if (!(mean >= 0.0 && mean <= 1.0)) detail::wrong_call("sequential::betting_capital", "mean", "is not a share");
  if (!(bet * mean < 1.0 && bet * (1.0 - mean) > -1.0)) detail::wrong_call("sequential::betting_capital", "bet", "may take more than all");
  double capital = 1.0;
  for (const double value : values) {
    if (!(value >= 0.0 && value <= 1.0)) detail::wrong_call("sequential::betting_capital", "values", "are not shares");
    capital *= 1.0 + bet * (value - mean);
  }
  return capital;
}

estimable<interval> hedged_betting(std::span<const double> values, confidence level) {
  for (const double value : values)
    if (!(value >= 0.0 && value <= 1.0)) detail::wrong_call("sequential::hedged_betting", "values", "are not shares");
  if (values.empty()) return detail::no_trials();
  const double alpha = level.alpha(), needed = std::log(2.0 / alpha);
  // Wealth falls as the mean that is bet against rises; the mirrored bettor sees 1 - mean.
  const auto least_unbeaten = [&](bool mirrored) {
    const auto over = [&](double mean) { return richest(values, mean, alpha, mirrored) - needed; };
    return over(0.0) < 0.0 ? 0.0 : distribution::root(over, 0.0, 1.0);
  };
  return interval{least_unbeaten(false), 1.0 - least_unbeaten(true), level, interval_method::hedged_betting, sides::two};
}

} // namespace lfreval::sequential
