#include <lfreval/log/score_rows.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lfreval {

score_row score_table::row(std::size_t probe) const {
  if (probe >= rows_.size()) throw std::invalid_argument("score_table::row: probe is beyond the last");
  const extent& e = rows_[probe];
  const auto part = [](const auto& all, std::uint64_t from, std::uint32_t n) { return std::span(all).subspan(static_cast<std::size_t>(from), n); };
  return {static_cast<std::uint32_t>(probe), is_full_ ? std::span(references_) : part(references_, e.scores, e.n_scores), part(scores_, e.scores, e.n_scores),
          part(mates_, e.mates, e.n_mates), part(undecided_, e.undecided, e.n_undecided), e.acquired, e.complete};
}

score_table score_table::full(std::size_t references) {
  score_table out;
  out.is_full_ = true;
  out.references_.resize(references);
  for (std::size_t i = 0; i < references; ++i) out.references_[i] = static_cast<std::uint32_t>(i);
  return out;
}

void score_table::add(const score_row& row) {
  if (is_full_ ? row.scores.size() != references_.size() : row.scores.size() != row.references.size())
    throw std::invalid_argument("score_table::add: a score for each reference");
  const auto beyond = [&](std::span<const std::uint32_t> places) { return std::any_of(places.begin(), places.end(), [&](std::uint32_t at) { return at >= row.scores.size(); }); };
  if (beyond(row.mates) || beyond(row.undecided)) throw std::invalid_argument("score_table::add: a mate beyond the last score");
  rows_.push_back({scores_.size(), mates_.size(), undecided_.size(), static_cast<std::uint32_t>(row.scores.size()), static_cast<std::uint32_t>(row.mates.size()),
                   static_cast<std::uint32_t>(row.undecided.size()), row.acquired, row.complete});
  if (!is_full_) references_.insert(references_.end(), row.references.begin(), row.references.end());
  scores_.insert(scores_.end(), row.scores.begin(), row.scores.end());
  mates_.insert(mates_.end(), row.mates.begin(), row.mates.end());
  undecided_.insert(undecided_.end(), row.undecided.begin(), row.undecided.end());
}

void score_table::reorder(std::span<const std::uint32_t> place) {
  if (place.size() != rows_.size()) throw std::invalid_argument("score_table::reorder: a place for each row");
  std::vector<extent> moved(rows_.size());
  std::vector<bool> taken(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (place[i] >= rows_.size() || taken[place[i]]) throw std::invalid_argument("score_table::reorder: each place once");
    taken[place[i]] = true;
    moved[place[i]] = rows_[i];
  }
  rows_ = std::move(moved);
}

bool operator==(const score_table& a, const score_table& b) {
  if (a.size() != b.size() || a.is_full_ != b.is_full_ || (a.is_full_ && a.references_ != b.references_)) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const score_row x = a.row(i), y = b.row(i);
    const auto equal = [](const auto& s, const auto& t) { return std::equal(s.begin(), s.end(), t.begin(), t.end()); };
    if (x.acquired != y.acquired || x.complete != y.complete || !equal(x.references, y.references) || !equal(x.scores, y.scores) || !equal(x.mates, y.mates) ||
        !equal(x.undecided, y.undecided))
      return false;
  }
  return true;
}

} // namespace lfreval
