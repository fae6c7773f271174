/// @file
/// A trial run on pictures: watchlist, probes and ground truth in, the log of a trial and a study of it out.
#pragma once

#include <cstdint>
#include <functional>
#include <lfreval/study/keys.hpp>
#include <lfreval/types/error.hpp>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lfreval::vision {

/// The keys of a trial file; docs/vision.md lists them.
[[nodiscard]] std::span<const study_key> trial_keys() noexcept;

struct trial_options {
  std::string folder = ".";      ///< where the log is written
  unsigned threads = 1;
  bool redact = false;           ///< write a crop of each probe's face with every face blurred, into `evidence`
  bool write_templates = false;  ///< write the templates, readable by their owner alone and marked as sensitive
  std::function<void(std::uint64_t done, std::uint64_t total)> progress; ///< pictures or frames; total 0 where a video does not say
};

/// What happened, counted.
struct trial_summary {
  std::uint64_t pictures_listed = 0, persons_listed = 0, not_enrolled = 0;
  std::uint64_t probe_pictures = 0, unreadable = 0, without_face = 0, several_faces = 0, without_template = 0;
  std::uint64_t passages = 0, not_acquired = 0;
  std::uint64_t without_truth = 0;    ///< pictures, or tracks of a video, of which nobody says who it is: in no table of passages
  std::uint64_t frames_missing = 0;   ///< frames that a video promised and did not hold
  std::uint64_t resumed = 0;          ///< pictures or frames taken over from an interrupted run
  std::string study;                  ///< path of the study that was written
  friend bool operator==(const trial_summary&, const trial_summary&) = default;
};

/// Runs the trial that `path` declares.
///
/// Every picture of the watchlist is enrolled, or is a failure to enrol with its reason; every probe is searched against
/// those enrolled. A passage without a template is a failure to acquire: it stays in the log and counts as a miss. Persons
/// count, not pictures: of several pictures of one person the best score is theirs, of several frames of a passage too.
/// A picture with several faces is of its largest face if no other has half the area, else it is a failure with that reason;
/// ground truth with boxes says which face is whose. In a video faces are joined to tracks, and a track belongs to the
/// passage whose boxes its own overlap most often.
///
/// Written to `folder`: observations.csv, passages.csv, candidates.csv, watchlist.csv, persons.csv where declared, models.csv
/// with hashes, timings.csv, summary.csv, study.toml. Templates stay in memory. What was done is kept in journal.txt as it
/// is done, scores and no templates; a run with the same declaration, models, pictures and truth goes on after it, any other
/// is refused until the journal is removed.
/// Errors, all together: those of the files read; `not_allowed` for ground truth about pictures that are not there, for a
/// list of which nobody could be enrolled, and for a journal of another trial.
[[nodiscard]] tl::expected<trial_summary, std::vector<error>> run_trial(const std::string& path, const trial_options& options);

} // namespace lfreval::vision
