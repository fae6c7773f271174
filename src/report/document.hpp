// The evaluation as a JSON document in memory. Private to the report stage.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

using json_document = nlohmann::ordered_json;

[[nodiscard]] json_document document_of(const finding&);
[[nodiscard]] json_document document_of(const curve&);
/// Limits times `scale`: rates per second are written per hour.
[[nodiscard]] json_document document_of(const interval&, double scale);
/// The `result` object without its findings and curves, which come last in it.
[[nodiscard]] json_document result_head(const evaluation&);
/// The `result` object: no file, no line, nothing that differs between two runs on the same data.
[[nodiscard]] json_document result_document(const evaluation&);

/// Deeper than any document of ours; deeper still, and reading it would exhaust the stack.
inline constexpr int deepest_document = 64;
[[nodiscard]] bool is_too_deep(std::string_view text);

/// Compact text, doubles by `std::to_chars`. Throws `std::logic_error` on a number that is not finite.
[[nodiscard]] std::string compact(const json_document&);

} // namespace lfreval
