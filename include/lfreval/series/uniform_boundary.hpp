/// @file
/// Curved boundaries that a sum of centred observations crosses at any time with a chance of at most alpha, as functions of its
/// variance to date. For those who follow Howard et al.'s notation; the confidence sequences of shares and rates do not need them.
#pragma once

namespace lfreval::sequential {

/// Where a boundary is to be lowest.
struct boundary_options {
  double alpha = 0.05;     ///< chance of ever crossing it
  double variance = 1.0;   ///< at which it is tightest …
  double alpha_there = 0.05; ///< … for this alpha
};

/// Two-sided boundary of a sum whose increments lie between -g and h, at variance process v: the beta-binomial mixture.
/// Throws for arguments that are not positive.   Cites: Howard, Ramdas, McAuliffe & Sekhon 2021, proposition 7.
[[nodiscard]] double beta_binomial_boundary(double v, double g, double h, const boundary_options& how);

/// One-sided boundary of a sum whose increments are sub-exponential with scale c: the gamma-exponential mixture.
/// Cites: Howard et al. 2021, proposition 9.
[[nodiscard]] double gamma_exponential_boundary(double v, double c, const boundary_options& how);

} // namespace lfreval::sequential
