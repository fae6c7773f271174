#include <lfreval/disparity/stratified.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::stratified {
namespace {

/// The cells of one stratum as real numbers, with their margins.
struct cells {
  double a, b, c, d;
  double n1, n0, m1, m0, total;

  explicit cells(const table& t)
      : a(static_cast<double>(t.events)), b(static_cast<double>(t.others)), c(static_cast<double>(t.reference_events)),
        d(static_cast<double>(t.reference_others)), n1(a + b), n0(c + d), m1(a + c), m0(b + d), total(n1 + n0) {}
};

/// The strata that say something in canonical order, and what the others hold.
template <class Stratum> struct telling {
  std::vector<Stratum> strata;
  silent_strata silent;
};

telling<cells> tables(const char* function, std::span<const table> given) {
  std::vector<table> sorted(given.begin(), given.end());
  std::sort(sorted.begin(), sorted.end());
  telling<cells> out;
  double all = 0.0;
  for (const table& t : sorted) {
    for (const std::uint64_t count : {t.events, t.others, t.reference_events, t.reference_others}) detail::require_count(function, "a cell", count);
    const cells c(t);
    all += c.total;
    if (c.n1 > 0.0 && c.n0 > 0.0 && c.m1 > 0.0 && c.m0 > 0.0) {
      out.strata.push_back(c);
    } else {
      ++out.silent.strata;
      out.silent.exposure += c.total;
    }
  }
  if (all > 0.0) out.silent.share = out.silent.exposure / all;
  return out;
}

tl::unexpected<undefined> says_nothing() {
  return detail::no_value(undefined_reason::no_events, "No stratum holds both groups and an event: stratify less, or bound each rate by itself.");
}

interval log_limits(double ratio, double variance, confidence level) {
  const double error = std::sqrt(variance);
  return detail::bounded(level, interval_method::log_wald, sides::two, unbounded,
                         [&](double q) { return ratio * std::exp(-distribution::normal_upper_quantile(q) * error); },
                         [&](double q) { return ratio * std::exp(distribution::normal_upper_quantile(q) * error); });
}

double chi_square_above(double value, double degrees) { return distribution::gamma_above(degrees / 2.0, value / 2.0); }

double common_odds(const std::vector<cells>& strata) {
  double r = 0.0, s = 0.0;
  for (const cells& c : strata) {
    r += c.a * c.d / c.total;
    s += c.b * c.c / c.total;
  }
  return s == 0.0 ? unbounded : r / s;
}

/// Weights of every possible sum of `events` given all margins, at an odds ratio of 1, the largest 1; place 0 is `lowest`.
struct exact_law {
  std::vector<double> log_weight;
  double lowest = 0.0;

  [[nodiscard]] double highest() const { return lowest + static_cast<double>(log_weight.size()) - 1.0; }

  /// The sums of at(k) over k from `from` on, over k up to `to`, and of k at(k), each over all, at this log odds ratio.
  struct sums { double from = 0.0, up_to = 0.0, mean = 0.0; };
  [[nodiscard]] sums at(double log_odds, double observed) const {
    double largest = -unbounded;
    for (std::size_t i = 0; i < log_weight.size(); ++i) largest = std::max(largest, log_weight[i] + log_odds * static_cast<double>(i));
    sums out;
    double whole = 0.0;
    for (std::size_t i = 0; i < log_weight.size(); ++i) {
      const double p = std::exp(log_weight[i] + log_odds * static_cast<double>(i) - largest), k = lowest + static_cast<double>(i);
      whole += p;
      out.mean += p * k;
      if (k >= observed) out.from += p;
      if (k <= observed) out.up_to += p;
    }
    return {out.from / whole, out.up_to / whole, out.mean / whole};
  }
};

std::optional<exact_law> law_of(const std::vector<cells>& strata) {
  std::vector<double> law{1.0};
  double lowest = 0.0, steps = 0.0;
  for (const cells& c : strata) {
    const double first = std::max(0.0, c.m1 - c.n0), last = std::min(c.n1, c.m1);
    steps += (last - first + 1.0) * static_cast<double>(law.size());
    if (steps > 1e9) return std::nullopt;
    std::vector<double> one(static_cast<std::size_t>(last - first) + 1, 1.0);
    const double mode = std::clamp(std::floor((c.n1 + 1.0) * (c.m1 + 1.0) / (c.total + 2.0)), first, last);
    const auto rise = [&](double k) { return (c.n1 - k) / (k + 1.0) * ((c.m1 - k) / (c.n0 - c.m1 + k + 1.0)); };
    const auto place = static_cast<std::size_t>(mode - first);
    for (std::size_t i = place; i + 1 < one.size(); ++i) one[i + 1] = one[i] * rise(first + static_cast<double>(i));
    for (std::size_t i = place; i > 0; --i) one[i - 1] = one[i] / rise(first + static_cast<double>(i) - 1.0);
    std::vector<double> sum(law.size() + one.size() - 1, 0.0);
    for (std::size_t i = 0; i < law.size(); ++i)
      for (std::size_t j = 0; j < one.size(); ++j) sum[i + j] += law[i] * one[j];
    const double largest = *std::max_element(sum.begin(), sum.end());
    for (double& w : sum) w /= largest;
    law = std::move(sum);
    lowest += first;
  }
  exact_law out{{}, lowest};
  for (const double w : law) out.log_weight.push_back(std::log(w));
  return out;
}

/// The log odds ratio at which a rising function reaches 0.
double rising_root(const std::function<double(double)>& f) {
  double low = -1.0, high = 1.0;
  while (f(low) > 0.0) low *= 2.0;
  while (f(high) < 0.0) high *= 2.0;
  return distribution::root(f, low, high);
}

} // namespace

