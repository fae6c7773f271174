/// @file
/// The chance that a trial proves a limit when the same people pass several times and do not fare alike.
#pragma once

#include <cstdint>
#include <optional>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/limit.hpp>

namespace lfreval::identification {

/// What is supposed of the errors of people who each pass equally often. Each person's own rate is drawn from the beta distribution
/// with this mean and with a + b = 1 / correlation - 1, so that the errors of one person are beta-binomial and any two passages of
/// one person have this correlation.
struct repeated_passes {
  std::uint64_t passes = 1;             ///< of each person
  double error_rate = 0.0;              ///< false positives, or misses
  double correlation = 0.0;             ///< from 0 to 1
  std::optional<double> worth_passages; ///< the rate is itself uncertain: beta, worth so many passages
  double design_effect = 1.0;           ///< that the study declares for its planning; above 1 it stands in the bounds of few errors
};

/// A chance found by simulation.
struct simulated_chance {
  double chance = 0.0, standard_error = 0.0;
  std::uint64_t trials = 0;
};

/// Whether a trial with so many errors proves a limit on a share: the verdict that `judge` gives for persons as clusters of equal size,
/// from the sum of the errors and of the squares of each person's errors, which is all that it depends on. The design effect is the one
/// that the trial shows, as in an evaluation, not the planned one.
/// For `at_least` the errors are the passages that are no events of the metric. Throws unless the limit is on a share.
/// Cost: a beta quantile.
[[nodiscard]] bool proves_limit(const limit&, const repeated_passes&, std::uint64_t persons, std::uint64_t errors, std::uint64_t squares, confidence level);

/// How often it does, over simulated trials that all depend on the seed alone: up to 20,000, fewer where very many errors are expected.
/// The same seed gives like trials for any number of persons, so that chances of neighbouring sizes differ by little noise.
/// Throws unless the error rate lies in [0, 1), the correlation in [0, 1], and there is a passage for each person.
/// Cost: tenths of a second.
[[nodiscard]] simulated_chance chance_to_prove(const limit&, const repeated_passes&, std::uint64_t persons, confidence level, std::uint64_t seed);

} // namespace lfreval::identification
