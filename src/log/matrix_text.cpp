#include "log/matrix_file.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/bytes/text.hpp>
#include <lfreval/detail/parallel.hpp>

#include "log/score_cells.hpp"

namespace lfreval::detail {
namespace {

/// A line beyond this is no row of a matrix.
constexpr std::size_t longest_line = std::size_t{64} << 20U;

std::string too_long() { return "a line of at most 64 MiB"; }

/// One field of ids, quoted or not. Leaves `at` behind it, at a comma or at `end`.
std::optional<std::string> read_id(const char*& at, const char* end) {
  if (at == end || *at != '"') {
    const char* const first = at;
    while (at != end && *at != ',' && *at != '"') ++at;
    if (at != end && *at == '"') return std::nullopt;
    return std::string(first, at);
  }
  std::string out;
  for (++at; at != end; ++at) {
    if (*at != '"') {
      out += *at;
    } else if (at + 1 != end && at[1] == '"') {
      out += '"';
      ++at;
    } else {
      ++at;
      return at == end || *at == ',' ? std::optional(std::move(out)) : std::nullopt;
    }
  }
  return std::nullopt;
}

class text_matrix final : public matrix_file {
public:
  text_matrix(file_blocks blocks, std::string name, unsigned threads) : blocks_(std::move(blocks)), name_(std::move(name)), threads_(std::max(1U, threads)) {}

  [[nodiscard]] std::size_t columns() const override { return ids_.size(); }
  [[nodiscard]] const std::vector<std::string>& ids() const override { return ids_; }
  [[nodiscard]] std::size_t columns_before() const override { return 1; }
  [[nodiscard]] result<std::string> sha256() override {
    auto out = blocks_.sha256();
    if (!out) out.error().file = name_;
    return out;
  }

  std::optional<error> read_header() {
    while (!blocks_.at_end() && rest().size() < 4)
      if (auto failed = more()) return failed;
    if (auto fault = encoding_fault(rest(), name_)) return fault;
    if (rest().starts_with("\xEF\xBB\xBF")) used_ += 3;
    auto line = next_line();
    if (!line) return line.error();
    if (!*line) return fault_at(error_code::empty_file, name_, 0, 0, "", "a first line with the ids of the references");
    const std::string_view header = **line;
    if (auto fault = text_fault(header, name_, {1, 0})) return fault;
    const char* at = header.data();
    const char* const end = at + header.size();
    for (std::size_t field = 0;; ++field) {
      auto id = read_id(at, end);
      if (!id) return quote_fault(1, field + 1);
      if (field != 0) {
        if (id->empty()) return fault_at(error_code::missing_value, name_, 1, field + 1, "", "the id of a reference");
        ids_.push_back(std::move(*id));
      }
      if (ids_.size() > most_references) return fault_at(error_code::not_allowed, name_, 1, field + 1, "", "at most 16,777,216 references");
      if (at == end) break;
      ++at;
    }
    if (ids_.empty()) return fault_at(error_code::wrong_field_count, name_, 1, 2, "", "ids of references, separated by commas, behind a first field");
    return std::nullopt;
  }

  [[nodiscard]] std::optional<error> next(raw_rows& out) override {
    out.rows = 0;
    if (rest().find('\n') == std::string_view::npos)
      if (auto failed = whole_line()) return failed;
    std::vector<std::string_view> lines;
    std::vector<std::uint64_t> numbers;
    // Bounded by cells, so that short rows do not become one block of many ids.
    const std::size_t most = std::max<std::size_t>(1, std::min<std::size_t>(4096, (std::size_t{1} << 21U) / ids_.size()));
    while (lines.size() < most && !rest().empty()) {
      const std::size_t newline = rest().find('\n');
      if (newline == std::string_view::npos && !blocks_.at_end()) break;
      const std::string_view line = take(newline);
      if (line.empty()) {
        // Blank lines are ignored at the end of a file, and nowhere else.
        if (blank_ == 0) blank_ = line_;
        continue;
      }
      if (blank_ != 0) return fault_at(error_code::wrong_field_count, name_, blank_, 0, "", fields_wanted() + "; this line is blank");
      lines.push_back(line);
      numbers.push_back(line_);
    }
    out.rows = lines.size();
    out.lines = std::move(numbers);
    out.ids.assign(out.rows, "");
    out.faults.assign(out.rows, std::nullopt);
    out.values.resize(out.rows * ids_.size());
    std::vector<std::optional<error>> broken(out.rows);
    parallel_for(out.rows, threads_, [&](std::size_t i) { broken[i] = read_row(lines[i], i, out); });
    for (auto& one : broken)
      if (one) return std::move(one);
    if (out.rows == 0 && !(blocks_.at_end() && rest().empty())) return next(out); // only blank lines so far
    return std::nullopt;
  }

private:
  [[nodiscard]] std::string_view rest() const noexcept { return view_.substr(used_); }

