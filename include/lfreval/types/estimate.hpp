/// @file
/// A figure with everything it needs to survive cross-examination: counts, units, interval, clustering, companions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

/// What makes trials resemble each other.
enum class cluster_unit : std::uint8_t { person, deployment };
[[nodiscard]] std::string_view to_string(cluster_unit) noexcept;

/// Which step of the fallback ladder made the headline interval.
enum class ladder_rung : std::uint8_t {
  one_cluster = 0,      ///< flat interval, independence assumed
  zero_or_all = 1,      ///< no variance to estimate: an exact bound
  weak_information = 2, ///< few effective events: the wider of two exact-type limits
  design_based = 3,     ///< enough information for the variance between clusters
};

/// How the events are spread over clusters. Printed beside every clustered interval.
struct clustering {
  cluster_unit by = cluster_unit::deployment;
  std::uint64_t clusters = 0;
  std::uint64_t event_clusters = 0;             ///< clusters with at least one event
  ladder_rung rung = ladder_rung::one_cluster;
  std::optional<double> design_effect;          ///< variance between clusters over that of independent trials
  std::optional<double> effective_events;       ///< p^2 / V, one over the squared coefficient of variation
  double skew = 1.0;                            ///< largest cluster over the mean cluster
  double kernel = 0.0;                          ///< the K of the Fay-Feuer limit

  friend bool operator==(const clustering&, const clustering&) = default;
};

/// A further interval of the same quantity, made another way and saying what it assumes.
struct companion {
  interval made;
  flag_set flags;

  friend bool operator==(const companion&, const companion&) = default;
};

/// One rate: a point value that cannot be separated from its integers and its headline interval.
/// `point` and limits are per exposure unit of the metric (per second for rates per hour; see `printed_per`).
struct estimate {
  metric_id metric{};
  std::uint64_t events = 0;
  std::uint64_t exposure = 0;
  double exposure_cv = 0.0; ///< coefficient of variation of the exposure that the headline allows for; 0 when none was declared
  double point = 0.0;
  interval headline;
  clustering clusters;
  std::vector<companion> companions;
  flag_set flags;

  friend bool operator==(const estimate&, const estimate&) = default;
};

namespace detail {
template <class T> inline constexpr bool never_for_estimates = false;
}

/// M36. Rates do not add or average: pool their tallies, stratum by stratum.
template <class Other> constexpr estimate operator+(const estimate&, const Other&) {
  static_assert(detail::never_for_estimates<Other>,
                "lfreval M36: rates do not add or average; add the tallies, and say what was pooled");
  return {};
}

/// M38. A point estimate is not compared with a limit.
template <class Other> constexpr bool operator<(const estimate&, const Other&) {
  static_assert(detail::never_for_estimates<Other>,
                "lfreval M38: an estimate is not compared with a number: judge(limit, ...) uses the bound that decides");
  return false;
}

} // namespace lfreval
