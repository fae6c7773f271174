#include "log/column_assembly.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <lfreval/detail/parallel.hpp>

#include "bytes/large_pages.hpp"

namespace lfreval::detail {
namespace {

typed_column empty_column(const column_request& request) {
  switch (request.cells.index()) {
    case 0: return text_column();
    case 1: return score_column();
    case 2: return std::vector<double>();
    case 3: return std::vector<std::uint64_t>();
    case 4: return time_column();
    default: return std::vector<std::uint8_t>();
  }
}

/// What a piece holds of a column.
template <class Column> struct part_of { using type = Column; };
template <> struct part_of<text_column> { using type = std::vector<std::uint32_t>; };
template <> struct part_of<score_column> { using type = score_part; };
template <> struct part_of<time_column> { using type = time_part; };

/// Adds `part` behind `whole`, with room for as many as are expected in the end.
template <class Value> void append(std::vector<Value>& whole, const std::vector<Value>& part, std::uint64_t expected) {
  const std::size_t needed = whole.size() + part.size();
  if (needed > whole.capacity()) {
    // A file that goes on unlike it began must not ask for all memory there is.
    whole.reserve(static_cast<std::size_t>(std::clamp<std::uint64_t>(expected, needed, std::uint64_t{8} * needed)));
    use_large_pages(whole.data(), whole.capacity() * sizeof(Value));
  }
  whole.insert(whole.end(), part.begin(), part.end());
}

void append(text_column& whole, const std::vector<std::uint32_t>& part, std::uint64_t expected) { append(whole.codes, part, expected); }
void append(score_column& whole, const score_part& part, std::uint64_t expected) {
  for (const std::uint32_t row : part.sentinels) whole.sentinels.push_back(whole.values.size() + row);
  append(whole.values, part.values, expected);
}
void append(time_column& whole, const time_part& part, std::uint64_t expected) {
  const auto first_of = [](std::uint64_t& first, std::uint64_t line) {
    if (line != 0 && (first == 0 || line < first)) first = line;
  };
  first_of(whole.first_with_offset, part.first_with_offset);
  first_of(whole.first_without_offset, part.first_without_offset);
  append(whole.nanoseconds, part.nanoseconds, expected);
}

} // namespace

void check_requests(std::span<const column_request> requests, std::size_t fields) {
  std::set<std::size_t> asked;
  for (const column_request& request : requests) {
    if (request.field >= fields) throw std::invalid_argument("column_reader::read: a field that the header does not have");
    if (!asked.insert(request.field).second) throw std::invalid_argument("column_reader::read: a field is asked for twice");
    const auto* choices = std::get_if<choice_cells>(&request.cells);
    if (choices == nullptr) continue;
    if (choices->spellings.size() > no_choice) throw std::invalid_argument("column_reader::read: more than 255 choices");
    std::set<std::string_view> known;
    for (const auto& spellings : choices->spellings)
      for (const std::string& one : spellings)
        if (!known.insert(one).second) throw std::invalid_argument("column_reader::read: one spelling for two choices");
  }
}

column_assembly::column_assembly(std::span<const column_request> in_field_order, unsigned threads) : threads_(threads) {
  for (const column_request& request : in_field_order) columns_.push_back(empty_column(request));
}

void column_assembly::add(std::span<const chunk_rows* const> pieces, double share_of_file) {
  for (const chunk_rows* const piece : pieces) {
    places_.push_back({table_.rows, piece->worker});
    for (const column_table::line_run& run : piece->runs) {
      const column_table::line_run here{table_.rows + run.row, run.line};
      if (!table_.runs.empty() && here.line - table_.runs.back().line == here.row - table_.runs.back().row) continue;
      table_.runs.push_back(here);
    }
    table_.rows += piece->rows;
    table_.records += piece->records;
  }
  // A little more than in proportion: rows that are shorter further on should not move everything for their sake.
  const double proportion = 1.02 * static_cast<double>(table_.rows) / std::max(share_of_file, 1e-6);
  const auto expected = static_cast<std::uint64_t>(proportion);
  parallel_for(columns_.size(), threads_, [&](std::size_t column) {
    std::visit([&](auto& whole) {
      using part_type = typename part_of<std::remove_reference_t<decltype(whole)>>::type;
      for (const chunk_rows* const piece : pieces) append(whole, std::get<part_type>(piece->parts[column]), expected);
    }, columns_[column]);
  });
}

void column_assembly::merge_texts(std::size_t column, std::span<const chunk_worker> workers) {
  auto& whole = std::get<text_column>(columns_[column]);
  // Calls `visit(codes, worker)` for the codes of each piece.
  const auto for_each_piece = [&](const auto& visit) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::uint64_t end = i + 1 < places_.size() ? places_[i + 1].first_row : table_.rows;
      visit(std::span(whole.codes).subspan(places_[i].first_row, end - places_[i].first_row), places_[i].worker);
    }
  };
  std::vector<const text_dictionary*> dictionaries;
  std::vector<std::vector<bool>> used(workers.size());
  const bool any_unused = std::any_of(workers.begin(), workers.end(), [](const chunk_worker& w) { return w.has_unused_texts; });
  for (std::size_t w = 0; w < workers.size(); ++w) {
    dictionaries.push_back(&workers[w].columns[column].texts);
    if (any_unused) used[w].resize(dictionaries[w]->size());
  }
  if (any_unused)
    for_each_piece([&](std::span<const std::uint32_t> piece, std::size_t worker) {
      for (const std::uint32_t code : piece)
        if (code != no_code) used[worker][code] = true;
    });
  merged_texts merged = merge(dictionaries, used);
  whole.texts = std::move(merged.texts);
  for_each_piece([&](std::span<std::uint32_t> piece, std::size_t worker) {
    const std::vector<std::uint32_t>& new_codes = merged.new_codes[worker];
    for (std::uint32_t& code : piece) code = code == no_code ? no_code : new_codes[code];
  });
}

column_table column_assembly::finish(std::span<const chunk_worker> workers, std::span<const std::size_t> order) {
  parallel_for(columns_.size(), threads_, [&](std::size_t column) {
    if (std::holds_alternative<text_column>(columns_[column])) merge_texts(column, workers);
  });
  table_.columns.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) table_.columns[order[i]] = std::move(columns_[i]);
  return std::move(table_);
}

} // namespace lfreval::detail
