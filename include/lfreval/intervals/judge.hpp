/// @file
/// Whether the data keep a declared limit. A point estimate is never compared with a limit: the one-sided bound is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include <lfreval/intervals/ladder.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval::detail {

/// The one-sided bounds that the ladder would give at another exposure, with the same kinds of clusters in the same mix.
struct projection {
  ladder_rung rung = ladder_rung::one_cluster;
  clustered_moments now;
  double zero_design_effect = 1.0; ///< makes rung 1's own bound from the flat formula

  [[nodiscard]] clustered_moments at(double point, double exposure) const {
    clustered_moments later = now;
    later.point = point;
    later.exposure = exposure;
    later.clusters = now.clusters * (exposure / now.exposure);
    later.kernel = now.kernel * (now.exposure / exposure);
    return later;
  }
  [[nodiscard]] bool flat() const { return rung == ladder_rung::one_cluster || rung == ladder_rung::zero_or_all; }

  [[nodiscard]] double upper(double point, double exposure, double q) const {
    if (!flat()) return at(point, exposure).checking_upper(q);
    const double n = exposure / zero_design_effect;
    return now.family == metric_family::share ? beta_limit_upper(point * n, n, q) : gamma_limit_upper(point * n, n, q);
  }
  [[nodiscard]] double lower(double point, double exposure, double q) const {
    if (!flat()) return at(point, exposure).korn_graubard_lower(q);
    const double n = exposure / zero_design_effect;
    return now.family == metric_family::share ? beta_limit_lower(point * n, n, q) : gamma_limit_lower(point * n, n, q);
  }
};

/// The smallest whole number above `from` at which the answer is yes, if it is once and stays yes.
template <class Answer> std::optional<std::uint64_t> first_above(std::uint64_t from, Answer yes) {
  std::uint64_t no = from, candidate = from;
  for (std::uint64_t step = 1;; step *= 2) {
    if (no >= largest_count) return std::nullopt;
    candidate = std::min(largest_count, from + step);
    if (yes(static_cast<double>(candidate))) break;
    no = candidate;
  }
  while (candidate - no > 1) {
    const std::uint64_t middle = no + (candidate - no) / 2;
    if (yes(static_cast<double>(middle))) candidate = middle; else no = middle;
  }
  return candidate;
}

/// Methods whose limits follow from the moments of an estimate.
constexpr bool is_of_ladder(interval_method method) noexcept {
  using enum interval_method;
  return method == clopper_pearson || method == garwood || method == rao_scott_zero || method == korn_graubard || method == korn_graubard_rate || method == korn_graubard_fay_feuer ||
         method == wilson_neff || method == wilson_neff_rate;
}

inline projection project(const sorted_clusters& c, const ladder_result& found, double zero_bound, double q,
                          metric_family family) {
  projection out;
  out.rung = found.clusters.rung;
  out.now = {family, c.rate(), c.total(), c.count(), found.clusters.design_effect.value_or(1.0), c.skew(),
             found.clusters.kernel};
  if (out.rung == ladder_rung::zero_or_all)
    out.zero_design_effect = c.total() * (family == metric_family::share ? std::log1p(-zero_bound) / std::log(q)
                                                                         : zero_bound / -std::log(q));
  return out;
}

} // namespace lfreval::detail

