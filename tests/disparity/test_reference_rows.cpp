#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/disparity.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;
using nlohmann::json;
using test::number;

namespace {

/// The values of a row by name; a row with a list has one for each place, as "beta.0".
using answer = std::map<std::string, double>;
using handler = std::function<answer(const json&)>;

std::uint64_t count_of(const json& in, const char* name) { return in.at(name).get<std::uint64_t>(); }
double value_of(const json& in, const char* name) { return number(in.at(name)); }
confidence level_of(const json& in, const char* name = "alpha") { return confidence::checked(1.0 - number(in.at(name))); }

std::vector<group_count> groups_of(const json& in) {
  std::vector<group_count> out;
  for (std::size_t i = 0; i < in.at("x").size(); ++i) out.push_back({in.at("x")[i].get<std::uint64_t>(), number(in.at("t")[i])});
  return out;
}

std::vector<double> values_of(const json& list) {
  std::vector<double> out;
  for (const auto& one : list) out.push_back(number(one));
  return out;
}

/// One value for each place of a list.
void put(answer& into, const std::string& name, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) into[name + "." + std::to_string(i)] = values[i];
}

/// Tables as the row writes them: a group, its reference; or column by column.
std::vector<stratified::table> tables_of(const json& in) {
  std::vector<stratified::table> out;
  if (in.contains("tables"))
    for (const auto& t : in.at("tables"))
      out.push_back({t[0][0].get<std::uint64_t>(), t[0][1].get<std::uint64_t>(), t[1][0].get<std::uint64_t>(), t[1][1].get<std::uint64_t>()});
  else
    for (const auto& t : in.at("tables_col_major_2x2"))
      out.push_back({t[0].get<std::uint64_t>(), t[2].get<std::uint64_t>(), t[1].get<std::uint64_t>(), t[3].get<std::uint64_t>()});
  return out;
}

/// y ~ 1 + g + x.
struct regression {
  std::vector<double> covariates;
  std::vector<cluster_tally> outcomes;

  explicit regression(const json& in) {
    for (std::size_t i = 0; i < in.at("y").size(); ++i) {
      covariates.insert(covariates.end(), {1.0, number(in.at("g")[i]), number(in.at("x")[i])});
      outcomes.push_back({in.at("y")[i].get<std::uint64_t>(), 1});
    }
  }
  [[nodiscard]] logit::regression_rows rows() const { return {covariates, 3, outcomes}; }
};

