/// @file
/// The rules of thumb of biometric testing, exact where they have an exact form, and a cache for threshold sweeps.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include <lfreval/intervals/binomial.hpp>

namespace lfreval::binomial {

/// What zero events in `trials` still allow: with the stated confidence the share is below this.
/// upper = 1 - alpha^(1/n), one-sided.   Cites: Hanley & Lippman-Hand 1983. Undefined for 0 trials.
inline estimable<interval> zero_upper_one_sided(std::uint64_t trials, confidence level) {
  detail::require_count("binomial::zero_upper_one_sided", "trials", trials);
  return clopper_pearson(0, trials, level, sides::upper);
}

/// The rule of three: after no event in n trials the 95 % upper bound is about 3 / n. Above 1 for fewer than three trials,
/// where the exact bound is the one to use.   Cites: ISO/IEC 19795-1. Undefined for 0 trials.
inline estimable<double> rule_of_three(std::uint64_t trials) {
  detail::require_count("binomial::rule_of_three", "trials", trials);
  if (trials == 0) return detail::no_trials();
  return 3.0 / static_cast<double>(trials);
}

/// How far a share is pinned down by its number of events.
struct precision_of_share {
  double relative_halfwidth = 0.0; ///< z sqrt((1-p) / x): 0.30 at 30 events and 90 % confidence
  interval exact;                  ///< Clopper-Pearson, which is not symmetric
};

/// The rule of 30: with 30 errors, 90 % confidence lies within about 30 % of the share.
/// Cites: Doddington et al. 2000; ISO/IEC 19795-1. Undefined without trials (`empty`) or events (`no_events`).
inline estimable<precision_of_share> rule_of_30(std::uint64_t events, std::uint64_t trials, confidence level) {
  detail::require_trials("binomial::rule_of_30", events, trials);
  if (trials == 0) return detail::no_trials();
  if (events == 0)
    return detail::no_value(undefined_reason::no_events, "Collect at least one event; use the zero-event bound until then.");
  const double z = distribution::normal_upper_quantile(detail::tail(level, sides::two));
  const double share_without = static_cast<double>(trials - events) / static_cast<double>(trials);
  return precision_of_share{z * std::sqrt(share_without / static_cast<double>(events)),
                            clopper_pearson(events, trials, level).value()};
}

/// Clopper-Pearson intervals remembered by their two counts, for sweeps over thresholds in which most counts repeat.
/// Not to be shared between threads. Cost: one hash look-up when the pair is known.
class clopper_pearson_cache {
public:
  explicit clopper_pearson_cache(confidence level, sides on = sides::two) : level_(level), on_(on) {}

  estimable<interval> operator()(std::uint64_t events, std::uint64_t trials) {
    const key at{events, trials};
    if (const auto found = known_.find(at); found != known_.end()) return found->second;
    estimable<interval> made = clopper_pearson(events, trials, level_, on_);
    if (made) known_.emplace(at, *made);
    return made;
  }

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

private:
  struct key {
    std::uint64_t events, trials;
    friend bool operator==(const key&, const key&) = default;
  };
  struct hash {
    std::size_t operator()(const key& k) const noexcept {
      std::uint64_t mixed = k.events * 0x9e3779b97f4a7c15U ^ (k.trials + 0x7f4a7c159e3779b9U);
      mixed = (mixed ^ (mixed >> 31U)) * 0xbf58476d1ce4e5b9U;
      return static_cast<std::size_t>(mixed ^ (mixed >> 29U));
    }
  };
  confidence level_;
  sides on_;
  std::unordered_map<key, interval, hash> known_;
};

} // namespace lfreval::binomial
