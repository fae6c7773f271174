/// @file
/// Who is on the list, why, and how many of them came past: shares of the people listed (B01, B02, C04, G16, M49, M55-M57, M69).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/alert_case.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/log/watchlist_entry.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>

namespace lfreval {

/// What the watchlist policy says: the newest document of that kind. An empty set is a rule that is not stated.
struct list_policy {
  std::set<std::string> categories, not_wanted, serious_grades;
  std::optional<std::uint64_t> review_days;
};
[[nodiscard]] list_policy stated_list_policy(std::span<const document_entry>);

/// Shares of people, each person one cluster. Of several images of a person the least favourable counts for a safeguard: all
/// must be in a stated category, have a reason, be reviewed; a person is unwanted where no entry says otherwise, and listed for a
/// serious offence where any entry does. What the policy does not state, or no entry records, has no cluster.
/// `used_on`: the last day of use, against which ages and reviews are counted.
[[nodiscard]] indicator_parts watchlist_parts(std::span<const watchlist_entry>, const list_policy&, std::span<const alert_case>, bool alerts_given,
                                              std::optional<calendar_date> used_on);

/// People by category: under the names that the policy states, `other` for any other text (it is never printed), `none`.
struct category_count {
  std::string category;
  std::uint64_t persons = 0, serious = 0, found = 0;
  friend bool operator==(const category_count&, const category_count&) = default;
};
/// A person with entries of several categories is counted in each. In the order of the names, `other` and `none` last.
[[nodiscard]] std::vector<category_count> persons_by_category(std::span<const watchlist_entry>, const list_policy&, std::span<const alert_case>);

/// Listed persons whom at least one alert was rightly about, as established by somebody who checked (M16).
[[nodiscard]] std::set<std::string> persons_found(std::span<const alert_case>);

} // namespace lfreval
