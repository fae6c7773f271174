// Logarithms of the integrals behind mixtures of bets, without cancelling. Private to the series stage.
#pragma once

#include <cmath>

#include <lfreval/intervals/argument.hpp>
#include <lfreval/intervals/quantile.hpp>
#include <lfreval/series/confidence_sequence.hpp>

#include "intervals/deviance.hpp"

namespace lfreval::detail {

constexpr double two_pi = 6.283185307179586476925;

/// ln B(a, b) - a ln p - b ln(1 - p).
inline double beta_excess(double a, double b, double p) {
  const double n = a + b, q = 1.0 - p;
  return 0.5 * std::log(two_pi * n / (a * b)) + stirling_error(a) + stirling_error(b) - stirling_error(n) + deviance(n * p, a - n * p) +
         deviance(n * q, b - n * q);
}

/// ln Gamma(a) - a ln z + z.
inline double gamma_excess(double a, double z) { return 0.5 * std::log(two_pi / a) + stirling_error(a) + deviance(z, a - z); }

/// A continued fraction b0 + a1/(b1 + a2/(b2 + …)) by Lentz's method; `term(i)` gives a_i and b_i.
template <class Term> double continued_fraction(double b0, Term term) {
  constexpr double tiny = 1e-300;
  double f = b0 == 0.0 ? tiny : b0, c = f, d = 0.0;
  for (int i = 1; i < 1000000; ++i) {
    const auto [a, b] = term(static_cast<double>(i));
    d = b + a * d;
    if (d == 0.0) d = tiny;
    c = b + a / c;
    if (c == 0.0) c = tiny;
    d = 1.0 / d;
    f *= c * d;
    if (std::fabs(c * d - 1.0) < 4e-16) break;
  }
  return f;
}

struct fraction_term {
  double a, b;
};

/// ln of the integral of t^(a-1) (1-t)^(b-1) from p to 1, less a ln p + b ln(1-p). Far above the mean the tail itself would be 0.
inline double beta_excess_above(double a, double b, double p) {
  if (p < a / (a + b)) return beta_excess(a, b, p) + std::log(distribution::beta_above(a, b, p));
  const double x = 1.0 - p; // DLMF 8.17.22 for the lower tail at 1 - p
  const auto term = [=](double i) {
    const double m = std::floor(i / 2.0);
    const bool even = 2.0 * m == i;
    const double d = even ? m * (a - m) * x / ((b + 2.0 * m - 1.0) * (b + 2.0 * m)) : -(b + m) * (a + b + m) * x / ((b + 2.0 * m) * (b + 2.0 * m + 1.0));
    return fraction_term{d, 1.0};
  };
  return -std::log(b) - std::log(continued_fraction(1.0, term));
}

/// ln of the integral of t^(a-1) e^-t from z up, less a ln z - z.
inline double gamma_excess_above(double a, double z) {
  if (z < a + 1.0) return gamma_excess(a, z) + std::log(distribution::gamma_above(a, z));
  const auto term = [=](double i) { return fraction_term{-i * (i - a), z + 2.0 * i + 1.0 - a}; };
  return -std::log(continued_fraction(z + 1.0 - a, term));
}

inline void require_prior(const char* function, sequential::mixture_prior prior) {
  if (!(prior.a > 0.0 && prior.b > 0.0 && std::isfinite(prior.a) && std::isfinite(prior.b))) wrong_call(function, "prior", "is not positive and finite");
}

} // namespace lfreval::detail
