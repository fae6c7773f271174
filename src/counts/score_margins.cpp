#include <lfreval/counts/score_margins.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "counts/pair_sizes.hpp"

namespace lfreval {
namespace {

/// One code for each person on either side; where nobody says who they are, each probe and each reference is somebody else.
struct people {
  std::vector<std::uint32_t> on_probe, on_reference; ///< by place
  std::uint32_t size = 0;                            ///< codes are below
  bool named = false;

  explicit people(const score_set& set) : named(!set.probe_person.codes.empty() && !set.reference_person.codes.empty()) {
    std::vector<std::string> names;
    if (named) std::set_union(set.probe_person.texts.begin(), set.probe_person.texts.end(), set.reference_person.texts.begin(), set.reference_person.texts.end(), std::back_inserter(names));
    const std::uint64_t all = names.size() + set.probes.size() + set.references.size();
    if (all > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("lfreval: score_margins: more than 4,294,967,295 people");
    const auto places = [&](const text_column& of, std::size_t n, std::size_t alone) {
      std::vector<std::uint32_t> place, out(n);
      if (named)
        for (const std::string& name : of.texts) place.push_back(static_cast<std::uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin()));
      for (std::size_t i = 0; i < n; ++i) out[i] = named && of.codes[i] != no_code ? place[of.codes[i]] : static_cast<std::uint32_t>(alone + i);
      return out;
    };
    on_probe = places(set.probe_person, set.probes.size(), names.size());
    on_reference = places(set.reference_person, set.references.size(), names.size() + set.probes.size());
    size = static_cast<std::uint32_t>(all);
  }
};

using tallies = std::vector<cluster_tally>;

/// The comparisons of each person and of each pair under one convention.
struct exposures {
  std::vector<std::uint64_t> of_probes, of_references; ///< by code of person
  bool same_people = false;
  std::optional<detail::pair_sizes> pairs;
};

tallies with_comparisons(const tallies& of) {
  tallies out;
  std::copy_if(of.begin(), of.end(), std::back_inserter(out), [](const cluster_tally& one) { return one.exposure != 0; });
  return out;
}

} // namespace

struct score_margins::state {
  const score_set& set;
  const counted_scores& counted;
  people who;
  chosen_images chosen;
  std::array<exposures, 2> by_convention; ///< failures counted, left out

  state(const score_set& s, const counted_scores& c, chosen_images only) : set(s), counted(c), who(s), chosen(std::move(only)) {
    if (!chosen.all() && (!who.named || chosen.probes.size() != s.probes.size() || chosen.references.size() != s.references.size()))
      throw std::invalid_argument("lfreval: score_margins: images are chosen of a set that names nobody, or not one by one");
    by_convention[0] = measure(failed_comparisons::counted);
    if (set.counts.failed() != 0) by_convention[1] = measure(failed_comparisons::left_out);
  }

  [[nodiscard]] const exposures& under(failed_comparisons how) const { return by_convention[how == failed_comparisons::left_out && set.counts.failed() != 0 ? 1 : 0]; }

  [[nodiscard]] bool takes(std::uint32_t probe, std::uint32_t reference) const { return chosen.all() || (chosen.probes[probe] != 0 && chosen.references[reference] != 0); }
  [[nodiscard]] bool takes(const scored_pair& one) const { return takes(one.probe, one.reference); }

  exposures measure(failed_comparisons how) const {
    exposures out;
    out.of_probes.assign(who.size, 0);
    out.of_references.assign(who.size, 0);
    if (set.table.is_full()) measure_full(how, out);
    else measure_listed(how, out);
    for (std::uint32_t i = 0; i < who.size; ++i) out.same_people = out.same_people || (out.of_probes[i] != 0 && out.of_references[i] != 0);
    return out;
  }

  /// All probes met all references: what was left out is taken off.
  void measure_full(failed_comparisons how, exposures& out) const {
    const bool leaves_out = how == failed_comparisons::left_out;
    const auto all_met = [](std::size_t own, const std::vector<std::uint8_t>& own_chosen, std::size_t others, const std::vector<std::uint8_t>& others_chosen) {
      std::vector<std::uint64_t> met(own, others_chosen.empty() ? others : static_cast<std::uint64_t>(std::count(others_chosen.begin(), others_chosen.end(), std::uint8_t{1})));
      for (std::size_t i = 0; i < own_chosen.size(); ++i) met[i] *= own_chosen[i];
      return met;
    };
    std::vector<std::uint64_t> of_probe = all_met(set.probes.size(), chosen.probes, set.references.size(), chosen.references);
    std::vector<std::uint64_t> of_reference = all_met(set.references.size(), chosen.references, set.probes.size(), chosen.probes);
    const auto subtract_pairs = [&](const std::vector<scored_pair>& pairs) {
      for (const scored_pair& one : pairs) {
        if (!takes(one)) continue;
        --of_probe[one.probe];
        --of_reference[one.reference];
      }
    };
    const auto subtract = [](const std::vector<std::uint32_t>& less, std::vector<std::uint64_t>& from) {
      for (std::size_t i = 0; i < less.size(); ++i) from[i] -= less[i];
    };
    subtract_pairs(counted.mated);
    if (!chosen.all()) {
      subtract_pairs(counted.undecided);
      if (leaves_out) subtract_pairs(counted.failed);
    } else {
      subtract(counted.undecided_of_probe, of_probe);
      subtract(counted.undecided_of_reference, of_reference);
      if (leaves_out) {
        subtract(counted.failed_of_probe, of_probe);
        subtract(counted.failed_of_reference, of_reference);
      }
    }
    // Images without a comparison are in no pair; most of what was left out goes with them.
    std::vector<std::uint32_t> probes(who.size), references(who.size);
    std::uint64_t made = 0;
    for (std::size_t i = 0; i < of_probe.size(); ++i) {
      out.of_probes[who.on_probe[i]] += of_probe[i];
      made += of_probe[i];
      probes[who.on_probe[i]] += of_probe[i] != 0 ? 1 : 0;
    }
    for (std::size_t i = 0; i < of_reference.size(); ++i) {
      out.of_references[who.on_reference[i]] += of_reference[i];
      references[who.on_reference[i]] += of_reference[i] != 0 ? 1 : 0;
    }
    if (!who.named) {
      out.pairs = detail::pair_sizes::all_single(made);
      return;
    }
    std::vector<std::uint64_t> fewer;
    const auto take_off = [&](const std::vector<scored_pair>& pairs) {
      for (const scored_pair& one : pairs)
        if (takes(one) && of_probe[one.probe] != 0 && of_reference[one.reference] != 0) fewer.push_back(detail::pair_key(who.on_probe[one.probe], who.on_reference[one.reference]));
    };
    take_off(counted.mated);
    take_off(counted.undecided);
    if (leaves_out) take_off(counted.failed);
    out.pairs.emplace(std::move(probes), std::move(references), std::vector<std::uint64_t>{}, std::move(fewer));
  }

