#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/list_jackknife.hpp>

#include "support/random.hpp"
#include "support/reference_rows.hpp"

using namespace lfreval;
using test::number;
using two_way::fpir_list_jackknife;
using two_way::nonmated_passage;
using two_way::no_single_hit;

namespace {

constexpr confidence usual{0.95}, upper_only{0.975};

/// A passage by the set of entries it hits.
struct searched {
  std::uint32_t person;
  std::set<std::uint32_t> hits;
};

std::vector<nonmated_passage> passages_of(const std::vector<searched>& all, bool second_scores = true) {
  std::vector<nonmated_passage> out;
  for (const searched& one : all)
    out.push_back({one.person, !one.hits.empty(), second_scores && one.hits.size() == 1 ? *one.hits.begin() : no_single_hit});
  return out;
}

std::vector<searched> random_search(test::random& draw, std::uint32_t persons, std::uint32_t list, std::size_t passages) {
  std::vector<searched> out;
  for (std::size_t i = 0; i < passages; ++i) {
    searched one{static_cast<std::uint32_t>(draw.below(persons)), {}};
    for (std::uint32_t j = 0; j < list; ++j)
      if (draw.uniform() < (j == 0 ? 0.2 : 0.05)) one.hits.insert(j);
    out.push_back(one);
  }
  return out;
}

double rate_without(const std::vector<searched>& all, std::uint32_t entry) {
  double alerts = 0.0;
  for (const searched& one : all) alerts += one.hits.size() > one.hits.count(entry) ? 1.0 : 0.0;
  return alerts / static_cast<double>(all.size());
}

} // namespace

TEST_CASE("row twoway.fpir_list_jackknife of the reference file") {
  std::size_t checked = 0;
  for (const auto& row : test::reference_rows()) {
    if (row.method != "twoway.fpir_list_jackknife") continue;
    std::vector<searched> all;
    for (const auto& hits : row.inputs.at("hit_gallery_ids"))
      all.push_back({static_cast<std::uint32_t>(all.size()), hits.get<std::set<std::uint32_t>>()});
    const auto r = fpir_list_jackknife(passages_of(all), row.inputs.at("N").get<std::uint64_t>(), true, usual).value();
    const auto& effect = r.lists_of_this_kind.value();
    CHECK(row.within.holds(r.point, number(row.expected.at("fpir"))));
    CHECK(row.within.holds(effect.probe_variance, number(row.expected.at("var_probe"))));
    CHECK(row.within.holds(effect.list_variance, number(row.expected.at("var_list"))));
    CHECK(row.within.holds(effect.cell_variance, number(row.expected.at("var_cells"))));
    CHECK(row.within.holds(effect.variance, number(row.expected.at("var"))));
    // By hand: D = (2, 1) / 8, so J_eff = 9 / 5, df = max(4, 0.8), K = max(8 / 64, 2 / 8).
    CHECK(effect.effective_entries == doctest::Approx(1.8).epsilon(1e-14));
    CHECK(effect.degrees_of_freedom == 4.0);
    CHECK(effect.kernel == 0.25);
    CHECK(effect.flags == flag_set{flag::few_list_entries, flag::nonpsd_guard});
    CHECK(r.flags == effect.flags);
    CHECK(r.headline == two_way::list_scope::this_list);
    ++checked;
  }
  CHECK(checked == 1);
}