  std::optional<error> more() {
    auto next = blocks_.next(view_.size() - used_);
    if (!next) {
      next.error().file = name_;
      return next.error();
    }
    view_ = *next;
    used_ = 0;
    return std::nullopt;
  }

  /// Reads on until a line end is there, or nothing more comes.
  std::optional<error> whole_line() {
    std::size_t searched = 0;
    while (!blocks_.at_end() && rest().substr(searched).find('\n') == std::string_view::npos) {
      searched = rest().size();
      if (searched > longest_line) return fault_at(error_code::malformed_csv, name_, line_ + 1, 0, "", too_long());
      if (auto failed = more()) return failed;
    }
    const std::size_t length = std::min(rest().find('\n'), rest().size());
    if (length > longest_line) return fault_at(error_code::malformed_csv, name_, line_ + 1, 0, "", too_long());
    return std::nullopt;
  }

  /// The line up to `newline`, or the last one, without its end.
  std::string_view take(std::size_t newline) {
    const std::size_t size = std::min(newline, rest().size());
    std::string_view out = rest().substr(0, size);
    used_ += newline == std::string_view::npos ? size : size + 1;
    ++line_;
    if (out.ends_with('\r')) out.remove_suffix(1);
    return out;
  }

  result<std::optional<std::string_view>> next_line() {
    if (auto failed = whole_line()) return refuse(std::move(*failed));
    if (rest().empty()) return std::optional<std::string_view>();
    return std::optional(take(rest().find('\n')));
  }

  std::string fields_wanted() const { return std::to_string(ids_.size() + 1) + " fields: an id and a score for each reference of the first line"; }
  error quote_fault(std::uint64_t line, std::size_t field) const {
    return fault_at(error_code::malformed_csv, name_, line, field, "\"", "a quote only around a whole id, and doubled inside one; scores have none");
  }

  std::optional<error> read_row(std::string_view line, std::size_t row, raw_rows& out) const {
    const std::uint64_t number = out.lines[row];
    const char* at = line.data();
    const char* const end = at + line.size();
    auto id = read_id(at, end);
    if (!id) return quote_fault(number, 1);
    if (auto fault = text_fault(*id, name_, {number, 0})) return fault;
    if (id->empty()) return fault_at(error_code::missing_value, name_, number, 1, "", "the id of a probe");
    out.ids[row] = std::move(*id);
    float* const values = out.values.data() + row * ids_.size();
    for (std::size_t column = 0; column < ids_.size(); ++column) {
      if (at == end) return fault_at(error_code::wrong_field_count, name_, number, column + 2, "", fields_wanted() + "; this line has " + std::to_string(column + 1));
      const char* const first = ++at;
      if (parse_short_score(at, end, values[column]) && (at == end || *at == ',')) continue;
      at = std::find(first, end, ',');
      const std::string_view cell(first, static_cast<std::size_t>(at - first));
      if (cell.empty()) return fault_at(error_code::missing_value, name_, number, column + 2, "", "a score; a comparison that failed is told by a declared sentinel");
      if (parse_any_score(cell, values[column])) continue;
      if (auto fault = text_fault(cell, name_, {number, static_cast<std::uint64_t>(first - line.data())})) return fault;
      if (cell.find('"') != std::string_view::npos) return quote_fault(number, column + 2);
      if (!out.faults[row]) out.faults[row] = raw_rows::fault{column, std::string(cell.substr(0, 256))};
      values[column] = 0;
    }
    if (at != end) {
      const auto fields = ids_.size() + 1 + static_cast<std::size_t>(std::count(at, end, ','));
      return fault_at(error_code::wrong_field_count, name_, number, ids_.size() + 2, "", fields_wanted() + "; this line has " + std::to_string(fields));
    }
    return std::nullopt;
  }

  file_blocks blocks_;
  std::string name_;
  unsigned threads_;
  std::vector<std::string> ids_;
  std::string_view view_;
  std::size_t used_ = 0;
  std::uint64_t line_ = 0;  ///< lines taken
  std::uint64_t blank_ = 0; ///< the first blank line behind the last row
};

} // namespace

result<std::unique_ptr<matrix_file>> open_text_matrix(const std::string& path, std::string name, unsigned threads) {
  auto blocks = file_blocks::open(path, std::size_t{4} << 20U);
  if (!blocks) {
    blocks.error().file = name;
    return refuse(blocks.error());
  }
  auto made = std::make_unique<text_matrix>(std::move(*blocks), std::move(name), threads);
  if (auto fault = made->read_header()) return refuse(std::move(*fault));
  return std::unique_ptr<matrix_file>(std::move(made));
}

} // namespace lfreval::detail
