#include <lfreval/proportionality/uncertain_input.hpp>

#include <cmath>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::sensitivity {

namespace {

void require_positive(const char* function, const char* argument, double value) {
  if (!std::isfinite(value) || !(value > 0.0)) detail::wrong_call(function, argument, "is not finite and above 0");
}

void require_finite(const char* function, const char* argument, double value) {
  if (!std::isfinite(value)) detail::wrong_call(function, argument, "is not finite");
}

} // namespace

uncertain_input uncertain_input::fixed(double value) {
  require_finite("uncertain_input::fixed", "value", value);
  return {input_shape::fixed, {value, 0.0, 0.0}};
}

uncertain_input uncertain_input::beta(double a, double b) {
  require_positive("uncertain_input::beta", "a", a);
  require_positive("uncertain_input::beta", "b", b);
  return {input_shape::beta, {a, b, 0.0}};
}

uncertain_input uncertain_input::gamma(double shape, double rate) {
  require_positive("uncertain_input::gamma", "shape", shape);
  require_positive("uncertain_input::gamma", "rate", rate);
  return {input_shape::gamma, {shape, rate, 0.0}};
}

uncertain_input uncertain_input::uniform(double lowest, double highest) {
  require_finite("uncertain_input::uniform", "lowest", lowest);
  require_finite("uncertain_input::uniform", "highest", highest);
  if (lowest > highest) detail::wrong_call("uncertain_input::uniform", "lowest", "is above highest");
  return {input_shape::uniform, {lowest, highest, 0.0}};
}

uncertain_input uncertain_input::triangular(double lowest, double likeliest, double highest) {
  for (const double value : {lowest, likeliest, highest}) require_finite("uncertain_input::triangular", "parameter", value);
  if (lowest > likeliest || likeliest > highest) detail::wrong_call("uncertain_input::triangular", "parameters", "are not in order");
  return {input_shape::triangular, {lowest, likeliest, highest}};
}

uncertain_input uncertain_input::share(std::uint64_t events, std::uint64_t trials) {
  detail::require_trials("uncertain_input::share", events, trials);
  if (trials == 0) detail::wrong_call("uncertain_input::share", "trials", "are none");
  return beta(static_cast<double>(events) + 0.5, static_cast<double>(trials - events) + 0.5);
}

uncertain_input uncertain_input::rate(std::uint64_t events, double exposure) {
  detail::require_count("uncertain_input::rate", "events", events);
  return gamma(static_cast<double>(events) + 0.5, exposure);
}

uncertain_input uncertain_input::clustered_rate(double point, double effective_events) {
  require_positive("uncertain_input::clustered_rate", "point", point);
  require_positive("uncertain_input::clustered_rate", "effective_events", effective_events);
  return gamma(effective_events + 0.5, effective_events / point);
}

double uncertain_input::mean() const noexcept {
  switch (shape_) {
    case input_shape::fixed: return p_[0];
    case input_shape::beta: return p_[0] / (p_[0] + p_[1]);
    case input_shape::gamma: return p_[0] / p_[1];
    case input_shape::uniform: return p_[0] + (p_[1] - p_[0]) / 2.0;
    case input_shape::triangular: return (p_[0] + p_[1] + p_[2]) / 3.0;
  }
  return p_[0];
}

double uncertain_input::quantile(double u) const {
  if (!(u > 0.0 && u < 1.0)) detail::wrong_call("uncertain_input::quantile", "u", "does not lie strictly between 0 and 1");
  switch (shape_) {
    case input_shape::fixed: return p_[0];
    case input_shape::beta: return u < 0.5 ? distribution::beta_lower_quantile(p_[0], p_[1], u) : distribution::beta_upper_quantile(p_[0], p_[1], 1.0 - u);
    case input_shape::gamma: return (u < 0.5 ? distribution::gamma_lower_quantile(p_[0], u) : distribution::gamma_upper_quantile(p_[0], 1.0 - u)) / p_[1];
    case input_shape::uniform: return p_[0] + u * (p_[1] - p_[0]);
    case input_shape::triangular: {
      const double range = p_[2] - p_[0];
      if (range == 0.0) return p_[0];
      const double rising = p_[1] - p_[0];
      return u * range < rising ? p_[0] + std::sqrt(u * range * rising) : p_[2] - std::sqrt((1.0 - u) * range * (p_[2] - p_[1]));
    }
  }
  return p_[0];
}

} // namespace lfreval::sensitivity