estimable<cmh_test> cmh(std::span<const table> given, confidence level) {
  const auto made = tables("stratified::cmh", given);
  if (made.strata.empty()) return says_nothing();
  double difference = 0.0, variance = 0.0, r = 0.0, s = 0.0, pr = 0.0, mixed = 0.0, qs = 0.0;
  for (const cells& c : made.strata) {
    difference += c.a - c.n1 * c.m1 / c.total;
    variance += c.n1 * c.n0 / c.total * (c.m1 * c.m0 / c.total) / (c.total - 1.0);
    const double p = (c.a + c.d) / c.total, q = (c.b + c.c) / c.total, in_r = c.a * c.d / c.total, in_s = c.b * c.c / c.total;
    r += in_r;
    s += in_s;
    pr += p * in_r;
    mixed += p * in_s + q * in_r;
    qs += q * in_s;
  }
  if (r == 0.0 || s == 0.0)
    return detail::no_value(undefined_reason::no_events, "The odds ratio is 0 or unbounded: use the exact form.");
  const double distance = std::fabs(difference), shortened = distance >= 0.5 ? distance - 0.5 : distance;
  cmh_test out;
  out.chi_square = distance * distance / variance;
  out.p_value = chi_square_above(out.chi_square, 1.0);
  out.corrected_chi_square = shortened * shortened / variance;
  out.corrected_p_value = chi_square_above(out.corrected_chi_square, 1.0);
  const double log_variance = pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s);
  out.odds = {r / s, log_limits(r / s, log_variance, level), made.strata.size(), made.silent};
  return out;
}

estimable<exact_cmh> cmh_exact(std::span<const table> given, confidence level) {
  const auto made = tables("stratified::cmh_exact", given);
  if (made.strata.empty()) return says_nothing();
  const auto law = law_of(made.strata);
  if (!law) return detail::no_value(undefined_reason::beyond_data, "Too many events for the exact law: use cmh, which is good enough for them.");
  double observed = 0.0;
  for (const cells& c : made.strata) observed += c.a;
  const bool none = observed == law->lowest, all = observed == law->highest();

  exact_cmh out;
  const double ceiling = law->log_weight[static_cast<std::size_t>(observed - law->lowest)] + std::log1p(1e-7);
  double whole = 0.0, as_rare = 0.0;
  for (const double w : law->log_weight) {
    whole += std::exp(w);
    if (w <= ceiling) as_rare += std::exp(w);
  }
  out.p_value = std::min(1.0, as_rare / whole);
  out.odds.strata = made.strata.size();
  out.odds.silent = made.silent;
  out.odds.ratio = none ? 0.0 : all ? unbounded : std::exp(rising_root([&](double t) { return law->at(t, observed).mean - observed; }));
  out.odds.limits = detail::bounded(
      level, interval_method::conditional_odds, sides::two, unbounded,
      [&](double q) { return none ? 0.0 : std::exp(rising_root([&](double t) { return law->at(t, observed).from - q; })); },
      [&](double q) { return all ? unbounded : std::exp(rising_root([&](double t) { return q - law->at(t, observed).up_to; })); });
  return out;
}

