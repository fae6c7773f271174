#include "counts/search_rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <set>
#include <utility>

namespace lfreval::detail {
namespace {

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

/// Loops over so many scores at once have no branch, and go by in vectors of whatever width there is.
constexpr std::size_t lanes = 16;

struct best_two {
  float first = no_score, second = no_score;

  void add(float score) {
    second = std::max(second, std::min(first, score));
    first = std::max(first, score);
  }
};

best_two best_of(std::span<const float> scores) {
  std::array<float, lanes> first{}, second{};
  first.fill(no_score);
  second.fill(no_score);
  std::size_t i = 0;
  for (; i + lanes <= scores.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) {
      const float score = scores[i + k], lower = score < first[k] ? score : first[k];
      second[k] = second[k] > lower ? second[k] : lower;
      first[k] = first[k] > score ? first[k] : score;
    }
  best_two out;
  for (std::size_t k = 0; k < lanes; ++k) {
    out.add(first[k]);
    out.add(second[k]);
  }
  for (; i < scores.size(); ++i) out.add(scores[i]);
  return out;
}

/// Calls `found(i)` for each place of a score.
template <class Found> void each_place(std::span<const float> scores, float of, Found found) {
  std::size_t i = 0;
  for (; i + lanes <= scores.size(); i += lanes) {
    std::uint32_t any = 0;
    for (std::size_t k = 0; k < lanes; ++k) any |= scores[i + k] == of ? 1U : 0U;
    for (std::size_t k = 0; any != 0 && k < lanes; ++k)
      if (scores[i + k] == of) found(i + k);
  }
  for (; i < scores.size(); ++i)
    if (scores[i] == of) found(i);
}

} // namespace

listed_persons::listed_persons(const score_set& set) {
  const bool named = !set.reference_person.codes.empty();
  names = named ? set.reference_person.texts : set.references;
  std::vector<bool> seen(names.size());
  for (std::uint32_t i = 0; i < set.references.size(); ++i) {
    const std::uint32_t code = named ? set.reference_person.codes[i] : i;
    person_of.push_back(code);
    all_known = all_known && code != no_code;
    if (code == no_code) continue;
    one_image_each = one_image_each && !seen[code];
    seen[code] = true;
  }
}

search_rows::search_rows(const score_set& references, std::span<const float> at) : listed_(references), at_(at.begin(), at.end()), scores_(listed_.one_image_each ? 0 : listed_.names.size(), no_score) {}

void search_rows::add(const score_row& row) {
  search found{row.probe, nobody, 0, no_score, no_score, no_score, mated_status::no, row.acquired, row.complete};
  if (!row.mates.empty()) found.mated = mated_status::yes;
  else if (!row.undecided.empty()) found.mated = mated_status::unknown;
  const std::uint32_t mate = row.mates.empty() ? nobody : listed_.person_of[row.references[row.mates.front()]];
  for (const std::uint32_t place : row.mates) found.mate_score = std::max(found.mate_score, row.scores[place]);
  const std::size_t before = hits_.size();
  hits_.resize(before + at_.size());
  const auto hits = std::span(hits_).subspan(before);
  if (listed_.one_image_each && listed_.all_known && row.mates.size() <= 1) find_best(row, mate, found, hits);
  else find_best_of_persons(row, mate, found, hits);
  rows_.push_back(found);
}

/// Where each reference is somebody else, and at most one of them the mate.
void search_rows::find_best(const score_row& row, std::uint32_t mate, search& found, std::span<std::uint32_t> hits) {
  for (std::size_t k = 0; k < at_.size(); ++k) {
    std::uint32_t reached = 0;
    for (const float score : row.scores) reached += score >= at_[k] ? 1U : 0U;
    hits[k] = reached;
  }
  if (found.mate_score != no_score) {
    std::uint32_t above = 0;
    for (const float score : row.scores) above += score > found.mate_score ? 1U : 0U;
    found.rank = above + 1;
  }
  const best_two best = best_of(row.scores);
  found.top_score = best.first;
  found.second_score = best.second;
  if (best.first == no_score) return;
  if (mate != nobody && found.mate_score == best.first) { found.top = mate; return; }
  each_place(row.scores, best.first, [&](std::size_t i) { found.top = std::min(found.top, listed_.person_of[row.references[i]]); });
}

void search_rows::find_best_of_persons(const score_row& row, std::uint32_t mate, search& found, std::span<std::uint32_t> hits) {
  if (found.mate_score != no_score) found.rank = 1;
  const auto take = [&](std::uint32_t person, float score) {
    for (std::size_t k = 0; k < at_.size(); ++k) hits[k] += score >= at_[k] ? 1 : 0;
    const bool is_mate = mate != nobody && person == mate;
    if (!is_mate && found.mate_score != no_score && score > found.mate_score) ++found.rank;
    const bool comes_first = score > found.top_score || (score == found.top_score && (is_mate || (found.top != mate && person < found.top)));
    if (comes_first) {
      found.second_score = found.top_score;
      found.top_score = score;
      found.top = person;
    } else {
      found.second_score = std::max(found.second_score, score);
    }
  };
  touched_.clear();
  for (std::size_t i = 0; i < row.references.size(); ++i) {
    const std::uint32_t person = listed_.person_of[row.references[i]];
    const float score = row.scores[i];
    if (score == no_score) continue;
    // A reference without a person is somebody of its own.
    if (listed_.one_image_each || person == no_code) { take(person, score); continue; }
    if (scores_[person] == no_score) touched_.push_back(person);
    scores_[person] = std::max(scores_[person], score);
  }
  for (const std::uint32_t person : touched_) take(person, std::exchange(scores_[person], no_score));
}

score_searches search_rows::finish(const score_set& set) {
  score_searches out;
  out.thresholds = at_.size();
  passage_table& rows = out.searches.rows;
  out.searches.source = set.source;
  out.searches.label_source = set.label_source;
  out.searches.kind = source_kind::scores;
  rows.system = set.system;
  std::set<std::uint32_t> enrolled;
  for (std::size_t i = 0; i < set.references.size(); ++i)
    if (set.enrolled[i] != 0 && listed_.person_of[i] != no_code) enrolled.insert(listed_.person_of[i]);
    else if (set.enrolled[i] != 0) ++out.references;
  out.references += enrolled.size();
  const bool named = !set.probe_person.codes.empty();
  rows.person.texts = named ? set.probe_person.texts : set.probes;
  rows.top_person.texts = std::move(listed_.names);
  std::vector<std::size_t> order(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::uint32_t& probe = rows_[i].probe;
    if (!set.probe_at.empty()) probe = set.probe_at[probe];
    order[probe] = i;
  }
  for (const std::size_t i : order) {
    const search& found = rows_[i];
    if (!found.complete || (named && set.probe_person.codes[found.probe] == no_code)) {
      ++out.left_out;
      continue;
    }
    rows.person.codes.push_back(named ? set.probe_person.codes[found.probe] : found.probe);
    rows.deployment.codes.push_back(no_code);
    rows.camera.codes.push_back(no_code);
    rows.mated.push_back(found.mated);
    rows.acquired.push_back(found.acquired ? 1 : 0);
    rows.top_person.codes.push_back(found.top_score == no_score || found.top == nobody ? no_code : found.top);
    rows.top_score.push_back(found.top_score);
    rows.second_score.push_back(found.second_score);
    rows.mate_score.push_back(found.mate_score);
    rows.mate_rank.push_back(found.rank);
    out.probes.push_back(found.probe);
    const auto hits = std::span(hits_).subspan(i * at_.size(), at_.size());
    out.hits.insert(out.hits.end(), hits.begin(), hits.end());
  }
  return out;
}

} // namespace lfreval::detail
