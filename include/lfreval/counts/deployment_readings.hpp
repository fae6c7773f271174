/// @file
/// What each deployment of a series contributes to one metric, read once for all the strata it is pooled in.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <lfreval/counts/deployment_tallies.hpp>

namespace lfreval {

/// What becomes of a deployment in the tallies of a metric; `metric_tallies` counts each.
enum class reading_use : std::uint8_t { counted, not_recorded, unusable, suspended, disputed };

/// The values that would mend a deployment that does not add up, each once and in order, as published and with unresolved
/// alerts resolved either way.
struct corrected_values {
  std::vector<cluster_tally> values, fewest, most;
};

/// One deployment as one metric reads it. Only the members that belong to `taken` are set.
struct deployment_reading {
  reading_use taken = reading_use::not_recorded;
  bool does_not_add_up = false;     ///< counted all the same: the contradiction does not touch this metric
  bool labels_as_published = false; ///< it does not say which alerts were confirmed
  cluster_tally published, fewest, most;
  std::uint64_t unresolved = 0;
  std::uint64_t lost_events = 0, unlabelled = 0; ///< unusable: what no denominator stands against
  std::shared_ptr<const corrected_values> corrected; ///< disputed
};

/// Every record of a series as one metric reads it. Cost: O(records), once; `of` is O(members).
/// The records and what `record_quality` points to must stay in place while it is used.
class metric_readings {
public:
  metric_readings(metric_id, const std::string& outcome, std::span<const deployment_record>, const record_quality&);
  /// As `tallies_of` gives them. Throws `std::invalid_argument` for a member that is not among the records.
  [[nodiscard]] metric_tallies of(std::span<const deployment_record* const> members) const;

private:
  std::span<const deployment_record> records_;
  std::vector<deployment_reading> readings_;
};

} // namespace lfreval
