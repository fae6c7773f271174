#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/poisson_weights.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;

namespace {

const test::reference_row& row_of(const std::string& method) {
  static const auto rows = test::reference_rows();
  for (const auto& row : rows)
    if (row.method == method) return row;
  throw std::runtime_error("no row " + method);
}

} // namespace

TEST_CASE("every cut point is the one of the reference row, and the words around it get neighbouring weights") {
  const auto& hex = row_of("rng.poisson1_u64_thresholds_hex").expected.at("hex");
  REQUIRE(hex.size() == bootstrap::poisson_cuts.size());
  for (std::size_t k = 0; k < hex.size(); ++k) {
    CAPTURE(k);
    const std::uint64_t cut = std::stoull(hex[k].get<std::string>(), nullptr, 16);
    CHECK(bootstrap::poisson_cuts[k] == cut);
    CHECK(bootstrap::poisson_weight(cut) == k + 1);
    CHECK(bootstrap::poisson_weight(cut - 1) == k);
  }
  const auto& decimal = row_of("rng.poisson1_u64_thresholds").expected.at("first8");
  for (std::size_t k = 0; k < decimal.size(); ++k) CHECK(bootstrap::poisson_cuts[k] == std::stoull(decimal[k].get<std::string>()));
  CHECK(bootstrap::poisson_weight(0) == 0);
  CHECK(bootstrap::poisson_weight(~std::uint64_t{0}) == bootstrap::largest_weight);
}

TEST_CASE("the generator gives the published known answers of the reference rows") {
  std::size_t checked = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method != "rng.philox4x32_10") continue;
    const auto words = [](const std::string& text) {
      std::array<std::uint32_t, 4> out{};
      for (std::size_t i = 0; i < 4 && 9 * i < text.size(); ++i)
        out[i] = static_cast<std::uint32_t>(std::stoul(text.substr(9 * i, 8), nullptr, 16));
      return out;
    };
    const auto key = words(row.inputs.at("key").get<std::string>());
    CHECK(detail::philox4x32_10(words(row.inputs.at("counter").get<std::string>()), {key[0], key[1]}) ==
          words(row.expected.at("out").get<std::string>()));
    ++checked;
  }
  CHECK(checked == 2);
}

TEST_CASE("weights of twelve entities are those of the reference row") {
  const auto& expected = row_of("rng.poisson_bootstrap_weights").expected.at("weights");
  for (std::uint64_t entity = 0; entity < 12; ++entity)
    CHECK(bootstrap::poisson_weight(entity, 7, {.seed = 42}) == expected[entity].get<std::uint32_t>());
}

TEST_CASE("replicates of ten clusters are those of the reference row") {
  const auto& row = row_of("bootstrap.poisson_cluster_replicates");
  std::vector<cluster_tally> clusters;
  std::vector<std::uint64_t> entities;
  for (std::size_t i = 0; i < 10; ++i) {
    clusters.push_back({row.inputs.at("cluster_x")[i].get<std::uint64_t>(), row.inputs.at("cluster_n")[i].get<std::uint64_t>()});
    entities.push_back(i);
  }
  const auto& expected = row.expected.at("p_star");
  REQUIRE(expected.size() == 6);
  for (std::uint32_t b = 0; b < 6; ++b) {
    const cluster_tally sum = bootstrap::poisson_cluster_replicate(entities, clusters, b, {.seed = 42});
    CHECK(row.within.holds(static_cast<double>(sum.events) / static_cast<double>(sum.exposure), expected[b].get<double>()));
  }
}

TEST_CASE("every part of the key changes the weights, the order of the people does not") {
  const auto thousand = [](std::uint64_t shift, std::uint32_t replicate, bootstrap::weight_source from) {
    std::vector<std::uint32_t> out;
    for (std::uint64_t i = 0; i < 1000; ++i) out.push_back(bootstrap::poisson_weight(i + shift, replicate, from));
    return out;
  };
  const auto first = thousand(0, 0, {});
  CHECK(first != thousand(std::uint64_t{1} << 32U, 0, {}));
  CHECK(first != thousand(0, 1, {}));
  CHECK(first != thousand(0, 0, {.seed = 1}));
  CHECK(first != thousand(0, 0, {.seed = std::uint64_t{1} << 32U}));
  CHECK(first != thousand(0, 0, {.stream = 1}));

  std::vector<std::uint64_t> entities{5, 6, 7, 8};
  std::vector<cluster_tally> clusters{{1, 10}, {0, 20}, {3, 5}, {2, 9}};
  const cluster_tally before = bootstrap::poisson_cluster_replicate(entities, clusters, 3, {.seed = 9});
  std::reverse(entities.begin(), entities.end());
  std::reverse(clusters.begin(), clusters.end());
  CHECK(bootstrap::poisson_cluster_replicate(entities, clusters, 3, {.seed = 9}) == before);
}

TEST_CASE("weights have mean and variance 1 and the frequencies of Poisson(1)") {
  constexpr int draws = 400'000;
  std::array<int, bootstrap::largest_weight + 1> seen{};
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const auto weight = bootstrap::poisson_weight(static_cast<std::uint64_t>(i) % 2000, static_cast<std::uint32_t>(i / 2000), {.seed = 3});
    ++seen[weight];
    sum += weight;
    squares += static_cast<double>(weight) * weight;
  }
  // The mean has a standard error of 1 / sqrt(draws), the variance one of sqrt(3 / draws): the fourth central moment is 4.
  const double mean = sum / draws;
  CHECK(std::fabs(mean - 1.0) < 4.0 / std::sqrt(draws));
  CHECK(std::fabs(squares / draws - mean * mean - 1.0) < 4.0 * std::sqrt(3.0 / draws));
  double chance = std::exp(-1.0);
  for (int k = 0; k <= 6; ++k) {
    CHECK(std::fabs(seen[static_cast<std::size_t>(k)] - draws * chance) < 4.0 * std::sqrt(draws * chance));
    chance /= k + 1;
  }
}

TEST_CASE("a person's number is the head of the SHA-256 of the identifier") {
  CHECK(bootstrap::entity_of("abc") == 0xba7816bf8f01cfeaU); // FIPS 180-4, example B.1
  CHECK(bootstrap::entity_of("") == 0xe3b0c44298fc1c14U);
  CHECK(bootstrap::entity_of("\xc3\x85sa") == 0x873296011f0dfda6U); // sha256sum of the UTF-8 bytes
}

TEST_CASE("wrong calls of a replicate throw") {
  const std::vector<std::uint64_t> two{1, 2};
  const std::vector<cluster_tally> one{{0, 1}}, huge{{0, largest_count}, {0, largest_count}};
  CHECK_THROWS_AS((void)bootstrap::poisson_cluster_replicate(two, one, 0, {}), std::invalid_argument);
  // Weights that add to 2 or more take the total above 2^52.
  bool thrown = false;
  for (std::uint32_t b = 0; b < 50 && !thrown; ++b) {
    try {
      (void)bootstrap::poisson_cluster_replicate(two, huge, b, {});
    } catch (const std::invalid_argument&) {
      thrown = true;
    }
  }
  CHECK(thrown);
}
