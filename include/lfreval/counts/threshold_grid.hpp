/// @file
/// The thresholds at which a log is counted, exactly as a person would write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lfreval/types/error.hpp>
#include <lfreval/types/threshold.hpp>

namespace lfreval {

/// Whether a score printed as the threshold alerts. `score > T` is what some systems do and what ISO/IEC 19795-1:2021,
/// 3.22 words; NIST and this library say `score >= T`.
enum class alert_rule : std::uint8_t { at_or_above, strictly_above };

/// More thresholds than this are refused: nobody declared them by hand, and each costs eight bytes per cell.
inline constexpr std::size_t largest_grid = 4'000'000;

/// Thresholds in ascending order. Each is declared as written and has an `edge`: the lowest score that alerts at it. Under
/// `strictly_above` the edge is the next larger float32, otherwise the threshold itself.
class threshold_grid {
public:
  /// Throws `std::invalid_argument` when `declared` is empty, not strictly ascending or above `largest_grid`, and for a
  /// threshold that no finite score is strictly above.
  explicit threshold_grid(std::vector<threshold> declared, alert_rule rule = alert_rule::at_or_above);

  [[nodiscard]] std::size_t size() const noexcept { return edges_.size(); }
  [[nodiscard]] alert_rule rule() const noexcept { return rule_; }
  [[nodiscard]] std::span<const threshold> declared() const noexcept { return declared_; }
  /// A score alerts at threshold i exactly when `score >= edges()[i]`.
  [[nodiscard]] std::span<const float> edges() const noexcept { return edges_; }

  friend bool operator==(const threshold_grid&, const threshold_grid&) = default;

private:
  std::vector<threshold> declared_;
  std::vector<float> edges_;
  alert_rule rule_;
};

/// `from`, `from + step`, … up to and including `to`. The steps are taken in whole numbers of the finest decimal place
/// written, so that no error accumulates, and each threshold is rounded to float32 once: a score logged as `0.64` alerts at
/// the threshold 0.64, whichever step led there.
/// Errors, all without file and line: `not_a_number` for a text that is not a finite decimal number; `not_allowed` for a step
/// that is not above zero, does not lead from `from` exactly to `to`, or is too fine for float32 (two thresholds would
/// become one), for more than `largest_grid` thresholds, more than 18 digits, and what lies outside float32.
[[nodiscard]] result<threshold_grid> decimal_grid(std::string_view from, std::string_view to, std::string_view step,
                                                  alert_rule rule = alert_rule::at_or_above);

/// The same for numbers that were read from decimal text: the shortest text that gives the number is what was written.
/// Errors as above.
[[nodiscard]] result<threshold_grid> decimal_grid(double from, double to, double step,
                                                  alert_rule rule = alert_rule::at_or_above);

/// Thresholds listed one by one, in any order. Errors as above, and `duplicate_id` when two of them are one float32.
[[nodiscard]] result<threshold_grid> listed_grid(std::span<const std::string> written,
                                                 alert_rule rule = alert_rule::at_or_above);

} // namespace lfreval
