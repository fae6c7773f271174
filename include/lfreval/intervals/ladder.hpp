/// @file
/// The fallback ladder: which interval a clustered rate gets, decided by how much the data say about the variance.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/intervals/zero_events.hpp>
#include <lfreval/types/estimate.hpp>

namespace lfreval {

/// What the interval is for: in rung 3 a description uses the score interval, a limit check Korn-Graubard.
enum class interval_use : std::uint8_t { description, limit_check };

/// What the ladder needs to know besides the counts.
struct ladder_options {
  metric_family family = metric_family::share; ///< set from the metric by `estimate_rate` and `judge`
  cluster_unit by = cluster_unit::deployment;
  /// Declared before the data were seen; used where there is no event, and for the weight of one further event.
  std::optional<double> planning_design_effect = std::nullopt;
  /// Of the same metric in the other strata, see `borrowable_design_effect`; used for deployments without any event.
  std::optional<double> borrowed_design_effect = std::nullopt;
  interval_use use = interval_use::description;
  /// Coefficient of variation of the total exposure, where that is an estimate; 0 when it was counted.
  double exposure_cv = 0.0;
};

/// The headline interval, how it came about and what else may be said.
struct ladder_result {
  double point = 0.0;
  interval headline;
  clustering clusters;
  std::vector<companion> companions;
  flag_set flags;

  friend bool operator==(const ladder_result&, const ladder_result&) = default;
};

/// The largest design effect among strata of the same metric with at least 5 effective events: what a stratum without
/// events may borrow. Nothing if there is none.
[[nodiscard]] inline std::optional<double> borrowable_design_effect(std::span<const clustering> other_strata) {
  std::optional<double> largest;
  for (const clustering& c : other_strata)
    if (c.design_effect && c.effective_events && *c.effective_events >= 5.0)
      largest = std::max(largest.value_or(0.0), *c.design_effect);
  return largest;
}

} // namespace lfreval

