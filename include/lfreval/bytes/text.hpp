/// @file
/// Bytes become text here or nowhere: everything after this is known to be UTF-8. To print some of it safely, see
/// `printable`.
#pragma once

#include <lfreval/types/error.hpp>
#include <lfreval/types/printable.hpp> // IWYU pragma: export
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

} // namespace lfreval
