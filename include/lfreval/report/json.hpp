/// @file
/// evaluation.json: the one product, of which terminal and table are views.
#pragma once

#include <string>
#include <vector>

#include <lfreval/report/evaluation.hpp>

namespace lfreval {

struct json_options {
  std::string command;      ///< as typed; for the provenance
  std::string time;         ///< ISO 8601, UTC; when empty, the time of the call
  bool show_values = false; ///< print identifiers and free text of refused rows
  unsigned threads = 1;     ///< for the writing; the document does not depend on it
};

/// The whole document, `provenance` and `result`, one finding to a line. Doubles are written in the shortest form that
/// reads back the same; an unbounded end is null with a flag; any other non-finite number throws `std::logic_error`.
[[nodiscard]] std::string to_json(const evaluation&, const json_options&);

/// SHA-256 of the `result` object in its compact form: the same for any thread count, row order and file split.
[[nodiscard]] std::string result_sha256(const evaluation&);

/// JSON Schema (draft-07) of evaluation.json, generated from the metric table.
[[nodiscard]] std::string evaluation_schema();

/// What `verify` found: each line names a finding or an input and says what differs.
struct verification {
  std::vector<std::string> differences;
};

/// Holds a written evaluation against its study: hashes the inputs, evaluates again, compares every finding.
[[nodiscard]] tl::expected<verification, std::vector<error>> verify(const std::string& evaluation_text, const std::string& name,
                                                                   const study&, const evaluation_options&);

} // namespace lfreval
