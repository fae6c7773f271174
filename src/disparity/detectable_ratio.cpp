#include <lfreval/disparity/detectable_ratio.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/two_sided_binomial.hpp>

namespace lfreval::power {
namespace {

void require_positive(const char* function, const char* argument, double value) {
  if (!std::isfinite(value) || !(value > 0.0)) detail::wrong_call(function, argument, "is not finite and above 0");
}

void require_ratio(const char* function, double ratio) {
  require_positive(function, "ratio", ratio);
  if (ratio == 1.0) detail::wrong_call(function, "ratio", "is 1: no data show a difference that is not there");
}

double quantile_of_power(const char* function, double power) {
  if (!(power > 0.0 && power < 1.0)) detail::wrong_call(function, "power", "is not strictly between 0 and 1; write 0.8, not 80");
  return distribution::normal_upper_quantile(1.0 - power);
}

double quantile_of_test(confidence level, alternative against) {
  return against == alternative::either ? level.alpha() / 2.0 : level.alpha();
}

/// Where the test of a binomial share rejects: at `from` events and more, and at fewer than `below`.
struct rejection {
  double from = 0.0, below = 0.0;

  /// P(X >= k) <= q, and P(X < k) <= q on the other side.
  static bool high(double k, double n, double p, double q) { return k > n || detail::binomial_from(k, n, p) <= q; }
  static bool low(double k, double n, double p, double q) { return k <= 0.0 || detail::binomial_up_to(k - 1.0, n, p) <= q; }

  static rejection of(std::uint64_t total, double p, double q) {
    const auto n = static_cast<double>(total);
    std::uint64_t first = 0, last = total + 1;
    while (first < last) {
      const std::uint64_t middle = first + (last - first) / 2;
      if (high(static_cast<double>(middle), n, p, q)) last = middle; else first = middle + 1;
    }
    const auto from = static_cast<double>(first);
    last = total;
    first = 0;
    while (first < last) {
      const std::uint64_t middle = last - (last - first) / 2;
      if (low(static_cast<double>(middle), n, p, q)) first = middle; else last = middle - 1;
    }
    return {from, static_cast<double>(first)};
  }

  /// The same for one event more: either end stays or moves by one.
  void one_more(double n, double p, double q) {
    if (!high(from, n, p, q)) from += 1.0;
    if (low(below + 1.0, n, p, q)) below += 1.0;
  }

