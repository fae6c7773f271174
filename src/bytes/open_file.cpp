#include "bytes/open_file.hpp"

#include <fcntl.h>
#include <system_error>

namespace lfreval::detail {
namespace {

std::string why_not_opened(const std::filesystem::path& path, int code) {
  struct stat link {};
  const bool is_link = ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  if (is_link && code == ENOENT) return "a symbolic link whose target does not exist";
  if (is_link && code == ELOOP) return "a symbolic link that leads back to itself";
  return system_reason(code);
}

} // namespace

std::string system_reason(int code) { return std::generic_category().message(code); }

error file_fault(error_code code, const std::filesystem::path& path, std::string found, std::string allowed) {
  error e;
  e.code = code;
  e.file = path.native();
  e.value = std::move(found);
  e.allowed = std::move(allowed);
  return e;
}

std::string_view kind_of(mode_t mode) noexcept {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISBLK(mode)) return "a block device";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISLNK(mode)) return "a symbolic link";
  return "something that is not a file";
}

bool is_nameable(const std::filesystem::path& path) {
  return !path.empty() && path.native().find('\0') == std::string::npos;
}

error unreadable(const std::filesystem::path& path, std::string found) {
  return file_fault(error_code::cannot_open, path, std::move(found), "a regular file that may be read");
}

result<open_file> open_regular(const std::filesystem::path& path) {
  if (!is_nameable(path)) return refuse(unreadable(path, "an empty path or one with a NUL byte"));
  // Asked before opening because opening a device can act on it; asked again below because the path can change between.
  open_file out;
  if (::stat(path.c_str(), &out.info) != 0) return refuse(unreadable(path, why_not_opened(path, errno)));
  if (!S_ISREG(out.info.st_mode)) return refuse(unreadable(path, std::string(kind_of(out.info.st_mode))));
  out.file = descriptor(
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  if (out.file.get() < 0) return refuse(unreadable(path, why_not_opened(path, errno)));
  if (::fstat(out.file.get(), &out.info) != 0) return refuse(unreadable(path, system_reason(errno)));
  if (!S_ISREG(out.info.st_mode)) return refuse(unreadable(path, std::string(kind_of(out.info.st_mode))));
  return out;
}

} // namespace lfreval::detail
