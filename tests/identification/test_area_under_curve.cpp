#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/area_under_curve.hpp>
#include <lfreval/intervals/quantile.hpp>

#include "support/random.hpp"

using namespace lfreval;
using namespace lfreval::identification;

namespace {

constexpr confidence usual{0.95}, ninety_seven_half{0.975};

using column = std::vector<std::optional<float>>;

double kernel(const std::optional<float>& x, const std::optional<float>& y) {
  const float a = x.value_or(-INFINITY), b = y.value_or(-INFINITY);
  return a > b ? 1.0 : a == b ? 0.5 : 0.0;
}

double plain_area(const column& mated, const column& nonmated) {
  double sum = 0.0;
  for (const auto& x : mated)
    for (const auto& y : nonmated)
      sum += kernel(x, y);
  return sum / static_cast<double>(mated.size()) / static_cast<double>(nonmated.size());
}

/// Scores on a coarse scale, with ties and failures to acquire.
column draw_scores(test::random& draw, std::size_t count, double mean) {
  column out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(draw.below(12) == 0
                      ? std::optional<float>()
                      : std::optional<float>(static_cast<float>(std::round(20.0 * (mean + draw.uniform())))));
  return out;
}

/// Obuchowski's formula by loops over pairs, from her paper's symbols.
double plain_variance(const std::vector<person_passage>& mated, const std::vector<person_passage>& nonmated) {
  const auto m = static_cast<double>(mated.size()), n = static_cast<double>(nonmated.size());
  double area = 0.0;
  for (const auto& x : mated)
    for (const auto& y : nonmated)
      area += kernel(x.score, y.score) / m / n;
  std::map<std::uint64_t, double> v10, v01;
  std::set<std::uint64_t> all;
  for (const auto& x : mated) {
    double v = 0.0;
    for (const auto& y : nonmated)
      v += kernel(x.score, y.score) / n;
    v10[x.person] += v - area;
    all.insert(x.person);
  }
  for (const auto& y : nonmated) {
    double v = 0.0;
    for (const auto& x : mated)
      v += kernel(x.score, y.score) / m;
    v01[y.person] += v - area;
    all.insert(y.person);
  }
  double s10 = 0.0, s01 = 0.0, s11 = 0.0;
  const auto c10 = static_cast<double>(v10.size()), c01 = static_cast<double>(v01.size()),
             c = static_cast<double>(all.size());
  for (const auto& one : v10)
    s10 += one.second * one.second * c10 / ((c10 - 1.0) * m);
  for (const auto& one : v01)
    s01 += one.second * one.second * c01 / ((c01 - 1.0) * n);
  for (const auto& one : v10)
    if (v01.count(one.first) > 0) s11 += one.second * v01[one.first] * c / (c - 1.0);
  return s10 / m + s01 / n + 2.0 * s11 / (m * n);
}

std::vector<person_passage> owned(const column& scores, std::uint64_t first_person, std::uint64_t passes) {
  std::vector<person_passage> out;
  for (std::size_t i = 0; i < scores.size(); ++i)
    out.push_back({first_person + i / passes, scores[i]});
  return out;
}

} // namespace

TEST_CASE("the area is the share of pairs won, ties one half, and DeLong's variance is that of the shares") {
  test::random draw(1);
  for (int run = 0; run < 30; ++run) {
    const column mated = draw_scores(draw, 2 + draw.below(20), 0.4),
                 nonmated = draw_scores(draw, 2 + draw.below(30), 0.0);
    const auto got = delong(mated, nonmated, usual).value();
    CHECK(got.area == doctest::Approx(plain_area(mated, nonmated)).epsilon(1e-13));
    CHECK(got.flags.has(flag::assumes_independence));
    // One passage a person: Obuchowski's formula without its last term.
    CHECK(got.variance.value() ==
          doctest::Approx(plain_variance(owned(mated, 0, 1), owned(nonmated, 1000, 1))).epsilon(1e-11));
    // Exchanged and reflected.
    CHECK(delong(nonmated, mated, usual).value().area == doctest::Approx(1.0 - got.area).epsilon(1e-13));
    if (got.limits) {
      CHECK(got.limits->contains(got.area));
      CHECK(got.limits->lower > 0.0);
      CHECK(got.limits->upper < 1.0);
      CHECK(got.limits->method == interval_method::delong_logit);
      CHECK(delong(mated, nonmated, ninety_seven_half, sides::lower).value().limits->lower ==
            doctest::Approx(got.limits->lower).epsilon(1e-10));
    }
  }
}

