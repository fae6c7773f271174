#include <lfreval/bytes/gzip.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>
#include <zlib.h>

namespace lfreval {

bool is_gzip(std::string_view bytes) noexcept { return bytes.starts_with("\x1f\x8b"); }

struct gzip_reader::state {
  state(std::string_view all, std::string name) : compressed(all), file(std::move(name)) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (::inflateInit2(&stream, gzip_only) != Z_OK) throw std::bad_alloc();
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { ::inflateEnd(&stream); }

  tl::unexpected<error> damaged(std::string found) const {
    error e;
    e.code = error_code::not_text;
    e.file = file;
    e.value = std::move(found);
    e.allowed = "a whole gzip file: compare its size with the original, and copy or compress it again";
    return refuse(std::move(e));
  }

  std::string_view compressed;
  std::string file;
  std::size_t used = 0;
  std::size_t members = 0;
  bool in_member = false;
  bool ended = false;
  z_stream stream{};
};

gzip_reader::gzip_reader(std::string_view compressed, std::string file)
    : state_(std::make_unique<state>(compressed, std::move(file))) {}
gzip_reader::gzip_reader(gzip_reader&&) noexcept = default;
gzip_reader& gzip_reader::operator=(gzip_reader&&) noexcept = default;
gzip_reader::~gzip_reader() = default;

std::size_t gzip_reader::used() const noexcept { return state_->used; }

result<std::size_t> gzip_reader::read(std::span<char> block) {
  state& s = *state_;
  std::size_t filled = 0;
  while (filled < block.size() && !s.ended) {
    const std::string_view rest = s.compressed.substr(s.used);
    if (!s.in_member) {
      if (s.members != 0 && rest.find_first_not_of('\0') == std::string_view::npos) {
        s.used = s.compressed.size();
        s.ended = true;
        break;
      }
      if (s.members != 0 && !is_gzip(rest))
        return s.damaged(rest == "\x1f" ? "gzip data that end in the middle of a member" : "other bytes after the gzip data");
      if (::inflateReset(&s.stream) != Z_OK) throw std::logic_error("gzip_reader: zlib lost its state");
      s.in_member = true;
    }
    if (rest.empty()) return s.damaged("gzip data that end in the middle of a member");
    // zlib counts what it is given in 32 bits.
    constexpr std::size_t most_at_once = std::size_t{1} << 30U;
    const std::size_t given = std::min(rest.size(), most_at_once);
    const std::size_t room = std::min(block.size() - filled, most_at_once);
    s.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    s.stream.avail_in = static_cast<uInt>(given);
    s.stream.next_out = reinterpret_cast<Bytef*>(block.data() + filled);
    s.stream.avail_out = static_cast<uInt>(room);
    const int outcome = ::inflate(&s.stream, Z_NO_FLUSH);
    s.used += given - s.stream.avail_in;
    filled += room - s.stream.avail_out;
    if (outcome == Z_STREAM_END) {
      ++s.members;
      s.in_member = false;
    } else if (outcome == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
      return s.damaged("damaged gzip data" + (s.stream.msg == nullptr ? std::string() : ": " + std::string(s.stream.msg)));
    }
  }
  return filled;
}

} // namespace lfreval
