#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/crossed_bootstrap.hpp>
#include <lfreval/intervals/two_way.hpp>

#include "support/random.hpp"

using namespace lfreval;
using bootstrap::crossed_bootstrap;
using bootstrap::crossed_replicates;
using bootstrap::crossed_rows;
using bootstrap::replicate_plan;

namespace {

struct comparison_rows {
  std::vector<std::uint64_t> passers, entries;
  std::vector<std::uint32_t> passer, entry;
  std::vector<std::uint16_t> group;
  std::vector<std::uint8_t> event;
  std::uint16_t groups = 1;

  [[nodiscard]] crossed_rows view() const { return {passers, entries, passer, entry, group, event, groups}; }
  void add(std::uint32_t p, std::uint32_t e, std::uint16_t g, bool hit) {
    passer.push_back(p);
    entry.push_back(e);
    group.push_back(g);
    event.push_back(hit ? 1 : 0);
  }
};

comparison_rows some(test::random& draw, std::size_t passers, std::size_t entries, std::uint16_t groups, std::size_t rows) {
  comparison_rows out;
  out.groups = groups;
  for (std::size_t i = 0; i < passers; ++i) out.passers.push_back(draw.bits());
  for (std::size_t i = 0; i < entries; ++i) out.entries.push_back(draw.bits());
  for (std::size_t i = 0; i < rows; ++i) {
    const auto p = static_cast<std::uint32_t>(draw.below(passers));
    // Mostly the passer's own group, sometimes another one.
    const auto g = static_cast<std::uint16_t>(draw.below(5) == 0 ? draw.below(groups) : p % groups);
    out.add(p, static_cast<std::uint32_t>(draw.below(entries)), g, draw.below(7) == 0);
  }
  return out;
}

/// Row by row, replicate by replicate.
void check_against_plain_loop(const comparison_rows& data, const replicate_plan& plan, const crossed_replicates& found) {
  std::uint64_t differing = 0;
  for (std::uint32_t b = 0; b < plan.replicates; ++b) {
    std::vector<cluster_tally> sums(data.groups);
    for (std::size_t i = 0; i < data.passer.size(); ++i) {
      const std::uint64_t weight = std::uint64_t{bootstrap::poisson_weight(data.passers[data.passer[i]], b, plan.from)} *
                                   bootstrap::poisson_weight(data.entries[data.entry[i]], b, {plan.from.seed, plan.from.stream + 1});
      sums[data.group[i]].exposure += weight;
      sums[data.group[i]].events += weight * data.event[i];
    }
    for (std::uint16_t g = 0; g < data.groups; ++g) differing += found.at(g, b) == sums[g] ? 0 : 1;
  }
  CHECK(differing == 0);
}

} // namespace

TEST_CASE("crossed replicates are those of a plain loop, whatever the vectors, threads and odd sizes") {
  test::random draw(12);
  for (const std::size_t rows : {0U, 1U, 777U, 5003U})
    for (const std::uint32_t replicates : {1U, 127U, 129U, 300U}) {
      const comparison_rows data = some(draw, 41, 23, 3, rows);
      const replicate_plan plan{.replicates = replicates, .from = {9, 4}};
      const crossed_replicates found = crossed_bootstrap(data.view(), plan);
      check_against_plain_loop(data, plan, found);
      for (const unsigned widest : {16U, 32U}) CHECK(detail::crossed_bootstrap(data.view(), plan, widest).events == found.events);
      replicate_plan two = plan;
      two.threads = 2;
      CHECK(crossed_bootstrap(data.view(), two).comparisons == found.comparisons);
    }
}

TEST_CASE("a passer with more comparisons than 16-bit sums hold is counted in full") {
  test::random draw(3);
  comparison_rows data = some(draw, 2, 5, 2, 0);
  for (unsigned i = 0; i < 20'011; ++i) data.add(i % 7 == 0 ? 1 : 0, i % 5, i % 3 == 0 ? 1 : 0, i % 2 == 0);
  const replicate_plan plan{.replicates = 140, .from = {1, 0}};
  check_against_plain_loop(data, plan, crossed_bootstrap(data.view(), plan));
}

TEST_CASE("crossed replicates do not depend on the order of the rows") {
  test::random draw(8);
  const comparison_rows data = some(draw, 30, 30, 4, 2000);
  std::vector<std::size_t> order(data.passer.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  draw.shuffle(order);
  comparison_rows shuffled = data;
  for (std::size_t i = 0; i < order.size(); ++i) {
    shuffled.passer[i] = data.passer[order[i]];
    shuffled.entry[i] = data.entry[order[i]];
    shuffled.group[i] = data.group[order[i]];
    shuffled.event[i] = data.event[order[i]];
  }
  const replicate_plan plan{.replicates = 130};
  const crossed_replicates a = crossed_bootstrap(data.view(), plan), b = crossed_bootstrap(shuffled.view(), plan);
  CHECK(a.events == b.events);
  CHECK(a.comparisons == b.comparisons);
}

TEST_CASE("the spread of crossed replicates is that of both sides and of the cells") {
  // Every passer meets every entry; some on either side bring many matches. The linearised variance is exact to first order.
  test::random draw(77);
  comparison_rows data;
  std::vector<two_way::cell> cells;
  for (std::uint32_t p = 0; p < 200; ++p) data.passers.push_back(draw.bits());
  for (std::uint32_t e = 0; e < 150; ++e) data.entries.push_back(draw.bits());
  for (std::uint32_t p = 0; p < 200; ++p)
    for (std::uint32_t e = 0; e < 150; ++e) {
      const bool hit = draw.uniform() < 0.02 * (p % 10 == 0 ? 6.0 : 1.0) * (e % 15 == 0 ? 4.0 : 1.0);
      data.add(p, e, 0, hit);
      cells.push_back({p, e, hit ? 1U : 0U, 1});
    }
  const replicate_plan plan{.replicates = 4000, .from = {5, 0}};
  const crossed_replicates found = crossed_bootstrap(data.view(), plan);
  double sum = 0, squares = 0;
  for (std::uint32_t b = 0; b < plan.replicates; ++b) {
    const cluster_tally one = found.at(0, b);
    const double rate = static_cast<double>(one.events) / static_cast<double>(one.exposure);
    sum += rate;
    squares += rate * rate;
  }
  const double mean = sum / plan.replicates, variance = squares / plan.replicates - mean * mean;
  const double expected = two_way::poisson_product_bootstrap_linearised_var(cells).value().variance;
  CHECK(variance == doctest::Approx(expected).epsilon(0.1)); // 4,000 replicates: 2.2 % standard error, and terms of second order
}

TEST_CASE("columns that do not fit and places that are not there are wrong calls") {
  test::random draw(1);
  const comparison_rows good = some(draw, 5, 5, 2, 20);
  const replicate_plan plan{.replicates = 3};
  const auto refuses = [&](const auto& change) {
    comparison_rows bad = good;
    change(bad);
    CHECK_THROWS_AS((void)crossed_bootstrap(bad.view(), plan), std::invalid_argument);
  };
  refuses([](comparison_rows& c) { c.groups = 0; });
  refuses([](comparison_rows& c) { c.group[3] = 2; });
  refuses([](comparison_rows& c) { c.passer[0] = 5; });
  refuses([](comparison_rows& c) { c.entry[0] = 5; });
  refuses([](comparison_rows& c) { c.event[0] = 2; });
  refuses([](comparison_rows& c) { c.event.pop_back(); });
  CHECK_THROWS_AS((void)crossed_bootstrap(good.view(), {.replicates = 0}), std::invalid_argument);
}
