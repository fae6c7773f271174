#include <lfreval/bytes/mapped_file.hpp>

#include <algorithm>
#include <sys/mman.h>

#include "bytes/open_file.hpp"

namespace lfreval {

mapped_file::mapped_file(mapped_file&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
      descriptor_(std::exchange(other.descriptor_, -1)), opened_as_(other.opened_as_) {}

mapped_file& mapped_file::operator=(mapped_file&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(opened_as_, other.opened_as_);
  return *this;
}

mapped_file::~mapped_file() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

mapped_file::identity mapped_file::identity_of(int descriptor) noexcept {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return {};
  return {static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino), static_cast<std::uint64_t>(info.st_size),
          info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec};
}

result<mapped_file> mapped_file::open(const std::string& path) {
  auto opened = detail::open_regular(path);
  if (!opened) return refuse(opened.error());
  mapped_file out;
  // A second number for the same open file, so that its owner closes it whatever happens below.
  out.descriptor_ = detail::uninterrupted([&] { return ::dup(opened->file.get()); });
  if (out.descriptor_ < 0) return refuse(detail::unreadable(path, detail::system_reason(errno)));
  out.opened_as_ = identity_of(out.descriptor_);
  const std::size_t size = out.opened_as_.size;
  if (size == 0) return out;
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_NORESERVE, out.descriptor_, 0);
  if (at == MAP_FAILED) return refuse(detail::unreadable(path, detail::system_reason(errno)));
  out.data_ = static_cast<const char*>(at);
  out.size_ = size;
  ::madvise(at, size, MADV_SEQUENTIAL);
  return out;
}

void mapped_file::release(std::size_t from, std::size_t to) const noexcept {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // A page that is given back too early is only read again; one that is kept would never be given back.
  to = to >= size_ ? size_ : to / page * page;
  from = from / page * page;
  if (from < to) ::madvise(const_cast<char*>(data_) + from, to - from, MADV_DONTNEED);
}

bool mapped_file::unchanged() const noexcept { return identity_of(descriptor_) == opened_as_; }

} // namespace lfreval
