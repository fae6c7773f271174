#include <lfreval/counts/score_comparisons.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace lfreval {
namespace {

/// One code for each person on either side; where nobody says who they are, each probe and each reference is somebody else.
class people {
public:
  explicit people(const score_set& set) : set_(set), named_(!set.probe_person.codes.empty() && !set.reference_person.codes.empty()) {
    if (!named_) return;
    std::set<std::string> all(set.probe_person.texts.begin(), set.probe_person.texts.end());
    all.insert(set.reference_person.texts.begin(), set.reference_person.texts.end());
    const std::vector<std::string> order(all.begin(), all.end());
    const auto place = [&](const std::string& name) { return static_cast<std::uint64_t>(std::lower_bound(order.begin(), order.end(), name) - order.begin()); };
    for (const std::string& name : set.probe_person.texts) probes_.push_back(place(name));
    for (const std::string& name : set.reference_person.texts) references_.push_back(place(name));
    unnamed_ = order.size();
  }

  [[nodiscard]] std::uint64_t on_probe(std::uint32_t probe) const {
    if (!named_) return probe;
    const std::uint32_t code = set_.probe_person.codes[probe];
    return code == no_code ? unnamed_ + probe : probes_[code];
  }
  [[nodiscard]] std::uint64_t on_reference(std::uint32_t reference) const {
    const std::uint64_t alone = unnamed_ + set_.probes.size() + reference;
    if (!named_) return alone;
    const std::uint32_t code = set_.reference_person.codes[reference];
    return code == no_code ? alone : references_[code];
  }

private:
  const score_set& set_;
  bool named_;
  std::vector<std::uint64_t> probes_, references_;
  std::uint64_t unnamed_ = 0;
};

/// Calls `mated(i)` and `nonmated(i)` for the places of a row; undecided comparisons are skipped.
template <class Mated, class Nonmated> void by_label(const score_row& row, Mated mated, Nonmated nonmated) {
  std::size_t m = 0, u = 0;
  for (std::uint32_t i = 0; i < row.scores.size(); ++i) {
    if (m < row.mates.size() && row.mates[m] == i) { ++m; mated(i); }
    else if (u < row.undecided.size() && row.undecided[u] == i) ++u;
    else nonmated(i);
  }
}

} // namespace

comparison_scores scores_of(const score_set& set) {
  comparison_scores out;
  out.failed_mated = set.counts.failed_mated;
  out.failed_nonmated = set.counts.failed_nonmated;
  if (set.probes.empty()) {
    out.mated = set.mated_scores;
    out.nonmated = set.nonmated_scores;
    return out;
  }
  out.nonmated.reserve(set.counts.nonmated);
  for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) {
    const score_row row = set.table.row(probe);
    const auto add = [&](std::vector<float>& to, std::uint32_t i) { if (row.scores[i] != no_score) to.push_back(row.scores[i]); };
    by_label(row, [&](std::uint32_t i) { add(out.mated, i); }, [&](std::uint32_t i) { add(out.nonmated, i); });
  }
  std::sort(out.mated.begin(), out.mated.end());
  std::sort(out.nonmated.begin(), out.nonmated.end());
  return out;
}

comparison_tallies tally_comparisons(const score_set& set, float threshold, failed_comparisons how) {
  if (set.probes.empty()) throw std::invalid_argument("lfreval: tally_comparisons: the set names nobody, so that there are no clusters");
  const people who(set);
  comparison_tallies out;
  std::map<std::uint64_t, cluster_tally> mated;
  std::set<std::uint64_t> probes, references;
  for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) {
    const score_row row = set.table.row(probe);
    const std::uint64_t person = who.on_probe(probe);
    const auto counts = [&](std::uint32_t i) { return how == failed_comparisons::counted || row.scores[i] != no_score; };
    by_label(
        row,
        [&](std::uint32_t i) {
          if (!counts(i)) return;
          cluster_tally& one = mated[person];
          ++one.exposure;
          one.events += row.scores[i] >= threshold ? 0 : 1;
        },
        [&](std::uint32_t i) {
          if (!counts(i)) return;
          const std::uint64_t other = who.on_reference(row.references[i]);
          probes.insert(person);
          references.insert(other);
          out.nonmated.push_back({person, other, row.scores[i] >= threshold ? std::uint64_t{1} : std::uint64_t{0}, 1});
        });
  }
  std::sort(out.nonmated.begin(), out.nonmated.end());
  std::size_t kept = 0;
  for (const pair_tally& one : out.nonmated) {
    pair_tally* last = kept == 0 ? nullptr : &out.nonmated[kept - 1];
    if (last != nullptr && last->probe == one.probe && last->reference == one.reference) {
      last->events += one.events;
      last->comparisons += one.comparisons;
    } else {
      out.nonmated[kept++] = one;
    }
  }
  out.nonmated.resize(kept);
  out.same_people = std::any_of(probes.begin(), probes.end(), [&](std::uint64_t person) { return references.contains(person); });
  for (const auto& one : mated) out.mated.push_back(one.second);
  return out;
}

std::vector<match_errors> errors_at(const comparison_scores& scores, const std::vector<std::uint64_t>& allowed, failed_comparisons how) {
  std::vector<match_errors> out;
  const auto& nonmated = scores.nonmated;
  const auto& mated = scores.mated;
  for (const std::uint64_t most : allowed) {
    // The lowest score on record that is above the one which would be a false match too many.
    float at = 0;
    if (most >= nonmated.size()) {
      if (nonmated.empty() && mated.empty()) continue;
      at = nonmated.empty() ? mated.front() : mated.empty() ? nonmated.front() : std::min(nonmated.front(), mated.front());
    } else {
      const float too_low = nonmated[nonmated.size() - 1 - most];
      const auto next = [&](const std::vector<float>& of) { return std::upper_bound(of.begin(), of.end(), too_low); };
      const auto n = next(nonmated), m = next(mated);
      if (n == nonmated.end() && m == mated.end()) continue;
      at = n == nonmated.end() ? *m : m == mated.end() ? *n : std::min(*n, *m);
    }
    const auto reaching = [&](const std::vector<float>& of) { return static_cast<std::uint64_t>(of.end() - std::lower_bound(of.begin(), of.end(), at)); };
    match_errors one{at, most, reaching(nonmated), scores.trials(false, how), 0, scores.trials(true, how)};
    one.false_nonmatches = one.mated - reaching(mated);
    out.push_back(one);
  }
  return out;
}

} // namespace lfreval