TEST_CASE("the list variance is the jackknife of the rate itself, one entry left out at a time") {
  test::random draw(31);
  for (int run = 0; run < 30; ++run) {
    const std::uint32_t list = 2 + static_cast<std::uint32_t>(draw.below(9));
    const auto all = random_search(draw, 2 + static_cast<std::uint32_t>(draw.below(8)), list, 40);
    const auto found = fpir_list_jackknife(passages_of(all), list, true, usual).value();
    if (!found.lists_of_this_kind) continue;
    const auto& effect = *found.lists_of_this_kind;
    double mean = 0.0, squares = 0.0, drop_sum = 0.0, drop_squares = 0.0, largest = 0.0;
    for (std::uint32_t j = 0; j < list; ++j) mean += rate_without(all, j) / list;
    for (std::uint32_t j = 0; j < list; ++j) {
      const double rate = rate_without(all, j), drop = found.point - rate;
      squares += (rate - mean) * (rate - mean);
      drop_sum += drop;
      drop_squares += drop * drop;
      largest = std::max(largest, drop);
    }
    CHECK(effect.list_variance == doctest::Approx((list - 1.0) / list * squares).epsilon(1e-10));
    CHECK(effect.effective_entries == doctest::Approx(drop_sum * drop_sum / drop_squares).epsilon(1e-10));

    std::map<std::uint32_t, cluster_tally> persons;
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> cells;
    for (const searched& one : all) {
      persons[one.person].events += one.hits.empty() ? 0U : 1U;
      ++persons[one.person].exposure;
      if (one.hits.size() == 1) cells[{one.person, *one.hits.begin()}] += 1.0 / 40.0;
    }
    double cell_squares = 0.0, probe = 0.0, weights = 0.0;
    for (const auto& cell : cells) cell_squares += cell.second * cell.second;
    for (const auto& person : persons) {
      const auto x = static_cast<double>(person.second.events), n = static_cast<double>(person.second.exposure);
      probe += (x - found.point * n) * (x - found.point * n) / 1600.0;
      weights += n * n / 1600.0;
    }
    const auto count = static_cast<double>(persons.size());
    probe *= count / (count - 1.0);
    CHECK(effect.cell_variance == doctest::Approx(cell_squares).epsilon(1e-10));
    CHECK(effect.probe_variance == doctest::Approx(probe).epsilon(1e-10));
    const double crossed = probe + effect.list_variance - cell_squares;
    CHECK(effect.variance == doctest::Approx(std::max({crossed, probe, effect.list_variance})).epsilon(1e-10));
    CHECK(effect.kernel == doctest::Approx(std::max(weights, largest)).epsilon(1e-10));
    CHECK(effect.degrees_of_freedom ==
          doctest::Approx(std::max(4.0, std::min({count - 1.0, list - 1.0, drop_sum * drop_sum / drop_squares - 1.0}))).epsilon(1e-9));

    // The limits from the published formulas, on quantiles of their own.
    const double p = found.point, q = 0.025, v = std::max(effect.variance, p * (1.0 - p) / 40.0);
    const double many = distribution::student_t_upper_quantile(q, 39.0);
    const double few = distribution::student_t_upper_quantile(q, effect.degrees_of_freedom);
    const double n = std::min(40.0, p * (1.0 - p) / v * many * many / few / few);
    const double korn_graubard = distribution::beta_upper_quantile(p * n + 1.0, n - p * n, q);
    const double shift = p + effect.kernel, spread = v + effect.kernel * effect.kernel;
    const double fay_feuer = spread / shift * distribution::gamma_upper_quantile(shift * shift / spread, q);
    CHECK(effect.limits.lower == doctest::Approx(distribution::beta_lower_quantile(p * n, n - p * n + 1.0, q)).epsilon(1e-9));
    CHECK(effect.limits.upper == doctest::Approx(std::min(1.0, std::max(korn_graubard, fay_feuer))).epsilon(1e-9));
  }
}

TEST_CASE("the interval for this list is the ladder over passers") {
  test::random draw(32);
  const auto all = random_search(draw, 12, 6, 90);
  std::map<std::uint32_t, cluster_tally> persons;
  for (const searched& one : all) {
    persons[one.person].events += one.hits.empty() ? 0U : 1U;
    ++persons[one.person].exposure;
  }
  std::vector<cluster_tally> clusters;
  for (const auto& person : persons) clusters.push_back(person.second);
  const auto expected = ladder(clusters, usual, sides::two, {.by = cluster_unit::person}).value();
  CHECK(fpir_list_jackknife(passages_of(all), 6, true, usual).value().this_list == expected);
  CHECK(fpir_list_jackknife(passages_of(all, false), 6, false, usual).value().this_list == expected);
}

TEST_CASE("many entries behind the alerts make the wider interval the headline") {
  std::vector<nonmated_passage> passages;
  for (std::uint32_t i = 0; i < 4000; ++i) passages.push_back({i / 4, i % 100 == 0, i % 100 == 0 ? i / 100 : no_single_hit});
  const auto r = fpir_list_jackknife(passages, 500, true, usual).value();
  CHECK(r.lists_of_this_kind->effective_entries == 40.0);
  CHECK(r.lists_of_this_kind->degrees_of_freedom == 39.0);
  CHECK(r.headline == two_way::list_scope::lists_of_this_kind);
  // Every hit is a cell of its own: the cells outweigh the spread between entries, and the variance between passers stands.
  CHECK(r.flags == flag_set{flag::nonpsd_guard});
  CHECK(r.lists_of_this_kind->variance == r.lists_of_this_kind->probe_variance);
  // An entry that alone brings half of the alerts takes the headline back.
  for (std::uint32_t i = 0; i < 2000; i += 100) passages[i].only_hit = 0;
  const auto lamb = fpir_list_jackknife(passages, 500, true, usual).value();
  CHECK(lamb.lists_of_this_kind->effective_entries == doctest::Approx(1600.0 / (400.0 + 20.0)).epsilon(1e-12));
  CHECK(lamb.headline == two_way::list_scope::this_list);
  CHECK(lamb.flags.has(flag::few_list_entries));
  CHECK(lamb.lists_of_this_kind->limits.upper > r.lists_of_this_kind->limits.upper);
}

