#include <lfreval/log/registers.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

#include "support/temporary_folder.hpp"

using namespace lfreval;
using namespace lfreval::test;

namespace {

struct register_folder {
  temporary_folder folder;
  std::string text = "schema = 1\n[study]\nname = \"n\"\n[[source]]\nname = \"s\"\nkind = \"operational\"\ntable = \"deployments\"\nfiles = [\"none.csv\"]\n"; // registers are read by themselves

  void add(const std::string& kind, const std::string& file, const std::string& content, const std::string& more = "") {
    folder.write(file, content);
    text += "[[register]]\nkind = \"" + kind + "\"\nfiles = [\"" + file + "\"]\n" + more;
  }
  [[nodiscard]] tl::expected<register_log, std::vector<error>> read() const {
    const auto declared = parse_study(text, folder.at("study.toml"));
    REQUIRE(declared.has_value());
    return read_registers(*declared);
  }
};

register_log read(const std::string& kind, const std::string& file, const std::string& content) {
  register_folder files;
  files.add(kind, file, content);
  auto out = files.read();
  REQUIRE(out.has_value());
  return std::move(*out);
}

error refused(const std::string& kind, const std::string& content) {
  const register_log made = read(kind, "r.csv", content);
  REQUIRE(made.refused.size() == 1);
  return made.refused.rows().begin()->why;
}

} // namespace

TEST_CASE("a register reads the same from CSV and from TOML") {
  const std::string csv = "document,kind,dated,review_due,contents,residual_risk,overseen_by,notice_hours\nb,dpia,2024-01-15,2025-01-15,risks;measures,high,panel,24\na,privacy_notice,,,,,,\n";
  const std::string toml = "[[documents]]\ndocument = \"a\"\nkind = \"privacy_notice\"\n\n[[documents]]\ndocument = \"b\"\nkind = \"dpia\"\ndated = 2024-01-15\nreview_due = \"2025-01-15\"\n"
                           "contents = [\"risks\", \"measures\"]\nresidual_risk = \"high\"\noverseen_by = \"panel\"\nnotice_hours = 24\n";
  for (const register_log& made : {read("documents", "r.csv", csv), read("documents", "r.toml", toml)}) {
    REQUIRE(made.documents.size() == 2);
    CHECK(made.refused.empty());
    CHECK(made.given == std::set<std::string>{"documents"});
    CHECK(made.documents[0].id == "a");
    CHECK_FALSE(made.documents[0].dated.has_value());
    const document_entry& one = made.documents[1];
    CHECK(one.kind == "dpia");
    CHECK(to_iso(*one.review_due) == "2025-01-15");
    CHECK(one.contents == std::set<std::string>{"measures", "risks"});
    CHECK(one.overseen);
    CHECK(one.notice_hours == 24);
  }
}

TEST_CASE("every register is read") {
  register_folder files;
  files.add("tests", "tests.toml", "[[tests]]\ntest = \"t\"\nthreshold_from = 0.6\nadverse = true\nage_bands = [\"adult\"]\ntester = \"vendor\"\n");
  files.add("changes", "changes.csv", "change,what,changed,reason\nc,list,2024-01-01,why\n");
  files.add("comparators", "comparators.toml", "[[comparators]]\ncomparator = \"c\"\ntactic = \"warrant_visits\"\nofficer_hours = 1.5\noutcome.arrest = 3\n");
  files.add("costs", "costs.csv", "cost,kind,amount,currency\nc,vendor,5,GBP\n");
  files.add("staffing", "staffing.csv", "deployment,officers,officer_hours\nd,10,65.25\n");
  files.add("complaints", "complaints.csv", "complaint,received\nc,2024-01-01\n");
  files.add("notices", "notices.csv", "notice,deployment,published,tells\nn,d,2024-01-01T09:00,why;how_long\n");
  files.add("retention", "retention.csv", "entry,what,document,stated_seconds\ne,alert,dpia,86400\n");
  files.add("expectations", "expectations.csv", "expectation,registered,outcome,expected\ne,2024-01-01,arrest,4\n");
  files.add("operators", "operators.csv", "operator,valid_until\no,2025-01-01\n");
  files.add("authorisations", "authorisations.toml", "[[authorisations]]\ndeployment = \"d\"\nstarted = 2024-01-01T10:00:00\nsensitive_place = \"worship\"\nurgent = false\n");
  files.add("disclosures", "disclosures.csv", "disclosure,test,told,to\nx,t,2024-01-01,regulator\n");
  const auto made = files.read();
  REQUIRE(made.has_value());
  CHECK(made->refused.empty());
  CHECK(made->given.size() == 12);
  CHECK(made->files.size() == 12);
  CHECK(made->tests.at(0).adverse == true);
  CHECK(made->changes.at(0).reasoned);
  CHECK(made->comparators.at(0).officer_seconds == 5400);
  CHECK(made->comparators.at(0).outcomes == std::map<std::string, std::uint64_t>{{"arrest", 3}});
  CHECK(made->costs.at(0).amount == 5);
  CHECK(made->staffing.at(0).officer_seconds == 234900);
  CHECK_FALSE(made->complaints.at(0).answered.has_value());
  CHECK(made->notices.at(0).tells.contains("how_long"));
  CHECK(made->retention.at(0).stated_seconds == 86400);
  CHECK(made->expectations.at(0).expected == 4);
  CHECK(made->operators.at(0).valid_until.has_value());
  CHECK(to_iso(*made->authorisations.at(0).started_on) == "2024-01-01");
  CHECK(made->authorisations.at(0).urgent == false);
  CHECK(made->disclosures.at(0).to == "regulator");
}

