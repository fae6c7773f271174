/// @file
/// What every reader of score files shares: the rules of a source, lists of ids, and the log that it all goes to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <lfreval/log/scores.hpp>
#include <lfreval/study/study.hpp>

namespace lfreval::detail {

/// What a score of a source may be.
struct score_rules {
  float lowest = 0, highest = 1;
  bool is_distance = false;
  std::optional<float> sentinel; ///< the number that is no score

  score_rules(const study&, const study_source&);
  [[nodiscard]] bool is_sentinel(float value) const noexcept { return sentinel && value == *sentinel; }
  [[nodiscard]] bool allows(float value) const noexcept { return value >= lowest && value <= highest; }
  /// More alike is larger. +0.0F: a distance of 0 is 0, not -0.
  [[nodiscard]] float similarity(float value) const noexcept { return (is_distance ? -value : value) + 0.0F; }
  /// `a score from 0 to 1`
  [[nodiscard]] std::string words() const;
};

/// Where one source is read to.
struct score_reading {
  const study& declared;
  const study_source& source;
  unsigned threads;
  const score_sink* sink; ///< null: scores are kept
  score_log& out;
  std::vector<error>& errors;

  /// A fault that lies in the study.
  void fault(error_code, std::string key, std::string value, std::string allowed) const;
  void refuse_row(error why) const { out.refused.add({std::move(why), source.name}); }
};

/// A table of ids and persons beside a matrix, in the order of its rows.
struct id_list {
  std::vector<std::string> ids, persons;  ///< persons: empty where no column gives them
  std::unordered_map<std::string_view, std::uint32_t> place; ///< of an id

  /// `column` is `probe` or `reference`; `column`_person is read too. An id that stands twice is an error.
  [[nodiscard]] static std::optional<id_list> read(const score_reading&, const std::string& file, const std::string& column);
};

/// Distinct texts in byte order, and the place of each given one.
[[nodiscard]] text_column sorted_column(const std::vector<std::string>& texts);

/// Each reads one source and adds its set, its files and its refused rows to the log.
void read_score_matrix(const score_reading&);
void read_score_pairs(const score_reading&);
void read_score_lines(const score_reading&);

/// Comparisons that came one by one, of any format. Codes are places in the texts.
struct pair_columns {
  text_column probe, reference, probe_person, reference_person; ///< persons: no codes where nobody gives them
  std::vector<float> score;          ///< `no_score` where a sentinel stood
  std::vector<std::uint8_t> label;   ///< 0 not mated, 1 mated, 2 unknown
  std::vector<bool> kept;
  bool repeats_pairs = false;
  std::vector<std::string> incomplete; ///< probes of rows that were refused before
  std::uint64_t unattributed_refused = 0;
};
/// Refuses the row at a place, for what the column says.
using refuse_pair = std::function<void(std::size_t, error_code, std::string_view column, std::string value, std::string allowed)>;
/// Holds the pairs against each other and adds their set.
void add_pairs(const score_reading&, pair_columns&, const refuse_pair&);

} // namespace lfreval::detail
