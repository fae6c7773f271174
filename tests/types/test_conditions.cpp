#include <lfreval/types/conditions.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

using namespace lfreval;
using status = comparability::status;

namespace {

/// One deployment of 10,000 faces with everything on record.
conditions known() {
  conditions out;
  out.system.add("NEC 5");
  out.threshold.add("0.64");
  out.site.add("Camden");
  out.faces_counting_rule.add("tracks");
  out.label_source.add("confirmed_by_id");
  out.watchlist_images.add(10000, 10000);
  return out;
}

bool named(const std::vector<std::string>& lines, const std::string& word) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(word) != std::string::npos; });
}

conditions with_list(std::uint64_t images) {
  conditions out = known();
  out.watchlist_images = {};
  out.watchlist_images.add(images, 10000);
  return out;
}

} // namespace

TEST_CASE("M40: figures made under the same conditions are comparable") {
  const comparability out = compare(known(), known());
  CHECK(out.allowed == status::comparable);
  CHECK(out.differences.empty());
  CHECK(out.unknown.empty());
}

TEST_CASE("M40: watchlists within ten percent are comparable and beyond it projected") {
  CHECK(compare(with_list(10000), with_list(10999)).allowed == status::comparable);
  CHECK(compare(with_list(10000), with_list(11001)).allowed == status::projected);
  CHECK(compare(with_list(11001), with_list(10000)).allowed == status::projected);
  const comparability out = compare(with_list(10000), with_list(16500));
  CHECK(out.allowed == status::projected);
  REQUIRE(out.differences.size() == 1);
  CHECK(named(out.differences, "10,000"));
  CHECK(named(out.differences, "16,500"));
}

TEST_CASE("M40: the size of pooled lists is their mean by faces seen") {
  conditions pooled = with_list(5000);
  pooled.watchlist_images.add(20000, 5000); // (5000 x 10000 + 20000 x 5000) / 15000 = 10000
  CHECK(pooled.watchlist_images.weighted_mean() == 10000.0);
  CHECK(compare(pooled, with_list(10000)).allowed == status::comparable);
  CHECK(pooled.watchlist_images.smallest == 5000U);
  CHECK(pooled.watchlist_images.largest == 20000U);
}

TEST_CASE("M40: another threshold or system is projected and named") {
  conditions other = known();
  other.threshold = {};
  other.threshold.add("0.6");
  comparability out = compare(known(), other);
  CHECK(out.allowed == status::projected);
  CHECK(named(out.differences, "threshold: 0.64 against 0.6"));
  other = known();
  other.system = {};
  other.system.add("NEC 6");
  out = compare(known(), other);
  CHECK(out.allowed == status::projected);
  CHECK(named(out.differences, "NEC 6"));
}

TEST_CASE("M40: another counting rule or label source is refused, whatever else differs") {
  conditions other = known();
  other.faces_counting_rule = {};
  other.faces_counting_rule.add("frames");
  CHECK(compare(known(), other).allowed == status::refused);
  CHECK(compare(other, known()).allowed == status::refused);
  other.threshold = {};
  other.threshold.add("0.6");
  other.watchlist_images = {};
  other.watchlist_images.add(100000, 1);
  CHECK(compare(known(), other).allowed == status::refused);
  other = known();
  other.label_source = {};
  other.label_source.add("operator_opinion");
  other.system = {};
  other.system.add(std::nullopt);
  const comparability out = compare(known(), other);
  CHECK(out.allowed == status::refused);
  CHECK(named(out.differences, "operator_opinion"));
}

TEST_CASE("M40: what is unknown never counts as equal") {
  for (named_condition conditions::*part : {&conditions::threshold, &conditions::system, &conditions::faces_counting_rule, &conditions::label_source}) {
    conditions one = known(), both = known();
    one.*part = {};
    (one.*part).add(std::nullopt);
    both.*part = one.*part;
    for (const comparability& out : {compare(one, known()), compare(known(), one), compare(one, both)}) {
      CHECK(out.allowed == status::projected);
      CHECK(out.unknown.size() == 1);
    }
    conditions some = known(); // one record says, the other does not
    (some.*part).add(std::nullopt);
    CHECK(compare(some, known()).allowed == status::projected);
    CHECK(compare(some, some).allowed == status::projected);
  }
}

TEST_CASE("M40: a watchlist size that nobody recorded is named as unknown") {
  conditions none = known();
  none.watchlist_images = {};
  none.watchlist_images.add(std::nullopt, 10000);
  for (const comparability& out : {compare(none, known()), compare(known(), none), compare(none, none)}) {
    CHECK(out.allowed == status::projected);
    CHECK(named(out.unknown, "watchlist"));
  }
}

TEST_CASE("M40: a watchlist size recorded for a part of the records is not taken for all of them") {
  conditions some = known();
  some.watchlist_images.add(std::nullopt, 10000);
  const comparability out = compare(some, known());
  CHECK(out.allowed == status::projected);
  CHECK(named(out.unknown, "watchlist"));
}

TEST_CASE("M40: a counting rule that differs is refused even if some records do not state it") {
  conditions other = known();
  other.faces_counting_rule = {};
  other.faces_counting_rule.add("frames");
  other.faces_counting_rule.add(std::nullopt);
  CHECK(compare(known(), other).allowed == status::refused);
}

TEST_CASE("M40: conditions of no record are unknown, not different") {
  const comparability out = compare(conditions{}, conditions{});
  CHECK(out.allowed == status::projected);
  CHECK(out.differences.empty());
  CHECK_FALSE(out.unknown.empty());
}

TEST_CASE("M40: two empty watchlists are of the same size") {
  CHECK(compare(with_list(0), with_list(0)).allowed == status::comparable);
  CHECK(compare(with_list(0), with_list(1)).allowed == status::projected);
}

TEST_CASE("a pooled figure is mixed when a condition has more than one value") {
  CHECK_FALSE(conditions{}.mixed());
  CHECK_FALSE(known().mixed());
  for (named_condition conditions::*part : {&conditions::threshold, &conditions::system, &conditions::site}) {
    conditions same = known(), other = known(), unstated = known();
    same.*part = {};
    (same.*part).add("x");
    (same.*part).add("x");
    CHECK_FALSE(same.mixed());
    (other.*part).add("another");
    CHECK(other.mixed());
    (unstated.*part).add(std::nullopt);
    CHECK(unstated.mixed());
  }
  conditions lists = known();
  lists.watchlist_images.add(10000, 5);
  CHECK_FALSE(lists.mixed());
  lists.watchlist_images.add(10001, 5);
  CHECK(lists.mixed());
  conditions persons = known();
  persons.watchlist_persons.add(7, 1);
  persons.watchlist_persons.add(8, 1);
  CHECK(persons.mixed());
}

TEST_CASE("a named condition is one value, several or unknown") {
  named_condition c;
  CHECK(c.is_unknown());
  CHECK_FALSE(c.is_one());
  c.add("a");
  CHECK(c.is_one());
  c.add("a");
  CHECK(c.is_one());
  c.add(std::nullopt);
  CHECK_FALSE(c.is_one());
  CHECK(c.unknown == 1);
}

TEST_CASE("the weighted mean is exact for the largest counts") {
  const std::uint64_t large = std::uint64_t{1} << 52U;
  counted_condition c;
  CHECK_FALSE(c.weighted_mean().has_value());
  for (int i = 0; i < 1000; ++i) c.add(large, large);
  CHECK(c.weighted_mean() == static_cast<double>(large));
  counted_condition weightless;
  weightless.add(5, 0);
  CHECK_FALSE(weightless.weighted_mean().has_value());
}
