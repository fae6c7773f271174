#include <lfreval/identification/predictive_value.hpp>

#include <utility>

namespace lfreval::identification {

estimable<predictive_value> predictive_value_range(const estimate& found, const estimate& false_alarm,
                                                   const prevalence_band& prevalence,
                                                   std::optional<estimate> observed) {
  constexpr const char* name = "identification::predictive_value_range";
  if (found.metric != metric_id::true_positive_identification_rate)
    detail::wrong_call(name, "found", "is not a true positive identification rate");
  if (false_alarm.metric != metric_id::false_positive_identification_rate)
    detail::wrong_call(name, "false_alarm", "is not a false positive identification rate");
  if (observed && observed->metric != metric_id::false_discovery_proportion)
    detail::wrong_call(name, "observed", "is not a false discovery proportion");
  detail::require_share(name, "prevalence.lower", prevalence.lower);
  detail::require_share(name, "prevalence.upper", prevalence.upper);
  if (prevalence.lower > prevalence.upper) detail::wrong_call(name, "prevalence", "is upside down");
  if (found.headline.on != sides::two || false_alarm.headline.on != sides::two)
    detail::wrong_call(name, "intervals", "are one-sided");
  const double error = found.headline.level.alpha() + false_alarm.headline.level.alpha();
  if (error >= 1.0)
    return detail::no_value(undefined_reason::empty, "Use intervals of higher confidence: together these leave none.",
                            0.0, 1.0);

  using tpir = true_positive_identification_rate;
  using fpir = false_positive_identification_rate;
  const auto at = [](double pi, double t, double f) { return positive_predictive_value(pi, tpir(t), fpir(f)); };
  predictive_value out;
  out.prevalence = prevalence;
  out.level = confidence::checked(1.0 - error);
  out.no_false_positives = false_alarm.events == 0;
  out.observed_false_discovery = std::move(observed);
  // At a corner where nothing alerts every value is possible.
  out.lower = at(prevalence.lower, found.headline.lower, false_alarm.headline.upper).value_or(0.0);
  out.upper = at(prevalence.upper, found.headline.upper, false_alarm.headline.lower).value_or(1.0);
  const auto point = [&](double pi) -> std::optional<double> {
    if (out.no_false_positives) return std::nullopt;
    const auto value = at(pi, found.point, false_alarm.point);
    return value ? std::optional<double>(*value) : std::nullopt;
  };
  out.point_at_lower = point(prevalence.lower);
  out.point_at_upper = point(prevalence.upper);
  return out;
}

} // namespace lfreval::identification
