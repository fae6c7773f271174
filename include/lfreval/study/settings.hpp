/// @file
/// A TOML file of another stage, held against that stage's own table of keys: unknown keys, wrong types and values outside
/// their range are told as those of a study are.
#pragma once

#include <lfreval/study/keys.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lfreval {

/// The values of a file by path, for instance `detector.width`. What the file leaves out has the standard of its key. Asking
/// for a path that the table lacks, or for another type than its key has, throws `std::invalid_argument`.
class settings {
public:
  using value = std::variant<bool, double, std::string, std::vector<std::string>, std::vector<double>>;

  settings(std::string file, std::string sha256, std::span<const study_key> keys) : file_(std::move(file)), sha256_(std::move(sha256)), keys_(keys) {}
  void set(std::string path, value what, study_position at);

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }
  [[nodiscard]] bool has(std::string_view path) const { return values_.contains(path); }
  [[nodiscard]] bool flag(std::string_view path) const;
  [[nodiscard]] double number(std::string_view path) const;
  [[nodiscard]] std::string text(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view path) const;
  /// The names given below a path that ends in `*`: of `group.*.reference`, those of the groups.
  [[nodiscard]] std::vector<std::string> names(std::string_view above) const;
  /// An error at the place of a value, or of the file where it is left out.
  [[nodiscard]] error fault(std::string_view path, error_code code, std::string what, std::string allowed) const;

private:
  struct placed { value what; study_position at; };
  [[nodiscard]] const study_key& key(std::string_view path) const;

  std::string file_, sha256_;
  std::span<const study_key> keys_;
  std::map<std::string, placed, std::less<>> values_;
};

/// Reads and checks a file. `keys` outlives the result; types `text`, `integer`, `number`, `boolean` and lists of texts or
/// numbers, no arrays of tables.
/// Errors, all together: those of `read_file`, `check_text` and of a study's keys; a required key whose table is missing.
[[nodiscard]] tl::expected<settings, std::vector<error>> read_settings(const std::string& path, std::span<const study_key> keys);

} // namespace lfreval
