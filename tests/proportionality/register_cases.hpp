// What tests of registers have in common: parts by name, and small series of deployments.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <lfreval/log/deployments.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>

namespace register_cases {

using namespace lfreval;

inline const tallied_metric& metric_in(const indicator_parts& parts, metric_id metric, const std::string& outcome = "") {
  for (const tallied_metric& one : parts.metrics)
    if (one.metric == metric && one.outcome == outcome) return one;
  FAIL("no such metric among the parts");
  return parts.metrics.front();
}
inline std::vector<cluster_tally> clusters_of(const indicator_parts& parts, metric_id metric, const std::string& outcome = "") { return metric_in(parts, metric, outcome).clusters; }
inline cluster_tally sum_of(const indicator_parts& parts, metric_id metric, const std::string& outcome = "") {
  cluster_tally sum;
  for (const cluster_tally& c : clusters_of(parts, metric, outcome)) {
    sum.events += c.events;
    sum.exposure += c.exposure;
  }
  return sum;
}
inline const record_check& check_named(const indicator_parts& parts, const std::string& name, const std::map<std::string, std::string>& axes = {}) {
  for (const indicator_check& one : parts.checks)
    if (one.made.name == name && one.axes == axes) return one.made;
  FAIL("no such check among the parts");
  return parts.checks.front().made;
}
inline const indicator_distribution& distribution_named(const indicator_parts& parts, const std::string& key, const std::map<std::string, std::string>& axes = {}) {
  for (const indicator_distribution& one : parts.distributions)
    if (one.key == key && one.axes == axes) return one;
  FAIL("no such distribution among the parts");
  return parts.distributions.front();
}

/// Deployments d1, d2, … of a log, a week apart from 2024-03-04.
inline deployment_series series_of(std::size_t deployments) {
  deployment_series out;
  const char* days[] = {"2024-03-04", "2024-03-11", "2024-03-18", "2024-03-25"};
  for (std::size_t i = 0; i < deployments; ++i) {
    deployment_record r;
    r.deployment = "d" + std::to_string(i + 1);
    r.is_log = true;
    r.date = parse_iso_date(days[i]);
    out.records.push_back(r);
  }
  return out;
}

} // namespace register_cases
