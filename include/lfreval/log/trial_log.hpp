/// @file
/// The log of a trial: passages with what each system returned, joined to people and to the watchlist in force.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <lfreval/log/deployments.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/log/passages.hpp>
#include <lfreval/log/watchlist_entry.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>

namespace lfreval {

/// The best score of each frame or track that passages were made of. Not trials of their own: they show how many looks a
/// passage is worth. Empty where a row of the log is a passage.
struct passage_looks {
  std::vector<std::uint64_t> first; ///< looks of passage i are `scores[first[i]]` up to before `scores[first[i + 1]]`
  std::vector<float> scores;        ///< `no_score` where nothing was returned or no template was made
};

/// The passages of one source as one system saw them.
struct trial_passages {
  std::string source, label_source;
  source_kind kind = source_kind::operational;
  passage_table rows;
  /// Of each axis of `rows.groups`: who gave the labels, as the table of persons says for each, else the study.
  std::map<std::string, std::set<std::string>> group_label_sources;
  passage_looks looks; ///< of the system that the observations hold scores of
  /// Rows of an operational source that were labelled mated. Nobody knows how many listed people such a log missed, so
  /// these are `unknown` in `rows` and hold no score of a mate: no rate over mated passages can be made of them.
  std::uint64_t mated_withheld = 0;
};

/// Which groups people belong to, as the table of persons says.
struct person_labels {
  std::map<std::string, std::map<std::string, std::string>> by_axis;  ///< of each axis taken from that table: the label of everybody who has one
  std::map<std::string, std::set<std::string>> label_sources;         ///< who gave them: as the table says for each person, else the study
  friend bool operator==(const person_labels&, const person_labels&) = default;
};

struct trial_log {
  std::vector<trial_passages> passages; ///< by source as declared in the study, then by system
  std::optional<std::uint64_t> watchlist_persons; ///< distinct persons with a template; absent when no watchlist was given
  std::uint64_t watchlist_without_template = 0;   ///< persons listed of whom no image could be enrolled
  person_labels listed; ///< of the listed people with a template
  person_labels known;  ///< of everybody in the table of persons; for studies of score files, and for limits that every group is to keep
  std::vector<input_file> files;
  ledger refused;
  std::vector<watchlist_entry> entries; ///< of the watchlist sources, in the order of person and image
};

/// Reads the sources of tables `passages`, `observations`, `candidates`, `persons` and `watchlist`; sources of other tables
/// are left to their own readers.
///
/// Observations become passages by the rule that the source declares: of one passage id, of one track of a camera, or of one
/// person at a deployment until nothing is seen of them for `passage_gap_seconds`. Cameras and frames are fused by the
/// maximum of the score, before any threshold (of equal scores, the first person in byte order); a template made once is a
/// passage acquired; a group whose labels differ within a passage is unknown there; of several cameras the passage holds
/// all names.
///
/// A row that breaks a rule goes to the ledger with its first fault, and into no figure:
/// - a cell that its column does not allow; a score that is NaN, infinite or outside [system.NAME] score_range;
/// - `missing_value`, observations: one without what the rule of forming passages needs;
/// - `not_allowed`, observations: two persons or two deployments in one passage; with one observation its whole passage;
/// - `duplicate_id`: all copies of a passage, of an observation, of a person, of an image enrolled twice at a time;
/// - `missing_value`: a passage without the person who passed, which is what passages of one person are clustered by;
/// - `not_allowed`, watchlist: an image enrolled under two persons, an entry deleted before it was created;
/// - `not_allowed`, passages: a mated status that is not what the list in force at that time says (created <= time <
///   deleted), a mate or a first candidate who is not on it, a mate of a passage that is not mated, scores of a passage that was not acquired, a
///   second score or a mate's above the first, a rank of the mate that its score contradicts;
/// - `not_allowed`, candidates: a passage that does not exist, somebody who is not on the list in force, ranks that do not run 1, 2, 3, …, scores that rise with the
///   rank. All candidates of such a passage are refused, and the passage with them: without them it would look as if
///   nobody had been returned.
///
/// Mated status is derived where a watchlist is given: of the mate if the row names one, else of the person. Without the
/// time of a passage it can only be derived from entries that are always in force. An empty status is `unknown`. Several
/// images of one person count as one candidate, the best; a missing person is that of the image on the watchlist.
/// `recorded_from` is the study's, else for candidate lists the lowest score on record.
///
/// Errors, all together: an observation or a candidate that cannot be read, files that cannot be read, columns that a file lacks, scores of two forms for one system, times
/// with an offset in one place and without in another, sources of kinds that hold no passages, float64 systems.
/// Cost: one pass over each file; memory for the columns.
[[nodiscard]] tl::expected<trial_log, std::vector<error>> read_trial_log(const study&, unsigned threads = 1);

} // namespace lfreval
