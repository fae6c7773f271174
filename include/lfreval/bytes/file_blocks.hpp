/// @file
/// A file of any size, one block after the other, inflated if it is compressed and hashed on the way.
#pragma once

#include <cstddef>
#include <lfreval/types/error.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace lfreval {

/// The content of a file in blocks that follow each other. A file whose first bytes are those of gzip is inflated,
/// whatever it is called. While a block is being used, a thread of its own hashes the bytes of the file that it came
/// from, so that reading costs one pass.
///
/// Memory: one block, and for compressed files one more; a plain file is mapped and its blocks are released behind the
/// reader.
class file_blocks {
public:
  static constexpr std::size_t usual_size = std::size_t{32} << 20U;

  /// Errors: those of `mapped_file::open`. Throws `std::invalid_argument` for a block size of 0.
  [[nodiscard]] static result<file_blocks> open(const std::string& path, std::size_t block_size = usual_size);
  /// Blocks of text in memory, which must outlive them; it is neither inflated nor hashed.
  [[nodiscard]] static file_blocks of(std::string_view text, std::size_t block_size = usual_size);

  file_blocks(file_blocks&&) noexcept;
  file_blocks& operator=(file_blocks&&) noexcept;
  ~file_blocks();

  /// The last `kept` bytes of the view before, then the next block; nothing new is added only at the end. Views before
  /// it are no longer valid. Throws `std::invalid_argument` if more is to be kept than there was.
  /// Errors: those of `gzip_reader::read`.
  [[nodiscard]] result<std::string_view> next(std::size_t kept = 0);
  /// True when `next` will add nothing.
  [[nodiscard]] bool at_end() const noexcept;
  /// The share of the bytes of the file, compressed or not, that the views up to now came from.
  [[nodiscard]] double share_used() const noexcept;
  /// SHA-256 of the file as it is on disk, compressed or not; empty for text in memory. Reads what was not read yet.
  /// Errors: `cannot_open` when the file changed while it was read.
  [[nodiscard]] result<std::string> sha256();

private:
  struct state;
  explicit file_blocks(std::unique_ptr<state>) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace lfreval
