/// @file
/// Who carries the number: the deployments (persons, list entries) without which a rate would be another one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/intervals/sorted_clusters.hpp>

namespace lfreval::series {

/// One contributor and the rate without it.
struct influence {
  std::size_t index = 0;      ///< in the contributors as given
  std::uint64_t events = 0, exposure = 0;
  double without = 0.0;       ///< the rate of all the others
  double change = 0.0;        ///< rate of all less `without`: above 0 where the contributor raises the rate
  double share_of_events = 0.0;

  friend bool operator==(const influence&, const influence&) = default;
};

struct influence_table {
  double rate = 0.0;             ///< of all contributors
  std::vector<influence> largest; ///< by absolute change, largest first
  double lowest_without = 0.0, highest_without = 0.0; ///< over all contributors, listed or not

  friend bool operator==(const influence_table&, const influence_table&) = default;
};

/// The contributors that move a rate most when left out: exact, since events and exposures add.   (X - x) / (N - n).
/// Ties in size are ordered by events, exposure and then place. A rate that one contributor can halve rests on that
/// contributor's record.   Undefined: `empty` without exposure, `one_cluster` for a single contributor. Throws when
/// asked for none, for events without exposure and for counts above 2^52. Cost: O(D log D).
inline estimable<influence_table> leave_one_out(std::span<const cluster_tally> contributors, std::size_t how_many = 5) {
  constexpr const char* name = "series::leave_one_out";
  if (how_many == 0) detail::wrong_call(name, "how_many", "is zero");
  const detail::sorted_clusters c(name, contributors);
  if (auto why = detail::no_cluster_value(c, metric_family::rate)) return tl::unexpected(*why);
  if (c.rows.size() < 2)
    return detail::no_value(undefined_reason::one_cluster, "Record a second one: without the only one there is no rate.");
  influence_table out;
  out.rate = c.rate();
  for (std::size_t i = 0; i < contributors.size(); ++i) {
    const cluster_tally& one = contributors[i];
    if (one.exposure == 0) continue;
    influence row{i, one.events, one.exposure, 0.0, 0.0, 0.0};
    const auto others = static_cast<double>(c.exposure - one.exposure);
    row.without = static_cast<double>(c.events - one.events) / others;
    // x / n - X / N over (N - n) / n, from whole numbers so that equal rates differ by exactly 0.
    const detail::wide_integer scaled = static_cast<detail::wide_integer>(one.events) * static_cast<detail::wide_integer>(c.exposure) -
                                        static_cast<detail::wide_integer>(c.events) * static_cast<detail::wide_integer>(one.exposure);
    row.change = static_cast<double>(scaled) / c.total() / others;
    row.share_of_events = c.events == 0 ? 0.0 : static_cast<double>(one.events) / static_cast<double>(c.events);
    out.largest.push_back(row);
  }
  std::sort(out.largest.begin(), out.largest.end(), [](const influence& a, const influence& b) {
    if (std::fabs(a.change) != std::fabs(b.change)) return std::fabs(a.change) > std::fabs(b.change);
    if (a.events != b.events) return a.events > b.events;
    return a.exposure != b.exposure ? a.exposure > b.exposure : a.index < b.index;
  });
  out.lowest_without = out.highest_without = out.largest.front().without;
  for (const influence& row : out.largest) {
    out.lowest_without = std::min(out.lowest_without, row.without);
    out.highest_without = std::max(out.highest_without, row.without);
  }
  if (out.largest.size() > how_many) out.largest.resize(how_many);
  return out;
}

} // namespace lfreval::series
