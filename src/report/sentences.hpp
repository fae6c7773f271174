// Plain words for findings. Private to the report stage.
#pragma once

#include <string>

#include <lfreval/report/finding.hpp>
#include <lfreval/types/number.hpp>

namespace lfreval {

/// `25 false alerts`, `1 false alert`, `306 recorded as "arrest"`.
[[nodiscard]] std::string counted_words(std::uint64_t, unit, const std::string& outcome);

/// `25 false alerts in 491,246 faces: 1 in 19,650 (1 in 40,747 to 1 in 10,725) of the faces seen.`
[[nodiscard]] std::string sentence_for(const estimate&, const std::string& outcome);
[[nodiscard]] std::string sentence_for(const extremes&, const std::string& outcome);
[[nodiscard]] std::string sentence_for(const ratio_value&, metric_id, const std::string& of, const std::string& against);
[[nodiscard]] std::string sentence_for(const quantity_value&, const std::string& outcome);
[[nodiscard]] std::string sentence_for(const verdict_value&);

/// `1 in 1,000 faces`, as the limit was declared.
[[nodiscard]] std::string limit_words(const limit&);
/// One end of an interval of a share: `1 in 40,747`, `none`, `44.5 %`; rounded as asked.
[[nodiscard]] std::string share_words(double share, rounding);
/// `95 %`: a confidence as it was declared.
[[nodiscard]] std::string level_words(confidence);
/// `98.1 %`, three digits, rounded as asked.
[[nodiscard]] std::string percent_words(double share, rounding);

/// `[clopper_pearson, design effect 1.4 FEW_CLUSTERS]`: how a figure was made and what to mind. `explained` collects the flags shown.
[[nodiscard]] std::string how_made(const finding&, flag_set& explained);

} // namespace lfreval
