#include <lfreval/series/meta.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>

namespace lfreval::meta {

namespace {

/// The studies in canonical order, and the weighted sums for a given variance between them.
class studies {
public:
  studies(const char* function, std::span<const study_effect> given) : rows_(given.begin(), given.end()) {
    for (const study_effect& s : rows_) {
      if (!std::isfinite(s.effect)) detail::wrong_call(function, "effect", "is not finite");
      if (!std::isfinite(s.variance) || !(s.variance > 0.0)) detail::wrong_call(function, "variance", "is not finite and above 0");
    }
    std::sort(rows_.begin(), rows_.end(), [](const study_effect& a, const study_effect& b) {
      return a.effect != b.effect ? a.effect < b.effect : a.variance < b.variance;
    });
  }

  struct sums { double weight = 0.0, squared = 0.0, cubed = 0.0, mean = 0.0, q = 0.0, squared_q = 0.0; };

  [[nodiscard]] sums at(double between) const {
    sums s;
    for (const study_effect& r : rows_) {
      const double w = 1.0 / (r.variance + between);
      s.weight += w;
      s.squared += w * w;
      s.cubed += w * w * w;
      s.mean += w * r.effect;
    }
    s.mean /= s.weight;
    for (const study_effect& r : rows_) {
      const double w = 1.0 / (r.variance + between), residual = r.effect - s.mean;
      s.q += w * residual * residual;
      s.squared_q += w * w * residual * residual;
    }
    return s;
  }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] double degrees() const { return static_cast<double>(rows_.size()) - 1.0; }

  /// A variance between studies that no estimate exceeds to begin a search with.
  [[nodiscard]] double scale() const {
    double largest = 0.0;
    for (const study_effect& r : rows_) largest = std::max(largest, r.variance);
    const double range = rows_.back().effect - rows_.front().effect;
    return largest + range * range;
  }

  /// The tau^2 at which the falling generalised Q has this value; 0 when it starts below.
  [[nodiscard]] double between_at(double q) const {
    const auto excess = [&](double between) { return at(between).q - q; };
    if (excess(0.0) <= 0.0) return 0.0;
    double high = scale();
    while (excess(high) > 0.0) high *= 2.0;
    return distribution::root(excess, 0.0, high);
  }

private:
  std::vector<study_effect> rows_;
};

std::optional<undefined> too_few(const studies& s, std::size_t needed) {
  if (s.size() == 0) return undefined{undefined_reason::empty, "Record at least one study.", std::nullopt};
  if (s.size() < needed)
    return undefined{undefined_reason::one_cluster, "Record a further study: how much studies vary is unknown.", std::nullopt};
  return std::nullopt;
}

interval around(double centre, double error, confidence level, sides on, interval_method method, double degrees = 0.0) {
  const double q = detail::tail(level, on);
  const double reach = error * (degrees > 0.0 ? distribution::student_t_upper_quantile(q, degrees)
                                              : distribution::normal_upper_quantile(q));
  return {on == sides::upper ? -unbounded : centre - reach, on == sides::lower ? unbounded : centre + reach, level, method, on};
}

pooled_effect pooled(const studies& s, double between, confidence level, sides on, interval_method method) {
  const studies::sums plain = s.at(0.0), weighted = s.at(between);
  pooled_effect out;
  out.effect = weighted.mean;
  out.standard_error = std::sqrt(1.0 / weighted.weight);
  out.limits = around(out.effect, out.standard_error, level, on, method);
  out.between_variance = between;
  out.heterogeneity = plain.q;
  out.studies = s.size();
  if (s.size() > 1) {
    const double degrees = s.degrees();
    out.q_p_value = distribution::gamma_above(degrees / 2.0, plain.q / 2.0);
    out.i_squared = plain.q > degrees ? (plain.q - degrees) / plain.q : 0.0;
    out.h_squared = plain.q / degrees;
  }
  return out;
}

double by_moments(const studies& s) {
  const studies::sums plain = s.at(0.0);
  return std::max(0.0, (plain.q - s.degrees()) / (plain.weight - plain.squared / plain.weight));
}

} // namespace

estimable<study_effect> log_rate(std::uint64_t events, double exposure) {
  constexpr const char* name = "meta::log_rate";
  detail::require_count(name, "events", events);
  const auto x = static_cast<double>(events);
  detail::require_exposure(name, "exposure", exposure, x);
  if (exposure == 0.0) return detail::no_exposure();
  if (events < fewest_events)
    return detail::no_value(undefined_reason::no_events, "Fewer than 5 events: use series::fit_negative_binomial, which "
                                                         "needs no normal approximation.");
  return study_effect{std::log(x / exposure), 1.0 / x};
}