TEST_CASE("where the list effect is not known there is no interval for lists of this kind") {
  const std::vector<nonmated_passage> some{{0, true, 3}, {0, false}, {1, false}, {2, false}};
  const auto unknown = [](const std::vector<nonmated_passage>& passages, std::uint64_t list, bool second = true) {
    const auto r = fpir_list_jackknife(passages, list, second, usual).value();
    REQUIRE_FALSE(r.lists_of_this_kind.has_value());
    CHECK(r.flags == flag_set{flag::list_effect_unknown});
    CHECK(r.headline == two_way::list_scope::this_list);
    CHECK_FALSE(r.lists_of_this_kind.error().remedy.empty());
    return r.lists_of_this_kind.error().reason;
  };
  CHECK(unknown({{0, true}, {1, false}}, 9, false) == undefined_reason::not_recorded);
  CHECK(unknown({{0, true, 3}, {0, false}}, 9) == undefined_reason::one_cluster);
  CHECK(unknown(some, 1) == undefined_reason::one_cluster);
  CHECK(unknown({{0, false}, {1, false}}, 9) == undefined_reason::no_events);
  CHECK(unknown({{0, true}, {1, false}}, 9) == undefined_reason::no_events);
  CHECK(unknown({{0, true, 1}, {1, true, 2}}, 9) == undefined_reason::all_events);
  CHECK(fpir_list_jackknife({}, 9, true, usual).error().reason == undefined_reason::empty);

  // Without an alert the bound for this list is that of persons, whatever the dependence.
  const std::vector<nonmated_passage> none{{0, false}, {0, false}, {1, false}};
  const std::vector<cluster_tally> clusters{{0, 2}, {0, 1}};
  CHECK(fpir_list_jackknife(none, 9, true, usual).value().this_list.headline.upper ==
        cluster::zero_water_fill(clusters, usual).value().made.upper);

  CHECK_THROWS_AS((void)fpir_list_jackknife(some, 0, true, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)fpir_list_jackknife(some, 9, false, usual), std::invalid_argument);
  const std::vector<nonmated_passage> silent{{0, false, 3}}, two_entries{{0, true, 3}, {1, true, 4}, {2, true, 5}, {3, false}};
  CHECK_THROWS_AS((void)fpir_list_jackknife(silent, 9, true, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)fpir_list_jackknife(two_entries, 2, true, usual), std::invalid_argument);
}

TEST_CASE("the order of the passages and one-sided bounds") {
  test::random draw(33);
  auto passages = passages_of(random_search(draw, 9, 30, 200));
  const auto before = fpir_list_jackknife(passages, 30, true, usual).value();
  draw.shuffle(passages);
  const auto after = fpir_list_jackknife(passages, 30, true, usual).value();
  CHECK(after.this_list == before.this_list);
  CHECK(after.lists_of_this_kind->limits == before.lists_of_this_kind->limits);
  CHECK(after.lists_of_this_kind->variance == before.lists_of_this_kind->variance);
  const auto upper = fpir_list_jackknife(passages, 30, true, upper_only, sides::upper).value();
  CHECK(upper.lists_of_this_kind->limits.upper == doctest::Approx(before.lists_of_this_kind->limits.upper).epsilon(1e-9));
  CHECK(upper.lists_of_this_kind->limits.lower == 0.0);
  CHECK(upper.lists_of_this_kind->limits.on == sides::upper);
}

namespace {

/// A population of passers and entries in which the hits of a passer on an entry are Poisson with mean rate * W * L: W is 1 or
/// `wolf`, L is 1 or `lamb`. The chance that a passage alerts is then 1 - exp(-rate W sum L), and the truth over passers and
/// lists of this kind a finite sum.
struct population {
  const char* what;
  double rate, wolf, wolf_share, lamb, lamb_share;
  std::uint32_t list;
  std::vector<std::uint32_t> passes; ///< of each passer

