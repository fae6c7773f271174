/// @file
/// Reading and printing numbers without guessing: whole fields, no locale, no silent rounding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lfreval {

/// Decimal digits only, the whole text, at most `largest_count`; nothing for a sign, a fraction, blanks or separators.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view) noexcept;

/// A finite decimal number, the whole text; nothing for `1e5000`, `nan`, `0x1p3`, a percent sign or blanks.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view) noexcept;

/// Shortest text that reads back as the same double (`std::to_chars`). Throws `std::invalid_argument` if not finite.
[[nodiscard]] std::string shortest(double);

/// The number that the shortest text of a float32 stands for: 0.56 for the float that 0.56 is rounded to, which as a double
/// is 0.5600000023841858. Rounded to float32 it is the same float. Throws `std::invalid_argument` if not finite.
[[nodiscard]] double as_written(float);

/// `8600` as `8,600`.
[[nodiscard]] std::string grouped(std::uint64_t);

/// Rounding direction for printed limits: an interval is only ever printed wider than it is.
enum class rounding : std::uint8_t { nearest, down, up };

/// `digits` significant digits in plain or scientific notation, rounded as asked: lower limits `down`, upper limits `up`.
[[nodiscard]] std::string significant(double, int digits, rounding);

/// `1 in 1,229`: the reciprocal to a whole number, rounded towards the wider interval when `rounding` is not `nearest`
/// (`down` rounds the rate down, so the printed number up). A rate of 0 is `none`; above 1/2 a plain decimal is better
/// and `one_in` returns nothing.
[[nodiscard]] std::optional<std::string> one_in(double rate, rounding);

} // namespace lfreval
