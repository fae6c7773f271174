#include <lfreval/disparity/index_appendix.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

#include <lfreval/intervals/argument.hpp>

namespace lfreval {

std::string_view to_string(fairness_index index) noexcept {
  switch (index) {
    case fairness_index::gini: return "gini";
    case fairness_index::theil: return "theil";
    case fairness_index::mape: return "mape";
    case fairness_index::log10_max_over_min: return "log10_max_over_min";
    case fairness_index::max_over_mean: return "max_over_mean";
    case fairness_index::max_over_geomean: return "max_over_geomean";
    case fairness_index::between_group_sd_log: return "between_group_sd_log";
    case fairness_index::fdr: return "fdr";
    case fairness_index::inequity_rate: return "inequity_rate";
    case fairness_index::garbe: return "garbe";
  }
  return "";
}

std::string_view blind_to(fairness_index index) noexcept {
  switch (index) {
    case fairness_index::gini: return "It cannot see which group fares badly, nor how high the rates are: all of them ten times higher gives the same number.";
    case fairness_index::theil: return "It cannot see which group fares badly, nor whether it is one or several, nor how high the rates are.";
    case fairness_index::mape: return "It cannot see whether many groups differ a little or one differs a lot.";
    case fairness_index::log10_max_over_min: return "It cannot see any group between the two extremes, and grows with the number of groups when none differs.";
    case fairness_index::max_over_mean: return "It cannot see a group that fares far better than the rest, and grows with the number of groups when none differs.";
    case fairness_index::max_over_geomean: return "It cannot see the group with the lowest rate apart from the others, and grows with the number of groups when none differs.";
    case fairness_index::between_group_sd_log: return "It cannot tell true differences from the chance in small counts.";
    case fairness_index::fdr: return "It cannot see ratios: at false positive rates of 1 in 1,000 a ten-fold difference moves it by half a thousandth.";
    case fairness_index::inequity_rate: return "It cannot see any group between the extremes, nor which of the two kinds of error differs.";
    case fairness_index::garbe: return "It cannot see which of the two kinds of error differs, which group fares badly, nor how high the rates are.";
  }
  return "";
}

} // namespace lfreval

namespace lfreval::fairness {
namespace {

using rates_of_groups = std::span<const double>;

std::optional<undefined> no_index(const char* function, rates_of_groups rates) {
  for (const double r : rates)
    if (!std::isfinite(r) || r < 0.0) detail::wrong_call(function, "rates", "hold one that is negative or not finite");
  if (rates.size() < 2) return undefined{undefined_reason::empty, "Record some exposure in at least two groups.", std::nullopt};
  if (std::find(rates.begin(), rates.end(), 0.0) != rates.end())
    return undefined{undefined_reason::no_events, "A group has no event: show the rates with their limits, or shrunken rates.", std::nullopt};
  return std::nullopt;
}

std::optional<undefined> no_index(const char* function, rates_of_groups one, rates_of_groups other, double alpha) {
  if (one.size() != other.size()) detail::wrong_call(function, "misses", "are not of as many groups as false_positives");
  if (!(alpha >= 0.0 && alpha <= 1.0)) detail::wrong_call(function, "alpha", "is not between 0 and 1");
  if (auto why = no_index(function, one)) return why;
  return no_index(function, other);
}

double count_of(rates_of_groups rates) { return static_cast<double>(rates.size()); }

double mean_of(rates_of_groups rates) {
  double sum = 0.0;
  for (const double r : rates) sum += r;
  return sum / count_of(rates);
}

double mean_log(rates_of_groups rates) {
  double sum = 0.0;
  for (const double r : rates) sum += std::log(r);
  return sum / count_of(rates);
}

double highest(rates_of_groups rates) { return *std::max_element(rates.begin(), rates.end()); }
double lowest(rates_of_groups rates) { return *std::min_element(rates.begin(), rates.end()); }

double gini_of(rates_of_groups rates) {
  double sum = 0.0;
  for (const double a : rates)
    for (const double b : rates) sum += std::fabs(a - b);
  const double n = count_of(rates);
  return n / (n - 1.0) * sum / (2.0 * n * n * mean_of(rates));
}

/// `Formula` of checked rates.
template <class Formula> estimable<double> index_of(const char* function, rates_of_groups rates, const Formula& formula) {
  if (auto why = no_index(function, rates)) return tl::unexpected(*why);
  return formula(rates);
}

template <class Formula>
estimable<double> index_of(const char* function, rates_of_groups one, rates_of_groups other, double alpha, const Formula& formula) {
  if (auto why = no_index(function, one, other, alpha)) return tl::unexpected(*why);
  return formula(one, other);
}

/// The rates, unless a group has no exposure.
estimable<std::vector<double>> rates_from(std::span<const group_count> groups) {
  constexpr const char* name = "fairness::index_appendix";
  std::vector<double> out;
  bool unknown = false;
  for (const group_count& g : groups) {
    detail::require_count(name, "events", g.events);
    detail::require_exposure(name, "exposure", g.exposure, static_cast<double>(g.events));
    unknown = unknown || g.exposure == 0.0;
    out.push_back(static_cast<double>(g.events) / g.exposure);
  }
  if (unknown) return detail::no_value(undefined_reason::empty, "A group has no exposure: record some, or declare fewer groups.");
  return out;
}

} // namespace

estimable<double> gini(rates_of_groups rates) { return index_of("fairness::gini", rates, gini_of); }

estimable<double> weighted_gini(rates_of_groups rates, std::span<const double> weights) {
  constexpr const char* name = "fairness::weighted_gini";
  if (rates.size() != weights.size()) detail::wrong_call(name, "weights", "are not one per rate");
  double total = 0.0, mean = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!std::isfinite(weights[i]) || weights[i] < 0.0) detail::wrong_call(name, "weights", "hold one that is negative or not finite");
    total += weights[i];
    mean += weights[i] * rates[i];
  }
  if (auto why = no_index(name, rates)) return tl::unexpected(*why);
  if (total == 0.0) detail::wrong_call(name, "weights", "are all 0");
  double sum = 0.0;
  for (std::size_t i = 0; i < rates.size(); ++i)
    for (std::size_t j = 0; j < rates.size(); ++j) sum += weights[i] * weights[j] * std::fabs(rates[i] - rates[j]);
  return sum / (2.0 * total * mean);
}

