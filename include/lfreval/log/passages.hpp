/// @file
/// Passages: one row for each time a person crossed the zone, with what one system returned for it. The unit in which
/// open-set identification is measured: frames and tracks are not trials of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace lfreval {

/// Whether the person who passed was on the watchlist in force at that moment. `unknown` enters no rate.
enum class mated_status : std::uint8_t { no, yes, unknown };

/// Stands for "no value" in a column of codes.
inline constexpr std::uint32_t no_code = std::numeric_limits<std::uint32_t>::max();
/// Stands for "nothing was returned" in a column of scores: no threshold is as low.
inline constexpr float no_score = -std::numeric_limits<float>::infinity();

/// A column of texts: each row holds the place of its text among the distinct ones, or `no_code` when its cell is empty.
/// The texts are in byte order, so that codes do not depend on the order of rows.
struct text_column {
  std::vector<std::uint32_t> codes;
  std::vector<std::string> texts;

  friend bool operator==(const text_column&, const text_column&) = default;
};

/// All passages seen by one system, as columns of equal length. The order of rows carries no meaning. Scores are
/// similarities in the precision the system compares in: scores of a distance have been negated. Candidates are persons,
/// not images: of several images of one person the best counts.
struct passage_table {
  std::string system;
  text_column person;                 ///< who passed: the cluster; every row has one
  text_column deployment, camera;
  std::vector<mated_status> mated;
  std::vector<std::uint8_t> acquired; ///< 0: no template was made of the passage
  text_column top_person;             ///< the listed person with the best score
  std::vector<float> top_score;       ///< of that person, or `no_score`
  std::vector<float> second_score;    ///< of the second listed person, or `no_score`; empty when the log keeps only the first
  std::vector<float> mate_score;      ///< of the mate; `no_score` when the mate was not returned, or there is none
  std::vector<std::uint32_t> mate_rank; ///< 1-based; 0 when the mate was not returned, or there is none; empty when not on record
  std::map<std::string, text_column> groups; ///< demographic axes and covariates
  /// The lowest score that the log keeps. Below it nothing can be said: candidates may be missing.
  float recorded_from = -std::numeric_limits<float>::infinity();

  [[nodiscard]] std::size_t size() const noexcept { return mated.size(); }
  friend bool operator==(const passage_table&, const passage_table&) = default;
};

} // namespace lfreval
