#include <lfreval/proportionality/policy.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <set>

#include <lfreval/bytes/file.hpp>

#include "support/policy_text.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

std::vector<error> refused(const std::string& criteria) {
  auto out = parse_policy(policy_head + criteria, "own.toml");
  REQUIRE_FALSE(out.has_value());
  REQUIRE_FALSE(out.error().empty());
  return std::move(out.error());
}

/// The only error of a policy, with where it stands.
error only_error(const std::string& criteria) {
  const auto all = refused(criteria);
  for (const error& why : all) CAPTURE(why.message());
  REQUIRE(all.size() == 1);
  CHECK(all[0].file == "own.toml");
  CHECK(all[0].line > 5);
  CHECK(all[0].column > 0);
  return all[0];
}

bool says(const error& why, const std::string& words) { return why.allowed.find(words) != std::string::npos; }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

} // namespace

TEST_CASE("every shipped policy is readable, and its hash is that of its file") {
  REQUIRE(shipped_policies().size() >= 4);
  for (const shipped_policy& one : shipped_policies()) {
    const std::string name(one.name);
    CAPTURE(name);
    const auto read_again = load_policy(name, "");
    if (!read_again)
      for (const error& why : read_again.error()) MESSAGE(why.message());
    REQUIRE(read_again.has_value());
    CHECK(read_again->name == name);
    CHECK(read_again->shipped);
    const auto file = read_file(std::string(LFREVAL_SOURCE_DIR) + "/policies/" + name + ".toml");
    REQUIRE(file.has_value());
    CHECK(read_again->sha256 == file->sha256);
  }
}

TEST_CASE("the policies for the police, public places, the EU and four questions are shipped") {
  std::set<std::string> names;
  for (const shipped_policy& one : shipped_policies()) names.emplace(one.name);
  CHECK(names == std::set<std::string>{"eu-ai-act", "four-part-test", "ico-public-space", "uk-police"});
}

TEST_CASE("a clause that was not checked says so") {
  const auto uk = load_policy("uk-police", "");
  REQUIRE(uk.has_value());
  const auto clause = [&](const std::string& id) {
    const auto found = std::find_if(uk->criteria.begin(), uk->criteria.end(), [&](const criterion& one) { return one.id == id; });
    REQUIRE(found != uk->criteria.end());
    return *found;
  };
  CHECK(clause("A03a").verified); // s.64, seen in the judgment's appendix
  CHECK(clause("B02a").verified);
  CHECK_FALSE(clause("A04").verified);
  CHECK_FALSE(clause("B07").verified); // paragraph 143 is from memory
  CHECK_FALSE(clause("B12").verified);
  CHECK_FALSE(clause("C16a").verified);
}

TEST_CASE("every limb of every policy for the police asks something") {
  const auto uk = load_policy("uk-police", "");
  REQUIRE(uk.has_value());
  for (std::size_t i = 0; i < limb_count; ++i) CHECK(std::any_of(uk->criteria.begin(), uk->criteria.end(), [&](const criterion& one) { return one.bears_on == static_cast<limb>(i); }));
}

TEST_CASE("a policy of one criterion of each kind") {
  const policy p = policy_of(limit_text("L") + metric_text("M", "faces_per_outcome@outcome=arrest", "") + evidence_text("E", "document_present@document=dpia") + process_text("P"));
  REQUIRE(p.criteria.size() == 4);
  REQUIRE(p.criteria[0].line.has_value());
  CHECK(p.criteria[0].line->value() == doctest::Approx(0.001).epsilon(1e-15));
  CHECK(p.criteria[0].comparator == criterion_comparator::at_most);
  CHECK(p.criteria[1].comparator == criterion_comparator::shown);
  CHECK(p.criteria[1].axes.at("outcome") == "arrest");
  CHECK(p.criteria[2].comparator == criterion_comparator::holds);
  CHECK(p.criteria[3].reads.empty());
  CHECK(p.criteria[3].says.at(criterion_status::not_measured) == "Ask for it.");
}

TEST_CASE("a line on a rate per hour is declared in hours") {
  const policy p = policy_of(limit_text("L", "false_alerts_per_hour", "at_most", "{ events = 1, exposure = 10 }", "false alerts / hours"));
  CHECK(p.criteria[0].line->exposure == 36000);
}

