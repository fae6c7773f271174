/// @file
/// What an alert is worth: the predictive value that follows from tested rates at a stated prevalence, beside the share
/// of false alerts that was observed. Two questions: the first is about a crowd that is supposed, the second about the
/// alerts on record. Misidentified listed people and repeated alerts count in the second only, and the two need not
/// agree.
#pragma once

#include <optional>

#include <lfreval/identification/rates.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/estimate.hpp>

namespace lfreval::detail {

inline void require_share(const char* function, const char* argument, double value) {
  if (!(value >= 0.0 && value <= 1.0)) wrong_call(function, argument, "does not lie in [0, 1]");
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// Of the passages that alert, the share by listed people, when `prevalence` is the share of listed people among
/// passers. PPV = pi TPIR / (pi TPIR + (1 - pi) FPIR).   With 0.89 and 1 in 6,000: 5.1 % when 1 passer in 100,000 is
/// listed. Undefined (`no_events`) when nobody would ever alert. Throws for a prevalence outside [0, 1].
inline estimable<double> positive_predictive_value(double prevalence, true_positive_identification_rate found,
                                                   false_positive_identification_rate false_alarm) {
  detail::require_share("identification::positive_predictive_value", "prevalence", prevalence);
  const double right = prevalence * found.value(), wrong = (1.0 - prevalence) * false_alarm.value();
  if (right + wrong == 0.0)
    return detail::no_value(undefined_reason::no_events, "Without any alert there is nothing to be right about.", 0.0,
                            1.0);
  return right / (right + wrong);
}

/// The prevalence at which alerts are right as often as `wanted` asks.   pi = v f / (v f + (1 - v) t).
/// Undefined (`no_events`) when neither rate is above 0 or none decides. Throws for a value outside [0, 1].
inline estimable<double> prevalence_for(double wanted, true_positive_identification_rate found,
                                        false_positive_identification_rate false_alarm) {
  detail::require_share("identification::prevalence_for", "wanted", wanted);
  const double right = wanted * false_alarm.value(), other = (1.0 - wanted) * found.value();
  if (right + other == 0.0)
    return detail::no_value(undefined_reason::no_events,
                            "Measure both rates: these do not tie the value to a prevalence.", 0.0, 1.0);
  return right / (right + other);
}

/// A band of prevalences; both ends alike for a single one. Assumed or measured elsewhere: the interval does not vouch
/// for it.
struct prevalence_band {
  double lower = 0.0, upper = 0.0;
};

struct predictive_value {
  prevalence_band prevalence;
  /// At both ends of the band, from the point estimates; nothing when no false positive was seen (1 would be no
  /// finding) or when nothing would alert.
  std::optional<double> point_at_lower, point_at_upper;
  double lower = 0.0; ///< TPIR and prevalence at their lower, FPIR at its upper limit
  double upper = 1.0; ///< the reverse
  /// At least this: 1 less the sum of the chances of error of the two intervals. A conservative box, not a joint
  /// interval.
  confidence level{0.95};
  static constexpr bool is_conservative_box = true;
  bool no_false_positives = false; ///< `upper` is 1 because none was seen, not because alerts are always right
  std::optional<estimate> observed_false_discovery; ///< of the records; another question
};

/// The range of predictive values that the intervals of both rates and the band of prevalences allow.
/// PPV rises in TPIR and prevalence and falls in FPIR, so that its ends lie at the corners of the box.
/// `observed` is the false discovery proportion of the records, handed on to be printed beside.
/// Undefined (`empty`) when the two intervals together leave no confidence. Throws when an estimate is of another
/// metric, or an interval is one-sided (a corner needs both ends), and for a band outside [0, 1] or upside down.
estimable<predictive_value> predictive_value_range(const estimate& found, const estimate& false_alarm,
                                                   const prevalence_band& prevalence,
                                                   std::optional<estimate> observed = std::nullopt);

} // namespace lfreval::identification
