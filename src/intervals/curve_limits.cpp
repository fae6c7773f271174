#include <lfreval/intervals/curve_limits.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/cluster.hpp>

namespace lfreval::bootstrap {

namespace {

constexpr double fewest_effective_events = 20.0;

undefined too_few_events() {
  return {undefined_reason::few_effective_events,
          "Use the ladder's interval: replicates are trusted from 20 effective events and non-events on.", std::nullopt};
}

std::optional<undefined> no_limits(const curve_replicates& curve, std::uint32_t dropped) {
  if (curve.persons == 0)
    return undefined{undefined_reason::empty, "Record some exposure; until then any value is possible.", std::nullopt};
  if (curve.persons == 1) return detail::one_cluster_only();
  if (std::uint64_t{100} * dropped > curve.replicates)
    return undefined{undefined_reason::empty_replicates,
                     "Record more people: more than one replicate in a hundred met none of them.", std::nullopt};
  return std::nullopt;
}

double rate(std::uint64_t events, std::uint64_t exposure) { return static_cast<double>(events) / static_cast<double>(exposure); }

std::uint32_t without_exposure(const curve_replicates& curve) {
  return static_cast<std::uint32_t>(std::count(curve.exposure.begin(), curve.exposure.end(), std::uint64_t{0}));
}

/// 1-based ranks of the two quantiles of `count` ordered values, and how far rank itself is uncertain.
struct quantile_ranks {
  std::size_t lower, upper, spread;

  quantile_ranks(const char* function, std::size_t count, double q) {
    const auto n = static_cast<double>(count);
    // A product such as 2001 * 0.025 may fall a rounding short of its whole number.
    lower = static_cast<std::size_t>(std::floor((n + 1.0) * q * (1.0 + 1e-12)));
    spread = static_cast<std::size_t>(std::ceil(std::sqrt(n * q * (1.0 - q))));
    if (q >= 0.5) detail::wrong_call(function, "level", "is not above 1/2 on each side");
    if (lower <= spread) detail::wrong_call(function, "replicates", "are too few for this confidence");
    upper = count + 1 - lower;
  }
};

/// The lowest threshold with a rate of at most `highest`, or K + 1. `events(k)` does not rise with k.
template <class Events> std::uint32_t lowest_threshold(std::uint32_t thresholds, double highest, std::uint64_t exposure, Events events) {
  std::uint32_t low = 1, high = thresholds + 1;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (rate(events(middle), exposure) <= highest) high = middle;
    else low = middle + 1;
  }
  return low;
}

std::uint32_t observed_choice(const curve_replicates& curve, double highest) {
  return lowest_threshold(curve.thresholds, highest, curve.observed_exposure,
                          [&](std::uint32_t k) { return curve.observed[k - 1]; });
}

std::uint32_t replicate_choice(const curve_replicates& curve, double highest, std::uint32_t b) {
  return lowest_threshold(curve.thresholds, highest, curve.exposure[b], [&](std::uint32_t k) { return curve.events_at(k)[b]; });
}

undefined grid_too_low() {
  return {undefined_reason::not_recorded, "Extend the thresholds upwards: at the highest one the rate is still too high.",
          std::nullopt};
}

void require_threshold(const char* function, const curve_replicates& curve, std::uint32_t threshold) {
  if (threshold == 0 || threshold > curve.thresholds) detail::wrong_call(function, "threshold", "lies outside 1 to their number");
}

percentile_limits limits_of(const char* function, std::vector<double> values, double point, double lowest, double highest,
                            std::uint32_t dropped, confidence level, sides on) {
  std::sort(values.begin(), values.end());
  const quantile_ranks rank(function, values.size(), detail::tail(level, on));
  const auto error = [&](std::size_t at) { return (values[at + rank.spread - 1] - values[at - rank.spread - 1]) / 2.0; };
  percentile_limits out;
  out.point = point;
  out.limits = {on == sides::upper ? lowest : values[rank.lower - 1], on == sides::lower ? highest : values[rank.upper - 1], level,
                interval_method::bootstrap_percentile, on};
  out.lower_error = on == sides::upper ? 0.0 : error(rank.lower);
  out.upper_error = on == sides::lower ? 0.0 : error(rank.upper);
  out.dropped = dropped;
  return out;
}

double highest_of(metric_family family) { return family == metric_family::share ? 1.0 : unbounded; }

} // namespace

percentile_limits percentiles_of(std::vector<double> replicates, double point, double lowest, double highest,
                                 std::uint32_t dropped, confidence level, sides on) {
  return limits_of("bootstrap::percentiles_of", std::move(replicates), point, lowest, highest, dropped, level, on);
}

estimable<percentile_limits> percentile(const curve_replicates& curve, std::uint32_t threshold, confidence level, sides on) {
  constexpr const char* name = "bootstrap::percentile";
  require_threshold(name, curve, threshold);
  const std::uint32_t dropped = without_exposure(curve);
  if (auto why = no_limits(curve, dropped)) return tl::unexpected(*why);
  if (curve.effective_events[threshold - 1] < fewest_effective_events) return tl::unexpected(too_few_events());
  const auto events = curve.events_at(threshold);
  std::vector<double> values;
  for (std::uint32_t b = 0; b < curve.replicates; ++b)
    if (curve.exposure[b] > 0) values.push_back(rate(events[b], curve.exposure[b]));
  return limits_of(name, std::move(values), rate(curve.observed[threshold - 1], curve.observed_exposure), 0.0,
                   highest_of(curve.family), dropped, level, on);
}

