/// @file
/// Two systems, two versions, one camera or two, on the same passages. Only passages that one of them alerts on and the
/// other does not say anything about the difference; methods for two separate sets of passages are wrong here, by far
/// too wide or, where one person passes often, too narrow.
///
/// The same functions serve the true positive identification rate (mated passages, alert for the right person) and the
/// false positive identification rate (non-mated passages, any alert): never both in one call.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/intervals/ladder.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval::identification {

/// One passage and what both said of it. `person` is the 64-bit entity id.
struct judged_passage {
  std::uint64_t person = 0;
  bool first = false, second = false;

  friend constexpr auto operator<=>(const judged_passage&, const judged_passage&) = default;
};

/// What one system said of one passage.
struct judgement {
  std::uint64_t passage = 0; ///< the same id in both systems
  std::uint64_t person = 0;
  bool alerted = false;
};

/// Puts the judgements of two systems side by side. Throws unless both judged the very same passages, each once, and
/// name the same person for each: what only one of them saw belongs to no comparison of the two.
[[nodiscard]] std::vector<judged_passage> join_judgements(std::span<const judgement> first,
                                                          std::span<const judgement> second);

/// Passages that only the first alerts on, for each that only the second does.
struct discordant_odds {
  double point = 0.0; ///< b / c; `unbounded` when c is 0
  interval clustered; ///< the ladder on b of the b + c passages, by person, turned into odds
  interval flat;      ///< Clopper-Pearson on b / (b + c), turned into odds: assumes independence
};

struct paired_comparison {
  std::uint64_t first_only = 0, second_only = 0; ///< b, c
  std::uint64_t both = 0, passages = 0;
  std::uint64_t persons = 0, differing_persons = 0; ///< with any passage on which the two differ
  double difference = 0.0;                          ///< d = (b - c) / n: the rate of the first less that of the second
  interval clustered;                               ///< the headline
  interval flat;                                    ///< Tango's: as if no two passages were of one person
  double widening = 1.0;             ///< how many times as wide the clustered interval is, or its one bounded side
  double variance = 0.0;             ///< C / (C - 1) sum psi_c^2 / n^2, psi_c = (b_c - c_c) - d n_c
  double design_effect = 1.0;        ///< `variance` over ((b + c) / n - d^2) / n
  double effective_discordant = 0.0; ///< b + c, reduced for the likeness of one person's passages; decides the rung
  ladder_rung rung = ladder_rung::one_cluster;
  std::optional<permutation::permutation_test>
      exchange; ///< with 1 to 20 differing persons: systems exchanged person by person
  estimable<discordant_odds> odds;
  flag_set flags;
};

/// By how much two systems differ on the same passages, when passages of one person resemble each other.
/// Rungs, as in `ladder`, by the effective number of discordant passages:
/// 0. one person: Tango's limits, independence assumed and flagged.
/// 1. the two never differ: plus and minus the largest share that is compatible with that, `cluster::zero_water_fill`.
/// 2. below 10, or below 20 where some person passed more than three times as often as the mean: the wider of rung 3
/// and of
///    both discordant shares' own limits put together (MOVER), each Korn-Graubard's or Fay-Feuer's.
/// 3. otherwise Tango's limits at n* = min(n, n / max(1, deff) (t_{n-1} / t_{C-1})^2) passages.
/// Simulated in eight designs of 30 to 300 persons the headline covers .94 to .995 at .95, Tango's flat interval .50 to
/// .95. Cites: Tango 1998; Obuchowski 1998 (clustered matched pairs); Donner & Zou 2012 (MOVER); Korn & Graubard 1998.
/// Undefined without passages (`empty`, bounds [-1, 1]). Needs a confidence above 1/2 on each side. Two thresholds of
/// one system do not belong here: see `compare_thresholds`. Independent of order. Cost: a sort, and 2^20 sums for the
/// exchange.
[[nodiscard]] estimable<paired_comparison> compare_judgements(std::span<const judged_passage> passages,
                                                              confidence level, sides on = sides::two);

/// An unpaired comparison of two rates of the same passages fails to compile and says so.
template <class Other> void compare_judgements(const estimate&, const Other&) {
  static_assert(detail::never_for_estimates<Other>,
                "lfreval: two systems on the same passages are compared passage by passage: join_judgements, then "
                "compare_judgements; two separate rates do not show on which passages they differ");
}

/// Passages between two thresholds of one system: what is lost by the higher one, or gained by the lower one.
struct threshold_step {
  threshold lower{0.0F}, higher{0.0F};
  std::uint64_t between = 0, passages = 0; ///< alerts at the lower threshold but not at the higher
  double share = 0.0;
  interval flat;           ///< Clopper-Pearson: assumes independence
  ladder_result clustered; ///< by person
  double widening = 1.0;
};

/// Two thresholds of one system are nested: the higher one alerts on nothing new, so that there is nothing to test. The
/// share of passages between them, with its limits.   Undefined without passages (`empty`). Throws for equal thresholds
/// and for scores that are not finite. Which threshold comes first does not matter.
[[nodiscard]] estimable<threshold_step> compare_thresholds(std::span<const person_passage> passages, threshold one,
                                                           threshold other, confidence level, sides on = sides::two);

} // namespace lfreval::identification
