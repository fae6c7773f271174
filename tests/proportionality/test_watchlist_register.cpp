#include <lfreval/proportionality/watchlist_register.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <vector>

#include "proportionality/register_cases.hpp"

using namespace lfreval;
using namespace register_cases;

namespace {

watchlist_entry entry(const char* person, const char* category, const char* grade) {
  watchlist_entry out;
  out.person = person;
  out.category = category;
  out.offence_grade = grade;
  return out;
}

const list_policy policy{{"wanted", "missing"}, {"missing"}, {"serious"}, 1};

/// Four people, five images: a has one entry of a category that nobody stated, d has no category.
std::vector<watchlist_entry> list() {
  std::vector<watchlist_entry> out{entry("a", "wanted", "serious"), entry("a", "persons of interest", ""), entry("b", "wanted", "other"), entry("c", "missing", ""), entry("d", "", "")};
  out[0].has_presence_reason = out[1].has_presence_reason = out[2].has_presence_reason = true;
  out[0].has_legal_basis = out[1].has_legal_basis = out[3].has_legal_basis = true;
  out[0].has_source = out[2].has_source = true;
  out[2].age_band = "under_18";
  out[3].age_band = "under_13";
  out[3].has_authority = true;
  out[0].verified = out[1].verified = parse_iso_date("2024-03-03");
  out[2].verified = parse_iso_date("2024-03-01");
  out[3].verified = parse_iso_date("2024-03-05"); // after it was used
  out[0].image_date = parse_iso_date("2024-03-01");
  out[2].image_date = parse_iso_date("2023-03-04");
  out[0].address_known = true;
  return out;
}

std::vector<alert_case> finds() {
  alert_case right, opinion;
  right.deployment = opinion.deployment = "d1";
  right.is_true = right.is_confirmed = opinion.is_true = true;
  right.persons = {"a"};
  opinion.persons = {"b"};
  return {right, right, opinion};
}

const auto used_on = parse_iso_date("2024-03-04");

} // namespace

TEST_CASE("M57: people in stated categories, those not wanted, and any other text is nobody's category") {
  const auto made = watchlist_parts(list(), policy, finds(), true, used_on);
  CHECK(sum_of(made, metric_id::watchlist_in_stated_category) == cluster_tally{2, 4}); // b and c; a has another entry, d none
  CHECK(sum_of(made, metric_id::watchlist_not_wanted) == cluster_tally{1, 4});         // c
  CHECK(sum_of(made, metric_id::watchlist_with_individual_reason) == cluster_tally{1, 4}); // a: basis, and a reason for each image
  const auto categories = persons_by_category(list(), policy, finds());
  CHECK(categories == std::vector<category_count>{{"missing", 1, 0, 0}, {"wanted", 2, 1, 1}, {"other", 1, 1, 1}, {"none", 1, 0, 0}});
  CHECK(persons_by_category(list(), list_policy{}, {}).front().category == "other"); // nothing stated, nothing printed
}

TEST_CASE("M49: the grade of the list stands by itself") {
  const auto made = watchlist_parts(list(), policy, finds(), true, used_on);
  CHECK(sum_of(made, metric_id::watchlist_of_serious_offence) == cluster_tally{1, 4});
  CHECK(clusters_of(watchlist_parts(list(), {{"wanted"}, {}, {}, {}}, finds(), true, used_on), metric_id::watchlist_of_serious_offence).empty());
}

TEST_CASE("M56: a reason to expect somebody, and whether they came") {
  const auto made = watchlist_parts(list(), policy, finds(), true, used_on);
  CHECK(sum_of(made, metric_id::watchlist_with_presence_reason) == cluster_tally{2, 4});
  CHECK(sum_of(made, metric_id::watchlist_encounter_rate) == cluster_tally{1, 4});
  CHECK(clusters_of(watchlist_parts(list(), policy, {}, false, used_on), metric_id::watchlist_encounter_rate).empty());
  CHECK(sum_of(watchlist_parts(list(), policy, {}, true, used_on), metric_id::watchlist_encounter_rate) == cluster_tally{0, 4});
}

TEST_CASE("M69: only people whom somebody checked count as found, and each once") {
  CHECK(persons_found(finds()) == std::set<std::string>{"a"});
  CHECK(persons_found({}).empty());
}

TEST_CASE("reviews count back from the day of use, and a review after it is none") {
  const auto made = watchlist_parts(list(), policy, {}, false, used_on);
  CHECK(sum_of(made, metric_id::watchlist_reviewed_in_time) == cluster_tally{1, 4}); // a, one day before
  CHECK(sum_of(watchlist_parts(list(), {{}, {}, {}, 3}, {}, false, used_on), metric_id::watchlist_reviewed_in_time) == cluster_tally{2, 4});
  CHECK(clusters_of(watchlist_parts(list(), {}, {}, false, used_on), metric_id::watchlist_reviewed_in_time).empty());
  CHECK(clusters_of(watchlist_parts(list(), policy, {}, false, std::nullopt), metric_id::watchlist_reviewed_in_time).empty());
}

TEST_CASE("minors, sources, addresses and the age of images") {
  const auto made = watchlist_parts(list(), policy, finds(), true, used_on);
  CHECK(sum_of(made, metric_id::listed_minors_with_authority) == cluster_tally{1, 2});
  CHECK(sum_of(made, metric_id::watchlist_with_image_source) == cluster_tally{2, 5});
  CHECK(sum_of(made, metric_id::found_with_known_address) == cluster_tally{1, 1});
  const indicator_distribution& ages = distribution_named(made, "image_age");
  CHECK(ages.values == std::vector<double>{3, 366}); // through 29 February 2024
  CHECK(ages.not_recorded == 3);
}

TEST_CASE("no minor on a list whose ages are known is no minor, and ages unknown is nothing known") {
  std::vector<watchlist_entry> adults{entry("a", "", "")};
  CHECK(clusters_of(watchlist_parts(adults, policy, {}, false, used_on), metric_id::listed_minors_with_authority).empty());
  adults[0].age_band = "adult";
  CHECK(clusters_of(watchlist_parts(adults, policy, {}, false, used_on), metric_id::listed_minors_with_authority) == std::vector<cluster_tally>{{0, 0}});
}

TEST_CASE("the order of rows changes nothing") {
  auto rows = list();
  const auto before = watchlist_parts(rows, policy, finds(), true, used_on);
  std::reverse(rows.begin(), rows.end());
  const auto after = watchlist_parts(rows, policy, finds(), true, used_on);
  REQUIRE(before.metrics.size() == after.metrics.size());
  for (std::size_t i = 0; i < before.metrics.size(); ++i) CHECK(before.metrics[i].clusters == after.metrics[i].clusters);
}
