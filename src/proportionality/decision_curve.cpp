#include <lfreval/proportionality/decision_curve.hpp>

#include <algorithm>

#include <lfreval/counts/threshold_sweep.hpp>
#include <lfreval/intervals/argument.hpp>

namespace lfreval::decision {

estimable<decision_curve_counts> decision_curve(std::span<const float> probabilities, std::span<const std::uint32_t> is_listed,
                                                std::span<const double> threshold_probabilities, unsigned threads) {
  constexpr const char* name = "decision::decision_curve";
  if (probabilities.size() != is_listed.size()) detail::wrong_call(name, "is_listed", "is not one per probability");
  if (threshold_probabilities.empty()) detail::wrong_call(name, "threshold_probabilities", "are none");
  std::vector<threshold> at;
  for (const double p : threshold_probabilities) {
    if (!(p > 0.0 && p < 1.0)) detail::wrong_call(name, "threshold_probabilities", "do not lie strictly between 0 and 1");
    at.emplace_back(static_cast<float>(p));
  }
  if (probabilities.empty()) return detail::no_value(undefined_reason::empty, "Record at least one passage.");
  float least = 0.0F, most = 1.0F;
  std::uint32_t largest = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    least = std::min(least, probabilities[i]);
    most = std::max(most, probabilities[i]);
    largest = std::max(largest, is_listed[i]);
  }
  if (least < 0.0F || most > 1.0F) detail::wrong_call(name, "probabilities", "lie outside [0, 1]");
  if (largest > 1) detail::wrong_call(name, "is_listed", "is neither 0 nor 1");
  const sweep_counts counted = sweep(probabilities, is_listed, 2, threshold_grid(std::move(at)), threads); // refuses NaN
  const std::vector<std::uint64_t> harmed = counted.alerting(0), gained = counted.alerting(1);
  decision_curve_counts out;
  out.others = counted.total(0);
  out.listed = counted.total(1);
  const auto n = static_cast<double>(probabilities.size());
  for (std::size_t i = 0; i < threshold_probabilities.size(); ++i) {
    decision_point point;
    point.threshold_probability = threshold_probabilities[i];
    point.exchange = point.threshold_probability / (1.0 - point.threshold_probability);
    point.gained = gained[i];
    point.harmed = harmed[i];
    point.net_benefit = (static_cast<double>(gained[i]) - point.exchange * static_cast<double>(harmed[i])) / n;
    point.alert_on_everybody = (static_cast<double>(out.listed) - point.exchange * static_cast<double>(out.others)) / n;
    out.points.push_back(point);
  }
  return out;
}

} // namespace lfreval::decision
