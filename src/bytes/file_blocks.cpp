#include <lfreval/bytes/file_blocks.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <lfreval/bytes/gzip.hpp>
#include <lfreval/bytes/mapped_file.hpp>

#include "bytes/open_file.hpp"
#include "bytes/sha256.hpp"

namespace lfreval {
namespace {

/// Hashes one piece at a time on a thread of its own.
class hashing_thread {
public:
  hashing_thread() : thread_([this] { run(); }) {}
  hashing_thread(const hashing_thread&) = delete;
  hashing_thread& operator=(const hashing_thread&) = delete;
  ~hashing_thread() {
    {
      const std::lock_guard hold(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
  }

  /// The piece must stay where it is until `wait` returns.
  void start(std::string_view piece) {
    wait();
    {
      const std::lock_guard hold(mutex_);
      piece_ = piece;
      busy_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return !busy_; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }
  [[nodiscard]] std::string hex() {
    wait();
    return sum_.hex();
  }

private:
  void run() {
    std::unique_lock hold(mutex_);
    for (;;) {
      changed_.wait(hold, [&] { return busy_ || ended_; });
      if (!busy_) return;
      const std::string_view piece = piece_;
      hold.unlock();
      std::exception_ptr problem;
      try {
        sum_.add(piece);
      } catch (...) {
        problem = std::current_exception();
      }
      hold.lock();
      thrown_ = problem;
      busy_ = false;
      changed_.notify_all();
    }
  }

  detail::sha256_sum sum_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string_view piece_;
  bool busy_ = false;
  bool ended_ = false;
  std::exception_ptr thrown_;
  std::jthread thread_; ///< last, so that it ends before what it uses
};

} // namespace

struct file_blocks::state {
  std::string path;
  std::size_t block_size = usual_size;
  std::optional<mapped_file> file;
  std::string_view bytes;            ///< of the file, or the text in memory
  std::optional<gzip_reader> gzip;
  std::vector<char> inflated;
  std::size_t kept_size = 0;         ///< bytes in the last view
  std::size_t position = 0;          ///< in `bytes`, behind the last view of a plain file
  std::size_t hashed = 0;            ///< in `bytes`, handed to the hash
  std::size_t released = 0;          ///< in `bytes`, of no more use
  bool ended = false;
  std::optional<std::string> digest;
  std::optional<hashing_thread> hash; ///< last, so that it stops before the file is unmapped

  void hash_up_to(std::size_t end) {
    if (!file || hashed >= end) return;
    if (!hash) hash.emplace();
    hash->start(bytes.substr(hashed, end - hashed));
    hashed = end;
  }

  std::string_view next_plain(std::size_t kept) {
    const std::size_t from = position - kept;
    if (hash) hash->wait();
    if (file) file->release(std::exchange(released, from), from);
    position = std::min(bytes.size(), position + std::min(block_size, bytes.size() - position));
    hash_up_to(position);
    ended = position == bytes.size();
    return bytes.substr(from, position - from);
  }

  result<std::string_view> next_inflated(std::size_t kept) {
    if (kept != 0) std::memmove(inflated.data(), inflated.data() + (kept_size - kept), kept);
    if (inflated.size() < kept + block_size) inflated.resize(kept + block_size);
    const auto added = gzip->read({inflated.data() + kept, block_size});
    if (!added) return refuse(added.error());
    ended = *added < block_size;
    if (hash) hash->wait();
    file->release(std::exchange(released, hashed), hashed);
    hash_up_to(gzip->used());
    return std::string_view(inflated.data(), kept + *added);
  }
};

file_blocks::file_blocks(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
file_blocks::file_blocks(file_blocks&&) noexcept = default;
file_blocks& file_blocks::operator=(file_blocks&&) noexcept = default;
file_blocks::~file_blocks() = default;

result<file_blocks> file_blocks::open(const std::string& path, std::size_t block_size) {
  if (block_size == 0) throw std::invalid_argument("file_blocks: block_size is 0");
  auto file = mapped_file::open(path);
  if (!file) return refuse(file.error());
  auto made = std::make_unique<state>();
  made->path = path;
  made->block_size = block_size;
  made->file.emplace(std::move(*file));
  made->bytes = made->file->bytes();
  if (is_gzip(made->bytes)) made->gzip.emplace(made->bytes, path);
  else made->ended = made->bytes.empty();
  return file_blocks(std::move(made));
}

file_blocks file_blocks::of(std::string_view text, std::size_t block_size) {
  if (block_size == 0) throw std::invalid_argument("file_blocks: block_size is 0");
  auto made = std::make_unique<state>();
  made->block_size = block_size;
  made->bytes = text;
  made->ended = text.empty();
  return file_blocks(std::move(made));
}

result<std::string_view> file_blocks::next(std::size_t kept) {
  state& s = *state_;
  if (kept > s.kept_size) throw std::invalid_argument("file_blocks::next: kept is larger than the last view");
  if (s.gzip) {
    auto view = s.next_inflated(kept);
    if (view) s.kept_size = view->size();
    return view;
  }
  const std::string_view view = s.next_plain(kept);
  s.kept_size = view.size();
  return view;
}

bool file_blocks::at_end() const noexcept { return state_->ended; }

double file_blocks::share_used() const noexcept {
  const state& s = *state_;
  if (s.ended) return 1.0;
  return static_cast<double>(s.gzip ? s.gzip->used() : s.position) / static_cast<double>(s.bytes.size());
}

result<std::string> file_blocks::sha256() {
  state& s = *state_;
  if (!s.file) return std::string();
  if (!s.digest) {
    // What nobody read is hashed here, in blocks that are released again.
    while (s.hashed < s.bytes.size()) {
      const std::size_t from = s.hashed;
      s.hash_up_to(std::min(s.bytes.size(), from + s.block_size));
      s.hash->wait();
      s.file->release(from, s.hashed);
    }
    if (!s.hash) s.hash.emplace();
    s.digest = s.hash->hex();
  }
  if (!s.file->unchanged())
    return refuse(detail::file_fault(error_code::cannot_open, s.path, "a file that changed while it was read", "a file that nothing writes to meanwhile"));
  return *s.digest;
}

} // namespace lfreval
