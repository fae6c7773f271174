#include <lfreval/log/column_reader.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/detail/parallel.hpp>
#include <lfreval/log/csv.hpp>

#include "log/column_assembly.hpp"
#include "log/column_chunk.hpp"
#include "log/csv_records.hpp"

namespace lfreval {
namespace {

using detail::chunk_rows;

/// Consecutive pieces that belong together because a quoted field reaches from one into the next.
struct piece_group {
  std::size_t from, to; ///< bytes
  std::size_t slot;     ///< of the piece's own rows
  bool is_read;
};

/// Behind the first or the last line end from `from` on that is not inside quotes, if the quotes pair; `from` if there is
/// none.
std::size_t record_end(std::string_view text, std::size_t from, bool last) {
  std::size_t end = from;
  bool inside = false;
  for (std::size_t i = from; i < text.size() && (last || end == from); ++i) {
    if (text[i] == '"') inside = !inside;
    else if (text[i] == '\n' && !inside) end = i + 1;
  }
  return end;
}

/// A record that is not whole after so many bytes is beyond the limit, even when the last character is cut.
constexpr std::size_t certainly_too_long = longest_csv_record + 8;

} // namespace

std::uint64_t column_table::line_of(std::uint64_t row) const {
  if (row >= rows) throw std::invalid_argument("column_table::line_of: row is beyond the last");
  const auto after = std::upper_bound(runs.begin(), runs.end(), row, [](std::uint64_t r, const line_run& run) { return r < run.row; });
  const line_run& run = *(after - 1);
  return run.line + (row - run.row);
}

struct column_reader::state {
  state(file_blocks from, std::string named, column_reader_options how)
      : blocks(std::move(from)), name(std::move(named)), options(how) {
    if (options.chunk_size == 0) throw std::invalid_argument("column_reader: chunk_size is 0");
    if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  }

  file_blocks blocks;
  std::string name;
  column_reader_options options;
  std::vector<std::string> header;
  std::string_view view;
  std::size_t used = 0;      ///< of `view`
  std::uint64_t line = 1;    ///< where the rest of `view` begins
  std::uint64_t bytes_before = 0; ///< of that line
  bool was_read = false;

  std::vector<chunk_rows> rows; ///< of the pieces of one block, kept for their memory
  std::optional<detail::column_assembly> assembly;
  std::vector<detail::chunk_worker> workers;
  ledger rows_refused;
  detail::blank_lines pending; ///< lines of the file; they count once a record follows

  [[nodiscard]] std::string_view rest() const noexcept { return view.substr(used); }

  /// Adds the next block to what is left. Errors name the file as the study does.
  std::optional<error> more() {
    auto next = blocks.next(view.size() - used);
    if (!next) {
      next.error().file = name;
      return next.error();
    }
    view = *next;
    used = 0;
    return std::nullopt;
  }

  /// The fault of the file that is told: that it is no text, wherever that shows, before what is wrong with a record.
  error text_fault_or(error fault) {
    for (;;) {
      std::string_view part = rest();
      if (!blocks.at_end()) part.remove_suffix(incomplete_character(part));
      if (auto found = text_fault(part, name, {line, bytes_before})) return *found;
      used += part.size();
      line += static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
      const std::size_t last = part.rfind('\n');
      bytes_before = last == std::string_view::npos ? bytes_before + part.size() : part.size() - last - 1;
      if (blocks.at_end()) return fault;
      if (auto failed = more()) return *failed;
    }
  }

