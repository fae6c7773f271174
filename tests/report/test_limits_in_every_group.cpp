// Limits that every group is to keep, on trials in which everybody passes once: the bounds of each group are those of Clopper and
// Pearson, and for no event 1 - 0.05^(1/n), so that 2,995 passages meet 1 in 1,000 and 2,994 do not.
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/text.hpp>

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/deployed.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

/// People of one group, all of whom pass once and are not listed; the first `alerted` of them raise an alert.
struct passers {
  std::string region, sex;
  unsigned people = 0, alerted = 0;
};

const std::string region_axis = "[[group]]\nname = \"region\"\n", sex_axis = "[[group]]\nname = \"sex\"\n";

std::string limit_in(const std::string& axis, const std::string& more = "metric = \"false_positive_identification_rate\"\nat_most = { events = 1, exposure = 1000 }\n") {
  return "[[limit]]\n" + more + "source = \"test\"\n" + (axis.empty() ? "" : "in_every = \"" + axis + "\"\n");
}

/// `absent`: rows of the table of persons for people who never pass.
evaluation of_trial(const std::vector<passers>& groups, const std::string& tables, const std::string& absent = "") {
  const temporary_folder folder;
  std::string passages = "passage,person,mated,acquired,top_person,top_score,mate_score,mate_rank\n", persons = "person,region,sex\n";
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (unsigned i = 0; i < groups[g].people; ++i) {
      const std::string id = std::to_string(g) + "-" + std::to_string(i);
      passages += "n" + id + ",p" + id + ",no,yes,l0," + (i < groups[g].alerted ? "0.9" : "0.1") + ",,\n";
      persons += "p" + id + "," + groups[g].region + "," + groups[g].sex + "\n";
    }
  folder.write("passages.csv", passages);
  folder.write("persons.csv", persons + absent);
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\noperating_threshold = 0.5\n[[source]]\nname = \"t\"\nkind = \"seeded\"\ntable = \"passages\"\nfiles = [\"passages.csv\"]\nsystem = \"a\"\n"
                                    "[[source]]\nname = \"people\"\nkind = \"seeded\"\ntable = \"persons\"\nfiles = [\"persons.csv\"]\n" + tables, folder.at("study.toml"));
  if (!declared) FAIL(declared.error().at(0).message());
  auto out = evaluate(*declared, {});
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}

const std::string rest = "limit=at_most_1/1000;", where = "source=t;system=a;threshold=0.5";
const std::string overall = "false_positive_identification_rate@" + rest + where, all = "false_positive_identification_rate@in_every=region;" + rest + where;
std::string of(const std::string& region) { return "false_positive_identification_rate@in_every=region;" + rest + "region=" + region + ";" + where; }

const verdict_value& verdict_at(const evaluation& e, const std::string& key) { return std::get<verdict_value>(at(e, key).value); }
verdict_outcome outcome(const evaluation& e, const std::string& key) { return verdict_at(e, key).answer.outcome; }
bool says(const finding& f, const std::string& words) {
  return f.sentence.find(words) != std::string::npos || std::any_of(f.notes.begin(), f.notes.end(), [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

/// A text in one line, wherever it was broken.
std::string unwrapped(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (const bool blank = c == ' ' || c == '\n'; !blank || (!out.empty() && out.back() != ' ')) out += blank ? ' ' : c;
  return out;
}

constexpr double alpha = 0.05;
double upper_of_none(unsigned n) { return 1.0 - std::pow(alpha, 1.0 / n); }

} // namespace

TEST_CASE("FX11: 2,995 non-mated passages of each group without an alert meet 1 in 1,000 in every group") {
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 3500, 0}}, region_axis + limit_in("region"));
  for (const char* group : {"north", "south"}) CHECK(outcome(e, of(group)) == verdict_outcome::met);
  CHECK(verdict_at(e, of("south")).answer.unfavourable->upper == doctest::Approx(upper_of_none(3500)).epsilon(1e-9));
  const verdict_value& together = verdict_at(e, all);
  CHECK(together.answer.outcome == verdict_outcome::met);
  CHECK(together.exposure == 2995 + 3500);
  // What bounds every group is the bound of the worst, at the declared confidence: there is nothing to correct.
  REQUIRE(together.answer.unfavourable);
  CHECK(together.answer.unfavourable->upper == doctest::Approx(upper_of_none(2995)).epsilon(1e-9));
  CHECK(together.answer.unfavourable->level.level() == 0.95);
  CHECK(says(at(e, all), "met in each of 2 groups"));
  CHECK(at(e, all).flags.has(flag::one_sided));
  // It is no limit of the whole.
  CHECK(e.find(overall) == nullptr);
}

