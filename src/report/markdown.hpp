// Markdown under construction. Private to the report stage.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lfreval {

/// Text is escaped on its way in: nothing that came from a file can make a heading, a link, a cell or an element.
class markdown {
public:
  markdown& heading(int level, std::string_view text);
  markdown& paragraph(std::string_view text);
  /// A place for people to write in: says so, and what belongs there.
  markdown& empty_place(std::string_view what);
  markdown& item(std::string_view text);
  /// Ends a list.
  markdown& gap();
  markdown& table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

  [[nodiscard]] const std::string& str() const noexcept { return out_; }

private:
  std::string out_;
};

/// One line of text as Markdown shows it literally.
[[nodiscard]] std::string escaped_for_markdown(std::string_view text);

} // namespace lfreval
