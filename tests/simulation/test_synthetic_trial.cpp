#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "generator/synthetic_trial.hpp"
#include "simulation/designs.hpp"

using namespace lfreval;
using namespace lfreval::synthetic;

namespace {

/// A row without its codes, for comparing trials with different people.
std::vector<std::string> rows_of(const synthetic_trial& trial) {
  const passage_table& t = trial.passages;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const auto text = [i](const text_column& column) {
      return column.codes[i] == no_code ? "-" : column.texts[column.codes[i]];
    };
    std::string row = text(t.person) + " " + text(t.deployment) + " " + text(t.camera) + " " + text(t.top_person) +
                      " " + std::to_string(t.top_score[i]) + " " + std::to_string(t.second_score[i]) + " " +
                      std::to_string(t.mate_score[i]) + " " + std::to_string(t.mate_rank[i]) + " " +
                      (t.acquired[i] != 0 ? "acquired" : "not acquired");
    for (const auto& axis : t.groups)
      row += " " + text(axis.second);
    out.push_back(std::move(row));
  }
  return out;
}

void check_column(const text_column& column, std::size_t rows) {
  CHECK(column.codes.size() == rows);
  CHECK(std::is_sorted(column.texts.begin(), column.texts.end()));
  CHECK(std::adjacent_find(column.texts.begin(), column.texts.end()) == column.texts.end());
  std::set<std::uint32_t> used(column.codes.begin(), column.codes.end());
  used.erase(no_code);
  CHECK(used.size() == column.texts.size()); // every text occurs, and no code points past them
  CHECK((used.empty() || *used.rbegin() < column.texts.size()));
}

} // namespace

TEST_CASE("a drawn trial is a passage table as a reader would make it") {
  const trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 3);
  const synthetic_trial trial = draw_trial(d, list, 4);
  const passage_table& t = trial.passages;
  const std::size_t rows = t.size();
  CHECK(rows > 400);
  check_column(t.person, rows);
  check_column(t.deployment, rows);
  check_column(t.camera, rows);
  check_column(t.top_person, rows);
  CHECK(t.groups.size() == 2);
  for (const auto& axis : t.groups)
    check_column(axis.second, rows);
  CHECK(t.person.texts.size() == d.volunteers + d.passers);
  CHECK(t.deployment.texts.size() == d.deployments);
  CHECK(t.recorded_from == 0.5F);
  CHECK(trial.first_candidate.size() == rows + 1);
  CHECK(trial.first_candidate.back() == trial.candidates.size());
  CHECK(trial.group_of.size() == d.list_size() + d.passers);
  std::size_t without = 0, misses = 0, overtaken = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto found = trial.candidates_of(i);
    CHECK(std::is_sorted(found.begin(), found.end(), ranks_before));
    CHECK(t.top_score[i] == (found.empty() ? no_score : found[0].score));
    CHECK(t.second_score[i] == (found.size() < 2 ? no_score : found[1].score));
    CHECK((t.top_person.codes[i] == no_code) == found.empty());
    if (!found.empty()) CHECK(t.top_person.texts[t.top_person.codes[i]] == person_id(found[0].person));
    std::set<std::uint32_t> persons;
    for (const candidate& c : found) {
      CHECK(c.score >= t.recorded_from);
      CHECK(c.score < 1.0F);
      CHECK(persons.insert(c.person).second);
    }
    if (t.acquired[i] == 0) {
      ++without;
      CHECK(found.empty());
    }
    const std::string& person = t.person.texts[t.person.codes[i]];
    if (t.mated[i] == mated_status::yes) {
      CHECK(person < person_id(d.volunteers));
      const std::uint32_t rank = t.mate_rank[i];
      if (rank == 0) {
        ++misses;
        CHECK(t.mate_score[i] == no_score);
      } else {
        CHECK(person_id(found[rank - 1].person) == person);
        CHECK(t.mate_score[i] == found[rank - 1].score);
        if (rank > 1) ++overtaken;
      }
    } else {
      CHECK(person >= person_id(d.list_size()));
      CHECK(t.mate_rank[i] == 0);
      CHECK(t.mate_score[i] == no_score);
    }
  }
  CHECK(without > 0);
  CHECK(misses > 0);
  CHECK(overtaken > 0);
}

