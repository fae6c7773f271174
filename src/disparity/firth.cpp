#include <lfreval/disparity/firth.hpp>

#include <algorithm>

#include <lfreval/intervals/quantile.hpp>

#include "disparity/logistic_model.hpp"

namespace lfreval::logit {
namespace {

using model = detail::logistic_model;

tl::unexpected<undefined> not_found() {
  return detail::no_value(undefined_reason::no_fit, "The penalised likelihood was not maximised: leave out columns or merge groups.");
}

} // namespace

estimable<firth_fit> firth(const regression_rows& rows) {
  const model m("logit::firth", rows);
  if (auto why = m.impossible()) return tl::unexpected(*why);
  const model::ascent found = m.penalised_maximum(Eigen::VectorXd::Zero(m.x.cols()));
  if (!found.converged) return not_found();
  return firth_fit{m.coefficients(found.best), m.errors(m.inverse_information(found.best)), m.penalised(found.best), found.iterations};
}

estimable<interval> firth_profile_interval(const regression_rows& rows, const firth_fit& from, std::size_t place, confidence level) {
  constexpr const char* name = "logit::firth_profile_interval";
  const model m(name, rows);
  if (place >= rows.columns) detail::wrong_call(name, "place", "is beyond the columns");
  if (auto why = m.impossible()) return tl::unexpected(*why);
  const auto kept = static_cast<Eigen::Index>(place);
  const Eigen::VectorXd best = m.scaled(name, from.coefficients);
  const double z = distribution::normal_upper_quantile(level.alpha() / 2.0), highest = m.penalised(m.at(best));
  const double first = z * from.standard_errors[place] * m.scale[kept];
  bool lost = false;
  const auto excess = [&](double value) { // positive where the coefficient is still compatible
    Eigen::VectorXd start = best;
    start[kept] = value;
    const model::ascent found = m.penalised_maximum(start, kept);
    lost = lost || !found.converged;
    return m.penalised(found.best) - highest + z * z / 2.0;
  };
  const auto limit = [&](double direction) {
    double inner = best[kept], step = first;
    for (int i = 0; i < 12 && !lost; ++i, step *= 1.5) {
      const double outer = inner + direction * step;
      if (excess(outer) < 0.0) return distribution::root(excess, std::min(inner, outer), std::max(inner, outer)) / m.scale[kept];
      inner = outer;
    }
    return direction * unbounded;
  };
  const interval out{limit(-1.0), limit(1.0), level, interval_method::penalised_profile_likelihood, sides::two};
  if (lost) return not_found();
  return out;
}

estimable<double> flic_intercept(const regression_rows& rows, const firth_fit& from, std::size_t place) {
  constexpr const char* name = "logit::flic_intercept";
  const model m(name, rows);
  if (place >= rows.columns) detail::wrong_call(name, "place", "is beyond the columns");
  const auto kept = static_cast<Eigen::Index>(place);
  if (m.x.rows() > 0 && ((m.x.col(kept).array() != m.x(0, kept)).any() || m.x(0, kept) == 0.0))
    detail::wrong_call(name, "place", "is not that of a constant column");
  if (auto why = m.impossible()) return tl::unexpected(*why);
  if (m.events.sum() == 0.0) return detail::no_value(undefined_reason::no_events, "Collect until an event happens.");
  if (m.events.sum() == m.trials.sum()) return detail::no_value(undefined_reason::all_events, "Every trial ended in the event.");
  Eigen::VectorXd beta = m.scaled(name, from.coefficients);
  const double sign = m.x(0, kept);
  const auto excess = [&](double value) {
    beta[kept] = value;
    return sign * m.residuals(m.at(beta)).sum();
  };
  double low = beta[kept], high = beta[kept];
  for (double step = 1.0; excess(low) < 0.0; step *= 2.0) low -= step;
  for (double step = 1.0; excess(high) > 0.0; step *= 2.0) high += step;
  return distribution::root(excess, low, high) / m.scale[kept];
}

estimable<double> firth_saturated(std::uint64_t x1, std::uint64_t n1, std::uint64_t x2, std::uint64_t n2) {
  constexpr const char* name = "logit::firth_saturated";
  detail::require_trials(name, x1, n1);
  detail::require_trials(name, x2, n2);
  if (n1 == 0 || n2 == 0) return detail::no_value(undefined_reason::empty, "Record at least one trial in both groups.");
  const auto log_odds = [](std::uint64_t x, std::uint64_t n) { return std::log((static_cast<double>(x) + 0.5) / (static_cast<double>(n - x) + 0.5)); };
  return log_odds(x1, n1) - log_odds(x2, n2);
}

} // namespace lfreval::logit

namespace lfreval::poisson {

estimable<double> firth_saturated(std::uint64_t x1, double t1, std::uint64_t x2, double t2) {
  constexpr const char* name = "poisson::firth_saturated";
  detail::require_count(name, "x1", x1);
  detail::require_count(name, "x2", x2);
  detail::require_exposure(name, "t1", t1, static_cast<double>(x1));
  detail::require_exposure(name, "t2", t2, static_cast<double>(x2));
  if (t1 == 0.0 || t2 == 0.0) return detail::no_value(undefined_reason::empty, "Record some exposure in both groups.", 0.0, unbounded);
  return (static_cast<double>(x2) + 0.5) / t2 / ((static_cast<double>(x1) + 0.5) / t1);
}

} // namespace lfreval::poisson
