#include <lfreval/study/keys.hpp>

#include <doctest/doctest.h>
#include <set>
#include <string>
#include <vector>

using namespace lfreval;

TEST_CASE("no key of the study language stands twice in its table") {
  std::set<std::string_view> paths;
  for (const study_key& key : study_keys()) {
    CAPTURE(key.path);
    CHECK(paths.insert(key.path).second);
  }
  for (const char* path : {"schema", "study.name", "study.confidence", "scope.from", "scope.exclude[].reason", "system.*.score_range",
                           "source[].name", "source[].columns.*", "source[].columns.*.unit", "source[].status.aborted",
                           "limit[].metric", "limit[].at_most", "limit[].at_least", "limit[].in_every"}) {
    CAPTURE(path);
    CHECK(paths.contains(path));
  }
}

TEST_CASE("every key says what it means and what it takes") {
  for (const study_key& key : study_keys()) {
    CAPTURE(key.path);
    CHECK_FALSE(key.path.empty());
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(key.allowed.empty());
    CHECK(key.smallest <= key.largest);
    CHECK_FALSE(to_string(key.type).empty());
    if (key.type == key_type::integer || key.type == key_type::number) CHECK(key.smallest < key.largest);
    if (!key.choices.empty()) CHECK(key.type == key_type::text);
  }
}

TEST_CASE("the messages of a closed list name every choice") {
  for (const study_key& key : study_keys()) {
    const std::string choices(key.choices);
    for (std::size_t from = 0; from < choices.size();) {
      const std::size_t bar = std::min(choices.find('|', from), choices.size());
      CAPTURE(key.path);
      CHECK(key.allowed.find(choices.substr(from, bar - from)) != std::string_view::npos);
      from = bar + 1;
    }
  }
}

TEST_CASE("the nearest word has the fewest edits") {
  const std::vector<std::string> words{"confidence", "name", "seed", "max_refused"};
  CHECK(nearest("confidnce", words) == "confidence");
  CHECK(nearest("Name", words) == "name");
  CHECK(nearest("names", words) == "name");
  CHECK(nearest("seeed", words) == "seed");
  CHECK(nearest("maxrefused", words) == "max_refused");
  CHECK(nearest("seed", words) == "seed");
}

TEST_CASE("no hint is given for a word that is not a slip") {
  const std::vector<std::string> words{"confidence", "name", "seed"};
  CHECK(nearest("zzzzzzzz", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest("x", words).empty());
  CHECK(nearest("seed", {}).empty());
  CHECK(nearest(std::string(100000, 'a'), words).empty());
}
