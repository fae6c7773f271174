/// @file
/// Many groups and thresholds looked at together: of twenty groups with equal rates, one differs "at the 5 % level" by chance.
///
/// The family, groups times thresholds, is declared in advance. A group without trials leaves it; one that is not shown because
/// it is small stays in it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::multiplicity {

/// Adjusted p values, in the order given: a hypothesis is rejected when its own is at most alpha. The first three keep the
/// chance of even one false rejection at alpha; the last two keep the expected share of false ones among the rejections.
/// A value outside [0, 1] throws `std::invalid_argument`. As R's `p.adjust`.
/// Cites: Holm 1979, valid under any dependence and the default.
[[nodiscard]] std::vector<double> holm(std::span<const double> p);
/// Cites: Hochberg 1988. Valid for independent or positively dependent tests.
[[nodiscard]] std::vector<double> hochberg(std::span<const double> p);
/// Cites: Hommel 1988. As Hochberg's, never larger. Cost: quadratic in the number of tests.
[[nodiscard]] std::vector<double> hommel(std::span<const double> p);
/// Cites: Benjamini & Hochberg 1995. Valid for independent or positively dependent tests.
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p);
/// Cites: Benjamini & Yekutieli 2001. Valid under any dependence.
[[nodiscard]] std::vector<double> benjamini_yekutieli(std::span<const double> p);

/// Limits that hold for all groups together.
struct simultaneous_limits {
  std::vector<estimable<interval>> groups; ///< in the order given, each at its own confidence 1 - alpha / family
  std::size_t family = 0;                  ///< groups with trials
  confidence together{0.95};               ///< that every one of the intervals contains its rate
};

/// Clopper-Pearson's interval of each group at 1 - alpha / G: all of them hold together with at least the stated confidence,
/// whatever the dependence between groups.   Groups without trials are undefined (`empty`) and leave the family.
[[nodiscard]] simultaneous_limits bonferroni_clopper_pearson(std::span<const cluster_tally> groups, confidence together,
                                                             sides on = sides::two);

/// The value that the largest of `groups` independent standard normal |z| stays below with the stated confidence: 1.96 for
/// one group, 2.39 for three.   Phi^-1((1 + (1 - a)^(1/G)) / 2). Too large, never too small, for correlated ones (Sidak 1967).
/// Throws without groups.
[[nodiscard]] double max_z_quantile(std::size_t groups, confidence together);

/// The same for correlated groups, from their correlation matrix row by row: 20,000 fixed points, no random
/// numbers; right to 0.0005, for three groups to 0.00001.   Cites: Genz 1992, with the points of Richtmyer 1951.
/// Throws for a matrix that is not square, symmetric, with ones on its diagonal and without negative eigenvalues, and for more
/// than 20 groups. Cost: 0.1 seconds for 3 groups, 1 second for 20.
[[nodiscard]] double max_z_quantile(std::span<const double> correlation, confidence together);

/// What bootstrap replicates of all groups say about the same quantile, skewness and correlation included.
struct max_t_input {
  std::span<const double> replicates;       ///< row by row: one replicate of all groups after another
  std::span<const double> estimates;        ///< one per group
  std::span<const double> standard_errors;  ///< one per group, above 0
  std::span<const double> effective_events; ///< one per group
};

/// The (1 - a)-quantile over replicates of the largest |replicate - estimate| / standard error of a group: limits at
/// estimate -+ q standard errors hold together. The quantile is the ceil((B + 1) (1 - a))-th smallest of B.
/// Undefined (`few_effective_events`) when a group has fewer than 20 effective events. Throws for sizes that do not fit, numbers
/// that are not finite, and fewer replicates than the confidence needs: 19 for 0.95.   Cites: Westfall & Young 1993.
[[nodiscard]] estimable<double> max_t_quantile(const max_t_input& from, confidence together);

} // namespace lfreval::multiplicity
