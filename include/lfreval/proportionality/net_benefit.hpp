/// @file
/// Outcomes less harm, on a scale that the reader sets: how many false alerts or engagements undo one true outcome.
///
/// The exchange rate w is a judgement of value and has no default anywhere in the library. What can be computed without it is the
/// rate at which gain and harm weigh the same; every other figure is one of a range of rates, never a recommendation.
/// Cites: Vickers & Elkin 2006; Vickers, Van Calster & Steyerberg 2016.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/estimate.hpp>

namespace lfreval::decision {

/// Harm of one false alert or engagement in units of one true outcome: finite, not negative. Two of them do not add, and one is
/// not made by accident from a plain number.
class exchange_rate {
public:
  explicit exchange_rate(double harm_in_outcomes);
  [[nodiscard]] double value() const noexcept { return w_; }
  /// The probability of a true match above which an alert is worth raising: w / (1 + w).
  [[nodiscard]] double threshold_probability() const noexcept { return w_ / (1.0 + w_); }
  friend bool operator==(const exchange_rate&, const exchange_rate&) = default;

private:
  double w_;
};

/// Rates from `from` to `to`, both among them, evenly spaced. Throws unless from < to and steps >= 2.
[[nodiscard]] std::vector<exchange_rate> exchange_rates(double from, double to, std::uint64_t steps);

/// When an alert should be raised if a wrong one costs `false_alert` and a missed person `miss`: from this probability on, which
/// is a likelihood ratio of at least (1 - pi) / pi C_fa / C_miss where pi is the share of listed passers.
struct cost_optimal_rule {
  double probability = 0.0;
  double odds = 0.0; ///< C_fa / C_miss
  /// Throws for a prevalence that does not lie strictly between 0 and 1.
  [[nodiscard]] double likelihood_ratio(double prevalence) const;
};
/// C_fa / (C_fa + C_miss). Throws unless both costs are finite and above 0.
[[nodiscard]] cost_optimal_rule cost_optimal_probability(double false_alert, double miss);

struct net_benefit_estimate {
  double point = 0.0;          ///< per unit of exposure, in outcomes
  double standard_error = 0.0; ///< 0 where the method is not made of one
  interval limits;
  flag_set flags;
  friend bool operator==(const net_benefit_estimate&, const net_benefit_estimate&) = default;
};

/// NB = TP / n - w FP / n over n independent trials, each of them gained, harmed or neither.
/// SE^2 = [p_t (1 - p_t) + w^2 p_f (1 - p_f) + 2 w p_t p_f] / n (multinomial). Normal limits; where nothing was gained, or nobody
/// harmed, that variance pretends to know a rate of 0 and the limits are the corners of two Clopper-Pearson intervals instead.
/// Undefined (`empty`) without trials; `events_exceed_exposure` when gained and harmed are more than n.
[[nodiscard]] estimable<net_benefit_estimate> net_benefit(std::uint64_t gained, std::uint64_t harmed, std::uint64_t trials,
                                                          exchange_rate w, confidence level);

/// What one deployment or person brought.
struct decision_cluster {
  std::uint64_t gained = 0, harmed = 0, exposure = 0;
  friend constexpr auto operator<=>(const decision_cluster&, const decision_cluster&) = default;
};

/// Sums from which the net benefit at any exchange rate follows in constant time: one pass over the clusters.
class clustered_benefit {
public:
  /// `by` decides how rates without events are bounded. Clusters with nothing at all are left out. Throws for counts above 2^52
  /// and for events without exposure. Independent of the order of the clusters.
  clustered_benefit(std::span<const decision_cluster> clusters, cluster_unit by, confidence level);

  [[nodiscard]] const decision_cluster& totals() const noexcept { return totals_; }
  [[nodiscard]] std::size_t clusters() const noexcept { return clusters_; }
  /// NB = sum(x_c - w y_c) / N; V = C/(C-1) sum (x_c - w y_c - NB n_c)^2 / N^2; Student's t with C - 1 degrees. Where nothing was
  /// gained, or nobody harmed: corners of both rates by the ladder, each at half of the error. Clusters may hold several events
  /// per unit of exposure. Undefined: `empty` without exposure, `one_cluster`, `no_events` when neither was seen.
  [[nodiscard]] estimable<net_benefit_estimate> at(exchange_rate) const;

private:
  decision_cluster totals_;
  std::size_t clusters_ = 0;
  confidence level_;
  double gained_gained_ = 0.0, gained_harmed_ = 0.0, harmed_harmed_ = 0.0; ///< sums of products of residuals, times C/(C-1)/N^2
  estimable<interval> of_gained_, of_harmed_; ///< at half of the error; used where either count is 0
};

/// The exchange rate at which gain and harm weigh the same, so that net benefit is 0: w = TP / FP, outcomes per false alert or
/// engagement. Below it there is a net benefit, above it a net harm. No judgement of value goes into it.
struct break_even_rate {
  double point = 0.0; ///< `unbounded` when nobody was harmed
  interval limits;
  flag_set flags;
  friend bool operator==(const break_even_rate&, const break_even_rate&) = default;
};

/// Given x + y events, x is binomial: limits are the odds L / (1 - L) of Clopper-Pearson limits. Undefined (`no_events`) when
/// nothing was gained and nobody harmed.   Cites: Przyborowski & Wilenski 1940.
[[nodiscard]] estimable<break_even_rate> break_even(std::uint64_t gained, std::uint64_t harmed, confidence level);
/// The same where deployments or persons differ: the odds of the ladder's limits of the share x / (x + y).
[[nodiscard]] estimable<break_even_rate> break_even(std::span<const decision_cluster> clusters, cluster_unit by, confidence level);

} // namespace lfreval::decision
