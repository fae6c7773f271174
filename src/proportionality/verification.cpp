#include <lfreval/proportionality/verification.hpp>

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/binomial.hpp>

namespace lfreval::verification_bias {

namespace {

double logistic(double log_odds) { return 1.0 / (1.0 + std::exp(-log_odds)); }

} // namespace

estimable<corrected_accuracy> begg_greenes(const checked_results& alerted, const checked_results& silent, confidence level) {
  constexpr const char* name = "verification_bias::begg_greenes";
  for (const checked_results& r : {alerted, silent})
    for (const std::uint64_t n : {r.listed, r.others, r.unchecked}) detail::require_count(name, "count", n);
  if (alerted.checked() == 0 || silent.checked() == 0)
    return detail::no_value(undefined_reason::empty, "Check some people with an alert and some without.", 0.0, 1.0);
  if (alerted.listed + silent.listed == 0)
    return detail::no_value(undefined_reason::no_events, "Check until a listed person is among those checked.", 0.0, 1.0);
  const auto t1 = static_cast<double>(alerted.all()), t0 = static_cast<double>(silent.all());
  const auto n1 = static_cast<double>(alerted.checked()), n0 = static_cast<double>(silent.checked());
  const double v1 = static_cast<double>(alerted.listed) / n1, v0 = static_cast<double>(silent.listed) / n0;
  const double listed = v1 * t1 + v0 * t0, others = (1.0 - v1) * t1 + (1.0 - v0) * t0;
  corrected_accuracy out;
  out.sensitivity = v1 * t1 / listed;
  out.prevalence = listed / (t1 + t0);
  const auto checked_listed = static_cast<double>(alerted.listed + silent.listed), checked_others = static_cast<double>(alerted.others + silent.others);
  out.naive_sensitivity = static_cast<double>(alerted.listed) / checked_listed;
  if (checked_others == 0.0)
    return detail::no_value(undefined_reason::all_events, "Check until somebody who is not listed is among those checked: until then specificity has no trial.", 0.0, 1.0);
  out.specificity = (1.0 - v0) * t0 / others;
  out.naive_specificity = static_cast<double>(silent.others) / checked_others;
  if (alerted.listed == 0 || silent.listed == 0) {
    const confidence each = confidence::checked(1.0 - level.alpha() / 2.0);
    const interval found = *binomial::clopper_pearson(alerted.listed, alerted.checked(), each), missed = *binomial::clopper_pearson(silent.listed, silent.checked(), each);
    const auto share = [&](double right, double wrong) { return right * t1 + wrong * t0 == 0.0 ? 0.0 : right * t1 / (right * t1 + wrong * t0); };
    out.sensitivity_limits = {share(found.lower, missed.upper), share(found.upper, missed.lower), level, interval_method::corners, sides::two};
    return out;
  }
  out.standard_error = std::sqrt((t1 + t0) / (t1 * t0) + (1.0 - v1) / (v1 * n1) + (1.0 - v0) / (v0 * n0));
  const double centre = std::log(v1 * t1 / (v0 * t0)), reach = distribution::normal_upper_quantile(level.alpha() / 2.0) * out.standard_error;
  out.sensitivity_limits = {logistic(centre - reach), logistic(centre + reach), level, interval_method::logit_wald, sides::two};
  return out;
}

} // namespace lfreval::verification_bias

namespace lfreval::audit {

namespace {

double log_choose(double n, double k) { return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0); }

/// P(X <= found) when `listed` of the population are listed.
double at_most_found(double found, double audited, double population, double listed) {
  double sum = 0.0;
  const double all = log_choose(population, audited);
  for (double k = std::max(0.0, audited + listed - population); k <= std::min({found, listed, audited}); k += 1.0)
    sum += std::exp(log_choose(listed, k) + log_choose(population - listed, audited - k) - all);
  return sum;
}

} // namespace

estimable<std::uint64_t> hypergeometric_upper(std::uint64_t found, std::uint64_t audited, std::uint64_t population, confidence level) {
  constexpr const char* name = "audit::hypergeometric_upper";
  detail::require_count(name, "population", population);
  if (audited > population) detail::wrong_call(name, "audited", "exceed the population");
  if (found > audited) detail::wrong_call(name, "found", "exceed those audited");
  if (audited == 0 && population != 0)
    return detail::no_value(undefined_reason::empty, "Audit somebody: until then all of them may be listed.", 0.0, static_cast<double>(population));
  // P(X <= found) falls as more are listed; the people seen not to be listed are not.
  std::uint64_t holds = found, fails = population - (audited - found) + 1;
  while (fails - holds > 1) {
    const std::uint64_t middle = holds + (fails - holds) / 2;
    const double p = at_most_found(static_cast<double>(found), static_cast<double>(audited), static_cast<double>(population), static_cast<double>(middle));
    (p > level.alpha() ? holds : fails) = middle;
  }
  return holds;
}

estimable<missed_people> misses_at_most(std::span<const audited_stratum> strata, confidence level) {
  if (strata.empty()) return detail::no_value(undefined_reason::empty, "Audit at least one stratum.");
  const confidence each = confidence::checked(1.0 - level.alpha() / static_cast<double>(strata.size()));
  missed_people out{0.0, 0, level};
  for (const audited_stratum& s : strata) {
    const auto upper = hypergeometric_upper(s.found, s.audited, s.population, each);
    if (!upper) return tl::unexpected(upper.error());
    out.at_most += *upper;
    if (s.audited != 0) out.expected += static_cast<double>(s.population) * static_cast<double>(s.found) / static_cast<double>(s.audited);
  }
  return out;
}

} // namespace lfreval::audit
