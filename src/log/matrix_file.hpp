/// @file
/// Files that hold a matrix of scores, as rows of numbers that nobody has judged yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <lfreval/types/error.hpp>

namespace lfreval::detail {

/// More references than any watchlist has, and few enough that one row of them is no burden.
inline constexpr std::size_t most_references = std::size_t{1} << 24U;

/// Some rows of a matrix in the order of the file.
struct raw_rows {
  struct fault {
    std::size_t column = 0; ///< from 0
    std::string value;
  };
  std::size_t rows = 0;
  std::vector<float> values;                ///< rows x columns, as written
  std::vector<std::string> ids;             ///< of the rows; empty where the file has none
  std::vector<std::uint64_t> lines;         ///< of the rows; where the file has no lines, the row itself, from 1
  std::vector<std::optional<fault>> faults; ///< of the rows: the first cell that is no finite number
};

class matrix_file {
public:
  matrix_file() = default;
  matrix_file(const matrix_file&) = delete;
  matrix_file& operator=(const matrix_file&) = delete;
  virtual ~matrix_file() = default;

  [[nodiscard]] virtual std::size_t columns() const = 0;
  /// Of the columns; empty where the file has none.
  [[nodiscard]] virtual const std::vector<std::string>& ids() const = 0;
  /// The columns of the file that stand before the scores: 1 where rows begin with an id.
  [[nodiscard]] virtual std::size_t columns_before() const = 0;
  /// The next rows; none at the end. Errors are those after which no later row can be trusted.
  [[nodiscard]] virtual std::optional<error> next(raw_rows&) = 0;
  [[nodiscard]] virtual result<std::string> sha256() = 0;
};

/// Comma-separated text, plain or gzip: ids of references in the first line, behind a first field of any content, and in
/// each further line the id of a probe and its scores. Ids may be quoted. `name` is how the study names the file.
[[nodiscard]] result<std::unique_ptr<matrix_file>> open_text_matrix(const std::string& path, std::string name, unsigned threads);

/// The BEE format of the Face Recognition Grand Challenge, plain or gzip: `S2` or `D2`, the names of the two sets of
/// images, `MF rows columns magic`, then float32 by rows; the magic is 0x12345678 in the byte order of the scores.
/// `wants_distance` is what the study says of the system.
[[nodiscard]] result<std::unique_ptr<matrix_file>> open_bee_matrix(const std::string& path, std::string name, bool wants_distance);

/// A mask of the same format: `MB`, then one byte for each comparison.
class mask_file {
public:
  static constexpr unsigned char mated = 0xff, nonmated = 0x7f, left_out = 0x00;

  [[nodiscard]] static result<mask_file> open(const std::string& path, std::string name);
  mask_file(mask_file&&) noexcept;
  mask_file& operator=(mask_file&&) noexcept;
  ~mask_file();

  [[nodiscard]] std::uint64_t rows() const noexcept;
  [[nodiscard]] std::size_t columns() const noexcept;
  /// The next row, valid until the next call. Errors: a file that is cut short, a byte that is none of the three.
  [[nodiscard]] result<const unsigned char*> next();
  [[nodiscard]] result<std::string> sha256();
  [[nodiscard]] const std::string& name() const noexcept;

private:
  struct state;
  explicit mask_file(std::unique_ptr<state>) noexcept;
  std::unique_ptr<state> state_;
};

/// A fault of a file at a place of it.
[[nodiscard]] inline error fault_at(error_code code, const std::string& file, std::uint64_t line, std::uint64_t column, std::string value, std::string allowed) {
  error why;
  why.code = code;
  why.file = file;
  why.line = line;
  why.column = column;
  why.value = value.substr(0, 256);
  why.allowed = std::move(allowed);
  return why;
}

} // namespace lfreval::detail
