// Limits against data whose one-sided bounds have a closed form: none or all of n, and counts over hours.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <cmath>
#include <doctest/doctest.h>

#include "support/deployed.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

limit declared_limit(metric_id metric, limit_direction direction, std::uint64_t events, std::uint64_t exposure) {
  return {metric, direction, events, exposure, "test"};
}

evaluation evaluated(std::vector<deployment_record> records, std::vector<limit> limits, std::optional<double> planned = std::nullopt) {
  study declared;
  declared.name = "limits";
  declared.limits = std::move(limits);
  declared.planning_design_effect = planned;
  deployment_series series;
  series.records = std::move(records);
  return evaluate(declared, std::move(series), {});
}

const verdict_value& verdict_at(const evaluation& e, const std::string& key) { return std::get<verdict_value>(at(e, key).value); }

constexpr double alpha = 0.05;

} // namespace

TEST_CASE("a limit from below is met by its one-sided lower bound") {
  const auto least = declared_limit(metric_id::true_alerts_per_alert, limit_direction::at_least, 9, 10);
  const evaluation e = evaluated({deployed("d", 1000, 100, 0)}, {least});
  const verdict_value& v = verdict_at(e, "true_alerts_per_alert@limit=at_least_9/10;scope=all");
  CHECK(v.answer.outcome == verdict_outcome::met);
  REQUIRE(v.answer.unfavourable);
  CHECK(v.answer.unfavourable->on == sides::lower);
  CHECK(v.answer.unfavourable->lower == doctest::Approx(std::pow(alpha, 1.0 / 100)).epsilon(1e-12));
  CHECK(at(e, "true_alerts_per_alert@limit=at_least_9/10;scope=all").flags.has(flag::one_sided));
}

TEST_CASE("a limit from below: just short of deciding, and broken") {
  const auto least = declared_limit(metric_id::true_alerts_per_alert, limit_direction::at_least, 9, 10);
  // 0.9^28 > 0.05 > 0.9^29
  CHECK(verdict_at(evaluated({deployed("d", 1000, 28, 0)}, {least}), "true_alerts_per_alert@limit=at_least_9/10;scope=all").answer.outcome ==
        verdict_outcome::inconclusive);
  CHECK(verdict_at(evaluated({deployed("d", 1000, 29, 0)}, {least}), "true_alerts_per_alert@limit=at_least_9/10;scope=all").answer.outcome ==
        verdict_outcome::met);
  const verdict_value broken = verdict_at(evaluated({deployed("d", 1000, 5, 95)}, {least}), "true_alerts_per_alert@limit=at_least_9/10;scope=all");
  CHECK(broken.answer.outcome == verdict_outcome::not_met);
  REQUIRE(broken.answer.favourable);
  CHECK(broken.answer.favourable->on == sides::upper);
  CHECK(broken.answer.favourable->upper < 0.9);
}

TEST_CASE("FX11: no event in 2,995 faces meets 1 in 1,000, in 2,994 it does not decide") {
  const auto most = declared_limit(metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000);
  const char* key = "false_alerts_per_face@limit=at_most_1/1000;scope=all";
  CHECK(verdict_at(evaluated({deployed("d", 2995, 1, 0)}, {most}), key).answer.outcome == verdict_outcome::met);
  const evaluation e = evaluated({deployed("d", 2994, 1, 0)}, {most});
  CHECK(verdict_at(e, key).answer.outcome == verdict_outcome::inconclusive);
  CHECK(verdict_at(e, key).answer.exposure_without_events == std::optional<std::uint64_t>(2995));
}

TEST_CASE("a limit on a rate per hour counts seconds and speaks of hours") {
  const auto most = declared_limit(metric_id::false_alerts_per_hour, limit_direction::at_most, 1, 3600);
  std::vector<deployment_record> records{deployed("d", 1000, 1, 0)};
  const auto verdict_for = [&](std::uint64_t live) {
    records.front().duration = seconds(live);
    return evaluated(records, {most});
  };
  const char* key = "false_alerts_per_hour@limit=at_most_1/1;scope=all";
  // -ln 0.05 = 2.9957 hours without an event keep one an hour.
  const evaluation met = verdict_for(3 * 3600);
  CHECK(verdict_at(met, key).answer.outcome == verdict_outcome::met);
  CHECK(verdict_at(met, key).answer.unfavourable->upper * 3600 == doctest::Approx(-std::log(alpha) / 3).epsilon(1e-12));
  CHECK(at(met, key).sentence.find("an hour") != std::string::npos);
  CHECK(verdict_at(verdict_for(10784), key).answer.outcome == verdict_outcome::inconclusive);
  CHECK(verdict_at(verdict_for(10785), key).answer.outcome == verdict_outcome::met);
}

