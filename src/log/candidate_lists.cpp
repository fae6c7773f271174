#include "log/candidate_lists.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_set>
#include <utility>

namespace lfreval::detail {
namespace {

class candidate_reader {
public:
  candidate_reader(source_table& table, const watchlist_index& watchlist)
      : table_(table), watchlist_(watchlist), ranks_(*table.counts("rank")), scores_(*table.scores("score")) {}

  /// By rank; equal ranks, which are a fault, in the order of the file.
  void sort(std::vector<std::uint64_t>& rows) const {
    std::sort(rows.begin(), rows.end(), [&](std::uint64_t a, std::uint64_t b) { return std::pair(ranks_[a], a) < std::pair(ranks_[b], b); });
  }

  /// Whether the list holds together; if not, it is refused with its passage.
  bool check(const std::vector<std::uint64_t>& rows, const logged_passage& passage) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const char* rule = fault(rows, i, passage);
      if (rule == nullptr) continue;
      const std::string value = std::to_string(ranks_[rows[i]]);
      for (const std::uint64_t row : rows) table_.refuse_row(row, error_code::not_allowed, "rank", row == rows[i] ? value : std::to_string(ranks_[row]), rule);
      passage.refuse(passage.row, error_code::not_allowed, "passage", std::string(passage.text("passage")),
                     "a passage whose candidates hold together; those of source " + table_.source().name + " do not");
      return false;
    }
    return true;
  }

  [[nodiscard]] returned collapse(const std::vector<std::uint64_t>& rows, const logged_passage& passage) const {
    returned out;
    std::unordered_set<std::string_view> persons;
    for (const std::uint64_t row : rows) {
      const std::string_view person = person_of(row);
      if (!persons.insert(person).second) continue;
      if (persons.size() == 1) {
        out.top_person = person;
        out.top_score = scores_[row];
      } else if (persons.size() == 2) {
        out.second_score = scores_[row];
      }
      if (passage.mated == mated_status::yes && person == passage.identity) {
        out.mate_score = scores_[row];
        out.mate_rank = static_cast<std::uint32_t>(persons.size());
      }
    }
    return out;
  }

private:
  [[nodiscard]] std::string_view person_of(std::uint64_t row) const {
    const std::string_view person = table_.text("person", row);
    return person.empty() ? watchlist_.person_of(table_.text("image", row)) : person;
  }

  /// What the candidate at place `i` of the list breaks; null when it is sound.
  [[nodiscard]] const char* fault(const std::vector<std::uint64_t>& rows, std::size_t i, const logged_passage& passage) const {
    const std::uint64_t row = rows[i];
    if (ranks_[row] != i + 1) return "ranks 1, 2, 3, … of each passage, each once; all candidates of this passage are refused";
    if (scores_[row] == no_score) return "a score; all candidates of this passage are refused";
    if (i != 0 && scores_[row] > scores_[rows[i - 1]]) return "scores that do not rise with the rank; all candidates of this passage are refused";
    const std::string_view person = person_of(row);
    if (person.empty()) return "a person, or an image of the watchlist; all candidates of this passage are refused";
    if (is_off_list(watchlist_, person, passage.time_of(passage.row))) return "persons on the watchlist in force at that time; all candidates of this passage are refused";
    if (passage.mated == mated_status::no && person == passage.identity)
      return "other persons: this one passed, and is said not to be on the list; all candidates of this passage are refused";
    return passage.acquired ? nullptr : "no candidates for a passage of which no template was made";
  }

  source_table& table_;
  const watchlist_index& watchlist_;
  const std::vector<std::uint64_t>& ranks_;
  const std::vector<float>& scores_;
};

} // namespace

candidate_source read_candidates(source_table& table, const std::vector<logged_passage>& passages, const std::unordered_map<std::string_view, std::size_t>& passage_of_id,
                                 const watchlist_index& watchlist) {
  candidate_reader reader(table, watchlist);
  const auto& scores = *table.scores("score");
  candidate_source out{&table, {}, std::numeric_limits<float>::infinity()};
  std::unordered_map<std::size_t, std::vector<std::uint64_t>> lists;
  for (std::uint64_t row = 0; row < table.rows(); ++row) {
    const auto known = passage_of_id.find(table.text("passage", row));
    if (known == passage_of_id.end()) {
      table.refuse_row(row, error_code::not_allowed, "passage", std::string(table.text("passage", row)), "a passage of the study's table passages or observations");
      continue;
    }
    if (scores[row] != no_score) out.lowest = std::min(out.lowest, scores[row]);
    lists[known->second].push_back(row);
  }
  for (auto& [place, rows] : lists) {
    reader.sort(rows);
    const logged_passage& passage = passages[place];
    if (reader.check(rows, passage) && passage.is_kept()) out.of_passage.emplace(place, reader.collapse(rows, passage));
  }
  return out;
}

} // namespace lfreval::detail
