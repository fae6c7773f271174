#include <lfreval/detail/parallel.hpp>

#include <atomic>
#include <doctest/doctest.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using lfreval::detail::parallel_for;

TEST_CASE("each index is worked on once, whatever the number of threads") {
  for (const std::size_t count : {0U, 1U, 2U, 7U, 1000U})
    for (const unsigned threads : {0U, 1U, 2U, 3U, 8U, 64U}) {
      std::vector<std::atomic<int>> seen(count);
      parallel_for(count, threads, [&](std::size_t i) { ++seen[i]; });
      CAPTURE(count);
      CAPTURE(threads);
      for (const std::atomic<int>& times : seen) CHECK(times == 1);
    }
}

TEST_CASE("more threads than indices leave the rest idle") {
  std::atomic<int> calls = 0;
  parallel_for(3, 32, [&](std::size_t i) { calls += i < 3 ? 1 : 100; });
  CHECK(calls == 3);
}

TEST_CASE("one thread works in order on the calling thread") {
  std::vector<std::size_t> order;
  const auto caller = std::this_thread::get_id();
  parallel_for(5, 1, [&](std::size_t i) {
    CHECK(std::this_thread::get_id() == caller);
    order.push_back(i);
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("an exception reaches the caller after all threads have ended") {
  for (const unsigned threads : {1U, 2U, 4U, 50U}) {
    std::atomic<int> finished = 0;
    CHECK_THROWS_WITH_AS(parallel_for(20, threads,
                                      [&](std::size_t i) {
                                        if (i == 7) throw std::runtime_error("seven");
                                        ++finished;
                                      }),
                         "seven", std::runtime_error);
    CHECK(finished < 20);
    if (threads == 50) CHECK(finished == 19); // each index has a thread of its own
  }
}

TEST_CASE("of several exceptions that of the smallest index is the one rethrown, whichever thread was first") {
  for (int round = 0; round < 50; ++round)
    CHECK_THROWS_WITH_AS(parallel_for(8, 4,
                                      [](std::size_t i) {
                                        if (i % 4 != 0) throw std::runtime_error(std::to_string(i % 4));
                                      }),
                         "1", std::runtime_error);
}

TEST_CASE("what is written to its own slot does not depend on the threads") {
  const auto squares = [](unsigned threads) {
    std::vector<std::size_t> out(500);
    parallel_for(out.size(), threads, [&](std::size_t i) { out[i] = i * i; });
    return out;
  };
  CHECK(squares(7) == squares(1));
}