TEST_CASE("M12: without an event the planned design effect widens the bound") {
  const std::vector<deployment_record> records{deployed("a", 1000, 1, 0), deployed("b", 3000, 1, 0)};
  const auto bound = [](std::uint64_t n, double effect) { return -std::expm1(std::log(0.025) * effect / static_cast<double>(n)); };

  const evaluation plain = evaluated(records, {});
  const finding& alone = at(plain, "false_alerts_per_face@scope=all");
  CHECK(std::get<estimate>(alone.value).headline.upper == doctest::Approx(bound(4000, 1)).epsilon(1e-12));
  CHECK(alone.flags.has(flag::assumes_independence));
  CHECK(alone.flags.has(flag::no_events));

  const evaluation planned = evaluated(records, {}, 4.0);
  const finding& wider = at(planned, "false_alerts_per_face@scope=all");
  CHECK(std::get<estimate>(wider.value).headline.upper == doctest::Approx(bound(4000, 4)).epsilon(1e-12));
  CHECK_FALSE(wider.flags.has(flag::assumes_independence));
}

TEST_CASE("the planned design effect decides a verdict too") {
  const auto most = declared_limit(metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000);
  const std::vector<deployment_record> records{deployed("a", 1000, 1, 0), deployed("b", 3000, 1, 0)};
  const char* key = "false_alerts_per_face@limit=at_most_1/1000;scope=all";
  CHECK(verdict_at(evaluated(records, {most}), key).answer.outcome == verdict_outcome::met);                // 4,000 > 2,995
  CHECK(verdict_at(evaluated(records, {most}, 2.0), key).answer.outcome == verdict_outcome::inconclusive); // 2,000 < 2,995
}

TEST_CASE("a limit on what no record holds is not measured") {
  deployment_record r = deployed("d", 1000, 1, 0);
  r.faces.reset();
  const auto most = declared_limit(metric_id::false_alerts_per_face, limit_direction::at_most, 1, 1000);
  const auto hourly = declared_limit(metric_id::false_alerts_per_hour, limit_direction::at_most, 1, 3600);
  const evaluation e = evaluated({r}, {most, hourly});
  for (const char* key : {"false_alerts_per_face@limit=at_most_1/1000;scope=all", "false_alerts_per_hour@limit=at_most_1/1;scope=all"}) {
    const finding& f = at(e, key);
    CHECK(f.status == finding_status::not_measured);
    CHECK(std::get<verdict_value>(f.value).answer.outcome == verdict_outcome::not_measured);
    CHECK_FALSE(std::get<verdict_value>(f.value).answer.unfavourable);
    CHECK(f.sentence.find("not measured") != std::string::npos);
  }
}

TEST_CASE("M15: a limit on misses is not passed over in silence") {
  const auto least = declared_limit(metric_id::true_positive_identification_rate, limit_direction::at_least, 9, 10);
  const evaluation e = evaluated({deployed("d", 1000, 1, 0)}, {least});
  std::size_t verdicts = 0;
  for (const finding& f : e.findings)
    if (const auto* v = std::get_if<verdict_value>(&f.value)) {
      ++verdicts;
      CHECK(v->answer.outcome == verdict_outcome::not_measured);
    }
  CHECK(verdicts >= 1);
}

TEST_CASE("M16: a limit is met only if it is with every unresolved alert against it") {
  deployment_record r = deployed("d", 10000, 0, 0);
  r.published_true_alerts.reset();
  r.published_false_alerts.reset();
  r.alerts = lfreval::alerts(20);
  r.true_confirmed = lfreval::true_alerts(10);
  r.true_unconfirmed = lfreval::true_alerts(10);
  r.false_confirmed = lfreval::false_alerts(0);
  r.false_unconfirmed = lfreval::false_alerts(0);
  // The bound for 10 of 10,000 by the Poisson limit, which is no smaller: 16.96 / 10,000.
  const char* key = "false_alerts_per_face@limit=at_most_17/10000;scope=all";
  const verdict_value met = verdict_at(evaluated({r}, {declared_limit(metric_id::false_alerts_per_face, limit_direction::at_most, 17, 10000)}), key);
  CHECK(met.answer.outcome == verdict_outcome::met);
  CHECK(met.unresolved == 10);
  REQUIRE(met.answer.unfavourable);
  CHECK(met.answer.unfavourable->upper == doctest::Approx(16.962 / 10000).epsilon(1e-3));
  // With the ten as published, none of 10,000, this would be met; 10 of 10,000 do not decide.
  const auto tight = declared_limit(metric_id::false_alerts_per_face, limit_direction::at_most, 1, 2000);
  CHECK(verdict_at(evaluated({r}, {tight}), "false_alerts_per_face@limit=at_most_1/2000;scope=all").answer.outcome == verdict_outcome::inconclusive);
  CHECK(verdict_at(evaluated({deployed("d", 10000, 20, 0)}, {tight}), "false_alerts_per_face@limit=at_most_1/2000;scope=all").answer.outcome == verdict_outcome::met);
  // A limit from below is broken only if it is with every unresolved alert for it.
  const auto least = declared_limit(metric_id::true_alerts_per_alert, limit_direction::at_least, 9, 10);
  const finding share = *evaluated({r}, {least}).find("true_alerts_per_alert@limit=at_least_9/10;scope=all");
  CHECK(std::get<verdict_value>(share.value).answer.outcome == verdict_outcome::inconclusive);
}
