#include <lfreval/proportionality/alternative.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval::decision {

namespace {

/// One arm: its log ratio and difference, after against before, and their variances between sites.
struct arm {
  double log_ratio = 0.0, difference = 0.0;
  double log_variance = 0.0, difference_variance = 0.0;
  std::uint64_t sites = 0;
  [[nodiscard]] bool is_single() const noexcept { return sites == 1; }
};

tl::unexpected<undefined> unexposed() { return detail::no_value(undefined_reason::empty, "Record the exposure before and after at every kind of site.", 0.0, unbounded); }

estimable<arm> arm_of(const char* name, std::span<const site_periods> all, bool changed) {
  std::vector<site_periods> sites;
  cluster_tally before, after;
  for (const site_periods& s : all) {
    for (const cluster_tally& t : {s.before, s.after}) {
      detail::require_count(name, "events", t.events);
      detail::require_count(name, "exposure", t.exposure);
      if (t.exposure == 0 && t.events != 0) detail::wrong_call(name, "exposure", "is zero although there are events");
    }
    if (s.changed != changed || s.before.exposure + s.after.exposure == 0) continue;
    sites.push_back(s);
    before.events += s.before.events;
    before.exposure += s.before.exposure;
    after.events += s.after.events;
    after.exposure += s.after.exposure;
    for (const std::uint64_t n : {before.events, before.exposure, after.events, after.exposure}) detail::require_count(name, "total", n);
  }
  if (sites.empty())
    return detail::no_value(undefined_reason::not_recorded, changed ? "Record the sites at which something was changed."
                                                                    : "Record sites at which nothing was changed, over the same days: without them a change is not attributed to anything.");
  if (before.exposure == 0 || after.exposure == 0) return unexposed();
  if (before.events == 0 || after.events == 0)
    return detail::no_value(undefined_reason::no_events, "Collect until each kind of site has an event before and after.", 0.0, unbounded);
  std::sort(sites.begin(), sites.end(), [](const site_periods& a, const site_periods& b) { return std::tie(a.before, a.after) < std::tie(b.before, b.after); });
  arm out;
  out.sites = sites.size();
  const auto b = static_cast<double>(before.events), m = static_cast<double>(before.exposure);
  const auto a = static_cast<double>(after.events), n = static_cast<double>(after.exposure);
  out.log_ratio = std::log(a / n) - std::log(b / m);
  out.difference = a / n - b / m;
  if (out.is_single()) {
    out.log_variance = 1.0 / a + 1.0 / b;
    out.difference_variance = a / n / n + b / m / m;
    return out;
  }
  for (const site_periods& s : sites) {
    const double later = static_cast<double>(s.after.events) - a / n * static_cast<double>(s.after.exposure);
    const double earlier = static_cast<double>(s.before.events) - b / m * static_cast<double>(s.before.exposure);
    const double on_log = later / a - earlier / b, on_rate = later / n - earlier / m;
    out.log_variance += on_log * on_log;
    out.difference_variance += on_rate * on_rate;
  }
  const auto count = static_cast<double>(out.sites);
  out.log_variance *= count / (count - 1.0);
  out.difference_variance *= count / (count - 1.0);
  return out;
}

/// Satterthwaite's degrees of a sum of two variances of which those of single sites are known, not estimated.
std::optional<double> degrees_of(double v1, std::uint64_t sites1, double v2, std::uint64_t sites2) {
  double below = 0.0, least = 0.0;
  for (const auto& [v, sites] : {std::pair(v1, sites1), std::pair(v2, sites2)}) {
    if (sites < 2) continue;
    const double own = static_cast<double>(sites) - 1.0;
    below += v * v / own;
    least = least == 0.0 ? own : std::min(least, own);
  }
  if (least == 0.0) return std::nullopt;
  return below == 0.0 ? least : std::max(least, (v1 + v2) * (v1 + v2) / below);
}

double reach_of(double variance, std::optional<double> degrees, confidence level) {
  const double q = level.alpha() / 2.0;
  return (degrees ? distribution::student_t_upper_quantile(q, *degrees) : distribution::normal_upper_quantile(q)) * std::sqrt(variance);
}

change_estimate estimate_of(const arm& changed, const arm* control, confidence level) {
  const arm none;
  const arm& other = control != nullptr ? *control : none;
  change_estimate out;
  out.changed_sites = changed.sites;
  out.control_sites = other.sites;
  const double log_variance = changed.log_variance + other.log_variance, variance = changed.difference_variance + other.difference_variance;
  const auto log_degrees = degrees_of(changed.log_variance, changed.sites, other.log_variance, other.sites);
  const auto degrees = degrees_of(changed.difference_variance, changed.sites, other.difference_variance, other.sites);
  const double log_ratio = changed.log_ratio - other.log_ratio, log_reach = reach_of(log_variance, log_degrees, level);
  out.ratio = std::exp(log_ratio);
  out.ratio_limits = {std::exp(log_ratio - log_reach), std::exp(log_ratio + log_reach), level, log_degrees ? interval_method::log_delta : interval_method::log_wald, sides::two};
  out.difference = changed.difference - other.difference;
  const double reach = reach_of(variance, degrees, level);
  out.difference_limits = {out.difference - reach, out.difference + reach, level, degrees ? interval_method::influence_t : interval_method::delta_normal, sides::two};
  out.degrees = log_degrees.value_or(0.0);
  if (changed.is_single() || (control != nullptr && control->is_single())) out.flags |= flag_set{flag::one_cluster, flag::assumes_independence};
  if (changed.sites + other.sites < 10) out.flags |= flag::few_clusters;
  return out;
}

} // namespace

estimable<noninferiority_answer> noninferiority_rate_ratio(std::uint64_t x1, double t1, std::uint64_t x2, double t2, double margin, confidence level) {
  constexpr const char* name = "decision::noninferiority_rate_ratio";
  if (!(margin > 0.0 && margin <= 1.0)) detail::wrong_call(name, "margin", "does not lie above 0 and up to 1");
  const auto ratio = rate_ratio::conditional_exact(x1, t1, x2, t2, level, sides::lower);
  if (!ratio) return tl::unexpected(ratio.error());
  noninferiority_answer out;
  out.ratio = ratio->point;
  out.lower_limit = ratio->limits;
  const double share = margin * t1 / (margin * t1 + t2);
  out.p_value = x1 == 0 ? 1.0 : distribution::beta_below(static_cast<double>(x1), static_cast<double>(x2) + 1.0, share);
  out.not_inferior = out.p_value < level.alpha();
  return out;
}

estimable<change_estimate> difference_in_differences(std::span<const site_periods> sites, confidence level) {
  const auto control = arm_of("decision::difference_in_differences", sites, false);
  if (!control) return tl::unexpected(control.error());
  const auto changed = arm_of("decision::difference_in_differences", sites, true);
  if (!changed) return tl::unexpected(changed.error());
  return estimate_of(*changed, &*control, level);
}

estimable<change_estimate> before_and_after(std::span<const site_periods> sites, confidence level) {
  const auto changed = arm_of("decision::before_and_after", sites, true);
  if (!changed) return tl::unexpected(changed.error());
  change_estimate out = estimate_of(*changed, nullptr, level);
  out.flags |= flag::confounded;
  return out;
}

} // namespace lfreval::decision
