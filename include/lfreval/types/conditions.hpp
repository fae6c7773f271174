/// @file
/// Under what conditions a figure holds. Pooling widens them; comparing two figures checks them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/types/date.hpp>

namespace lfreval {

/// A condition that is a name: unknown for some of the records, one value, or a set.
struct named_condition {
  std::set<std::string> values;
  std::uint64_t unknown = 0; ///< records that do not say

  void add(const std::optional<std::string>& value) {
    if (value) add_known(*value); else ++unknown;
  }
  void add_known(const std::string& value) {
    if (!values.contains(value)) values.insert(value);
  }
  [[nodiscard]] bool is_one() const noexcept { return unknown == 0 && values.size() == 1; }
  [[nodiscard]] bool is_unknown() const noexcept { return values.empty(); }
  friend bool operator==(const named_condition&, const named_condition&) = default;
};

/// A condition that is a count: its range and its exposure-weighted mean.
struct counted_condition {
  std::optional<std::uint64_t> smallest, largest;
  std::uint64_t unknown = 0;
  std::uint64_t weight = 0;          ///< total exposure of the records that say
  unsigned __int128 weighted_sum = 0; ///< of value times exposure, exact

  void add(const std::optional<std::uint64_t>& value, std::uint64_t exposure);
  [[nodiscard]] std::optional<double> weighted_mean() const;
  friend bool operator==(const counted_condition&, const counted_condition&) = default;
};

/// Everything that must be equal before two figures may be compared, and what was pooled to get one.
struct conditions {
  named_condition system, threshold, site, use_case, faces_counting_rule, label_source, fusion;
  counted_condition watchlist_images, watchlist_persons;
  std::optional<calendar_date> from, to;

  /// True when more than one threshold, system, site or watchlist size was pooled.
  [[nodiscard]] bool mixed() const noexcept;
  friend bool operator==(const conditions&, const conditions&) = default;
};

/// How a comparison may be presented, and which conditions stand against it.
struct comparability {
  enum class status : std::uint8_t { comparable, projected, refused } allowed = status::comparable;
  std::vector<std::string> differences; ///< `threshold: 0.6 against 0.64`
  std::vector<std::string> unknown;     ///< `system version is not on record for either side`
};

/// Threshold, system, counting rule and label source equal, watchlist sizes within 10 % (M40). A difference makes the
/// comparison `projected`; in counting rule or label source it is `refused`. What is unknown on a side is named and
/// never counts as equal.
[[nodiscard]] comparability compare(const conditions&, const conditions&);

} // namespace lfreval
