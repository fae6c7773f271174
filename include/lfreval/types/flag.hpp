/// @file
/// Caveats that travel with a figure and that no exporter can drop.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace lfreval {

enum class flag : std::uint8_t {
  one_cluster,              ///< a single deployment or person: variation between them is unknown
  assumes_independence,     ///< the interval treats every face as unrelated to the next
  few_clusters,             ///< fewer than ten clusters
  few_effective_events,     ///< rung 2 of the ladder: little information about the variance
  few_events,               ///< fewer than 30 events: the rule of 30 is not met
  no_events,                ///< nothing was observed: a bound, not a zero
  borrowed_design_effect,   ///< the design effect of a zero-event stratum was taken from other strata
  strict_bound,             ///< holds for any dependence within a person
  denominator_as_published, ///< the count of the denominator is the publisher's, its error unstated
  denominator_estimated,    ///< the publisher calls the denominator an estimate
  mixed_conditions,         ///< pooled over several thresholds, watchlists, sites or versions
  conditions_differ,        ///< the two sides of a comparison were not made under the same conditions
  conditions_unknown,       ///< conditions that decide whether a comparison is fair are not on record
  rows_left_out,            ///< some deployments lack a column that this figure needs
  rows_do_not_add_up,       ///< the published parts of some rows contradict each other
  unresolved_labels,        ///< some alerts were never resolved; see the bounds
  labels_as_published,      ///< the records do not say which alerts were confirmed
  counting_break,           ///< faces per minute changed between the two sides: they may not be counted alike
  events_without_exposure,  ///< some events are not in the figure because nothing stands against them
  one_sided,                ///< the bound spends all of alpha on one side
  denominator_taken_as_exact, ///< a declared error of the denominator is not in this interval
  few_list_entries,         ///< fewer than ten effective watchlist entries stand behind the alerts
  list_effect_unknown,      ///< nothing shows how far the figure would move with other people on the watchlist
  nonpsd_guard,             ///< a combined variance fell below one of its parts; the larger part stands in
  extrapolated,             ///< beyond what was counted, by a model of the tail; outside ISO/IEC 5152:2024, which leaves out searches of a list
  few_exceedances,          ///< fewer than 50 scores above the start of the fitted tail
  fit_doubtful,             ///< the model does not fit the scores, or what it says moves with where the tail begins
  perfect_separation,       ///< every mated score lies on one side of every non-mated score: a variance of 0 is no certainty
  gallery_dependent,        ///< scores change with who else is on the watchlist: figures for other lists are projections
  gallery_invariance_unknown, ///< nobody stated or checked that scores do not depend on who else is on the watchlist
  groups_share_clusters,    ///< people or deployments stand on both sides of a comparison, whose interval takes the sides as unrelated
  confounded,               ///< before and after without places where nothing was changed: what else changed meanwhile is in the figure
};
inline constexpr unsigned flag_count = 32;

/// As printed and written: `ASSUMES_INDEPENDENCE`.
[[nodiscard]] std::string_view to_string(flag) noexcept;
/// The sentence behind the flag, for people who do not read capitals.
[[nodiscard]] std::string_view meaning_of(flag) noexcept;

/// A set of flags; iterates in declaration order so that output is stable.
class flag_set {
public:
  constexpr flag_set() noexcept = default;
  constexpr flag_set(std::initializer_list<flag> flags) noexcept {
    for (flag f : flags) *this |= f;
  }
  constexpr flag_set& operator|=(flag f) noexcept { bits_ |= bit(f); return *this; }
  constexpr flag_set& operator|=(flag_set other) noexcept { bits_ |= other.bits_; return *this; }
  [[nodiscard]] constexpr bool has(flag f) const noexcept { return (bits_ & bit(f)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] std::vector<flag> list() const {
    std::vector<flag> out;
    for (unsigned i = 0; i < flag_count; ++i)
      if (has(static_cast<flag>(i))) out.push_back(static_cast<flag>(i));
    return out;
  }
  friend constexpr bool operator==(flag_set, flag_set) = default;

private:
  static constexpr std::uint64_t bit(flag f) noexcept { return std::uint64_t{1} << static_cast<unsigned>(f); }
  std::uint64_t bits_ = 0;
};

} // namespace lfreval
