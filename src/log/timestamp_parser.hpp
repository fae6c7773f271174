/// @file
/// Times one after the other: the day and the minute of the last one are remembered, because logs run through a day.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include <lfreval/log/timestamp.hpp>

namespace lfreval::detail {

class timestamp_parser {
public:
  /// Whether the text is a time; if so, which.
  [[nodiscard]] bool parse(std::string_view text, timestamp& out) noexcept;

private:
  [[nodiscard]] static std::optional<std::int64_t> days_of(std::string_view text) noexcept;

  /// Whether eight characters are `:05.250Z`; if so, how many nanoseconds that is.
  [[nodiscard]] static bool parse_milliseconds(const char* text, std::int64_t& nanoseconds) noexcept;

  char day_[11] = "1970-01-01";
  char minute_[17] = "1970-01-01T00:00";
  std::int64_t day_start_ = 0, minute_start_ = 0; ///< seconds from 1970
};

inline bool timestamp_parser::parse_milliseconds(const char* text, std::int64_t& nanoseconds) noexcept {
  if constexpr (std::endian::native != std::endian::little) return false;
  std::uint64_t word = 0;
  std::memcpy(&word, text, 8);
  const std::uint64_t digits = word ^ 0x5a3030302e30303aU; // ":00.000Z": what is no digit must be 0 now
  if (((digits | (digits + 0x0006060600060600U)) & 0xfff0f0f0fff0f0ffU) != 0) return false;
  const auto digit = [digits](unsigned place) { return static_cast<std::int64_t>((digits >> (8 * place)) & 0xfU); };
  const std::int64_t second = digit(1) * 10 + digit(2), millisecond = digit(4) * 100 + digit(5) * 10 + digit(6);
  nanoseconds = second * 1'000'000'000 + millisecond * 1'000'000;
  return second < 60;
}

inline bool timestamp_parser::parse(std::string_view text, timestamp& out) noexcept {
  const auto pair_at = [&](std::size_t i) {
    const auto tens = static_cast<unsigned>(text[i] - '0'), ones = static_cast<unsigned>(text[i + 1] - '0');
    return tens > 9 || ones > 9 ? 100U : tens * 10 + ones;
  };
  if (text.size() == 24 && std::memcmp(text.data(), minute_, 16) == 0 && parse_milliseconds(text.data() + 16, out.nanoseconds)) {
    out.nanoseconds += minute_start_ * 1'000'000'000;
    out.has_offset = true;
    return true;
  }
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':') return false;
  if (std::memcmp(text.data(), day_, 10) != 0) {
    const auto days = days_of(text.substr(0, 10));
    if (!days) return false;
    text.copy(day_, 10);
    day_start_ = *days * 86'400;
  }
  const unsigned hour = pair_at(11), minute = pair_at(14);
  unsigned second = 0;
  std::int64_t nanosecond = 0;
  std::size_t at = 16;
  if (at + 3 <= text.size() && text[at] == ':') {
    second = pair_at(at + 1);
    at += 3;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
      const std::size_t first = ++at;
      std::int64_t worth = 100'000'000;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, worth /= 10) nanosecond += worth * (text[at] - '0');
      if (at == first || at - first > 9) return false;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  out.has_offset = false;
  text.copy(minute_, 16);
  minute_start_ = day_start_ + hour * 3600 + minute * 60;
  std::int64_t seconds = minute_start_ + second;
  if (at < text.size()) {
    out.has_offset = true;
    if (text[at] == 'Z') {
      ++at;
    } else if ((text[at] == '+' || text[at] == '-') && at + 3 <= text.size()) {
      const bool ahead = text[at] == '+';
      const unsigned hours = pair_at(at + 1);
      unsigned minutes = 0;
      at += 3;
      if (at + 3 == text.size() && text[at] == ':') ++at;
      if (at + 2 == text.size()) {
        minutes = pair_at(at);
        at += 2;
      }
      if (hours > 23 || minutes > 59) return false;
      const auto offset = static_cast<std::int64_t>(hours * 3600 + minutes * 60);
      seconds += ahead ? -offset : offset;
    }
    if (at != text.size()) return false;
  }
  out.nanoseconds = seconds * 1'000'000'000 + nanosecond;
  return true;
}

} // namespace lfreval::detail
