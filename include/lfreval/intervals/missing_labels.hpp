/// @file
/// Alerts that were never resolved: what the share of true alerts can be, whatever their truth is.
///
/// Common to all: no alert is `undefined` (`empty`, bounds [0, 1]); counts above 2^52 throw `std::invalid_argument`.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/intervals/real_limits.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::missing {

/// The share of true alerts where some alerts have no label.
struct precision_bounds {
  double lower = 0.0;   ///< every unresolved alert taken as false
  double upper = 1.0;   ///< every unresolved alert taken as true
  interval region;      ///< covers the whole range [lower, upper] of the population
  interval parameter;   ///< covers the one true share, which is less to ask; never wider than `region`
  bool one_sided_ends = false; ///< `parameter` spends all of alpha on each end: the range is wide against its errors

  friend bool operator==(const precision_bounds&, const precision_bounds&) = default;
};

/// A share known only to lie in a range, with the critical value the range calls for.
struct imbens_manski_interval {
  interval made;
  double critical = 0.0; ///< between the one-sided and the two-sided normal quantile

  friend bool operator==(const imbens_manski_interval&, const imbens_manski_interval&) = default;
};

} // namespace lfreval::missing

namespace lfreval::detail {

/// The two extreme completions of the labels as shares, with the standard errors of both.
struct label_range {
  double confirmed = 0.0, alerts = 0.0, possible = 0.0;

  label_range(const char* function, std::uint64_t confirmed_true, std::uint64_t confirmed_false, std::uint64_t unresolved) {
    require_count(function, "confirmed_true", confirmed_true);
    require_count(function, "confirmed_false", confirmed_false);
    require_count(function, "unresolved", unresolved);
    const std::uint64_t all = confirmed_true + confirmed_false + unresolved;
    require_count(function, "alerts", all);
    confirmed = static_cast<double>(confirmed_true);
    possible = static_cast<double>(confirmed_true + unresolved);
    alerts = static_cast<double>(all);
  }

  [[nodiscard]] double lower() const { return confirmed / alerts; }
  [[nodiscard]] double upper() const { return possible / alerts; }
  [[nodiscard]] double width() const { return (possible - confirmed) / alerts; }
  [[nodiscard]] double lower_error() const { return std::sqrt(lower() * (1.0 - lower()) / alerts); }
  [[nodiscard]] double upper_error() const { return std::sqrt(upper() * (1.0 - upper()) / alerts); }
};

} // namespace lfreval::detail

namespace lfreval::missing {

/// The range of the share of true alerts with u of A alerts unresolved, assuming nothing about them: [c / A, (c + u) /
/// A]. `region`: Clopper-Pearson's lower limit at c and upper limit at c + u, alpha / 2 each. `parameter`: the same
/// limits with alpha on each end where u / A is at least 3 of the larger standard error, so that only one end can miss;
/// alpha / 2 otherwise. Contains the interval of every completion of the labels.   Cites: Manski 1989; Imbens & Manski
/// 2004.
inline estimable<precision_bounds> manski_precision(std::uint64_t confirmed_true, std::uint64_t confirmed_false,
                                                    std::uint64_t unresolved, confidence level) {
  const detail::label_range r("missing::manski_precision", confirmed_true, confirmed_false, unresolved);
  if (r.alerts == 0.0) return detail::no_trials();
  const auto between = [&](double q) {
    return interval{detail::beta_limit_lower(r.confirmed, r.alerts, q), detail::beta_limit_upper(r.possible, r.alerts, q),
                    level, interval_method::manski, sides::two};
  };
  const bool wide = r.width() > 0.0 && r.width() >= 3.0 * std::max(r.lower_error(), r.upper_error());
  const double half = level.alpha() / 2.0;
  return precision_bounds{r.lower(), r.upper(), between(half), between(wide ? level.alpha() : half), wide};
}

/// The normal-theory interval for the same parameter: a cross-check of `manski_precision`, not for print, since near
/// shares of 1 it covers less than it promises. [l - c se_l, u + c se_u] with Phi(c + (u - l) / max(se)) - Phi(-c) =
/// level. Cites: Imbens & Manski 2004. Undefined (`all_events`) when both errors are 0.
inline estimable<imbens_manski_interval> imbens_manski(std::uint64_t confirmed_true, std::uint64_t confirmed_false,
                                                       std::uint64_t unresolved, confidence level) {
  const detail::label_range r("missing::imbens_manski", confirmed_true, confirmed_false, unresolved);
  if (r.alerts == 0.0) return detail::no_trials();
  const double largest = std::max(r.lower_error(), r.upper_error());
  if (largest == 0.0)
    return detail::no_value(undefined_reason::all_events, "Use manski_precision: the normal approximation needs resolved "
                                                          "alerts of both kinds.", r.lower(), r.upper());
  const double shift = r.width() / largest;
  const double outside = level.alpha();
  const auto excess = [=](double c) {
    return distribution::normal_above(c + shift) + distribution::normal_above(c) - outside;
  };
  const double low = distribution::normal_upper_quantile(outside), high = distribution::normal_upper_quantile(outside / 2.0);
  // Where the range is wide the second tail vanishes and the one-sided quantile is the root to the last bit.
  const double c = excess(low) <= 0.0 ? low : excess(high) >= 0.0 ? high : distribution::root(excess, low, high);
  return imbens_manski_interval{{r.lower() - c * r.lower_error(), r.upper() + c * r.upper_error(), level,
                                 interval_method::imbens_manski, sides::two},
                                c};
}

} // namespace lfreval::missing
