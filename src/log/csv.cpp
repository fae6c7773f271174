#include <lfreval/log/csv.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

namespace lfreval {
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

class parser {
public:
  parser(std::string text, std::string file, std::string source)
      : text_(std::make_shared<std::string>(std::move(text))), data_(text_->data()), size_(text_->size()),
        file_(std::move(file)), source_(std::move(source)) {}

  result<csv_table> run(ledger& refused) {
    if (size_ >= 3 && std::memcmp(data_, "\xEF\xBB\xBF", 3) == 0) at_ = line_start_ = 3;
    while (at_ < size_) {
      if (skip_blank_line()) continue;
      if (blank_lines_ != 0 && table_.header.empty())
        return refuse(at(1, 0, "", "a header row on the first line; this one is blank"));
      refuse_blank_lines();
      if (auto e = read_record()) return refuse(std::move(*e));
      if (table_.header.empty()) {
        if (auto e = take_header()) return refuse(std::move(*e));
      } else {
        take_row();
      }
    }
    if (table_.header.empty()) {
      error e = at(0, 0, "", "a header row with the names of the columns");
      e.code = error_code::empty_file;
      return refuse(std::move(e));
    }
    refused.add(std::move(refused_));
    table_.text = std::move(text_);
    return std::move(table_);
  }

private:
  error at(std::uint64_t line, std::uint64_t column, std::string found, std::string allowed) const {
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
  std::uint64_t character_column(std::size_t position, std::size_t line_start) const {
    return 1 + static_cast<std::uint64_t>(std::count_if(data_ + line_start, data_ + position, [](char c) {
             return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
           }));
  }
  error fault_here(std::string allowed) const {
    const std::size_t shown = std::min(size_, at_ + 1);
    return at(line_, character_column(at_, line_start_), std::string(data_ + at_, data_ + shown), std::move(allowed));
  }
  error lone_carriage_return() const {
    return fault_here("lines that end with LF or CRLF; re-save a file with carriage returns alone (old Macintosh)");
  }
  error record_too_long() const {
    return at(record_line_, 0, "", "a record of at most " + std::to_string(longest_csv_record) + " bytes");
  }

  std::size_t line_end_size() const noexcept {
    if (data_[at_] == '\n') return 1;
    return data_[at_] == '\r' && at_ + 1 < size_ && data_[at_ + 1] == '\n' ? 2 : 0;
  }
  void next_line(std::size_t line_end) noexcept {
    at_ += line_end;
    line_start_ = at_;
    ++line_;
  }

  bool skip_blank_line() noexcept {
    const std::size_t line_end = line_end_size();
    if (line_end == 0) return false;
    if (blank_lines_++ == 0) first_blank_line_ = line_;
    next_line(line_end);
    return true;
  }

  /// Blank lines count only once a record follows them.
  void refuse_blank_lines() {
    for (std::uint64_t i = 0; i < blank_lines_; ++i)
      refuse_row(first_blank_line_ + i, 0, "", fields_wanted(table_.header.size()) + "; this line is blank");
    blank_lines_ = 0;
  }

  void refuse_row(std::uint64_t line, std::uint64_t column, std::string column_name, std::string allowed) {
    error e = at(line, column, "", std::move(allowed));
    e.code = error_code::wrong_field_count;
    e.column_name = std::move(column_name);
    refused_.add(refused_row{std::move(e), source_});
  }

  std::optional<error> read_record() {
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

  std::optional<error> read_unquoted(std::size_t stop) {
    const std::size_t start = at_;
    while (at_ < stop && !ends_unquoted_field[static_cast<unsigned char>(data_[at_])]) ++at_;
    if (at_ < stop && data_[at_] == '"')
      return fault_here("a quote only around a whole field, and doubled inside one: \"say \"\"yes\"\"\"");
    fields_.emplace_back(data_ + start, at_ - start);
    return std::nullopt;
  }

  std::optional<error> read_quoted(std::size_t stop) {
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

  void count_lines(std::size_t from, std::size_t to) noexcept {
    while (const void* found = from < to ? std::memchr(data_ + from, '\n', to - from) : nullptr) {
      from = static_cast<std::size_t>(static_cast<const char*>(found) - data_) + 1;
      line_start_ = from;
      ++line_;
    }
  }

  /// Turns `""` into `"` in place; the shorter field still starts where it did.
  void undouble(std::string_view& field) noexcept {
    char* const first = data_ + (field.data() - data_);
    char* out = first;
    for (std::size_t i = 0; i < field.size(); ++i) {
      *out++ = first[i];
      if (first[i] == '"') ++i;
    }
    field = std::string_view(first, static_cast<std::size_t>(out - first));
  }

  std::optional<error> take_header() {
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
    table_.header.assign(fields_.begin(), fields_.end());
    return std::nullopt;
  }

  void take_row() {
    const std::size_t wanted = table_.header.size();
    const std::size_t found = fields_.size();
    if (found == wanted) {
      table_.rows.push_back({record_line_, fields_});
      return;
    }
    refuse_row(record_line_, std::min(found, wanted) + 1, found < wanted ? table_.header[found] : std::string(),
               fields_wanted(wanted) + "; this row has " + std::to_string(found));
  }

  std::shared_ptr<std::string> text_;
  char* data_;
  std::size_t size_;
  std::string file_;
  std::string source_;

  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
  std::uint64_t blank_lines_ = 0;
  std::uint64_t first_blank_line_ = 0;

  std::vector<std::string_view> fields_;
  std::vector<std::size_t> doubled_; ///< which of `fields_` hold doubled quotes
  bool first_is_quoted_ = false;

  csv_table table_;
  ledger refused_;
};

} // namespace

result<csv_table> parse_csv(std::string text, std::string file, ledger& refused, std::string source) {
  return parser(std::move(text), std::move(file), std::move(source)).run(refused);
}

} // namespace lfreval
