// How one rate differs between the groups of one axis, as findings. Private to the report stage.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/disparity/compare_groups.hpp>
#include <lfreval/report/finding.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval {

/// One rate by group, whatever it was counted from.
struct rate_by_group {
  metric_id metric{};
  std::string outcome;                      ///< where the metric counts outcomes
  cluster_unit by = cluster_unit::person;
  std::string axis;                         ///< `ethnicity`; of a crossing the axes with ` and ` between
  std::map<std::string, std::string> axes;  ///< of every finding: source, system, threshold …
  std::vector<group_clusters> groups;       ///< in the order of their labels; those without a label are not among them
  std::vector<std::map<std::string, std::string>> places; ///< of each group: the axes that name it
  std::vector<std::optional<undefined>> unusable; ///< of each group: why it has no rate, where the records themselves forbid one (M14)
  std::vector<std::vector<std::string>> notes; ///< of each group: what else is to be said of it
  std::string reference;                    ///< the label the others are compared with; empty for none
  std::set<std::string> label_sources;      ///< who gave the labels; with more than one nothing is compared (C13)
  std::shared_ptr<const conditions> held;
  bool is_difference = false;               ///< compared by differences of shares, not by ratios
  bool in_pairs = false;                    ///< pairs are compared too
};

/// The rate of every group, every group with the reference and with everybody else, and where asked all pairs. Differences of
/// errors stand in the section `disparity`, all others in `burden`.
[[nodiscard]] std::vector<finding> group_findings(const study&, const rate_by_group&);

/// The highest rate over the lowest, with limits that hold whichever groups are the extremes, and what it would be if nothing
/// differed; of three groups or more. Included by `group_findings` for ratios.
[[nodiscard]] std::optional<finding> group_summary_finding(const study&, const rate_by_group&);
/// All groups with their counts and shrunken rates (M24): the full table that a summary stands beside.
[[nodiscard]] curve group_table(const study&, const rate_by_group&, const std::string& name);

/// The group with the highest rate, chosen on one half of the clusters and estimated on the other; nothing where that is undefined.
[[nodiscard]] std::string worst_group_words(const study&, const rate_by_group&);
/// One-number indices of both kinds of error, for readers who have to report them, each with what it cannot see (M32). The rates
/// are of the same groups.
[[nodiscard]] curve index_table(const rate_by_group& false_positives, const rate_by_group& misses, const std::string& name);

/// A comparison of the rate that was judged elsewhere, as a finding with these axes beside those of the rate.
[[nodiscard]] finding group_comparison_finding(const rate_by_group&, const judged_pair&, std::map<std::string, std::string> axes);

} // namespace lfreval
