/// @file
/// Logistic regression in matrices: the likelihood, its information, and the penalty of Firth. Columns are scaled to a largest
/// value of 1, so that the information is well conditioned whatever the units.
#pragma once

#include <cmath>
#include <optional>

#include <Eigen/Dense>

#include <lfreval/disparity/logistic.hpp>
#include <lfreval/intervals/argument.hpp>

namespace lfreval::detail {

class logistic_model {
public:
  logistic_model(const char* function, const logit::regression_rows& rows) {
    if (rows.columns == 0) wrong_call(function, "columns", "are none");
    if (rows.covariates.size() != rows.columns * rows.outcomes.size()) wrong_call(function, "covariates", "are not `columns` for each outcome");
    const auto n = static_cast<Eigen::Index>(rows.outcomes.size()), k = static_cast<Eigen::Index>(rows.columns);
    x.resize(n, k);
    events.resize(n);
    trials.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const cluster_tally& one = rows.outcomes[static_cast<std::size_t>(i)];
      require_trials(function, one.events, one.exposure);
      events[i] = static_cast<double>(one.events);
      trials[i] = static_cast<double>(one.exposure);
      for (Eigen::Index j = 0; j < k; ++j) {
        const double value = rows.covariates[static_cast<std::size_t>(i * k + j)];
        if (!std::isfinite(value)) wrong_call(function, "covariates", "hold one that is not finite");
        x(i, j) = value;
      }
    }
    scale = Eigen::VectorXd::Ones(k);
    for (Eigen::Index j = 0; j < k && n > 0; ++j) {
      const double largest = x.col(j).cwiseAbs().maxCoeff();
      if (largest > 0.0) scale[j] = largest;
      x.col(j) /= scale[j];
    }
  }

  /// Why no form of the regression exists, if none does.
  [[nodiscard]] std::optional<undefined> impossible() const {
    if (trials.size() == 0 || trials.sum() == 0.0) return undefined{undefined_reason::empty, "Record at least one trial.", std::nullopt};
    const Eigen::MatrixXd seen = (trials.array() > 0.0).cast<double>().matrix().asDiagonal() * x;
    if (seen.colPivHouseholderQr().rank() < x.cols())
      return undefined{undefined_reason::no_fit, "Leave out a column: some of them repeat each other, or there are more than kinds of trials.", std::nullopt};
    return std::nullopt;
  }

  /// Everything at one value of the coefficients.
  struct state {
    Eigen::VectorXd beta, eta, p, weight; ///< weight = trials p (1 - p)
    Eigen::MatrixXd information;
    double log_likelihood = 0.0;
  };

