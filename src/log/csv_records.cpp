#include "log/csv_records.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <utility>

#include <lfreval/log/csv.hpp>

namespace lfreval::detail {
namespace {

constexpr std::array<bool, 256> ends_unquoted_field = [] {
  std::array<bool, 256> t{};
  t[static_cast<unsigned char>(',')] = true;
  t[static_cast<unsigned char>('"')] = true;
  t[static_cast<unsigned char>('\n')] = true;
  t[static_cast<unsigned char>('\r')] = true;
  return t;
}();

std::string fields_wanted(std::size_t wanted) {
  return std::to_string(wanted) + (wanted == 1 ? " field" : " fields") + " as in the header";
}

} // namespace

record_reader::record_reader(char* data, std::size_t size, std::string file, std::uint64_t first_line)
    : data_(data), size_(size), file_(std::move(file)), line_(first_line), record_line_(first_line) {}

error record_reader::at(std::uint64_t line, std::uint64_t column, std::string found, std::string allowed) const {
  error e;
  e.code = error_code::malformed_csv;
  e.file = file_;
  e.line = line;
  e.column = column;
  e.value = std::move(found);
  e.allowed = std::move(allowed);
  return e;
}

/// Position of a byte as a person counts it in an editor: characters from the start of its physical line.
std::uint64_t record_reader::character_column(std::size_t position, std::size_t line_start) const {
  return 1 + static_cast<std::uint64_t>(std::count_if(data_ + line_start, data_ + position, [](char c) {
           return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
         }));
}
error record_reader::fault_here(std::string allowed) const {
  const std::size_t shown = std::min(size_, at_ + 1);
  return at(line_, character_column(at_, line_start_), std::string(data_ + at_, data_ + shown), std::move(allowed));
}
error record_reader::lone_carriage_return() const {
  return fault_here("lines that end with LF or CRLF; re-save a file with carriage returns alone (old Macintosh)");
}
error record_reader::record_too_long() const {
  return at(record_line_, 0, "", "a record of at most " + std::to_string(longest_csv_record) + " bytes");
}

std::size_t record_reader::line_end_size() const noexcept {
  if (data_[at_] == '\n') return 1;
  return data_[at_] == '\r' && at_ + 1 < size_ && data_[at_ + 1] == '\n' ? 2 : 0;
}
void record_reader::next_line(std::size_t line_end) noexcept {
  at_ += line_end;
  line_start_ = at_;
  ++line_;
}

bool record_reader::skip_blank_line() noexcept {
  const std::size_t line_end = line_end_size();
  if (line_end == 0) return false;
  next_line(line_end);
  return true;
}

std::optional<error> record_reader::read_record() {
  record_line_ = line_;
  // One byte beyond the limit, so that a record of exactly the limit still shows its line end or the end of the text.
  const std::size_t stop = size_ - at_ > longest_csv_record ? at_ + longest_csv_record + 1 : size_;
  const std::size_t start = at_;
  fields_.clear();
  doubled_.clear();
  for (;;) {
    if (fields_.size() == most_csv_fields)
      return at(record_line_, 0, "", "a record of at most " + std::to_string(most_csv_fields) + " fields");
    first_is_quoted_ = fields_.empty() ? at_ < size_ && data_[at_] == '"' : first_is_quoted_;
    auto e = at_ < size_ && data_[at_] == '"' ? read_quoted(stop) : read_unquoted(stop);
    if (e) return e;
    if (at_ - start > longest_csv_record) return record_too_long();
    if (at_ == size_) break;
    if (data_[at_] == ',') {
      ++at_;
      continue;
    }
    const std::size_t line_end = line_end_size();
    if (line_end == 0) return lone_carriage_return();
    next_line(line_end);
    break;
  }
  // Only now: columns of faults in this record are counted in the text as it was.
  for (const std::size_t i : doubled_) undouble(fields_[i]);
  return std::nullopt;
}

std::optional<error> record_reader::read_unquoted(std::size_t stop) {
  const std::size_t start = at_;
  while (at_ < stop && !ends_unquoted_field[static_cast<unsigned char>(data_[at_])]) ++at_;
  if (at_ < stop && data_[at_] == '"')
    return fault_here("a quote only around a whole field, and doubled inside one: \"say \"\"yes\"\"\"");
  fields_.emplace_back(data_ + start, at_ - start);
  return std::nullopt;
}

std::optional<error> record_reader::read_quoted(std::size_t stop) {
  const std::size_t opened = at_;
  const std::size_t opened_line_start = line_start_;
  const std::uint64_t opened_line = line_;
  bool has_doubled = false;
  for (++at_;; at_ += 2) {
    const char* const quote =
        at_ < stop ? static_cast<const char*>(std::memchr(data_ + at_, '"', stop - at_)) : nullptr;
    if (quote == nullptr)
      return at(opened_line, character_column(opened, opened_line_start), "\"",
                stop == size_ ? "a closing quote; this one never closes"
                              : "a closing quote within " + std::to_string(longest_csv_record) + " bytes");
    const auto end = static_cast<std::size_t>(quote - data_);
    count_lines(at_, end);
    at_ = end;
    if (end + 1 == size_ || data_[end + 1] != '"') break;
    has_doubled = true;
  }
  if (has_doubled) doubled_.push_back(fields_.size());
  fields_.emplace_back(data_ + opened + 1, at_ - opened - 1);
  ++at_;
  if (at_ < size_ && !ends_unquoted_field[static_cast<unsigned char>(data_[at_])])
    return fault_here("a comma or the end of the line after a closing quote; quotes inside a field are doubled");
  return std::nullopt;
}

void record_reader::count_lines(std::size_t from, std::size_t to) noexcept {
  while (const void* found = from < to ? std::memchr(data_ + from, '\n', to - from) : nullptr) {
    from = static_cast<std::size_t>(static_cast<const char*>(found) - data_) + 1;
    line_start_ = from;
    ++line_;
  }
}

/// Turns `""` into `"` in place; the shorter field still starts where it did.
void record_reader::undouble(std::string_view& field) noexcept {
  char* const first = data_ + (field.data() - data_);
  char* out = first;
  for (std::size_t i = 0; i < field.size(); ++i) {
    *out++ = first[i];
    if (first[i] == '"') ++i;
  }
  field = std::string_view(first, static_cast<std::size_t>(out - first));
}

std::optional<error> record_reader::header_fault() const {
  if (fields_.size() == 1 && !first_is_quoted_) {
    const std::size_t other = fields_[0].find_first_of(";\t");
    if (other != std::string_view::npos) {
      const auto start = static_cast<std::size_t>(fields_[0].data() - data_);
      const bool tab = fields_[0][other] == '\t';
      return at(record_line_, character_column(start + other, start), tab ? "\t" : ";",
                std::string("fields separated by commas (,); this header is separated by ") +
                    (tab ? "tabs" : "semicolons (;)") + ": save as comma-separated, or quote a name that holds one");
    }
  }
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].empty()) return at(record_line_, i + 1, "", "a name for every column of the header");
    const auto [first, is_new] = seen.emplace(fields_[i], i);
    if (is_new) continue;
    error e = at(record_line_, i + 1, std::string(fields_[i]),
                 "each column once; column " + std::to_string(first->second + 1) + " has this name");
    e.code = error_code::duplicate_column;
    e.column_name = e.value;
    return e;
  }
  return std::nullopt;
}

error no_header(std::string file) {
  error e;
  e.code = error_code::empty_file;
  e.file = std::move(file);
  e.allowed = "a header row with the names of the columns";
  return e;
}

error blank_before_header(std::string file) {
  error e;
  e.code = error_code::malformed_csv;
  e.file = std::move(file);
  e.line = 1;
  e.allowed = "a header row on the first line; this one is blank";
  return e;
}

error wrong_field_count(std::string file, std::uint64_t line, const std::vector<std::string>& header, std::size_t found) {
  const std::size_t wanted = header.size();
  error e;
  e.code = error_code::wrong_field_count;
  e.file = std::move(file);
  e.line = line;
  e.column = std::min(found, wanted) + 1;
  if (found < wanted) e.column_name = header[found];
  e.allowed = fields_wanted(wanted) + "; this row has " + std::to_string(found);
  return e;
}

error blank_line(std::string file, std::uint64_t line, std::size_t wanted) {
  error e;
  e.code = error_code::wrong_field_count;
  e.file = std::move(file);
  e.line = line;
  e.allowed = fields_wanted(wanted) + "; this line is blank";
  return e;
}

} // namespace lfreval::detail
