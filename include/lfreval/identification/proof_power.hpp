/// @file
/// How many passages a trial needs to prove a limit, if the truth is as planned: the design before the data.
#pragma once

#include <cstdint>
#include <optional>

#include <lfreval/types/confidence.hpp>

namespace lfreval::identification {

/// The chance that `trials` independent passages will prove, by the one-sided Clopper-Pearson limit, that a rate is at most
/// `target` when it truly is `rate`:   P(Bin(n, rate) <= k*), k* = guaranteed_k(n, target). 0 where not even no error would do.
/// Throws unless target lies strictly between 0 and 1 and rate in [0, 1).
[[nodiscard]] double proof_power(std::uint64_t trials, double target, double rate, confidence level);

/// A design that proves a limit.
struct proof_design {
  std::uint64_t passages = 0;
  std::uint64_t most_errors = 0; ///< with so many it still does
  double power = 0.0;            ///< reached
};

/// The fewest independent passages that do so with a chance of at least `power`. The chance is a saw: it is highest where one more
/// error has just become allowed, so that only those numbers are tried, and a few passages more may be worse.
/// At a true rate of 0: ceil(ln alpha / ln(1 - target)), 2,995 for 1 in 1,000 at 95 %. Nothing when the truth does not keep the
/// target, or so narrowly that more than 10^5 errors would be allowed. Throws as `proof_power`, and unless 0 < power < 1.
/// Cost: a few milliseconds.
[[nodiscard]] std::optional<proof_design> passages_to_prove(double target, double rate, confidence level, double power);

} // namespace lfreval::identification
