#include "log/column_assembly.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <lfreval/detail/parallel.hpp>

namespace lfreval::detail {
namespace {

struct assembly {
  std::vector<chunk_rows>& pieces;
  const std::vector<chunk_worker>& workers;
  const std::vector<std::uint64_t>& first_rows; ///< of each piece in the table
  std::uint64_t rows;
  unsigned threads;

  /// Calls `copy(piece, part, row)` for every piece and frees the part.
  template <class Part, class Copy> void for_each_part(std::size_t column, const Copy& copy) const {
    parallel_for(pieces.size(), threads, [&](std::size_t i) {
      Part& part = std::get<Part>(pieces[i].parts[column]);
      copy(pieces[i], part, static_cast<std::size_t>(first_rows[i]));
      part = Part();
    });
  }
  template <class Value> std::vector<Value> values(std::size_t column) const {
    std::vector<Value> out(rows);
    for_each_part<std::vector<Value>>(column, [&](const chunk_rows&, const std::vector<Value>& part, std::size_t row) {
      std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(row));
    });
    return out;
  }

  text_column texts(std::size_t column) const {
    std::vector<const text_dictionary*> dictionaries;
    std::vector<std::vector<bool>> used(workers.size());
    const bool any_unused = std::any_of(workers.begin(), workers.end(), [](const chunk_worker& w) { return w.has_unused_texts; });
    for (std::size_t w = 0; w < workers.size(); ++w) {
      dictionaries.push_back(&workers[w].columns[column].texts);
      if (any_unused) used[w].resize(dictionaries[w]->size());
    }
    if (any_unused)
      for (const chunk_rows& piece : pieces) {
        std::vector<bool>& of = used[piece.worker];
        for (const std::uint32_t code : std::get<std::vector<std::uint32_t>>(piece.parts[column]))
          if (code != no_code) of[code] = true;
      }
    merged_texts merged = merge(dictionaries, used);
    text_column out;
    out.texts = std::move(merged.texts);
    out.codes.resize(rows);
    for_each_part<std::vector<std::uint32_t>>(column, [&](const chunk_rows& piece, const std::vector<std::uint32_t>& part, std::size_t row) {
      const std::vector<std::uint32_t>& codes = merged.new_codes[piece.worker];
      for (const std::uint32_t code : part) out.codes[row++] = code == no_code ? no_code : codes[code];
    });
    return out;
  }

  score_column scores(std::size_t column) const {
    score_column out;
    out.values.resize(rows);
    for (std::size_t i = 0; i < pieces.size(); ++i)
      for (const std::uint32_t row : std::get<score_part>(pieces[i].parts[column]).sentinels) out.sentinels.push_back(first_rows[i] + row);
    for_each_part<score_part>(column, [&](const chunk_rows&, const score_part& part, std::size_t row) {
      std::copy(part.values.begin(), part.values.end(), out.values.begin() + static_cast<std::ptrdiff_t>(row));
    });
    return out;
  }

  time_column times(std::size_t column) const {
    time_column out;
    out.nanoseconds.resize(rows);
    const auto first_of = [](std::uint64_t& first, std::uint64_t line) {
      if (line != 0 && (first == 0 || line < first)) first = line;
    };
    for (const chunk_rows& piece : pieces) {
      const auto& part = std::get<time_part>(piece.parts[column]);
      first_of(out.first_with_offset, part.first_with_offset);
      first_of(out.first_without_offset, part.first_without_offset);
    }
    for_each_part<time_part>(column, [&](const chunk_rows&, const time_part& part, std::size_t row) {
      std::copy(part.nanoseconds.begin(), part.nanoseconds.end(), out.nanoseconds.begin() + static_cast<std::ptrdiff_t>(row));
    });
    return out;
  }

  typed_column column(const column_request& request, std::size_t column) const {
    switch (request.cells.index()) {
      case 0: return texts(column);
      case 1: return scores(column);
      case 2: return values<double>(column);
      case 3: return values<std::uint64_t>(column);
      case 4: return times(column);
      default: return values<std::uint8_t>(column);
    }
  }
};

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

column_table assemble(std::vector<chunk_rows>& pieces, const std::vector<chunk_worker>& workers, std::span<const column_request> requests,
                      std::span<const std::size_t> order, unsigned threads) {
  column_table out;
  std::vector<std::uint64_t> first_rows;
  for (const chunk_rows& piece : pieces) {
    first_rows.push_back(out.rows);
    for (const column_table::line_run& run : piece.runs) {
      const column_table::line_run here{out.rows + run.row, run.line};
      if (!out.runs.empty() && here.line - out.runs.back().line == here.row - out.runs.back().row) continue;
      out.runs.push_back(here);
    }
    out.rows += piece.rows;
    out.records += piece.records;
  }
  const assembly all{pieces, workers, first_rows, out.rows, threads};
  out.columns.resize(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) out.columns[order[i]] = all.column(requests[i], i);
  return out;
}

} // namespace lfreval::detail