const std::map<std::string, handler>& handlers() {
  static const std::map<std::string, handler> all{
      {"equivalence.tost_rate_ratio",
       [](const json& in) -> answer {
         const auto r = equivalence::tost_rate_ratio(count_of(in, "x1"), value_of(in, "t1"), count_of(in, "x2"), value_of(in, "t2"),
                                                     value_of(in, "margin"), level_of(in)).value();
         return {{"p_lower", r.p_lower}, {"p_upper", r.p_upper}, {"p", r.p_value}, {"ci90_lo", r.equivalence.lower},
                 {"ci90_hi", r.equivalence.upper}};
       }},
      {"equivalence.tost_rate_ratio_exact",
       [](const json& in) -> answer {
         return {{"p", equivalence::tost_rate_ratio_exact(count_of(in, "x1"), value_of(in, "t1"), count_of(in, "x2"),
                                                          value_of(in, "t2"), value_of(in, "margin"), confidence{0.95})
                           .value().p_value}};
       }},
      {"power.faces_per_group",
       [](const json& in) -> answer {
         return {{"faces", power::faces_per_group(value_of(in, "rate_ref"), value_of(in, "ratio"), level_of(in), value_of(in, "power"))}};
       }},
      {"power.rate_ratio_normal_logscale",
       [](const json& in) -> answer {
         const auto r = power::rate_ratio_normal_logscale(value_of(in, "rate_ref"), value_of(in, "ratio"), level_of(in),
                                                          value_of(in, "power"), value_of(in, "allocation"));
         return {{"exposure_per_group", r.exposure}, {"total_events", r.total_events}};
       }},
      {"power.two_prop_normal",
       [](const json& in) -> answer {
         return {{"n_per_group", power::two_prop_normal(value_of(in, "p1"), value_of(in, "p2"), level_of(in), value_of(in, "power"))}};
       }},
      {"power.rate_ratio_exact_conditional",
       [](const json& in) -> answer {
         return {{"power", power::rate_ratio_exact_conditional(value_of(in, "rate1"), value_of(in, "t1"), value_of(in, "rate2"),
                                                               value_of(in, "t2"), level_of(in))}};
       }},
      {"power.min_detectable_ratio_exact",
       [](const json& in) -> answer {
         return {{"ratio", power::min_detectable_ratio_exact(value_of(in, "rate_ref"), value_of(in, "t1"), value_of(in, "t2"),
                                                             level_of(in), value_of(in, "power"))}};
       }},
      {"power.min_detectable_ratio_given_total",
       [](const json& in) -> answer {
         const auto r = power::min_detectable_ratio_given_total(count_of(in, "total_events"), value_of(in, "exposure_share"),
                                                                level_of(in, "alpha_two_sided"), value_of(in, "power")).value();
         return {{"k_crit", static_cast<double>(r.critical_events)}, {"ratio", r.ratio}};
       }},
      {"fairness.summary",
       [](const json& in) -> answer {
         const auto fpr = values_of(in.at("fpr_like")), fnr = values_of(in.at("fnr_like"));
         const double alpha = value_of(in, "alpha"), log_ratio = fairness::log10_max_over_min(fpr).value();
         return {{"fdr", fairness::fdr(fpr, fnr, alpha).value()}, {"inequity_rate", fairness::inequity_rate(fpr, fnr, alpha).value()},
                 {"garbe", fairness::garbe(fpr, fnr, alpha).value()}, {"gini_fpr", fairness::gini(fpr).value()},
                 {"gini_fnr", fairness::gini(fnr).value()}, {"max_over_min_fpr", std::pow(10.0, log_ratio)},
                 {"max_over_geomean_fpr", fairness::max_over_geomean(fpr).value()},
                 {"max_over_mean_fpr", fairness::max_over_mean(fpr).value()}, {"log10_max_min", log_ratio},
                 {"mape_fpr", fairness::mape(fpr).value()}, {"theil_fpr", fairness::theil(fpr).value()},
                 {"between_group_sd_log", fairness::between_group_sd_log(fpr).value()}};
       }},
      {"fairness.weighted_gini",
       [](const json& in) -> answer {
         return {{"gini", fairness::weighted_gini(values_of(in.at("rates")), values_of(in.at("weights"))).value()}};
       }},
      {"fairness.expected_max_over_min_under_equality",
       [](const json& in) -> answer {
         return {{"e_ratio", fairness::expected_max_over_min_under_equality(value_of(in, "expected_count_per_group"), count_of(in, "groups"),
                                                                            value_of(in, "smoothing"))}};
       }},
      {"fairness.max_over_min_null_quantile",
       [](const json& in) -> answer {
         const double expected = value_of(in, "expected_count_per_group"), smoothing = value_of(in, "smoothing");
         const std::size_t groups = count_of(in, "groups");
         return {{"q50", fairness::max_over_min_null_quantile(expected, groups, number(in.at("q")[0]), smoothing)},
                 {"q95", fairness::max_over_min_null_quantile(expected, groups, number(in.at("q")[1]), smoothing)},
                 {"mean", fairness::expected_max_over_min_under_equality(expected, groups, smoothing)}};
       }},
      {"fairness.max_over_min_projection_ci",
       [](const json& in) -> answer {
         const auto r = fairness::max_over_min_projection_ci(groups_of(in), confidence::checked(value_of(in, "conf"))).value();
         return {{"point", r.point}, {"lo", r.limits.lower}, {"hi", r.limits.upper}};
       }},
      {"fairness.dl_tau_log_rates",
       [](const json& in) -> answer {
         const auto r = fairness::dl_tau_log_rates(groups_of(in)).value();
         return {{"Q", r.q}, {"p", r.p_value}, {"tau2", r.tau_squared}, {"tau", r.tau}};
       }},
      {"fairness.empirical_bayes_gamma_poisson",
       [](const json& in) -> answer {
         const auto r = fairness::empirical_bayes_gamma_poisson(groups_of(in), confidence{0.95}, {.replicates = 20}).value();
         answer out{{"shape", *r.shape}, {"rate", *r.rate}, {"nll", -r.log_likelihood}};
         std::vector<double> means;
         for (const auto& g : r.groups) means.push_back(*g.rate);
         put(out, "posterior_mean", means);
         return out;
       }},
      {"fairness.composition_standardised",
       [](const json& in) -> answer {
         const auto group = values_of(in.at("f_gh")[0]), reference = values_of(in.at("f_gh")[1]);
         const auto list = in.at("watchlist").get<std::vector<std::uint64_t>>(), standard = in.at("standard").get<std::vector<std::uint64_t>>();
         const auto r = fairness::composition_standardised(group, reference, list, standard).value();
         return {{"ratio_operational", r.operational}, {"ratio_standardised", r.standardised}, {"log_composition_effect", r.log_effect}};
       }},
      {"stratified.cmh",
       [](const json& in) -> answer {
         const auto r = stratified::cmh(tables_of(in), confidence{0.95}).value();
         return {{"chi2_cc", r.corrected_chi_square}, {"p_cc", r.corrected_p_value}, {"chi2", r.chi_square}, {"p", r.p_value},
                 {"or_mh", r.odds.ratio}, {"lo", r.odds.limits.lower}, {"hi", r.odds.limits.upper}};
       }},
      {"stratified.cmh_exact",
       [](const json& in) -> answer {
         const auto r = stratified::cmh_exact(tables_of(in), confidence{0.95}).value();
         return {{"p", r.p_value}, {"or_cond_mle", r.odds.ratio}, {"lo", r.odds.limits.lower}, {"hi", r.odds.limits.upper}};
       }},
      {"stratified.mh_risk_ratio",
       [](const json& in) -> answer {
         const auto r = stratified::mh_risk_ratio(tables_of(in), confidence{0.95}).value();
         return {{"rr", r.ratio}, {"lo", r.limits.lower}, {"hi", r.limits.upper}};
       }},
      {"stratified.mh_rate_ratio",
       [](const json& in) -> answer {
         std::vector<stratified::rates> strata;
         for (std::size_t i = 0; i < in.at("x1").size(); ++i)
           strata.push_back({in.at("x1")[i].get<std::uint64_t>(), number(in.at("t1")[i]), in.at("x0")[i].get<std::uint64_t>(), number(in.at("t0")[i])});
         const auto r = stratified::mh_rate_ratio(strata, confidence{0.95}).value();
         return {{"irr", r.ratio}, {"lo", r.limits.lower}, {"hi", r.limits.upper}};
       }},
      {"stratified.breslow_day",
       [](const json& in) -> answer {
         const auto r = stratified::breslow_day(tables_of(in)).value();
         return {{"bd", r.breslow_day}, {"p_bd", r.p_breslow_day}, {"bdt_tarone", r.tarone}, {"p_bdt", r.p_tarone}};
       }},
      {"logit.cluster_robust",
       [](const json& in) -> answer {
         const regression d(in);
         const auto id = in.at("id").get<std::vector<std::uint64_t>>(), cam = in.at("cam").get<std::vector<std::uint64_t>>();
         const auto r = logit::fit(d.rows()).value();
         answer out{{"loglik", r.log_likelihood}};
         put(out, "beta", r.coefficients);
         put(out, "se_model", r.standard_errors);
         put(out, "se_cr0", logit::cluster_robust(d.rows(), r, id, logit::few_clusters_correction::cr0).value());
         put(out, "se_cr1_stata", logit::cluster_robust(d.rows(), r, id, logit::few_clusters_correction::cr1).value());
         put(out, "se_cr2", logit::cluster_robust(d.rows(), r, id, logit::few_clusters_correction::cr2).value());
         put(out, "se_twoway_cr0", logit::two_way_robust(d.rows(), r, id, cam).value().unguarded);
         return out;
       }},
      {"logit.firth",
       [](const json& in) -> answer {
         const regression d(in);
         const auto r = logit::firth(d.rows()).value();
         answer out;
         put(out, "beta", r.coefficients);
         put(out, "se", r.standard_errors);
         return out;
       }},
      {"logit.firth_saturated",
       [](const json& in) -> answer {
         return {{"log_or", logit::firth_saturated(count_of(in, "x1"), count_of(in, "n1"), count_of(in, "x2"), count_of(in, "n2")).value()}};
       }},
      {"poisson.firth_saturated",
       [](const json& in) -> answer {
         const auto groups = groups_of(in);
         const double ratio = poisson::firth_saturated(groups[0].events, groups[0].exposure, groups[1].events, groups[1].exposure).value();
         return {{"log_rr", std::log(ratio)}, {"rr", ratio}};
       }},
  };
  return all;
}

