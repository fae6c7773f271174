/// @file
/// Model-based statements about other lists. Each is a projection, never a measurement: where candidates are on record,
/// watchlist_size.hpp gives the figure without a model.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include <lfreval/identification/rates.hpp>
#include <lfreval/intervals/argument.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::identification {

enum class projection_model : std::uint8_t {
  independent_comparisons, ///< every comparison of every passer has the same chance of a false match
  equal_passers,           ///< every passer has the same chance of a false positive
};

/// A false positive identification rate that nobody measured.
struct projected_rate {
  false_positive_identification_rate rate{0.0};
  projection_model model{};
  std::uint64_t from_persons = 0, to_persons = 0; ///< size of the list measured (1 for a comparison) and projected to
  double expected_candidates = 0.0; ///< false candidates per search under the model; above the rate
  /// Passers who resemble many people make projections to a shorter list too low: up to twofold at moderate
  /// differences.
  [[nodiscard]] constexpr bool understates_if_passers_differ() const noexcept { return to_persons < from_persons; }
  /// Projections to a longer list are then too high: 1.55 times at 10,000 entries in one plausible setting.
  [[nodiscard]] constexpr bool overstates_if_passers_differ() const noexcept { return to_persons > from_persons; }
  /// The direction in a sentence, to stand beside the figure.   Some passers resemble many people, so that (1 - p)^n averaged
  /// over passers is not the n-th power of an average (Jensen).
  [[nodiscard]] constexpr std::string_view if_passers_differ() const noexcept {
    if (understates_if_passers_differ())
      return "too low if some passers resemble many people: the true rate on the shorter list is then higher";
    if (overstates_if_passers_differ())
      return "too high if some passers resemble many people: the true rate on the longer list is then lower";
    return "the list is as long as the one measured: nothing was projected";
  }
};

/// The one way from a false match rate to searches of a list of `persons`: as if comparisons were independent and
/// passers alike.   FPIR = 1 - (1 - FMR)^N.   Cites: Grother & Phillips 2004. Throws for a list above 2^52 persons.
[[nodiscard]] inline projected_rate binomial_scaling(false_match_rate per_comparison, std::uint64_t persons) {
  detail::require_count("identification::binomial_scaling", "persons", persons);
  const auto n = static_cast<double>(persons);
  // A rate of 1 times an empty list would be infinity times 0.
  const double rate = persons == 0 ? 0.0 : -std::expm1(n * std::log1p(-per_comparison.value()));
  return {false_positive_identification_rate(rate), projection_model::independent_comparisons, 1, persons,
          n * per_comparison.value()};
}

/// From a list of `measured` persons to one of `wanted`, as if all passers were alike.   1 - (1 - FPIR)^(n/N).
/// To a shorter list this understates whenever passers differ (1.5 to 2 times in plausible settings): prefer
/// `sub_watchlist_fpir`. Throws for a measured list of nobody and for counts above 2^52.
[[nodiscard]] inline projected_rate power_scaling(false_positive_identification_rate at_measured,
                                                  std::uint64_t measured, std::uint64_t wanted) {
  constexpr const char* name = "identification::power_scaling";
  detail::require_count(name, "measured", measured);
  detail::require_count(name, "wanted", wanted);
  if (measured == 0) detail::wrong_call(name, "measured", "is zero");
  const double share = static_cast<double>(wanted) / static_cast<double>(measured);
  const double log_none = std::log1p(-at_measured.value());
  const double rate = wanted == 0 ? 0.0 : -std::expm1(share * log_none);
  return {false_positive_identification_rate(rate), projection_model::equal_passers, measured, wanted,
          wanted == 0 ? 0.0 : -share * log_none};
}

/// How many independent comparisons a search is worth: below the size of the list when the same passers match several
/// entries.   ln(1 - FPIR) / ln(1 - FMR).   Undefined when no comparison matched, or when every comparison or search
/// did.
inline estimable<double> effective_watchlist_size(false_match_rate per_comparison,
                                                  false_positive_identification_rate per_search) {
  if (per_comparison.value() == 0.0)
    return detail::no_value(undefined_reason::no_events, "Measure at a lower threshold: no comparison matched.");
  if (per_comparison.value() == 1.0 || per_search.value() == 1.0)
    return detail::no_value(undefined_reason::all_events, "Measure at a higher threshold: everything matched.");
  return std::log1p(-per_search.value()) / std::log1p(-per_comparison.value());
}

} // namespace lfreval::identification
