/// @file
/// Long work that another thread watches and may stop: a notebook that shows progress, a terminal where Ctrl-C is pressed.
///
/// What is watched belongs to the thread that starts the work; `parallel_for` hands it on to its threads. Loops over
/// replicates ask once for each of them, never inside.
// IWYU pragma: private
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>

namespace lfreval::detail {

/// Thrown by work that was asked to stop. Nothing that it had begun is kept.
struct interrupted : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "stopped on request"; }
};

/// How far the work is. `planned` grows while further steps become known.
struct watched_work {
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> done{0}, planned{0};
};

inline thread_local watched_work* watched_here = nullptr;

/// What this thread does while this lives is watched.
class watching {
public:
  explicit watching(watched_work* work) noexcept : before_(watched_here) { watched_here = work; }
  ~watching() { watched_here = before_; }
  watching(const watching&) = delete;
  watching& operator=(const watching&) = delete;

private:
  watched_work* before_;
};

/// Throws `interrupted` when somebody asked for it. Cost: two loads.
inline void stop_if_asked() {
  if (watched_here != nullptr && watched_here->stop.load(std::memory_order_relaxed)) throw interrupted{};
}

inline void plan_work(std::uint64_t steps) noexcept {
  if (watched_here != nullptr) watched_here->planned.fetch_add(steps, std::memory_order_relaxed);
}

/// One planned step is done; also stops.
inline void work_done() {
  if (watched_here == nullptr) return;
  watched_here->done.fetch_add(1, std::memory_order_relaxed);
  stop_if_asked();
}

} // namespace lfreval::detail
