/// @file
/// Deployment records: what a force says happened, row by row, with every missing cell kept missing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/alert_case.hpp>
#include <lfreval/log/input_file.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval {

enum class deployment_status : std::uint8_t { completed, aborted, cancelled };
[[nodiscard]] std::string_view to_string(deployment_status) noexcept;

/// A rate as its publisher printed it; never used as a measurement.
struct quoted_rate {
  std::string text;     ///< as printed
  bool percent = false; ///< whether the printed number is a percentage
};

/// One authorised deployment. An absent optional is a cell that was empty or a column that was not published: it is
/// never read as zero.
struct deployment_record {
  std::string force, deployment;
  std::string source;       ///< name of the source in the study
  std::string label_source; ///< who says which alerts were true
  source_kind kind = source_kind::operational;
  deployment_status status = deployment_status::completed;
  std::string reason;
  std::optional<calendar_date> date;
  std::optional<std::string> printed_date; ///< as the publisher printed it, for the check of dates
  std::string printed_date_format;         ///< `dd/mm/yy`
  std::optional<seconds> duration;
  std::optional<std::string> site, system, list, fusion, faces_counting_rule, faces_quality;
  std::set<std::string> use_case;
  std::optional<std::string> threshold;  ///< shortest decimal form: `0.6`
  std::optional<lfreval::watchlist_images> watchlist_images;
  std::optional<lfreval::watchlist_persons> watchlist_persons;
  std::optional<std::uint64_t> cameras;
  std::optional<lfreval::faces> faces;
  std::optional<double> faces_cv;
  bool faces_cv_is_partial = false; ///< some of the counts added up do not say how far they may be off
  std::optional<lfreval::passages> passages; ///< of a crowd counted in passages
  std::optional<lfreval::alerts> alerts;
  std::optional<lfreval::alerts> alerts_before_grouping; ///< of an alert log, where those of one passage count as one
  std::optional<lfreval::true_alerts> published_true_alerts, true_confirmed, true_unconfirmed;
  std::optional<lfreval::false_alerts> published_false_alerts, false_confirmed, false_unconfirmed;
  std::optional<lfreval::true_engagements> true_engaged;
  std::optional<lfreval::false_engagements> false_engaged;
  std::map<std::string, lfreval::outcomes> outcomes; ///< only outcomes whose cell was filled
  bool is_log = false; ///< made of counts of a crowd and a log of its alerts
  std::set<std::string> persons_alerted_rightly; ///< of a log: listed persons whom an alert was right about
  bool outcomes_divide_alerts = true; ///< each alert in one of them; not so in an alert log, where one alert may have several
  std::optional<quoted_rate> published_false_alert_rate;

  /// The published total, or the sum of the confirmed and the unconfirmed when both are given.
  [[nodiscard]] std::optional<lfreval::true_alerts> true_alerts() const;
  [[nodiscard]] std::optional<lfreval::false_alerts> false_alerts() const;
  /// Alerts whose truth was never established (C7, M16): the unconfirmed ones where the record names them, else those nobody
  /// was engaged for; absent when the record says neither.
  [[nodiscard]] std::optional<lfreval::unresolved_alerts> unresolved() const;
  /// The alerts whose truth was established: confirmed, else engaged, else all that were published with that label.
  [[nodiscard]] std::optional<lfreval::false_alerts> resolved_false_alerts() const;
  [[nodiscard]] std::optional<lfreval::true_alerts> resolved_true_alerts() const;
};

/// What a log of a crowd says of one group of people: its own records of the deployments, of the faces and alerts that carry the
/// label. A label belongs to who passed, not to who was alerted on.
struct group_records {
  std::string axis, label;                ///< the label is empty for what carries none
  bool faces_are_split = false;           ///< the counts carry labels, so that a rate per face has a denominator (M14)
  bool alerts_are_split = false;          ///< the alerts carry labels
  std::vector<deployment_record> records; ///< in the order of the series, those of a crowd only
  /// Of each record: the coefficient of variation of its faces that comes from the annotated sample behind the shares; 0 without one.
  std::vector<double> sampling_cv;
  std::vector<std::uint64_t> false_alerts_of_kin; ///< of each record: false alerts on kin and twins of the person listed (M18)
};

/// All deployments of a study as one series, whatever files they came from.
struct deployment_series {
  std::vector<deployment_record> records;   ///< in (force, deployment) order
  std::vector<input_file> files;
  ledger refused;
  std::map<std::string, std::uint64_t> left_out; ///< reason of the study's scope -> deployments left out
  std::set<std::string> outcome_names;
  std::vector<group_records> by_group; ///< by axis as declared, then by label
  std::vector<alert_case> alert_cases; ///< of the logs of alerts: by deployment, then in an order that does not depend on that of the rows
};

/// Reads every source of the tables `deployments`, `exposure` and `alerts`. File and mapping errors come back together; a row
/// that breaks a rule of its column goes to the ledger with its first fault and into no figure. All copies of a duplicated
/// identifier are refused, so that which one came first does not matter; so is a deployment of which both a record and a log
/// are given.
///
/// Counts of a crowd and a log of its alerts make one record for each deployment they name:
/// - alerts that share an `alert_group` or a `passage` are one alert (M09), for the right person if any of them was;
/// - confirmed is what `label_source` calls `ground_truth` or `confirmed_by_id`; anybody's opinion leaves an alert
///   unresolved (M16), counted as its `identity`, else `adjudication` has it, and as false where nobody said anything;
/// - faces are added up; their error is shared by the cells of a deployment unless `study.faces_cv_shared` is false. Where a camera
///   was counted in passages only, or alerts name a camera that was not counted, the deployment has no count of faces;
/// - the duration is the time in which any camera ran; the date is that of the first count, never of an alert beside counts;
/// - engagements and results count where every alert of the deployment says;
/// - where counts or alerts carry the labels of a declared group, each group has records of its own. Alerts of one passage that
///   carry different labels carry none. A share of n faces annotated in a sample of m adds 1/sqrt(m share) to the coefficient of
///   variation of the group's faces, which is exact for ratios between groups and a little wide for one rate;
/// - refused: an alert below the operating threshold, of another system, or outside the time that was counted; a row that names
///   no deployment where others do. A deployment that lost a row has no total of that table.
/// A deployment with a count and no alert in a log that was given had none; without a log, their number is not on record. All
/// of a crowd is of one system, and of operational sources.
[[nodiscard]] tl::expected<deployment_series, std::vector<error>> read_deployments(const study&);

} // namespace lfreval
