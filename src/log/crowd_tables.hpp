// The rows of the tables `exposure` and `alerts`. Private to the log stage.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/log/timestamp.hpp>

namespace lfreval {

/// The faces, or passages, counted in one cell of place and time.
struct exposure_row {
  std::string source, deployment, camera;
  std::map<std::string, std::string> labels; ///< of the axes that the file has a column for
  std::optional<std::uint64_t> sampled;      ///< faces annotated to find the share of this cell among those of its place and time
  std::int64_t start = no_time; ///< nanoseconds
  std::optional<calendar_date> date;
  bool of_passages = false;
  std::uint64_t n = 0;
  std::optional<std::string> quality;
  std::optional<double> cv;
  std::optional<seconds> duration;
  error place;
};

/// What is known of an alert: established by somebody who checked, or somebody's opinion.
enum class alert_truth : std::uint8_t { right_confirmed, right_believed, wrong_confirmed, wrong_believed };

struct alert_row {
  std::string source, alert, group, passage, deployment, camera, person, label_source;
  std::int64_t time = no_time;
  std::optional<calendar_date> date;
  alert_truth truth = alert_truth::wrong_believed;
  std::optional<double> score;
  std::optional<bool> engaged;
  std::map<std::string, bool> outcomes;
  std::map<std::string, std::string> labels; ///< of the axes that the file has a column for
  bool of_kin = false;                       ///< the person stopped is kin or twin of the person listed
  std::optional<bool> credible, stale_listing, force_used;
  std::set<std::string> adjudicators;
  std::int64_t adjudicated_at = no_time;
  std::string relation;
  std::optional<double> minutes;
  error place;
};

/// What a table lost: a deployment of which a row was refused has no usable total.
struct lost_rows {
  bool anywhere = false;            ///< a row that does not say which deployment it is of
  std::set<std::string> deployments;
  [[nodiscard]] bool touch(const std::string& deployment) const { return anywhere || deployments.contains(deployment); }
};

struct crowd_tables {
  std::vector<exposure_row> cells;
  std::vector<alert_row> alerts;
  lost_rows lost_cells, lost_alerts;
  std::set<std::string> outcome_names;
  const study_system* system = nullptr; ///< of all of them
  bool has_alerts = false;              ///< a log of alerts is among the sources
  std::string label_source;             ///< of that source
};

/// Stands for the deployment where no row of either table names one.
inline constexpr const char* unnamed_deployment = "not recorded";

/// Reads both tables. Files and refused rows go to `out`.
[[nodiscard]] crowd_tables read_crowd_tables(const study&, deployment_series& out, std::vector<error>& errors);

} // namespace lfreval
