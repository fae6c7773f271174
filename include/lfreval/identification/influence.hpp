/// @file
/// Whose number it is: a headline rate without each person, deployment or list entry, the largest change first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/types/cluster_tally.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::identification {

/// What is left out.
enum class contributor_kind : std::uint8_t { person, list_entry, deployment };

/// The events and the exposure of one person or deployment, by its 64-bit entity id.
struct contributor {
  std::uint64_t id = 0;
  cluster_tally counted;
};

struct influential {
  std::uint64_t id = 0;
  std::uint64_t events = 0;   ///< that go with it; of a list entry the passages that alert on nobody else
  std::uint64_t exposure = 0; ///< that goes with it; of a list entry none
  double without = 0.0;       ///< the rate of all the others
  double change = 0.0;        ///< the rate less `without`: above 0 where the contributor raises it
  double share_of_events = 0.0;

  friend bool operator==(const influential&, const influential&) = default;
};

/// To be printed beside the rate.
struct influence_report {
  contributor_kind kind{};
  double rate = 0.0;
  std::uint64_t events = 0, exposure = 0, contributors = 0;
  std::vector<influential> largest;  ///< by absolute change, the largest first
  double lowest_without = 0.0, highest_without = 0.0; ///< over all contributors, listed or not
  /// The share of the exposure that the five largest contributors bring (of persons, the most frequent passers); 0 for
  /// list entries.
  double exposure_of_top_five = 0.0;
  double events_of_top_five = 0.0;   ///< share of the events that the five with most events bring

  friend bool operator==(const influence_report&, const influence_report&) = default;
};


/// The persons or deployments that move a rate most when left out, from additive counts: (X - x) / (N - n) by
/// `series::leave_one_out`. At a rate of 3 in a million one listed passer who was labelled non-mated is as large as the
/// signal. Undefined as there: `empty`, or `one_cluster` for a single contributor. Throws for an id that occurs twice,
/// for `contributor_kind::list_entry`, and as there. The result does not depend on the order given. Cost: a sort.
estimable<influence_report> leave_one_out(contributor_kind kind, std::span<const contributor> contributors,
                                          std::size_t how_many = 5);

/// A non-mated passage with an alert: the list persons at or above the threshold, each once.
using reached_entries = std::vector<std::uint64_t>;

/// The list entries whose removal lowers a false positive identification rate most. A passage stops alerting only when
/// its one and only candidate goes: D_j = passages whose only candidate is j, rate without j = (X - D_j) / P.   Valid
/// for exhaustive searches with scores that do not depend on the list. `events_of_top_five` is the share of alerting
/// passages that the five entries with the largest D_j alone explain. Entries with D_j = 0 are left out: the rate is
/// the same without them. Undefined without passages (`empty`). Throws when an alert names nobody or somebody twice,
/// when there are more alerts than passages, and when asked for none. Independent of order. Cost: O(candidates log).
estimable<influence_report> leave_one_entry_out(std::span<const reached_entries> alerts_of_passages,
                                                std::uint64_t passages, std::size_t how_many = 5);

} // namespace lfreval::identification
