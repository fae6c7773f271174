// The result of a log read in parts, on as many machines, is that of the log read whole.
#include <array>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lfreval/bytes/file.hpp>
#include <lfreval/counts/threshold_tallies.hpp>
#include <lfreval/log/merge_trials.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>

#include "generator/gzip.hpp"
#include "support/random.hpp"
#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

const std::string committed = std::string(LFREVAL_SOURCE_DIR) + "/datasets/synthetic_trial/";
constexpr std::string_view whole_file = "passages.csv.gz";

std::string bytes_of(const std::string& path) {
  const auto there = read_file(path);
  REQUIRE(there.has_value());
  return there->bytes;
}

/// The example trial with its passages dealt to so many files.
struct dealt_trial {
  test::temporary_folder folder;
  study declared;
  std::vector<study> parts; ///< as each machine would declare it

  explicit dealt_trial(std::size_t machines) {
    for (const char* name : {"persons.csv.gz", "watchlist.csv.gz", "exposure.csv.gz", "alerts.csv.gz", "passages.csv.gz"}) folder.write(name, bytes_of(committed + name));
    const std::string text = bytes_of(committed + "study.toml");
    declared = parsed(text);
    const std::string rows = synthetic::gzip_expanded(bytes_of(committed + std::string(whole_file)));
    const std::size_t header = rows.find('\n') + 1;
    std::vector<std::string> files(machines, rows.substr(0, header));
    test::random random(3);
    for (std::size_t at = header; at < rows.size();) {
      const std::size_t end = rows.find('\n', at) + 1;
      files[random.below(machines)] += rows.substr(at, end - at);
      at = end;
    }
    for (std::size_t i = 0; i < machines; ++i) {
      const std::string name = "part" + std::to_string(i) + ".csv";
      folder.write(name, files[i]);
      std::string own = text;
      own.replace(own.find(whole_file), whole_file.size(), name);
      parts.push_back(parsed(own));
    }
  }

  [[nodiscard]] study parsed(const std::string& text) const {
    auto out = parse_study(text, folder.at("study.toml"));
    REQUIRE(out.has_value());
    return std::move(*out);
  }
};

trial_log log_of(const study& declared) {
  auto out = read_trial_log(declared);
  REQUIRE(out.has_value());
  return std::move(*out);
}

std::vector<trial_log> logs_of(const std::vector<study>& parts) {
  std::vector<trial_log> out;
  for (const study& one : parts) out.push_back(log_of(one));
  return out;
}

std::string hash_of(const study& declared, const trial_log& trials) {
  auto series = read_deployments(declared);
  REQUIRE(series.has_value());
  return result_sha256(evaluate(declared, std::move(*series), {}, {}, trials));
}

} // namespace

TEST_CASE("a trial read in parts and merged has the result of the whole") {
  const dealt_trial trial(3);
  const std::string whole = hash_of(trial.declared, log_of(trial.declared));
  CHECK(whole.size() == 64);
  CHECK(hash_of(trial.declared, merge_trials(logs_of(trial.parts))) == whole);
  std::vector<trial_log> backwards = logs_of({trial.parts[2], trial.parts[0], trial.parts[1]});
  CHECK(hash_of(trial.declared, merge_trials(std::move(backwards))) == whole);
  std::vector<trial_log> lost = logs_of({trial.parts[0], trial.parts[1]});
  CHECK(hash_of(trial.declared, merge_trials(std::move(lost))) != whole);
}

TEST_CASE("tallies of parts add to the bytes of the tallies of the whole") {
  const dealt_trial trial(3);
  const threshold_grid grid = decimal_grid("0.5", "0.8", "0.001").value();
  const auto tallies_of = [&](const trial_log& log) {
    const passage_table& rows = log.passages.at(0).rows;
    const auto counted = count_passages(rows, cross(rows, std::array<std::string, 2>{"ethnicity", "camera"}), grid, {.rank_limit = 1}, 2);
    REQUIRE(counted.has_value());
    return to_threshold_tallies(*counted);
  };
  threshold_tallies sum(grid);
  for (const trial_log& part : logs_of(trial.parts)) {
    // As they would travel between machines.
    const auto received = parse_threshold_tallies(serialise(tallies_of(part)), "part");
    REQUIRE(received.has_value());
    sum += *received;
  }
  CHECK(serialise(sum) == serialise(tallies_of(log_of(trial.declared))));
}

TEST_CASE("parts of different trials are not merged") {
  const dealt_trial trial(2);
  const auto with = [&](auto change) {
    std::vector<trial_log> parts = logs_of(trial.parts);
    change(parts[1]);
    return parts;
  };
  CHECK_THROWS_AS((void)merge_trials({}), std::invalid_argument);
  CHECK_THROWS_AS((void)merge_trials(with([](trial_log& log) { log.watchlist_persons = 3; })), std::invalid_argument);
  CHECK_THROWS_AS((void)merge_trials(with([](trial_log& log) { log.passages[0].label_source = "officer_opinion"; })), std::invalid_argument);
  CHECK_THROWS_AS((void)merge_trials(with([](trial_log& log) { log.passages[0].rows.groups.clear(); })), std::invalid_argument);
  CHECK_THROWS_AS((void)merge_trials(with([](trial_log& log) { log.passages[0].rows.second_score.clear(); })), std::invalid_argument);
}
