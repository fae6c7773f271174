/// @file
/// A regular file seen as memory, for logs that are larger than the memory there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <lfreval/types/error.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace lfreval {

/// The bytes of a regular file, read by the system when they are first looked at. What has been `release`d takes no
/// memory until it is looked at again, so a pass that releases what lies behind it needs memory for its pieces only.
///
/// A file must not change while it is mapped. `unchanged` tells whether it did, as far as the system's size and times
/// show; a file that another program cuts short meanwhile ends this process with SIGBUS, as it does for every mapping.
class mapped_file {
public:
  /// Errors: `cannot_open`, in the words of `read_file`. An empty file is mapped as an empty view. Cost: none to speak of.
  [[nodiscard]] static result<mapped_file> open(const std::string& path);

  mapped_file(mapped_file&& other) noexcept;
  mapped_file& operator=(mapped_file&& other) noexcept;
  ~mapped_file();

  [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
  /// Gives back the memory of the pages from the one that holds byte `from` up to, not including, the one that holds
  /// byte `to`. The bytes stay readable.
  void release(std::size_t from, std::size_t to) const noexcept;
  /// Asks whether size, device, number and times of the file are those it was opened with.
  [[nodiscard]] bool unchanged() const noexcept;

private:
  struct identity {
    std::uint64_t device = 0, number = 0, size = 0;
    std::int64_t modified_s = 0, modified_ns = 0, changed_s = 0, changed_ns = 0;
    friend bool operator==(const identity&, const identity&) = default;
  };
  static identity identity_of(int descriptor) noexcept;
  mapped_file() noexcept = default;

  const char* data_ = nullptr;
  std::size_t size_ = 0;
  int descriptor_ = -1;
  identity opened_as_;
};

} // namespace lfreval