TEST_CASE("one group that does not decide leaves the limit open for all, with what it lacks") {
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 2994, 0}}, region_axis + limit_in("region") + limit_in(""));
  CHECK(outcome(e, of("north")) == verdict_outcome::met);
  CHECK(outcome(e, of("south")) == verdict_outcome::inconclusive);
  CHECK(verdict_at(e, of("south")).answer.exposure_without_events == std::optional<std::uint64_t>(2995));
  CHECK(outcome(e, all) == verdict_outcome::inconclusive);
  CHECK(says(at(e, all), "not decided in south; met in north"));
  CHECK(says(at(e, all), "south: the same rate would decide at 2,995 non-mated passages"));
  // Together they are 5,989 passages, which meet it: the limit of the whole is another question, under a key of its own.
  CHECK(outcome(e, overall) == verdict_outcome::met);
}

TEST_CASE("a group that breaks the limit beyond the chance of so many groups breaks it for all") {
  // 20 of 2,995: the lower limit at 97.5 % is above 1 in 250.
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 2995, 20}}, region_axis + limit_in("region"));
  CHECK(outcome(e, of("south")) == verdict_outcome::not_met);
  const verdict_value& together = verdict_at(e, all);
  CHECK(together.answer.outcome == verdict_outcome::not_met);
  REQUIRE(together.answer.favourable);
  CHECK(together.answer.favourable->level.level() == doctest::Approx(0.975));
  CHECK(together.answer.favourable->lower > 1.0 / 250);
  CHECK(says(at(e, all), "broken in south; met in north"));
}

TEST_CASE("a group that breaks the limit taken alone may do so by chance among several") {
  // Of 3,000 passages at 1 in 1,000, 7 alerts or more come about with a chance of 0.0334: less than 0.05, more than 0.05 / 2.
  const std::string tables = region_axis + limit_in("region");
  const evaluation two = of_trial({{"north", "", 2995, 0}, {"south", "", 3000, 7}}, tables);
  CHECK(outcome(two, of("south")) == verdict_outcome::not_met);
  CHECK(outcome(two, all) == verdict_outcome::inconclusive);
  CHECK(says(at(two, all), "broken in south taken alone"));
  const evaluation one = of_trial({{"south", "", 3000, 7}}, tables);
  CHECK(outcome(one, of("south")) == verdict_outcome::not_met);
  CHECK(outcome(one, all) == verdict_outcome::not_met);
}

TEST_CASE("a group of whom nobody passed is not measured, and the limit is then not met in every group") {
  const std::string tables = "[[group]]\nname = \"region\"\nreference = \"east\"\n[[baseline]]\nname = \"residents\"\nof = \"region\"\nsource = \"test\"\nshares = { north = 0.4, south = 0.3, middle = 0.3 }\n" + limit_in("region");
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 2995, 0}}, tables, "q,west,\n");
  // By the table of persons, as the reference, and by a baseline.
  for (const char* group : {"west", "east", "middle"}) {
    CAPTURE(group);
    CHECK(outcome(e, of(group)) == verdict_outcome::not_measured);
    CHECK(at(e, of(group)).status == finding_status::not_measured);
    CHECK(says(at(e, all), std::string(group) + ": no non-mated passages of this group on record; 2,995 non-mated passages without an event would meet the limit"));
  }
  CHECK(outcome(e, all) == verdict_outcome::inconclusive);
  CHECK_FALSE(verdict_at(e, all).answer.unfavourable);
  CHECK(says(at(e, all), "not measured in east, middle and west; met in north and south"));
}

TEST_CASE("passages without a label are in no group, and are counted") {
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 2995, 0}, {"", "", 100, 5}}, region_axis + limit_in("region"));
  CHECK(outcome(e, all) == verdict_outcome::met);
  CHECK(verdict_at(e, all).exposure == 2 * 2995);
  CHECK(says(at(e, all), "in no group: 5 events in 100 non-mated passages without a label of region"));
  // A group has at most 2,995 + 5 passages with 5 alerts, were all of those its own.
  CHECK(says(at(e, of("north")), "taken either way: 0 in 3,090 to 5 in 3,000"));
}

TEST_CASE("groups of two axes crossed are those of the evaluation") {
  const std::string tables = region_axis + sex_axis + limit_in("region and sex");
  const evaluation e = of_trial({{"north", "f", 2995, 0}, {"north", "m", 2995, 0}, {"south", "f", 2994, 0}}, tables, "q,south,m\n");
  const std::string begins = "false_positive_identification_rate@in_every=region%20and%20sex;" + rest;
  const auto key = [&](const std::string& region, const std::string& sex) { return begins + "region=" + region + ";sex=" + sex + ";" + where; };
  CHECK(outcome(e, key("north", "f")) == verdict_outcome::met);
  CHECK(outcome(e, key("south", "f")) == verdict_outcome::inconclusive);
  CHECK(outcome(e, key("south", "m")) == verdict_outcome::not_measured);
  CHECK(outcome(e, begins + where) == verdict_outcome::inconclusive);
  CHECK(says(at(e, begins + where), "not decided in south, f; not measured in south, m"));
}

