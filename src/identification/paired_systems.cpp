#include <lfreval/identification/paired_systems.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/paired.hpp>

#include "identification/paired_limits.hpp"

namespace lfreval::detail {
namespace {

/// Both sides' width, or that of the one that is bounded.
double reach(const interval& i, double point) {
  if (i.on == sides::upper) return i.upper - point;
  return i.on == sides::lower ? point - i.lower : i.upper - i.lower;
}

double widening(const interval& clustered, const interval& flat, double point) {
  const double narrow = reach(flat, point);
  return narrow > 0.0 ? reach(clustered, point) / narrow : 1.0;
}

std::vector<paired::discordant> by_person(std::vector<identification::judged_passage> rows) {
  std::sort(rows.begin(), rows.end());
  std::vector<paired::discordant> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].person != rows[i - 1].person) out.emplace_back();
    out.back().first_only += rows[i].first && !rows[i].second ? 1 : 0;
    out.back().second_only += rows[i].second && !rows[i].first ? 1 : 0;
    ++out.back().passages;
  }
  return out;
}

/// One discordant share as `limits_of` takes it.
discordant_moments share_of(const char* function, const std::vector<cluster_tally>& clusters) {
  const sorted_clusters c(function, clusters);
  const bool none = c.events == 0, all = c.events == c.exposure;
  clustered_moments moments = none || all ? clustered_moments{metric_family::share, none ? 0.0 : 1.0, c.total(), c.count(), 1.0, c.skew(), 0.0} : moments_of(c, metric_family::share);
  moments.kernel = c.squared_weights();
  return {moments, none, all};
}

/// b of b + c by person, turned into odds.
estimable<identification::discordant_odds> odds_of(const std::vector<paired::discordant>& persons, std::uint64_t b,
                                                   std::uint64_t c, confidence level, sides on) {
  const auto flat = paired::discordant_ratio(b, c, level, on);
  if (!flat) return tl::unexpected(flat.error());
  std::vector<cluster_tally> clusters;
  for (const paired::discordant& p : persons)
    clusters.push_back({p.first_only, p.first_only + p.second_only});
  const auto share = ladder(clusters, level, on, {.by = cluster_unit::person, .use = interval_use::limit_check});
  if (!share) return tl::unexpected(share.error());
  identification::discordant_odds out;
  out.point = c == 0 ? unbounded : static_cast<double>(b) / static_cast<double>(c);
  out.flat = flat->limits;
  out.clustered = share->headline;
  out.clustered.lower = out.clustered.lower / (1.0 - out.clustered.lower);
  out.clustered.upper = out.clustered.upper >= 1.0 ? unbounded : out.clustered.upper / (1.0 - out.clustered.upper);
  return out;
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

std::vector<judged_passage> join_judgements(std::span<const judgement> first, std::span<const judgement> second) {
  constexpr const char* name = "identification::join_judgements";
  const auto sorted = [](std::span<const judgement> rows) {
    std::vector<judgement> out(rows.begin(), rows.end());
    std::sort(out.begin(), out.end(), [](const judgement& a, const judgement& b) { return a.passage < b.passage; });
    for (std::size_t i = 1; i < out.size(); ++i)
      if (out[i].passage == out[i - 1].passage) detail::wrong_call(name, "judgements", "hold a passage twice");
    return out;
  };
  const std::vector<judgement> a = sorted(first), b = sorted(second);
  if (a.size() != b.size()) detail::wrong_call(name, "second", "judged other passages than the first");
  std::vector<judged_passage> out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].passage != b[i].passage) detail::wrong_call(name, "second", "judged other passages than the first");
    if (a[i].person != b[i].person)
      detail::wrong_call(name, "second", "names another person for a passage than the first");
    out.push_back({a[i].person, a[i].alerted, b[i].alerted});
  }
  return out;
}

