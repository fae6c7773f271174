#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/poisson_weights.hpp>
#include <lfreval/intervals/two_way.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using test::number;
using two_way::cell;

namespace {

std::vector<cell> cells_of(const nlohmann::json& matrix) {
  std::vector<cell> out;
  for (std::size_t i = 0; i < matrix.size(); ++i)
    for (std::size_t j = 0; j < matrix[i].size(); ++j) out.push_back({i, j, matrix[i][j].get<std::uint64_t>(), 1});
  return out;
}

/// Every comparison on its own, so that the oracle knows nothing of sums.
std::vector<cell> single(const std::vector<cell>& cells) {
  std::vector<cell> out;
  for (const cell& one : cells)
    for (std::uint64_t k = 0; k < one.comparisons; ++k) out.push_back({one.row, one.column, k < one.events ? 1U : 0U, 1});
  return out;
}

/// The sum of e e' over all pairs of comparisons that `related` joins, over M^2.
template <class Related> double all_pairs(const std::vector<cell>& given, Related related) {
  const auto all = single(given);
  double p = 0.0, sum = 0.0;
  for (const cell& one : all) p += static_cast<double>(one.events);
  const auto m = static_cast<double>(all.size());
  p /= m;
  for (const cell& one : all)
    for (const cell& other : all)
      if (related(one, other)) sum += (static_cast<double>(one.events) - p) * (static_cast<double>(other.events) - p);
  return sum / m / m;
}

std::vector<cell> random_cells(test::random& draw, std::uint64_t rows, std::uint64_t columns, std::size_t count) {
  std::vector<cell> out;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t n = 1 + draw.below(3);
    out.push_back({draw.below(rows), 100 + draw.below(columns), draw.below(n + 1), n});
  }
  return out;
}

} // namespace

TEST_CASE("rows twoway of the reference file, list jackknife apart") {
  std::size_t checked = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method == "twoway.bipartite_cluster_var") {
      const auto r = two_way::bipartite_cluster_var(cells_of(row.inputs.at("outcomes"))).value();
      CHECK(row.within.holds(r.point, number(row.expected.at("p"))));
      CHECK(row.within.holds(r.rows, number(row.expected.at("var_rows"))));
      CHECK(row.within.holds(r.columns, number(row.expected.at("var_cols"))));
      CHECK(row.within.holds(r.cells, number(row.expected.at("var_cells"))));
      CHECK(row.within.holds(r.variance, number(row.expected.at("var_twoway"))));
      CHECK(r.flags.empty());
    } else if (row.method == "twoway.dyadic_cluster_var") {
      std::vector<cell> pairs;
      for (const auto& one : row.inputs.at("pairs"))
        pairs.push_back({one[0].get<std::uint64_t>(), one[1].get<std::uint64_t>(), one[2].get<std::uint64_t>(), 1});
      const auto r = two_way::dyadic_cluster_var(pairs).value();
      CHECK(row.within.holds(r.point, number(row.expected.at("p"))));
      CHECK(row.within.holds(r.variance, number(row.expected.at("var"))));
      CHECK(row.within.holds(r.pairs, number(row.expected.at("var_naive"))));
    } else if (row.method == "twoway.poisson_product_bootstrap_linearised_var") {
      const auto r = two_way::poisson_product_bootstrap_linearised_var(cells_of(row.inputs.at("outcomes"))).value();
      CHECK(row.within.holds(r.variance, number(row.expected.at("var"))));
      CHECK(r.debiased == doctest::Approx(0.0125).epsilon(1e-12));
    } else {
      continue;
    }
    ++checked;
  }
  CHECK(checked == 3);
}

TEST_CASE("the bipartite variance is the sum over all pairs of comparisons that share a side") {
  test::random draw(1);
  for (int run = 0; run < 40; ++run) {
    const auto cells = random_cells(draw, 2 + draw.below(5), 2 + draw.below(5), 6 + static_cast<std::size_t>(draw.below(20)));
    const auto found = two_way::bipartite_cluster_var(cells);
    if (!found) continue;
    const double rows = all_pairs(cells, [](const cell& a, const cell& b) { return a.row == b.row; });
    const double columns = all_pairs(cells, [](const cell& a, const cell& b) { return a.column == b.column; });
    const double either = all_pairs(cells, [](const cell& a, const cell& b) { return a.row == b.row || a.column == b.column; });
    CHECK(found->rows == doctest::Approx(rows).epsilon(1e-11));
    CHECK(found->columns == doctest::Approx(columns).epsilon(1e-11));
    CHECK(found->variance == doctest::Approx(std::max({either, rows, columns})).epsilon(1e-11));
    CHECK(found->flags.has(flag::nonpsd_guard) == (either < std::max(rows, columns)));
    const auto product = two_way::poisson_product_bootstrap_linearised_var(cells).value();
    CHECK(product.debiased == doctest::Approx(either).epsilon(1e-9));
  }
}

