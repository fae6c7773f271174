#include <lfreval/identification/repeated_passes.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <lfreval/detail/philox.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::identification {

namespace {

/// Uniform numbers in (0, 1) of one trial.
class trial_draws {
public:
  trial_draws(std::uint64_t seed, std::uint64_t trial) : key_(detail::philox_key_of(seed)), trial_(static_cast<std::uint32_t>(trial)) {}

  double next() {
    const std::uint64_t word = detail::philox_word({static_cast<std::uint32_t>(place_), static_cast<std::uint32_t>(place_ >> 32U), trial_, stream}, key_);
    ++place_;
    return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
  }

private:
  static constexpr std::uint32_t stream = 0x70617373U; // apart from the other uses of a study's seed
  detail::philox_key key_;
  std::uint32_t trial_;
  std::uint64_t place_ = 0;
};

/// The errors of one person: how likely none is, and how many there are where there are some.
struct errors_of_person {
  double none = 1.0;
  std::vector<double> up_to; ///< up_to[k]: chance of at most k + 1 errors of those who have any

  errors_of_person(std::uint64_t passes, double rate, double correlation) {
    if (!(rate > 0.0)) return;
    const auto n = static_cast<double>(passes);
    std::vector<double> logs(static_cast<std::size_t>(passes) + 1, -HUGE_VAL);
    if (correlation >= 1.0) {
      logs.front() = std::log1p(-rate);
      logs.back() = std::log(rate);
    } else {
      const double total = correlation > 0.0 ? 1.0 / correlation - 1.0 : 0.0, a = rate * total, b = (1.0 - rate) * total;
      logs[0] = 0.0;
      for (std::size_t k = 0; k < passes; ++k) {
        const auto errors = static_cast<double>(k);
        const double odds = correlation > 0.0 ? (errors + a) / (n - errors - 1.0 + b) : rate / (1.0 - rate);
        logs[k + 1] = logs[k] + std::log((n - errors) / (errors + 1.0) * odds);
      }
    }
    const double highest = *std::max_element(logs.begin(), logs.end());
    double some = 0.0;
    for (std::size_t k = 1; k <= passes; ++k) up_to.push_back(some += std::exp(logs[k] - highest));
    none = std::exp(logs[0] - highest);
    none /= none + some;
    for (double& each : up_to) each /= some;
  }
};

struct trial_errors {
  std::uint64_t sum = 0, squares = 0;
};

/// People without an error are skipped in one step each time: most trials of false positives have hardly any other.
trial_errors draw(const errors_of_person& one, std::uint64_t persons, trial_draws& from) {
  trial_errors out;
  if (one.none >= 1.0) return out;
  const double skip = one.none > 0.0 ? std::log(one.none) : -HUGE_VAL;
  for (std::uint64_t person = 0;; ++person) {
    const double skipped = one.none > 0.0 ? std::floor(std::log(from.next()) / skip) : 0.0;
    if (skipped >= static_cast<double>(persons - person)) return out;
    person += static_cast<std::uint64_t>(skipped);
    const auto at = std::upper_bound(one.up_to.begin(), one.up_to.end(), from.next());
    const std::uint64_t errors = static_cast<std::uint64_t>(std::min(at, one.up_to.end() - 1) - one.up_to.begin()) + 1;
    out.sum += errors;
    out.squares += errors * errors;
    if (person + 1 >= persons) return out;
  }
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
  const errors_of_person known(people.passes, people.error_rate, people.correlation);
  const double with_errors = static_cast<double>(persons) * (1.0 - known.none);
  simulated_chance out;
  const double each = with_errors + 1.0 + (people.worth_passages ? static_cast<double>(people.passes) : 0.0);
  out.trials = static_cast<std::uint64_t>(std::clamp(most_draws / each, fewest, most));
  std::map<std::pair<std::uint64_t, std::uint64_t>, bool> answers;
  std::uint64_t proven = 0;
  for (std::uint64_t trial = 0; trial < out.trials; ++trial) {
    trial_draws from(seed, trial);
    trial_errors errors;
    if (people.worth_passages && people.error_rate > 0.0) {
      const double worth = *people.worth_passages, rate = distribution::beta_lower_quantile(people.error_rate * worth, (1.0 - people.error_rate) * worth, from.next());
      errors = draw(errors_of_person(people.passes, std::min(rate, std::nextafter(1.0, 0.0)), people.correlation), persons, from);
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