  [[nodiscard]] double alert(double sum_of_list) const {
    return -(1.0 - wolf_share) * std::expm1(-rate * sum_of_list) - wolf_share * std::expm1(-rate * wolf * sum_of_list);
  }
  [[nodiscard]] double truth() const {
    double out = 0.0;
    for (std::uint32_t lambs = 0; lambs <= list; ++lambs) {
      const double chance = std::exp(std::lgamma(list + 1.0) - std::lgamma(lambs + 1.0) - std::lgamma(list - lambs + 1.0) +
                                     lambs * std::log(lamb_share) + (list - lambs) * std::log1p(-lamb_share));
      out += chance * alert(list - lambs + lamb * lambs);
    }
    return out;
  }
};

std::uint32_t poisson_count(test::random& draw, double mean) {
  std::uint32_t k = 0;
  for (double product = draw.uniform(), stop = std::exp(-mean); product > stop; product *= draw.uniform()) ++k;
  return k;
}

struct coverage {
  double this_list = 0.0, of_this_kind = 0.0, flat = 0.0, flat_this_list = 0.0, defined = 0.0, zero = 0.0, few_entries = 0.0;
};

coverage simulate(const population& of, int runs, std::uint64_t seed) {
  test::random draw(seed);
  const double truth = of.truth();
  coverage out;
  std::vector<nonmated_passage> passages;
  std::vector<double> up_to(of.list);
  for (int run = 0; run < runs; ++run) {
    passages.clear();
    double sum = 0.0;
    for (double& one : up_to) one = sum += draw.uniform() < of.lamb_share ? of.lamb : 1.0;
    for (std::uint32_t person = 0; person < of.passes.size(); ++person) {
      const double mean = of.rate * (draw.uniform() < of.wolf_share ? of.wolf : 1.0) * sum;
      for (std::uint32_t pass = 0; pass < of.passes[person]; ++pass) {
        std::uint32_t only = no_single_hit;
        bool several = false;
        const std::uint32_t hits = poisson_count(draw, mean);
        for (std::uint32_t h = 0; h < hits; ++h) {
          const auto entry = static_cast<std::uint32_t>(std::upper_bound(up_to.begin(), up_to.end(), draw.uniform() * sum) - up_to.begin());
          several = several || (only != no_single_hit && only != entry);
          only = entry;
        }
        passages.push_back({person, hits > 0, several ? no_single_hit : only});
      }
    }
    const auto r = fpir_list_jackknife(passages, of.list, true, usual).value();
    const auto flat = binomial::clopper_pearson(r.alerts, r.passages, usual).value();
    out.flat += flat.contains(truth) ? 1.0 / runs : 0.0;
    out.flat_this_list += flat.contains(of.alert(sum)) ? 1.0 / runs : 0.0;
    out.this_list += r.this_list.headline.contains(of.alert(sum)) ? 1.0 / runs : 0.0;
    out.zero += r.alerts == 0 ? 1.0 / runs : 0.0;
    if (!r.lists_of_this_kind) continue;
    out.defined += 1.0 / runs;
    out.few_entries += r.flags.has(flag::few_list_entries) ? 1.0 / runs : 0.0;
    out.of_this_kind += r.lists_of_this_kind->limits.contains(truth) ? 1.0 / runs : 0.0;
  }
  out.of_this_kind /= out.defined;
  return out;
}

std::vector<population> populations() {
  std::vector<std::uint32_t> uneven;
  for (std::uint32_t i = 0; i < 120; ++i) uneven.push_back(i < 8 ? 60 : i < 30 ? 15 : 2);
  return {{"few people, many passes", 2e-5, 10.0, 0.10, 20.0, 0.02, 200, std::vector<std::uint32_t>(40, 40)},
          {"heavy lambs", 4e-6, 10.0, 0.05, 150.0, 0.02, 500, std::vector<std::uint32_t>(400, 5)},
          {"short list", 2e-4, 10.0, 0.10, 10.0, 0.10, 15, std::vector<std::uint32_t>(300, 6)},
          {"unequal passes", 1e-5, 10.0, 0.10, 30.0, 0.02, 300, uneven},
          {"nearly no events", 3e-7, 20.0, 0.10, 20.0, 0.02, 300, std::vector<std::uint32_t>(300, 8)}};
}

void check_coverage(int runs) {
  const auto error = [&](double share) { return std::sqrt(share * (1.0 - share) / runs); };
  double worst_flat = 1.0;
  std::uint64_t seed = 60;
  for (const population& one : populations()) {
    const std::string what = one.what;
    CAPTURE(what);
    const coverage found = simulate(one, runs, ++seed);
    MESSAGE(what << ": rate " << one.truth() << "; for lists of this kind " << found.of_this_kind << " +- "
                 << error(found.of_this_kind) << " (defined in " << found.defined << ", few entries in " << found.few_entries
                 << "), flat " << found.flat << " +- " << error(found.flat) << "; for this list " << found.this_list << " +- "
                 << error(found.this_list) << ", flat " << found.flat_this_list << "; no alert in " << found.zero);
    CHECK(found.of_this_kind >= 0.935 - 3.0 * std::sqrt(0.935 * 0.065 / (runs * found.defined)));
    CHECK(found.this_list >= 0.935 - 3.0 * std::sqrt(0.935 * 0.065 / runs));
    worst_flat = std::min(worst_flat, found.flat);
  }
  CHECK(worst_flat < 0.80);
}

} // namespace

TEST_CASE("both intervals cover where the flat one does not") { check_coverage(300); }

TEST_CASE("slow: both intervals cover where the flat one does not, long run") { check_coverage(4000); }
