#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/proportionality.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;
using test::number;
using nlohmann::json;

namespace {

using values = std::map<std::string, double>;

confidence level_of(const json& in) { return confidence::checked(number(in.at("conf"))); }
std::uint64_t count_of(const json& in, const char* name) { return in.at(name).get<std::uint64_t>(); }

values scanned(const json& in) {
  const auto r = decision::number_needed_to_scan(count_of(in, "true_events"), count_of(in, "faces"), level_of(in)).value();
  return {{"/nns", r.point}, {"/lo", r.limits.lower}, {"/hi", r.limits.upper}};
}

const identification::true_positive_identification_rate tpir(const json& in) { return identification::true_positive_identification_rate(number(in.at("tpir"))); }
const identification::false_positive_identification_rate fpir(const json& in) { return identification::false_positive_identification_rate(number(in.at("fpir"))); }

const std::map<std::string, std::function<values(const json&)>>& handlers() {
  static const std::map<std::string, std::function<values(const json&)>> all{
      {"decision.ppv",
       [](const json& in) -> values {
         const double ppv = identification::positive_predictive_value(number(in.at("prevalence")), tpir(in), fpir(in)).value();
         return {{"/ppv", ppv}, {"/fdr", 1.0 - ppv}};
       }},
      {"decision.prevalence_for_ppv",
       [](const json& in) -> values { return {{"/prevalence", identification::prevalence_for(number(in.at("ppv")), tpir(in), fpir(in)).value()}}; }},
      {"decision.number_needed_to_scan", scanned},
      {"decision.number_needed_to_scan_zero", scanned},
      {"decision.false_alert_share",
       [](const json& in) -> values {
         const auto r = decision::false_alert_share(count_of(in, "false_alerts"), count_of(in, "alerts"), level_of(in)).value();
         return {{"/fdr", r.point}, {"/lo", r.limits.lower}, {"/hi", r.limits.upper}};
       }},
      {"decision.prob_fpir_below",
       [](const json& in) -> values {
         REQUIRE(in.at("prior") == "Beta(.5,.5)");
         return {{"/prob", decision::probability_below(count_of(in, "x"), count_of(in, "n"), number(in.at("target"))).probability}};
       }},
      {"decision.assurance",
       [](const json& in) -> values {
         const auto r = decision::assurance(count_of(in, "n"), number(in.at("target")), confidence::checked(1.0 - number(in.at("delta"))),
                                            {number(in.at("design_prior")[0]), number(in.at("design_prior")[1])});
         return {{"/assurance", r.probability}, {"/k_max", static_cast<double>(r.most_events.value())}};
       }},
      {"decision.cost_optimal_probability",
       [](const json& in) -> values {
         const auto r = decision::cost_optimal_probability(number(in.at("cost_false_alert")), number(in.at("cost_miss")));
         return {{"/p_t", r.probability}, {"/lr_at_prev_1e_4", r.likelihood_ratio(1e-4)}};
       }},
      {"decision.net_benefit",
       [](const json& in) -> values {
         const decision::exchange_rate w(number(in.at("harm_ratio")));
         return {{"/nb", decision::net_benefit(count_of(in, "tp"), count_of(in, "fp"), count_of(in, "n"), w, confidence{0.95}).value().point},
                 {"/threshold_prob", w.threshold_probability()}};
       }},
      {"decision.net_benefit_se",
       [](const json& in) -> values {
         return {{"/se", decision::net_benefit(count_of(in, "tp"), count_of(in, "fp"), count_of(in, "n"), decision::exchange_rate(number(in.at("harm_ratio"))),
                                               confidence{0.95}).value().standard_error}};
       }},
      {"decision.noninferiority_rate_ratio",
       [](const json& in) -> values {
         return {{"/p", decision::noninferiority_rate_ratio(count_of(in, "x1"), number(in.at("t1")), count_of(in, "x2"), number(in.at("t2")), number(in.at("margin")),
                                                            confidence::checked(1.0 - number(in.at("alpha")))).value().p_value}};
       }},
      {"decision.pareto_front",
       [](const json& in) -> values {
         std::vector<decision::operating_point> points;
         for (const json& p : in.at("points_minimise_both")) points.push_back({number(p[0]), -number(p[1])});
         const auto front = decision::pareto_front(points);
         values out;
         for (std::size_t i = 0; i < front.size(); ++i) out["/front/" + std::to_string(i)] = static_cast<double>(front[i]);
         return out;
       }},
      {"psa.evpi",
       [](const json& in) -> values {
         std::vector<double> benefit;
         for (const json& strategy : in.at("net_benefit"))
           for (const json& value : strategy) benefit.push_back(number(value));
         return {{"/evpi", sensitivity::expected_value_of_perfect_information(benefit, in.at("net_benefit").size(), in.at("prob").get<std::vector<double>>())}};
       }},
      {"psa.sobol_ishigami",
       [](const json& in) -> values {
         const double a = number(in.at("a")), b = number(in.at("b"));
         const std::vector<sensitivity::uncertain_input> inputs(3, sensitivity::uncertain_input::uniform(-std::numbers::pi, std::numbers::pi));
         const auto r = sensitivity::variance_shares_by_quadrature(inputs, [=](std::span<const double> x) {
                          return std::sin(x[0]) + a * std::sin(x[1]) * std::sin(x[1]) + b * x[2] * x[2] * x[2] * x[2] * std::sin(x[0]);
                        }).value();
         return {{"/S1", r.first[0]}, {"/S2", r.first[1]}, {"/S3", r.first[2]}, {"/ST1", r.total[0]}, {"/ST2", r.total[1]}, {"/ST3", r.total[2]}, {"/variance", r.variance}};
       }},
      {"psa.sobol_sequence",
       [](const json& in) -> values {
         const sensitivity::sobol_sequence points(in.at("dim").get<unsigned>());
         values out;
         for (std::uint64_t k = 0; k < count_of(in, "n"); ++k)
           for (unsigned d = 0; d < points.dimensions(); ++d) out["/points/" + std::to_string(k) + "/" + std::to_string(d)] = points.at(k, d);
         return out;
       }},
      {"audit.hypergeometric_upper",
       [](const json& in) -> values {
         return {{"/max_total", static_cast<double>(audit::hypergeometric_upper(count_of(in, "found"), count_of(in, "audited"), count_of(in, "population"), level_of(in)).value())}};
       }},
      {"verification.begg_greenes",
       [](const json& in) -> values {
         const auto r = verification_bias::begg_greenes({count_of(in, "pos_D"), count_of(in, "pos_nonD"), count_of(in, "pos_unverified")},
                                                   {count_of(in, "neg_D"), count_of(in, "neg_nonD"), count_of(in, "neg_unverified")}, confidence{0.95}).value();
         return {{"/sens", r.sensitivity}, {"/spec", r.specificity}, {"/sens_naive", r.naive_sensitivity}, {"/spec_naive", r.naive_specificity},
                 {"/prevalence", r.prevalence}, {"/se_logit_sens", r.standard_error}, {"/sens_lo", r.sensitivity_limits.lower}, {"/sens_hi", r.sensitivity_limits.upper}};
       }},
  };
  return all;
}

bool ours(const std::string& method) {
  for (const char* prefix : {"decision.", "psa.", "audit.", "verification."})
    if (method.rfind(prefix, 0) == 0) return true;
  return false;
}

} // namespace

TEST_CASE("every reference row of decision analysis holds at its own tolerance") {
  std::size_t checked = 0;
  for (const test::reference_row& row : test::reference_rows()) {
    if (!ours(row.method)) continue;
    CAPTURE(row.method);
    const auto found = handlers().find(row.method);
    REQUIRE_MESSAGE(found != handlers().end(), "no handler");
    const values got = found->second(row.inputs);
    ++checked;
    const json expected = row.expected.flatten();
    for (const auto& item : expected.items()) {
      const std::string name = item.key();
      CAPTURE(name);
      const auto value = got.find(name);
      REQUIRE_MESSAGE(value != got.end(), "the handler does not answer for this value");
      const double want = number(item.value());
      CAPTURE(value->second);
      CAPTURE(want);
      CHECK(row.within.holds(value->second, want));
    }
    if (row.method == "decision.pareto_front") CHECK(got.size() == expected.size());
  }
  CHECK(checked == 19);
}
