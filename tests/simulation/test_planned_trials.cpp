// Trials that run as they were planned, with the world as it was supposed: do they prove what they were to prove, as often as the
// plan says?
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/intervals/judge.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/plan.hpp>

#include "support/random.hpp"

using namespace lfreval;

namespace {

constexpr int trials = 4000;

/// A standard normal variable (Box & Muller).
double normal(test::random& from) { return std::sqrt(-2.0 * std::log1p(-from.uniform())) * std::cos(6.283185307179586 * from.uniform()); }

/// Gamma(shape) by Marsaglia & Tsang 2000; below 1 by raising.
double gamma(test::random& from, double shape) {
  if (shape < 1.0) return gamma(from, shape + 1.0) * std::pow(from.uniform(), 1.0 / shape);
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal(from), v = std::pow(1.0 + c * x, 3.0);
    if (v > 0.0 && std::log1p(-from.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// Events of one person, whose own rate is drawn from a beta distribution with this mean and correlation of passages.
std::uint64_t events_of(test::random& from, std::uint64_t passes, double mean, double correlation) {
  double own = mean;
  if (correlation > 0.0) {
    const double total = 1.0 / correlation - 1.0, a = gamma(from, mean * total), b = gamma(from, (1.0 - mean) * total);
    own = a / (a + b);
  }
  std::uint64_t events = 0;
  for (std::uint64_t i = 0; i < passes; ++i) events += from.uniform() < own ? 1 : 0;
  return events;
}

struct supposed {
  metric_id metric;
  double rate, correlation;
  std::uint64_t passes;
  std::string claim;
};

/// Trials of every claim, evaluated whole, support it as often as planned, within three Monte-Carlo standard errors.
void hold_against(const trial_plan& plan, std::size_t claims) {
  constexpr std::uint64_t each = 600;
  const auto found = simulate_plan(plan, each, {});
  REQUIRE(found.size() == claims);
  for (const simulated_claim& one : found) {
    const planned_claim& claim = plan.claims[one.claim];
    const double planned = claim.power, share = static_cast<double>(one.supported) / each, error = std::sqrt(planned * (1.0 - planned) / each);
    MESSAGE("claim " << one.claim << ": planned " << planned << ", supported " << share);
    CHECK(share > planned - 3.0 * error);
    // A comparison is planned by the exact test of as many independent passages, which is not the interval of the evaluation.
    CHECK(share < planned + (claim.claim.what == design_claim::kind::ratio ? 0.12 : 3.0 * error));
  }
}

} // namespace

TEST_CASE("trials that run as planned prove their limit as often as the plan says") {
  const std::vector<supposed> designs{
      {metric_id::true_positive_identification_rate, 0.9, 0.1, 10, "at_least = { events = 85, exposure = 100 }"},
      {metric_id::true_positive_identification_rate, 0.8, 0.3, 4, "at_least = { events = 7, exposure = 10 }"},
      {metric_id::false_positive_identification_rate, 0.01, 0.05, 5, "at_most = { events = 2, exposure = 100 }"},
      {metric_id::false_positive_identification_rate, 0.002, 0.2, 8, "at_most = { events = 1, exposure = 100 }"},
      {metric_id::false_positive_identification_rate, 0.002, 0.0, 1, "at_most = { events = 1, exposure = 100 }"},
  };
  test::random random(20261122);
  for (const supposed& one : designs) {
    const std::string metric(to_string(one.metric));
    const auto design = parse_design("schema = 1\n[design]\nname = \"n\"\n[planning]\n" + metric + " = " + std::to_string(one.rate) + "\npasses_per_person = " + std::to_string(one.passes) +
                                         "\nwithin_person_correlation = " + std::to_string(one.correlation) + "\n[[claim]]\nmetric = \"" + metric + "\"\n" + one.claim + "\n",
                                     "design.toml");
    REQUIRE(design.has_value());
    const trial_plan plan = plan_trial(*design);
    const planned_claim& claim = plan.claims.front();
    REQUIRE(claim.reachable);
    const std::uint64_t persons = (claim.passages + one.passes - 1) / one.passes;
    ladder_options how;
    how.by = cluster_unit::person;
    if (design->design_effect > 1.0) how.planning_design_effect = design->design_effect;
    int met = 0;
    for (int i = 0; i < trials; ++i) {
      std::vector<cluster_tally> people(static_cast<std::size_t>(persons));
      for (cluster_tally& person : people) person = {events_of(random, one.passes, one.rate, one.correlation), one.passes};
      met += judge(claim.claim.declared, people, design->level, how, verdict_scope::outcome).outcome == verdict_outcome::met ? 1 : 0;
    }
    const double share = static_cast<double>(met) / trials;
    MESSAGE(metric << ", " << one.claim << ", " << persons << " persons x " << one.passes << ": planned " << claim.power << ", met " << share);
    // Three Monte-Carlo standard errors of both simulations, which share no random number and no code but the verdict's.
    const double noise = claim.power * (1.0 - claim.power) * (1.0 / trials + (claim.simulated_trials == 0 ? 0.0 : 1.0 / static_cast<double>(claim.simulated_trials)));
    CHECK(std::fabs(share - claim.power) < 3.0 * std::sqrt(noise));
    CHECK(claim.power >= design->power);
    CHECK((claim.simulated_trials != 0) == (one.passes > 1));
  }
}

TEST_CASE("trials that are drawn, logged and evaluated whole support claims as often as planned") {
  const std::string head = "schema = 1\n[design]\nname = \"n\"\nseed = 5\n[planning]\nfalse_positive_identification_rate = 0.01\ntrue_positive_identification_rate = 0.85\npasses_per_person = 6\n"
                           "within_person_correlation = 0.15\n[planning.mix.sex]\nf = 0.4\nm = 0.6\n";
  const auto design = parse_design(head + R"(
[[claim]]
metric = "true_positive_identification_rate"
at_least = { events = 3, exposure = 4 }
[[claim]]
metric = "false_positive_identification_rate"
at_most = { events = 1, exposure = 40 }
[[claim]]
metric = "false_positive_identification_rate"
ratio = 2.5
group = "sex"
reference = "m"
)", "design.toml");
  REQUIRE(design.has_value());
  const trial_plan plan = plan_trial(*design);
  hold_against(plan, 3);
}

TEST_CASE("trials of crossed groups and of limits on every group support claims as often as planned") {
  const auto design = parse_design(R"(schema = 1
[design]
name = "n"
seed = 11
[planning]
false_positive_identification_rate = 0.01
true_positive_identification_rate = 0.85
[planning.mix.age]
old = 0.3
young = 0.7
[planning.mix.sex]
f = 0.4
m = 0.6
[[claim]]
metric = "false_positive_identification_rate"
at_most = { events = 1, exposure = 40 }
in_every = "sex"
[[claim]]
metric = "false_positive_identification_rate"
ratio = 4
group = "age and sex"
reference = "young, m"
[[claim]]
metric = "true_positive_identification_rate"
at_least = { events = 3, exposure = 4 }
in_every = "age and sex"
)", "design.toml");
  REQUIRE(design.has_value());
  const trial_plan plan = plan_trial(*design);
  CHECK(plan.claims[0].group == "f");
  CHECK(plan.claims[1].group == "old, f");
  hold_against(plan, 3);
}

TEST_CASE("trials of two systems on the same passages support claims as often as planned") {
  const auto design = parse_design(R"(schema = 1
[design]
name = "n"
seed = 4
system = "ours"
operating_threshold = 0.6
comparator = "before"
comparator_threshold = 0.3
[planning]
watchlist_persons = 200
false_positive_identification_rate = 0.02
true_positive_identification_rate = 0.85
passes_per_person = 4
within_person_correlation = 0.2
[[claim]]
metric = "true_positive_identification_rate"
better_by = 0.08
[[claim]]
metric = "true_positive_identification_rate"
worse_by_at_most = 0.04
discordant_share = 0.1
[[claim]]
metric = "false_positive_identification_rate"
better_by = 0.03
)", "design.toml");
  REQUIRE(design.has_value());
  hold_against(plan_trial(*design), 3);
}
