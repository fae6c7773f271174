/// @file
/// Times one after the other: the day of the last one is remembered, because logs run through a day.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <lfreval/log/timestamp.hpp>

namespace lfreval::detail {

class timestamp_parser {
public:
  [[nodiscard]] std::optional<timestamp> parse(std::string_view text) noexcept;

private:
  [[nodiscard]] static std::optional<std::int64_t> days_of(std::string_view text) noexcept;

  char day_[10] = {};
  std::int64_t day_start_ = 0; ///< of `day_`, seconds from 1970
};

} // namespace lfreval::detail
