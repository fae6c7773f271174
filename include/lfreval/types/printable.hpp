/// @file
/// Showing text that came from a file without letting it drive the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lfreval {

/// `text` cut to `limit` bytes on a code point boundary (an ellipsis marks the cut), with control characters, escape
/// sequences, bidirectional overrides and invalid bytes written as `\u{1b}` or `\x{ff}`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 64);

} // namespace lfreval
