#include <lfreval/study/tables.hpp>

#include <doctest/doctest.h>
#include <set>
#include <string>
#include <utility>

using namespace lfreval;

TEST_CASE("no column stands twice in a table and each says what it is") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const table_column& column : table_columns()) {
    CAPTURE(column.table);
    CAPTURE(column.name);
    CHECK(seen.insert({column.table, column.name}).second);
    CHECK_FALSE(column.allowed.empty());
    CHECK_FALSE(column.meaning.empty());
    CHECK(find_column(column.table, column.name) == &column);
  }
}

TEST_CASE("the tables are those of the study language") {
  std::set<std::string_view> tables;
  for (const table_column& column : table_columns()) tables.insert(column.table);
  CHECK(tables == std::set<std::string_view>{"deployments", "observations", "passages", "candidates", "alerts", "exposure", "persons",
                                             "watchlist", "scores", "published", "documents", "tests", "changes", "comparators", "costs", "staffing",
                                             "complaints", "notices", "retention", "expectations", "operators", "authorisations", "disclosures"});
  for (const std::string_view name : register_names) CHECK(tables.contains(name));
  CHECK_FALSE(is_register("watchlist"));
  CHECK_FALSE(is_register("alerts"));
  CHECK_FALSE(is_register(""));
}

TEST_CASE("deployments have the columns that forces publish") {
  for (const char* name : {"force", "deployment", "date", "start", "end", "duration", "site", "status", "reason", "use_case", "system",
                           "list", "watchlist_images", "watchlist_persons", "threshold", "cameras", "fusion", "faces", "faces_quality",
                           "faces_cv", "faces_counting_rule", "alerts", "true_alerts", "true_confirmed", "true_unconfirmed",
                           "true_engaged", "false_alerts", "false_confirmed", "false_unconfirmed", "false_engaged",
                           "published_false_alert_rate", "source"}) {
    CAPTURE(name);
    const table_column* column = find_column("deployments", name);
    REQUIRE(column != nullptr);
    CHECK(column->required == (std::string(name) == "force" || std::string(name) == "deployment"));
  }
}

TEST_CASE("outcomes are found by any name, and only with one") {
  const table_column* column = find_column("deployments", "outcome.arrest");
  REQUIRE(column != nullptr);
  CHECK(column->name == "outcome.*");
  CHECK(column->type == column_type::count);
  CHECK(find_column("deployments", "outcome.") == nullptr);
  CHECK(find_column("deployments", "outcome") == nullptr);
  CHECK(find_column("deployments", "outcomes.arrest") == nullptr);
  CHECK(find_column("passages", "outcome.arrest") == nullptr);
}

TEST_CASE("columns belong to their table") {
  CHECK(find_column("deployments", "adjudication") == nullptr);
  CHECK(find_column("alerts", "adjudication") != nullptr);
  CHECK(find_column("alert", "adjudication") == nullptr);
  CHECK(find_column("", "") == nullptr);
  CHECK(find_column("deployments", "Faces") == nullptr);
}

TEST_CASE("only tables about people and their exposure take columns of the user") {
  for (const char* table : {"observations", "passages", "alerts", "exposure", "persons"}) CHECK(takes_groups(table));
  for (const char* table : {"deployments", "candidates", "watchlist", "scores", "published", "", "person"}) CHECK_FALSE(takes_groups(table));
}
