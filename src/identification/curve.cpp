#include <lfreval/identification/curve.hpp>

namespace lfreval::identification {

estimable<det_curve> detection_error_tradeoff(const sweep_counts& swept) {
  detail::require_sweep("identification::detection_error_tradeoff", swept);
  if (auto why = detail::no_sweep(swept)) return tl::unexpected(*why);
  det_curve out;
  out.nonmated = swept.nonmated;
  out.mated = swept.mated;
  const auto u = static_cast<double>(swept.nonmated), m = static_cast<double>(swept.mated);
  out.fpir_not_resolved_below = 1.0 / u;
  out.fnir_not_resolved_below = 1.0 / m;
  for (const threshold_counts& now : swept.at) {
    const std::uint64_t misses = swept.mated - now.mated_at_or_above;
    out.points.push_back({now.at, now.nonmated_at_or_above, misses, static_cast<double>(now.nonmated_at_or_above) / u,
                          static_cast<double>(misses) / m, probit(now.nonmated_at_or_above, swept.nonmated),
                          probit(misses, swept.mated)});
  }
  return out;
}

estimable<operating_point> at_threshold(const sweep_counts& swept, threshold at) {
  detail::require_sweep("identification::at_threshold", swept);
  if (auto why = detail::no_sweep(swept)) return tl::unexpected(*why);
  operating_point out{at, 0, swept.mated, 0, swept.nonmated};
  for (const threshold_counts& now : swept.at)
    if (now.at >= at) {
      out.identified = now.mated_at_or_above;
      out.false_positives = now.nonmated_at_or_above;
      break;
    }
  return out;
}

} // namespace lfreval::identification