TEST_CASE("the dyadic variance is the sum over all pairs of pairs that share a person") {
  test::random draw(2);
  for (int run = 0; run < 40; ++run) {
    std::vector<cell> pairs;
    const std::uint64_t people = 3 + draw.below(5);
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t a = draw.below(people), b = draw.below(people);
      if (a != b) pairs.push_back({a, b, draw.below(2), 1 + draw.below(2)});
    }
    const auto found = two_way::dyadic_cluster_var(pairs);
    if (!found) continue;
    const auto shared = [](const cell& a, const cell& b) {
      return (a.row == b.row) + (a.row == b.column) + (a.column == b.row) + (a.column == b.column);
    };
    const double any = all_pairs(pairs, [&](const cell& a, const cell& b) { return shared(a, b) > 0; });
    const double same = all_pairs(pairs, [&](const cell& a, const cell& b) { return shared(a, b) == 2; });
    CHECK(found->pairs == doctest::Approx(same).epsilon(1e-11));
    CHECK(found->variance == doctest::Approx(std::max(any, same)).epsilon(1e-11));
    CHECK(found->flags.has(flag::nonpsd_guard) == (any < same));
  }
}

// The linearised replicate is sum u_i v_j e_ij / M. Two comparisons that share nothing have E(u u' v v') = 1, that share a
// passer or an entry 2, the same cell 4, and the residuals add to 0: rows + columns + cells is left.
TEST_CASE("product weights give the linearised variance on average") {
  test::random draw(3);
  const auto cells = random_cells(draw, 12, 9, 60);
  const auto expected = two_way::poisson_product_bootstrap_linearised_var(cells).value();
  double events = 0.0, total = 0.0;
  for (const cell& one : cells) {
    events += static_cast<double>(one.events);
    total += static_cast<double>(one.comparisons);
  }
  const double p = events / total;
  constexpr std::uint32_t replicates = 40'000;
  double squares = 0.0, fourths = 0.0;
  for (std::uint32_t b = 0; b < replicates; ++b) {
    double sum = 0.0;
    for (const cell& one : cells)
      sum += bootstrap::poisson_weight(one.row, b, {.seed = 4}) * bootstrap::poisson_weight(one.column, b, {.seed = 4}) *
             (static_cast<double>(one.events) - p * static_cast<double>(one.comparisons)) / total;
    squares += sum * sum / replicates;
    fourths += sum * sum * sum * sum / replicates;
  }
  const double error = std::sqrt((fourths - squares * squares) / replicates);
  MESSAGE("drawn " << squares << " with a Monte-Carlo error of " << error << ", expected " << expected.variance);
  CHECK(std::fabs(squares - expected.variance) < 4.0 * error);
}

TEST_CASE("the order and the splitting of cells do not matter, not by a bit") {
  test::random draw(4);
  auto cells = random_cells(draw, 5, 6, 40);
  const auto before = two_way::bipartite_cluster_var(cells).value();
  auto split = single(cells);
  draw.shuffle(split);
  const auto after = two_way::bipartite_cluster_var(split).value();
  CHECK(before.rows == after.rows);
  CHECK(before.columns == after.columns);
  CHECK(before.cells == after.cells);
  CHECK(before.variance == after.variance);
  auto swapped = cells;
  for (cell& one : swapped) std::swap(one.row, one.column);
  draw.shuffle(swapped);
  CHECK(two_way::dyadic_cluster_var(swapped).value().variance == two_way::dyadic_cluster_var(cells).value().variance);
}

