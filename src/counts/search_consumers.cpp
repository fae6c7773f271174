#include <lfreval/counts/search_consumers.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace lfreval {

namespace {

[[noreturn]] void wrong(const char* what) { throw std::invalid_argument(what); }

/// The places of a row that may hold a score at or above `edge`; `room` is grown to the row.
std::span<const std::uint32_t> candidates(std::span<const float> row, float floor, std::vector<std::uint32_t>& room) {
  if (room.size() < row.size()) room.resize(row.size());
  return {room.data(), detail::places_at_or_above(row, floor, room.data())};
}

/// People met so far. A handful are found faster by looking at all of them.
class distinct {
public:
  explicit distinct(std::size_t expected) : few_(expected <= 64) {}
  /// True when the person was not there yet.
  bool add(std::uint32_t one) {
    if (!few_) return many_.insert(one).second;
    if (std::find(list_.begin(), list_.end(), one) != list_.end()) return false;
    list_.push_back(one);
    return true;
  }
  [[nodiscard]] std::size_t size() const noexcept { return few_ ? list_.size() : many_.size(); }

private:
  bool few_;
  std::vector<std::uint32_t> list_;
  std::set<std::uint32_t> many_;
};

/// Higher scores first, and of equal ones the smaller place.
bool better(const scored_reference& a, const scored_reference& b) {
  return a.score != b.score ? a.score > b.score : a.reference < b.reference;
}

} // namespace

pair_counts::pair_counts(const threshold_grid& grid, pair_groups groups)
    : edges_(grid.edges().begin(), grid.edges().end()), groups_(std::move(groups)), by_person_(!groups_.probe_persons.empty() || !groups_.reference_persons.empty()) {
  const auto fits = [](const std::vector<std::uint32_t>& codes, std::uint32_t number) {
    return number > 0 && std::all_of(codes.begin(), codes.end(), [&](std::uint32_t code) { return code < number; });
  };
  if (!fits(groups_.probes, groups_.probe_groups) || !fits(groups_.references, groups_.reference_groups)) wrong("pair_counts: a code is not below its number of groups");
  if (by_person_ && (groups_.probe_persons.empty() || groups_.reference_persons.empty())) wrong("pair_counts: persons are needed of both sides, or of none");
  if (!groups_.references.empty() && !groups_.reference_persons.empty() && groups_.references.size() != groups_.reference_persons.size())
    wrong("pair_counts: groups and persons of references differ in number");
  const std::size_t cells = std::size_t{groups_.probe_groups} * groups_.reference_groups * (by_person_ ? 2 : 1);
  if (cells > largest_sweep / (edges_.size() + 1)) wrong("pair_counts: too many counts");
  counts_ = {cells, edges_.size(), std::vector<std::uint64_t>(cells * (edges_.size() + 1))};
  reference_totals_.resize(groups_.reference_groups);
  for (const std::uint32_t group : groups_.references) ++reference_totals_[group];
  for (std::size_t j = 0; j < groups_.reference_persons.size(); ++j)
    references_of_.emplace_back(groups_.reference_persons[j], groups_.references.empty() ? 0 : groups_.references[j]);
  std::sort(references_of_.begin(), references_of_.end());
}

std::size_t pair_counts::cell(std::uint32_t probe_group, std::uint32_t reference_group, bool same_person) const {
  if (probe_group >= groups_.probe_groups || reference_group >= groups_.reference_groups || (same_person && !by_person_))
    wrong("pair_counts::cell: no such cell");
  return (std::size_t{probe_group} * groups_.reference_groups + reference_group) * (by_person_ ? 2 : 1) + (same_person ? 1 : 0);
}

std::size_t pair_counts::cell_of(std::size_t probe, std::size_t reference) const noexcept {
  const std::size_t of_probe = groups_.probes.empty() ? 0 : groups_.probes[probe], of_reference = groups_.references.empty() ? 0 : groups_.references[reference];
  const std::size_t cell = of_probe * groups_.reference_groups + of_reference;
  if (!by_person_) return cell;
  return 2 * cell + (groups_.probe_persons[probe] == groups_.reference_persons[reference] ? 1 : 0);
}

void pair_counts::require_codes(const score_source& source) const {
  const auto fits = [](const std::vector<std::uint32_t>& codes, std::size_t n) { return codes.empty() || codes.size() == n; };
  if (!fits(groups_.probes, source.probes().size()) || !fits(groups_.probe_persons, source.probes().size()) ||
      !fits(groups_.references, source.references().size()) || !fits(groups_.reference_persons, source.references().size()))
    wrong("pair_counts: as many codes as templates are needed");
}

void pair_counts::consume(const score_tile& tile) {
  require_codes(tile.source);
  const std::size_t bins = edges_.size() + 1;
  for (std::size_t i = 0; i < tile.probes; ++i) {
    const std::size_t probe = tile.first_probe + i;
    const double error = tile.source.error(probe);
    const auto row = tile.row(i);
    for (const std::uint32_t place : candidates(row, detail::floor_for(edges_.front(), error), places_)) {
      const std::size_t reference = tile.first_reference + place;
      const auto score = static_cast<double>(row[place]);
      const auto reached = [&](double value) {
        return static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), value, [](double v, float edge) { return v < static_cast<double>(edge); }) - edges_.begin());
      };
      std::size_t bin = reached(score - error);
      if (bin < edges_.size() && static_cast<double>(edges_[bin]) <= score + error) {
        bin = reached(static_cast<double>(tile.source.exact(probe, reference)));
        ++rescored_;
      }
      // Out of bin 0, to which `end_probes` adds all comparisons of the block; in between it may stand below zero.
      std::uint64_t* const own = &counts_.bins[cell_of(probe, reference) * bins];
      --own[0];
      ++own[bin];
    }
  }
}

