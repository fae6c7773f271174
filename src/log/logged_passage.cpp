#include "log/logged_passage.hpp"

#include <algorithm>
#include <limits>

namespace lfreval::detail {

bool read_wide(const logged_passage& one, const watchlist_index& watchlist, returned& out) {
  const source_table& table = *one.table;
  const std::uint64_t row = one.row;
  const auto score = [&](const char* name) {
    const auto* all = table.scores(name);
    return all == nullptr ? no_score : (*all)[row];
  };
  const auto* ranks = table.counts("mate_rank");
  const std::uint64_t rank = ranks == nullptr || (*ranks)[row] == no_count ? 0 : (*ranks)[row];
  out = {table.text("top_person", row), score("top_score"), score("second_score"), score("mate_score"), 0};
  const char* column = nullptr;
  std::string rule;
  const auto refuse_if = [&](bool wrong, const char* in, const char* why) {
    if (!wrong || column != nullptr) return;
    column = in;
    rule = why;
  };
  const bool is_mate_first = !out.top_person.empty() && out.top_person == one.identity;
  refuse_if(!one.acquired && out.top_score != no_score, "top_score", "no score of a passage of which no template was made");
  refuse_if(out.top_score == no_score && !out.top_person.empty(), "top_score", "the score of the person at rank 1");
  refuse_if(out.second_score > out.top_score, "second_score", "a second score that is not above the first");
  refuse_if(one.mated == mated_status::no && (out.mate_score != no_score || rank != 0), "mate_score", "no score of a mate where mated is no");
  refuse_if(is_off_list(watchlist, out.top_person, one.time_of(row)), "top_person", "a person on the watchlist in force at that time");
  refuse_if(one.mated == mated_status::no && is_mate_first, "top_person", "another person: this one passed, and is said not to be on the list");
  refuse_if(out.mate_score > out.top_score, "mate_score", "a score of the mate that is not above the first");
  refuse_if(rank > std::numeric_limits<std::uint32_t>::max(), "mate_rank", "a rank below 2^32");
  refuse_if(rank != 0 && out.mate_score == no_score && rank != 1, "mate_score", "the score of the mate at its rank");
  refuse_if(rank == 1 && (out.top_score == no_score || (out.mate_score != no_score && out.mate_score != out.top_score)), "mate_rank", "rank 1 for the first score only");
  refuse_if(rank == 1 && !out.top_person.empty() && !is_mate_first, "mate_rank", "rank 1 for the person at rank 1 only");
  refuse_if(one.mated == mated_status::yes && is_mate_first && rank > 1, "mate_rank", "rank 1: the mate is the person at rank 1");
  refuse_if(ranks != nullptr && one.mated == mated_status::yes && out.mate_score != no_score && rank == 0 && !is_mate_first, "mate_rank", "the rank of the mate whose score is on record");
  const bool has_second = table.scores("second_score") != nullptr;
  refuse_if(has_second && rank == 2 && out.mate_score != out.second_score, "mate_rank", "rank 2 for the second score only");
  refuse_if(has_second && rank > 2 && out.mate_score > out.second_score, "mate_rank", "a rank that agrees with the scores");
  if (column != nullptr) {
    const std::string_view value = table.text(column, row);
    one.refuse(row, error_code::not_allowed, column, value.empty() && rank != 0 ? std::to_string(rank) : std::string(value), rule);
    return false;
  }
  if (one.mated == mated_status::yes && (rank == 1 || is_mate_first)) out.mate_score = out.top_score;
  out.mate_rank = static_cast<std::uint32_t>(is_mate_first && one.mated == mated_status::yes && rank == 0 && ranks != nullptr ? 1 : rank);
  return true;
}

bool fuse_observations(const logged_passage& one, const watchlist_index& watchlist, returned& out) {
  const source_table& table = *one.table;
  const auto& scores = *table.scores("top_score");
  const auto* acquired = table.choices("acquired");
  out = {};
  for (const std::uint64_t row : one.observed) {
    const float score = scores[row];
    const std::string_view person = table.text("top_person", row);
    const char *column = "top_person", *rule = nullptr;
    if (score != no_score && acquired != nullptr && (*acquired)[row] == choice_no) { column = "top_score"; rule = "no score of an observation of which no template was made"; }
    else if (score == no_score && !person.empty()) { column = "top_score"; rule = "the score of the person at rank 1"; }
    else if (is_off_list(watchlist, person, one.time_of(row))) rule = "a person on the watchlist in force at that time";
    else if (one.mated == mated_status::no && !person.empty() && person == one.identity) rule = "another person: this one passed, and is said not to be on the list";
    if (rule != nullptr) {
      one.refuse(row, error_code::not_allowed, column, std::string(table.text(column, row)), rule);
      return false;
    }
    if (score > out.top_score || (score == out.top_score && score != no_score && person < out.top_person)) {
      out.top_score = score;
      out.top_person = person;
    }
  }
  if (one.mated == mated_status::yes && !out.top_person.empty() && out.top_person == one.identity) {
    out.mate_score = out.top_score;
    out.mate_rank = 1;
  }
  return true;
}

} // namespace lfreval::detail
