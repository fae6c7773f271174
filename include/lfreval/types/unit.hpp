/// @file
/// Units are types: a count of faces is not a count of people, and the compiler knows it.
#pragma once

#include <compare>
#include <cstdint>
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
};

/// Plural noun, as it is printed and written to JSON: `false alerts`.
[[nodiscard]] constexpr std::string_view to_string(unit u) noexcept {
  switch (u) {
    case unit::faces: return "faces";
    case unit::passages: return "passages";
    case unit::mated_passages: return "mated passages";
    case unit::nonmated_passages: return "non-mated passages";
    case unit::persons: return "persons";
    case unit::alerts: return "alerts";
    case unit::true_alerts: return "true alerts";
    case unit::false_alerts: return "false alerts";
    case unit::unresolved_alerts: return "unresolved alerts";
    case unit::resolved_alerts: return "resolved alerts";
    case unit::engagements: return "engagements";
    case unit::true_engagements: return "true engagements";
    case unit::false_engagements: return "false engagements";
    case unit::outcomes: return "outcomes";
    case unit::nonmated_passages_with_alert: return "non-mated passages with an alert";
    case unit::mated_passages_identified: return "mated passages identified";
    case unit::mated_passages_missed: return "mated passages missed";
    case unit::false_candidates: return "false candidates";
    case unit::comparisons: return "comparisons";
    case unit::false_matches: return "false matches";
    case unit::watchlist_images: return "watchlist images";
    case unit::watchlist_persons: return "watchlist persons";
    case unit::seconds: return "seconds";
  }
  return "";
}

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

/// Resolved alerts are the true and the false ones; nothing else adds across units.
[[nodiscard]] constexpr resolved_alerts operator+(true_alerts t, false_alerts f) {
  return resolved_alerts(t.value() + f.value());
}

} // namespace lfreval
