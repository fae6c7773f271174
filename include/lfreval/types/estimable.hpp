/// @file
/// A statistic that cannot be computed is `undefined` with a reason and a remedy: never 0, never NaN, never clamped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include <lfreval/types/error.hpp>

namespace lfreval {

/// Why a statistic has no value.
enum class undefined_reason : std::uint8_t {
  empty,              ///< there was no trial and no exposure
  no_events,          ///< both arms of a ratio have no event
  all_events,         ///< a variance or a logit that needs both events and non-events
  one_cluster,        ///< a variance between clusters needs two of them
  events_exceed_exposure, ///< more events than the trials they are said to be a share of
  not_recorded,       ///< the log lacks what the statistic is made from
  few_effective_events, ///< too few effective events for a method that needs many
  empty_replicates,   ///< too many bootstrap replicates drew no exposure at all
  beyond_data,        ///< asks for more than these data can be extrapolated to
  beyond_end_point,   ///< lies beyond the highest score there can be
  coarse_scores,      ///< scores were recorded with too few digits
  no_fit,             ///< the model has no maximum of its likelihood within its limits
  no_variation,       ///< everything is equal, so that there is no variance to share out
};

[[nodiscard]] std::string_view to_string(undefined_reason) noexcept;

/// A statistic without a value: what is missing, what would mend it, and what is still known.
struct undefined {
  undefined_reason reason{};
  std::string remedy; ///< a sentence: what to record or to collect
  /// The range that is certain whatever the data: [0, 1] for a share of no trials, [0, unbounded) for a rate.
  struct range { double lower, upper; friend bool operator==(const range&, const range&) = default; };
  std::optional<range> bounds;

  friend bool operator==(const undefined&, const undefined&) = default;
};

/// What every statistic returns: a value, or `undefined`. It is never nested in, or mixed with, a `result`.
template <class T> struct [[nodiscard]] estimable : tl::expected<T, undefined> {
  static_assert(!detail::is_result<T>, "lfreval: an estimable does not hold a result: read first, then estimate");
  using tl::expected<T, undefined>::expected;
};

} // namespace lfreval