TEST_CASE("a variance that would fall below one of its parts is replaced and flagged") {
  // Events lie in a Latin square: no passer and no entry has more than another, so that rows and columns are 0.
  std::vector<cell> latin;
  for (std::uint64_t i = 0; i < 4; ++i)
    for (std::uint64_t j = 0; j < 4; ++j) latin.push_back({i, j, i == j ? 1U : 0U, 1});
  const auto r = two_way::bipartite_cluster_var(latin).value();
  CHECK(r.rows == 0.0);
  CHECK(r.columns == 0.0);
  CHECK(r.cells == doctest::Approx(16 * 0.25 * 0.75 / 256).epsilon(1e-14));
  CHECK(r.variance == 0.0);
  CHECK(r.flags == flag_set{flag::nonpsd_guard});
  // A ring in which every person is in two pairs, one of them an event: S_k = 0.
  const std::vector<cell> ring{{0, 1, 1, 1}, {1, 2, 0, 1}, {2, 3, 1, 1}, {3, 0, 0, 1}};
  const auto d = two_way::dyadic_cluster_var(ring).value();
  CHECK(d.variance == 4 * 0.25 / 16);
  CHECK(d.flags == flag_set{flag::nonpsd_guard});
}

TEST_CASE("what has no two-way variance, and wrong calls") {
  using cells = std::vector<cell>;
  CHECK(two_way::bipartite_cluster_var(cells{}).error().reason == undefined_reason::empty);
  CHECK(two_way::bipartite_cluster_var(cells{{1, 1, 0, 0}}).error().reason == undefined_reason::empty);
  CHECK(two_way::bipartite_cluster_var(cells{{1, 1, 1, 2}, {1, 2, 0, 2}}).error().reason == undefined_reason::one_cluster);
  CHECK(two_way::bipartite_cluster_var(cells{{1, 1, 1, 2}, {2, 1, 0, 2}}).error().reason == undefined_reason::one_cluster);
  CHECK(two_way::bipartite_cluster_var(cells{{1, 1, 0, 2}, {2, 2, 0, 2}}).error().reason == undefined_reason::no_events);
  CHECK(two_way::bipartite_cluster_var(cells{{1, 1, 2, 2}, {2, 2, 2, 2}}).error().reason == undefined_reason::all_events);
  CHECK(two_way::dyadic_cluster_var(cells{}).error().reason == undefined_reason::empty);
  CHECK_THROWS_AS((void)two_way::dyadic_cluster_var(cells{{1, 1, 0, 1}}), std::invalid_argument);
  CHECK_THROWS_AS((void)two_way::bipartite_cluster_var(cells{{1, 1, 2, 1}}), std::invalid_argument);
  CHECK_THROWS_AS((void)two_way::bipartite_cluster_var(cells{{1, 1, 0, largest_count}, {1, 2, 0, 1}}), std::invalid_argument);
}

TEST_CASE("margins of pairs give every digit that the pairs give") {
  test::random draw(23);
  for (int run = 0; run < 40; ++run) {
    auto cells = random_cells(draw, 2 + draw.below(6), 2 + draw.below(6), 6 + static_cast<std::size_t>(draw.below(40)));
    const auto margins = two_way::margins_of(cells, two_way::sides_of_pairs::other_people);
    CHECK(margins.people.empty());
    const auto a = two_way::bipartite_cluster_var(cells), b = two_way::bipartite_cluster_var(margins);
    REQUIRE(a.has_value() == b.has_value());
    if (a) CHECK(std::vector{a->point, a->rows, a->columns, a->cells, a->variance} == std::vector{b->point, b->rows, b->columns, b->cells, b->variance});
    std::erase_if(cells, [](cell& one) { return one.row == (one.column -= 100); });
    const auto both = two_way::margins_of(cells, two_way::sides_of_pairs::same_people);
    const auto c = two_way::dyadic_cluster_var(cells), d = two_way::dyadic_cluster_var(both);
    REQUIRE(c.has_value() == d.has_value());
    if (c) CHECK(std::vector{c->point, c->pairs, c->variance} == std::vector{d->point, d->pairs, d->variance});
  }
}

TEST_CASE("the part of single comparisons is p q over M, however many there are") {
  // 10,000 x 1,000 comparisons of which 909 match: adding ten million squares one by one is wrong in the tenth digit.
  crossed_margins given;
  for (std::uint64_t i = 0; i < 10'000; ++i) given.rows.push_back({i < 909 ? 1U : 0U, 1000});
  for (std::uint64_t j = 0; j < 1'000; ++j) given.columns.push_back({j < 909 ? 1U : 0U, 10'000});
  given.cells = {{0, 1, 9'999'091}, {1, 1, 909}};
  const auto found = two_way::bipartite_cluster_var(given);
  REQUIRE(found.has_value());
  CHECK(found->cells == doctest::Approx(909.0 * 9'999'091.0 / 1e21).epsilon(4e-16));
  given.columns.pop_back();
  CHECK_THROWS_AS((void)two_way::bipartite_cluster_var(given), std::invalid_argument);
}
