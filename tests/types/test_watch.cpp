#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include <lfreval/detail/parallel.hpp>
#include <lfreval/detail/watch.hpp>

using namespace lfreval::detail;

TEST_CASE("work that nobody watches is not counted and does not stop") {
  std::atomic<int> done{0};
  parallel_for(10, 2, [&](std::size_t) { ++done; });
  stop_if_asked();
  CHECK(done == 10);
}

TEST_CASE("watched work counts its steps, on one thread and on several") {
  for (const unsigned threads : {1U, 3U}) {
    watched_work watched;
    {
      const watching here(&watched);
      parallel_for(25, threads, [](std::size_t) {});
      parallel_for(5, threads, [](std::size_t) {});
    }
    CHECK(watched.planned == 30);
    CHECK(watched.done == 30);
    parallel_for(5, threads, [](std::size_t) {}); // no longer watched
    CHECK(watched.planned == 30);
  }
}

TEST_CASE("watched work stops between two steps when asked from another thread") {
  for (const unsigned threads : {1U, 3U}) {
    watched_work watched;
    std::atomic<std::size_t> begun{0};
    std::jthread other([&] {
      while (begun < 10) std::this_thread::yield();
      watched.stop = true;
    });
    const watching here(&watched);
    CHECK_THROWS_AS(parallel_for(std::size_t{1} << 40, threads, [&](std::size_t) { ++begun; }), interrupted);
    CHECK(begun >= 10);
  }
}

TEST_CASE("work inside watched work is watched by the same") {
  watched_work outer, inner;
  const watching here(&outer);
  {
    const watching within(&inner);
    inner.stop = true;
    CHECK_THROWS_AS(stop_if_asked(), interrupted);
  }
  CHECK_NOTHROW(stop_if_asked());
  parallel_for(2, 2, [](std::size_t) { parallel_for(3, 1, [](std::size_t) {}); });
  CHECK(outer.done == 8);
}
