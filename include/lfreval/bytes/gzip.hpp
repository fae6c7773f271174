/// @file
/// Compressed logs (RFC 1952), inflated block by block: a damaged file is an error, never a shorter log.
#pragma once

#include <cstddef>
#include <lfreval/types/error.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lfreval {

/// Whether the bytes begin as a gzip file does (1F 8B).
[[nodiscard]] bool is_gzip(std::string_view bytes) noexcept;

/// Inflates a gzip file of one or more members from its bytes. The check sum and the length at the end of each member
/// are verified, so what was handed out before an error must not be used.
///
/// Errors: `not_text` with `file` as given and in `value` what is wrong: data that end in the middle of a member, a
/// check sum that does not agree, other bytes after the last member. Zero bytes after the last member, with which tapes
/// and some tools pad, are ignored. Cost: one pass; 40 KiB beside the block that the caller owns.
class gzip_reader {
public:
  gzip_reader(std::string_view compressed, std::string file);
  gzip_reader(gzip_reader&&) noexcept;
  gzip_reader& operator=(gzip_reader&&) noexcept;
  ~gzip_reader();

  /// Fills the block from its front and says how much of it; less than the whole block only at the end.
  [[nodiscard]] result<std::size_t> read(std::span<char> block);
  /// How many of the compressed bytes have been used.
  [[nodiscard]] std::size_t used() const noexcept;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace lfreval