  std::optional<error> read_header() {
    // As much as tells a format by its first bytes.
    while (!blocks.at_end() && rest().size() < 4)
      if (auto failed = more()) return failed;
    if (auto fault = encoding_fault(rest(), name)) return fault;
    // `check_text` takes one byte order mark away and `parse_csv` another.
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    const bool is_marked = rest().starts_with(mark);
    if (is_marked) used += mark.size();
    while (!blocks.at_end() && rest().size() < mark.size())
      if (auto failed = more()) return failed;
    if (is_marked && rest().starts_with(mark)) {
      used += mark.size();
      bytes_before = mark.size();
    }
    bool is_blank = false;
    for (;;) {
      std::string copy(rest().substr(0, 2));
      while ((copy.empty() || copy == "\r") && !blocks.at_end()) {
        if (auto failed = more()) return failed;
        copy = std::string(rest().substr(0, 2));
      }
      if (copy.empty()) return text_fault_or(detail::no_header(name));
      detail::record_reader blank(copy.data(), copy.size(), name, line);
      if (!blank.skip_blank_line()) break;
      is_blank = true;
      used += blank.position();
      ++line;
      bytes_before = 0;
    }
    if (is_blank) return text_fault_or(detail::blank_before_header(name));
    while (!blocks.at_end() && record_end(rest(), 0, false) == 0 && rest().size() < certainly_too_long)
      if (auto failed = more()) return failed;
    std::string copy(rest().substr(0, certainly_too_long));
    detail::record_reader records(copy.data(), copy.size(), name, line);
    if (auto fault = records.read_record()) return text_fault_or(std::move(*fault));
    if (auto fault = records.header_fault()) return text_fault_or(std::move(*fault));
    if (auto fault = text_fault(rest().substr(0, records.position()), name, {line, bytes_before})) return fault;
    header.assign(records.fields().begin(), records.fields().end());
    used += records.position();
    line = records.line();
    bytes_before = 0;
    return std::nullopt;
  }

  /// Reads the whole records at the front of the rest and leaves the others. Returns what the file is refused for.
  std::optional<error> read_records(const detail::chunk_format& format, const std::string& source) {
    const std::string_view text = rest();
    const bool is_last = blocks.at_end();
    const std::size_t chunk_size = std::min(options.chunk_size, longest_csv_record / 2);
    std::vector<std::size_t> cuts{0};
    std::size_t end = text.size();
    while (cuts.back() < text.size()) {
      const std::size_t target = cuts.back() + std::min(chunk_size, text.size() - cuts.back());
      const auto* newline = static_cast<const char*>(std::memchr(text.data() + target - 1, '\n', text.size() - target + 1));
      if (newline == nullptr) {
        const std::size_t last = text.rfind('\n') + 1; // 0 if there is none
        if (!is_last) end = std::max(last, cuts.back());
        if (end > cuts.back()) cuts.push_back(end);
        break;
      }
      cuts.push_back(static_cast<std::size_t>(newline - text.data()) + 1);
    }
    if (cuts.size() == 1) end = is_last ? text.size() : 0;

    const std::size_t pieces = cuts.size() - 1;
    const char* const readable_end = text.data() + text.size();
    if (rows.size() < pieces + 1) rows.resize(pieces + 1); // one for a record that is too long
    std::vector<detail::fast_outcome> attempts(pieces);
    share(pieces, [&](std::size_t i, std::size_t worker) {
      attempts[i] = detail::read_fast(format, text.substr(cuts[i], cuts[i + 1] - cuts[i]), readable_end, workers[worker], rows[i]);
      rows[i].worker = worker;
    });

    std::vector<piece_group> groups;
    for (std::size_t i = 0; i < pieces;) {
      std::size_t j = i + 1;
      bool inside = attempts[i].odd_quotes;
      for (; inside && j < pieces; ++j) inside ^= attempts[j].odd_quotes;
      piece_group group{cuts[i], cuts[j], i, attempts[i].is_read && j == i + 1};
      if (inside && !is_last) {
        end = record_end(text, cuts[i], true);
        group.to = end;
        group.is_read = false;
      }
      // Pieces that began inside quotes were read as what they are not.
      if (!group.is_read)
        for (std::size_t other = i; other < j; ++other)
          if (attempts[other].is_read) workers[rows[other].worker].has_unused_texts = true;
      if (group.to > group.from) groups.push_back(group);
      i = j;
    }
    // What is left begins with a record that does not end here. One that is too long is told so.
    if (!is_last && text.size() - end >= certainly_too_long)
      groups.push_back({end, text.size() - incomplete_character(text), pieces, false});
    std::vector<std::size_t> exact;
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (!groups[i].is_read) exact.push_back(i);
    share(exact.size(), [&](std::size_t i, std::size_t worker) {
      const piece_group& group = groups[exact[i]];
      detail::read_exactly(format, text.substr(group.from, group.to - group.from), workers[worker], rows[group.slot]);
      rows[group.slot].worker = worker;
    });

    std::size_t taken = 0;
    std::vector<const chunk_rows*> in_order;
    for (const piece_group& group : groups) {
      chunk_rows& one = rows[group.slot];
      if (one.fault) {
        one.fault->line += line - 1;
        if (one.fault->code == error_code::not_text) return one.fault;
        used += group.from;
        return text_fault_or(std::move(*one.fault));
      }
      take(one, source);
      in_order.push_back(&one);
      taken = group.to;
    }
    assembly->add(in_order, blocks.share_used());
    used += taken;
    if (!is_last && rest().size() >= certainly_too_long) throw std::logic_error("column_reader: a record beyond the limit was not refused");
    return std::nullopt;
  }

