#include <lfreval/identification/planned_systems.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "identification/paired_limits.hpp"
#include "identification/person_draws.hpp"

namespace lfreval::identification {

namespace {

constexpr const char* name = "identification::chance_to_tell_apart";
constexpr std::uint32_t stream = 0x70616972U;

/// What everybody's equal number of passages leaves of a clustered share.
struct equal_shares {
  double passages, persons;

  [[nodiscard]] double variance(double events, double squares) const { return persons / (persons - 1.0) * (squares - events * events / persons) / (passages * passages); }
  [[nodiscard]] double effect(double events, double squares) const {
    const double share = events / passages;
    return variance(events, squares) / (share * (1.0 - share) / passages);
  }
  [[nodiscard]] detail::discordant_moments share_of(std::uint64_t events, std::uint64_t squares) const {
    const auto x = static_cast<double>(events);
    const bool none = events == 0, all = x >= passages;
    return {{metric_family::share, x / passages, passages, persons, none || all ? 1.0 : effect(x, static_cast<double>(squares)), 1.0, 1.0 / persons}, none, all};
  }
};

} // namespace

bool tells_apart(const discordant_sums& sums, std::uint64_t passes, std::uint64_t persons, double beyond, confidence level) {
  const std::uint64_t discordant = sums.first_only + sums.second_only, whole = passes * persons;
  if (discordant > whole) detail::wrong_call("identification::tells_apart", "sums", "hold more passages than there are");
  if (persons < 2) return false;
  const equal_shares equal{static_cast<double>(whole), static_cast<double>(persons)};
  if (discordant == 0) return -distribution::binomial_zero_upper(equal.persons, detail::tail(level, sides::two)) > beyond;
  const auto differ = static_cast<double>(discordant), net = static_cast<double>(sums.first_only) - static_cast<double>(sums.second_only);
  const auto first = static_cast<double>(sums.first_squares), second = static_cast<double>(sums.second_squares), products = static_cast<double>(sums.products);
  detail::paired_moments moments;
  moments.first_only = sums.first_only;
  moments.second_only = sums.second_only;
  moments.passages = whole;
  moments.persons = equal.persons;
  moments.variance = equal.variance(net, first + second - 2.0 * products);
  moments.rate_effect = discordant == whole ? 1.0 : equal.effect(differ, first + second + 2.0 * products);
  moments.first = equal.share_of(sums.first_only, sums.first_squares);
  moments.second = equal.share_of(sums.second_only, sums.second_squares);
  return detail::limits_of(moments, level, sides::two).limits.lower > beyond;
}

simulated_chance chance_to_tell_apart(const supposed_systems& supposed, double beyond, std::uint64_t persons, confidence level, std::uint64_t seed) {
  const double differ = supposed.first_only + supposed.second_only;
  if (!(supposed.first_only >= 0.0 && supposed.second_only >= 0.0 && differ < 1.0)) detail::wrong_call(name, "supposed", "holds shares that are negative or add up to 1");
  if (!(supposed.correlation >= 0.0 && supposed.correlation <= 1.0)) detail::wrong_call(name, "correlation", "is not between 0 and 1");
  if (supposed.passes == 0) detail::wrong_call(name, "passes", "is 0");
  constexpr double most_draws = 2e7, fewest = 1000, most = 5000;
  const detail::events_of_person discordant(supposed.passes, differ, supposed.correlation);
  // A part of a Dirichlet distribution is one: with its own sum of parameters, so with another correlation.
  const double whole = supposed.correlation > 0.0 ? 1.0 / supposed.correlation - 1.0 : 0.0, correlation = supposed.correlation > 0.0 ? 1.0 / (1.0 + differ * whole) : 0.0;
  std::map<std::uint64_t, detail::events_of_person> of_the_first; // of so many passages on which the two differ
  simulated_chance out;
  out.trials = static_cast<std::uint64_t>(std::clamp(most_draws / (static_cast<double>(persons) * (1.0 - discordant.none) + 1.0), fewest, most));
  std::map<std::array<std::uint64_t, 5>, bool> answers;
  std::uint64_t told = 0;
  for (std::uint64_t trial = 0; trial < out.trials; ++trial) {
    detail::trial_draws from(seed, trial, stream);
    discordant_sums sums;
    detail::for_people_with_events(discordant, persons, from, [&](std::uint64_t passages_apart) {
      const auto known = of_the_first.try_emplace(passages_apart, passages_apart, supposed.first_only / differ, correlation).first;
      const std::uint64_t first = known->second.any(from), second = passages_apart - first;
      sums.first_only += first;
      sums.second_only += second;
      sums.first_squares += first * first;
      sums.second_squares += second * second;
      sums.products += first * second;
    });
    const auto [at, added] = answers.try_emplace({sums.first_only, sums.second_only, sums.first_squares, sums.second_squares, sums.products}, false);
    if (added) at->second = tells_apart(sums, supposed.passes, persons, beyond, level);
    told += at->second ? 1 : 0;
  }
  const auto trials = static_cast<double>(out.trials);
  out.chance = static_cast<double>(told) / trials;
  out.standard_error = std::sqrt(out.chance * (1.0 - out.chance) / trials);
  return out;
}

} // namespace lfreval::identification
