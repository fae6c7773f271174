/// @file
/// How many independent looks a passage is worth: frames of one face are alike, and a passage alerts when one of them does.
#pragma once

#include <cstdint>
#include <span>

#include <lfreval/types/confidence.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/interval.hpp>

namespace lfreval::identification {

/// What one person contributed at one threshold: non-mated passages, and the frames or tracks they were made of.
struct looks_of_person {
  std::uint64_t passages = 0, passages_with_alert = 0;
  std::uint64_t looks = 0, looks_with_alert = 0;
};

struct effective_looks {
  double point = 0.0;           ///< 1: all looks of a passage say the same; `mean_looks`: each looks anew
  double mean_looks = 0.0;      ///< looks on record for each passage
  looks_of_person all;          ///< sums over persons
  std::uint64_t persons = 0;
  /// Log scale, persons as clusters, Student t. Undefined (`few_effective_events`) with fewer than 20 effective alerts of
  /// passages, of looks, or of looks beside another of their passage, where a normal approximation does not hold, and
  /// (`one_cluster`) with one person.
  estimable<interval> limits = tl::unexpected(undefined{});
};

/// ln(1 - FPIR of passages) / ln(1 - FPIR of looks): how many looks, each as likely to alert and independent of the others,
/// would alert as often as passages do. Never assume frames to be independent: a rate of frames raised to their number says
/// too much.   Formula: statistics of track aggregation; delta method with the influence of each person.
/// Undefined (`empty`) without passages or looks, (`no_events`) without an alert, (`all_events`) when all passages or all
/// looks alert. Throws when alerts exceed what they are counted on, and when a passage alerts without a look. Cost: O(persons).
[[nodiscard]] estimable<effective_looks> count_effective_looks(std::span<const looks_of_person>, confidence);

} // namespace lfreval::identification
