/// @file
/// Searches made of rows of scores that go by. Private to the counts stage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lfreval/counts/score_searches.hpp>

namespace lfreval::detail {

/// Who is on each reference: a code per person, and where nobody says it, one per reference.
struct listed_persons {
  std::vector<std::uint32_t> person_of; ///< of each reference
  std::vector<std::string> names;       ///< of the codes
  bool one_image_each = true;
  bool all_known = true;

  explicit listed_persons(const score_set&);
};

/// The searches of the rows given so far.
class search_rows {
public:
  search_rows(const score_set& references, std::span<const float> at);

  void add(const score_row&);
  /// In the order of probes. `set` as read: its `probe_at` says where the probes of a stream belong.
  [[nodiscard]] score_searches finish(const score_set& set);

private:
  struct search {
    std::uint32_t probe;
    std::uint32_t top, rank = 0;
    float top_score, second_score, mate_score;
    mated_status mated = mated_status::no;
    bool acquired = true, complete = true;
  };

  void find_best(const score_row&, std::uint32_t mate, search&, std::span<std::uint32_t> hits);
  void find_best_of_persons(const score_row&, std::uint32_t mate, search&, std::span<std::uint32_t> hits);

  listed_persons listed_;
  std::vector<float> at_;
  std::vector<search> rows_;
  std::vector<std::uint32_t> hits_; ///< of each row, one for each threshold
  std::vector<float> scores_;       ///< the best of each person, `no_score` between rows
  std::vector<std::uint32_t> touched_;
};

} // namespace lfreval::detail
