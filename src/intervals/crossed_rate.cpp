#include <lfreval/intervals/crossed_rate.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/ladder.hpp>

namespace lfreval::two_way {
namespace {

/// The largest n_k over their mean.
double skew_of(const std::vector<cluster_tally>& of, double comparisons) {
  std::uint64_t largest = 0;
  for (const cluster_tally& one : of) largest = std::max(largest, one.exposure);
  return static_cast<double>(largest) / comparisons * static_cast<double>(of.size());
}

} // namespace

estimable<estimate> estimate_false_matches(std::span<const cell> cells, sides_of_pairs related, confidence level) { return estimate_false_matches(margins_of(cells, related), related, level); }

estimable<estimate> estimate_false_matches(const crossed_margins& given, sides_of_pairs related, confidence level) {
  estimate out;
  out.metric = metric_id::false_match_rate;
  for (const cluster_tally& one : given.rows) {
    out.events += one.events;
    out.exposure += one.exposure;
  }
  const bool same = related == sides_of_pairs::same_people;
  const std::vector<cluster_tally>& fewer = same ? given.people : given.rows.size() <= given.columns.size() ? given.rows : given.columns;
  out.clusters.by = cluster_unit::person;
  out.clusters.clusters = fewer.size();
  out.clusters.event_clusters = static_cast<std::uint64_t>(std::count_if(fewer.begin(), fewer.end(), [](const cluster_tally& one) { return one.events != 0; }));
  if (out.exposure != 0) out.point = static_cast<double>(out.events) / static_cast<double>(out.exposure);
  if (out.events < 30) out.flags |= flag::few_events;
  if (out.clusters.clusters < 10) out.flags |= flag::few_clusters;

  double variance = 0.0;
  std::optional<undefined> why;
  if (same) {
    const auto found = dyadic_cluster_var(given);
    if (found) {
      const auto people = static_cast<double>(given.people.size());
      // Without it sums over the pairs of few people are too small: each person's is taken about a mean it is part of.
      const double few = people > 2.0 ? people * (people - 1.0) / ((people - 2.0) * (people - 2.0)) : 1.0;
      variance = few * found->variance;
      out.flags |= found->flags;
    } else {
      why = found.error();
    }
  } else {
    const auto found = bipartite_cluster_var(given);
    if (found) { variance = found->variance; out.flags |= found->flags; } else why = found.error();
  }
  if (why && why->reason != undefined_reason::no_events && why->reason != undefined_reason::all_events) return tl::unexpected(*why);
  if (why) {
    const ladder_options by_person{.by = cluster_unit::person};
    auto of_rows = ladder(given.rows, level, sides::two, by_person);
    auto of_columns = ladder(given.columns, level, sides::two, by_person);
    if (!of_rows || !of_columns) return tl::unexpected(of_rows ? of_columns.error() : of_rows.error());
    const auto width = [](const ladder_result& of) { return of.headline.upper - of.headline.lower; };
    const ladder_result& wider = width(*of_rows) >= width(*of_columns) ? *of_rows : *of_columns;
    out.headline = wider.headline;
    out.companions = wider.companions;
    out.clusters.rung = wider.clusters.rung;
    out.flags |= wider.flags;
    return out;
  }

  const auto comparisons = static_cast<double>(out.exposure);
  const double skew = std::max(skew_of(given.rows, comparisons), skew_of(given.columns, comparisons));
  const double degrees = std::max(4.0, static_cast<double>(fewer.size()) - 1.0);
  const double independent = out.point * (1.0 - out.point) / comparisons;
  const double effect = variance / independent;
  const detail::clustered_moments m{metric_family::share, out.point, comparisons, degrees + 1.0, effect, skew, std::max(1.0, effect) / comparisons};
  out.headline = detail::bounded(level, interval_method::korn_graubard_fay_feuer, sides::two, 1.0, [&](double q) { return m.korn_graubard_lower(q); }, [&](double q) { return m.wider_upper(q); });
  out.companions.push_back({binomial::clopper_pearson(out.events, out.exposure, level).value(), {flag::assumes_independence}});
  out.clusters.rung = m.weak() ? ladder_rung::weak_information : ladder_rung::design_based;
  if (m.weak()) out.flags |= flag::few_effective_events;
  out.clusters.design_effect = m.design_effect;
  out.clusters.effective_events = m.information();
  out.clusters.skew = m.skew;
  out.clusters.kernel = m.kernel;
  return out;
}

} // namespace lfreval::two_way