TEST_CASE("a limit for every group that nothing answers is not measured, with what would") {
  const evaluation e = of_trial({{"", "", 100, 0}}, region_axis + limit_in("region") + limit_in("region", "metric = \"false_alerts_per_face\"\nat_most = { events = 1, exposure = 1000 }\n"));
  const finding& passages = at(e, "false_positive_identification_rate@in_every=region;limit=at_most_1/1000;scope=all");
  CHECK(passages.status == finding_status::not_measured);
  CHECK(says(passages, "record the label of everybody who passes"));
  const finding& crowd = at(e, "false_alerts_per_face@in_every=region;limit=at_most_1/1000;scope=all");
  CHECK(crowd.status == finding_status::not_measured);
  CHECK(says(crowd, "Count the crowd by region"));
}

TEST_CASE("a limit from below is kept in every group by its lowest rate") {
  // One that all of n passages keep: the lower bound is 0.05^(1/n), and 0.9^28 > 0.05 > 0.9^29. Listed people are found here.
  const temporary_folder folder;
  std::string passages = "passage,person,mated,acquired,top_person,top_score,mate_score,mate_rank\n", persons = "person,region\n";
  for (unsigned i = 0; i < 57; ++i) {
    const std::string person = "p" + std::to_string(i);
    passages += "n" + std::to_string(i) + "," + person + ",yes,yes," + person + ",0.9,0.9,1\n";
    persons += person + (i < 29 ? ",north\n" : ",south\n");
  }
  folder.write("passages.csv", passages);
  folder.write("persons.csv", persons);
  const auto declared = parse_study("schema = 1\n[study]\nname = \"n\"\n[system.a]\noperating_threshold = 0.5\n[[source]]\nname = \"t\"\nkind = \"seeded\"\ntable = \"passages\"\nfiles = [\"passages.csv\"]\nsystem = \"a\"\n"
                                    "[[source]]\nname = \"people\"\nkind = \"seeded\"\ntable = \"persons\"\nfiles = [\"persons.csv\"]\n" + region_axis +
                                        limit_in("region", "metric = \"true_positive_identification_rate\"\nat_least = { events = 9, exposure = 10 }\n"), folder.at("study.toml"));
  REQUIRE(declared.has_value());
  const auto e = evaluate(*declared, {});
  REQUIRE(e.has_value());
  const std::string begins = "true_positive_identification_rate@in_every=region;limit=at_least_9/10;";
  CHECK(outcome(*e, begins + "region=north;" + where) == verdict_outcome::met);
  CHECK(outcome(*e, begins + "region=south;" + where) == verdict_outcome::inconclusive);
  const verdict_value& together = verdict_at(*e, begins + where);
  CHECK(together.answer.outcome == verdict_outcome::inconclusive);
  REQUIRE(together.answer.unfavourable);
  CHECK(together.answer.unfavourable->on == sides::lower);
  CHECK(together.answer.unfavourable->lower == doctest::Approx(std::pow(alpha, 1.0 / 28)).epsilon(1e-9));
}

TEST_CASE("the text and the document say in which groups") {
  const evaluation e = of_trial({{"north", "", 2995, 0}, {"south", "", 2994, 0}}, region_axis + limit_in("region"));
  const std::string lines = to_text(e), text = unwrapped(lines.substr(std::min(lines.find("\nLIMITS\n"), lines.size())));
  REQUIRE_FALSE(text.empty());
  CHECK(text.find("in every group of region (test)") != std::string::npos);
  const std::size_t whole = text.find("threshold 0.5 At most 1 in 1,000 non-mated passages in every group of region: inconclusive"), north = text.find("north 0 non-mated"), south = text.find("south 0 non-mated");
  CHECK(whole < north);
  CHECK(north < south);
  CHECK(south != std::string::npos);
  // The rates of the groups stand in a chapter of their own, without the verdicts.
  CHECK(unwrapped(lines.substr(0, lines.find("\nLIMITS\n"))).find("against at most") == std::string::npos);
  const auto document = nlohmann::json::parse(to_json(e, {}));
  bool seen = false;
  for (const auto& f : document["result"]["findings"])
    if (f["key"] == all) {
      seen = true;
      CHECK(f["limit"]["in_every"] == "region");
      CHECK(f["verdict"] == "inconclusive");
    }
  CHECK(seen);
}
