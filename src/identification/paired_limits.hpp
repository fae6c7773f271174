// The limits of a difference between two systems on the same passages, from all that they depend on: the same for a trial that
// was run and for one that is planned. Private to the identification stage.
#pragma once

#include <cstdint>

#include <lfreval/intervals/clustered_limits.hpp>
#include <lfreval/intervals/ladder.hpp>

namespace lfreval::detail {

/// The share of passages on which only a certain one of the two alerts.
struct discordant_moments {
  clustered_moments moments; ///< with a design effect of 1 where there is nothing to tell it from
  bool none = false, all = false;
};

struct paired_moments {
  std::uint64_t first_only = 0, second_only = 0, passages = 0;
  double persons = 0.0, skew = 1.0;
  double variance = 0.0;    ///< of the difference, between persons
  double rate_effect = 1.0; ///< the design effect of the share of passages on which the two differ
  discordant_moments first, second;

  [[nodiscard]] double difference() const { return (static_cast<double>(first_only) - static_cast<double>(second_only)) / static_cast<double>(passages); }
};

struct paired_limits {
  interval limits;
  double design_effect = 1.0, effective_discordant = 0.0;
  ladder_rung rung = ladder_rung::design_based;
  flag_set flags;
};

/// Rungs 2 and 3 of `compare_judgements`. Needs two persons and a passage on which the two differ.
[[nodiscard]] paired_limits limits_of(const paired_moments&, confidence level, sides on);

} // namespace lfreval::detail
