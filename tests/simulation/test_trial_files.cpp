#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <lfreval/bytes/file.hpp>
#include <lfreval/log/csv.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/study/tables.hpp>

#include "generator/gzip.hpp"
#include "generator/trial_files.hpp"
#include "generator/trial_tables.hpp"
#include "simulation/designs.hpp"

using namespace lfreval;
using namespace lfreval::synthetic;

namespace {

const std::string committed = std::string(LFREVAL_SOURCE_DIR) + "/datasets/synthetic_trial/";

csv_table parsed(const std::string& text) {
  ledger refused;
  auto table = parse_csv(text, "table.csv", refused, "test");
  REQUIRE(table.has_value());
  CHECK(refused.size() == 0);
  return std::move(*table);
}

std::size_t place_of(const csv_table& table, const std::string& header) {
  const auto found = std::find(table.header.begin(), table.header.end(), header);
  REQUIRE_MESSAGE(found != table.header.end(), header);
  return static_cast<std::size_t>(found - table.header.begin());
}

float score_of(std::string_view cell) {
  if (cell.empty()) return no_score;
  float out = 0.0F;
  const auto end = std::from_chars(cell.data(), cell.data() + cell.size(), out);
  CHECK(end.ptr == cell.data() + cell.size());
  return out;
}

/// A committed table of the example trial.
csv_table committed_table(const std::string& name) {
  const auto there = read_file(committed + name + ".gz");
  REQUIRE(there.has_value());
  return parsed(gzip_expanded(there->bytes));
}

nlohmann::json committed_truth() { return nlohmann::json::parse(read_file(committed + "truth.json").value().bytes); }

const char* const committed_names[] = {"passages.csv",  "candidates.csv", "persons.csv",
                                       "watchlist.csv", "exposure.csv",   "alerts.csv"};

std::string content_of(const std::vector<trial_file>& files, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(), [&name](const trial_file& f) { return f.name == name; });
  REQUIRE_MESSAGE(found != files.end(), name);
  return found->content;
}

/// Numbers within 1e-8 of each other, everything else equal.
void check_close(const nlohmann::json& a, const nlohmann::json& b, const std::string& at) {
  INFO(at);
  if (a.is_number() && b.is_number()) {
    CHECK(std::fabs(a.get<double>() - b.get<double>()) <= 1e-8);
  } else if (a.is_structured() && b.is_structured()) {
    REQUIRE(a.size() == b.size());
    for (const auto& item : a.items()) {
      if (a.is_array()) check_close(item.value(), b.at(std::stoul(item.key())), at + "/" + item.key());
      if (a.is_object()) check_close(item.value(), b.at(item.key()), at + "/" + item.key());
    }
  } else {
    CHECK(a == b);
  }
}

} // namespace

TEST_CASE("the committed example trial is what the generator draws") {
  std::size_t bytes = 0, tables = 0;
  for (const trial_file& file : files_of(example_trial(), true)) {
    INFO(file.name);
    const bool table = file.name.ends_with(".csv");
    const auto there = read_file(committed + file.name + (table ? ".gz" : ""));
    REQUIRE(there.has_value());
    bytes += there->bytes.size();
    if (file.name == "truth.json") {
      check_close(nlohmann::json::parse(there->bytes), nlohmann::json::parse(file.content), "");
    } else {
      tables += table;
      CHECK((table ? gzip_expanded(there->bytes) : there->bytes) == file.content);
    }
  }
  CHECK(tables == 6);
  CHECK(bytes < 2000000);
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(committed))
    found += entry.is_regular_file();
  CHECK(found == tables + 4); // the study, the truth, README.md and dossier.toml, whose registers a script writes: nothing else that was not drawn
}

TEST_CASE("the example trial keeps its promise: one false alert in 100 to 200 non-mated passages, known truth") {
  const auto truth = committed_truth();
  const double threshold = truth.at("design").at("operating_threshold").get<double>();
  double fpir = 0.0, tpir = 0.0;
  for (const auto& at : truth.at("truth")) {
    if (at.at("threshold").get<double>() != threshold) continue;
    const auto& all = at.at("rates").at(0);
    fpir = all.at("false_positive_identification_rate").at("this_list").get<double>();
    tpir = all.at("true_positive_identification_rate").at("this_list").get<double>();
  }
  CHECK(fpir >= 0.005);
  CHECK(fpir <= 0.010);
  // What the tables show, counted here, lies where the truth says: within 4 standard errors at a design effect of 4,
  // more than this design has.
  const csv_table t = committed_table("passages.csv");
  const std::size_t mated = place_of(t, "mated"), top = place_of(t, "top_score"), score = place_of(t, "mate_score"),
                    rank = place_of(t, "mate_rank");
  double alerted = 0, nonmated = 0, found = 0, volunteers = 0;
  for (const csv_row& row : t.rows)
    if (row.fields[mated] == "no") {
      nonmated += 1;
      alerted += score_of(row.fields[top]) >= static_cast<float>(threshold);
    } else {
      volunteers += 1;
      found += row.fields[rank] == "1" && score_of(row.fields[score]) >= static_cast<float>(threshold);
    }
  CHECK(nonmated > 4000);
  CHECK(volunteers > 1000);
  CHECK(std::fabs(alerted / nonmated - fpir) < 4.0 * std::sqrt(4.0 * fpir * (1.0 - fpir) / nonmated));
  CHECK(std::fabs(found / volunteers - tpir) < 4.0 * std::sqrt(4.0 * tpir * (1.0 - tpir) / volunteers));
}

