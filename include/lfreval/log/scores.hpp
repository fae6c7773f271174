/// @file
/// Files of comparison scores: a technology test, in which every probe is compared with every reference or with a list of
/// them. Nobody passed a camera, so nothing here is a rate of a deployment.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <lfreval/log/input_file.hpp>
#include <lfreval/log/ledger.hpp>
#include <lfreval/log/score_rows.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/error.hpp>

namespace lfreval {

/// What one source says of one system.
struct score_set {
  std::string source, system, format, label_source;
  std::vector<std::string> probes, references; ///< ids in byte order; empty where the files have none
  /// Who is on each probe and reference: codes beside `probes` and `references`. Where ids are compared, they are the
  /// persons. Empty where nobody says it: a mask tells which pairs are of one person, and not of whom.
  text_column probe_person, reference_person;
  std::vector<std::uint8_t> acquired; ///< beside `probes`; 0: a declared sentinel stands for all scores of the probe
  std::vector<std::uint8_t> enrolled; ///< beside `references`; 0: the same for a reference
  comparison_counts counts;           ///< of all accepted comparisons
  std::vector<constant_scores> constant_rows, constant_columns; ///< in order of place
  /// The ids name persons and not images, so a pair may be compared many times: comparisons, and no searches.
  bool repeats_pairs = false;
  /// Probes with at least one mated comparison, acquired or not, and probes without any; undecided ones count as none.
  /// Without the second there is no search by somebody who is not listed, hence no false positive identification rate.
  std::uint64_t probes_with_mate = 0, probes_without_mate = 0;
  std::uint64_t fewest_references = 0, most_references = 0; ///< that one probe was compared with
  std::uint64_t incomplete_probes = 0;   ///< probes that lost comparisons to the ledger, kept or not
  std::uint64_t unattributed_refused = 0; ///< refused rows that do not say of which probe they are: any may be incomplete
  score_table table;                  ///< of sources with ids, unless their rows were handed to a sink
  /// The probe at each place of the stream, as a place in `probes`; empty unless the rows were handed to a sink.
  std::vector<std::uint32_t> probe_at;
  std::vector<float> mated_scores, nonmated_scores; ///< of sources without ids, ascending

  /// Each probe was searched against a list: ids, no pair twice. What open-set rates may be made of.
  [[nodiscard]] bool has_searches() const noexcept { return !probes.empty() && !repeats_pairs; }
};

struct score_log {
  std::vector<score_set> sets;    ///< by source as declared in the study
  std::vector<input_file> files;
  ledger refused;
};

/// Some rows of a matrix, in file order. Everything is valid until the sink returns.
struct score_block {
  const score_set& set;            ///< `source`, `system`, `references` and `reference_person` are known; nothing else yet
  std::span<const score_row> rows; ///< at most `most_rows`
  static constexpr std::size_t most_rows = 4096;
};
using score_sink = std::function<void(const score_block&)>;

/// Reads the sources of table `scores`, of any format; sources of other tables are left to their own readers.
///
/// Mated comparisons are recognised as the source declares, never guessed: by a column of labels, by `mated = "same_id"`
/// (the ids name persons, so the diagonal of a symmetric matrix is mated; it does *not* mean that one image was compared
/// with itself, which measures nothing and which a score file cannot show), by `mated = "same_person"`, by a mask, or by
/// what the format says (bob4, bob5: equal identities).
///
/// A declared sentinel is never a score: `no_score` stands in its place. With axis `column` it must fill all scores of a
/// reference, which then failed to enrol; with `row` all of a probe, which then was not acquired; with `cell` single
/// comparisons failed. Undeclared, a probe or reference of one constant value is told in `constant_rows` and
/// `constant_columns`.
///
/// To the ledger, with file, line, column, value and rule:
/// - a probe of a matrix, for its first score that is no finite number or lies outside [system.NAME] score_range: without
///   that score the best of the others would pass for what was returned. Of a bee file the line is the row, from 1;
/// - a pair for the same reasons, for contradicting labels, for another person than its probe or reference has elsewhere,
///   and all copies of a pair that stands twice (`duplicate_id`). Where ids name persons, say so by mapping
///   `probe` and `probe_person` to one column, and `reference` and `reference_person` to the other: then pairs may repeat.
///
/// Errors, all together: what the columns of a matrix cannot be told from (duplicate ids, ragged rows, empty cells), a
/// sentinel that fills only a part of its column or row, a column that holds one number outside the range throughout,
/// damaged or foreign files, float64 systems, sources of another kind than `scores`.
///
/// The result depends on the content of the files alone: not on threads, nor on the order of rows, columns or files.
/// `threads` 0: one per processor. Cost: one pass over each file; memory for the scores.
[[nodiscard]] tl::expected<score_log, std::vector<error>> read_score_sets(const study&, unsigned threads = 1);

/// The same for files larger than memory: rows of matrices (`matrix`, `bee`) go to the sink instead of into
/// `score_set::table`, from one thread at a time, source after source. What the sink was given before an error must not
/// be used. Memory: a few megabytes, and what is kept of each probe and each reference.
[[nodiscard]] tl::expected<score_log, std::vector<error>> read_score_sets(const study&, const score_sink&, unsigned threads = 1);

} // namespace lfreval
