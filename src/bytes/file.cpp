#include <lfreval/bytes/file.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <utility>

#include "bytes/open_file.hpp"
#include "bytes/sha256.hpp"

namespace lfreval {
namespace {

using namespace detail;

/// Holds SIGXFSZ back in this thread and swallows the one that this thread caused.
class file_size_signal_held {
public:
  file_size_signal_held() noexcept {
    sigemptyset(&set_);
    sigaddset(&set_, SIGXFSZ);
    sigset_t pending;
    was_pending_ = sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1;
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  file_size_signal_held(const file_size_signal_held&) = delete;
  file_size_signal_held& operator=(const file_size_signal_held&) = delete;
  ~file_size_signal_held() {
    const timespec now{};
    if (!was_pending_) uninterrupted([&] { return sigtimedwait(&set_, nullptr, &now); });
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t set_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

/// Removes the temporary file unless it was renamed away.
class temporary_file {
public:
  explicit temporary_file(std::filesystem::path path) : path_(std::move(path)) {}
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    if (exists_) ::unlink(path_.c_str());
  }

  [[nodiscard]] int create() noexcept {
    const int fd =
        uninterrupted([&] { return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666); });
    exists_ = fd >= 0;
    return fd;
  }
  [[nodiscard]] bool rename_to(const std::filesystem::path& target) noexcept {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    exists_ = false;
    return true;
  }

private:
  std::filesystem::path path_;
  bool exists_ = false;
};

// The name does not contain the target's, which may already be as long as a name can be.
std::filesystem::path temporary_name(const std::filesystem::path& directory) {
  std::random_device device;
  const auto number = (static_cast<unsigned long long>(device()) << 32U) | device();
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), ".lfreval-%ld-%016llx.tmp", static_cast<long>(::getpid()), number);
  return directory / name.data();
}

int write_all(int fd, std::string_view content) noexcept {
  constexpr std::size_t most_at_once = std::size_t{1} << 30U;
  while (!content.empty()) {
    const ssize_t n = uninterrupted([&] { return ::write(fd, content.data(), std::min(content.size(), most_at_once)); });
    if (n < 0) return errno;
    if (n == 0) return EIO;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

} // namespace

std::string sha256_hex(std::string_view bytes) {
  sha256_sum sum;
  sum.add(bytes);
  return sum.hex();
}

result<file_bytes> read_file(const std::string& named) {
  const std::filesystem::path path(named);
  const auto opened = open_regular(path);
  if (!opened) return refuse(opened.error());

  // The size is a hint: files under /proc report 0, and a sparse file can claim more than there is memory.
  constexpr std::uint64_t largest_hint = std::uint64_t{1} << 30U;
  file_bytes read;
  std::size_t filled = 0;
  read.bytes.resize(std::min(static_cast<std::uint64_t>(opened->info.st_size), largest_hint) + 1);
  for (;;) {
    if (filled == read.bytes.size()) read.bytes.resize(read.bytes.size() * 2 + 4096);
    const ssize_t n =
        uninterrupted([&] { return ::read(opened->file.get(), read.bytes.data() + filled, read.bytes.size() - filled); });
    if (n < 0) return refuse(unreadable(path, system_reason(errno)));
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  read.bytes.resize(filled);
  read.sha256 = sha256_hex(read.bytes);
  return read;
}

result<std::monostate> write_file_atomically(const std::string& named, std::string_view content) {
  const std::filesystem::path path(named);
  const auto refused = [&](std::string found, std::string allowed) {
    return refuse(file_fault(error_code::cannot_write, path, std::move(found), std::move(allowed)));
  };
  constexpr const char* target = "a new path, or an existing regular file to replace";
  constexpr const char* place = "a path in a directory that exists and may be written to";
  if (!is_nameable(path)) return refused("an empty path or one with a NUL byte", place);
  if (!path.has_filename()) return refused("a path that ends in a slash", target);

  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) {
    if (S_ISLNK(there.st_mode)) {
      struct stat end {};
      const bool leads_somewhere = ::stat(path.c_str(), &end) == 0;
      return refused("a symbolic link to " + std::string(leads_somewhere ? kind_of(end.st_mode) : "nothing"), target);
    }
    if (!S_ISREG(there.st_mode)) return refused(std::string(kind_of(there.st_mode)), target);
  } else if (errno != ENOENT) {
    return refused(system_reason(errno), place);
  }

  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  temporary_file temporary(temporary_name(directory));
  descriptor file(temporary.create());
  if (file.get() < 0) return refused(system_reason(errno), place);

  const std::string room = "a device and a limit with room for " + std::to_string(content.size()) + " bytes";
  {
    const file_size_signal_held hold;
    if (const int e = write_all(file.get(), content); e != 0) return refused(system_reason(e), room);
  }
  if (uninterrupted([&] { return ::fsync(file.get()); }) != 0) return refused(system_reason(errno), room);
  if (const int e = file.close(); e != 0) return refused(system_reason(e), room);
  if (!temporary.rename_to(path)) return refused(system_reason(errno), target);

  // The new name survives a power cut only once the directory is flushed. Some file systems cannot do that; the file
  // itself is already complete, so a failure here is not one of the write.
  const descriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() >= 0) ::fsync(parent.get());
  return std::monostate{};
}

} // namespace lfreval
