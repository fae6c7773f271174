/// @file
/// Bytes become text here or nowhere: everything after this is known to be UTF-8. To print some of it safely, see
/// `printable`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lfreval/types/error.hpp>
#include <lfreval/types/printable.hpp> // IWYU pragma: export
#include <optional>
#include <string>
#include <string_view>

namespace lfreval {

/// The bytes as text without a leading byte order mark, if they are UTF-8 throughout (Unicode 15, table 3-7: no
/// overlong form, no surrogate, nothing above U+10FFFF) and hold no NUL. A name that was written in another encoding
/// would otherwise become a different name, and a person a different person.
///
/// Errors: `not_text` with `file` as given and, where one byte is to blame, its line, its column *in bytes* (both from
/// 1; the byte order mark is not counted) and the byte in `value`. UTF-16, UTF-32, gzip and zip are recognised and
/// named. Empty text is fine. The view points into `bytes`. Cost: one pass, eight bytes at a time where all is ASCII.
[[nodiscard]] result<std::string_view> check_text(std::string_view bytes, std::string file);

/// Where a part of a file begins: its physical line from 1, and how many bytes of that line stand before it.
struct text_position {
  std::uint64_t line = 1;
  std::uint64_t bytes_before = 0;
};
/// The fault that `check_text` would find in a part of a file that begins at `from`, in its words. A part must not end
/// in the middle of a character, except at the end of the file. The first bytes of a file are judged by
/// `encoding_fault`, the byte order mark left out.
[[nodiscard]] std::optional<error> text_fault(std::string_view part, std::string file, text_position from);
/// The fault of a file whose first bytes (at least four, if it has them) are those of another encoding or format.
[[nodiscard]] std::optional<error> encoding_fault(std::string_view first_bytes, std::string file);
/// How many bytes at the end of `part` begin a character that is not complete, 0 to 3.
[[nodiscard]] std::size_t incomplete_character(std::string_view part) noexcept;

} // namespace lfreval
