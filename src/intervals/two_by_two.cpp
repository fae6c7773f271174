#include <lfreval/intervals/two_by_two.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::detail {

namespace {

std::optional<undefined> no_test(const char* function, std::span<const cluster_tally> groups) {
  cluster_tally all;
  std::size_t with_trials = 0;
  for (const cluster_tally& g : groups) {
    require_trials(function, g.events, g.exposure);
    all.events += g.events;
    all.exposure += g.exposure;
    require_count(function, "total of trials", all.exposure);
    with_trials += g.exposure > 0 ? 1U : 0U;
  }
  const auto none = [](undefined_reason reason, const char* remedy) { return undefined{reason, remedy, undefined::range{0.0, 1.0}}; };
  if (with_trials < 2) return none(undefined_reason::empty, "Record at least one trial in each of two groups.");
  if (all.events == 0) return none(undefined_reason::no_events, "Bound each rate by itself: there is no event to compare.");
  if (all.events == all.exposure) return none(undefined_reason::all_events, "Bound each rate by itself: every trial ended in the event.");
  return std::nullopt;
}

/// All values of x1 given x1 + x2, by the logarithms of their probabilities at an odds ratio of 1, up to a constant.
class conditional_tables {
public:
  conditional_tables(std::uint64_t n1, std::uint64_t n2, std::uint64_t events) : first_(events > n2 ? events - n2 : 0) {
    const std::uint64_t last = std::min(n1, events);
    if (last - first_ >= 1'000'000)
      wrong_call("two_by_two::fisher", "events", "leave more than 1,000,000 tables; use rate_ratio::conditional_exact");
    const auto a = static_cast<double>(n1), b = static_cast<double>(n2), m = static_cast<double>(events);
    logs_.push_back(0.0);
    for (std::uint64_t to = first_ + 1; to <= last; ++to) {
      const auto k = static_cast<double>(to);
      logs_.push_back(logs_.back() + std::log((a - k + 1.0) * (m - k + 1.0) / (k * (b - m + k))));
    }
  }

  [[nodiscard]] std::size_t index(std::uint64_t x1) const { return static_cast<std::size_t>(x1 - first_); }
  [[nodiscard]] std::size_t last() const { return logs_.size() - 1; }

  /// P(X <= k), P(X >= k) and the mean of the index at a given logarithm of the odds ratio.
  struct tilted { double up_to, from, mean; };
  [[nodiscard]] tilted at(std::size_t k, double log_odds) const {
    double peak = -unbounded;
    for (std::size_t i = 0; i < logs_.size(); ++i) peak = std::max(peak, logs_[i] + static_cast<double>(i) * log_odds);
    double below = 0.0, here = 0.0, above = 0.0, moment = 0.0;
    for (std::size_t i = 0; i < logs_.size(); ++i) {
      const double weight = std::exp(logs_[i] + static_cast<double>(i) * log_odds - peak);
      (i < k ? below : i == k ? here : above) += weight;
      moment += weight * static_cast<double>(i);
    }
    const double all = below + here + above;
    return {(below + here) / all, (here + above) / all, moment / all};
  }

  [[nodiscard]] double no_more_probable(std::size_t k) const {
    const double peak = *std::max_element(logs_.begin(), logs_.end()), ceiling = logs_[k] + std::log1p(1e-7);
    double tail = 0.0, rest = 0.0;
    for (const double one : logs_) (one <= ceiling ? tail : rest) += std::exp(one - peak);
    return tail / (tail + rest);
  }

private:
  std::uint64_t first_;
  std::vector<double> logs_;
};

/// Where a rising function of the logarithm of an odds ratio is 0.
template <class Function> double odds_at_zero(Function rising) {
  double low = 0.0, high = 0.0;
  for (double stride = 1.0; rising(low) > 0.0; stride *= 2.0) low -= stride;
  for (double stride = 1.0; rising(high) < 0.0; stride *= 2.0) high += stride;
  return std::exp(low < high ? distribution::root(rising, low, high) : low);
}

/// P(X <= x1) given x1 + x2 when both rates are equal.
double hypergeometric_up_to(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  const auto a = static_cast<double>(n1), b = static_cast<double>(n2), m = static_cast<double>(x1 + x2);
  const double share = m / (a + b);
  double term = distribution::binomial_at(static_cast<double>(x1), a, share) *
                distribution::binomial_at(static_cast<double>(x2), b, share) / distribution::binomial_at(m, a + b, share);
  double sum = 0.0;
  for (double k = static_cast<double>(x1);; k -= 1.0) {
    sum += term;
    const double ratio = k * (b - m + k) / ((a - k + 1.0) * (m - k + 1.0));
    term *= ratio;
    if (!(term > 0.0) || (ratio < 1.0 && term < 1e-17 * sum)) return std::min(1.0, sum);
  }
}

/// Probabilities of a binomial variable around its mode, and those of reaching each value.
struct binomial_window {
  std::uint64_t first = 0;
  std::vector<double> at, from;

