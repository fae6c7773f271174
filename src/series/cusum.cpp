#include <lfreval/series/cusum.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/intervals/argument.hpp>

namespace lfreval::sequential {

namespace {

constexpr std::size_t steps_per_event = 1000;

void require_shares(const char* function, double p0, double p1) {
  if (!(0.0 < p0 && p0 < p1 && p1 < 1.0)) detail::wrong_call(function, "p0 and p1", "are not 0 < p0 < p1 < 1");
}

/// Mean exposure, in units of 1/reference, before the sum reaches `hundredths` of an event. A sum in continuous time moves down a
/// thousandth of an event per step and meets an event in a step with the chance of a thousandth of the mean per unit.
double exposure_to_alarm(double mean_per_unit, std::size_t hundredths) {
  constexpr auto steps = static_cast<double>(steps_per_event);
  return run_length(mean_per_unit / steps, steps_per_event, hundredths * (steps_per_event / 100)) / steps;
}

} // namespace

likelihood_ratio_test sequential_probability_ratio(std::uint64_t events, std::uint64_t trials, double p0, double p1, double alpha, double beta) {
  detail::require_trials("sequential::sequential_probability_ratio", events, trials);
  require_shares("sequential::sequential_probability_ratio", p0, p1);
  if (!(alpha > 0.0 && beta > 0.0 && alpha + beta < 1.0)) detail::wrong_call("sequential::sequential_probability_ratio", "alpha and beta", "are not errors that add up to less than 1");
  const double x = static_cast<double>(events), others = static_cast<double>(trials - events);
  return {x * std::log(p1 / p0) + others * (std::log1p(-p1) - std::log1p(-p0)), std::log((1.0 - beta) / alpha), std::log(beta / (1.0 - alpha))};
}

bernoulli_cusum::bernoulli_cusum(double p0, double p1) {
  require_shares("sequential::bernoulli_cusum", p0, p1);
  event_weight = std::log(p1 / p0);
  other_weight = std::log1p(-p1) - std::log1p(-p0);
}

void bernoulli_cusum::add_event() {
  value += event_weight;
  highest = std::max(highest, value);
}

void bernoulli_cusum::add_trials_without_event(std::uint64_t trials) { value = std::max(0.0, value + static_cast<double>(trials) * other_weight); }

double poisson_reference(double baseline, double shifted) {
  if (!(0.0 < baseline && baseline < shifted) || !std::isfinite(shifted)) detail::wrong_call("sequential::poisson_reference", "rates", "are not 0 < baseline < shifted");
  return (shifted - baseline) / std::log(shifted / baseline);
}

double run_length(double probability, std::size_t per_event, std::size_t alarm) {
  if (!(probability > 0.0 && probability < 1.0)) detail::wrong_call("sequential::run_length", "probability", "is not above 0 and below 1");
  if (per_event < 2) detail::wrong_call("sequential::run_length", "per_event", "is below 2");
  if (alarm < 1) detail::wrong_call("sequential::run_length", "alarm", "is below 1");
  // N(i) = 1 + (1-p) N(i-1) + p N(i + per_event - 1), solved from the top for N = slope N(top) + offset; the state 0, which an
  // event is needed to leave, then gives N(top).
  std::vector<double> slope(alarm, 0.0), offset(alarm, 0.0);
  slope[alarm - 1] = 1.0;
  const double stay = 1.0 - probability;
  for (std::size_t i = alarm - 1; i > 0; --i) {
    const std::size_t up = i + per_event - 1;
    const double up_slope = up < alarm ? slope[up] : 0.0, up_offset = up < alarm ? offset[up] : 0.0;
    slope[i - 1] = (slope[i] - probability * up_slope) / stay;
    offset[i - 1] = (offset[i] - 1.0 - probability * up_offset) / stay;
  }
  const std::size_t up = per_event - 1;
  const double up_slope = up < alarm ? slope[up] : 0.0, up_offset = up < alarm ? offset[up] : 0.0;
  const double top = (1.0 / probability + up_offset - offset[0]) / (slope[0] - up_slope);
  return slope[0] * top + offset[0];
}

cusum_design design_cusum(double baseline, double shifted, double once_in) {
  const double k = poisson_reference(baseline, shifted);
  if (!(once_in > 0.0) || !(once_in * baseline <= 1e9)) detail::wrong_call("sequential::design_cusum", "once_in", "is not above 0, or expects more than 10^9 events before a false alarm");
  constexpr std::size_t highest = 20000;
  const auto lasts = [&](std::size_t hundredths) { return exposure_to_alarm(baseline / k, hundredths) / k >= once_in; };
  std::size_t too_low = 0, enough = 1;
  while (!lasts(enough)) {
    if (enough == highest) detail::wrong_call("sequential::design_cusum", "once_in", "needs an alarm level above 200 events");
    too_low = enough;
    enough = std::min(highest, 2 * enough);
  }
  while (enough - too_low > 1) {
    const std::size_t middle = too_low + (enough - too_low) / 2;
    (lasts(middle) ? enough : too_low) = middle;
  }
  return {k, static_cast<double>(enough) / 100.0, exposure_to_alarm(baseline / k, enough) / k, exposure_to_alarm(shifted / k, enough) / k};
}

double cusum_after(double before, std::uint64_t events, double exposure, const cusum_design& by) {
  return std::max(0.0, before + static_cast<double>(events) - by.reference * exposure);
}

} // namespace lfreval::sequential
