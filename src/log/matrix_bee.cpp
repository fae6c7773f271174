#include "log/matrix_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include <lfreval/bytes/file_blocks.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval::detail {
namespace {

constexpr std::size_t block_size = std::size_t{4} << 20U;
constexpr std::size_t rows_size = std::size_t{512} << 10U; ///< of scores judged at a time: they stay in a near cache
constexpr std::string_view header_words = "a BEE matrix: S2 or D2, two lines of names, then MF or MB, rows, columns and the byte order mark";

/// What both kinds of file have in common: a header of text, and then rows of a fixed number of bytes.
class bee_bytes {
public:
  bee_bytes(file_blocks blocks, std::string name) : blocks_(std::move(blocks)), name_(std::move(name)) {}

  std::uint64_t rows = 0;
  std::size_t columns = 0;
  bool is_distance = false, is_swapped = false;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] file_blocks& blocks() noexcept { return blocks_; }
  [[nodiscard]] std::uint64_t rows_taken() const noexcept { return taken_; }

  /// `kind` is F or B, `cell_size` bytes each.
  std::optional<error> read_header(char kind, std::size_t cell_size) {
    // Names of image sets are short; what goes on for longer is no header.
    constexpr std::size_t longest = 64 << 10U;
    while (!blocks_.at_end() && rest().size() < longest)
      if (auto failed = more()) return failed;
    const std::string_view text = rest().substr(0, longest);
    std::array<std::string_view, 3> lines;
    std::size_t at = 0;
    for (std::string_view& line : lines) {
      const std::size_t end = text.find('\n', at);
      if (end == std::string_view::npos) return malformed(1, std::string(text.substr(0, 16)));
      line = text.substr(at, end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      at = end + 1;
    }
    if (lines[0] != "S2" && lines[0] != "D2") return malformed(1, std::string(lines[0].substr(0, 16)));
    is_distance = lines[0] == "D2";
    if (text.size() < at + 3 || text[at] != 'M' || text[at + 1] != kind || text[at + 2] != ' ')
      return fault_at(error_code::malformed_matrix, name_, 4, 1, std::string(text.substr(at, 2)), kind == 'F' ? "MF: a matrix of float32 scores" : "MB: a mask of bytes");
    at += 3;
    const auto number = [&](std::uint64_t& out) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const auto value = parse_count(text.substr(at, end - at));
      const std::string shown(text.substr(at, std::min<std::size_t>(end - at, 32)));
      at = std::min(end + 1, text.size());
      if (!value || *value == 0) return std::optional(fault_at(error_code::not_a_count, name_, 4, 0, shown, "whole numbers of rows and columns, from 1"));
      out = *value;
      return std::optional<error>();
    };
    std::uint64_t wide = 0;
    if (auto fault = number(rows)) return fault;
    if (auto fault = number(wide)) return fault;
    if (wide > most_references) return fault_at(error_code::not_allowed, name_, 4, 0, std::to_string(wide), "at most 16,777,216 columns");
    columns = static_cast<std::size_t>(wide);
    if (rows > (std::uint64_t{1} << 52U) / (wide * cell_size)) return fault_at(error_code::not_allowed, name_, 4, 0, std::to_string(rows) + " x " + std::to_string(wide), "rows and columns of at most 2^52 bytes");
    if (text.size() < at + 5 || text[at + 4] != '\n') return malformed(4, "");
    std::uint32_t mark = 0;
    std::memcpy(&mark, text.data() + at, 4);
    if (mark != 0x12345678U && mark != 0x78563412U) return malformed(4, "");
    is_swapped = mark == 0x78563412U;
    used_ += at + 5;
    row_size_ = columns * cell_size;
    return std::nullopt;
  }

  /// As many whole rows as are at hand, at least one and at most `most`; none behind the last. Valid until the next call.
  result<std::string_view> take(std::uint64_t most) {
    if (taken_ == rows) {
      while (rest().empty() && !blocks_.at_end())
        if (auto failed = more()) return refuse(std::move(*failed));
      if (!rest().empty())
        return refuse(fault_at(error_code::malformed_matrix, name_, 0, 0, "more bytes behind the last row", size_words()));
      return std::string_view();
    }
    while (rest().size() < row_size_ && !blocks_.at_end())
      if (auto failed = more()) return refuse(std::move(*failed));
    if (rest().size() < row_size_) return refuse(fault_at(error_code::malformed_matrix, name_, 0, 0, std::to_string(taken_) + " whole rows", size_words()));
    const std::uint64_t n = std::min({most, rows - taken_, static_cast<std::uint64_t>(rest().size() / row_size_)});
    const std::string_view out = rest().substr(0, static_cast<std::size_t>(n) * row_size_);
    used_ += out.size();
    taken_ += n;
    return out;
  }

