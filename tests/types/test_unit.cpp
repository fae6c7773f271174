#include <lfreval/types/tally.hpp>
#include <lfreval/types/unit.hpp>

#include <doctest/doctest.h>
#include <set>
#include <stdexcept>

using namespace lfreval;

TEST_CASE("every unit has a noun of its own, singular and plural") {
  std::set<std::string_view> plurals, singulars;
  for (int i = 0; i <= static_cast<int>(unit::eligible_persons); ++i) {
    const auto u = static_cast<unit>(i);
    CHECK(plurals.insert(to_string(u)).second);
    CHECK(singulars.insert(singular(u)).second);
    CHECK(to_string(u) != singular(u));
  }
  CHECK(to_string(unit::false_alerts) == "false alerts");
  CHECK(singular(unit::false_alerts) == "false alert");
  CHECK(to_string(unit::nonmated_passages_with_alert) == "non-mated passages with an alert");
  CHECK(to_string(unit::false_matches) == "false matches");
  CHECK(to_string(unit::seconds) == "seconds");
}

TEST_CASE("counts of one unit add and compare") {
  CHECK(faces{8600} + faces{1} == faces{8601});
  CHECK(faces{2} < faces{10});
  CHECK(faces{}.value() == 0);
  faces n{5};
  n += faces{6};
  CHECK(n.value() == 11);
}

TEST_CASE("a count above two to the power 52 is a wrong call") {
  const std::uint64_t largest = 4503599627370496U;
  CHECK(largest_count == largest);
  CHECK(faces(largest).value() == largest);
  std::uint64_t above = largest + 1;
  CHECK_THROWS_AS((void)faces(above), std::invalid_argument);
  CHECK_THROWS_AS((void)(faces(largest) + faces(1)), std::invalid_argument);
  faces n(largest);
  CHECK_THROWS_AS(n += faces(1), std::invalid_argument);
  CHECK(n.value() == largest);
}

TEST_CASE("resolved alerts are the true and the false ones") {
  CHECK(true_alerts{5} + false_alerts{2} == resolved_alerts{7});
}

TEST_CASE("a division keeps its integers and names its metric") {
  const auto tally = false_alerts{7} / faces{8600};
  CHECK(tally.events().value() == 7);
  CHECK(tally.exposure().value() == 8600);
  CHECK(decltype(tally)::metric == metric_id::false_alerts_per_face);
  const auto sum = tally + false_alerts{1} / faces{1400};
  CHECK(sum == false_alerts{8} / faces{10000});
  CHECK((false_alerts{0} / faces{0}).exposure().value() == 0);
}
