#include <lfreval/identification/tail.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <lfreval/identification/return_level.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::detail {
namespace {

using identification::score_steps, identification::tail_request;

/// The excesses over a score, one for each passage, ascending.
std::vector<double> excesses_over(const score_steps& steps, double above) {
  std::vector<double> out;
  const auto scores = steps.scores();
  const auto counts = steps.at_or_above();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double excess = static_cast<double>(scores[i]) - above;
    const std::uint64_t here = counts[i] - (i + 1 < counts.size() ? counts[i + 1] : 0);
    if (excess > 0.0) out.insert(out.end(), static_cast<std::size_t>(here), excess);
  }
  return out;
}

/// The largest number of equal values.
std::uint64_t most_alike(const std::vector<double>& ascending) {
  std::uint64_t most = 0;
  for (std::size_t i = 0, next = 0; i < ascending.size(); i = next) {
    while (next < ascending.size() && ascending[next] == ascending[i])
      ++next;
    most = std::max<std::uint64_t>(most, next - i);
  }
  return most;
}

std::optional<undefined> no_tail(const score_steps& steps, double above, const std::vector<double>& excesses) {
  if (steps.passages() == 0) return undefined{undefined_reason::empty, "Record non-mated passages.", std::nullopt};
  // Passages without a score may have had one below the recording threshold, and yet above the start.
  if (!steps.scores().empty() && steps.at_or_above().front() < steps.passages() &&
      above < static_cast<double>(steps.scores().front()))
    return undefined{undefined_reason::not_recorded, "Start the tail no lower than the lowest recorded score.",
                     std::nullopt};
  if (excesses.size() < identification::fewest_exceedances)
    return undefined{undefined_reason::few_effective_events,
                     "Record more passages, or start the tail lower: " + grouped(excesses.size()) +
                         " scores lie above its start, " + grouped(identification::fewest_exceedances) + " are needed.",
                     std::nullopt};
  const std::uint64_t most = most_alike(excesses);
  if (most >= 3 && 20 * most > excesses.size())
    return undefined{undefined_reason::coarse_scores,
                     "Record scores with more digits: " + grouped(most) + " of " + grouped(excesses.size()) +
                         " in the tail are equal.",
                     std::nullopt};
  return std::nullopt;
}

tl::unexpected<undefined> beyond_the_data(std::uint64_t persons) {
  return no_value(undefined_reason::beyond_data, ("Ask for a rate of at least one in " + grouped(10 * persons) +
                                                  ", or record more people: a model is carried no further "
                                                  "than a tenth of one passage.")
                                                     .c_str());
}

void require_start(const char* function, const tail_request& how) {
  if (!std::isfinite(how.above)) wrong_call(function, "above", "is not finite");
  if (how.highest_possible && !std::isfinite(*how.highest_possible))
    wrong_call(function, "highest_possible", "is not finite");
}

/// Residuals and the five starts; `value` reads what is asked for from excesses and their start.
template <class Value>
estimable<identification::tail_check> check_tail(const score_steps& steps, const std::vector<double>& excesses,
                                                 const tail_request& how, const interval& limits, Value value) {
  identification::tail_check out;
  const auto fit = identification::gpd_mle(excesses);
  if (!fit) return tl::unexpected(fit.error());
  out.fit = *fit;
  if (fit->at.shape < 0.0) out.end_point = how.above - fit->at.scale / fit->at.shape;
  const auto distance = identification::distance_from(fit->at, excesses);
  const auto p = identification::goodness_p_value(excesses, how.seed, how.draws);
  if (!distance || !p) return tl::unexpected(distance ? p.error() : distance.error());
  out.distance = *distance;
  out.p_value = *p;

  constexpr std::array<double, 5> times{0.5, 0.7, 1.0, 1.4, 2.0};
  for (std::size_t i = 0; i < times.size(); ++i) {
    identification::tail_start& one = out.starts[i];
    const auto wanted = static_cast<std::uint64_t>(std::llround(times[i] * static_cast<double>(excesses.size())));
    const auto start = times[i] == 1.0 ? estimable<double>(how.above) : identification::start_of_tail(steps, wanted);
    if (!start) {
      one.fitted = tl::unexpected(start.error());
      one.value = tl::unexpected(start.error());
      continue;
    }
    const std::vector<double> here = excesses_over(steps, *start);
    one.above = *start;
    one.exceedances = here.size();
    if (auto why = no_tail(steps, *start, here)) {
      one.fitted = tl::unexpected(*why);
      one.value = tl::unexpected(*why);
      continue;
    }
    const auto fitted = identification::gpd_mle(here);
    if (!fitted) {
      one.fitted = tl::unexpected(fitted.error());
      one.value = tl::unexpected(fitted.error());
      continue;
    }
    one.fitted = fitted->at;
    one.value = value(fitted->at, *start, here.size());
    if (one.value && !limits.contains(*one.value)) out.starts_agree = false;
  }
  return out;
}

