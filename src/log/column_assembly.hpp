/// @file
/// The pieces of a file become whole columns.
#pragma once

#include <span>
#include <vector>

#include <lfreval/log/column_reader.hpp>

#include "log/column_chunk.hpp"

namespace lfreval::detail {

/// Throws `std::invalid_argument` as `column_reader::read` documents.
void check_requests(std::span<const column_request>, std::size_t fields);

/// `pieces` in file order are used up column by column, so that no more than one column is held twice. `requests` are in
/// field order; `order[i]` is where the caller wants column i.
[[nodiscard]] column_table assemble(std::vector<chunk_rows>& pieces, const std::vector<chunk_worker>&, std::span<const column_request> requests,
                                    std::span<const std::size_t> order, unsigned threads);

} // namespace lfreval::detail