  [[nodiscard]] state at(const Eigen::VectorXd& beta) const {
    state s{beta, x * beta, {}, {}, {}, 0.0};
    const auto n = trials.size();
    s.p.resize(n);
    s.weight.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const double small = std::exp(-std::fabs(s.eta[i])), p = 1.0 / (1.0 + small), q = small / (1.0 + small);
      s.p[i] = s.eta[i] >= 0.0 ? p : q;
      s.weight[i] = trials[i] * p * q;
      // log(1 + e^eta) without overflow.
      s.log_likelihood += events[i] * s.eta[i] - trials[i] * (std::fmax(s.eta[i], 0.0) + std::log1p(small));
    }
    s.information = x.transpose() * s.weight.asDiagonal() * x;
    return s;
  }

  [[nodiscard]] Eigen::VectorXd residuals(const state& s) const { return events - trials.cwiseProduct(s.p); }

  struct ascent {
    state best;
    unsigned iterations = 0;
    bool converged = false;
  };

  /// The maximum of the likelihood; not converged when the rows are separated.
  [[nodiscard]] ascent maximum() const {
    ascent out{at(Eigen::VectorXd::Zero(x.cols())), 0, false};
    for (; out.iterations < 200; ++out.iterations) {
      const Eigen::VectorXd step = out.best.information.ldlt().solve(x.transpose() * residuals(out.best)), change = x * step;
      if (!step.allFinite()) return out;
      double length = 1.0;
      state next = at(out.best.beta + step);
      while (!(next.log_likelihood >= out.best.log_likelihood - 1e-10 * (1.0 + std::fabs(out.best.log_likelihood))) && length > 1e-6) {
        length /= 2.0;
        next = at(out.best.beta + length * step);
      }
      out.best = std::move(next);
      if (change.cwiseAbs().maxCoeff() < 1e-9) {
        out.converged = true;
        return out;
      }
      // Odds beyond 1 in 10^10 that go on growing: in separated data each step adds about one, elsewhere steps shrink.
      for (Eigen::Index i = 0; i < trials.size(); ++i)
        if (trials[i] > 0.0 && std::fabs(out.best.eta[i]) > 25.0 && std::fabs(change[i]) > 0.5) return out;
    }
    return out;
  }

  [[nodiscard]] double penalised(const state& s) const {
    const Eigen::LDLT<Eigen::MatrixXd> factors(s.information);
    return s.log_likelihood + 0.5 * factors.vectorD().array().abs().log().sum();
  }

  /// The maximum of the penalised likelihood from `start` on, coefficient `kept` held where it is when there is one.
  [[nodiscard]] ascent penalised_maximum(const Eigen::VectorXd& start, std::optional<Eigen::Index> kept = std::nullopt) const {
    ascent out{at(start), 0, false};
    double value = penalised(out.best);
    for (; out.iterations < 500; ++out.iterations) {
      const state& s = out.best;
      const Eigen::MatrixXd inverse = s.information.ldlt().solve(Eigen::MatrixXd::Identity(x.cols(), x.cols()));
      const Eigen::VectorXd leverage = s.weight.cwiseProduct((x * inverse).cwiseProduct(x).rowwise().sum());
      Eigen::VectorXd score = x.transpose() * (residuals(s) + leverage.cwiseProduct(Eigen::VectorXd::Constant(trials.size(), 0.5) - s.p));
      Eigen::MatrixXd information = s.information;
      if (kept) {
        score[*kept] = 0.0;
        information.row(*kept).setZero();
        information.col(*kept).setZero();
        information(*kept, *kept) = 1.0;
      }
      const Eigen::VectorXd step = information.ldlt().solve(score);
      if (!step.allFinite()) return out;
      const double farthest = (x * step).cwiseAbs().maxCoeff();
      double length = farthest > 3.0 ? 3.0 / farthest : 1.0;
      state next = at(s.beta + length * step);
      double next_value = penalised(next);
      while (!(next_value >= value - 1e-10 * (1.0 + std::fabs(value))) && length > 1e-8) {
        length /= 2.0;
        next = at(s.beta + length * step);
        next_value = penalised(next);
      }
      out.best = std::move(next);
      value = next_value;
      if (farthest < 1e-9) {
        out.converged = true;
        return out;
      }
    }
    return out;
  }

  [[nodiscard]] std::vector<double> coefficients(const state& s) const {
    std::vector<double> out;
    for (Eigen::Index j = 0; j < x.cols(); ++j) out.push_back(s.beta[j] / scale[j]);
    return out;
  }

  /// Roots of the diagonal of a covariance of the scaled coefficients, 0 where it is negative.
  [[nodiscard]] std::vector<double> errors(const Eigen::MatrixXd& covariance) const {
    std::vector<double> out;
    for (Eigen::Index j = 0; j < x.cols(); ++j) out.push_back(std::sqrt(std::fmax(0.0, covariance(j, j))) / scale[j]);
    return out;
  }

  [[nodiscard]] Eigen::MatrixXd inverse_information(const state& s) const {
    return s.information.ldlt().solve(Eigen::MatrixXd::Identity(x.cols(), x.cols()));
  }

  /// The coefficients of a fit, scaled.
  [[nodiscard]] Eigen::VectorXd scaled(const char* function, std::span<const double> given) const {
    if (static_cast<Eigen::Index>(given.size()) != x.cols()) wrong_call(function, "from", "is a fit of other columns");
    Eigen::VectorXd out(x.cols());
    for (Eigen::Index j = 0; j < x.cols(); ++j) out[j] = given[static_cast<std::size_t>(j)] * scale[j];
    return out;
  }

  Eigen::MatrixXd x;
  Eigen::VectorXd events, trials, scale;
};

} // namespace lfreval::detail
