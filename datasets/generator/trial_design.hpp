/// @file
/// What a synthetic trial is made of. Everything drawn from a design is invented: no person, no face, no measurement.
///
/// The similarity of passage i of person p with listed person j is
///
///     score = base + passer effect of p + list effect of j + elevation of p's group if j is in it + noise
///
/// and with the person's own entry
///
///     score = mate_base + mate effect of p + shift of the camera + shift of the light + mate noise.
///
/// Effects and noise are normal and independent. A person enrolled with m images is compared m times, with noise of its
/// own each time, and the best counts. Scores are cut to six decimals, downwards, so that a cut score reaches a
/// threshold of six decimals exactly when the score itself does, and the truth about the one is the truth about the
/// other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lfreval::synthetic {

/// Scores and thresholds are whole numbers of millionths.
inline constexpr double score_steps = 1e6;

/// How often a person passes: `fewest` at least, and n times or more with probability (fewest / n)^tail up to `most`.
/// `fewest == most` is a fixed number. A small tail gives a few people who pass very often.
struct pass_numbers {
  std::uint32_t fewest = 1, most = 1;
  double tail = 1.0;

  /// The probability of exactly n passes, for n = fewest … most.
  [[nodiscard]] std::vector<double> probabilities() const;
};

/// A demographic group. Its members resemble each other: comparisons within it score `elevation` higher.
struct group_design {
  std::string name;
  double share_of_passers = 1.0; ///< among volunteers, passers and the crowd
  double share_of_list = 1.0;    ///< among listed persons who are not volunteers
  double elevation = 0.0;
  double failure_to_acquire = 0.0; ///< added to that of the camera and of the light
};

/// A camera, or a level of light: what it does to the mate's score, and how often no template is made.
struct condition_design {
  std::string name;
  double share = 1.0; ///< of the passages
  double mate_shift = 0.0;
  double failure_to_acquire = 0.0;
};

/// The distribution of scores; the standard deviations of the effects are what makes trials of one person alike.
struct score_design {
  double base = 0.35, noise_sd = 0.05;
  double passer_sd = 0.0; ///< between passers: those far up, wolves, resemble many listed persons
  double list_sd = 0.0;   ///< between listed persons: those far up, lambs, are resembled by many
  double mate_base = 0.75, mate_noise_sd = 0.03;
  double mate_sd = 0.0; ///< between persons with themselves: those far down, goats, are hard to find
};

/// People nobody labelled: only their number as faces and the alerts they caused are on record.
struct crowd_design {
  std::uint32_t passers = 0;        ///< persons not listed
  std::uint32_t listed_passers = 0; ///< listed persons, other than volunteers, who pass among them
  pass_numbers passes;
  double second_face = 0.0;   ///< probability that a passage is counted as two faces
  double face_count_cv = 0.0; ///< coefficient of variation of the count of faces; 0 for an exact one
  double credible_when_true = 1.0, credible_when_false = 1.0; ///< the operator's judgement of an alert
  double engaged_when_credible = 1.0;                         ///< an officer reaches the person and learns who it is
};

struct trial_design {
  std::string system = "a";
  std::string list = "synthetic-list";
  std::string group_axis = "ethnicity";
  std::uint32_t volunteers = 0; ///< listed persons who pass on purpose; the first persons of the list
  pass_numbers volunteer_passes;
  std::uint32_t passers = 0; ///< labelled persons not on the list
  pass_numbers passer_passes;
  std::uint32_t others_listed = 0;
  std::vector<double> images_per_person{1.0}; ///< shares of listed persons with 1, 2, … images
  std::vector<group_design> groups{{"all"}};
  std::vector<condition_design> cameras{{"camera-1"}}, lights{{"daylight"}};
  std::uint32_t deployments = 1;
  score_design scores;
  double operating_threshold = 0.64;
  double recording_threshold = 0.5; ///< no candidate below it is on record
  std::uint32_t candidates_kept = 20;
  crowd_design crowd;

  [[nodiscard]] std::uint32_t list_size() const { return volunteers + others_listed; }
};

/// Throws `std::invalid_argument` naming what is wrong: shares that do not add to 1, names that are empty, used twice
/// or would need quotes in a table, a negative or non-finite spread, failures to acquire that can exceed 1, thresholds
/// that are not whole millionths or in the wrong order, a million persons or more.
void require_valid(const trial_design&);

} // namespace lfreval::synthetic