TEST_CASE("the README of the example trial starts with what it is and prints its truth") {
  const std::string readme = read_file(committed + "README.md").value().bytes;
  CHECK(readme.starts_with("Nothing in this folder is a real person, a real place or a measurement"));
  const auto truth = committed_truth();
  const auto percent = [](const nlohmann::json& value) {
    char text[32];
    std::snprintf(text, sizeof text, "| %.3f %% |", 100.0 * value.get<double>());
    return std::string(text);
  };
  for (const auto& at : truth.at("truth")) {
    if (at.at("threshold").get<double>() != truth.at("design").at("operating_threshold").get<double>()) continue;
    const auto& all = at.at("rates").at(0);
    for (const char* rate : {"false_positive_identification_rate", "true_positive_identification_rate"}) {
      CHECK(readme.find(percent(all.at(rate).at("this_list"))) != std::string::npos);
      CHECK(readme.find(percent(all.at(rate).at("lists_of_this_kind"))) != std::string::npos);
    }
    CHECK(readme.find(percent(all.at("persons_ever_alerted").at("this_list"))) != std::string::npos);
    CHECK(readme.find(percent(all.at("failure_to_acquire"))) != std::string::npos);
  }
}

TEST_CASE("a written trial is read back as it was drawn") {
  trial_design d = test::everything();
  d.candidates_kept = 5;
  d.crowd.passers = 500;
  const watchlist list = draw_watchlist(d, 3);
  const synthetic_trial trial = draw_trial(d, list, 4);
  const passage_table& table = trial.passages;
  const csv_table t = parsed(passages_csv(d, trial));
  REQUIRE(t.rows.size() == table.size());
  const auto text = [](const text_column& column, std::size_t i) {
    return column.codes[i] == no_code ? std::string() : column.texts[column.codes[i]];
  };
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const auto cell = [&](const char* header) { return t.rows[i].fields[place_of(t, header)]; };
    CHECK(cell("person") == text(table.person, i));
    CHECK(cell("deployment") == text(table.deployment, i));
    CHECK(cell("camera") == text(table.camera, i));
    CHECK(cell("light") == text(table.groups.at("light"), i));
    CHECK(cell(d.group_axis.c_str()) == text(table.groups.at(d.group_axis), i));
    CHECK(cell("mated") == (table.mated[i] == mated_status::yes ? "yes" : "no"));
    CHECK(cell("mate") == (table.mated[i] == mated_status::yes ? text(table.person, i) : ""));
    CHECK(cell("acquired") == (table.acquired[i] != 0 ? "yes" : "no"));
    CHECK(cell("top_person") == text(table.top_person, i));
    CHECK(score_of(cell("top_score")) == table.top_score[i]);
    CHECK(score_of(cell("second_score")) == table.second_score[i]);
    CHECK(score_of(cell("mate_score")) == table.mate_score[i]);
    CHECK(cell("mate_rank") == (table.mate_rank[i] == 0 ? "" : std::to_string(table.mate_rank[i])));
  }
  const csv_table c = parsed(candidates_csv(d, trial));
  REQUIRE(c.rows.size() == trial.candidates.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::size_t rank = 0;
    for (const candidate& one : trial.candidates_of(i)) {
      const csv_row& row = c.rows[at++];
      CHECK(row.fields[place_of(c, "passage")] == t.rows[i].fields[place_of(t, "passage")]);
      CHECK(row.fields[place_of(c, "rank")] == std::to_string(++rank));
      CHECK(row.fields[place_of(c, "person")] == person_id(one.person));
      CHECK(score_of(row.fields[place_of(c, "score")]) == one.score);
    }
  }
  std::size_t images = 0;
  for (const listed_person& one : list.persons)
    images += one.images;
  CHECK(parsed(watchlist_csv(d, list)).rows.size() == images);
  CHECK(parsed(persons_csv(d, trial)).rows.size() == d.list_size() + d.passers);
}

