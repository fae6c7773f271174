/// @file
/// What became of one alert: who judged it, who was contacted, for how long, and with what result.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace lfreval {

/// One alert of a log; alerts of one passage are one (M09). An absent optional is a cell that was empty.
struct alert_case {
  std::string deployment;
  bool is_true = false;      ///< of the listed person: established, or by opinion only where nobody checked
  bool is_confirmed = false; ///< established by somebody who checked (C7, M16)
  std::optional<double> score;              ///< the best of its alerts, on the scale of the system and as logged
  std::optional<bool> credible;             ///< the operator's judgement before any contact; credible where any of several was judged so
  std::set<std::string> adjudicators;       ///< operators who judged it
  std::optional<std::int64_t> judged_after; ///< seconds from the alert to the judgement, the longest of several; may be negative
  std::optional<bool> engaged;
  std::optional<bool> stale_listing;        ///< the right person, who should no longer have been listed (C10)
  std::string relation;                     ///< `kin`, `twin`, `stranger` or nothing
  std::optional<double> minutes;            ///< of the contact, the longest of several
  std::optional<bool> force_used;
  std::set<std::string> persons;            ///< listed persons whom it was right about
  std::map<std::string, bool> outcomes;
  std::map<std::string, std::string> labels; ///< of each declared axis, the label that all its alerts carry
};

} // namespace lfreval
