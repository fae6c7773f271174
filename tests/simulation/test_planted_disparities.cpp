// Trials in which one thing was made unequal, evaluated whole: it is told where it belongs and taken for nothing else.
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include <lfreval/log/published.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/types/number.hpp>

#include "designs.hpp"
#include "generator/synthetic_trial.hpp"
#include "generator/watchlist.hpp"

using namespace lfreval;

namespace {

/// Two groups of the same size, on a list of as many of each, who resemble their own group no more than the other.
synthetic::trial_design alike() {
  synthetic::trial_design d = test::field_trial(1.0, {1, 20, 1.2});
  d.volunteers = 80;
  d.passers = 500;
  d.others_listed = 300;
  d.groups = {{"north", 0.5, 0.5, 0.0, 0.0}, {"south", 0.5, 0.5, 0.0, 0.0}};
  d.operating_threshold = 0.57;
  d.recording_threshold = 0.55;
  return d;
}

study declared_for(const synthetic::trial_design& d) {
  study out;
  out.name = "planted";
  out.equivalence_margin = 1.25;
  study_system system;
  system.name = d.system;
  system.version = "1";
  system.operating_threshold = d.operating_threshold;
  out.systems.push_back(system);
  study_group group;
  group.name = group.column = d.group_axis;
  group.reference = "north";
  out.groups.push_back(group);
  return out;
}

evaluation evaluated(const synthetic::trial_design& d, std::uint64_t seed) {
  const synthetic::watchlist list = synthetic::draw_watchlist(d, seed);
  synthetic::synthetic_trial drawn = synthetic::draw_trial(d, list, seed + 100'000);
  trial_log log;
  log.watchlist_persons = d.list_size();
  for (std::uint32_t person = 0; person < d.list_size(); ++person) log.listed.by_axis[d.group_axis].emplace(synthetic::person_id(person), d.groups[drawn.group_of[person]].name);
  trial_passages source;
  source.source = "volunteers";
  source.kind = source_kind::seeded;
  source.rows = std::move(drawn.passages);
  log.passages.push_back(std::move(source));
  return evaluate(declared_for(d), deployment_series{}, {}, {}, log);
}

/// How often each section says `different` of south against north, and what it finds on average.
struct told {
  double stopping = 0, finding = 0, standardised = 0;  ///< share of trials in which the interval leaves out equality
  double covered = 0;                                  ///< share of standardised intervals that hold the true ratio of 1
  double log_stopping = 0, log_standardised = 0;       ///< means of the logarithms of the ratios
  double trials = 0, with_standard = 0;
};

told over(const synthetic::trial_design& d, std::uint64_t seeds) {
  told out;
  const std::string of = d.group_axis + "=south;", at = ";system=" + d.system + ";threshold=" + shortest(d.operating_threshold), rest = "source=volunteers" + at;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const evaluation e = evaluated(d, seed);
    const finding* stopping = e.find("false_positive_identification_rate@against=north;" + of + rest);
    const finding* found = e.find("true_positive_identification_rate@against=north;" + of + rest);
    const finding* standard = e.find("false_positive_identification_rate@against=north;" + of + "source=volunteers;standard_list=as_many_of_every_group" + at);
    REQUIRE(stopping != nullptr);
    REQUIRE(found != nullptr);
    REQUIRE(standard != nullptr);
    if (!stopping->between_groups || !found->between_groups) continue;
    out.trials += 1;
    out.stopping += stopping->between_groups->verdict.different ? 1 : 0;
    out.finding += found->between_groups->verdict.different ? 1 : 0;
    if (const double ratio = std::get<ratio_value>(stopping->value).point; ratio > 0 && ratio < unbounded) out.log_stopping += std::log(ratio);
    const auto* on_standard = std::get_if<ratio_value>(&standard->value);
    if (on_standard == nullptr) continue;
    out.with_standard += 1;
    out.standardised += on_standard->made.lower > 1 || on_standard->made.upper < 1 ? 1 : 0;
    out.covered += on_standard->made.contains(1) ? 1 : 0;
    out.log_standardised += std::log(on_standard->point);
  }
  for (double* share : {&out.stopping, &out.finding, &out.log_stopping}) *share /= out.trials;
  for (double* share : {&out.standardised, &out.covered, &out.log_standardised}) *share /= std::max(1.0, out.with_standard);
  return out;
}

double at_most(double nominal, double trials) { return nominal + 3.0 * std::sqrt(nominal * (1.0 - nominal) / trials); }

} // namespace

TEST_CASE("slow: where nothing was planted, groups are called different no more often than nominal over 1,000 trials") {
  const told found = over(alike(), 1000);
  CAPTURE(found.stopping);
  CAPTURE(found.finding);
  CHECK(found.trials > 990);
  CHECK(found.stopping <= at_most(0.05, found.trials));
  CHECK(found.finding <= at_most(0.05, found.trials));
}

TEST_CASE("slow: a group that the system mistakes three times as often is found, and not by finding listed people") {
  synthetic::trial_design d = alike();
  d.groups[1].elevation = 0.032; // within the group only: about three times the rate on a list that is half of it
  const told found = over(d, 200);
  CAPTURE(std::exp(found.log_stopping));
  CHECK(found.stopping > 0.8);
  CHECK(std::exp(found.log_stopping) > 2.2);
  CHECK(std::exp(found.log_stopping) < 4.0);
  CHECK(found.finding <= at_most(0.05, found.trials));
}

TEST_CASE("slow: M27 a list with more of one group raises that group's rate, and the standard list takes it away") {
  synthetic::trial_design d = alike();
  d.passers = 3000;
  d.scores.passer_sd = 0.01; // few alerts on two people at once
  d.operating_threshold = 0.563;
  for (synthetic::group_design& group : d.groups) group.elevation = 0.015; // each group resembles itself, both alike
  d.groups[0].share_of_list = 0.15;
  d.groups[1].share_of_list = 0.85;
  const told found = over(d, 60);
  CAPTURE(std::exp(found.log_stopping));
  CAPTURE(std::exp(found.log_standardised));
  CAPTURE(found.covered);
  CHECK(found.stopping > 0.5);
  CHECK(std::exp(found.log_stopping) > 1.4);
  CHECK(found.with_standard > 45);
  CHECK(std::exp(found.log_standardised) > 0.8);
  CHECK(std::exp(found.log_standardised) < 1.25);
  CHECK(found.covered > 0.85); // 60 trials at 95 %, three standard errors
}

TEST_CASE("slow: a group that passes four times as often is scanned more and mistaken no more often") {
  synthetic::trial_design d = alike();
  d.groups[0].share_of_passers = 0.2;
  d.groups[1].share_of_passers = 0.8;
  const told found = over(d, 300);
  CHECK(found.stopping <= at_most(0.05, found.trials));
  CHECK(found.finding <= at_most(0.05, found.trials));
}
