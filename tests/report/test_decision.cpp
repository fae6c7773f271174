// Outcomes weighed against harm, worked out by hand.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>

using namespace lfreval;

namespace {

struct day { const char* threshold; std::uint64_t seen, gained, wrong; };

deployment_series records(const std::vector<day>& days) {
  deployment_series series;
  int number = 0;
  for (const day& d : days) {
    deployment_record r;
    r.deployment = "d" + std::to_string(10 + number++);
    r.threshold = d.threshold;
    r.faces = faces(d.seen);
    r.alerts = alerts(d.gained + d.wrong);
    r.published_true_alerts = true_alerts(d.gained);
    r.published_false_alerts = false_alerts(d.wrong);
    r.outcomes.emplace("arrest", outcomes(d.gained));
    series.records.push_back(std::move(r));
  }
  series.outcome_names = {"arrest"};
  return series;
}

const std::vector<day> some_days{{"0.60", 1000, 3, 1}, {"0.60", 2000, 5, 4}, {"0.60", 1500, 2, 1}, {"0.64", 1000, 4, 0}, {"0.64", 2500, 6, 2}};

evaluation weighed(const std::vector<day>& days, const study_decision& by) {
  study declared;
  declared.name = "weighed";
  declared.seed = 3;
  declared.decision = by;
  return evaluate(declared, records(days), {});
}

study_decision arrests_against_false_alerts() {
  study_decision out;
  out.outcome = "arrest";
  out.harm = "false_alerts";
  return out;
}

const curve* curve_of(const evaluation& e, const std::string& name) {
  for (const curve& one : e.curves)
    if (one.name == name) return &one;
  return nullptr;
}

const std::vector<std::optional<double>>& numbers(const curve& of, const std::string& name) {
  for (const curve::column& one : of.columns)
    if (one.name == name) return std::get<std::vector<std::optional<double>>>(one.values);
  throw std::runtime_error("no column " + name);
}

} // namespace

TEST_CASE("M48 without a declared exchange rate there is the break-even and nothing else") {
  const evaluation e = weighed(some_days, arrests_against_false_alerts());
  const finding* even = e.find("net_benefit_break_even@harm=false_alerts;outcome=arrest;scope=all");
  REQUIRE(even != nullptr);
  CHECK(even->status == finding_status::measured);
  const auto& q = std::get<quantity_value>(even->value);
  CHECK(q.point == doctest::Approx(20.0 / 8.0)); // 20 arrests, 8 false alerts
  CHECK(q.of == cluster_tally{8, 20});
  CHECK(q.made.contains(q.point));
  CHECK(even->sentence.find("judgement") != std::string::npos);
  CHECK(curve_of(e, "net_benefit") == nullptr);
  CHECK(curve_of(e, "value_of_information") == nullptr);
  const bool said = std::any_of(e.not_measured.begin(), e.not_measured.end(), [](const not_measured_item& i) { return i.topic == "Whether the gain outweighs the harm"; });
  CHECK(said);
  CHECK(to_text(e).find("OUTCOMES AGAINST HARM") != std::string::npos);
}

TEST_CASE("without a declared decision nothing is weighed") {
  study declared;
  declared.name = "plain";
  const evaluation e = evaluate(declared, records(some_days), {});
  for (const finding& f : e.findings) CHECK(f.metric != "net_benefit_break_even");
  CHECK(curve_of(e, "operating_points") == nullptr);
}

TEST_CASE("net benefit over the declared rates is the difference of the counts, and 0 at the break-even") {
  study_decision by = arrests_against_false_alerts();
  by.exchange_rates = study_decision::exchange_range{0.5, 2.5, 5};
  const evaluation e = weighed(some_days, by);
  const curve* made = curve_of(e, "net_benefit");
  REQUIRE(made != nullptr);
  const auto& rates = numbers(*made, "exchange_rate");
  REQUIRE(rates.size() == 5);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    CHECK(*numbers(*made, "net_benefit")[i] == doctest::Approx((20.0 - *rates[i] * 8.0) / 8000.0));
    CHECK(*numbers(*made, "lower")[i] < *numbers(*made, "net_benefit")[i]);
    CHECK(*numbers(*made, "upper")[i] > *numbers(*made, "net_benefit")[i]);
  }
  CHECK(std::fabs(*numbers(*made, "net_benefit")[4]) < 1e-15);
  CHECK(curve_of(e, "net_benefit_at_0_64") != nullptr);
}

TEST_CASE("thresholds in use are operating points of which some dominate others") {
  const evaluation e = weighed(some_days, arrests_against_false_alerts());
  const curve* made = curve_of(e, "operating_points");
  REQUIRE(made != nullptr);
  // 0.60: 10 arrests and 6 false alerts in 4,500 faces; 0.64: 10 and 2 in 3,500: more of the one and fewer of the other.
  for (const curve::column& one : made->columns) {
    if (one.name == "threshold") CHECK(std::get<std::vector<std::string>>(one.values) == std::vector<std::string>{"0.60", "0.64"});
    if (one.name == "on_front") CHECK(std::get<std::vector<std::optional<std::uint64_t>>>(one.values) == std::vector<std::optional<std::uint64_t>>{0, 1});
  }
  // Two deployments are missed by one resampled series in seven: too few to be resampled.
  CHECK_FALSE(numbers(*made, "share_on_front")[0]);
  std::vector<day> many;
  for (int i = 0; i < 8; ++i) many.insert(many.end(), some_days.begin(), some_days.end());
  const evaluation longer = weighed(many, arrests_against_false_alerts());
  const auto& shares = numbers(*curve_of(longer, "operating_points"), "share_on_front");
  CHECK(shares[1].value() > shares[0].value());
}

TEST_CASE("knowing more is worth nothing where the answer is clear, and names the quantity that matters where it is not") {
  study_decision by = arrests_against_false_alerts();
  by.exchange_rates = study_decision::exchange_range{0.001, 4.0, 9};
  by.inputs.push_back({"would have been found otherwise", "attributable_share", "uniform", "declared by the force", {0.1, 1.0}, {}});
  const evaluation e = weighed(some_days, by);
  const curve* made = curve_of(e, "value_of_information");
  REQUIRE(made != nullptr);
  const auto& worth = numbers(*made, "of_knowing_everything");
  CHECK(*worth.front() < 1e-3); // hardly any harm: deploying whatever the share
  double most = 0;
  for (const auto& one : worth) most = std::max(most, *one);
  CHECK(most > *worth.front());
  for (const auto& one : numbers(*made, "of_knowing_attributable_share")) CHECK(*one >= 0.0);
  REQUIRE(curve_of(e, "sensitivity_of_net_benefit") != nullptr);
  bool told = false;
  for (const finding& f : e.findings)
    if (f.metric == "value_of_information") {
      told = true;
      CHECK(f.status == finding_status::projected);
      CHECK(std::get<quantity_value>(f.value).point == doctest::Approx(most));
    }
  CHECK(told);
}

TEST_CASE("an outcome that no deployment records is not weighed") {
  study_decision by = arrests_against_false_alerts();
  by.outcome = "conviction";
  const evaluation e = weighed(some_days, by);
  const finding* even = e.find("net_benefit_break_even@harm=false_alerts;outcome=conviction;scope=all");
  REQUIRE(even != nullptr);
  CHECK(even->status == finding_status::not_measured);
}
