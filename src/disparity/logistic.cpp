#include <lfreval/disparity/logistic.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include <lfreval/disparity/firth.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "disparity/logistic_model.hpp"

namespace lfreval::logit {
namespace {

using model = detail::logistic_model;
using row_list = std::vector<Eigen::Index>;

tl::unexpected<undefined> separated() {
  return detail::no_value(undefined_reason::no_fit, "The covariates separate events from others, so that the likelihood has no maximum: use Firth's form.");
}

/// The rows of each cluster, in the order of their numbers.
template <class Number> std::vector<row_list> rows_by(const std::vector<Number>& numbers, const model& m) {
  std::map<Number, row_list> found;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    if (m.trials[row] > 0.0) found[numbers[i]].push_back(row);
  }
  std::vector<row_list> out;
  for (auto& one : found) out.push_back(std::move(one.second));
  return out;
}

std::vector<std::uint64_t> checked(const char* function, std::span<const std::uint64_t> clusters, const model& m) {
  if (static_cast<Eigen::Index>(clusters.size()) != m.trials.size()) detail::wrong_call(function, "clusters", "are not one for each row");
  return {clusters.begin(), clusters.end()};
}

/// sum_c u_c u_c' with u_c the score of cluster c.
Eigen::MatrixXd plain_meat(const model& m, const model::state& s, const std::vector<row_list>& clusters) {
  const Eigen::VectorXd residual = m.residuals(s);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(m.x.cols(), m.x.cols());
  for (const row_list& c : clusters) {
    Eigen::VectorXd u = Eigen::VectorXd::Zero(m.x.cols());
    for (const Eigen::Index i : c) u += residual[i] * m.x.row(i).transpose();
    out += u * u.transpose();
  }
  return out;
}

/// The same with residuals adjusted by A = v^(1/2) (v^(1/2) (v - v x M x' v) v^(1/2))^(-1/2) v^(1/2), v = p (1 - p) of a trial.
/// Trials that share a row enter through their sum alone: in the direction of that sum the row counts sqrt(trials) times.
Eigen::MatrixXd adjusted_meat(const model& m, const model::state& s, const Eigen::MatrixXd& inverse, const std::vector<row_list>& clusters) {
  const Eigen::VectorXd residual = m.residuals(s);
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(m.x.cols(), m.x.cols());
  for (const row_list& c : clusters) {
    const auto n = static_cast<Eigen::Index>(c.size());
    Eigen::MatrixXd x(n, m.x.cols());
    Eigen::VectorXd v(n), r(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const Eigen::Index row = c[static_cast<std::size_t>(i)];
      const double root = std::sqrt(m.trials[row]);
      x.row(i) = root * m.x.row(row);
      v[i] = s.weight[row] / m.trials[row];
      r[i] = residual[row] / root;
    }
    const Eigen::VectorXd half = v.cwiseSqrt();
    const Eigen::MatrixXd hat = v.asDiagonal() * x * inverse * x.transpose() * v.asDiagonal();
    const Eigen::MatrixXd inner = half.asDiagonal() * (Eigen::MatrixXd(v.asDiagonal()) - hat) * half.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(inner);
    Eigen::VectorXd power = parts.eigenvalues();
    const double least = 1e-12 * power.cwiseAbs().maxCoeff();
    // A direction that the fit follows entirely has no residual to correct.
    for (Eigen::Index i = 0; i < n; ++i) power[i] = power[i] > least ? 1.0 / std::sqrt(power[i]) : 0.0;
    const Eigen::VectorXd turned = parts.eigenvectors() * (power.asDiagonal() * (parts.eigenvectors().transpose() * half.cwiseProduct(r)));
    const Eigen::VectorXd u = x.transpose() * half.cwiseProduct(turned);
    out += u * u.transpose();
  }
  return out;
}

tl::unexpected<undefined> too_few_clusters() {
  return detail::no_value(undefined_reason::one_cluster, "Record a second cluster: how much clusters differ is unknown.");
}

} // namespace

estimable<logistic_fit> fit(const regression_rows& rows) {
  const model m("logit::fit", rows);
  if (auto why = m.impossible()) return tl::unexpected(*why);
  const model::ascent found = m.maximum();
  if (!found.converged) return separated();
  return logistic_fit{m.coefficients(found.best), m.errors(m.inverse_information(found.best)), found.best.log_likelihood, found.iterations};
}

