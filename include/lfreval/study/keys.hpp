/// @file
/// The study language as one table of keys: the checker, the nearest-key hint, `lfreval init` and docs/study.md read it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lfreval {

enum class key_type : std::uint8_t {
  text, integer, number, boolean, date,
  text_list, number_list,
  text_or_number,
  threshold_list,  ///< texts or numbers
  column,          ///< a column name, or a table with the keys below it
  fraction,        ///< `{ events = 1, exposure = 1000 }`: never a bare percentage
};
[[nodiscard]] std::string_view to_string(key_type) noexcept;

/// One key. In `path`, `[]` marks an array of tables and `*` any name.
struct study_key {
  std::string_view path;
  key_type type;
  bool required;
  std::string_view standard; ///< default, as it would be written; empty when there is none
  std::string_view choices;  ///< closed list for texts, separated by `|`
  double smallest, largest;  ///< inclusive range of numbers
  std::string_view allowed;  ///< for messages
  std::string_view meaning;
};

[[nodiscard]] std::span<const study_key> study_keys() noexcept;

/// The candidate with the fewest edits to `word`, if close enough to be a slip; otherwise empty.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace lfreval