estimable<simultaneous_band> band(const curve_replicates& curve, confidence level) {
  constexpr const char* name = "bootstrap::band";
  const std::uint32_t dropped = without_exposure(curve);
  if (auto why = no_limits(curve, dropped)) return tl::unexpected(*why);
  simultaneous_band out;
  out.dropped = dropped;
  std::vector<double> errors(curve.thresholds), largest(curve.replicates);
  const double used = static_cast<double>(curve.replicates - dropped);
  for (std::uint32_t k = 1; k <= curve.thresholds; ++k) {
    if (curve.effective_events[k - 1] < fewest_effective_events) continue;
    const auto events = curve.events_at(k);
    double sum = 0.0, squares = 0.0;
    for (std::uint32_t b = 0; b < curve.replicates; ++b)
      if (curve.exposure[b] > 0) sum += rate(events[b], curve.exposure[b]);
    const double mean = sum / used;
    for (std::uint32_t b = 0; b < curve.replicates; ++b) {
      if (curve.exposure[b] == 0) continue;
      const double from_mean = rate(events[b], curve.exposure[b]) - mean;
      squares += from_mean * from_mean;
    }
    const double error = std::sqrt(squares / (used - 1.0));
    if (!(error > 0.0)) continue; // all persons alike: no replicate can differ
    errors[k - 1] = error;
    ++out.members;
    const double point = rate(curve.observed[k - 1], curve.observed_exposure);
    for (std::uint32_t b = 0; b < curve.replicates; ++b)
      if (curve.exposure[b] > 0)
        largest[b] = std::max(largest[b], std::fabs(rate(events[b], curve.exposure[b]) - point) / error);
  }
  if (out.members == 0) return tl::unexpected(too_few_events());
  std::vector<double> ordered;
  for (std::uint32_t b = 0; b < curve.replicates; ++b)
    if (curve.exposure[b] > 0) ordered.push_back(largest[b]);
  std::sort(ordered.begin(), ordered.end());
  const quantile_ranks rank(name, ordered.size(), level.alpha());
  out.quantile = ordered[rank.upper - 1];
  out.quantile_error = (ordered[rank.upper + rank.spread - 1] - ordered[rank.upper - rank.spread - 1]) / 2.0;
  for (std::uint32_t k = 1; k <= curve.thresholds; ++k) {
    if (errors[k - 1] == 0.0) {
      out.limits.emplace_back(tl::unexpected(too_few_events()));
      continue;
    }
    const double point = rate(curve.observed[k - 1], curve.observed_exposure), reach = out.quantile * errors[k - 1];
    const double edge = curve.family == metric_family::share ? 1.0 : unbounded;
    out.limits.emplace_back(interval{std::max(0.0, point - reach), std::min(edge, point + reach), level,
                                     interval_method::bootstrap_band, sides::two});
  }
  return out;
}

estimable<chosen_threshold> choose_threshold(const curve_replicates& curve, double highest_rate, confidence level) {
  constexpr const char* name = "bootstrap::choose_threshold";
  detail::require_amount(name, "highest_rate", highest_rate);
  const std::uint32_t dropped = without_exposure(curve);
  if (auto why = no_limits(curve, dropped)) return tl::unexpected(*why);
  chosen_threshold out;
  out.dropped = dropped;
  out.observed = observed_choice(curve, highest_rate);
  if (out.observed > curve.thresholds) return tl::unexpected(grid_too_low());
  if (curve.effective_events[out.observed - 1] < fewest_effective_events) return tl::unexpected(too_few_events());
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t b = 0; b < curve.replicates; ++b) {
    if (curve.exposure[b] == 0) continue;
    chosen.push_back(replicate_choice(curve, highest_rate, b));
    out.without += chosen.back() > curve.thresholds ? 1 : 0;
  }
  std::sort(chosen.begin(), chosen.end());
  const quantile_ranks rank(name, chosen.size(), detail::tail(level, sides::two));
  out.lower = chosen[rank.lower - 1];
  if (out.lower > curve.thresholds) return tl::unexpected(grid_too_low());
  if (chosen[rank.upper - 1] <= curve.thresholds) out.upper = chosen[rank.upper - 1];
  return out;
}

estimable<percentile_limits> percentile_at_choice(const curve_replicates& chooser, double highest_rate,
                                                  const curve_replicates& curve, confidence level, sides on) {
  constexpr const char* name = "bootstrap::percentile_at_choice";
  detail::require_amount(name, "highest_rate", highest_rate);
  if (chooser.thresholds != curve.thresholds) detail::wrong_call(name, "curve", "has other thresholds than the chooser");
  if (chooser.replicates != curve.replicates) detail::wrong_call(name, "curve", "has other replicates than the chooser");
  std::uint32_t dropped = 0;
  std::vector<double> values;
  for (std::uint32_t b = 0; b < curve.replicates; ++b) {
    const std::uint32_t k = chooser.exposure[b] > 0 ? replicate_choice(chooser, highest_rate, b) : chooser.thresholds + 1;
    if (k > chooser.thresholds || curve.exposure[b] == 0) ++dropped;
    else values.push_back(rate(curve.events_at(k)[b], curve.exposure[b]));
  }
  if (auto why = no_limits(chooser, 0)) return tl::unexpected(*why);
  const std::uint32_t k = observed_choice(chooser, highest_rate);
  if (k > chooser.thresholds) return tl::unexpected(grid_too_low());
  if (auto why = no_limits(curve, dropped)) return tl::unexpected(*why);
  if (chooser.effective_events[k - 1] < fewest_effective_events || curve.effective_events[k - 1] < fewest_effective_events)
    return tl::unexpected(too_few_events());
  return limits_of(name, std::move(values), rate(curve.observed[k - 1], curve.observed_exposure), 0.0,
                   highest_of(curve.family), dropped, level, on);
}

} // namespace lfreval::bootstrap
