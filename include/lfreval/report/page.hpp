/// @file
/// The report page: what a panel, a court and the public read. One HTML file that needs nothing else: no host, no folder,
/// no network; without its script it loses the pictures and no figure.
///
/// ```
/// const auto evaluation = lfreval::read_file("evaluation.json");
/// const auto page = lfreval::to_page(evaluation->bytes, "evaluation.json", {.public_copy = true});
/// lfreval::write_file_atomically("report.html", *page);
/// ```
#pragma once

#include <string>
#include <string_view>

#include <lfreval/types/error.hpp>

namespace lfreval {

struct page_options {
  /// For a force's website: counts of one to four in a single place, day, camera or group are withheld, with what would
  /// give them away, and so are identifiers and the command line; the page says how many cells. An auditor's copy has all.
  bool public_copy = false;
};

/// The page of a written evaluation, from its text alone; `name` is what errors call it. The same text gives the same
/// page, to the byte, in one build. Every string of the evaluation is escaped. Findings of metrics, axes and sections that
/// this version does not know are shown as they are. A result that does not have the SHA-256 its provenance states is
/// shown with a warning above everything else.
/// Errors: `malformed_evaluation` for what is no evaluation, or one of a newer schema. Cost: linear in the text.
[[nodiscard]] result<std::string> to_page(std::string_view evaluation_text, const std::string& name, const page_options& = {});

/// Whether this build holds the script that draws the pictures. Without it the page has the tables and says so.
[[nodiscard]] bool page_has_pictures() noexcept;

} // namespace lfreval
