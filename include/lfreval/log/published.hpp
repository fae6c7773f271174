/// @file
/// Published claims: figures that somebody quoted, kept as printed so that they can be held against their own arithmetic and
/// against the records. A claim is never a measurement.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/log/input_file.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/metric.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval {

/// One quoted figure: a rate, with whatever of its numerator, denominator, percentage and `1 in` form was printed, or a count.
struct published_claim {
  std::string claim;                      ///< identifier
  std::optional<metric_id> rate;          ///< what was quoted: a rate …
  std::optional<unit> count;              ///< … or a number of something; exactly one of the two
  std::optional<std::uint64_t> events;    ///< the numerator, or the number
  std::optional<std::uint64_t> exposure;  ///< in the units of the metric: seconds for rates per hour
  std::optional<std::string> percent;     ///< as printed, in percent or as a fraction
  bool as_fraction = false;               ///< `percent` holds a number that was printed without a percent sign
  std::optional<std::string> one_in;      ///< the m of `1 in m`, as printed
  std::map<std::string, std::string> about; ///< axis values of the records that it is about; empty: all of them
  std::string text, source;               ///< its words, and where it was published
  std::string label_source;

  friend bool operator==(const published_claim&, const published_claim&) = default;
};

/// All claims of a study, in order of their identifiers.
struct published_claims {
  std::vector<published_claim> claims;
  std::vector<input_file> files;
  ledger refused;
};

/// Reads every `published` source of the study. `metric` is a metric key or a unit that is counted (`false_alerts`). Refused
/// rows: an unknown metric, a percentage of something that is no share, a claim without any number, a count with a
/// denominator, more events than exposure for a share, events without exposure, all copies of an identifier. Faults of files and
/// mappings come back together.
[[nodiscard]] tl::expected<published_claims, std::vector<error>> read_published(const study&);

} // namespace lfreval