bool ours(const std::string& method) {
  if (method == "logit.firth_published") return false; // its data set is not in this repository
  for (const char* prefix : {"equivalence.", "power.", "fairness.", "stratified.", "logit.", "poisson.firth"})
    if (method.rfind(prefix, 0) == 0) return true;
  return false;
}

/// The expected values of a row by the names that the handlers give.
answer expected_of(const json& expected) {
  answer out;
  for (const auto& item : expected.items()) {
    if (!item.value().is_array()) {
      out[item.key()] = number(item.value());
      continue;
    }
    for (std::size_t i = 0; i < item.value().size(); ++i) out[item.key() + "." + std::to_string(i)] = number(item.value()[i]);
  }
  return out;
}

} // namespace

TEST_CASE("every reference row of this stage holds at its own tolerance") {
  std::size_t checked = 0;
  for (const test::reference_row& row : test::reference_rows()) {
    if (!ours(row.method)) continue;
    CAPTURE(row.method);
    const auto found = handlers().find(row.method);
    REQUIRE_MESSAGE(found != handlers().end(), "no handler");
    const answer got = found->second(row.inputs);
    ++checked;
    for (const auto& one : expected_of(row.expected)) {
      const std::string name = one.first;
      CAPTURE(name);
      const auto value = got.find(name);
      REQUIRE_MESSAGE(value != got.end(), "the handler does not answer for this value");
      CAPTURE(value->second);
      CAPTURE(one.second);
      CHECK(row.within.holds(value->second, one.second));
    }
  }
  CHECK(checked == 30);
}
