// What a study may say of a decision, and the mistakes that it is told of.
#include <lfreval/study/study.hpp>

#include <algorithm>

#include <doctest/doctest.h>
#include <string>

using namespace lfreval;

namespace {

const std::string head = "schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"a\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"a.csv\"]\n";

tl::expected<study, std::vector<error>> with(const std::string& decision) { return parse_study(head + decision, "s.toml"); }

} // namespace

TEST_CASE("a decision is read as it was declared, and has no exchange rate unless one was") {
  const auto plain = with("[decision]\noutcome = \"arrest\"\nharm = \"false_engagements\"\n");
  REQUIRE(plain);
  REQUIRE(plain->decision);
  CHECK(plain->decision->outcome == "arrest");
  CHECK_FALSE(plain->decision->exchange_rates);
  CHECK_FALSE(with("")->decision);
  const auto whole = with("[decision]\noutcome = \"arrest\"\nharm = \"false_alerts\"\nalternative = \"warrant visits\"\nexchange_rates = { from = 0.01, to = 1.0, steps = 99 }\n"
                          "[[decision.input]]\nname = \"not found otherwise\"\nquantity = \"attributable_share\"\ndistribution = \"triangular\"\nparameters = [0.2, 0.5, 0.9]\nsource = \"s\"\n"
                          "[[decision.input]]\nname = \"visits\"\nquantity = \"alternative_outcomes_per_deployment\"\ndistribution = \"gamma\"\nparameters = [4, 2]\nsource = \"s\"\n");
  REQUIRE(whole);
  CHECK(whole->decision->exchange_rates->steps == 99);
  REQUIRE(whole->decision->inputs.size() == 2);
  CHECK(whole->decision->inputs[0].parameters == std::vector<double>{0.2, 0.5, 0.9});
}

TEST_CASE("mistakes in a decision are named with their key") {
  const std::string begun = "[decision]\noutcome = \"arrest\"\nharm = \"false_alerts\"\n";
  const auto input = [&](const std::string& quantity, const std::string& distribution, const std::string& parameters) {
    return begun + "[[decision.input]]\nname = \"n\"\nquantity = \"" + quantity + "\"\ndistribution = \"" + distribution + "\"\nparameters = " + parameters + "\nsource = \"s\"\n";
  };
  const auto fault = [](const std::string& text) {
    const auto read = with(text);
    REQUIRE_FALSE(read);
    return read.error().front().column_name;
  };
  CHECK(fault("[decision]\nharm = \"false_alerts\"\n") == "decision.outcome");
  CHECK(fault("[decision]\noutcome = \"a\"\nharm = \"false_matches\"\n") == "decision.harm");
  CHECK(fault(begun + "exchange_rates = { from = 1.0, to = 0.5, steps = 3 }\n") == "decision.exchange_rates");
  CHECK(fault(begun + "exchange_rates = { from = 0.1, to = 0.5 }\n") == "decision.exchange_rates");
  CHECK(fault(input("attributable_share", "uniform", "[0.5, 1.5]")) == "decision.input.parameters");
  CHECK(fault(input("attributable_share", "gamma", "[1, 1]")) == "decision.input.parameters");
  CHECK(fault(input("harms_per_deployment", "triangular", "[3, 1, 2]")) == "decision.input.parameters");
  CHECK(fault(input("alternative_harms_per_deployment", "fixed", "[1]")) == "decision.alternative");
}

TEST_CASE("a decision without deployments has no effect, and that is said") {
  const auto read = parse_study("schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"a\"\nkind = \"seeded\"\ntable = \"passages\"\nfiles = [\"a.csv\"]\n[decision]\noutcome = \"a\"\nharm = \"false_alerts\"\n", "s.toml");
  REQUIRE(read);
  CHECK(std::find(read->not_evaluated.begin(), read->not_evaluated.end(), "decision") != read->not_evaluated.end());
}
