/// @file
/// Independent work shared out over threads.
// IWYU pragma: private
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

#include <lfreval/detail/watch.hpp>

namespace lfreval::detail {

/// Calls `work(i)` for each i below `count`, each index once, whichever thread is free. `work` may write only to its own slot
/// i, so the outcome does not depend on `threads`. A thread ends with its first exception; of those thrown, that of the
/// smallest index is rethrown after all have ended. Work that is watched (watch.hpp) counts its indices and stops between two.
template <class Work> void parallel_for(std::size_t count, unsigned threads, const Work& work) {
  plan_work(count);
  if (threads <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      work(i);
      work_done();
    }
    return;
  }
  watched_work* const watched = watched_here;
  struct failure {
    std::size_t at = 0;
    std::exception_ptr what;
  };
  std::vector<failure> thrown(threads);
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> running;
    for (unsigned t = 0; t < threads && t < count; ++t)
      running.emplace_back([&, t] {
        const watching here(watched);
        std::size_t i = 0;
        try {
          while ((i = next.fetch_add(1, std::memory_order_relaxed)) < count) {
            work(i);
            work_done();
          }
        } catch (...) {
          thrown[t] = {i, std::current_exception()};
        }
      });
  }
  const failure* first = nullptr;
  for (const failure& one : thrown)
    if (one.what && (first == nullptr || one.at < first->at)) first = &one;
  if (first != nullptr) std::rethrow_exception(first->what);
}

} // namespace lfreval::detail
