#include <lfreval/identification/equal_error.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <lfreval/intervals/sorted_clusters.hpp>

namespace lfreval::detail {
namespace {

/// A point of the trade-off in whole numbers: false positives and misses.
struct error_counts {
  wide_integer false_positives, misses;
};

/// Where the straight line through two points, of which the first has fpir >= fnir and the second fpir <= fnir, meets
/// fpir = fnir.
double equal_between(const error_counts& a, const error_counts& b, std::uint64_t nonmated, std::uint64_t mated) {
  const auto u = static_cast<wide_integer>(nonmated), m = static_cast<wide_integer>(mated);
  const wide_integer above = a.false_positives * m - a.misses * u, below = b.misses * u - b.false_positives * m;
  const auto rate = [&](const error_counts& p) {
    return static_cast<double>(p.false_positives) / static_cast<double>(nonmated);
  };
  if (above == 0) return rate(a);
  const double share = static_cast<double>(above) / static_cast<double>(above + below);
  return below == 0 ? rate(b) : rate(a) + share * (rate(b) - rate(a));
}

/// The first crossing of fpir = fnir along points with falling fpir and rising fnir.
double crossing(const std::vector<error_counts>& points, std::uint64_t nonmated, std::uint64_t mated) {
  std::size_t i = 1;
  while (points[i].false_positives * static_cast<wide_integer>(mated) >
         points[i].misses * static_cast<wide_integer>(nonmated))
    ++i;
  return equal_between(points[i - 1], points[i], nonmated, mated);
}

} // namespace
} // namespace lfreval::detail

namespace lfreval::identification {

estimable<equal_error_rate> equal_error(const sweep_counts& swept) {
  detail::require_sweep("identification::equal_error", swept);
  if (auto why = detail::no_sweep(swept)) return tl::unexpected(*why);
  using detail::wide_integer;
  std::vector<detail::error_counts> points;
  for (const threshold_counts& now : swept.at)
    points.push_back({static_cast<wide_integer>(now.nonmated_at_or_above),
                      static_cast<wide_integer>(swept.mated - now.mated_at_or_above)});
  points.push_back({0, static_cast<wide_integer>(swept.mated)});
  if (points.front().false_positives * static_cast<wide_integer>(swept.mated) <
      points.front().misses * static_cast<wide_integer>(swept.nonmated))
    return detail::no_value(
        undefined_reason::all_events,
        "Record scores further down: at the lowest threshold on record more is missed than falsely alerted.");

  std::vector<detail::error_counts> hull; // towards the origin, from many false positives to none
  for (const detail::error_counts& p : points) {
    while (hull.size() >= 2) {
      const detail::error_counts &a = hull[hull.size() - 2], &b = hull.back();
      const wide_integer turn = (b.false_positives - a.false_positives) * (p.misses - a.misses) -
                                (b.misses - a.misses) * (p.false_positives - a.false_positives);
      if (turn < 0) break; // b lies below the line from a to p
      hull.pop_back();
    }
    hull.push_back(p);
  }
  return equal_error_rate{detail::crossing(points, swept.nonmated, swept.mated),
                          detail::crossing(hull, swept.nonmated, swept.mated)};
}

} // namespace lfreval::identification
