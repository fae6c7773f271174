/// @file
/// The likelihood of Poisson counts whose rates follow a gamma distribution, for `fit_heterogeneity`.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include <lfreval/intervals/quantile.hpp>

#include "series/rising_sums.hpp"

namespace lfreval::detail {

/// theta is the squared coefficient of variation of the rates. Exposures are above 0 and some count is.
class negative_binomial_likelihood {
public:
  struct row { double events, exposure; };

  negative_binomial_likelihood(std::vector<row> rows, double pooled) : rows_(std::move(rows)), pooled_(pooled) {
    for (const row& d : rows_) {
      // log(n^x / x!): the part that depends on no parameter.
      constant_ += d.events * std::log(d.exposure) - rising_log(1.0, 1.0, d.events);
      events_ += d.events;
    }
  }

  double log_likelihood(double rate, double theta) const {
    double sum = constant_;
    for (const row& d : rows_) {
      const double m = rate * d.exposure;
      sum += rising_log(1.0, theta, d.events) - d.events * std::log1p(theta * m) - m * log1p_over(theta * m);
    }
    return sum + events_ * std::log(rate);
  }

  /// The root of sum (x - m) / (1 + theta m), which falls with the rate.
  double best_mean(double theta) const {
    if (theta == 0.0) return pooled_;
    const auto score = [&](double log_rate) {
      const double rate = std::exp(log_rate);
      double sum = 0.0;
      for (const row& d : rows_) sum += (d.events - rate * d.exposure) / (1.0 + theta * rate * d.exposure);
      return sum;
    };
    const double start = std::log(pooled_);
    double low = start, high = start;
    for (double step = 0.5; score(low) < 0.0; step *= 2.0) low -= step;
    for (double step = 0.5; score(high) > 0.0; step *= 2.0) high += step;
    return low < high ? std::exp(distribution::root(score, low, high)) : pooled_;
  }

  double scale() const { return 1.0; }
  double transformed(double rate) const { return std::log(rate); }
  double mean_of(double log_rate) const { return std::exp(log_rate); }

private:
  std::vector<row> rows_;
  double pooled_ = 0.0, constant_ = 0.0, events_ = 0.0;
};

} // namespace lfreval::detail
