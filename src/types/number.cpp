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

double as_written(float value) {
  if (!std::isfinite(value)) throw std::invalid_argument("as_written: not a finite number");
  std::array<char, 64> text{};
  const char* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double out = 0;
  std::from_chars(text.data(), end, out);
  return out;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

namespace {

struct notation {
  bool plain = true;  ///< fixed where it stays readable, an exponent elsewhere
  int decimals = 0;
  double last_place = 1; ///< what one unit of the last printed digit is worth
};

notation notation_for(double value, int digits) {
  if (value == 0) return {};
  const double magnitude = std::fabs(value);
  const int exponent = static_cast<int>(std::floor(std::log10(magnitude)));
  if (magnitude >= 1e-4 && magnitude < 1e9) {
    const int decimals = std::max(0, digits - 1 - exponent);
    return {true, decimals, std::pow(10.0, -decimals)};
  }
  return {false, digits - 1, std::pow(10.0, exponent - (digits - 1))};
}

std::string printed(double value, const notation& how) {
  std::array<char, 64> text{};
  const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), value,
                                            how.plain ? std::chars_format::fixed : std::chars_format::scientific, how.decimals);
  (void)problem;
  return {text.data(), end};
}

double read_back(const std::string& text) {
  double shown = 0;
  std::from_chars(text.data(), text.data() + text.size(), shown);
  return shown;
}

} // namespace

std::string significant(double value, int digits, rounding direction) {
  if (!std::isfinite(value)) throw std::invalid_argument("significant: not a finite number");
  const notation how = notation_for(value, digits);
  std::string text = printed(value, how);
  if (direction == rounding::nearest || value == 0) return text;
  // The printed decimal is read back and, if it fell on the narrow side, moved by one unit in its last place.
  const double shown = read_back(text);
  const bool narrow = direction == rounding::up ? shown < value : shown > value;
  if (narrow) text = printed(direction == rounding::up ? shown + how.last_place : shown - how.last_place, how);
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
