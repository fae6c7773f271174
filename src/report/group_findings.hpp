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

/// A group's clusters with its unresolved alerts taken the one way and the other.
struct group_doubt {
  std::vector<cluster_tally> fewest, most;
  std::uint64_t unresolved = 0, lost = 0; ///< alerts without an answer; events without a denominator
};

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
  std::vector<group_doubt> doubts;          ///< of each group; empty where nothing of any group is unresolved or lost
  std::vector<std::map<std::string, std::string>> unseen; ///< groups that the study or its table of persons names and that have no such record
  cluster_tally unlabelled;                 ///< what was counted of nobody's group
  std::string reference;                    ///< the label the others are compared with; empty for none
  std::set<std::string> label_sources;      ///< who gave the labels; with more than one nothing is compared (C13)
  std::shared_ptr<const conditions> held;
  bool is_difference = false;               ///< compared by differences of shares, not by ratios
  bool in_pairs = false;                    ///< pairs are compared too
};

/// The rate of every group, every group with the reference and with everybody else, and where asked all pairs. Differences of
/// errors stand in the section `disparity`, all others in `burden`.
[[nodiscard]] std::vector<finding> group_findings(const study&, const rate_by_group&);

/// Of every limit on the rate that is to be kept in every group of this axis: the verdict of all groups together, then that of each.
/// Each group is judged at the declared confidence. All together meet it where each does: for a false claim the group that breaks the
/// limit would have to be passed by its own test, so that the number of groups costs nothing (intersection-union; Berger 1982). They
/// break it where one group does at a confidence that allows for the number of groups (Bonferroni).
[[nodiscard]] std::vector<finding> limits_in_every_group(const study&, const rate_by_group&);

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

/// The groups of an axis that the study itself names: the reference, and those that a baseline has a share of.
[[nodiscard]] std::set<std::string> labels_named(const study&, const study_group& axis);

/// A comparison of the rate that was judged elsewhere, as a finding with these axes beside those of the rate.
[[nodiscard]] finding group_comparison_finding(const rate_by_group&, const judged_pair&, std::map<std::string, std::string> axes);

} // namespace lfreval
