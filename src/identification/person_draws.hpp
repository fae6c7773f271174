// Draws of what happens to people who pass several times, for chances found by simulation. Private to the identification stage.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <lfreval/detail/philox.hpp>

namespace lfreval::detail {

/// Uniform numbers in (0, 1) of one trial. The stream is apart from the other uses of a study's seed.
class trial_draws {
public:
  trial_draws(std::uint64_t seed, std::uint64_t trial, std::uint32_t stream) : key_(philox_key_of(seed)), trial_(static_cast<std::uint32_t>(trial)), stream_(stream) {}

  double next() {
    const std::uint64_t word = philox_word({static_cast<std::uint32_t>(place_), static_cast<std::uint32_t>(place_ >> 32U), trial_, stream_}, key_);
    ++place_;
    return (static_cast<double>(word >> 11U) + 0.5) * 0x1p-53;
  }

private:
  philox_key key_;
  std::uint32_t trial_, stream_;
  std::uint64_t place_ = 0;
};

/// The events of one person: how likely none is, and how many there are where there are some. Beta-binomial.
struct events_of_person {
  double none = 1.0;
  std::vector<double> up_to; ///< up_to[k]: chance of at most k + 1 events of those who have any

  events_of_person(std::uint64_t passes, double rate, double correlation) {
    if (!(rate > 0.0)) return;
    const auto n = static_cast<double>(passes);
    std::vector<double> logs(static_cast<std::size_t>(passes) + 1, -HUGE_VAL);
    if (correlation >= 1.0 || rate >= 1.0) {
      logs.front() = std::log1p(-rate);
      logs.back() = std::log(rate);
    } else {
      const double total = correlation > 0.0 ? 1.0 / correlation - 1.0 : 0.0, a = rate * total, b = (1.0 - rate) * total;
      logs[0] = 0.0;
      for (std::size_t k = 0; k < passes; ++k) {
        const auto events = static_cast<double>(k);
        const double odds = correlation > 0.0 ? (events + a) / (n - events - 1.0 + b) : rate / (1.0 - rate);
        logs[k + 1] = logs[k] + std::log((n - events) / (events + 1.0) * odds);
      }
    }
    const double highest = *std::max_element(logs.begin(), logs.end());
    double some = 0.0;
    for (std::size_t k = 1; k <= passes; ++k) up_to.push_back(some += std::exp(logs[k] - highest));
    none = std::exp(logs[0] - highest);
    none /= none + some;
    for (double& each : up_to) each /= some;
  }

  /// Of a person who has any.
  [[nodiscard]] std::uint64_t some(trial_draws& from) const {
    const auto at = std::upper_bound(up_to.begin(), up_to.end(), from.next());
    return static_cast<std::uint64_t>(std::min(at, up_to.end() - 1) - up_to.begin()) + 1;
  }
  [[nodiscard]] std::uint64_t any(trial_draws& from) const { return up_to.empty() || from.next() < none ? 0 : some(from); }
};

/// Visits the people who have any event, each with the number of them. The others are skipped in one step each time: most trials of
/// false positives have hardly anybody else.
template <class Visit> void for_people_with_events(const events_of_person& one, std::uint64_t persons, trial_draws& from, Visit visit) {
  if (one.none >= 1.0) return;
  const double skip = one.none > 0.0 ? std::log(one.none) : -HUGE_VAL;
  for (std::uint64_t person = 0;; ++person) {
    const double skipped = one.none > 0.0 ? std::floor(std::log(from.next()) / skip) : 0.0;
    if (skipped >= static_cast<double>(persons - person)) return;
    person += static_cast<std::uint64_t>(skipped);
    visit(one.some(from));
    if (person + 1 >= persons) return;
  }
}

} // namespace lfreval::detail
