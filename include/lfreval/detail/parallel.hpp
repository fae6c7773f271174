/// @file
/// Static split of independent work over threads.
// IWYU pragma: private
#pragma once

#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace lfreval::detail {

/// Calls `work(i)` for each i below `count`, each index on exactly one thread. `work` may write only to its own slot i, so
/// the outcome does not depend on `threads`. The first exception, in thread order, is rethrown after all have ended.
template <class Work> void parallel_for(std::size_t count, unsigned threads, const Work& work) {
  if (threads <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::vector<std::exception_ptr> thrown(threads);
  {
    std::vector<std::jthread> running;
    for (unsigned t = 0; t < threads; ++t)
      running.emplace_back([&, t] {
        try {
          // Interleaved, because neighbouring indices cost alike: large strata come first.
          for (std::size_t i = t; i < count; i += threads) work(i);
        } catch (...) {
          thrown[t] = std::current_exception();
        }
      });
  }
  for (const std::exception_ptr& one : thrown)
    if (one) std::rethrow_exception(one);
}

} // namespace lfreval::detail