TEST_CASE("no more candidates are kept than declared, and the mate behind them is not on record") {
  trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 3);
  const synthetic_trial all = draw_trial(d, list, 4);
  d.candidates_kept = 1;
  const synthetic_trial first = draw_trial(d, list, 4);
  REQUIRE(all.passages.size() == first.passages.size());
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < all.passages.size(); ++i) {
    CHECK(first.candidates_of(i).size() <= 1);
    CHECK(first.passages.top_score[i] == all.passages.top_score[i]);
    CHECK(first.passages.second_score[i] == no_score);
    if (all.passages.mate_rank[i] <= 1) continue;
    ++dropped;
    CHECK(first.passages.mate_rank[i] == 0);
    CHECK(first.passages.mate_score[i] == no_score);
  }
  CHECK(dropped > 0);
}

TEST_CASE("the same seed gives the same trial, another seed another one") {
  const trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 3);
  const synthetic_trial a = draw_trial(d, list, 4), b = draw_trial(d, list, 4), c = draw_trial(d, list, 5);
  CHECK(a.passages == b.passages);
  CHECK(a.candidates == b.candidates);
  CHECK(rows_of(a) != rows_of(c));
}

TEST_CASE("what is drawn for a person does not depend on who else passes") {
  trial_design d = test::everything();
  const watchlist list = draw_watchlist(d, 3);
  const auto everyone = rows_of(draw_trial(d, list, 4));
  d.passers = 70;
  const auto fewer = rows_of(draw_trial(d, list, 4));
  REQUIRE(fewer.size() < everyone.size());
  CHECK(std::equal(fewer.begin(), fewer.end(), everyone.begin()));
}

TEST_CASE("scores lie on a grid of millionths, where cutting a score and cutting it at a threshold agree") {
  CHECK(millionths(0.64) == 640000);
  CHECK(millionths(0.6399999) == 639999);
  CHECK(millionths(-0.0000001) == -1);
  CHECK(logged(640000) == 0.64F);
  CHECK(logged(639999) < 0.64F);
  for (std::int64_t i = 400000; i < 1000000; ++i)
    if (!(logged(i) < logged(i + 1))) FAIL_CHECK("two scores become one at " << i);
}

TEST_CASE("heavy-tailed passes: probabilities add to 1 and are the ones drawn") {
  const pass_numbers passes{2, 12, 1.2};
  const auto p = passes.probabilities();
  REQUIRE(p.size() == 11);
  double sum = 0.0;
  for (const double one : p)
    sum += one;
  CHECK(sum == doctest::Approx(1.0).epsilon(1e-12));
  CHECK(pass_numbers{10, 10, 1.0}.probabilities() == std::vector<double>{1.0});
  trial_design d = test::everything();
  d.volunteers = 20000;
  d.volunteer_passes = passes;
  d.passers = 0;
  d.recording_threshold = d.operating_threshold = 0.9;
  const synthetic_trial trial = draw_trial(d, draw_watchlist(d, 1), 2);
  std::vector<double> times(d.volunteers, 0.0), seen(13, 0.0);
  for (const std::uint32_t code : trial.passages.person.codes)
    times[code] += 1.0;
  for (const double n : times)
    seen[static_cast<std::size_t>(n)] += 1.0;
  double statistic = 0.0;
  for (std::size_t k = 0; k < p.size(); ++k)
    statistic += (seen[k + 2] - 20000.0 * p[k]) * (seen[k + 2] - 20000.0 * p[k]) / (20000.0 * p[k]);
  CHECK(statistic < 45.1); // chi-square with 10 degrees of freedom, exceeded twice in a million
}

