#include <lfreval/identification/repeated_passes.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "identification/person_draws.hpp"

namespace lfreval::identification {

namespace {

constexpr std::uint32_t stream = 0x70617373U;

struct trial_errors {
  std::uint64_t sum = 0, squares = 0;
};

trial_errors draw(const detail::events_of_person& one, std::uint64_t persons, detail::trial_draws& from) {
  trial_errors out;
  detail::for_people_with_events(one, persons, from, [&](std::uint64_t errors) {
    out.sum += errors;
    out.squares += errors * errors;
  });
  return out;
}

constexpr const char* name = "identification::chance_to_prove";

} // namespace

bool proves_limit(const limit& declared, const repeated_passes& people, std::uint64_t persons, std::uint64_t errors, std::uint64_t squares, confidence level) {
  if (describe(declared.metric).family != metric_family::share || declared.direction == limit_direction::none || declared.exposure == 0) detail::wrong_call("identification::proves_limit", "limit", "is not a limit on a share");
  const bool at_least = declared.direction == limit_direction::at_least;
  const double target = at_least ? static_cast<double>(declared.exposure - declared.events) / static_cast<double>(declared.exposure) : declared.value();
  const auto clusters = static_cast<double>(persons), passes = static_cast<double>(people.passes), n = clusters * passes, x = static_cast<double>(errors), q = level.alpha();
  if (persons < 2 || x >= n) return false;
  if (errors == 0) return distribution::binomial_zero_upper(clusters, q) <= target;
  const double point = x / n, variance = clusters / (clusters - 1.0) * (static_cast<double>(squares) - x * x / clusters) / (n * n), independent = point * (1.0 - point) / n;
  const double kernel = (people.design_effect > 1.0 ? people.design_effect : passes) / n;
  const detail::clustered_moments m{metric_family::share, point, n, clusters, variance / independent, 1.0, kernel};
  return (at_least ? m.korn_graubard_upper(q) : m.checking_upper(q)) <= target;
}

simulated_chance chance_to_prove(const limit& declared, const repeated_passes& people, std::uint64_t persons, confidence level, std::uint64_t seed) {
  if (!(people.error_rate >= 0.0 && people.error_rate < 1.0)) detail::wrong_call(name, "error_rate", "is not a share below 1");
  if (!(people.correlation >= 0.0 && people.correlation <= 1.0)) detail::wrong_call(name, "correlation", "is not between 0 and 1");
  if (people.passes == 0) detail::wrong_call(name, "passes", "is 0");
  constexpr double most_draws = 2e7, fewest = 1000, most = 20000;
  const detail::events_of_person known(people.passes, people.error_rate, people.correlation);
  const double with_errors = static_cast<double>(persons) * (1.0 - known.none);
  simulated_chance out;
  const double each = with_errors + 1.0 + (people.worth_passages ? static_cast<double>(people.passes) : 0.0);
  out.trials = static_cast<std::uint64_t>(std::clamp(most_draws / each, fewest, most));
  std::map<std::pair<std::uint64_t, std::uint64_t>, bool> answers;
  std::uint64_t proven = 0;
  for (std::uint64_t trial = 0; trial < out.trials; ++trial) {
    detail::trial_draws from(seed, trial, stream);
    trial_errors errors;
    if (people.worth_passages && people.error_rate > 0.0) {
      const double worth = *people.worth_passages, rate = distribution::beta_lower_quantile(people.error_rate * worth, (1.0 - people.error_rate) * worth, from.next());
      errors = draw(detail::events_of_person(people.passes, std::min(rate, std::nextafter(1.0, 0.0)), people.correlation), persons, from);
    } else {
      errors = draw(known, persons, from);
    }
    const auto [at, added] = answers.try_emplace({errors.sum, errors.squares}, false);
    if (added) at->second = proves_limit(declared, people, persons, errors.sum, errors.squares, level);
    proven += at->second ? 1 : 0;
  }
  const auto trials = static_cast<double>(out.trials);
  out.chance = static_cast<double>(proven) / trials;
  out.standard_error = std::sqrt(out.chance * (1.0 - out.chance) / trials);
  return out;
}

} // namespace lfreval::identification