  result<std::string> sha256() {
    auto out = blocks_.sha256();
    if (!out) out.error().file = name_;
    return out;
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
  [[nodiscard]] error malformed(std::uint64_t line, std::string value) const {
    return fault_at(error_code::malformed_matrix, name_, line, 0, std::move(value), std::string(header_words));
  }
  [[nodiscard]] std::string size_words() const { return "exactly the " + std::to_string(rows) + " rows of " + std::to_string(columns) + " columns that the header names"; }

  file_blocks blocks_;
  std::string name_;
  std::string_view view_;
  std::size_t used_ = 0, row_size_ = 0;
  std::uint64_t taken_ = 0;
};

result<bee_bytes> open_bytes(const std::string& path, std::string name, char kind, std::size_t cell_size) {
  auto blocks = file_blocks::open(path, block_size);
  if (!blocks) {
    blocks.error().file = name;
    return refuse(blocks.error());
  }
  bee_bytes out(std::move(*blocks), std::move(name));
  if (auto fault = out.read_header(kind, cell_size)) return refuse(std::move(*fault));
  return out;
}

class bee_matrix final : public matrix_file {
public:
  explicit bee_matrix(bee_bytes bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::size_t columns() const override { return bytes_.columns; }
  [[nodiscard]] const std::vector<std::string>& ids() const override { return none_; }
  [[nodiscard]] std::size_t columns_before() const override { return 0; }
  [[nodiscard]] result<std::string> sha256() override { return bytes_.sha256(); }

  [[nodiscard]] std::optional<error> next(raw_rows& out) override {
    const std::size_t wide = bytes_.columns;
    const std::uint64_t before = bytes_.rows_taken();
    const auto taken = bytes_.take(std::clamp<std::size_t>(rows_size / (wide * sizeof(float)), 1, 4096));
    if (!taken) return taken.error();
    out.rows = taken->size() / (wide * sizeof(float));
    out.values.resize(out.rows * wide);
    if (!taken->empty()) std::memcpy(out.values.data(), taken->data(), taken->size());
    if (bytes_.is_swapped)
      for (float& value : out.values) value = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
    out.ids.clear();
    out.lines.resize(out.rows);
    for (std::size_t i = 0; i < out.rows; ++i) out.lines[i] = before + i + 1;
    out.faults.assign(out.rows, std::nullopt);
    return std::nullopt;
  }

private:
  bee_bytes bytes_;
  std::vector<std::string> none_;
};

} // namespace

result<std::unique_ptr<matrix_file>> open_bee_matrix(const std::string& path, std::string name, bool wants_distance) {
  auto bytes = open_bytes(path, std::move(name), 'F', sizeof(float));
  if (!bytes) return refuse(bytes.error());
  if (bytes->is_distance != wants_distance)
    return refuse(fault_at(error_code::not_allowed, bytes->name(), 1, 1, bytes->is_distance ? "D2" : "S2",
                           wants_distance ? "D2: the study says that the system gives distances" : "S2: the study says that the system gives similarities"));
  return std::unique_ptr<matrix_file>(std::make_unique<bee_matrix>(std::move(*bytes)));
}

struct mask_file::state {
  bee_bytes bytes;
  std::string_view rows; ///< taken and not yet handed out
};

mask_file::mask_file(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
mask_file::mask_file(mask_file&&) noexcept = default;
mask_file& mask_file::operator=(mask_file&&) noexcept = default;
mask_file::~mask_file() = default;

result<mask_file> mask_file::open(const std::string& path, std::string name) {
  auto bytes = open_bytes(path, std::move(name), 'B', 1);
  if (!bytes) return refuse(bytes.error());
  return mask_file(std::make_unique<state>(state{std::move(*bytes), {}}));
}

std::uint64_t mask_file::rows() const noexcept { return state_->bytes.rows; }
std::size_t mask_file::columns() const noexcept { return state_->bytes.columns; }
const std::string& mask_file::name() const noexcept { return state_->bytes.name(); }
result<std::string> mask_file::sha256() { return state_->bytes.sha256(); }

result<const unsigned char*> mask_file::next() {
  state& s = *state_;
  if (s.rows.empty()) {
    auto more = s.bytes.take(std::max<std::size_t>(1, block_size / s.bytes.columns));
    if (!more) return refuse(more.error());
    s.rows = *more;
  }
  if (s.rows.empty()) return nullptr;
  const std::string_view row = s.rows.substr(0, s.bytes.columns);
  s.rows.remove_prefix(row.size());
  return reinterpret_cast<const unsigned char*>(row.data());
}

} // namespace lfreval::detail
