#include <lfreval/proportionality/net_benefit.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/intervals/rate_ratio.hpp>

namespace lfreval::decision {

namespace {

confidence half_the_error(confidence level) { return confidence::checked(1.0 - level.alpha() / 2.0); }

net_benefit_estimate at_corners(double point, const interval& gained, const interval& harmed, double w, confidence level) {
  net_benefit_estimate out;
  out.point = point;
  out.limits = {gained.lower - (w == 0.0 ? 0.0 : w * harmed.upper), gained.upper - w * harmed.lower, level, interval_method::corners, sides::two};
  out.flags |= flag::no_events;
  return out;
}

tl::unexpected<undefined> neither() {
  return detail::no_value(undefined_reason::no_events, "Collect until something was gained or somebody harmed: without either there is nothing to weigh.", 0.0, unbounded);
}

double odds(double share) { return share >= 1.0 ? unbounded : share / (1.0 - share); }

} // namespace

exchange_rate::exchange_rate(double harm_in_outcomes) : w_(harm_in_outcomes) {
  if (!std::isfinite(w_) || w_ < 0.0) detail::wrong_call("decision::exchange_rate", "harm_in_outcomes", "is negative or not finite");
}

std::vector<exchange_rate> exchange_rates(double from, double to, std::uint64_t steps) {
  if (!(from < to)) detail::wrong_call("decision::exchange_rates", "from", "is not below to");
  if (steps < 2) detail::wrong_call("decision::exchange_rates", "steps", "are fewer than 2");
  std::vector<exchange_rate> out;
  const auto last = static_cast<double>(steps - 1);
  for (std::uint64_t i = 0; i < steps; ++i) {
    const auto k = static_cast<double>(i);
    const double between = (from * (last - k) + to * k) / last; // both ends come out exactly
    // 0.3 and not 0.30000000000000004: people declare rates in decimals.
    out.emplace_back(i == 0 || i == steps - 1 || between < 1e-6 ? between : std::round(between * 1e12) / 1e12);
  }
  return out;
}

double cost_optimal_rule::likelihood_ratio(double prevalence) const {
  if (!(prevalence > 0.0 && prevalence < 1.0)) detail::wrong_call("decision::cost_optimal_rule", "prevalence", "does not lie strictly between 0 and 1");
  return (1.0 - prevalence) / prevalence * odds;
}

cost_optimal_rule cost_optimal_probability(double false_alert, double miss) {
  for (const double cost : {false_alert, miss})
    if (!std::isfinite(cost) || !(cost > 0.0)) detail::wrong_call("decision::cost_optimal_probability", "cost", "is not finite and above 0");
  return {false_alert / (false_alert + miss), false_alert / miss};
}

estimable<net_benefit_estimate> net_benefit(std::uint64_t gained, std::uint64_t harmed, std::uint64_t trials, exchange_rate w, confidence level) {
  constexpr const char* name = "decision::net_benefit";
  for (const std::uint64_t n : {gained, harmed, trials}) detail::require_count(name, "count", n);
  if (trials == 0) return detail::no_value(undefined_reason::empty, "Record at least one trial.");
  if (gained + harmed > trials)
    return detail::no_value(undefined_reason::events_exceed_exposure, "Count exposure in units that are gained, harmed or neither, once each: these are fewer than the events.");
  const auto n = static_cast<double>(trials);
  const double right = static_cast<double>(gained) / n, wrong = static_cast<double>(harmed) / n, point = right - w.value() * wrong;
  if (gained == 0 || harmed == 0) {
    const confidence each = half_the_error(level);
    return at_corners(point, *binomial::clopper_pearson(gained, trials, each), *binomial::clopper_pearson(harmed, trials, each), w.value(), level);
  }
  net_benefit_estimate out;
  out.point = point;
  out.standard_error = std::sqrt((right * (1.0 - right) + w.value() * w.value() * wrong * (1.0 - wrong) + 2.0 * w.value() * right * wrong) / n);
  const double reach = distribution::normal_upper_quantile(level.alpha() / 2.0) * out.standard_error;
  out.limits = {point - reach, point + reach, level, interval_method::delta_normal, sides::two};
  out.flags |= flag::assumes_independence;
  return out;
}

clustered_benefit::clustered_benefit(std::span<const decision_cluster> clusters, cluster_unit by, confidence level)
    : level_(level), of_gained_(tl::unexpected(undefined{})), of_harmed_(tl::unexpected(undefined{})) {
  constexpr const char* name = "decision::clustered_benefit";
  std::vector<decision_cluster> rows;
  for (const decision_cluster& c : clusters) {
    for (const std::uint64_t n : {c.gained, c.harmed, c.exposure}) detail::require_count(name, "count", n);
    if (c.exposure == 0 && (c.gained != 0 || c.harmed != 0)) detail::wrong_call(name, "exposure", "is zero although there are events");
    if (c.exposure == 0) continue;
    rows.push_back(c);
    totals_.gained += c.gained;
    totals_.harmed += c.harmed;
    totals_.exposure += c.exposure;
    detail::require_count(name, "total", std::max({totals_.gained, totals_.harmed, totals_.exposure}));
  }
  clusters_ = rows.size();
  if (clusters_ < 2) return;
  std::sort(rows.begin(), rows.end());
  const auto n = static_cast<double>(totals_.exposure), count = static_cast<double>(clusters_);
  const double p = static_cast<double>(totals_.gained) / n, q = static_cast<double>(totals_.harmed) / n;
  for (const decision_cluster& c : rows) {
    const auto own = static_cast<double>(c.exposure);
    const double x = static_cast<double>(c.gained) - p * own, y = static_cast<double>(c.harmed) - q * own;
    gained_gained_ += x * x;
    gained_harmed_ += x * y;
    harmed_harmed_ += y * y;
  }
  const double scale = count / (count - 1.0) / n / n;
  gained_gained_ *= scale;
  gained_harmed_ *= scale;
  harmed_harmed_ *= scale;
  if ((totals_.gained == 0) == (totals_.harmed == 0)) return;
  ladder_options how;
  how.family = metric_family::rate; // a unit of exposure may bring several
  how.by = by;
  std::vector<cluster_tally> right, wrong;
  for (const decision_cluster& c : rows) {
    right.push_back({c.gained, c.exposure});
    wrong.push_back({c.harmed, c.exposure});
  }
  const auto limits = [&](const std::vector<cluster_tally>& of) -> estimable<interval> {
    const auto made = ladder(of, half_the_error(level_), sides::two, how);
    if (!made) return tl::unexpected(made.error());
    return made->headline;
  };
  of_gained_ = limits(right);
  of_harmed_ = limits(wrong);
}

estimable<net_benefit_estimate> clustered_benefit::at(exchange_rate w) const {
  if (clusters_ == 0) return detail::no_value(undefined_reason::empty, "Record the exposure of at least two deployments or persons.");
  if (clusters_ == 1) return tl::unexpected(detail::one_cluster_only());
  if (totals_.gained == 0 && totals_.harmed == 0) return neither();
  const auto n = static_cast<double>(totals_.exposure);
  const double point = (static_cast<double>(totals_.gained) - w.value() * static_cast<double>(totals_.harmed)) / n;
  net_benefit_estimate out;
  if (totals_.gained == 0 || totals_.harmed == 0) {
    if (!of_gained_) return tl::unexpected(of_gained_.error());
    if (!of_harmed_) return tl::unexpected(of_harmed_.error());
    out = at_corners(point, *of_gained_, *of_harmed_, w.value(), level_);
  } else {
    out.point = point;
    // The sum of squares of x - w y, so that rounding cannot make it negative by more than rounding.
    out.standard_error = std::sqrt(std::max(0.0, gained_gained_ - 2.0 * w.value() * gained_harmed_ + w.value() * w.value() * harmed_harmed_));
    const double reach = distribution::student_t_upper_quantile(level_.alpha() / 2.0, static_cast<double>(clusters_) - 1.0) * out.standard_error;
    out.limits = {point - reach, point + reach, level_, interval_method::influence_t, sides::two};
  }
  if (clusters_ < 10) out.flags |= flag::few_clusters;
  if (totals_.gained + totals_.harmed < 30) out.flags |= flag::few_events;
  return out;
}

estimable<break_even_rate> break_even(std::uint64_t gained, std::uint64_t harmed, confidence level) {
  const auto made = rate_ratio::conditional_exact(gained, 1.0, harmed, 1.0, level);
  if (!made) return neither();
  break_even_rate out{made->point, made->limits, {flag::assumes_independence}};
  return out;
}

estimable<break_even_rate> break_even(std::span<const decision_cluster> clusters, cluster_unit by, confidence level) {
  std::vector<cluster_tally> shares;
  cluster_tally total;
  for (const decision_cluster& c : clusters) {
    for (const std::uint64_t n : {c.gained, c.harmed}) detail::require_count("decision::break_even", "count", n);
    if (c.gained + c.harmed == 0) continue; // says nothing of the ratio
    shares.push_back({c.gained, c.gained + c.harmed});
    total.events += c.gained;
    total.exposure += c.gained + c.harmed;
  }
  if (total.exposure == 0) return neither();
  ladder_options how;
  how.by = by;
  const auto made = ladder(shares, level, sides::two, how);
  if (!made) return tl::unexpected(made.error());
  break_even_rate out;
  out.point = total.events == total.exposure ? unbounded : static_cast<double>(total.events) / static_cast<double>(total.exposure - total.events);
  out.limits = made->headline;
  out.limits.lower = odds(made->headline.lower);
  out.limits.upper = odds(made->headline.upper);
  out.flags = made->flags;
  return out;
}

} // namespace lfreval::decision
