/// @file
/// The clusters of a rate in canonical order, and the sums every clustered interval starts from.
#pragma once
// IWYU pragma: private

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval::detail {

__extension__ typedef __int128 wide_integer;

/// The clusters with exposure in canonical order, and their exact totals. The order makes every sum that follows
/// independent of the order in which the records came.
struct sorted_clusters {
  std::vector<cluster_tally> rows;
  std::uint64_t events = 0, exposure = 0, event_clusters = 0, largest = 0;
  bool share_exceeded = false; ///< some cluster has more events than trials

  sorted_clusters(const char* function, std::span<const cluster_tally> clusters) {
    rows.reserve(clusters.size());
    for (const cluster_tally& c : clusters) {
      require_count(function, "events", c.events);
      require_count(function, "exposure", c.exposure);
      if (c.exposure == 0) {
        if (c.events > 0) wrong_call(function, "clusters", "hold events without exposure");
        continue;
      }
      rows.push_back(c);
      events += c.events;
      exposure += c.exposure;
      require_count(function, "total of events", events);
      require_count(function, "total of exposure", exposure);
      event_clusters += c.events > 0 ? 1 : 0;
      largest = std::max(largest, c.exposure);
      share_exceeded = share_exceeded || c.events > c.exposure;
    }
    std::sort(rows.begin(), rows.end());
  }

  [[nodiscard]] double count() const { return static_cast<double>(rows.size()); }
  [[nodiscard]] double total() const { return static_cast<double>(exposure); }
  [[nodiscard]] double rate() const { return static_cast<double>(events) / total(); }
  [[nodiscard]] double skew() const { return static_cast<double>(largest) * count() / total(); }

  /// Sum of (x_c - p n_c)^2. Each residual (x_c N - X n_c) / N is exact before its one rounding.
  [[nodiscard]] double squared_residuals() const {
    double sum = 0.0;
    for (const cluster_tally& c : rows) {
      const wide_integer scaled = static_cast<wide_integer>(c.events) * static_cast<wide_integer>(exposure) -
                                  static_cast<wide_integer>(events) * static_cast<wide_integer>(c.exposure);
      const double residual = static_cast<double>(scaled) / total();
      sum += residual * residual;
    }
    return sum;
  }

  /// Sum of (n_c / N)^2.
  [[nodiscard]] double squared_weights() const {
    double sum = 0.0;
    for (const cluster_tally& c : rows) {
      const double weight = static_cast<double>(c.exposure) / total();
      sum += weight * weight;
    }
    return sum;
  }

  /// The linearised variance of the ratio of means: C / (C - 1) sum (x_c - p n_c)^2 / N^2.
  [[nodiscard]] double variance() const {
    return count() / (count() - 1.0) * squared_residuals() / total() / total();
  }

  /// The variance that independent trials (or Poisson events) of the same rate would have.
  [[nodiscard]] double independent_variance(metric_family family) const {
    const double other = static_cast<double>(exposure - std::min(events, exposure)) / total();
    return rate() * (family == metric_family::share ? other : 1.0) / total();
  }
};

inline std::optional<undefined> no_cluster_value(const sorted_clusters& clusters, metric_family family) {
  const bool share = family == metric_family::share;
  if (clusters.rows.empty())
    return undefined{undefined_reason::empty, "Record some exposure; until then any value is possible.",
                     undefined::range{0.0, share ? 1.0 : unbounded}};
  if (share && clusters.share_exceeded)
    return undefined{undefined_reason::events_exceed_exposure,
                     "Check the counts: some cluster has more events than the trials they are said to be a share of.",
                     std::nullopt};
  return std::nullopt;
}

} // namespace lfreval::detail
