#include <lfreval/disparity/equivalence.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval {

std::string_view to_string(disparity_verdict verdict) noexcept {
  if (verdict.different) return verdict.equivalent ? "DIFFERENT BUT WITHIN MARGIN" : "DIFFERENT";
  return verdict.equivalent ? "EQUIVALENT" : "INCONCLUSIVE";
}

} // namespace lfreval

namespace lfreval::equivalence {
namespace {

constexpr double usual_power = 0.8;

void require_margin(const char* function, double margin) {
  if (!std::isfinite(margin) || !(margin > 1.0)) detail::wrong_call(function, "margin", "is not a finite factor above 1");
}

confidence for_equivalence_at(const char* function, confidence level) {
  if (!(level.alpha() < 0.5)) detail::wrong_call(function, "level", "is one half or less");
  return confidence::checked(1.0 - 2.0 * level.alpha());
}

std::optional<double> detectable(std::uint64_t events, double t1, double t2, confidence level) {
  const auto found = power::min_detectable_ratio_given_total(events, t1 / (t1 + t2), level, usual_power);
  return found ? std::optional(found->ratio) : std::nullopt;
}

/// The p values of the two one-sided exact tests.
std::pair<double, double> exact_tails(double x1, double t1, double x2, double t2, double margin) {
  const double n = x1 + x2, low = t1 / (t1 + margin * t2), high = margin * t1 / (margin * t1 + t2);
  return {detail::binomial_from(x1, n, low), detail::binomial_up_to(x1, n, high)};
}

/// The factor that an interval of a ratio stays within.
double within(const interval& ratio) { return ratio.lower > 0.0 ? std::max(ratio.upper, 1.0 / ratio.lower) : unbounded; }

} // namespace

disparity_verdict judge(const interval& for_difference, const interval& for_equivalence, double margin) {
  constexpr const char* name = "equivalence::judge";
  require_margin(name, margin);
  if (for_difference.on != sides::two || for_equivalence.on != sides::two) detail::wrong_call(name, "an interval", "is one-sided");
  if (std::fabs(for_equivalence.level.alpha() - 2.0 * for_difference.level.alpha()) > 1e-9)
    detail::wrong_call(name, "for_equivalence", "does not have twice the alpha of for_difference");
  return {!for_difference.contains(1.0), for_equivalence.lower > 1.0 / margin && for_equivalence.upper < margin};
}

estimable<rate_ratio_test> tost_rate_ratio(std::uint64_t x1, double t1, std::uint64_t x2, double t2, double margin,
                                           confidence level) {
  constexpr const char* name = "equivalence::tost_rate_ratio";
  require_margin(name, margin);
  const confidence inner = for_equivalence_at(name, level);
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2);
  if (auto why = detail::no_ratio(name, a, t1, b, t2)) return tl::unexpected(*why);
  if (x1 == 0 || x2 == 0)
    return detail::no_value(undefined_reason::no_events, "A group has no event: use tost_rate_ratio_exact.");
  rate_ratio_test out;
  out.point = detail::plain_ratio(a, t1, b, t2);
  const double error = std::sqrt(1.0 / a + 1.0 / b), centre = std::log(out.point), reach = std::log(margin);
  const auto limits = [&](confidence at) {
    return detail::bounded(at, interval_method::log_wald, sides::two, unbounded,
                           [&](double q) { return out.point * std::exp(-distribution::normal_upper_quantile(q) * error); },
                           [&](double q) { return out.point * std::exp(distribution::normal_upper_quantile(q) * error); });
  };
  out.p_lower = distribution::normal_above((centre + reach) / error);
  out.p_upper = distribution::normal_above((reach - centre) / error);
  out.p_value = std::max(out.p_lower, out.p_upper);
  out.difference = limits(level);
  out.equivalence = limits(inner);
  out.verdict = judge(out.difference, out.equivalence, margin);
  out.detectable_ratio = detectable(x1 + x2, t1, t2, level);
  return out;
}

estimable<rate_ratio_test> tost_rate_ratio_exact(std::uint64_t x1, double t1, std::uint64_t x2, double t2, double margin,
                                                 confidence level) {
  constexpr const char* name = "equivalence::tost_rate_ratio_exact";
  require_margin(name, margin);
  const confidence inner = for_equivalence_at(name, level);
  const auto a = static_cast<double>(x1), b = static_cast<double>(x2);
  if (auto why = detail::no_ratio(name, a, t1, b, t2)) return tl::unexpected(*why);
  rate_ratio_test out;
  out.point = detail::plain_ratio(a, t1, b, t2);
  std::tie(out.p_lower, out.p_upper) = exact_tails(a, t1, b, t2, margin);
  out.p_value = std::max(out.p_lower, out.p_upper);
  out.difference = detail::exact_ratio_limits(a, t1, b, t2, level, sides::two, interval_method::conditional_exact);
  out.equivalence = detail::exact_ratio_limits(a, t1, b, t2, inner, sides::two, interval_method::conditional_exact);
  out.verdict = judge(out.difference, out.equivalence, margin);
  out.detectable_ratio = detectable(x1 + x2, t1, t2, level);
  return out;
}

estimable<equality_of_groups> of_all_groups(std::span<const group_count> groups, double margin, confidence level) {
  constexpr const char* name = "equivalence::of_all_groups";
  require_margin(name, margin);
  const confidence inner = for_equivalence_at(name, level);
  std::size_t known = 0;
  bool events = false;
  for (const group_count& g : groups) {
    detail::require_count(name, "events", g.events);
    detail::require_exposure(name, "exposure", g.exposure, static_cast<double>(g.events));
    known += g.exposure > 0.0 ? 1U : 0U;
    events = events || g.events > 0;
  }
  if (known < 2) return detail::no_value(undefined_reason::empty, "Record some exposure in at least two groups.");
  if (!events)
    return detail::no_value(undefined_reason::no_events, "Collect until an event happens; bound each rate by itself until then.");

  equality_of_groups out;
  out.pairs = known * (known - 1) / 2;
  out.without_exposure = groups.size() - known;
  out.p_value = 0.0;
  out.shown_margin = 1.0;
  const confidence simultaneous = confidence::checked(1.0 - level.alpha() / static_cast<double>(out.pairs));
  bool equivalent = out.without_exposure == 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      group_count one = groups[i], other = groups[j];
      if (one.exposure == 0.0 || other.exposure == 0.0) continue;
      if (std::tie(other.events, other.exposure) < std::tie(one.events, one.exposure)) std::swap(one, other); // one rounding for either order
      double factor = unbounded, p = 1.0;
      if (one.events > 0 || other.events > 0) {
        const auto a = static_cast<double>(one.events), b = static_cast<double>(other.events);
        const auto limits = [&](confidence at) {
          return detail::exact_ratio_limits(a, one.exposure, b, other.exposure, at, sides::two, interval_method::conditional_exact);
        };
        const interval inside = limits(inner);
        factor = within(inside);
        const auto tails = exact_tails(a, one.exposure, b, other.exposure, margin);
        p = std::max(tails.first, tails.second);
        equivalent = equivalent && inside.lower > 1.0 / margin && inside.upper < margin;
        out.verdict.different = out.verdict.different || !limits(simultaneous).contains(1.0);
      } else {
        equivalent = false;
      }
      out.p_value = std::max(out.p_value, p);
      if (factor > out.shown_margin) {
        out.shown_margin = factor;
        out.first = i;
        out.second = j;
      }
    }
  }
  out.verdict.equivalent = equivalent;
  return out;
}

} // namespace lfreval::equivalence