TEST_CASE("M39: a criterion with a wrong finding key is refused with the nearest one") {
  const error why = only_error(limit_text("L", "false_alerts_per_fase"));
  CHECK(why.code == error_code::not_allowed);
  CHECK(why.value == "false_alerts_per_fase");
  CHECK(says(why, "did you mean false_alerts_per_face?"));
  CHECK(only_error(evidence_text("E", "document_presant@document=dpia")).code == error_code::not_allowed);
  CHECK(says(only_error(evidence_text("E", "document_present@document=dpla")), "did you mean dpia?"));
  CHECK(says(only_error(evidence_text("E", "document_present@paper=dpia")), "document"));
  for (const char* key : {"false_alerts_per_face@", "false_alerts_per_face@threshold", "False alerts", "false_alerts_per_face@threshold=%4"}) {
    CAPTURE(key);
    CHECK(only_error(limit_text("L", key)).code == error_code::not_allowed);
  }
}

TEST_CASE("M39: an unknown unit is refused, and so is a known one that is not of the rate") {
  CHECK(says(only_error(limit_text("L", "false_alerts_per_face", "at_most", "{ events = 1, exposure = 1000 }", "false alerts / fases")), "did you mean faces?"));
  const error wrong = only_error(limit_text("L", "false_alerts_per_face", "at_most", "{ events = 1, exposure = 1000 }", "non-mated passages with an alert / non-mated passages"));
  CHECK(says(wrong, "false alerts / faces"));
  CHECK(says(wrong, "M39"));
  CHECK(says(wrong, "false_positive_identification_rate"));
  CHECK(says(only_error(replaced(limit_text("L"), "unit = \"false alerts / faces\"\n", "")), "false alerts / faces"));
}

TEST_CASE("M39: a line on the wrong side, on a rate without a side, or on what is no rate is refused") {
  CHECK(says(only_error(limit_text("L", "false_alerts_per_face", "at_least")), "at_most"));
  CHECK(says(only_error(limit_text("L", "true_positive_identification_rate", "at_most", "{ events = 9, exposure = 10 }", "mated passages identified / mated passages")), "at_least"));
  CHECK(says(only_error(limit_text("L", "watchlist_encounter_rate", "at_least", "{ events = 1, exposure = 10 }", "watchlist persons found / watchlist persons")), "no line"));
  CHECK_FALSE(refused(limit_text("L", "document_present@document=dpia")).empty());
  CHECK(only_error(limit_text("L", "false_alerts_per_face", "at_most", "{ events = 2, exposure = 1 }")).code == error_code::not_allowed);
  CHECK(only_error(limit_text("L", "false_alerts_per_face", "at_most", "")).code == error_code::missing_key);
  CHECK(only_error(limit_text("L", "false_alerts_per_face", "at_most", "0.001")).code == error_code::wrong_type);
}

TEST_CASE("a kind that the finding cannot have is refused") {
  CHECK(says(only_error(evidence_text("E", "faces_per_outcome")), "no check"));
  CHECK(says(only_error(metric_text("M", "document_present@document=dpia", "")), "evidence"));
  CHECK_FALSE(refused(replaced(process_text("P"), "[criterion.says]", "reads = \"faces\"\n[criterion.says]")).empty());
}

TEST_CASE("each criterion once, each sentence where it belongs") {
  const error twice = only_error(process_text("P") + process_text("P"));
  CHECK(twice.code == error_code::duplicate_id);
  CHECK(twice.value == "P");
  CHECK(only_error(replaced(limit_text("L"), "inconclusive = \"Open.\"\n", "")).code == error_code::missing_key);
  CHECK(only_error(replaced(process_text("P"), "not_measured = \"Ask for it.\"\n", "not_measured = \"Ask for it.\"\nmet = \"Done.\"\n")).code == error_code::not_allowed);
}

TEST_CASE("M21: a sentence that no record can bear is refused, a word that only holds it is not") {
  for (const char* sentence : {"The system is accurate.", "It is proven.", "NEGLIGIBLE harm.", "There is no bias.", "The use is proportionate."}) {
    CAPTURE(sentence);
    const error why = only_error(replaced(limit_text("L"), "Kept.", sentence));
    CHECK(why.code == error_code::not_allowed);
    CHECK(why.column_name == "criterion.says.met");
  }
  CHECK(policy_of(replaced(limit_text("L"), "Kept.", "Disproportionate use and inaccuracies are told elsewhere, unproven ones too.")).criteria.size() == 1);
}

