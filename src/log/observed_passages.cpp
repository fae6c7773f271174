#include "log/observed_passages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <unordered_map>

namespace lfreval::detail {
namespace {

/// What the rows of one passage have in common, and when a row was seen.
struct place {
  std::array<std::uint32_t, 3> key;
  std::int64_t time;
  std::uint64_t row;
  friend bool operator<(const place& a, const place& b) { return std::tie(a.key, a.time, a.row) < std::tie(b.key, b.time, b.row); }
};

constexpr const char* whole_passage = "; all observations of the passage are refused";

void refuse_copies(source_table& table) {
  const text_column& ids = *table.texts("observation");
  std::vector<std::uint32_t> copies(ids.texts.size());
  for (const std::uint32_t code : ids.codes) ++copies[code];
  for (std::uint64_t row = 0; row < table.rows(); ++row)
    if (const std::uint32_t n = copies[ids.codes[row]]; n > 1)
      table.refuse_row(row, error_code::duplicate_id, "observation", ids.texts[ids.codes[row]], "each observation once; all " + std::to_string(n) + " rows are refused");
}

/// The columns that a rule needs, in the order of the key; of a missing one the row is refused.
std::vector<place> places_by(source_table& table, std::span<const char* const> needed, std::span<const char* const> grouped, bool by_time) {
  std::vector<place> out;
  out.reserve(table.rows());
  std::array<const text_column*, 3> columns{};
  for (std::size_t i = 0; i < grouped.size(); ++i) columns[i] = table.texts(grouped[i]);
  const auto* times = table.times("time");
  for (std::uint64_t row = 0; row < table.rows(); ++row) {
    const auto lacking = std::find_if(needed.begin(), needed.end(), [&](const char* name) { return table.text(name, row).empty(); });
    const std::int64_t time = times == nullptr ? no_time : (*times)[row];
    if (lacking != needed.end()) {
      table.refuse_row(row, error_code::missing_value, *lacking, "", std::string("a ") + *lacking + ": passages of this source are formed by it");
      continue;
    }
    if (by_time && time == no_time) {
      table.refuse_row(row, error_code::missing_value, "time", "", "a time: passages of this source end when nothing is seen for passage_gap_seconds");
      continue;
    }
    place one{{no_code, no_code, no_code}, time, row};
    for (std::size_t i = 0; i < grouped.size(); ++i) one.key[i] = columns[i] == nullptr ? no_code : columns[i]->codes[row];
    out.push_back(one);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<place> places_of(source_table& table) {
  using names = std::array<const char*, 3>;
  switch (table.source().passages_by) {
    case passage_forming::track: {
      constexpr std::array<const char*, 1> needed{"track"};
      constexpr names grouped{"deployment", "camera", "track"};
      return places_by(table, needed, grouped, false);
    }
    case passage_forming::person: {
      constexpr std::array<const char*, 1> needed{"person"};
      constexpr std::array<const char*, 2> grouped{"deployment", "person"};
      return places_by(table, needed, grouped, true);
    }
    default: {
      constexpr std::array<const char*, 1> needed{"passage"};
      return places_by(table, needed, needed, false);
    }
  }
}

/// Refuses all rows of a passage for the same rule when one was refused, or when they contradict each other.
void check_passage(source_table& table, std::span<const std::uint64_t> rows) {
  const auto refuse_others = [&](const char* column, const std::string& rule) {
    for (const std::uint64_t row : rows)
      if (table.is_kept(row)) table.refuse_row(row, error_code::not_allowed, column, std::string(table.text(column, row)), rule);
  };
  if (std::any_of(rows.begin(), rows.end(), [&](std::uint64_t row) { return !table.is_kept(row); })) {
    refuse_others("observation", std::string("a passage of which every observation can be used") + whole_passage);
    return;
  }
  for (const char* column : {"person", "deployment"}) {
    const auto differs = [&](std::uint64_t row) { return table.text(column, row) != table.text(column, rows.front()); };
    if (std::any_of(rows.begin(), rows.end(), differs)) return refuse_others(column, std::string("one ") + column + " for all observations of a passage" + whole_passage);
  }
}

} // namespace

observed_passages form_passages(source_table& table) {
  refuse_copies(table);
  const std::vector<place> places = places_of(table);
  const bool by_person = table.source().passages_by == passage_forming::person;
  const auto gap = static_cast<std::uint64_t>(std::llround(table.source().passage_gap_seconds * 1e9));
  // Sorted, so that the difference is not negative; as an unsigned number it cannot overflow either.
  const auto since = [](std::int64_t earlier, std::int64_t later) { return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier); };
  observed_passages out;
  out.rows.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool begins = i == 0 || places[i].key != places[i - 1].key || (by_person && since(places[i - 1].time, places[i].time) > gap);
    if (begins) out.first.push_back(i);
    out.rows.push_back(places[i].row);
  }
  out.first.push_back(places.size());
  for (std::size_t k = 0; k < out.size(); ++k) check_passage(table, out.of(k));
  return out;
}

} // namespace lfreval::detail