estimable<study_effect> log_risk_ratio(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  constexpr const char* name = "meta::log_risk_ratio";
  detail::require_trials(name, x1, n1);
  detail::require_trials(name, x2, n2);
  if (n1 == 0 || n2 == 0) return detail::no_value(undefined_reason::empty, "Record at least one trial in both arms.");
  if (x1 < fewest_events || x2 < fewest_events)
    return detail::no_value(undefined_reason::no_events, "An arm has fewer than 5 events: use an exact rate ratio.");
  if (x1 == n1 && x2 == n2)
    return detail::no_value(undefined_reason::all_events, "Every trial ended in the event: the ratio has no sampling error.");
  const auto a = static_cast<double>(x1), b = static_cast<double>(n1), c = static_cast<double>(x2), d = static_cast<double>(n2);
  return study_effect{std::log(a / b) - std::log(c / d), (b - a) / (a * b) + (d - c) / (c * d)};
}

estimable<pooled_effect> fixed(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::fixed", given);
  if (auto why = too_few(s, 1)) return tl::unexpected(*why);
  return pooled(s, 0.0, level, on, interval_method::fixed_effect_z);
}

estimable<pooled_effect> dersimonian_laird(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::dersimonian_laird", given);
  if (auto why = too_few(s, 2)) return tl::unexpected(*why);
  return pooled(s, by_moments(s), level, on, interval_method::random_effects_z);
}

estimable<pooled_effect> paule_mandel(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::paule_mandel", given);
  if (auto why = too_few(s, 2)) return tl::unexpected(*why);
  return pooled(s, s.between_at(s.degrees()), level, on, interval_method::random_effects_z);
}

estimable<pooled_effect> reml(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::reml", given);
  if (auto why = too_few(s, 2)) return tl::unexpected(*why);
  // The slope of the restricted likelihood: sum w^2 r^2 - (sum w - sum w^2 / sum w), twice.
  const auto slope = [&](double between) {
    const studies::sums at = s.at(between);
    return at.squared_q - (at.weight - at.squared / at.weight);
  };
  double between = 0.0;
  if (slope(0.0) > 0.0) {
    double high = s.scale();
    while (slope(high) > 0.0) high *= 2.0;
    between = distribution::root(slope, 0.0, high);
  }
  return pooled(s, between, level, on, interval_method::random_effects_z);
}

estimable<pooled_effect> hksj(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::hksj", given);
  if (auto why = too_few(s, 2)) return tl::unexpected(*why);
  pooled_effect plain = pooled(s, by_moments(s), level, on, interval_method::random_effects_z);
  const studies::sums at = s.at(plain.between_variance);
  const double error = std::sqrt(at.q / s.degrees() / at.weight), q = detail::tail(level, on);
  if (error * distribution::student_t_upper_quantile(q, s.degrees()) <=
      plain.standard_error * distribution::normal_upper_quantile(q))
    return plain;
  plain.standard_error = error;
  plain.degrees = s.degrees();
  plain.limits = around(plain.effect, error, level, on, interval_method::random_effects_t, plain.degrees);
  return plain;
}

estimable<interval> between_variance_interval(std::span<const study_effect> given, confidence level, sides on) {
  const studies s("meta::between_variance_interval", given);
  if (auto why = too_few(s, 2)) return tl::unexpected(*why);
  const double half = s.degrees() / 2.0;
  return detail::bounded(
      level, interval_method::q_profile, on, unbounded,
      [&](double q) { return s.between_at(2.0 * distribution::gamma_upper_quantile(half, q)); },
      [&](double q) { return s.between_at(2.0 * distribution::gamma_lower_quantile(half, q)); });
}

estimable<interval> prediction_interval(const pooled_effect& from, confidence level, prediction_quantile by, sides on) {
  const bool t = by == prediction_quantile::t_studies_less_two;
  if (from.studies < (t ? 3U : 2U))
    return detail::no_value(undefined_reason::one_cluster, "Record a further study: how much studies vary is unknown.");
  const double error = std::sqrt(from.between_variance + from.standard_error * from.standard_error);
  return around(from.effect, error, level, on, interval_method::predictive, t ? static_cast<double>(from.studies) - 2.0 : 0.0);
}

} // namespace lfreval::meta