  binomial_window(std::uint64_t n, double share) {
    const auto trials = static_cast<double>(n);
    const double odds = share / (1.0 - share);
    const auto mode = std::min(n, static_cast<std::uint64_t>((trials + 1.0) * share));
    const double peak = distribution::binomial_at(static_cast<double>(mode), trials, share);
    double term = peak;
    for (std::uint64_t k = mode; term > 1e-20; --k) {
      at.push_back(term);
      first = k;
      if (k == 0) break;
      term *= static_cast<double>(k) / ((trials - static_cast<double>(k) + 1.0) * odds);
    }
    std::reverse(at.begin(), at.end());
    term = peak;
    for (std::uint64_t k = mode; k < n; ++k) {
      term *= (trials - static_cast<double>(k)) * odds / (static_cast<double>(k) + 1.0);
      if (!(term > 1e-20)) break;
      at.push_back(term);
    }
    from = at;
    for (std::size_t i = from.size(); i-- > 1;) from[i - 1] += from[i];
  }

  [[nodiscard]] double reaching(std::uint64_t k) const {
    if (k <= first) return 1.0;
    return k - first < from.size() ? from[static_cast<std::size_t>(k - first)] : 0.0;
  }
};

/// Boschloo's one-sided test that the first rate is the lower one.
two_by_two::boschloo_test boschloo_less(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  const double observed = hypergeometric_up_to(x1, n1, x2, n2), ceiling = observed * (1.0 + 1e-7);
  // The tables that are at least as surprising: for each x1 all x2 from some value on, which rises with x1.
  std::vector<std::uint64_t> least(static_cast<std::size_t>(n1) + 1);
  std::uint64_t b = 0;
  for (std::uint64_t a = 0; a <= n1; ++a) {
    while (b <= n2 && hypergeometric_up_to(a, n1, b, n2) > ceiling) ++b;
    least[static_cast<std::size_t>(a)] = b;
  }
  const auto chance = [&](double angle) {
    const double share = std::sin(angle) * std::sin(angle);
    const binomial_window first(n1, share), second(n2, share);
    double sum = 0.0;
    for (std::size_t i = 0; i < first.at.size(); ++i) {
      const std::uint64_t from = least[static_cast<std::size_t>(first.first) + i];
      if (from <= n2) sum += first.at[i] * second.reaching(from);
    }
    return sum;
  };
  // On the scale of the angle a count spreads by half of 1 / sqrt(n), whatever the share: no peak is narrower, and between two
  // points of this grid none rises by 1 %.
  constexpr double right_angle = 1.570796326794896619231;
  const auto steps = static_cast<std::size_t>(std::ceil(16.0 * std::sqrt(static_cast<double>(n1 + n2)))) + 16;
  const double step = right_angle / static_cast<double>(steps);
  std::vector<double> values(steps + 1, 0.0);
  for (std::size_t i = 1; i < steps; ++i) values[i] = chance(step * static_cast<double>(i));
  const double highest = *std::max_element(values.begin(), values.end());
  double largest = highest;
  for (std::size_t i = 1; i < steps; ++i) {
    if (values[i] < values[i - 1] || values[i] < values[i + 1] || values[i] < 0.99 * highest) continue;
    constexpr double golden = 0.6180339887498948482;
    double low = step * static_cast<double>(i - 1), high = step * static_cast<double>(i + 1);
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = chance(left), at_right = chance(right);
    for (int turn = 0; turn < 40; ++turn) {
      if (at_left > at_right) {
        high = right, right = left, at_right = at_left;
        left = high - golden * (high - low), at_left = chance(left);
      } else {
        low = left, left = right, at_left = at_right;
        right = low + golden * (high - low), at_right = chance(right);
      }
    }
    largest = std::max({largest, at_left, at_right});
  }
  return {std::min(1.0, largest), observed};
}

/// E ((1 + t) ln(1 + t) - t), t = (O - E) / E: never negative, and without the large terms of O ln(O / E) that cancel.
double deviance_term(double observed, double expected) {
  const double t = (observed - expected) / expected;
  return observed == 0.0 ? expected : expected * ((1.0 + t) * std::log1p(t) - t);
}

estimable<k_by_two::g_statistic> g_of(const char* function, std::span<const cluster_tally> groups) {
  if (auto why = no_test(function, groups)) return tl::unexpected(*why);
  double x = 0.0, n = 0.0;
  for (const cluster_tally& g : groups) {
    x += static_cast<double>(g.events);
    n += static_cast<double>(g.exposure);
  }
  k_by_two::g_statistic out;
  out.degrees = -1.0;
  out.smallest_expected = n;
  for (const cluster_tally& g : groups) {
    if (g.exposure == 0) continue;
    out.degrees += 1.0;
    const auto size = static_cast<double>(g.exposure);
    for (const auto& [observed, all] : {std::pair{static_cast<double>(g.events), x},
                                        std::pair{static_cast<double>(g.exposure - g.events), n - x}}) {
      const double expected = size * (all / n);
      out.g += 2.0 * deviance_term(observed, expected);
      out.pearson += (observed - expected) * (observed - expected) / expected;
      out.smallest_expected = std::min(out.smallest_expected, expected);
    }
  }
  out.asymptotic_p = distribution::gamma_above(out.degrees / 2.0, out.g / 2.0);
  out.pearson_p = distribution::gamma_above(out.degrees / 2.0, out.pearson / 2.0);
  return out;
}

} // namespace

} // namespace lfreval::detail

