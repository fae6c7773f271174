#include "identification/paired_limits.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/paired.hpp>

namespace lfreval::detail {

namespace {

/// One discordant share with the limits of a limit check. Without an event, or with nothing else, its design effect is
/// borrowed.
struct arm {
  const discordant_moments& share;
  double borrowed;

  [[nodiscard]] double lower(double q) const {
    if (share.none) return 0.0;
    return share.all ? full_share_lower(share.moments.exposure / borrowed, q) : share.moments.korn_graubard_lower(q);
  }
  [[nodiscard]] double upper(double q) const {
    if (share.all) return 1.0;
    return share.none ? zero_share_upper(share.moments.exposure / borrowed, q) : share.moments.checking_upper(q);
  }
};

/// Limits of a difference of two shares from their own (MOVER).
interval put_together(const arm& first, const arm& second, double difference, const interval& of) {
  const double q = tail(of.level, of.on), b = first.share.moments.point, c = second.share.moments.point;
  interval out = of;
  out.lower =
      of.on == sides::upper ? -1.0 : std::max(-1.0, difference - std::hypot(b - first.lower(q), second.upper(q) - c));
  out.upper =
      of.on == sides::lower ? 1.0 : std::min(1.0, difference + std::hypot(first.upper(q) - b, c - second.lower(q)));
  return out;
}

} // namespace

paired_limits limits_of(const paired_moments& m, confidence level, sides on) {
  paired_limits out;
  const std::uint64_t discordant = m.first_only + m.second_only;
  const double n = static_cast<double>(m.passages), differ = static_cast<double>(discordant) / n, difference = m.difference();
  const double flat_variance = (differ - difference * difference) / n, q = tail(level, on);
  out.design_effect = flat_variance > 0.0 ? m.variance / flat_variance : 1.0;
  // Two readings of how much the discordant passages are worth: as a rate, and as a difference. The poorer one counts.
  out.effective_discordant = static_cast<double>(discordant) / std::max({1.0, m.rate_effect, out.design_effect});
  const double worth = korn_graubard_exposure(n, out.design_effect, m.persons, q, metric_family::share) / n;
  const double first = static_cast<double>(m.first_only) * worth, second = static_cast<double>(m.second_only) * worth;
  // Where the two differ on every passage the parts may come to more than the whole by a rounding.
  out.limits = paired::tango_effective(first, second, std::max(n * worth, first + second), level, on);
  if (!(out.effective_discordant < 10.0 || (out.effective_discordant < 20.0 && m.skew > 3.0))) return out;
  out.rung = ladder_rung::weak_information;
  out.flags |= flag::few_effective_events;
  if (m.first_only == 0 || m.second_only == 0) out.flags |= flag::borrowed_design_effect;
  const double borrowed = std::max(1.0, m.rate_effect);
  const interval wider = put_together({m.first, borrowed}, {m.second, borrowed}, difference, out.limits);
  out.limits.lower = std::min(out.limits.lower, wider.lower);
  out.limits.upper = std::max(out.limits.upper, wider.upper);
  out.limits.method = interval_method::tango_effective_mover;
  return out;
}

} // namespace lfreval::detail
