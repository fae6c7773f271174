// Plain words for findings. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/finding.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

/// `25 false alerts in 491,246 faces: 1 in 19,650 of the faces seen (1 in 40,747 to 1 in 10,725)`.
[[nodiscard]] std::string sentence_for(const estimate&, const std::string& outcome);
[[nodiscard]] std::string sentence_for(const ratio_value&, metric_id, const std::string& of, const std::string& against);
[[nodiscard]] std::string sentence_for(const quantity_value&, const std::string& outcome);
[[nodiscard]] std::string sentence_for(const verdict_value&);

/// `1 in 1,000 faces`, as the limit was declared.
[[nodiscard]] std::string limit_words(const limit&);

/// `95 %`: a confidence as it was declared.
[[nodiscard]] std::string level_words(confidence);

/// `98.1 %`, three digits, rounded as asked.
[[nodiscard]] std::string percent_words(double share, rounding);

} // namespace lfreval
