// The chapters of the page in their fixed order. Private to the report stage.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/page_shell.hpp"

namespace lfreval::page {

/// What every chapter is written from.
struct material {
  const json_document& provenance;
  const json_document& result;
  bool public_copy = false;
  std::uint64_t withheld = 0; ///< cells left out of a public copy
  bool hash_agrees = true;    ///< the result has the SHA-256 that its provenance states
  bool with_pictures = false;
};

/// All chapters, in the order a reader needs them: what was not measured first, the hashes last.
[[nodiscard]] std::vector<chapter> chapters(const material&);

} // namespace lfreval::page
