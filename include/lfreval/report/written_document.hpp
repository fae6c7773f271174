/// @file
/// Documents that people have to write, begun from the evaluation: what it measured stands in its place with its finding key, and what
/// it did not measure is an empty place that says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <lfreval/types/error.hpp>

namespace lfreval {

enum class document_kind : std::uint8_t {
  dpia,         ///< necessity and proportionality, and the risks, of an impact assessment (DPA 2018 s.64)
  equality,     ///< annex to an equality impact assessment
  transparency, ///< transparency record for the public
};
[[nodiscard]] std::string_view to_string(document_kind) noexcept;
/// `dpia`, `equality` or `transparency`.
[[nodiscard]] std::optional<document_kind> document_kind_from(std::string_view) noexcept;

/// A Markdown document from the text of an evaluation alone; `name` is what errors call it. The same text gives the same document.
/// Every high risk is tied to the finding that measures it (requirements A03, C14). Text of the evaluation is escaped. Transparency
/// records take figures as a public copy of the page does: small counts of single places, days and groups are withheld.
/// Errors: `malformed_evaluation` for what is no evaluation, or one of a newer schema. Cost: linear in the text.
[[nodiscard]] result<std::string> to_document(document_kind, std::string_view evaluation_text, const std::string& name);

} // namespace lfreval
