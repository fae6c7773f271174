#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/series/confidence_sequence.hpp>
#include <lfreval/series/cusum.hpp>
#include <lfreval/series/e_value.hpp>
#include <lfreval/series/uniform_boundary.hpp>

#include "support/reference_rows.hpp"

using namespace lfreval;
using nlohmann::json;
using test::number;

namespace {

using answer = std::map<std::string, double>;

double at(const json& in, const char* name) { return number(in.at(name)); }
std::uint64_t count(const json& in, const char* name) { return in.at(name).get<std::uint64_t>(); }
confidence level_of(const json& in) { return confidence::checked(1.0 - at(in, "alpha")); }
sequential::mixture_prior prior_of(const json& in) { return {at(in, "a"), at(in, "b")}; }
sequential::boundary_options boundary_of(const json& in) { return {at(in, "alpha"), at(in, "v_opt"), at(in, "alpha_opt")}; }
answer limits(const interval& made) { return {{"lo", made.lower}, {"hi", made.upper}}; }

const std::map<std::string, std::function<answer(const json&)>>& handlers() {
  static const std::map<std::string, std::function<answer(const json&)>> all{
      {"sequential.beta_mixture_cs", [](const json& in) { return limits(sequential::beta_mixture(count(in, "x"), count(in, "n"), level_of(in), prior_of(in)).value()); }},
      {"sequential.gamma_mixture_cs_poisson", [](const json& in) { return limits(sequential::gamma_mixture(count(in, "x"), at(in, "exposure"), level_of(in), prior_of(in)).value()); }},
      {"sequential.e_value_one_sided", [](const json& in) { return answer{{"e", std::exp(sequential::log_e_value(count(in, "x"), count(in, "n"), at(in, "p0"), prior_of(in)))}}; }},
      {"sequential.betting_capital_fixed_bet", [](const json& in) {
         return answer{{"capital", sequential::betting_capital(in.at("y").get<std::vector<double>>(), at(in, "m0"), at(in, "lam"))}};
       }},
      {"sequential.confseq_beta_binomial_mixture_two_sided_bound", [](const json& in) {
         return answer{{"bound", sequential::beta_binomial_boundary(at(in, "v"), at(in, "g"), at(in, "h"), boundary_of(in))}};
       }},
      {"sequential.confseq_gamma_exponential_mixture_bound", [](const json& in) {
         return answer{{"bound", sequential::gamma_exponential_boundary(at(in, "v"), at(in, "c"), boundary_of(in))}};
       }},
      {"sequential.sprt_llr", [](const json& in) {
         const auto r = sequential::sequential_probability_ratio(count(in, "x"), count(in, "n"), at(in, "p0"), at(in, "p1"), 0.05, 0.1);
         return answer{{"llr", r.log_ratio}, {"upper", r.upper}, {"lower", r.lower}, {"alpha", 0.05}, {"beta", 0.1}};
       }},
      {"sequential.bernoulli_cusum", [](const json& in) {
         REQUIRE(in.at("seq").get<std::string>() == "400 zeros,1,150 zeros,1,30 zeros,1");
         sequential::bernoulli_cusum sum(at(in, "p0"), at(in, "p1"));
         for (const std::uint64_t zeros : {400U, 150U, 30U}) {
           sum.add_trials_without_event(zeros);
           sum.add_event();
         }
         return answer{{"w1", sum.event_weight}, {"w0", sum.other_weight}, {"final", sum.value}, {"max", sum.highest}};
       }},
      {"sequential.poisson_cusum_k", [](const json& in) { return answer{{"k", sequential::poisson_reference(at(in, "lam0"), at(in, "lam1"))}}; }},
  };
  return all;
}

} // namespace

TEST_CASE("sequential statistics agree with their reference rows") {
  std::size_t checked = 0, records_only = 0;
  for (const test::reference_row& row : test::reference_rows()) {
    if (row.method.rfind("sequential.", 0) != 0) continue;
    CAPTURE(row.method);
    CAPTURE(row.inputs.dump());
    if (row.method == "sequential.e_bh") {
      ++checked;
      const auto rejected = sequential::e_benjamini_hochberg(row.inputs.at("e").get<std::vector<double>>(), at(row.inputs, "alpha"));
      CHECK(rejected == row.expected.at("rejected_index").get<std::vector<std::size_t>>());
      continue;
    }
    const auto handle = handlers().find(row.method);
    if (handle == handlers().end()) {
      const bool known = row.method == "sequential.confseq_poly_stitching_bound" || row.method == "sequential.confseq_empirical_process_lil_bound" ||
                         row.method == "sequential.confseq_two_sided_normal_mixture_bound";
      CHECK_MESSAGE(known, "no handler");
      ++records_only;
      continue;
    }
    ++checked;
    const answer got = handle->second(row.inputs);
    for (const auto& item : row.expected.items()) {
      const std::string name = item.key();
      CAPTURE(name);
      REQUIRE(got.contains(name));
      const double found = got.at(name), want = number(item.value());
      CAPTURE(found);
      CAPTURE(want);
      CHECK(row.within.holds(found, want));
    }
  }
  CHECK(checked == 13);
  CHECK(records_only == 3);
}
