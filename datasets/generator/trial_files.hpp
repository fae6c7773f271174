/// @file
/// Named trials, and the files that each consists of.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synthetic_trial.hpp"
#include "trial_design.hpp"
#include "trial_truth.hpp"

namespace lfreval::synthetic {

/// A design with its seeds. The lists and the passages of one name are the same everywhere.
struct named_trial {
  std::string name;  ///< as `generate_trial` takes it
  std::string title; ///< of the study
  trial_design design;
  std::uint64_t list_seed = 0, trial_seed = 0;
  std::vector<double> report; ///< thresholds for which the truth is written, the operating one among them
  bool as_study_b = false; ///< passages with the headers id, volunteer, on_list; the count of faces with the header n
};

/// The example of datasets/synthetic_trial: labelled volunteers and passers, and a crowd.
[[nodiscard]] named_trial example_trial();
/// 400 volunteers with ten passes each, half of them on the list, and a crowd of which only faces and alerts are on
/// record: the files that the second example study in docs expects.
[[nodiscard]] named_trial volunteers_and_crowd();
[[nodiscard]] std::optional<named_trial> trial_named(std::string_view name);

struct trial_file {
  std::string name;
  std::string content;
};

/// Every file of the trial, not compressed: tables, `study.toml` and `truth.json`. With `compressed`, the study names
/// the tables as `….csv.gz`.
[[nodiscard]] std::vector<trial_file> files_of(const named_trial&, bool compressed);

/// `truth.json`: the design, the seeds, every rate at every threshold, and what the crowd really held. Numbers have ten
/// digits; an undefined rate is null beside its reason.
[[nodiscard]] std::string truth_json(const named_trial&, std::span<const trial_truth>, const synthetic_crowd&);

} // namespace lfreval::synthetic