  /// Pairs of a list are looked at one by one.
  void measure_listed(failed_comparisons how, exposures& out) const {
    std::vector<std::uint64_t> all;
    all.reserve(static_cast<std::size_t>(set.counts.nonmated));
    for (std::uint32_t probe = 0; probe < set.table.size(); ++probe) {
      const score_row row = set.table.row(probe);
      std::size_t m = 0, u = 0;
      for (std::uint32_t i = 0; i < row.scores.size(); ++i) {
        if (m < row.mates.size() && row.mates[m] == i) { ++m; continue; }
        if (u < row.undecided.size() && row.undecided[u] == i) { ++u; continue; }
        if ((how == failed_comparisons::left_out && row.scores[i] == no_score) || !takes(probe, row.references[i])) continue;
        const std::uint32_t one = who.on_probe[probe], other = who.on_reference[row.references[i]];
        ++out.of_probes[one];
        ++out.of_references[other];
        all.push_back(detail::pair_key(one, other));
      }
    }
    out.pairs.emplace(std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{}, std::move(all), std::vector<std::uint64_t>{});
  }
};

score_margins::score_margins(const score_set& set, const counted_scores& counted, chosen_images only) {
  if (set.probes.empty()) throw std::invalid_argument("lfreval: score_margins: the set names nobody, so that there are no clusters");
  state_ = std::make_unique<state>(set, counted, std::move(only));
}
score_margins::~score_margins() = default;

comparison_margins score_margins::at(float threshold, failed_comparisons how) const {
  const state& s = *state_;
  const people& who = s.who;
  if (threshold < s.counted.matches_from) throw std::invalid_argument("lfreval: score_margins::at: the matches at so low a threshold were not kept");
  const exposures& of = s.under(how);
  comparison_margins out;
  out.same_people = of.same_people;

  tallies rows(who.size), columns(who.size), mated(who.size);
  for (std::uint32_t i = 0; i < who.size; ++i) {
    rows[i].exposure = of.of_probes[i];
    columns[i].exposure = of.of_references[i];
  }
  std::vector<std::uint64_t> keys; // of the pairs that match
  const bool lists_pairs = !of.pairs->is_single();
  std::uint64_t matches = 0;
  for (const scored_pair& one : s.counted.matches) {
    if (one.score < threshold || !s.takes(one)) continue;
    const std::uint32_t probe = who.on_probe[one.probe], reference = who.on_reference[one.reference];
    ++matches;
    ++rows[probe].events;
    ++columns[reference].events;
    if (lists_pairs) keys.push_back(detail::pair_key(probe, reference));
  }

  // Pairs that do not match, by their comparisons; those that do are taken off below.
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> cells; ///< by comparisons and events
  for (const auto& [size, pairs] : of.pairs->pairs_by_size()) cells[{size, 0}] = pairs;
  if (!lists_pairs) {
    cells[{1, 1}] += matches;
    cells[{1, 0}] -= matches;
  }
  std::sort(keys.begin(), keys.end());
  for (std::size_t from = 0, to = 0; from < keys.size(); from = to) {
    while (to < keys.size() && keys[to] == keys[from]) ++to;
    const std::uint64_t size = of.pairs->of(keys[from]);
    ++cells[{size, to - from}];
    --cells[{size, 0}];
  }
  for (const auto& [kind, pairs] : cells)
    if (pairs != 0) out.nonmated.cells.push_back({kind.second, kind.first, pairs});
  std::sort(out.nonmated.cells.begin(), out.nonmated.cells.end());

  if (of.same_people) {
    tallies both(who.size);
    for (std::uint32_t i = 0; i < who.size; ++i) both[i] = {rows[i].events + columns[i].events, rows[i].exposure + columns[i].exposure};
    out.nonmated.people = with_comparisons(both);
  }
  out.nonmated.rows = with_comparisons(rows);
  out.nonmated.columns = with_comparisons(columns);

  for (const scored_pair& one : s.counted.mated) {
    if ((how == failed_comparisons::left_out && one.score == no_score) || !s.takes(one)) continue;
    cluster_tally& of_person = mated[who.on_probe[one.probe]];
    ++of_person.exposure;
    of_person.events += one.score >= threshold ? 0 : 1;
  }
  out.mated = with_comparisons(mated);
  return out;
}

} // namespace lfreval
