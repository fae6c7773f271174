/// @file
/// Whether another tactic would have done as well, and whether a change at the places where something was done is more than what
/// changed everywhere.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::decision {

struct noninferiority_answer {
  double ratio = 0.0;   ///< rate of the first measure over that of the second; may be `unbounded`
  double p_value = 1.0; ///< one-sided, of the hypothesis that the first is as far below the second as the margin, or farther
  interval lower_limit; ///< one-sided, of the ratio, at 1 - alpha: above the margin when p < alpha
  bool not_inferior = false;
};

/// Whether the less intrusive measure keeps at least `margin` of the outcome rate: exact, given the total of events.
/// Under the hypothesis rate1 / rate2 = margin, x1 of x1 + x2 is binomial with share margin t1 / (margin t1 + t2);
/// p = P(X >= x1). The margin is a judgement and is declared before the data are seen; exposures are of one kind (officer hours).
/// `level` is one-sided: 0.975. Undefined: `empty` without exposure, `no_events` in both arms. Throws for a margin outside (0, 1].
/// Cites: Przyborowski & Wilenski 1940; CONSORT 2012 for non-inferiority.
[[nodiscard]] estimable<noninferiority_answer> noninferiority_rate_ratio(std::uint64_t x1, double t1, std::uint64_t x2, double t2,
                                                                         double margin, confidence level);

/// One place: its events before and after the day of the change, and whether something was changed there.
struct site_periods {
  cluster_tally before, after;
  bool changed = false;
};

/// How many times the rate rose where something was changed, over how many times it rose where nothing was.
struct change_estimate {
  double ratio = 0.0;      ///< of the ratios; of a comparison without controls, the ratio of after to before
  interval ratio_limits;
  double difference = 0.0; ///< of the differences of rates, per unit of exposure
  interval difference_limits;
  double degrees = 0.0;    ///< of freedom; 0 for normal limits
  std::uint64_t changed_sites = 0, control_sites = 0;
  flag_set flags;
};

/// Difference in differences with control sites, on the logarithm and on the rates themselves. Sites are the clusters:
/// psi_s = (a_s - r_a n_s) / A - (b_s - r_b m_s) / B within its arm, arm variance C/(C-1) sum psi^2, Student's t with
/// Satterthwaite's degrees over both arms; never fewer degrees than the smaller arm's C - 1. An arm of one site cannot show how
/// sites differ: its events are then taken as Poisson and independent, flagged `one_cluster` and `assumes_independence`, and
/// degrees come from the other arm. It assumes that, without the change, both arms would have moved alike, and that nothing was
/// displaced from one to the other: neither can be seen in these counts.
/// Undefined: `not_recorded` when there is no control or no changed site (a change is not attributed to a measure then, M51);
/// `no_events` when an arm has none before or after; `empty` when it has no exposure.
/// Cites: Angrist & Pischke 2009, chapter 5; Cameron & Miller 2015 on few clusters.
[[nodiscard]] estimable<change_estimate> difference_in_differences(std::span<const site_periods> sites, confidence level);

/// After over before at the changed sites alone, always flagged `confounded`: what else changed meanwhile is in it.
/// Control sites given are ignored. Undefined as above, for one arm.
[[nodiscard]] estimable<change_estimate> before_and_after(std::span<const site_periods> sites, confidence level);

} // namespace lfreval::decision
