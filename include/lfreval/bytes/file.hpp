/// @file
/// Whole files in, whole files out: what was read is hashed, what is written is either complete or not there.
#pragma once

#include <lfreval/types/error.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace lfreval {

/// A file as it was read, and the hash by which anyone can check that they hold the same one.
struct file_bytes {
  std::string bytes;
  std::string sha256; ///< of `bytes`, 64 lower-case hexadecimal digits

  friend bool operator==(const file_bytes&, const file_bytes&) = default;
};

/// SHA-256 (FIPS 180-4) of the bytes as 64 lower-case hexadecimal digits, as `sha256sum` prints it.
/// Throws `std::runtime_error` if the cryptographic library has no SHA-256. Cost: one pass.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The whole content of a regular file with its SHA-256, so that the report can name exactly what it was made from.
///
/// Errors: `cannot_open` with the path as given in `file`, in `value` what is there instead (`a directory`, `a named
/// pipe`, `a symbolic link whose target does not exist`, or the system's reason such as `Permission denied`), and in
/// `allowed` what would do. Links to regular files are followed. Never waits for a pipe or a device.
/// Cost: one read of the file and one pass for the hash; memory for the content.
[[nodiscard]] result<file_bytes> read_file(const std::string& path);

/// Puts `content` at `path` completely or not at all: a reader, or a machine that stops half way, finds the old file
/// or the new one.
///
/// Written to a new file in the same directory (permissions 0666 less the umask), flushed to the device, closed, then
/// renamed. On every failure that file is removed and what was at `path` is untouched. Only a process that is killed
/// can leave a `.lfreval-….tmp` behind.
/// Errors: `cannot_write` with the path as given and the system's reason in `value` (`No space left on device`, `File
/// too large`, …). A target that exists and is not a regular file (directory, device, pipe, any symbolic link) is
/// refused, never replaced. SIGXFSZ, which a file size limit raises, is held back in the calling thread meanwhile, so
/// the limit is an error and does not end the process; a program may also ignore that signal as a whole.
/// Cost: one write and two flushes to the device.
[[nodiscard]] result<std::monostate> write_file_atomically(const std::string& path, std::string_view content);

} // namespace lfreval
