// The extreme choices for rows in doubt, against every combination.
#include <lfreval/counts/deployment_tallies.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "support/random.hpp"

using namespace lfreval;

namespace {

using clusters = std::vector<cluster_tally>;

double ratio(const clusters& rows) {
  double events = 0, exposure = 0;
  for (const cluster_tally& c : rows) { events += static_cast<double>(c.events); exposure += static_cast<double>(c.exposure); }
  return exposure > 0 ? events / exposure : 0;
}

/// Least and greatest ratio over every combination of the disputed values.
std::pair<double, double> extremes(const metric_tallies& t) {
  std::pair<double, double> out{std::numeric_limits<double>::infinity(), -1};
  std::vector<std::size_t> choice(t.disputed.size(), 0);
  for (;;) {
    clusters rows = t.clusters;
    for (std::size_t i = 0; i < choice.size(); ++i) rows.push_back(t.disputed[i][choice[i]]);
    out = {std::min(out.first, ratio(rows)), std::max(out.second, ratio(rows))};
    std::size_t i = 0;
    while (i < choice.size() && ++choice[i] == t.disputed[i].size()) choice[i++] = 0;
    if (i == choice.size()) return out;
  }
}

deployment_record random_totals(test::random& draw, int i) {
  deployment_record r;
  r.force = "F";
  r.deployment = "r" + std::to_string(i);
  const std::uint64_t t = draw.below(9), f = draw.below(9);
  r.faces = faces{20 + draw.below(50)};
  r.duration = seconds{1 + draw.below(100)};
  r.published_true_alerts = true_alerts{t};
  r.published_false_alerts = false_alerts{f};
  r.alerts = alerts{draw.below(3) == 0 ? t + f : draw.below(17)};
  return r;
}

metric_tallies tallies(metric_id metric, const deployment_series& series) {
  std::vector<const deployment_record*> members;
  for (const deployment_record& r : series.records) members.push_back(&r);
  return tallies_of(metric, members, "", examine(series));
}

} // namespace

TEST_CASE("the lowest and the highest are the extremes of all combinations") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    test::random draw(seed);
    metric_tallies t;
    for (std::uint64_t i = draw.below(4); i > 0; --i) t.clusters.push_back({draw.below(20), 20 + draw.below(40)});
    for (std::uint64_t i = draw.below(6); i > 0; --i) {
      t.disputed.emplace_back();
      for (std::uint64_t k = 1 + draw.below(4); k > 0; --k) t.disputed.back().push_back({draw.below(20), 20 + draw.below(40)});
    }
    const std::pair<double, double> expected = extremes(t);
    CAPTURE(seed);
    CHECK(ratio(t.lowest()) == expected.first);
    CHECK(ratio(t.highest()) == expected.second);
  }
}

TEST_CASE("the extremes of records hold every mending of each row and no order of rows") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    test::random draw(seed);
    deployment_series series;
    for (int i = 0; i < 5; ++i) series.records.push_back(random_totals(draw, i));
    for (const metric_id metric : {metric_id::true_alerts_per_alert, metric_id::false_alerts_per_face, metric_id::alerts_per_hour}) {
      CAPTURE(seed);
      CAPTURE(to_string(metric));
      // Each row as published, or at the three single changes that mend it.
      metric_tallies plain;
      for (const deployment_record& r : series.records) {
        const std::uint64_t a = r.alerts->value(), t = r.published_true_alerts->value(), f = r.published_false_alerts->value();
        std::vector<std::vector<std::uint64_t>> mended{{t + f, t, f}};
        if (a >= f) mended.push_back({a, a - f, f});
        if (a >= t) mended.push_back({a, t, a - t});
        std::set<cluster_tally> values;
        for (const auto& m : mended)
          values.insert(metric == metric_id::true_alerts_per_alert ? cluster_tally{m[1], m[0]}
                        : metric == metric_id::false_alerts_per_face ? cluster_tally{m[2], r.faces->value()} : cluster_tally{m[0], r.duration->value()});
        plain.disputed.emplace_back(values.begin(), values.end());
      }
      const std::pair<double, double> expected = extremes(plain);
      const metric_tallies out = tallies(metric, series);
      CHECK(ratio(out.lowest()) == expected.first);
      CHECK(ratio(out.highest()) == expected.second);
      deployment_series shuffled;
      shuffled.records = series.records;
      draw.shuffle(shuffled.records);
      const metric_tallies other = tallies(metric, shuffled);
      CHECK(std::multiset<cluster_tally>(out.clusters.begin(), out.clusters.end()) == std::multiset<cluster_tally>(other.clusters.begin(), other.clusters.end()));
      CHECK(std::multiset<clusters>(out.disputed.begin(), out.disputed.end()) == std::multiset<clusters>(other.disputed.begin(), other.disputed.end()));
      CHECK(ratio(out.lowest()) == ratio(other.lowest()));
      CHECK(ratio(out.highest()) == ratio(other.highest()));
      CHECK(out.unusable_events == other.unusable_events);
    }
  }
}
