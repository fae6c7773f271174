/// @file
/// gzip (RFC 1952) without a time and without a machine in its header, so that equal content gives equal bytes.
#pragma once

#include <string>
#include <string_view>

namespace lfreval::synthetic {

/// Throws `std::runtime_error` when zlib fails.
[[nodiscard]] std::string gzip_compressed(std::string_view content);
/// Throws `std::runtime_error` unless `bytes` are exactly one intact gzip member.
[[nodiscard]] std::string gzip_expanded(std::string_view bytes);

} // namespace lfreval::synthetic
