/// @file
/// The chance that a trial tells two systems apart, or shows that one is hardly worse, when both judge the same passages.
#pragma once

#include <cstdint>

#include <lfreval/identification/repeated_passes.hpp>
#include <lfreval/types/confidence.hpp>

namespace lfreval::identification {

/// What is supposed of two systems that judge the same passages of people who each pass equally often. The shares of a person's passages
/// on which only the first alerts, only the second, and both or none are drawn from a Dirichlet distribution with these means whose
/// parameters add up to 1 / correlation - 1: the passages on which the two differ are beta-binomial, and so is each side of them.
struct supposed_systems {
  std::uint64_t passes = 1;                    ///< of each person
  double first_only = 0.0, second_only = 0.0;  ///< mean shares of the passages; below 1 together
  double correlation = 0.0;                    ///< of the passages of one person, from 0 to 1
};

/// All that the interval of a difference depends on where everybody passes equally often.
struct discordant_sums {
  std::uint64_t first_only = 0, second_only = 0;       ///< passages
  std::uint64_t first_squares = 0, second_squares = 0; ///< added up over people
  std::uint64_t products = 0;                          ///< of each person's first_only and second_only
};

/// Whether the lower limit of `compare_judgements` for a trial with these sums lies above `beyond`, a difference of the rate of the
/// first less that of the second: 0 to find that the first is higher, minus a margin to show that it is hardly lower. The interval has
/// two sides, as that of an evaluation has. False for a single person. Throws for more discordant passages than there are passages.
/// Cost: a root.
[[nodiscard]] bool tells_apart(const discordant_sums&, std::uint64_t passes, std::uint64_t persons, double beyond, confidence level);

/// How often it does, over 1,000 to 5,000 simulated trials that all depend on the seed alone. The same seed gives like trials for any
/// number of persons. None with fewer than two. Throws unless the shares are not negative and add up to less than 1, the correlation lies
/// in [0, 1], and everybody passes at least once. Cost: a root for each trial, and two draws for each person on whom the two differ.
[[nodiscard]] simulated_chance chance_to_tell_apart(const supposed_systems&, double beyond, std::uint64_t persons, confidence level, std::uint64_t seed);

} // namespace lfreval::identification
