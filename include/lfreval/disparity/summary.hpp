/// @file
/// What can be said about the rates of many groups at once: the highest over the lowest with its null reference and its
/// interval, and how much the groups truly differ once chance is taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <lfreval/disparity/max_over_min.hpp>

namespace lfreval::fairness {

/// How much the logarithms of the true rates differ between groups.
struct between_groups {
  double q = 0.0;           ///< Cochran's
  double p_value = 1.0;     ///< of Q by chi-square
  double tau_squared = 0.0; ///< variance of the true log rates, 0 when what is seen can be chance
  double tau = 0.0;         ///< 0.5: about two thirds of the groups lie within a factor 1.65 of the middle

  friend bool operator==(const between_groups&, const between_groups&) = default;
};

/// DerSimonian and Laird's tau on log rates, variance 1 / x: unlike max/min not pushed upwards by chance. Groups without
/// exposure leave the family.
/// Undefined: `empty` with fewer than two groups, `no_events` when one has fewer than 5 events: use
/// `empirical_bayes_gamma_poisson`, whose `squared_cv` says the same and needs no normal approximation. Throws for events
/// without exposure. Byte-identical under any order of the groups. Cites: DerSimonian & Laird 1986.
[[nodiscard]] estimable<between_groups> dl_tau_log_rates(std::span<const group_count> groups);

/// The headline figures of one family of groups. Each is undefined by itself; none is left out.
struct group_summary {
  estimable<max_over_min_estimate> max_over_min;
  estimable<max_over_min_reference> under_equality; ///< what max/min is when nothing differs; printed with it
  estimable<double> max_over_geomean;
  estimable<between_groups> between;
  std::size_t groups = 0;            ///< given
  std::size_t without_exposure = 0;  ///< left out of everything
  std::size_t without_events = 0;    ///< in the family; absence of events is no evidence of a low rate (M23)
  std::uint64_t events = 0;
};

/// `level` is that of the projection interval of max/min. Throws as its parts.
[[nodiscard]] group_summary summarise(std::span<const group_count> groups, confidence level, const null_options& how = {});

} // namespace lfreval::fairness
