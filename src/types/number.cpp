#include <lfreval/types/number.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <lfreval/types/unit.hpp>

namespace lfreval {

std::optional<std::uint64_t> parse_count(std::string_view text) noexcept {
  if (text.empty() || text.front() == '+' || text.front() == '-') return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || value > largest_count) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) noexcept {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string shortest(double value) {
  if (!std::isfinite(value)) throw std::invalid_argument("shortest: not a finite number");
  std::array<char, 64> text{};
  const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), value);
  (void)problem;
  return {text.data(), end};
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

namespace {

std::string printed(double value, int digits) {
  // Fixed notation where it stays readable, the exponent elsewhere.
  const bool plain = value == 0 || (std::fabs(value) >= 1e-4 && std::fabs(value) < 1e9);
  std::array<char, 64> text{};
  int decimals = digits - 1;
  if (plain && value != 0) {
    const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(value))));
    decimals = std::max(0, digits - 1 - exponent);
  }
  const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), value,
                                            plain ? std::chars_format::fixed : std::chars_format::scientific,
                                            value == 0 ? 0 : decimals);
  (void)problem;
  return {text.data(), end};
}

} // namespace

std::string significant(double value, int digits, rounding direction) {
  if (!std::isfinite(value)) throw std::invalid_argument("significant: not a finite number");
  std::string text = printed(value, digits);
  if (direction == rounding::nearest || value == 0) return text;
  // The printed decimal is read back and, if it fell on the narrow side, moved by one unit in its last place.
  double shown = 0;
  std::from_chars(text.data(), text.data() + text.size(), shown);
  const bool narrow = direction == rounding::up ? shown < value : shown > value;
  if (narrow) {
    const double step = std::pow(10.0, std::floor(std::log10(std::fabs(value))) - (digits - 1));
    text = printed(direction == rounding::up ? shown + step : shown - step, digits);
  }
  return text;
}

std::optional<std::string> one_in(double rate, rounding direction) {
  if (!(rate >= 0) || !std::isfinite(rate)) throw std::invalid_argument("one_in: not a rate");
  if (rate == 0) return "none";
  if (rate > 0.5) return std::nullopt;
  const double every = 1.0 / rate;
  if (every > static_cast<double>(std::numeric_limits<std::uint64_t>::max() / 2)) return std::nullopt;
  const double whole = direction == rounding::nearest ? std::round(every)
                       : direction == rounding::down  ? std::ceil(every)
                                                      : std::floor(every);
  return "1 in " + grouped(static_cast<std::uint64_t>(whole));
}

} // namespace lfreval