namespace lfreval::detail {

inline void require_design_effect(const char* argument, const std::optional<double>& value) {
  if (value && (!std::isfinite(*value) || *value < 0.0)) wrong_call("ladder", argument, "is negative or not finite");
}

/// The interval that takes every trial as unrelated to the next.
inline interval flat_interval(const sorted_clusters& c, metric_family family, confidence level, sides on) {
  const auto x = static_cast<double>(c.events);
  if (family == metric_family::share)
    return bounded(level, interval_method::clopper_pearson, on, 1.0, [&](double q) { return beta_limit_lower(x, c.total(), q); },
                   [&](double q) { return beta_limit_upper(x, c.total(), q); });
  return bounded(level, interval_method::garwood, on, unbounded, [&](double q) { return gamma_limit_lower(x, c.total(), q); },
                 [&](double q) { return gamma_limit_upper(x, c.total(), q); });
}

/// [0, upper] without events, [1 - upper, 1] when every trial ended in the event.
template <class Upper>
interval zero_interval(bool mirrored, double edge, confidence level, sides on, interval_method method, Upper upper) {
  return bounded(level, method, on, edge, [&](double q) { return mirrored ? 1.0 - upper(q) : 0.0; },
                 [&](double q) { return mirrored ? 1.0 : upper(q); });
}

inline void climb_zero(ladder_result& out, const sorted_clusters& c, confidence level, sides on, const ladder_options& how) {
  const bool share = how.family == metric_family::share, mirrored = c.events > 0;
  const double edge = share ? 1.0 : unbounded;
  out.clusters.rung = ladder_rung::zero_or_all;
  double effect = 1.0;
  flag_set assumed;
  if (how.planning_design_effect) {
    effect = std::max(1.0, *how.planning_design_effect);
  } else if (how.borrowed_design_effect) {
    effect = std::max(1.0, *how.borrowed_design_effect);
    assumed |= flag::borrowed_design_effect;
  } else {
    assumed |= flag::assumes_independence;
  }
  out.clusters.kernel = effect / c.total();
  const interval scaled = zero_interval(mirrored, edge, level, on, interval_method::rao_scott_zero,
                                        [&](double q) { return rao_scott_upper(c.total(), effect, q, how.family); });
  // Nothing bounds the number of events one person could cause per second, so a rate has no strict bound.
  if (how.by == cluster_unit::deployment || !share) {
    out.headline = scaled;
    out.flags |= assumed;
    return;
  }
  out.clusters.kernel = how.planning_design_effect ? effect / c.total() : c.squared_weights();
  out.headline = zero_interval(mirrored, edge, level, on, interval_method::water_fill,
                               [&](double q) { return water_fill(c, q).upper; });
  out.flags |= flag::strict_bound;
  out.companions.push_back({zero_interval(mirrored, edge, level, on, interval_method::strict_per_person,
                                          [&](double q) { return zero_share_upper(c.count(), q); }),
                            {flag::strict_bound}});
  if (how.planning_design_effect) out.companions.push_back({scaled, {}});
}

inline void climb_variance(ladder_result& out, const sorted_clusters& c, confidence level, sides on, const ladder_options& how) {
  const bool share = how.family == metric_family::share;
  const double edge = share ? 1.0 : unbounded;
  clustered_moments m = moments_of(c, how.family);
  const bool weigh_persons = how.by == cluster_unit::person && share && !how.planning_design_effect;
  m.kernel = weigh_persons ? c.squared_weights()
                           : std::max(1.0, how.planning_design_effect.value_or(m.design_effect)) / c.total();
  const double variance = c.variance();
  out.clusters.kernel = m.kernel;
  out.clusters.design_effect = m.design_effect;
  if (variance > 0.0) out.clusters.effective_events = m.point * m.point / variance;

  const auto korn_graubard = share ? interval_method::korn_graubard : interval_method::korn_graubard_rate;
  const auto exact = [&] {
    return bounded(level, korn_graubard, on, edge, [&](double q) { return m.korn_graubard_lower(q); },
                   [&](double q) { return m.korn_graubard_upper(q); });
  };
  if (m.weak()) {
    out.clusters.rung = ladder_rung::weak_information;
    out.flags |= flag::few_effective_events;
    out.headline = exact();
    if (m.weak_and_low()) {
      out.headline.method = interval_method::korn_graubard_fay_feuer;
      if (on != sides::lower) out.headline.upper = m.wider_upper(tail(level, on));
    }
    return;
  }
  out.clusters.rung = ladder_rung::design_based;
  if (how.use == interval_use::limit_check) {
    out.headline = exact();
    return;
  }
  out.headline = bounded(level, share ? interval_method::wilson_neff : interval_method::wilson_neff_rate, on, edge,
                         [&](double q) { return m.score_lower_limit(q); }, [&](double q) { return m.score_upper_limit(q); });
  out.companions.push_back({exact(), {}});
}

/// Spreads the headline by the error of the denominator: the gamma limits with the effective counts of the rung, mixed over
/// a lognormal exposure. What the rung says with the denominator taken as exact stays beside it.
inline void mix_in_denominator(ladder_result& out, const sorted_clusters& c, confidence level, sides on, const ladder_options& how) {
  const double spread = lognormal_spread(how.exposure_cv), edge = how.family == metric_family::share ? 1.0 : unbounded;
  const interval exact = out.headline;
  clustered_moments m = moments_of(c, how.family);
  m.kernel = out.clusters.kernel;
  const bool flat = out.clusters.rung == ladder_rung::one_cluster || out.clusters.rung == ladder_rung::zero_or_all;
  const bool score = out.clusters.rung == ladder_rung::design_based && how.use == interval_use::description;
  // Without a variance the counts are worth what the rung's own bound is worth.
  const double effect = out.clusters.rung == ladder_rung::zero_or_all ? std::max(1.0, m.kernel * c.total()) : 1.0;
  const auto worth = [&](double q) {
    if (flat) return c.total() / effect;
    return score ? m.effective_exposure() : korn_graubard_exposure(m.exposure, m.design_effect, m.clusters, q, how.family);
  };
  const auto lower = [&](double q) {
    const double n = worth(q), x = m.point * n;
    return x <= 0.0 ? 0.0 : std::min(exact.lower, gamma_over_lognormal_quantile(x, n, spread, q, false));
  };
  const auto upper = [&](double q) {
    double n = worth(q);
    if (c.events == 0) n = distribution::poisson_zero_upper(q) / exact.upper;
    double limit = std::max(exact.upper, gamma_over_lognormal_quantile(m.point * n + 1.0, n, spread, q, true));
    if (!flat && m.weak_and_low()) {
      const double mean = m.point + m.kernel, squared = m.variance() + m.kernel * m.kernel;
      limit = std::max(limit, gamma_over_lognormal_quantile(mean / squared * mean, mean / squared, spread, q, true));
    }
    return std::min(edge, limit);
  };
  out.companions.insert(out.companions.begin(), {exact, {flag::denominator_taken_as_exact}});
  out.headline = bounded(level, interval_method::estimated_denominator_gamma_lognormal, on, edge, lower, upper);
}

} // namespace lfreval::detail

