#include <lfreval/counts/score_searches.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>

namespace lfreval {
namespace {

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

/// Who is on each reference: a code per person, and where nobody says it, one per reference.
struct listed_persons {
  std::vector<std::uint32_t> person_of; ///< of each reference
  std::size_t persons = 0;
  bool one_image_each = true;
  text_column names;
};

listed_persons persons_of(const score_set& set) {
  listed_persons out;
  const bool named = !set.reference_person.codes.empty();
  out.names.texts = named ? set.reference_person.texts : set.references;
  std::vector<bool> seen(out.names.texts.size());
  for (std::uint32_t i = 0; i < set.references.size(); ++i) {
    const std::uint32_t code = named ? set.reference_person.codes[i] : i;
    out.person_of.push_back(code);
    if (code == no_code) continue;
    out.one_image_each = out.one_image_each && !seen[code];
    seen[code] = true;
  }
  out.persons = out.names.texts.size();
  return out;
}

/// The best score of each person for one probe.
class best_of_persons {
public:
  explicit best_of_persons(const listed_persons& listed) : listed_(listed), scores_(listed.one_image_each ? 0 : listed.persons, no_score) {}

  /// Calls `take(person, score)` once for each person with a score; a reference without a person is somebody of its own.
  template <class Take> void each(const score_row& row, Take take) {
    if (listed_.one_image_each) {
      for (std::size_t i = 0; i < row.references.size(); ++i)
        if (row.scores[i] != no_score) take(listed_.person_of[row.references[i]], row.scores[i]);
      return;
    }
    touched_.clear();
    for (std::size_t i = 0; i < row.references.size(); ++i) {
      const std::uint32_t person = listed_.person_of[row.references[i]];
      if (row.scores[i] == no_score) continue;
      if (person == no_code) { take(person, row.scores[i]); continue; }
      if (scores_[person] == no_score) touched_.push_back(person);
      scores_[person] = std::max(scores_[person], row.scores[i]);
    }
    for (const std::uint32_t person : touched_) {
      take(person, scores_[person]);
      scores_[person] = no_score;
    }
  }

private:
  const listed_persons& listed_;
  std::vector<float> scores_;
  std::vector<std::uint32_t> touched_;
};

struct search {
  std::uint32_t top = nobody, mate = nobody;
  float top_score = no_score, second_score = no_score, mate_score = no_score;
  std::uint32_t rank = 0;
};

} // namespace

score_searches searches_of(const score_set& set, std::span<const float> at) {
  if (!set.has_searches()) throw std::invalid_argument("lfreval: searches_of: the set holds comparisons and no searches");
  const listed_persons listed = persons_of(set);
  best_of_persons best(listed);
  score_searches out;
  out.thresholds = at.size();
  passage_table& rows = out.searches.rows;
  out.searches.source = set.source;
  out.searches.label_source = set.label_source;
  out.searches.kind = source_kind::scores;
  rows.system = set.system;
  std::set<std::uint32_t> enrolled;
  for (std::size_t i = 0; i < set.references.size(); ++i)
    if (set.enrolled[i] != 0 && listed.person_of[i] != no_code) enrolled.insert(listed.person_of[i]);
    else if (set.enrolled[i] != 0) ++out.references;
  out.references += enrolled.size();
  const bool named = !set.probe_person.codes.empty();
  rows.person.texts = named ? set.probe_person.texts : set.probes;
  rows.top_person.texts = listed.names.texts;
  for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) {
    const score_row row = set.table.row(probe);
    if (!row.complete || (named && set.probe_person.codes[probe] == no_code)) {
      ++out.left_out;
      continue;
    }
    search found;
    if (!row.mates.empty()) found.mate = listed.person_of[row.references[row.mates.front()]];
    for (const std::uint32_t place : row.mates) found.mate_score = std::max(found.mate_score, row.scores[place]);
    const std::size_t first_hit = out.hits.size();
    out.hits.resize(first_hit + at.size());
    if (found.mate_score != no_score) found.rank = 1;
    best.each(row, [&](std::uint32_t person, float score) {
      for (std::size_t k = 0; k < at.size(); ++k) out.hits[first_hit + k] += score >= at[k] ? 1 : 0;
      const bool is_mate = found.mate != nobody && person == found.mate;
      if (!is_mate && found.mate_score != no_score && score > found.mate_score) ++found.rank;
      const bool comes_first = score > found.top_score || (score == found.top_score && (is_mate || (found.top != found.mate && person < found.top)));
      if (comes_first) {
        found.second_score = found.top_score;
        found.top_score = score;
        found.top = person;
      } else {
        found.second_score = std::max(found.second_score, score);
      }
    });
    const mated_status status = !row.mates.empty() ? mated_status::yes : !row.undecided.empty() ? mated_status::unknown : mated_status::no;
    rows.person.codes.push_back(named ? set.probe_person.codes[probe] : probe);
    rows.deployment.codes.push_back(no_code);
    rows.camera.codes.push_back(no_code);
    rows.mated.push_back(status);
    rows.acquired.push_back(row.acquired ? 1 : 0);
    rows.top_person.codes.push_back(found.top_score == no_score || found.top == nobody ? no_code : found.top);
    rows.top_score.push_back(found.top_score);
    rows.second_score.push_back(found.second_score);
    rows.mate_score.push_back(found.mate_score);
    rows.mate_rank.push_back(found.rank);
    out.probes.push_back(probe);
  }
  return out;
}

} // namespace lfreval