estimable<common_ratio> mh_risk_ratio(std::span<const table> given, confidence level) {
  auto made = tables("stratified::mh_risk_ratio", given);
  if (made.strata.empty()) return says_nothing();
  double r = 0.0, s = 0.0, v = 0.0;
  for (const cells& c : made.strata) {
    r += c.a * c.n0 / c.total;
    s += c.c * c.n1 / c.total;
    v += (c.n1 * c.n0 * c.m1 / c.total - c.a * c.c) / c.total;
  }
  if (r == 0.0 || s == 0.0) return detail::no_value(undefined_reason::no_events, "A group has no event: use cmh_exact.");
  return common_ratio{r / s, log_limits(r / s, v / (r * s), level), made.strata.size(), made.silent};
}

estimable<common_ratio> mh_rate_ratio(std::span<const rates> given, confidence level) {
  constexpr const char* name = "stratified::mh_rate_ratio";
  std::vector<rates> sorted(given.begin(), given.end());
  for (const rates& one : sorted) {
    detail::require_count(name, "events", one.events);
    detail::require_count(name, "reference_events", one.reference_events);
    detail::require_exposure(name, "exposure", one.exposure, static_cast<double>(one.events));
    detail::require_exposure(name, "reference_exposure", one.reference_exposure, static_cast<double>(one.reference_events));
  }
  std::sort(sorted.begin(), sorted.end(), [](const rates& a, const rates& b) { return (a <=> b) < 0; });
  common_ratio out;
  double r = 0.0, s = 0.0, v = 0.0, all = 0.0;
  for (const rates& one : sorted) {
    const auto x1 = static_cast<double>(one.events), x0 = static_cast<double>(one.reference_events);
    const double t1 = one.exposure, t0 = one.reference_exposure, total = t1 + t0;
    all += total;
    if (t1 == 0.0 || t0 == 0.0 || x1 + x0 == 0.0) {
      ++out.silent.strata;
      out.silent.exposure += total;
      continue;
    }
    ++out.strata;
    r += x1 * t0 / total;
    s += x0 * t1 / total;
    v += (x1 + x0) * (t1 / total) * (t0 / total);
  }
  if (out.strata == 0) return says_nothing();
  if (r == 0.0 || s == 0.0)
    return detail::no_value(undefined_reason::no_events, "A group has no event: use the exact ratio of each stratum, or of all if they are alike.");
  out.silent.share = out.silent.exposure / all;
  out.ratio = r / s;
  out.limits = log_limits(out.ratio, v / (r * s), level);
  return out;
}

estimable<homogeneity> breslow_day(std::span<const table> given) {
  const auto made = tables("stratified::breslow_day", given);
  if (made.strata.empty()) return says_nothing();
  if (made.strata.size() < 2)
    return detail::no_value(undefined_reason::one_cluster, "Only one stratum holds both groups and an event: there is nothing to compare.");
  homogeneity out;
  out.strata = made.strata.size();
  out.odds_ratio = common_odds(made.strata);
  if (out.odds_ratio == 0.0 || out.odds_ratio == unbounded)
    return detail::no_value(undefined_reason::no_events, "The common odds ratio is 0 or unbounded: compare the strata by their exact limits.");
  const double odds = out.odds_ratio;
  double misfit = 0.0, spread = 0.0;
  for (const cells& c : made.strata) {
    // The cell with these margins and this odds ratio: a (n0 - m1 + a) = odds (n1 - a) (m1 - a).
    const double square = 1.0 - odds, linear = c.n0 - c.m1 + odds * (c.n1 + c.m1), constant = odds * c.n1 * c.m1;
    const double root = std::sqrt(std::max(0.0, linear * linear + 4.0 * square * constant));
    const double fitted = 2.0 * constant / (linear + root); // the root between the margins, without cancellation
    const double variance = 1.0 / (1.0 / fitted + 1.0 / (c.n1 - fitted) + 1.0 / (c.m1 - fitted) + 1.0 / (c.n0 - c.m1 + fitted));
    out.breslow_day += (c.a - fitted) * (c.a - fitted) / variance;
    misfit += c.a - fitted;
    spread += variance;
  }
  const double degrees = static_cast<double>(out.strata) - 1.0;
  out.tarone = std::max(0.0, out.breslow_day - misfit * misfit / spread);
  out.p_breslow_day = chi_square_above(out.breslow_day, degrees);
  out.p_tarone = chi_square_above(out.tarone, degrees);
  return out;
}

} // namespace lfreval::stratified