flag_set flags_of(const identification::tail_check& check, std::uint64_t exceedances) {
  flag_set out{flag::extrapolated};
  if (exceedances < identification::enough_exceedances) out |= flag::few_exceedances;
  if (check.p_value < 0.05 || !check.starts_agree) out |= flag::fit_doubtful;
  return out;
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

score_steps one_passage_each(std::span<const person_passage> passages, std::uint64_t seed) {
  const detail::passages_by_person by("identification::one_passage_each", passages);
  std::vector<float> scores;
  for (std::size_t c = 0; c < by.persons(); ++c) {
    const std::size_t first = by.begins[c];
    const auto& drawn = by.rows[first + detail::scaled(detail::draws_of(by.rows[first].person, seed)[0], by.size(c))];
    if (drawn.score) scores.push_back(*drawn.score);
  }
  return score_steps::of(scores, by.persons() - scores.size());
}

estimable<double> start_of_tail(const score_steps& highest_of_each_person, std::uint64_t exceedances) {
  const auto scores = highest_of_each_person.scores();
  const auto counts = highest_of_each_person.at_or_above();
  if (scores.empty()) return detail::no_value(undefined_reason::empty, "Record scores.");
  if (counts.front() <= exceedances)
    return detail::no_value(undefined_reason::not_recorded,
                            "Record lower scores too: those on record all lie in the tail asked for.");
  // Above scores[i] lie counts[i + 1].
  const auto next =
      std::partition_point(counts.begin(), counts.end(), [&](std::uint64_t n) { return n > exceedances; });
  return static_cast<double>(scores[static_cast<std::size_t>(next - counts.begin()) - 1]);
}

estimable<extrapolated_threshold> extrapolate_threshold(const score_steps& highest_of_each_person, double target,
                                                        const tail_request& how) {
  constexpr const char* name = "identification::extrapolate_threshold";
  detail::require_start(name, how);
  if (!(target > 0.0 && target < 1.0)) detail::wrong_call(name, "target", "does not lie strictly between 0 and 1");
  const std::uint64_t persons = highest_of_each_person.passages();
  const std::vector<double> excesses = detail::excesses_over(highest_of_each_person, how.above);
  if (auto why = detail::no_tail(highest_of_each_person, how.above, excesses)) return tl::unexpected(*why);
  const auto n = static_cast<double>(persons);
  if (target * n < farthest_extrapolation * (1.0 - 1e-12)) return detail::beyond_the_data(persons);
  const auto level = return_level({excesses, persons, how.above}, target, how.level, how.on);
  if (!level) return tl::unexpected(level.error());
  const float nearest = static_cast<float>(level->point);
  const float at = static_cast<double>(nearest) >= level->point
                       ? nearest
                       : std::nextafter(nearest, std::numeric_limits<float>::infinity());
  if (!std::isfinite(at) || (how.highest_possible && level->point > *how.highest_possible))
    return detail::no_value(undefined_reason::beyond_end_point,
                            "Ask for a higher rate: the threshold lies above every possible score.");

  const auto check =
      detail::check_tail(highest_of_each_person, excesses, how, level->limits,
                         [&](const pareto_shape& fit, double above, std::size_t exceedances) -> estimable<double> {
                           const double share = static_cast<double>(exceedances) / n;
                           if (target >= share)
                             return detail::no_value(undefined_reason::beyond_data, "Count instead.");
                           return above + excess_at(fit, target / share);
                         });
  if (!check) return tl::unexpected(check.error());
  extrapolated_threshold out;
  out.target = target;
  out.at = threshold(at);
  out.level = level->point;
  out.limits = level->limits;
  out.reaches_beyond_scale = how.highest_possible && out.limits.upper > *how.highest_possible;
  out.persons = persons;
  out.exceedances = excesses.size();
  out.check = *check;
  out.flags = detail::flags_of(*check, out.exceedances);
  return out;
}

estimable<extrapolated_chance> extrapolate_chance(const score_steps& highest_of_each_person, threshold at,
                                                  const tail_request& how) {
  constexpr const char* name = "identification::extrapolate_chance";
  detail::require_start(name, how);
  const auto level = static_cast<double>(at.value());
  if (!(level > how.above)) detail::wrong_call(name, "threshold", "is not above the start of the tail");
  const std::uint64_t persons = highest_of_each_person.passages();
  const std::vector<double> excesses = detail::excesses_over(highest_of_each_person, how.above);
  if (auto why = detail::no_tail(highest_of_each_person, how.above, excesses)) return tl::unexpected(*why);
  if (how.highest_possible && level > *how.highest_possible)
    return detail::no_value(undefined_reason::beyond_end_point,
                            "Ask about a lower threshold: no score can reach this one.");
  const auto chance = tail_probability({excesses, persons, how.above}, level, how.level, how.on);
  if (!chance) return tl::unexpected(chance.error());
  const auto n = static_cast<double>(persons);
  if (chance->point * n < farthest_extrapolation) return detail::beyond_the_data(persons);
  const auto check =
      detail::check_tail(highest_of_each_person, excesses, how, chance->limits,
                         [&](const pareto_shape& fit, double above, std::size_t exceedances) -> estimable<double> {
                           if (!(level > above))
                             return detail::no_value(undefined_reason::beyond_data, "Count instead.");
                           const auto passed = excess_probability(fit, level - above);
                           if (!passed) return tl::unexpected(passed.error());
                           return static_cast<double>(exceedances) / n * *passed;
                         });
  if (!check) return tl::unexpected(check.error());
  extrapolated_chance out;
  out.at = at;
  out.chance = chance->point;
  out.limits = chance->limits;
  out.persons = persons;
  out.exceedances = excesses.size();
  out.check = *check;
  out.flags = detail::flags_of(*check, out.exceedances);
  return out;
}

} // namespace lfreval::identification