  [[nodiscard]] double probability(double n, double p, alternative against) const {
    const double upper = from > n ? 0.0 : detail::binomial_from(from, n, p);
    return upper + (against == alternative::either && below > 0.0 ? detail::binomial_up_to(below - 1.0, n, p) : 0.0);
  }
};

void require_share(const char* function, std::uint64_t total_events, double exposure_share) {
  detail::require_count(function, "total_events", total_events);
  if (!(exposure_share > 0.0 && exposure_share < 1.0))
    detail::wrong_call(function, "exposure_share", "is not strictly between 0 and 1; write 0.15, not 15");
}

} // namespace

double faces_per_group(double reference_rate, double ratio, confidence level, double power) {
  return rate_ratio_normal_logscale(reference_rate, ratio, level, power).exposure;
}

planned_exposure rate_ratio_normal_logscale(double reference_rate, double ratio, confidence level, double power, double allocation) {
  constexpr const char* name = "power::rate_ratio_normal_logscale";
  require_positive(name, "reference_rate", reference_rate);
  require_ratio(name, ratio);
  require_positive(name, "allocation", allocation);
  const double z = distribution::normal_upper_quantile(level.alpha() / 2.0) + quantile_of_power(name, power);
  const double log_ratio = std::log(ratio);
  const double exposure = z * z / reference_rate * (1.0 / allocation + 1.0 / ratio) / (log_ratio * log_ratio);
  return {exposure, exposure * reference_rate * (ratio + allocation)};
}

double two_prop_normal(double p1, double p2, confidence level, double power) {
  constexpr const char* name = "power::two_prop_normal";
  for (const double p : {p1, p2})
    if (!(p > 0.0 && p < 1.0)) detail::wrong_call(name, "share", "is not strictly between 0 and 1");
  if (p1 == p2) detail::wrong_call(name, "shares", "are equal: no data show a difference that is not there");
  const double sum = p1 + p2;
  const double z = distribution::normal_upper_quantile(level.alpha() / 2.0) * std::sqrt(sum * (1.0 - sum / 2.0)) +
                   quantile_of_power(name, power) * std::sqrt(p1 * (1.0 - p1) + p2 * (1.0 - p2));
  return z * z / ((p1 - p2) * (p1 - p2));
}

double rate_ratio_exact_conditional(double rate1, double t1, double rate2, double t2, confidence level, alternative against) {
  constexpr const char* name = "power::rate_ratio_exact_conditional";
  require_positive(name, "rate1", rate1);
  require_positive(name, "t1", t1);
  require_positive(name, "rate2", rate2);
  require_positive(name, "t2", t2);
  const double first = rate1 * t1, expected = first + rate2 * t2;
  if (!(expected <= 1e8)) detail::wrong_call(name, "expected events", "are more than 10^8; use the normal form");
  const double pi = first / expected, share = t1 / (t1 + t2), q = quantile_of_test(level, against);

  // Totals within 9 standard deviations, and 40 more for small ones, leave out less than 1e-15. Their probabilities are
  // built from the most likely one, relative to it, so that nothing cancels.
  const double reach = 9.0 * std::sqrt(expected) + 40.0, mode = std::floor(expected);
  const double lowest = std::max(0.0, std::floor(expected - reach)), highest = std::ceil(expected + reach);
  double weight = 1.0;
  for (double s = mode; s > lowest; s -= 1.0) weight *= s / expected;
  rejection region = rejection::of(static_cast<std::uint64_t>(lowest), share, q);
  double rejected = 0.0, whole = 0.0;
  for (double s = lowest; s <= highest; s += 1.0) {
    if (s > lowest) {
      weight *= expected / s;
      region.one_more(s, share, q);
    }
    whole += weight;
    rejected += weight * region.probability(s, pi, against);
  }
  return rejected / whole;
}

double min_detectable_ratio_exact(double reference_rate, double t1, double t2, confidence level, double power) {
  quantile_of_power("power::min_detectable_ratio_exact", power);
  const auto excess = [=](double log_ratio) {
    return rate_ratio_exact_conditional(reference_rate * std::exp(log_ratio), t1, reference_rate, t2, level) - power;
  };
  double low = 0.0, high = 0.25;
  if (excess(low) >= 0.0) return 1.0; // the test rejects as often when nothing differs
  while (excess(high) < 0.0) {
    low = high;
    high += 0.25;
  }
  return std::exp(distribution::root(excess, low, high));
}

double rate_ratio_given_total(std::uint64_t total_events, double exposure_share, double ratio, confidence level,
                              alternative against) {
  constexpr const char* name = "power::rate_ratio_given_total";
  require_share(name, total_events, exposure_share);
  require_positive(name, "ratio", ratio);
  if (total_events == 0) return 0.0;
  const double pi = ratio * exposure_share / (ratio * exposure_share + (1.0 - exposure_share));
  const rejection region = rejection::of(total_events, exposure_share, quantile_of_test(level, against));
  return region.probability(static_cast<double>(total_events), pi, against);
}

estimable<detectable_ratio> min_detectable_ratio_given_total(std::uint64_t total_events, double exposure_share, confidence level,
                                                             double power, alternative against) {
  constexpr const char* name = "power::min_detectable_ratio_given_total";
  require_share(name, total_events, exposure_share);
  quantile_of_power(name, power);
  if (total_events == 0)
    return detail::no_value(undefined_reason::no_events, "Collect until an event happens: without one nothing is compared.");
  const rejection region = rejection::of(total_events, exposure_share, quantile_of_test(level, against));
  const auto n = static_cast<double>(total_events);
  if (region.from > n)
    return detail::no_value(undefined_reason::beyond_data, "Collect more events: even if all of these fell on the group, the "
                                                           "test would not call it different.");
  // P(Bin(n, pi) >= k) = power: pi is the power quantile of Beta(k, n - k + 1).
  const double odds = distribution::beta_lower_odds(region.from, n - region.from + 1.0, power);
  return detectable_ratio{static_cast<std::uint64_t>(region.from), odds * (1.0 - exposure_share) / exposure_share};
}

double equivalence_events(double margin, confidence level, double power) {
  constexpr const char* name = "power::equivalence_events";
  if (!std::isfinite(margin) || !(margin > 1.0)) detail::wrong_call(name, "margin", "is not a finite factor above 1");
  quantile_of_power(name, power);
  const double z = distribution::normal_upper_quantile(level.alpha()) + distribution::normal_upper_quantile((1.0 - power) / 2.0);
  const double log_margin = std::log(margin);
  return 2.0 * z * z / (log_margin * log_margin);
}

} // namespace lfreval::power
