// Text for a terminal of a hundred columns. Private to the report stage and the command line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lfreval {

/// Width on screen, near enough: one column per code point.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// `text` with blanks up to `width`.
[[nodiscard]] std::string padded(std::string text, std::size_t width);
/// Breaks at blanks; every line starts with `indent` blanks, the first with `lead` in their place. Ends with a line break.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::string_view lead);
[[nodiscard]] std::string paragraph(std::string_view text, std::size_t indent);

} // namespace lfreval
