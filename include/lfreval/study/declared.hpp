/// @file
/// A TOML file held against a table of keys, as plain values that know where they stand. Policies and other declared files are read
/// from it, so that only one folder knows the TOML reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lfreval/study/keys.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>

namespace lfreval {

/// A value of a file, with its name where it is a field of a table. A date is the text `2025-07-15`.
struct declared_value {
  std::string name;
  std::variant<std::monostate, std::string, std::int64_t, double, bool> scalar;
  std::vector<declared_value> items;  ///< of a list
  std::vector<declared_value> fields; ///< of a table, in alphabetical order
  study_position at;

  /// The field of this name, or null.
  [[nodiscard]] const declared_value* find(std::string_view field) const noexcept;
  /// The text of a field; empty when there is none.
  [[nodiscard]] std::string text(std::string_view field) const;
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view field) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view field) const;
  /// The items of a field that is a list; empty when there is none.
  [[nodiscard]] const std::vector<declared_value>& list(std::string_view field) const noexcept;
  /// The texts of a field that is a list of them.
  [[nodiscard]] std::vector<std::string> texts(std::string_view field) const;
};

/// The language of a declared file.
struct declared_language {
  std::span<const study_key> keys;
  std::int64_t newest_schema = 1;
};

/// Reads text as TOML and holds every key against the language: unknown keys with the nearest known one, wrong types, values outside
/// their range, missing keys, a `schema` newer than this program knows. All errors in the order of the file; the vector is never
/// empty. `file` is what messages call it. Lines of more than 16,384 bytes are refused.
[[nodiscard]] tl::expected<declared_value, std::vector<error>> parse_declared(std::string_view text, const std::string& file, const declared_language&);

} // namespace lfreval
