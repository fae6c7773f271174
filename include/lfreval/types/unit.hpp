/// @file
/// Units are types: a count of faces is not a count of people, and the compiler knows it.
#pragma once

#include <compare>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace lfreval {

/// What is counted. The glossary in docs/glossary.md says how each is recognised in a log.
enum class unit : std::uint8_t {
  faces,                        ///< faces seen: tracks the software detected; one person may give several
  passages,                     ///< traversals of the zone by one person, mated or not
  mated_passages,               ///< passages by someone on the watchlist in force
  nonmated_passages,            ///< passages by someone not on it
  persons,                      ///< distinct people
  alerts,                       ///< comparisons at or above the threshold shown to an operator
  true_alerts,                  ///< alerts judged to be the listed person
  false_alerts,                 ///< alerts judged not to be
  unresolved_alerts,            ///< alerts whose truth was never established
  resolved_alerts,              ///< alerts whose truth was established, true or false
  engagements,                  ///< times an officer contacted the person alerted on
  true_engagements,             ///< of the listed person
  false_engagements,            ///< of someone else
  outcomes,                     ///< arrests, disposals and other results, by the name the record gives them
  nonmated_passages_with_alert, ///< non-mated passages with one or more alerts
  mated_passages_identified,    ///< mated passages with an alert for the right person
  mated_passages_missed,        ///< mated passages without one
  false_candidates,             ///< candidates at or above the threshold in non-mated searches
  comparisons,                  ///< non-mated one-to-one comparisons
  false_matches,                ///< of those, at or above the threshold
  watchlist_images,
  watchlist_persons,
  seconds,                      ///< time the cameras were live; printed as hours
  deployments,
  mated_comparisons,            ///< one-to-one comparisons of one person with themself
  false_nonmatches,             ///< of those, below the threshold or failed
  passages_not_acquired,        ///< passages of which no template was made
  false_alerts_of_group,        ///< false alerts on people of one group
};

namespace detail {
struct unit_noun {
  std::string_view singular, plural;
};
/// In the order of `unit`.
inline constexpr unit_noun unit_nouns[] = {
    {"face", "faces"},
    {"passage", "passages"},
    {"mated passage", "mated passages"},
    {"non-mated passage", "non-mated passages"},
    {"person", "persons"},
    {"alert", "alerts"},
    {"true alert", "true alerts"},
    {"false alert", "false alerts"},
    {"unresolved alert", "unresolved alerts"},
    {"resolved alert", "resolved alerts"},
    {"engagement", "engagements"},
    {"true engagement", "true engagements"},
    {"false engagement", "false engagements"},
    {"outcome", "outcomes"},
    {"non-mated passage with an alert", "non-mated passages with an alert"},
    {"mated passage identified", "mated passages identified"},
    {"mated passage missed", "mated passages missed"},
    {"false candidate", "false candidates"},
    {"comparison", "comparisons"},
    {"false match", "false matches"},
    {"watchlist image", "watchlist images"},
    {"watchlist person", "watchlist persons"},
    {"second", "seconds"},
    {"deployment", "deployments"},
    {"mated comparison", "mated comparisons"},
    {"false non-match", "false non-matches"},
    {"passage not acquired", "passages not acquired"},
    {"false alert of the group", "false alerts of the group"},
};
static_assert(std::size(unit_nouns) == static_cast<std::size_t>(unit::false_alerts_of_group) + 1);
} // namespace detail

/// Plural noun, as it is printed and written to JSON: `false alerts`.
[[nodiscard]] constexpr std::string_view to_string(unit u) noexcept { return detail::unit_nouns[static_cast<std::size_t>(u)].plural; }
/// `false alert`.
[[nodiscard]] constexpr std::string_view singular(unit u) noexcept { return detail::unit_nouns[static_cast<std::size_t>(u)].singular; }

/// Counts above this are refused: beyond 2^52 a double no longer holds every integer with a bit to spare, and the
/// incomplete beta function loses its digits.
inline constexpr std::uint64_t largest_count = std::uint64_t{1} << 52;

/// A whole number of one unit. Same units add and compare; nothing converts to or from another unit.
/// `faces{8600}`; `faces{-1}` and `faces{1.5}` do not compile; above `largest_count` throws `std::invalid_argument`.
template <unit U> class count {
public:
  static constexpr unit measured_in = U;

  constexpr count() noexcept = default;
  constexpr explicit count(std::uint64_t n) : n_(n) {
    if (n > largest_count) throw std::invalid_argument("count: above 2^52");
  }

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return n_; }

  friend constexpr auto operator<=>(count, count) = default;
  friend constexpr count operator+(count a, count b) { return count(a.n_ + b.n_); }
  constexpr count& operator+=(count other) { return *this = *this + other; }

private:
  std::uint64_t n_ = 0;
};

using faces = count<unit::faces>;
using passages = count<unit::passages>;
using mated_passages = count<unit::mated_passages>;
using nonmated_passages = count<unit::nonmated_passages>;
using persons = count<unit::persons>;
using alerts = count<unit::alerts>;
using true_alerts = count<unit::true_alerts>;
using false_alerts = count<unit::false_alerts>;
using unresolved_alerts = count<unit::unresolved_alerts>;
using resolved_alerts = count<unit::resolved_alerts>;
using engagements = count<unit::engagements>;
using true_engagements = count<unit::true_engagements>;
using false_engagements = count<unit::false_engagements>;
using outcomes = count<unit::outcomes>;
using nonmated_passages_with_alert = count<unit::nonmated_passages_with_alert>;
using mated_passages_identified = count<unit::mated_passages_identified>;
using mated_passages_missed = count<unit::mated_passages_missed>;
using false_candidates = count<unit::false_candidates>;
using comparisons = count<unit::comparisons>;
using false_matches = count<unit::false_matches>;
using watchlist_images = count<unit::watchlist_images>;
using watchlist_persons = count<unit::watchlist_persons>;
using seconds = count<unit::seconds>;
using deployments = count<unit::deployments>;
using mated_comparisons = count<unit::mated_comparisons>;
using false_nonmatches = count<unit::false_nonmatches>;
using passages_not_acquired = count<unit::passages_not_acquired>;
using false_alerts_of_group = count<unit::false_alerts_of_group>;

/// Resolved alerts are the true and the false ones; nothing else adds across units.
[[nodiscard]] constexpr resolved_alerts operator+(true_alerts t, false_alerts f) {
  return resolved_alerts(t.value() + f.value());
}

} // namespace lfreval
