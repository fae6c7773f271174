#include <lfreval/disparity/max_over_min.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include <lfreval/detail/watch.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

#include "disparity/draws.hpp"

namespace lfreval::fairness {
namespace {

/// The groups with exposure, checked, and their places among those given.
struct family {
  std::vector<effective_count> groups;
  std::vector<std::size_t> places;
  double events = 0.0;
};

template <class Group> estimable<family> family_of(const char* function, std::span<const Group> groups) {
  family out;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const effective_count g{static_cast<double>(groups[i].events), groups[i].exposure};
    detail::require_amount(function, "events", g.events);
    detail::require_exposure(function, "exposure", g.exposure, g.events);
    if (g.exposure == 0.0) continue;
    out.groups.push_back(g);
    out.places.push_back(i);
    out.events += g.events;
  }
  detail::require_amount(function, "total of events", out.events);
  if (out.groups.size() < 2)
    return detail::no_value(undefined_reason::empty, "Record some exposure in at least two groups.", 1.0, unbounded);
  if (out.events == 0.0)
    return detail::no_value(undefined_reason::no_events, "Collect until an event happens; bound each rate by itself until then.",
                            1.0, unbounded);
  return out;
}

double max_over_min(std::span<const effective_count> groups, double smoothing) {
  double high = 0.0, low = unbounded;
  for (const effective_count& g : groups) {
    const double rate = (g.events + smoothing) / g.exposure;
    high = std::max(high, rate);
    low = std::min(low, rate);
  }
  return low == 0.0 ? unbounded : high / low;
}

/// The smallest value that at least the share `q` of them does not exceed.
double quantile(std::vector<double>& values, double q) {
  const auto place = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
  return values[place];
}

estimable<max_over_min_reference> reference(const char* function, const estimable<family>& made, const null_options& how) {
  if (how.replicates == 0 || how.replicates > 0xffffffffU) detail::wrong_call(function, "replicates", "are not from 1 to 2^32 - 1");
  if (!made) return tl::unexpected(made.error());
  std::vector<effective_count> groups = made->groups; // in canonical order, so that the draws do not depend on the given one
  std::sort(groups.begin(), groups.end(), [](const effective_count& a, const effective_count& b) {
    return std::tie(a.exposure, a.events) < std::tie(b.exposure, b.events);
  });
  double exposure_of_all = 0.0;
  for (const effective_count& g : groups) exposure_of_all += g.exposure;
  const double total = std::floor(made->events);
  if (total == 0.0)
    return detail::no_value(undefined_reason::few_effective_events, "The effective events do not add up to one: collect more.");

  std::vector<double> plain, smoothed;
  plain.reserve(how.replicates);
  smoothed.reserve(how.replicates);
  std::vector<effective_count> drawn = groups;
  for (std::uint64_t replicate = 0; replicate < how.replicates; ++replicate) {
    detail::stop_if_asked();
    double left = total, exposure = exposure_of_all;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const bool last = g + 1 == groups.size();
      const double u = detail::uniform_draw(static_cast<std::uint32_t>(g), 0, static_cast<std::uint32_t>(replicate), how.stream, how.seed);
      drawn[g].events = last ? left : detail::draw_binomial(left, std::min(1.0, groups[g].exposure / exposure), u);
      left -= drawn[g].events;
      exposure -= groups[g].exposure;
    }
    plain.push_back(max_over_min(drawn, 0.0));
    smoothed.push_back(max_over_min(drawn, 0.5));
  }
  max_over_min_reference out;
  const double observed = max_over_min(groups, 0.0);
  out.smoothed = observed == unbounded || std::find(plain.begin(), plain.end(), unbounded) != plain.end();
  out.statistic = out.smoothed ? max_over_min(groups, 0.5) : observed;
  out.replicates = how.replicates;
  std::vector<double>& values = out.smoothed ? smoothed : plain;
  // Equal results may differ in the last bits, depending on which groups are the extreme ones.
  const auto as_large = std::count_if(values.begin(), values.end(), [&](double v) { return v >= out.statistic * (1.0 - 1e-12); });
  out.p_value = (static_cast<double>(as_large) + 1.0) / (static_cast<double>(how.replicates) + 1.0);
  out.median = quantile(values, 0.5);
  out.upper = quantile(values, 0.95);
  return out;
}

/// All pairs of a smallest and a largest count that are likely enough to matter, with their probability.
struct extremes {
  double smallest, largest, probability;
};

