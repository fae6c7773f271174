#include <lfreval/identification/effective_looks.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::identification {
namespace {

constexpr double fewest_effective = 20.0;

/// d ln(-ln(1 - p)) / dp.
double slope(double p) { return -1.0 / ((1.0 - p) * std::log1p(-p)); }

estimable<interval> limits_of(std::vector<looks_of_person> people, const effective_looks& found, double passage_rate, double look_rate, confidence level) {
  const auto persons = static_cast<double>(people.size());
  if (people.size() < 2) return tl::unexpected(undefined{undefined_reason::one_cluster, "Record the passages of a second person.", std::nullopt});
  // Reals are added in an order that does not depend on that of the persons.
  std::sort(people.begin(), people.end(), [](const looks_of_person& a, const looks_of_person& b) {
    return std::tie(a.passages, a.passages_with_alert, a.looks, a.looks_with_alert) < std::tie(b.passages, b.passages_with_alert, b.looks, b.looks_with_alert);
  });
  const auto passages = static_cast<double>(found.all.passages), looks = static_cast<double>(found.all.looks);
  // Looks that alert beside another of their passage: all that tells passages from looks is in them.
  const double further_rate = (static_cast<double>(found.all.looks_with_alert) - static_cast<double>(found.all.passages_with_alert)) / passages;
  double of_passages = 0, of_looks = 0, of_further = 0, of_ratio = 0;
  for (const looks_of_person& one : people) {
    const auto n = static_cast<double>(one.passages), alerted = static_cast<double>(one.passages_with_alert), seen = static_cast<double>(one.looks_with_alert);
    const double passage = (alerted - passage_rate * n) / passages, look = (seen - look_rate * static_cast<double>(one.looks)) / looks;
    const double further = (seen - alerted - further_rate * n) / passages, influence = slope(passage_rate) * passage - slope(look_rate) * look;
    of_passages += passage * passage;
    of_looks += look * look;
    of_further += further * further;
    of_ratio += influence * influence;
  }
  const double correction = persons / (persons - 1.0);
  // People more alike than chance would have them earn no bonus.
  const auto effective = [&](double rate, double sum, double trials) { return rate * rate / std::max(correction * sum, rate * std::max(0.0, 1.0 - rate) / trials); };
  if (further_rate <= 0.0 || !(effective(passage_rate, of_passages, passages) >= fewest_effective) || !(effective(look_rate, of_looks, looks) >= fewest_effective) ||
      !(effective(further_rate, of_further, passages) >= fewest_effective))
    return tl::unexpected(undefined{undefined_reason::few_effective_events, "Record more people: fewer than 20 effective alerts carry no interval of this kind.", std::nullopt});
  const double width = std::exp(distribution::student_t_upper_quantile(level.alpha() / 2.0, persons - 1.0) * std::sqrt(correction * of_ratio));
  return interval{found.point / width, found.point * width, level, interval_method::log_delta, sides::two};
}

} // namespace

estimable<effective_looks> count_effective_looks(std::span<const looks_of_person> people, confidence level) {
  constexpr const char* name = "identification::count_effective_looks";
  effective_looks out;
  std::vector<looks_of_person> seen;
  for (const looks_of_person& one : people) {
    if (one.passages_with_alert > one.passages || one.looks_with_alert > one.looks) detail::wrong_call(name, "people", "hold more alerts than passages or looks");
    if (one.passages_with_alert > one.looks_with_alert) detail::wrong_call(name, "people", "hold a passage that alerts without a look that does");
    out.all.passages += one.passages;
    out.all.passages_with_alert += one.passages_with_alert;
    out.all.looks += one.looks;
    out.all.looks_with_alert += one.looks_with_alert;
    if (one.passages != 0 || one.looks != 0) seen.push_back(one);
  }
  out.persons = seen.size();
  if (out.all.passages == 0 || out.all.looks == 0)
    return tl::unexpected(undefined{undefined_reason::empty, "Record observations of passages of people who are not on the list.", std::nullopt});
  if (out.all.passages_with_alert == 0)
    return tl::unexpected(undefined{undefined_reason::no_events, "Record more passages, or look at a lower threshold: nothing alerted.", std::nullopt});
  if (out.all.passages_with_alert == out.all.passages || out.all.looks_with_alert == out.all.looks)
    return tl::unexpected(undefined{undefined_reason::all_events, "Look at a higher threshold: everything alerted.", std::nullopt});
  const double passage_rate = static_cast<double>(out.all.passages_with_alert) / static_cast<double>(out.all.passages);
  const double look_rate = static_cast<double>(out.all.looks_with_alert) / static_cast<double>(out.all.looks);
  out.mean_looks = static_cast<double>(out.all.looks) / static_cast<double>(out.all.passages);
  out.point = std::log1p(-passage_rate) / std::log1p(-look_rate);
  out.limits = limits_of(std::move(seen), out, passage_rate, look_rate, level);
  return out;
}

} // namespace lfreval::identification
