// What the sampled figures share. Private to the proportionality stage.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/proportionality/sensitivity.hpp>

namespace lfreval::sensitivity {

constexpr std::size_t most_inputs = 16;

inline void require_plan(const char* function, std::size_t inputs, const sampling_plan& plan) {
  if (inputs == 0 || inputs > most_inputs) detail::wrong_call(function, "inputs", "are not from 1 to 16");
  if (plan.log2_points == 0 || plan.log2_points > 20) detail::wrong_call(function, "log2_points", "is not from 1 to 20");
  if (plan.randomisations < 2) detail::wrong_call(function, "randomisations", "are fewer than 2");
}

inline double finite_result(const char* function, double value) {
  if (!std::isfinite(value)) detail::wrong_call(function, "model", "returned what is not finite");
  return value;
}

/// Mean and Student's t over the randomisations.
inline sampled_figure over_randomisations(std::span<const double> values, confidence level) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0, squares = 0.0;
  for (const double v : values) mean += v;
  mean /= n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double reach = distribution::student_t_upper_quantile(level.alpha() / 2.0, n - 1.0) * std::sqrt(squares / (n - 1.0) / n);
  return {mean, {mean - reach, mean + reach, level, interval_method::randomised_t, sides::two}};
}

} // namespace lfreval::sensitivity