estimable<double> theil(rates_of_groups rates) {
  return index_of("fairness::theil", rates, [](rates_of_groups r) {
    const double mean = mean_of(r);
    double sum = 0.0;
    for (const double one : r) sum += one / mean * std::log(one / mean);
    return sum / count_of(r);
  });
}

estimable<double> mape(rates_of_groups rates) {
  return index_of("fairness::mape", rates, [](rates_of_groups r) {
    const double mean = mean_of(r);
    double sum = 0.0;
    for (const double one : r) sum += std::fabs(one - mean);
    return sum / count_of(r) / mean;
  });
}

estimable<double> max_over_mean(rates_of_groups rates) {
  return index_of("fairness::max_over_mean", rates, [](rates_of_groups r) { return highest(r) / mean_of(r); });
}

estimable<double> max_over_geomean(rates_of_groups rates) {
  return index_of("fairness::max_over_geomean", rates, [](rates_of_groups r) { return highest(r) / std::exp(mean_log(r)); });
}

estimable<double> log10_max_over_min(rates_of_groups rates) {
  return index_of("fairness::log10_max_over_min", rates, [](rates_of_groups r) { return std::log10(highest(r) / lowest(r)); });
}

estimable<double> between_group_sd_log(rates_of_groups rates) {
  return index_of("fairness::between_group_sd_log", rates, [](rates_of_groups r) {
    const double mean = mean_log(r);
    double sum = 0.0;
    for (const double one : r) sum += (std::log(one) - mean) * (std::log(one) - mean);
    return std::sqrt(sum / (count_of(r) - 1.0));
  });
}

estimable<double> fdr(rates_of_groups false_positives, rates_of_groups misses, double alpha) {
  return index_of("fairness::fdr", false_positives, misses, alpha, [=](rates_of_groups a, rates_of_groups b) {
    return 1.0 - (alpha * (highest(a) - lowest(a)) + (1.0 - alpha) * (highest(b) - lowest(b)));
  });
}

estimable<double> inequity_rate(rates_of_groups false_positives, rates_of_groups misses, double alpha) {
  return index_of("fairness::inequity_rate", false_positives, misses, alpha, [=](rates_of_groups a, rates_of_groups b) {
    return std::pow(highest(a) / lowest(a), alpha) * std::pow(highest(b) / lowest(b), 1.0 - alpha);
  });
}

estimable<double> garbe(rates_of_groups false_positives, rates_of_groups misses, double alpha) {
  return index_of("fairness::garbe", false_positives, misses, alpha,
                  [=](rates_of_groups a, rates_of_groups b) { return alpha * gini_of(a) + (1.0 - alpha) * gini_of(b); });
}

std::vector<index_line> index_appendix(std::span<const group_count> false_positives, std::span<const group_count> misses, double alpha) {
  constexpr const char* name = "fairness::index_appendix";
  if (false_positives.size() != misses.size()) detail::wrong_call(name, "misses", "are not of as many groups as false_positives");
  if (!(alpha >= 0.0 && alpha <= 1.0)) detail::wrong_call(name, "alpha", "is not between 0 and 1");
  const auto first = rates_from(false_positives), second = rates_from(misses);
  const auto of_one = [&](auto formula) -> estimable<double> {
    if (!first) return tl::unexpected(first.error());
    return formula(*first);
  };
  const auto of_both = [&](auto formula) -> estimable<double> {
    if (!first || !second) return tl::unexpected(first ? second.error() : first.error());
    return formula(*first, *second, alpha);
  };
  return {{fairness_index::gini, of_one(gini)},
          {fairness_index::theil, of_one(theil)},
          {fairness_index::mape, of_one(mape)},
          {fairness_index::log10_max_over_min, of_one(log10_max_over_min)},
          {fairness_index::max_over_mean, of_one(max_over_mean)},
          {fairness_index::max_over_geomean, of_one(max_over_geomean)},
          {fairness_index::between_group_sd_log, of_one(between_group_sd_log)},
          {fairness_index::fdr, of_both(fdr)},
          {fairness_index::inequity_rate, of_both(inequity_rate)},
          {fairness_index::garbe, of_both(garbe)}};
}

} // namespace lfreval::fairness