estimable<std::vector<double>> cluster_robust(const regression_rows& rows, const logistic_fit& from, std::span<const std::uint64_t> clusters,
                                              few_clusters_correction correction) {
  constexpr const char* name = "logit::cluster_robust";
  const model m(name, rows);
  const auto by = rows_by(checked(name, clusters, m), m);
  const model::state s = m.at(m.scaled(name, from.coefficients));
  if (auto why = m.impossible()) return tl::unexpected(*why);
  if (by.size() < 2) return too_few_clusters();
  const Eigen::MatrixXd inverse = m.inverse_information(s);
  const Eigen::MatrixXd meat = correction == few_clusters_correction::cr2 ? adjusted_meat(m, s, inverse, by) : plain_meat(m, s, by);
  double factor = 1.0;
  if (correction == few_clusters_correction::cr1) {
    const auto count = static_cast<double>(by.size()), n = m.trials.sum();
    factor = count / (count - 1.0) * (n - 1.0) / (n - static_cast<double>(m.x.cols()));
  }
  return m.errors(factor * (inverse * meat * inverse));
}

estimable<two_way_errors> two_way_robust(const regression_rows& rows, const logistic_fit& from, std::span<const std::uint64_t> one,
                                         std::span<const std::uint64_t> other) {
  constexpr const char* name = "logit::two_way_robust";
  const model m(name, rows);
  const auto first = checked(name, one, m), second = checked(name, other, m);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> both;
  for (std::size_t i = 0; i < first.size(); ++i) both.emplace_back(first[i], second[i]);
  const auto by_first = rows_by(first, m), by_second = rows_by(second, m);
  const model::state s = m.at(m.scaled(name, from.coefficients));
  if (auto why = m.impossible()) return tl::unexpected(*why);
  if (by_first.size() < 2 || by_second.size() < 2) return too_few_clusters();
  const Eigen::MatrixXd inverse = m.inverse_information(s);
  const auto covariance = [&](const std::vector<row_list>& by) -> Eigen::MatrixXd { return inverse * plain_meat(m, s, by) * inverse; };
  const Eigen::MatrixXd v1 = covariance(by_first), v2 = covariance(by_second), v12 = covariance(rows_by(both, m));
  two_way_errors out;
  out.unguarded = m.errors(v1 + v2 - v12);
  const auto e1 = m.errors(v1), e2 = m.errors(v2);
  for (std::size_t j = 0; j < e1.size(); ++j) {
    out.errors.push_back(std::max({out.unguarded[j], e1[j], e2[j]}));
    if (out.errors[j] > out.unguarded[j]) out.flags |= flag::nonpsd_guard;
  }
  return out;
}

estimable<adjusted_fit> adjusted(const regression_rows& rows, std::span<const std::uint64_t> clusters, confidence level) {
  constexpr const char* name = "logit::adjusted";
  const model m(name, rows);
  adjusted_fit out;
  out.clusters = rows_by(checked(name, clusters, m), m).size();
  if (auto why = m.impossible()) return tl::unexpected(*why);
  if (out.clusters < 2) return too_few_clusters();
  if (out.clusters < 10) out.flags |= flag::few_clusters;
  if (const auto plain = fit(rows)) {
    const auto errors = cluster_robust(rows, *plain, clusters, few_clusters_correction::cr2);
    if (!errors) return tl::unexpected(errors.error());
    const double t = distribution::student_t_upper_quantile(level.alpha() / 2.0, static_cast<double>(out.clusters) - 1.0);
    for (std::size_t j = 0; j < rows.columns; ++j) {
      const double at = plain->coefficients[j], reach = t * (*errors)[j];
      out.coefficients.push_back({at, (*errors)[j], {at - reach, at + reach, level, interval_method::robust_t, sides::two}});
    }
    return out;
  }
  out.separated = true;
  out.flags |= flag::assumes_independence;
  const auto penalised = firth(rows);
  if (!penalised) return tl::unexpected(penalised.error());
  for (std::size_t j = 0; j < rows.columns; ++j) {
    const auto limits = firth_profile_interval(rows, *penalised, j, level);
    if (!limits) return tl::unexpected(limits.error());
    out.coefficients.push_back({penalised->coefficients[j], penalised->standard_errors[j], *limits});
  }
  return out;
}

} // namespace lfreval::logit