TEST_CASE("a wrong cell is refused with file, line, column, value and what is allowed") {
  const error kind = refused("documents", "document,kind\na,dpia\nb,diary\n");
  CHECK(kind.code == error_code::not_allowed);
  CHECK(kind.file == "r.csv");
  CHECK(kind.line == 3);
  CHECK(kind.column == 2);
  CHECK(kind.column_name == "kind");
  CHECK(kind.value == "diary");
  CHECK(kind.allowed.find("privacy_notice") != std::string::npos);
  CHECK(refused("documents", "document,kind\na,\n").code == error_code::missing_value);
  CHECK(refused("documents", "document,kind,dated\na,dpia,2024-02-30\n").code == error_code::not_a_date);
  CHECK(refused("documents", "document,kind,review_days\na,dpia,-1\n").code == error_code::not_a_count);
  CHECK(refused("documents", "document,kind,categories\na,watchlist_policy,wanted;Anyone at all\n").value == "Anyone at all");
  CHECK(refused("documents", "document,kind,dated,review_due\na,dpia,2024-02-03,2024-02-02\n").column_name == "review_due");
  CHECK(refused("tests", "test,threshold_from\na,high\n").code == error_code::not_a_number);
  CHECK(refused("comparators", "comparator,tactic\na,\x1b[2J\n").code == error_code::not_allowed);
  CHECK(refused("staffing", "deployment,officer_hours\na,-2\n").code == error_code::not_a_number);
  CHECK(refused("notices", "notice,deployment,tells\na,d,everything\n").allowed.find("who_to_ask") != std::string::npos);
  CHECK(refused("authorisations", "deployment,started,ended\na,2024-01-01T10:00,2024-01-01T09:00\n").column_name == "ended");
}

TEST_CASE("all copies of an identifier are refused, whatever file they stand in") {
  register_folder files;
  files.folder.write("a.csv", "operator,trained_on\no1,2024-01-01\no2,2024-01-01\n");
  files.folder.write("b.csv", "operator,trained_on\no1,2023-01-01\n");
  files.text += "[[register]]\nkind = \"operators\"\nfiles = [\"b.csv\", \"a.csv\"]\n";
  const auto made = files.read();
  REQUIRE(made.has_value());
  REQUIRE(made->operators.size() == 1);
  CHECK(made->operators[0].id == "o2");
  CHECK(made->refused.size() == 2);
  CHECK(made->refused.rows().begin()->why.code == error_code::duplicate_id);
}

TEST_CASE("a key that a register does not have is refused with the nearest one") {
  register_folder files;
  files.add("documents", "r.toml", "[[documents]]\ndocument = \"a\"\nkind = \"dpia\"\nreveiw_due = 2024-01-01\n\n[[documents]]\nkind = [1]\n\n[[document]]\nx = 1\n");
  const auto made = files.read();
  REQUIRE_FALSE(made.has_value());
  REQUIRE(made.error().size() == 4);
  CHECK(made.error()[0].code == error_code::unknown_key);
  CHECK(made.error()[0].line == 4);
  CHECK(made.error()[0].allowed.find("did you mean review_due?") == 0);
  CHECK(std::any_of(made.error().begin(), made.error().end(), [](const error& e) { return e.code == error_code::missing_key; }));
  CHECK(std::any_of(made.error().begin(), made.error().end(), [](const error& e) { return e.code == error_code::wrong_type; }));
  CHECK(made.error()[3].column_name == "document");
}

TEST_CASE("costs in two currencies and times with and without an offset are refused") {
  register_folder costs;
  costs.add("costs", "c.csv", "cost,kind,amount,currency\na,vendor,5,GBP\nb,staff,5,EUR\n");
  REQUIRE_FALSE(costs.read().has_value());
  CHECK(costs.read().error()[0].column_name == "costs.currency");
  register_folder times;
  times.add("notices", "n.csv", "notice,deployment,published\na,d,2024-01-01T09:00Z\n");
  times.add("authorisations", "a.csv", "deployment,started\nd,2024-01-01T10:00\n");
  REQUIRE_FALSE(times.read().has_value());
  CHECK(times.read().error()[0].code == error_code::not_a_date);
}

TEST_CASE("a register stands once in a study, under a kind that there is") {
  register_folder files;
  files.add("operators", "a.csv", "operator\no1\n");
  files.text += "[[register]]\nkind = \"operators\"\nfiles = [\"b.csv\"]\n[[register]]\nkind = \"operator\"\nfiles = [\"b.csv\"]\n";
  const auto declared = parse_study(files.text, "study.toml");
  REQUIRE_FALSE(declared.has_value());
  REQUIRE(declared.error().size() == 2);
  CHECK(declared.error()[0].code == error_code::duplicate_id);
  CHECK(declared.error()[1].allowed.find("did you mean operators?") == 0);
}

TEST_CASE("columns of CSV files may have other names") {
  register_folder files;
  files.add("operators", "a.csv", "Name,Until\no1,2025-01-01\n", "[register.columns]\noperator = \"Name\"\nvalid_until = \"Until\"\n");
  const auto made = files.read();
  REQUIRE(made.has_value());
  CHECK(made->operators.at(0).valid_until.has_value());
}
