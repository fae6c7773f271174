/// @file
/// The pieces of a file become whole columns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lfreval/log/column_reader.hpp>

#include "log/column_chunk.hpp"

namespace lfreval::detail {

/// Throws `std::invalid_argument` as `column_reader::read` documents.
void check_requests(std::span<const column_request>, std::size_t fields);

/// Columns that grow by pieces in file order, so that the memory of the pieces serves again for the next ones.
class column_assembly {
public:
  column_assembly(std::span<const column_request> in_field_order, unsigned threads);

  /// `share_of_file` has been read when these pieces have been added; it decides how much room is made ahead.
  void add(std::span<const chunk_rows* const> pieces, double share_of_file);
  /// `order[i]` is where the caller wants column i.
  [[nodiscard]] column_table finish(std::span<const chunk_worker>, std::span<const std::size_t> order);

private:
  struct piece_place {
    std::uint64_t first_row;
    std::size_t worker;
  };
  void merge_texts(std::size_t column, std::span<const chunk_worker>);

  std::vector<typed_column> columns_; ///< codes of texts are those of the worker until `finish`
  std::vector<piece_place> places_;
  column_table table_;
  unsigned threads_;
};

} // namespace lfreval::detail