estimable<paired_comparison> compare_judgements(std::span<const judged_passage> passages, confidence level, sides on) {
  constexpr const char* name = "identification::compare_judgements";
  const double q = detail::tail(level, on);
  if (q >= 0.5) detail::wrong_call(name, "level", "is not above 1/2 on each side");
  paired_comparison out;
  const std::vector<paired::discordant> persons = detail::by_person({passages.begin(), passages.end()});
  std::vector<cluster_tally> either, first, second;
  for (const paired::discordant& p : persons) {
    out.first_only += p.first_only;
    out.second_only += p.second_only;
    out.passages += p.passages;
    out.differing_persons += p.first_only + p.second_only > 0 ? 1 : 0;
    either.push_back({p.first_only + p.second_only, p.passages});
    first.push_back({p.first_only, p.passages});
    second.push_back({p.second_only, p.passages});
  }
  for (const judged_passage& p : passages)
    out.both += p.first && p.second ? 1 : 0;
  out.persons = persons.size();
  const auto flat = paired::tango({out.first_only, out.second_only, out.passages}, level, on);
  if (!flat) return tl::unexpected(flat.error());
  out.difference = flat->point;
  out.flat = out.clustered = flat->limits;
  out.odds = detail::odds_of(persons, out.first_only, out.second_only, level, on);
  const std::uint64_t discordant = out.first_only + out.second_only;
  if (out.persons < 10) out.flags |= flag::few_clusters;
  if (on != sides::two) out.flags |= flag::one_sided;
  std::uint64_t net_persons = 0;
  for (const paired::discordant& p : persons)
    net_persons += p.first_only != p.second_only ? 1 : 0;
  if (net_persons > 0 && out.differing_persons <= 20) out.exchange = *paired::sign_flip(persons);

  if (out.persons == 1) {
    out.flags |= flag_set{flag::one_cluster, flag::assumes_independence};
    out.effective_discordant = static_cast<double>(discordant);
    return out;
  }
  if (discordant == 0) {
    out.rung = ladder_rung::zero_or_all;
    out.flags |= flag_set{flag::no_events, flag::strict_bound};
    const double most = detail::water_fill(detail::sorted_clusters(name, either), q).upper;
    out.clustered = {on == sides::upper ? -1.0 : -most, on == sides::lower ? 1.0 : most, level,
                     interval_method::zero_discordant, on};
    out.widening = detail::widening(out.clustered, out.flat, 0.0);
    return out;
  }

  out.variance = paired::cluster_difference(persons)->variance;
  const detail::sorted_clusters sorted(name, either);
  const double rate_effect = sorted.events == sorted.exposure ? 1.0 : sorted.variance() / sorted.independent_variance(metric_family::share);
  const detail::paired_limits made = detail::limits_of(
      {out.first_only, out.second_only, out.passages, static_cast<double>(out.persons), sorted.skew(), out.variance, rate_effect, detail::share_of(name, first), detail::share_of(name, second)}, level, on);
  out.design_effect = made.design_effect;
  out.effective_discordant = made.effective_discordant;
  out.clustered = made.limits;
  out.rung = made.rung;
  out.flags |= made.flags;
  out.widening = detail::widening(out.clustered, out.flat, out.difference);
  return out;
}

estimable<threshold_step> compare_thresholds(std::span<const person_passage> passages, threshold one, threshold other,
                                             confidence level, sides on) {
  constexpr const char* name = "identification::compare_thresholds";
  if (one == other) detail::wrong_call(name, "thresholds", "are equal");
  threshold_step out;
  out.lower = std::min(one, other);
  out.higher = std::max(one, other);
  std::vector<judged_passage> rows;
  for (const person_passage& p : passages) {
    if (p.score && !detail::finite(*p.score)) detail::wrong_call(name, "passages", "hold a score that is not finite");
    rows.push_back({p.person, p.score && *p.score >= out.lower.value(), p.score && *p.score >= out.higher.value()});
  }
  std::vector<cluster_tally> clusters;
  for (const paired::discordant& p : detail::by_person(std::move(rows))) {
    clusters.push_back({p.first_only, p.passages});
    out.between += p.first_only;
    out.passages += p.passages;
  }
  const auto flat = binomial::clopper_pearson(out.between, out.passages, level, on);
  if (!flat) return tl::unexpected(flat.error());
  const auto clustered = ladder(clusters, level, on, {.by = cluster_unit::person});
  if (!clustered) return tl::unexpected(clustered.error());
  out.share = clustered->point;
  out.flat = *flat;
  out.clustered = *clustered;
  out.widening = detail::widening(out.clustered.headline, out.flat, out.share);
  return out;
}

} // namespace lfreval::identification