  /// Runs `work(i, worker)` for every i below `count`, each worker on one thread.
  template <class Work> void share(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto threads = static_cast<unsigned>(std::min<std::size_t>(options.threads, std::max<std::size_t>(count, 1)));
    detail::parallel_for(threads, threads, [&](std::size_t worker) {
      for (std::size_t i = next++; i < count; i = next++) work(i, worker);
    });
  }

  /// Adds the rows of the piece that stands at `line`, with lines of the file instead of its own.
  void take(chunk_rows& one, const std::string& source) {
    const std::uint64_t base = line - 1;
    const auto refuse_blanks = [&](detail::blank_lines blanks) {
      for (std::uint64_t i = 0; i < blanks.count; ++i)
        rows_refused.add({detail::blank_line(name, blanks.first + i, header.size()), source});
    };
    if (one.has_records) refuse_blanks(std::exchange(pending, {}));
    for (const detail::blank_lines& blanks : one.blanks) refuse_blanks({base + blanks.first, blanks.count});
    if (one.blanks_at_end.count != 0) {
      if (pending.count == 0) pending.first = base + one.blanks_at_end.first;
      pending.count += one.blanks_at_end.count;
    }
    for (error& why : one.refused) {
      why.line += base;
      rows_refused.add({std::move(why), source});
    }
    one.refused.clear();
    for (column_table::line_run& run : one.runs) run.line += base;
    for (detail::column_part& part : one.parts)
      if (auto* times = std::get_if<detail::time_part>(&part)) {
        if (times->first_with_offset != 0) times->first_with_offset += base;
        if (times->first_without_offset != 0) times->first_without_offset += base;
      }
    line += one.lines;
  }
};

column_reader::column_reader(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
column_reader::column_reader(column_reader&&) noexcept = default;
column_reader& column_reader::operator=(column_reader&&) noexcept = default;
column_reader::~column_reader() = default;

const std::vector<std::string>& column_reader::header() const noexcept { return state_->header; }

result<column_reader> column_reader::open(const std::string& path, std::string name, column_reader_options options) {
  auto blocks = file_blocks::open(path, options.block_size);
  if (!blocks) {
    blocks.error().file = name;
    return refuse(blocks.error());
  }
  auto made = std::make_unique<state>(std::move(*blocks), std::move(name), options);
  if (auto fault = made->read_header()) return refuse(std::move(*fault));
  return column_reader(std::move(made));
}

result<column_reader> column_reader::of(std::string_view text, std::string name, column_reader_options options) {
  auto made = std::make_unique<state>(file_blocks::of(text, options.block_size), std::move(name), options);
  if (auto fault = made->read_header()) return refuse(std::move(*fault));
  return column_reader(std::move(made));
}

result<column_table> column_reader::read(std::span<const column_request> requests, ledger& refused, const std::string& source) {
  state& s = *state_;
  if (std::exchange(s.was_read, true)) throw std::invalid_argument("column_reader::read: called twice");
  detail::check_requests(requests, s.header.size());
  // In field order, so that the first fault of a row is the one found first.
  std::vector<std::size_t> order(requests.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return requests[a].field < requests[b].field; });
  std::vector<column_request> sorted;
  for (const std::size_t i : order) sorted.push_back(requests[i]);

  s.workers.resize(s.options.threads);
  for (detail::chunk_worker& worker : s.workers) worker.columns.resize(sorted.size());
  const detail::chunk_format format{s.name, s.header, sorted};
  s.assembly.emplace(sorted, s.options.threads);
  for (;;) {
    if (auto fault = s.read_records(format, source)) return refuse(std::move(*fault));
    if (s.blocks.at_end()) break;
    if (auto failed = s.more()) return refuse(std::move(*failed));
  }
  auto hash = s.blocks.sha256();
  if (!hash) {
    hash.error().file = s.name;
    return refuse(hash.error());
  }
  column_table out = s.assembly->finish(s.workers, order);
  out.sha256 = std::move(*hash);
  refused.add(std::move(s.rows_refused));
  return out;
}

} // namespace lfreval
