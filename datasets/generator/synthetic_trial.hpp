/// @file
/// Draws a trial: the passages of volunteers and of labelled passers with what the system returned for them, and a
/// crowd of which only a count of faces and the alerts are on record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/passages.hpp>

#include "candidate_sampler.hpp"
#include "trial_design.hpp"
#include "watchlist.hpp"

namespace lfreval::synthetic {

/// The id of a person, passers and listed people alike: `synthetic-person-000123`. Listed persons have their place on
/// the list, labelled passers the numbers after it.
[[nodiscard]] std::string person_id(std::uint32_t number);
[[nodiscard]] std::string deployment_id(std::uint32_t number); ///< `synthetic-deployment-001` for 0

/// The labelled passages. Rows stand in the order volunteers, passers, and each person's passages together.
struct synthetic_trial {
  passage_table passages;
  std::vector<std::uint32_t> group_of;      ///< per person number: place in the design's groups
  std::vector<candidate> candidates;        ///< of all passages, best first within each
  std::vector<std::size_t> first_candidate; ///< per passage, and one past the last

  [[nodiscard]] std::span<const candidate> candidates_of(std::size_t passage) const {
    return std::span(candidates)
        .subspan(first_candidate[passage], first_candidate[passage + 1] - first_candidate[passage]);
  }
};

/// One trial against one list. The same design, list and seed give the same trial; it does not depend on the machine
/// (see random_stream.hpp) and uses no thread. A list of 500 and 5,000 passages cost about 5 ms. Throws
/// `std::invalid_argument` when the design is wrong or the list was drawn from another one.
[[nodiscard]] synthetic_trial draw_trial(const trial_design&, const watchlist&, std::uint64_t seed);

/// What was counted at one camera in one deployment, and what nobody could count.
struct crowd_cell {
  std::uint32_t deployment = 0, camera = 0;
  std::uint64_t counted_faces = 0; ///< as the count says, with its error
  std::uint64_t true_faces = 0, nonmated_passages = 0;
  std::uint64_t nonmated_passages_with_alert = 0;
  std::uint64_t listed_passages = 0, listed_passages_identified = 0; ///< found as the right person
};

/// Who an alert really was, as far as anyone learnt.
enum class alert_identity : std::uint8_t { unresolved, false_alert, true_alert };

struct crowd_alert {
  std::uint32_t alert_group = 0; ///< alerts of one passage share it
  std::uint32_t deployment = 0, camera = 0;
  candidate alerted_on;
  bool credible = false, engaged = false;
  alert_identity identity = alert_identity::unresolved;
  bool truly_listed = false; ///< not on record when the identity is unresolved
};

struct synthetic_crowd {
  std::vector<crowd_cell> cells;   ///< every deployment with every camera
  std::vector<crowd_alert> alerts; ///< in the order of their groups
};

/// The crowd against one list. Listed passers are taken from the list after the volunteers. A passage counted as two
/// faces raises two alerts, the second between the threshold and the first.
[[nodiscard]] synthetic_crowd draw_crowd(const trial_design&, const watchlist&, std::uint64_t seed);

} // namespace lfreval::synthetic
