/// @file
/// The published deployments as the tests of the series read them, and the values worked out apart from the library.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

namespace lfreval::test {

/// A value of tests/reference/series_scipy.csv.
inline double scipy(const std::string& name) {
  static const std::map<std::string, double> all = [] {
    std::map<std::string, double> out;
    const auto records = csv_records("series_scipy.csv");
    for (std::size_t i = 1; i < records.size(); ++i) out[records[i][0]] = std::stod(records[i][1]);
    return out;
  }();
  return all.at(name);
}

using csv_row = std::map<std::string, std::string>;

/// The two grids of 2023 to July 2025.
inline const std::vector<csv_row>& mps_rows() {
  static const std::vector<csv_row> all = [] {
    std::vector<csv_row> out;
    for (const char* name : {"mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"}) {
      const auto records = csv_records(std::string("../../datasets/mps_lfr/") + name);
      for (std::size_t i = 1; i < records.size(); ++i) {
        csv_row row;
        for (std::size_t k = 0; k < records[i].size(); ++k) row[records[0][k]] = records[i][k];
        out.push_back(std::move(row));
      }
    }
    return out;
  }();
  return all;
}

/// Deployments at a threshold of 0.64 or more, with the sum of the named columns as events and faces as exposure.
inline std::vector<cluster_tally> mps_064(const std::vector<std::string>& columns) {
  std::vector<cluster_tally> out;
  for (csv_row row : mps_rows()) {
    if (row["min_threshold"].empty() || std::stod(row["min_threshold"]) < 0.64 || row["faces_seen_estimate"].empty()) continue;
    cluster_tally one{0, std::stoull(row["faces_seen_estimate"])};
    bool complete = one.exposure > 0;
    for (const std::string& c : columns) {
      complete = complete && !row[c].empty();
      if (complete) one.events += std::stoull(row[c]);
    }
    if (complete) out.push_back(one);
  }
  return out;
}

inline std::vector<cluster_tally> mps_064_alerts() { return mps_064({"total_alerts"}); }
inline std::vector<cluster_tally> mps_064_false_alerts() {
  return mps_064({"false_alerts_confirmed", "false_alerts_unconfirmed"});
}

struct minute_rate {
  std::string date, id;
  double log_faces_per_minute;
};

/// Completed deployments with faces and a duration, in order of date and id.
inline std::vector<minute_rate> mps_faces_per_minute() {
  std::vector<minute_rate> out;
  for (csv_row row : mps_rows())
    if (!row["faces_seen_estimate"].empty() && !row["duration_minutes"].empty() && std::stod(row["faces_seen_estimate"]) > 0 &&
        std::stod(row["duration_minutes"]) > 0)
      out.push_back({row["date_iso"], row["deployment_id"],
                     std::log(std::stod(row["faces_seen_estimate"]) / std::stod(row["duration_minutes"]))});
  std::sort(out.begin(), out.end(),
            [](const minute_rate& a, const minute_rate& b) { return std::tie(a.date, a.id) < std::tie(b.date, b.id); });
  return out;
}

/// The twelve deployments of the reference rows.
inline std::vector<cluster_tally> twelve() {
  return {{0, 800}, {1, 950}, {4, 1200}, {0, 600}, {2, 1000}, {9, 1500}, {1, 700}, {0, 500}, {3, 1100}, {2, 900}, {12, 2000}, {1, 650}};
}

inline double normal(random& from) {
  const double radius = std::sqrt(-2.0 * std::log1p(-from.uniform()));
  return radius * std::cos(6.283185307179586 * from.uniform());
}

/// Marsaglia and Tsang's gamma variate for a shape of at least 1, boosted below.
inline double gamma(random& from, double shape) {
  if (shape < 1.0) {
    const double rest = gamma(from, shape + 1.0);
    return rest * std::pow(1.0 - from.uniform(), 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal(from), v = std::pow(1.0 + c * x, 3.0);
    if (v > 0.0 && std::log1p(-from.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

} // namespace lfreval::test