TEST_CASE("every column of the tables is one that a study knows, or a declared group, light or the second score") {
  const std::set<std::string> further{"ethnicity", "light", "second_score"};
  for (const std::string name : committed_names)
    for (const std::string& header : committed_table(name).header)
      CHECK_MESSAGE((find_column(name.substr(0, name.size() - 4), header) != nullptr || further.count(header) == 1),
                    name << " " << header);
}

TEST_CASE("every id in the tables says that it is synthetic") {
  std::size_t ids = 0;
  for (const char* name : committed_names) {
    const csv_table t = committed_table(name);
    for (const char* header :
         {"passage", "person", "deployment", "mate", "top_person", "list", "image", "alert", "alert_group"}) {
      if (std::find(t.header.begin(), t.header.end(), header) == t.header.end()) continue;
      const std::size_t place = place_of(t, header);
      for (const csv_row& row : t.rows)
        if (!row.fields[place].empty()) {
          ++ids;
          if (!row.fields[place].starts_with("synthetic-")) FAIL_CHECK(name << ": " << row.fields[place]);
        }
    }
  }
  CHECK(ids > 10000);
}

TEST_CASE("the study of the example trial is read, and names files that are there") {
  const auto declared = read_study(committed + "study.toml");
  if (!declared)
    for (const error& e : declared.error())
      MESSAGE(e.message());
  REQUIRE(declared.has_value());
  std::set<std::string> named;
  for (const study_source& source : declared->sources)
    for (const std::string& file : source.files) {
      CHECK(std::filesystem::is_regular_file(committed + file));
      named.insert(file);
    }
  // The searches are committed in two forms, and a study takes one.
  CHECK(named.size() + 1 == std::size(committed_names));
  CHECK_FALSE(named.contains("candidates.csv.gz"));
}

TEST_CASE(
    "volunteers and a crowd: the example study as it is written finds its files and columns, and so does its own") {
  const auto files = files_of(volunteers_and_crowd(), false);
  const auto as_written = read_study(std::string(LFREVAL_SOURCE_DIR) + "/tests/study/examples/b.toml");
  const auto own = parse_study(content_of(files, "study.toml"), "folder/study.toml");
  if (!own)
    for (const error& e : own.error())
      MESSAGE(e.message());
  REQUIRE(as_written.has_value());
  REQUIRE(own.has_value());
  for (const study* declared : {&*as_written, &*own}) {
    std::size_t mapped = 0;
    for (const study_source& source : declared->sources)
      for (const std::string& file : source.files) {
        const csv_table t = parsed(content_of(files, file));
        CHECK(t.rows.size() > 0);
        for (const auto& column : source.columns)
          if (!column.second.column.empty()) {
            place_of(t, column.second.column);
            ++mapped;
          }
      }
    CHECK(mapped == 4); // id, volunteer, on_list, n
  }
  const csv_table t = parsed(content_of(files, "passages.csv"));
  CHECK(t.rows.size() == 4000);
  std::map<std::string_view, std::size_t> passes;
  std::size_t listed = 0;
  for (const csv_row& row : t.rows) {
    ++passes[row.fields[place_of(t, "volunteer")]];
    listed += row.fields[place_of(t, "on_list")] == "yes";
  }
  CHECK(listed == 2000);
  CHECK(passes.size() == 400);
  for (const auto& one : passes)
    CHECK(one.second == 10);
  CHECK(trial_named("volunteers-and-crowd").has_value());
  CHECK_FALSE(trial_named("no such trial").has_value());
}

TEST_CASE("gzip without a time and without a machine") {
  const trial_design d = test::everything();
  const std::string content = watchlist_csv(d, draw_watchlist(d, 1)), packed = gzip_compressed(content);
  CHECK(packed.size() < content.size());
  CHECK(packed.substr(4, 4) == std::string(4, '\0'));  // RFC 1952: the time
  CHECK(static_cast<unsigned char>(packed[9]) == 255); // and the system
  CHECK(gzip_expanded(packed) == content);
  CHECK(gzip_expanded(gzip_compressed("")).empty());
  CHECK_THROWS_AS(static_cast<void>(gzip_expanded(packed.substr(0, packed.size() - 1))), std::runtime_error);
  CHECK_THROWS_AS(static_cast<void>(gzip_expanded(packed + "x")), std::runtime_error);
  CHECK_THROWS_AS(static_cast<void>(gzip_expanded(content)), std::runtime_error);
}
