/// @file
/// Opening a regular file, and the words for everything that is none. Shared by what reads files whole and in blocks.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <lfreval/types/error.hpp>

namespace lfreval::detail {

[[nodiscard]] std::string system_reason(int code);
[[nodiscard]] error file_fault(error_code, const std::filesystem::path&, std::string found, std::string allowed);
[[nodiscard]] std::string_view kind_of(mode_t) noexcept;
/// False for an empty path and for one with a NUL inside, which the system would take for a shorter path.
[[nodiscard]] bool is_nameable(const std::filesystem::path&);

template <class Call> auto uninterrupted(Call call) {
  auto r = call();
  while (r < 0 && errno == EINTR) r = call();
  return r;
}

class descriptor {
public:
  descriptor() noexcept = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int close() noexcept {
    // Linux frees the descriptor even when close() is interrupted, so it is never retried.
    return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
  }

private:
  int fd_ = -1;
};

struct open_file {
  descriptor file;
  struct stat info {};
};

/// A regular file opened for reading; `cannot_open` as `read_file` documents it.
[[nodiscard]] result<open_file> open_regular(const std::filesystem::path&);
[[nodiscard]] error unreadable(const std::filesystem::path&, std::string found);

} // namespace lfreval::detail