TEST_CASE("hostile policies: what is misspelt, of another type, too long or newer is told with its place") {
  auto all = refused(replaced(process_text("P"), "clause =", "claus ="));
  CHECK(std::any_of(all.begin(), all.end(), [](const error& why) { return why.code == error_code::unknown_key && says(why, "did you mean clause?"); }));
  CHECK(only_error(replaced(process_text("P"), "verified = false", "verified = \"no\"")).code == error_code::wrong_type);
  CHECK(only_error(replaced(process_text("P"), "\"U1\"", "\"U9\"")).code == error_code::not_allowed);
  CHECK(only_error(replaced(process_text("P"), "id = \"P\"", "id = \"<b>\"")).code == error_code::not_allowed);
  CHECK(only_error(replaced(process_text("P"), "Something is asked.", std::string(601, 'x'))).code == error_code::not_allowed);
  const auto long_line = refused(replaced(process_text("P"), "Something is asked.", std::string(10000000, 'x')));
  CHECK(long_line[0].code == error_code::malformed_toml);
  CHECK(long_line[0].message().size() < 1000);
  std::string lines = "\"\"\"\n";
  for (int i = 0; i < 100000; ++i) lines += "one line after another of a text that is far too long for what is asked of anybody\n";
  const error tall = only_error(replaced(process_text("P"), "\"Something is asked.\"", lines + "\"\"\""));
  CHECK(tall.code == error_code::not_allowed);
  CHECK(tall.message().size() < 1000);
  CHECK(refused("x = [")[0].code == error_code::malformed_toml);
  const auto newer = parse_policy("schema = 2\n", "own.toml");
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error()[0].code == error_code::newer_schema);
  CHECK_FALSE(parse_policy("schema = 1\n", "own.toml").has_value());
}

TEST_CASE("a policy is named, or it is a file that ends in toml") {
  const auto unknown = load_policy("uk-polise", "");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(says(unknown.error()[0], "did you mean uk-police?"));
  const temporary_folder folder;
  folder.write("own.toml", policy_head + process_text("P"));
  study declared;
  declared.file = folder.at("study.toml");
  declared.policies = {"uk-police", "own.toml"};
  const auto both = load_policies(declared);
  REQUIRE(both.has_value());
  CHECK(both->at(1).name == "own");
  CHECK_FALSE(both->at(1).shipped);
  declared.policies = {"own.toml", "./own.toml"};
  REQUIRE_FALSE(load_policies(declared).has_value());
  CHECK(load_policies(declared).error()[0].code == error_code::duplicate_id);
  declared.policies = {"absent.toml"};
  REQUIRE_FALSE(load_policies(declared).has_value());
  CHECK(load_policies(declared).error()[0].code == error_code::cannot_open);
}

TEST_CASE("limits of policies are added once, and not where the study draws the same line") {
  const std::vector<policy> policies{policy_of(limit_text("a") + limit_text("b", "false_alerts_per_face", "at_most", "{ events = 2, exposure = 2000 }") +
                                          limit_text("c", "false_alerts_per_face", "at_most", "{ events = 1, exposure = 500 }"))};
  const auto added = limits_of(policies, {});
  REQUIRE(added.size() == 2);
  CHECK(added[0].source == "own a: a statute, s.1");
  CHECK(added[1].exposure == 500);
  CHECK(limits_of(policies, {{metric_id::false_alerts_per_face, limit_direction::at_most, 10, 10000, "study"}}).size() == 1);
  // One for every group says nothing of the whole.
  CHECK(limits_of(policies, {{metric_id::false_alerts_per_face, limit_direction::at_most, 10, 10000, "study", "sex"}}).size() == 2);
}

TEST_CASE("two policies differ where their criteria do") {
  const policy before = policy_of(limit_text("a") + process_text("b")), after = policy_of(limit_text("a", "false_alerts_per_face", "at_most", "{ events = 1, exposure = 2000 }") + process_text("c"));
  const auto told = differences(before, after);
  REQUIRE(told.size() == 3);
  CHECK(told[0] == "a: line was \"1 in 1000\", is \"1 in 2000\"");
  CHECK(told[1] == "b: only in the first: Something is asked.");
  CHECK(told[2] == "c: only in the second: Something is asked.");
  CHECK(differences(before, before).empty());
}
