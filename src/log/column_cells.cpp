#include "log/column_cells.hpp"

#include <charconv>
#include <cmath>

namespace lfreval::detail {
namespace {

template <class Values> void drop_from(Values& values, std::size_t first, const std::vector<bool>& keep) {
  std::size_t to = first;
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (keep[i]) values[to++] = values[first + i];
  values.resize(to);
}

} // namespace

bool parse_any_score(std::string_view text, float& out) noexcept {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ec == std::errc{} && read.ptr == end && std::isfinite(out);
}

column_part empty_part(const column_request& request) {
  switch (request.cells.index()) {
    case 0: return std::vector<std::uint32_t>();
    case 1: return score_part();
    case 2: return std::vector<double>();
    case 3: return std::vector<std::uint64_t>();
    case 4: return time_part();
    default: return std::vector<std::uint8_t>();
  }
}

void drop_rows(column_part& part, std::size_t first, const std::vector<bool>& keep) {
  if (auto* scores = std::get_if<score_part>(&part)) {
    drop_from(scores->values, first, keep);
    std::vector<std::uint32_t> moved;
    std::size_t kept = first, row = first;
    for (const std::uint32_t sentinel : scores->sentinels) {
      if (sentinel < first) {
        moved.push_back(sentinel);
        continue;
      }
      for (; row < sentinel; ++row) kept += keep[row - first] ? 1 : 0;
      if (keep[sentinel - first]) moved.push_back(static_cast<std::uint32_t>(kept));
    }
    scores->sentinels = std::move(moved);
  } else if (auto* times = std::get_if<time_part>(&part)) {
    drop_from(times->nanoseconds, first, keep);
  } else {
    std::visit([&](auto& values) {
      if constexpr (requires { values.resize(first); }) drop_from(values, first, keep);
    }, part);
  }
}

void clear_rows(column_part& part) {
  std::visit([](auto& values) {
    if constexpr (requires { values.nanoseconds; }) {
      values.nanoseconds.clear();
      values.first_with_offset = values.first_without_offset = 0;
    } else if constexpr (requires { values.values; }) {
      values.values.clear();
      values.sentinels.clear();
    } else {
      values.clear();
    }
  }, part);
}

void reserve_rows(column_part& part, std::size_t rows) {
  std::visit([rows](auto& values) {
    if constexpr (requires { values.nanoseconds; }) values.nanoseconds.reserve(rows);
    else if constexpr (requires { values.values; }) values.values.reserve(rows);
    else values.reserve(rows);
  }, part);
}

std::string allowed_words(const column_request& request) {
  if (!request.allowed.empty()) return request.allowed;
  if (const auto* scores = std::get_if<score_cells>(&request.cells))
    return "a score from " + shortest(static_cast<double>(scores->lowest)) + " to " + shortest(static_cast<double>(scores->highest));
  if (const auto* counts = std::get_if<count_cells>(&request.cells))
    return "a whole number from " + std::to_string(counts->smallest) + " to " + (counts->largest == largest_count ? "2^52" : std::to_string(counts->largest));
  if (std::holds_alternative<number_cells>(request.cells)) return "a decimal number";
  if (std::holds_alternative<time_cells>(request.cells)) return "a time as 2024-01-26T09:05:00Z";
  if (const auto* choices = std::get_if<choice_cells>(&request.cells)) {
    std::string out = "one of";
    for (const auto& spellings : choices->spellings)
      for (const std::string& one : spellings) out += " " + one;
    return out;
  }
  return "a text that is not empty";
}

} // namespace lfreval::detail
