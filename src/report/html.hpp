// HTML under construction. Private to the report stage.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lfreval {

struct html_attribute {
  std::string_view name;
  std::string value;
};

/// A column of a table: its heading, and whether it holds numbers.
struct html_column {
  std::string heading;
  bool numeric = false;
};

/// Text and attribute values are escaped on their way in, and what could drive a terminal or turn the reading direction
/// is spelt out; nothing but `program_text` goes in as it is, and that takes what this program ships.
class html {
public:
  html& open(std::string_view element, std::initializer_list<html_attribute> = {});
  html& close(std::string_view element);
  html& text(std::string_view);
  /// One element that holds text only.
  html& element(std::string_view name, std::string_view text, std::initializer_list<html_attribute> = {});
  html& append(const html& other);
  html& program_text(std::string_view);

  /// A table in a frame that scrolls by itself; the first cell of a row is its heading.
  html& table(std::string_view caption, const std::vector<html_column>&, const std::vector<std::vector<std::string>>& rows);
  html& open_table(std::string_view caption, const std::vector<html_column>&);
  html& close_table();

  [[nodiscard]] bool empty() const noexcept { return out_.empty(); }
  [[nodiscard]] const std::string& str() const noexcept { return out_; }

private:
  std::string out_;
};

/// JSON as it may stand inside a script element: `<` cannot end it.
[[nodiscard]] std::string script_safe(std::string_view json);

} // namespace lfreval