namespace lfreval::two_by_two {

estimable<fisher_test> fisher(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2, confidence level) {
  const cluster_tally groups[] = {{x1, n1}, {x2, n2}};
  if (auto why = detail::no_test("two_by_two::fisher", groups)) return tl::unexpected(*why);
  const detail::conditional_tables tables(n1, n2, x1 + x2);
  const std::size_t k = tables.index(x1);
  const auto equal = tables.at(k, 0.0);
  const bool lowest = k == 0, highest = k == tables.last();
  const double q = level.alpha() / 2.0;
  fisher_test out{tables.no_more_probable(k), equal.up_to, equal.from, lowest ? 0.0 : unbounded,
                  {0.0, unbounded, level, interval_method::fisher, sides::two}};
  if (!lowest && !highest)
    out.odds_ratio = detail::odds_at_zero([&](double w) { return tables.at(k, w).mean - static_cast<double>(k); });
  if (!lowest) out.odds_limits.lower = detail::odds_at_zero([&](double w) { return tables.at(k, w).from / q - 1.0; });
  if (!highest) out.odds_limits.upper = detail::odds_at_zero([&](double w) { return 1.0 - tables.at(k, w).up_to / q; });
  return out;
}

estimable<boschloo_test> boschloo(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  const cluster_tally groups[] = {{x1, n1}, {x2, n2}};
  if (auto why = detail::no_test("two_by_two::boschloo", groups)) return tl::unexpected(*why);
  if (n1 + n2 > 100'000)
    detail::wrong_call("two_by_two::boschloo", "trials", "are more than 100,000; use rate_ratio::conditional_exact");
  const boschloo_test less = detail::boschloo_less(x1, n1, x2, n2), greater = detail::boschloo_less(x2, n2, x1, n1);
  boschloo_test out = less.p_value < greater.p_value ? less : greater;
  out.p_value = std::min(1.0, 2.0 * out.p_value);
  return out;
}

} // namespace lfreval::two_by_two

namespace lfreval::k_by_two {

estimable<g_statistic> g_statistic_of(std::span<const cluster_tally> groups) {
  return detail::g_of("k_by_two::g_statistic_of", groups);
}

estimable<g_statistic> g_test(std::span<const cluster_tally> groups) {
  auto out = detail::g_of("k_by_two::g_test", groups);
  if (out && out->smallest_expected < 5.0)
    return detail::no_value(undefined_reason::few_effective_events,
                            "Use the exact multinomial test of the events against the shares of exposure, or permute whole "
                            "persons: fewer than 5 are expected in some group.", 0.0, 1.0);
  return out;
}

} // namespace lfreval::k_by_two