std::vector<extremes> equal_poisson_extremes(const char* function, double expected, std::size_t groups, double smoothing) {
  if (!(expected > 0.0 && expected <= 1e4)) detail::wrong_call(function, "expected_count", "is not above 0 and at most 10,000");
  if (groups < 2 || groups > 10'000) detail::wrong_call(function, "groups", "are not from 2 to 10,000");
  if (!std::isfinite(smoothing) || !(smoothing > 0.0)) detail::wrong_call(function, "smoothing", "is not finite and above 0");
  const auto n = static_cast<double>(groups);
  double high = std::ceil(expected), low = std::floor(expected);
  while (n * distribution::gamma_below(high + 1.0, expected) > 1e-16) high += 1.0;
  while (low > 0.0 && n * distribution::gamma_above(low, expected) > 1e-16) low -= 1.0;
  std::vector<double> up_to{0.0}; // P(X < low + i)
  for (double k = low; k <= high; k += 1.0) up_to.push_back(distribution::gamma_above(k + 1.0, expected));
  const auto all_within = [&](std::size_t first, std::size_t end) { return first >= end ? 0.0 : std::pow(up_to[end] - up_to[first], n); };
  std::vector<extremes> out;
  for (std::size_t a = 0; a + 1 < up_to.size(); ++a)
    for (std::size_t b = a + 1; b < up_to.size(); ++b) {
      const double p = all_within(a, b) - all_within(a + 1, b) - all_within(a, b - 1) + all_within(a + 1, b - 1);
      if (p > 0.0) out.push_back({low + static_cast<double>(a), low + static_cast<double>(b) - 1.0, p});
    }
  return out;
}

} // namespace

estimable<max_over_min_reference> max_over_min_given_total(std::span<const group_count> groups, const null_options& how) {
  constexpr const char* name = "fairness::max_over_min_given_total";
  return reference(name, family_of(name, groups), how);
}

estimable<max_over_min_reference> max_over_min_given_total(std::span<const effective_count> groups, const null_options& how) {
  constexpr const char* name = "fairness::max_over_min_given_total";
  return reference(name, family_of(name, groups), how);
}

double expected_max_over_min_under_equality(double expected_count, std::size_t groups, double smoothing) {
  double sum = 0.0, whole = 0.0;
  for (const extremes& e : equal_poisson_extremes("fairness::expected_max_over_min_under_equality", expected_count, groups, smoothing)) {
    sum += e.probability * (e.largest + smoothing) / (e.smallest + smoothing);
    whole += e.probability;
  }
  return sum / whole;
}

double max_over_min_null_quantile(double expected_count, std::size_t groups, double q, double smoothing) {
  constexpr const char* name = "fairness::max_over_min_null_quantile";
  if (!(q > 0.0 && q < 1.0)) detail::wrong_call(name, "q", "is not strictly between 0 and 1");
  std::vector<std::pair<double, double>> values;
  double whole = 0.0, sum = 0.0;
  for (const extremes& e : equal_poisson_extremes(name, expected_count, groups, smoothing)) {
    values.emplace_back((e.largest + smoothing) / (e.smallest + smoothing), e.probability);
    whole += e.probability;
  }
  std::sort(values.begin(), values.end());
  for (const auto& [value, probability] : values)
    if ((sum += probability) >= (q - 1e-13) * whole) return value;
  return values.back().first;
}

interval projection(std::span<const interval> pairwise, confidence level) {
  constexpr const char* name = "fairness::projection";
  if (pairwise.empty()) detail::wrong_call(name, "pairwise", "holds no pair");
  const double each = level.alpha() / static_cast<double>(pairwise.size());
  interval out{1.0, 1.0, level, interval_method::projection, sides::two};
  for (const interval& pair : pairwise) {
    if (pair.on != sides::two || std::fabs(pair.level.alpha() - each) > 1e-9)
      detail::wrong_call(name, "pairwise", "holds an interval that is not two-sided at 1 - alpha / pairs");
    if (!(pair.lower >= 0.0 && pair.upper >= pair.lower)) detail::wrong_call(name, "pairwise", "holds limits that are not those of a ratio");
    out.lower = std::max({out.lower, pair.lower, 1.0 / pair.upper});
    out.upper = std::max({out.upper, pair.upper, pair.lower == 0.0 ? unbounded : 1.0 / pair.lower});
  }
  return out;
}

estimable<max_over_min_estimate> max_over_min_projection_ci(std::span<const group_count> given, confidence level) {
  constexpr const char* name = "fairness::max_over_min_projection_ci";
  const auto made = family_of(name, given);
  if (!made) return tl::unexpected(made.error());
  const std::vector<effective_count>& groups = made->groups;
  max_over_min_estimate out;
  out.pairs = groups.size() * (groups.size() - 1) / 2;
  const confidence each = confidence::checked(1.0 - level.alpha() / static_cast<double>(out.pairs));
  std::vector<interval> pairwise;
  std::size_t high = 0, low = 0;
  const auto rate = [&](std::size_t g) { return groups[g].events / groups[g].exposure; };
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (rate(i) > rate(high)) high = i;
    if (rate(i) < rate(low)) low = i;
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      effective_count one = groups[i], other = groups[j];
      if (std::tie(other.events, other.exposure) < std::tie(one.events, one.exposure)) std::swap(one, other); // one rounding for either order
      pairwise.push_back(other.events == 0.0 ? interval{0.0, unbounded, each, interval_method::conditional_exact, sides::two}
                                             : detail::exact_ratio_limits(one.events, one.exposure, other.events, other.exposure,
                                                                          each, sides::two, interval_method::conditional_exact));
    }
  }
  out.point = rate(low) == 0.0 ? unbounded : rate(high) / rate(low);
  out.limits = projection(pairwise, level);
  out.largest = made->places[high];
  out.smallest = made->places[low];
  return out;
}

} // namespace lfreval::fairness