void pair_counts::end_probes(const score_source& source, std::size_t first, std::size_t count) {
  require_codes(source);
  const std::size_t bins = edges_.size() + 1;
  if (groups_.references.empty()) reference_totals_.front() = source.references().size();
  for (std::size_t probe = first; probe < first + count; ++probe) {
    const std::size_t of_probe = groups_.probes.empty() ? 0 : groups_.probes[probe];
    const std::size_t planes = by_person_ ? 2 : 1;
    const std::size_t begin = of_probe * groups_.reference_groups * planes;
    for (std::size_t g = 0; g < reference_totals_.size(); ++g) counts_.bins[(begin + g * planes) * bins] += reference_totals_[g];
    if (!by_person_) continue;
    const std::uint32_t person = groups_.probe_persons[probe];
    for (auto own = std::lower_bound(references_of_.begin(), references_of_.end(), std::pair{person, std::uint32_t{0}});
         own != references_of_.end() && own->first == person; ++own) {
      const std::size_t cell = begin + own->second * planes;
      --counts_.bins[cell * bins];
      ++counts_.bins[(cell + 1) * bins];
    }
  }
}

void pair_counts::merge(const pair_counts& other) {
  if (other.edges_ != edges_ || other.counts_.bins.size() != counts_.bins.size()) wrong("pair_counts::merge: other thresholds or groups");
  for (std::size_t b = 0; b < counts_.bins.size(); ++b) counts_.bins[b] += other.counts_.bins[b];
  rescored_ += other.rescored_;
}

best_references::best_references(std::size_t probes, std::size_t most, std::vector<std::uint32_t> people)
    : most_(most), persons_(std::move(people)), best_(probes) {
  if (most == 0) wrong("best_references: at least one is kept");
}

/// With A the `most`-th best approximate score, `most` persons score A - error or more. What lies below A - 2 error scores
/// less than that, so it is not among the best.
void best_references::prune(shortlist& list, double error) {
  if (persons_.empty()) {
    if (list.kept.size() >= most_) {
      const auto last = list.kept.begin() + static_cast<std::ptrdiff_t>(most_ - 1);
      std::nth_element(list.kept.begin(), last, list.kept.end(), better);
      list.floor = std::max(list.floor, detail::floor_for(last->score, 2 * error));
    }
  } else {
    std::sort(list.kept.begin(), list.kept.end(), better);
    distinct seen(most_);
    for (const scored_reference& one : list.kept)
      if (seen.add(person(one.reference)) && seen.size() == most_) {
        list.floor = std::max(list.floor, detail::floor_for(one.score, 2 * error));
        break;
      }
  }
  std::erase_if(list.kept, [&](const scored_reference& one) { return one.score < list.floor; });
  list.next_prune = 2 * list.kept.size() + 4 * most_;
}

void best_references::consume(const score_tile& tile) {
  if (best_.size() != tile.source.probes().size() || (!persons_.empty() && persons_.size() != tile.source.references().size()))
    wrong("best_references: made for another number of probes or references");
  if (open_.size() < tile.probes) open_.resize(tile.probes);
  for (std::size_t i = 0; i < tile.probes; ++i) {
    shortlist& list = open_[i];
    const double error = tile.source.error(tile.first_probe + i);
    const auto row = tile.row(i);
    for (const std::uint32_t place : candidates(row, list.floor, places_)) {
      if (row[place] < list.floor) continue; // it has risen since
      list.kept.push_back({static_cast<std::uint32_t>(tile.first_reference + place), row[place]});
      if (list.kept.size() >= std::max(list.next_prune, 4 * most_)) prune(list, error);
    }
  }
}

void best_references::end_probes(const score_source& source, std::size_t first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (open_.size() <= i) break; // there was no reference
    shortlist& list = open_[i];
    prune(list, source.error(first + i));
    for (scored_reference& one : list.kept) one.score = source.exact(first + i, one.reference);
    std::sort(list.kept.begin(), list.kept.end(), better);
    auto& best = best_.at(first + i);
    distinct seen(most_);
    for (const scored_reference& one : list.kept)
      if (best.size() < most_ && (persons_.empty() || seen.add(person(one.reference)))) best.push_back(one);
    list = {};
  }
}

void best_references::merge(const best_references& other) {
  if (other.best_.size() != best_.size() || other.most_ != most_) wrong("best_references::merge: another search");
  for (std::size_t i = 0; i < best_.size(); ++i)
    if (!other.best_[i].empty()) best_[i] = other.best_[i];
}

void pairs_above::consume(const score_tile& tile) {
  for (std::size_t i = 0; i < tile.probes; ++i) {
    const std::size_t probe = tile.first_probe + i;
    for (const std::uint32_t place : candidates(tile.row(i), detail::floor_for(edge_, tile.source.error(probe)), places_)) {
      const std::size_t reference = tile.first_reference + place;
      const float score = tile.source.exact(probe, reference);
      if (score >= edge_) pairs_.push_back({static_cast<std::uint32_t>(probe), static_cast<std::uint32_t>(reference), score});
    }
  }
}

void pairs_above::merge(const pairs_above& other) {
  if (other.edge_ != edge_) wrong("pairs_above::merge: another threshold");
  pairs_.insert(pairs_.end(), other.pairs_.begin(), other.pairs_.end());
}

std::vector<scored_pair> pairs_above::pairs() const {
  std::vector<scored_pair> out = pairs_;
  std::sort(out.begin(), out.end(), [](const scored_pair& a, const scored_pair& b) { return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference; });
  return out;
}

} // namespace lfreval
