// What a trial writes. Private to the vision stage.
#pragma once

#include <lfreval/vision/models.hpp>
#include <lfreval/vision/trial.hpp>
#include <map>
#include <string>
#include <vector>

#include "vision/trial_inputs.hpp"
#include "vision/trial_journal.hpp"

namespace lfreval::vision {

/// A picture of the watchlist.
struct listed_picture {
  std::string name, person, reason; ///< `reason` of a failure to enrol, else empty
  std::optional<face_quality> quality;
};

/// A face that belongs to a passage.
struct observation {
  std::size_t picture = 0, face = 0;
  std::string track, passage; ///< empty where there is none
};

/// A passage of ground truth with what was seen of it.
struct passage {
  std::string name, person, camera, deployment, time, reason; ///< `reason` of a failure to acquire, else empty
  std::vector<std::size_t> observations;
};

struct trial_record {
  std::string name, system, system_version, label_source, folder;
  std::uint64_t seed = 1;
  std::size_t candidates = 10;
  bool is_distance = false;
  std::vector<std::string> persons; ///< enrolled, in byte order: what `person_score::person` counts
  std::vector<listed_picture> list;
  const std::vector<seen_picture>* seen = nullptr;
  std::vector<observation> observations;
  std::map<std::string, passage> passages;
  std::vector<model_file> files;
  std::string persons_file; ///< to copy; empty for none
  std::vector<std::pair<std::string, std::string>> groups; ///< axis and reference group
  std::optional<double> operating;
  std::optional<double> equivalence_margin;
  std::vector<double> report;
  trial_summary summary;
};

/// Writes all tables and the study. Returns the path of the study.
[[nodiscard]] result<std::string> write_tables(const trial_record& trial);

} // namespace lfreval::vision