TEST_CASE("the variance by person is Obuchowski's, whoever is on which side, in any order") {
  test::random draw(2);
  for (int run = 0; run < 20; ++run) {
    // Persons 0 to 9 mated, 5 to 19 not: some on both sides.
    std::vector<person_passage> mated, nonmated;
    for (const auto& s : draw_scores(draw, 40, 0.4))
      mated.push_back({draw.below(10), s});
    for (const auto& s : draw_scores(draw, 60, 0.0))
      nonmated.push_back({5 + draw.below(15), s});
    const auto got = clustered_area(mated, nonmated, usual).value();
    if (!got.flags.has(flag::nonpsd_guard))
      CHECK(got.variance.value() == doctest::Approx(plain_variance(mated, nonmated)).epsilon(1e-11));
    std::set<std::uint64_t> everybody;
    for (const auto* rows : {&mated, &nonmated})
      for (const person_passage& row : *rows)
        everybody.insert(row.person);
    CHECK(got.persons == everybody.size());
    draw.shuffle(mated);
    draw.shuffle(nonmated);
    for (auto* rows : {&mated, &nonmated})
      for (person_passage& row : *rows)
        row.person = 0x9e3779b97f4a7c15U * (row.person + 1); // other names, another order of sums
    const auto again = clustered_area(mated, nonmated, usual).value();
    CHECK(again.variance.value() == got.variance.value());
    CHECK(again.limits.value() == got.limits.value());
  }
}

TEST_CASE("every passage recorded twice leaves the area and, by person, its variance as they were") {
  test::random draw(3);
  const column mated = draw_scores(draw, 60, 0.3), nonmated = draw_scores(draw, 90, 0.0);
  column mated_twice, nonmated_twice;
  for (const auto& s : mated)
    mated_twice.insert(mated_twice.end(), 2, s);
  for (const auto& s : nonmated)
    nonmated_twice.insert(nonmated_twice.end(), 2, s);
  const auto once = delong(mated, nonmated, usual).value();
  const auto twice = clustered_area(owned(mated_twice, 0, 2), owned(nonmated_twice, 1000, 2), usual).value();
  CHECK(twice.area == doctest::Approx(once.area).epsilon(1e-14));
  CHECK(twice.variance.value() == doctest::Approx(once.variance.value()).epsilon(1e-12));
  const auto flat = delong(mated_twice, nonmated_twice, usual).value();
  CHECK(flat.variance.value() < 0.52 * once.variance.value());
}

TEST_CASE("a monotone change of scores changes nothing") {
  test::random draw(4);
  column mated = draw_scores(draw, 40, 0.3), nonmated = draw_scores(draw, 50, 0.0);
  const auto got = delong(mated, nonmated, usual).value();
  for (auto* rows : {&mated, &nonmated})
    for (auto& s : *rows)
      if (s) *s = std::exp(*s / 8.0F) - 3.0F;
  const auto again = delong(mated, nonmated, usual).value();
  CHECK(again.area == got.area);
  CHECK(again.limits.value() == got.limits.value());
}

TEST_CASE("perfect separation is flagged, not taken for certainty; too little is undefined") {
  const column high{2.0F, 3.0F, 4.0F}, low{1.0F, 0.5F}, none, one{2.5F};
  const auto apart = delong(high, low, usual).value();
  CHECK(apart.area == 1.0);
  CHECK(apart.variance.value() == 0.0);
  CHECK(apart.flags.has(flag::perfect_separation));
  CHECK(apart.limits.error().reason == undefined_reason::all_events);
  CHECK(apart.symmetric.error().reason == undefined_reason::all_events);
  CHECK(delong(low, high, usual).value().area == 0.0);
  CHECK(delong(low, high, usual).value().flags.has(flag::perfect_separation));
  CHECK(delong(none, low, usual).error().reason == undefined_reason::empty);
  CHECK(delong(high, none, usual).error().reason == undefined_reason::empty);
  const auto single = delong(one, high, usual).value();
  CHECK(single.area == doctest::Approx(1.0 / 3.0).epsilon(1e-14));
  CHECK(single.variance.error().reason == undefined_reason::one_cluster);
  CHECK(single.limits.error().reason == undefined_reason::one_cluster);
  CHECK_THROWS_AS((void)delong(column{NAN}, low, usual), std::invalid_argument);
  CHECK_THROWS_AS((void)delong(high, column{INFINITY}, usual), std::invalid_argument);
  // All equal, or nobody acquired: a coin.
  const auto equal = delong(column(4, 1.0F), column(5, 1.0F), usual).value();
  CHECK(equal.area == 0.5);
  CHECK(delong(column(4), column(5), usual).value().area == 0.5);
}