TEST_CASE("the crowd: what is on record agrees with what was drawn") {
  trial_design d = test::everything();
  d.crowd = {.passers = 3000,
             .listed_passers = 50,
             .passes = {1, 4, 2.0},
             .second_face = 0.25,
             .face_count_cv = 0.05,
             .credible_when_true = 0.9,
             .credible_when_false = 0.4,
             .engaged_when_credible = 0.7};
  const watchlist list = draw_watchlist(d, 3);
  const synthetic_crowd crowd = draw_crowd(d, list, 4);
  CHECK(crowd.cells.size() == d.deployments * d.cameras.size());
  std::uint64_t faces_seen = 0, passed = 0, alerted = 0, right = 0, listed = 0, off = 0;
  for (const crowd_cell& cell : crowd.cells) {
    faces_seen += cell.true_faces;
    passed += cell.listed_passages + cell.nonmated_passages;
    alerted += cell.nonmated_passages_with_alert;
    right += cell.listed_passages_identified;
    listed += cell.listed_passages;
    off += cell.counted_faces != cell.true_faces;
  }
  CHECK(off > 0);
  CHECK(passed > 3050);
  CHECK(faces_seen > passed);
  CHECK(right > 0);
  CHECK(right < listed);
  std::set<std::uint32_t> alert_groups;
  std::uint64_t true_groups = 0, unresolved = 0;
  for (const crowd_alert& alert : crowd.alerts) {
    CHECK(alert.alerted_on.score >= static_cast<float>(d.operating_threshold));
    if (alert_groups.insert(alert.alert_group).second) true_groups += alert.truly_listed;
    CHECK((alert.identity == alert_identity::unresolved) == !alert.engaged);
    if (alert.engaged) CHECK(alert.credible);
    if (alert.engaged) CHECK((alert.identity == alert_identity::true_alert) == alert.truly_listed);
    unresolved += alert.identity == alert_identity::unresolved;
  }
  CHECK(true_groups == right);
  CHECK(alert_groups.size() >= alerted + right); // and listed people alerted on as someone else
  CHECK(crowd.alerts.size() > alert_groups.size());
  CHECK(unresolved > 0);
}

TEST_CASE("a design that means nothing is a wrong call") {
  const auto refused = [](auto change) {
    trial_design d = test::everything();
    change(d);
    CHECK_THROWS_AS(require_valid(d), std::invalid_argument);
  };
  CHECK_NOTHROW(require_valid(test::everything()));
  refused([](trial_design& d) { d.groups[0].share_of_passers = 0.6; });
  refused([](trial_design& d) { d.groups[1].name = d.groups[0].name; });
  refused([](trial_design& d) { d.cameras[0].name = "a,b"; });
  refused([](trial_design& d) { d.lights.clear(); });
  refused([](trial_design& d) { d.scores.passer_sd = -0.1; });
  refused([](trial_design& d) { d.scores.noise_sd = 0.0; });
  refused([](trial_design& d) { d.operating_threshold = 0.5500001; });
  refused([](trial_design& d) { d.recording_threshold = 0.6; });
  refused([](trial_design& d) { d.volunteer_passes = {3, 2, 1.0}; });
  refused([](trial_design& d) { d.cameras[0].failure_to_acquire = 0.99; });
  refused([](trial_design& d) { d.volunteers = d.others_listed = 0; });
  refused([](trial_design& d) { d.crowd.listed_passers = d.others_listed + 1; });
  refused([](trial_design& d) { d.passers = 999999; });
  refused([](trial_design& d) { d.images_per_person = {0.5, 0.4}; });
}

// A budget, not a benchmark: 20 times what a trial costs, so that only a change of kind is noticed.
TEST_CASE("a trial of 5,000 passages against 500 listed persons is cheap") {
  const trial_design d = test::field_trial(1.0, {3, 60, 1.5});
  const watchlist list = draw_watchlist(d, 1);
  const auto began = std::chrono::steady_clock::now();
  std::size_t rows = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    rows += draw_trial(d, list, seed).passages.size();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  MESSAGE("about " << 300.0 / took.count() << " trials of " << rows / 5 << " passages per minute");
  CHECK(rows > 5 * 4000);
  CHECK(took.count() < 5.0);
}
