/// @file
/// Thresholds with a guarantee when the same people pass several times. Treating their passages as independent breaks
/// the promise: with 1,000 persons, ten passages each and a correlation of 0.7, in 18 % of calibrations instead of 5 %.
///
/// Common to all: non-mated passages only; people are independent of each other; the result does not depend on the
/// order of the passages. None without passages or when the calibration is too small (with the number of persons
/// needed). Cost: a sort.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/detail/philox.hpp>
#include <lfreval/identification/chosen_threshold.hpp>

namespace lfreval::identification {

/// The highest score of one passage. `person` is the 64-bit entity id: the first 8 bytes of SHA-256 of the person's id.
struct person_passage {
  std::uint64_t person = 0;
  std::optional<float> score; ///< nothing for a passage without a template or without a recorded candidate
};

} // namespace lfreval::identification

namespace lfreval::detail {

/// Passages sorted by person and score, and where each person's begin.
struct passages_by_person {
  std::vector<identification::person_passage> rows;
  std::vector<std::size_t> begins; ///< one more than there are persons
  std::size_t most = 0;

  passages_by_person(const char* function, std::span<const identification::person_passage> passages);

  [[nodiscard]] std::size_t persons() const { return begins.size() - 1; }
  [[nodiscard]] std::size_t size(std::size_t person) const { return begins[person + 1] - begins[person]; }
};

/// Says what the draws are for, so that they share no random number with any other use of the same seed.
inline constexpr std::uint32_t threshold_draw = 0x74687231U;

/// floor(u n) for a uniform u of 64 bits; each value has its share to within 2^-64 of n.
constexpr std::uint64_t scaled(std::uint64_t word, std::uint64_t n) {
  __extension__ using wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<wide>(word) * n) >> 64U);
}

/// The two numbers of a person: which passage, and whether the person is kept.
constexpr std::array<std::uint64_t, 2> draws_of(std::uint64_t person, std::uint64_t seed) {
  const philox_counter out =
      philox4x32_10({static_cast<std::uint32_t>(person), static_cast<std::uint32_t>(person >> 32U), 0, threshold_draw},
                    philox_key_of(seed));
  return {(std::uint64_t{out[0]} << 32U) | out[1], (std::uint64_t{out[2]} << 32U) | out[3]};
}

} // namespace lfreval::detail

namespace lfreval::identification {

/// The guarantee for the rate per person: the chance that one passage of a person alerts, averaged over persons,
/// whatever the dependence between the passages of a person. From one passage of each person, drawn at random by `seed`
/// and person alone. Cites: Dunn, Wasserman & Ramdas 2022 (hierarchical conformal prediction).
[[nodiscard]] choosable<threshold_choice> threshold_from_one_passage_each(std::span<const person_passage> passages,
                                                                          const threshold_request& wanted,
                                                                          std::uint64_t seed);

/// The guarantee for the rate per passage, in which frequent passers weigh more: person c is kept with probability
/// n_c / max n, then one of their passages is drawn. `persons_kept` says how many remain: few, when one person passes
/// far more often than the rest. Exact when `most_passages`, an upper limit of the passages of one person, was fixed
/// before the data were seen; without it the largest number seen stands in.
/// Throws when somebody has more passages than `most_passages`.
[[nodiscard]] choosable<threshold_choice>
threshold_from_thinned_persons(std::span<const person_passage> passages, const threshold_request& wanted,
                               std::uint64_t seed, std::optional<std::uint64_t> most_passages = std::nullopt);

/// The guarantee for the share of persons who are ever alerted on in as many passages as people here had; above the
/// rate per person, so that it is safe for that one too. Uses every passage and no random number.
[[nodiscard]] choosable<threshold_choice> threshold_from_person_maxima(std::span<const person_passage> passages,
                                                                       const threshold_request& wanted);

} // namespace lfreval::identification
