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

/// How many times the variance of unrelated comparisons theirs is, and on how many degrees of freedom that rests.
struct crossed_spread {
  double effect = 1.0, degrees = 0.0;
  flag_set flags;
};

estimable<crossed_spread> spread_of(const crossed_margins& given, sides_of_pairs related) {
  double events = 0, comparisons = 0;
  for (const cluster_tally& one : given.rows) {
    events += static_cast<double>(one.events);
    comparisons += static_cast<double>(one.exposure);
  }
  const bool same = related == sides_of_pairs::same_people;
  const std::size_t people = same ? given.people.size() : std::min(given.rows.size(), given.columns.size());
  crossed_spread out;
  double variance = 0.0;
  if (same) {
    const auto found = dyadic_cluster_var(given);
    if (!found) return tl::unexpected(found.error());
    // Without it sums over the pairs of few people are too small: each person's is taken about a mean it is part of.
    const auto n = static_cast<double>(people);
    variance = (n > 2.0 ? n * (n - 1.0) / ((n - 2.0) * (n - 2.0)) : 1.0) * found->variance;
    out.flags = found->flags;
  } else {
    const auto found = bipartite_cluster_var(given);
    if (!found) return tl::unexpected(found.error());
    variance = found->variance;
    out.flags = found->flags;
  }
  const double point = events / comparisons;
  out.effect = variance / (point * (1.0 - point) / comparisons);
  out.degrees = std::max(4.0, static_cast<double>(people) - 1.0);
  return out;
}

} // namespace

estimable<double> comparisons_worth(const crossed_margins& given, sides_of_pairs related, confidence level) {
  const auto found = spread_of(given, related);
  if (!found) return tl::unexpected(found.error());
  double comparisons = 0;
  for (const cluster_tally& one : given.rows) comparisons += static_cast<double>(one.exposure);
  return detail::korn_graubard_exposure(comparisons, found->effect, found->degrees + 1.0, detail::tail(level, sides::two), metric_family::share);
}

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

  const estimable<crossed_spread> found = spread_of(given, related);
  std::optional<undefined> why;
  if (!found) why = found.error();
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
  out.flags |= found->flags;
  const detail::clustered_moments m{metric_family::share, out.point, comparisons, found->degrees + 1.0, found->effect, skew, std::max(1.0, found->effect) / comparisons};
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