TEST_CASE("the paired variance is that of the two together") {
  test::random draw(5);
  std::vector<passage_of_two> mated, nonmated;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const float base = static_cast<float>(draw.uniform());
    mated.push_back({i / 2, 0.5F + base, 0.3F + base + 0.2F * static_cast<float>(draw.uniform())});
  }
  for (std::uint64_t i = 0; i < 80; ++i) {
    const float base = static_cast<float>(draw.uniform());
    nonmated.push_back({100 + i / 4, base, base + 0.2F * static_cast<float>(draw.uniform())});
  }
  for (const bool by_person : {false, true}) {
    const auto got = by_person ? clustered_area_difference(mated, nonmated, usual).value()
                               : delong_paired(mated, nonmated, usual).value();
    CHECK(got.difference == doctest::Approx(got.first.area - got.second.area).epsilon(1e-12));
    CHECK(
        got.variance ==
        doctest::Approx(got.first.variance.value() + got.second.variance.value() - 2.0 * got.covariance).epsilon(1e-9));
    CHECK(got.limits->contains(got.difference));
    CHECK(got.z.value() == doctest::Approx(got.difference / std::sqrt(got.variance)).epsilon(1e-12));
    std::vector<passage_of_two> a = mated, b = nonmated;
    for (auto* rows : {&a, &b})
      for (auto& row : *rows)
        std::swap(row.first, row.second);
    const auto turned = by_person ? clustered_area_difference(a, b, usual).value() : delong_paired(a, b, usual).value();
    CHECK(turned.difference == -got.difference);
    CHECK(turned.variance == doctest::Approx(got.variance).epsilon(1e-12));
    CHECK(turned.p_value.value() == doctest::Approx(got.p_value.value()).epsilon(1e-9));
  }
  for (auto* rows : {&mated, &nonmated})
    for (auto& row : *rows)
      row.second = 2.0F * *row.first;
  const auto same = delong_paired(mated, nonmated, usual).value();
  CHECK(same.difference == 0.0);
  CHECK(same.variance == 0.0);
  CHECK(same.limits.error().reason == undefined_reason::no_events);
  CHECK(same.p_value.error().reason == undefined_reason::no_events);
}

namespace {

void check_coverage(int runs) {
  // Persons and passages add normal effects; the area between two people is Phi(mean / (sqrt(2) sd)).
  test::random draw(6);
  const auto normal = [&] { return distribution::normal_upper_quantile(draw.uniform() * 0.999999999 + 5e-10); };
  const double person = 0.8, noise = 0.6, mean = 1.8,
               truth = distribution::normal_above(-mean / std::sqrt(2.0 * (person * person + noise * noise)));
  double clustered = 0, flat = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<person_passage> mated, nonmated;
    column plain_mated, plain_nonmated;
    for (std::uint64_t p = 0; p < 160; ++p) {
      const double effect = normal() * person;
      for (int k = 0; k < 6; ++k) {
        const auto s = static_cast<float>(effect + normal() * noise + (p < 60 ? mean : 0.0));
        (p < 60 ? mated : nonmated).push_back({p, s});
        (p < 60 ? plain_mated : plain_nonmated).push_back(s);
      }
    }
    clustered += clustered_area(mated, nonmated, usual).value().limits->contains(truth) ? 1.0 / runs : 0.0;
    flat += delong(plain_mated, plain_nonmated, usual).value().limits->contains(truth) ? 1.0 / runs : 0.0;
  }
  const double error = std::sqrt(0.95 * 0.05 / runs);
  MESSAGE("160 persons, six passages each: by person " << clustered << ", flat " << flat << ", Monte-Carlo error "
                                                       << error);
  CHECK(clustered >= 0.935 - 3.0 * error);
  CHECK(flat < 0.8);
}

} // namespace

TEST_CASE("the area's interval by person covers where the flat one does not") { check_coverage(500); }

TEST_CASE("slow: the area's interval by person covers where the flat one does not, long run") { check_coverage(8000); }