namespace lfreval {

/// Whether a verdict also says how much more data would decide it.
enum class verdict_scope : std::uint8_t { outcome_and_exposures, outcome };

/// Three answers to a declared limit, at a stated one-sided confidence: `met` when the unfavourable bound keeps the limit
/// (upper <= limit for `at_most`), `not_met` when the favourable bound breaks it (lower > limit), otherwise
/// `inconclusive`; `not_measured` without data. Bounds come from the ladder with Korn-Graubard, never Wilson, in rung 3.
/// 0 events in 2,995 passages meet 1 in 1,000 at 95 %; 0 in 2,994 do not decide.
///
/// `exposure_to_decide`: the smallest larger exposure at which the same rate would decide, if the clusters grew in number
/// and kept their kind (design effect, and with it x* = p n*, in real-valued form). Absent when decided, or when no exposure
/// up to 2^52 would. `exposure_without_events`: the smallest exposure at which the same events would meet an `at_most`
/// limit; absent when it is met, and for `at_least`.
/// Neither is given where the denominator is an estimate (`exposure_cv`): a better count may be what is lacking.
/// The limit is per exposure unit of its metric (events per second for rates per hour). Throws for a limit without direction
/// or exposure, and as `ladder`. Cost: two ladders, and up to a millisecond for the two exposures, which are left out with
/// `verdict_scope::outcome`.
inline verdict judge(const limit& declared, std::span<const cluster_tally> clusters, confidence level,
                     ladder_options how = {}, verdict_scope scope = verdict_scope::outcome_and_exposures) {
  if (declared.direction == limit_direction::none) detail::wrong_call("judge", "limit", "has no direction");
  if (declared.exposure == 0) detail::wrong_call("judge", "limit", "has no exposure");
  how.family = describe(declared.metric).family;
  how.use = interval_use::limit_check;
  const bool at_most = declared.direction == limit_direction::at_most;
  const double line = declared.value();

  const auto above = ladder(clusters, level, sides::upper, how);
  const auto below = ladder(clusters, level, sides::lower, how);
  verdict out;
  if (!above || !below) return out;
  out.unfavourable = at_most ? above->headline : below->headline;
  out.favourable = at_most ? below->headline : above->headline;
  const auto kept = [=](double upper, double lower) { return at_most ? upper <= line : lower >= line; };
  const auto broken = [=](double upper, double lower) { return at_most ? lower > line : upper < line; };
  const double upper = above->headline.upper, lower = below->headline.lower;
  out.outcome = kept(upper, lower)     ? verdict_outcome::met
                : broken(upper, lower) ? verdict_outcome::not_met
                                       : verdict_outcome::inconclusive;
  if (out.outcome == verdict_outcome::met || how.exposure_cv > 0.0 || scope == verdict_scope::outcome) return out;

  const detail::sorted_clusters c("judge", clusters);
  const double q = detail::tail(level, sides::upper), p = above->point;
  const detail::projection later = detail::project(c, *above, c.events == 0 ? upper : 1.0 - lower, q, how.family);
  if (out.outcome == verdict_outcome::inconclusive && p != line)
    out.exposure_to_decide = detail::first_above(c.exposure, [&](double exposure) {
      return (p < line) == at_most ? kept(later.upper(p, exposure, q), later.lower(p, exposure, q))
                                 : broken(later.upper(p, exposure, q), later.lower(p, exposure, q));
    });
  if (at_most && line > 0.0)
    out.exposure_without_events = detail::first_above(c.exposure, [&](double exposure) {
      return later.upper(static_cast<double>(c.events) / exposure, exposure, q) <= line;
    });
  return out;
}

/// As `judge` of the clusters that `made` was estimated from, from what the estimate keeps of them: its moments give the same bounds
/// on every rung of the ladder. Where the headline was made another way (strict bounds of persons, an estimated denominator, another
/// confidence) its own ends decide, which for two sides is the more cautious answer.
/// Throws for a limit of another metric, and one without direction or exposure. Cost: some quantiles.
inline verdict judge(const limit& declared, const estimate& made, confidence level) {
  if (declared.metric != made.metric) detail::wrong_call("judge", "limit", "is on another metric");
  if (declared.direction == limit_direction::none) detail::wrong_call("judge", "limit", "has no direction");
  if (declared.exposure == 0) detail::wrong_call("judge", "limit", "has no exposure");
  verdict out;
  if (made.exposure == 0) return out;
  const metric_family family = describe(made.metric).family;
  const auto exposure = static_cast<double>(made.exposure);
  const bool at_most = declared.direction == limit_direction::at_most;
  interval above = made.headline, below = made.headline;
  if (made.exposure_cv == 0.0 && made.headline.on == sides::two && made.headline.level.level() == level.level() && detail::is_of_ladder(made.headline.method)) {
    detail::projection from;
    from.rung = made.clusters.rung;
    from.now = {family, made.point, exposure, static_cast<double>(made.clusters.clusters), made.clusters.design_effect.value_or(1.0), made.clusters.skew, made.clusters.kernel};
    if (from.rung == ladder_rung::zero_or_all) {
      const double end = made.events == 0 ? made.headline.upper : 1.0 - made.headline.lower, q = detail::tail(level, sides::two);
      from.zero_design_effect = exposure * (family == metric_family::share ? std::log1p(-end) / std::log(q) : end / -std::log(q));
    }
    const double q = detail::tail(level, sides::upper);
    const interval_method method = from.flat() ? (family == metric_family::share ? interval_method::clopper_pearson : interval_method::garwood)
                                               : (family == metric_family::share ? interval_method::korn_graubard : interval_method::korn_graubard_rate);
    above = {0.0, from.upper(made.point, exposure, q), level, method, sides::upper};
    below = {from.lower(made.point, exposure, q), family == metric_family::share ? 1.0 : unbounded, level, method, sides::lower};
  }
  out.unfavourable = at_most ? above : below;
  out.favourable = at_most ? below : above;
  const double line = declared.value();
  const bool kept = at_most ? above.upper <= line : below.lower >= line, broken = at_most ? below.lower > line : above.upper < line;
  out.outcome = kept ? verdict_outcome::met : broken ? verdict_outcome::not_met : verdict_outcome::inconclusive;
  return out;
}

} // namespace lfreval