namespace lfreval {

/// The interval of a rate whose trials come in clusters. Effective, not raw, counts decide the rung:
/// 0. one cluster: Clopper-Pearson or Garwood, independence assumed and flagged.
/// 1. no event, or nothing but events: persons get the strict bound of `cluster::zero_water_fill`; deployments, and all
///    rates, `cluster::rao_scott_zero` with the planned, else the borrowed design effect, else independence, flagged.
/// 2. x_eff < 10, or x_eff < 20 with the largest cluster above 3 times the mean: Korn-Graubard below, the wider of
///    Korn-Graubard and Fay-Feuer above (shares up to 0.1 and all rates; Korn-Graubard alone for larger shares).
/// 3. otherwise Wilson at n_eff for description, Korn-Graubard for a limit check.
/// x_eff = p^2 / V. For the choice of the rung, and inside Fay-Feuer, V is at least that of independent trials: even spread,
/// which may be chance, earns no bonus. K = sum n_c^2 / N^2 for persons, max(1, deff) / N for deployments and for rates.
///
/// Rates (Poisson) use the same linearised variance with deff = V / (p / T), the gamma form of Korn-Graubard at
/// t* = min(T, T / max(1, deff) (z_q / t_{q;C-1})^2), x* = p t*, and the score interval at T / max(1, deff).
/// With `exposure_cv` above 0 the headline also holds the error of the denominator: Garwood's limits at the effective counts
/// of the rung, mixed over N ~ LogN(ln n, ln(1 + cv^2)) (`rate::estimated_denominator_effective`, and its Fay-Feuer twin in
/// rung 2), never narrower than the rung's own limits, which follow as a companion flagged `denominator_taken_as_exact`.
/// Cites: Korn & Graubard 1998; Fay & Feuer 1997; Fogliato, Patil & Perona 2023; Schweder & Hjort 2002.
/// Undefined without exposure (`empty`) and, for shares, when a cluster has more events than trials. Throws
/// `std::invalid_argument` for events without exposure and counts above 2^52. Byte-identical under any order of the
/// clusters. Cost: a sort, about 50 microseconds of quantiles.
inline estimable<ladder_result> ladder(std::span<const cluster_tally> clusters, confidence level, sides on = sides::two,
                                       const ladder_options& how = {}) {
  detail::require_design_effect("planning_design_effect", how.planning_design_effect);
  detail::require_design_effect("borrowed_design_effect", how.borrowed_design_effect);
  if (!std::isfinite(how.exposure_cv) || how.exposure_cv < 0.0 || how.exposure_cv > 10.0)
    detail::wrong_call("ladder", "exposure_cv", "is not between 0 and 10; write 0.05, not 5");
  const detail::sorted_clusters c("ladder", clusters);
  if (auto why = detail::no_cluster_value(c, how.family)) return tl::unexpected(*why);

  ladder_result out;
  out.point = c.rate();
  out.clusters.by = how.by;
  out.clusters.clusters = c.rows.size();
  out.clusters.event_clusters = c.event_clusters;
  out.clusters.skew = c.skew();
  if (c.rows.size() < 10) out.flags |= flag::few_clusters;
  if (c.events == 0) out.flags |= flag::no_events;
  if (on != sides::two) out.flags |= flag::one_sided;

  const interval flat = detail::flat_interval(c, how.family, level, on);
  if (c.rows.size() == 1) {
    out.clusters.rung = ladder_rung::one_cluster;
    out.clusters.kernel = 1.0 / c.total();
    out.headline = flat;
    out.flags |= flag_set{flag::one_cluster, flag::assumes_independence};
    if (how.exposure_cv > 0.0) detail::mix_in_denominator(out, c, level, on, how);
    return out;
  }
  out.companions.push_back({flat, {flag::assumes_independence}});
  if (c.events == 0 || (how.family == metric_family::share && c.events == c.exposure))
    detail::climb_zero(out, c, level, on, how);
  else
    detail::climb_variance(out, c, level, on, how);
  if (how.exposure_cv > 0.0) detail::mix_in_denominator(out, c, level, on, how);
  return out;
}

} // namespace lfreval
