#include <lfreval/proportionality/indicator.hpp>

#include <doctest/doctest.h>
#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace lfreval;

namespace {

std::vector<std::string> parts(std::string_view list, std::string_view separator) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= list.size();) {
    const std::size_t to = std::min(list.find(separator, from), list.size());
    out.emplace_back(list.substr(from, to - from));
    from = to + separator.size();
  }
  return out;
}

bool is_name(std::string_view text) { return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos; }

} // namespace

TEST_CASE("a key leads to one indicator and to no other") {
  std::set<std::string_view> keys;
  for (const indicator& row : indicators()) {
    CAPTURE(row.key);
    CHECK(is_name(row.key));
    CHECK(keys.insert(row.key).second);
    CHECK(find_indicator(row.key) == &row);
    CHECK_FALSE(row.name.empty());
  }
  for (const char* key : {"", "proportionate", "total_score", "Document_present", "document_present@document=dpia"}) CHECK(find_indicator(key) == nullptr);
}

TEST_CASE("every metric bears on one limb, under its own key") {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto id = static_cast<metric_id>(i);
    CAPTURE(describe(id).key);
    const indicator* row = find_indicator(describe(id).key);
    const bool of_one_to_one = id == metric_id::false_match_rate || id == metric_id::false_nonmatch_rate;
    CHECK((row == nullptr) == of_one_to_one); // M10: comparisons of a laboratory bear on no deployment
    if (row == nullptr) continue;
    CHECK(row->metric == id);
    CHECK(row->kind == indicator_kind::rate);
    CHECK(row->name == describe(id).name);
  }
  for (const indicator& row : indicators()) CHECK(row.metric.has_value() == (row.kind == indicator_kind::rate));
}

TEST_CASE("every indicator says what it needs, and what to do where that is missing") {
  for (const indicator& row : indicators()) {
    CAPTURE(row.key);
    const auto known = evidence_names();
    for (const std::string& one : parts(row.needs, ", ")) {
      CHECK(std::find(known.begin(), known.end(), one) != known.end());
      CHECK(needs(row, one));
    }
    CHECK_FALSE(needs(row, ""));
    CHECK_FALSE(needs(row, "document"));
    CHECK(row.remedy.size() > 20);
    CHECK(row.remedy.back() == '.');
    CHECK_FALSE(row.cites.empty());
    for (const std::string& id : parts(row.cites, ", ")) CHECK((id.size() >= 2 && id[0] >= 'A' && id[0] <= 'M' && id.find_first_not_of("0123456789", 1) == std::string::npos));
    CHECK(row.unit.empty() == (row.kind == indicator_kind::check));
  }
  CHECK(remedy_for("paper").empty());
  std::set<std::string_view> remedies;
  for (const std::string_view name : evidence_names()) {
    CHECK(remedy_for(name).ends_with("."));
    CHECK(remedies.insert(remedy_for(name)).second);
  }
  CHECK(remedy_for("staffing").find("officer hours") != std::string_view::npos);
  for (const std::string_view name : evidence_names())
    CHECK(std::any_of(indicators().begin(), indicators().end(), [&](const indicator& row) { return needs(row, name); }));
}

TEST_CASE("axes are closed: sorted by name, with values that are names, each once") {
  for (const indicator& row : indicators()) {
    CAPTURE(row.key);
    std::string_view last;
    for (const indicator_axis& axis : row.axes) {
      CHECK(is_name(axis.name));
      CHECK(axis.name > last);
      last = axis.name;
      if (axis.values.empty()) continue;
      std::set<std::string> seen;
      for (const std::string& value : parts(axis.values, "|")) {
        CHECK(is_name(value));
        CHECK(seen.insert(value).second);
      }
    }
  }
  CHECK(parts(find_indicator("document_present")->axes[0].values, "|").size() == 17);
}

TEST_CASE("M59: no indicator is a score, a total or an average of the others") {
  for (const indicator& row : indicators())
    for (const std::string_view words : {row.key, row.name})
      for (const char* banned : {"score", "total", "overall", "proportionate", "index", "accura"}) CHECK(words.find(banned) == std::string_view::npos);
}

TEST_CASE("every limb has indicators of its own") {
  for (std::size_t i = 0; i < limb_count; ++i) {
    const auto each = static_cast<limb>(i);
    CHECK_FALSE(to_string(each).empty());
    CHECK(std::any_of(indicators().begin(), indicators().end(), [&](const indicator& row) { return row.bears_on == each; }));
  }
}
