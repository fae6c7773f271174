/// @file
/// How probable it is that a rate keeps a limit, by a stated prior; never a substitute for a verdict.
#pragma once

#include <cstdint>
#include <optional>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::decision {

/// A Beta(a, b) prior of a share, to be printed with whatever is made of it. Jeffreys' by default.
struct share_prior {
  double a = 0.5, b = 0.5;
  friend bool operator==(const share_prior&, const share_prior&) = default;
};

struct posterior_probability {
  double probability = 0.0;
  share_prior prior;
};

/// The probability that a share, of which `events` in `trials` independent trials were seen, is at most `target`:
/// I_target(x + a, n - x + b).   5 in 10,000 against 1 in 1,000: 0.955. It depends on the prior, and verdicts do not: print both.
/// Without trials it is that of the prior. Throws for a target that does not lie strictly between 0 and 1, a prior that is not
/// above 0, and more events than trials.
[[nodiscard]] posterior_probability probability_below(std::uint64_t events, std::uint64_t trials, double target, share_prior prior = {});

struct assurance_value {
  double probability = 0.0;                   ///< that the trial will prove the limit
  std::optional<std::uint64_t> most_events;   ///< with so many events it still does; nothing when not even none would
  share_prior design;
};

/// Before a trial of `trials` independent passages: the probability that it will prove, by a one-sided Clopper-Pearson limit at
/// `level`, that the rate is at most `target`, when `design` says what is believed of the rate.   sum over k <= k* of the
/// beta-binomial probability of k. Unlike power it does not suppose that the rate is known.   Throws as above.
/// Cites: O'Hagan, Stevens & Campbell 2005. Cost: O(k*).
[[nodiscard]] assurance_value assurance(std::uint64_t trials, double target, confidence level, share_prior design);

} // namespace lfreval::decision
