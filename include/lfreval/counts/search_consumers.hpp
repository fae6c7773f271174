/// @file
/// What a search can keep of the scores it goes through: counts at thresholds, the best references, those above a threshold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <lfreval/counts/scored_pair.hpp>
#include <lfreval/counts/search.hpp>
#include <lfreval/counts/threshold_grid.hpp>
#include <lfreval/counts/threshold_sweep.hpp>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace lfreval {

/// Which cell of the counts a comparison belongs to. Codes are of probe i and of reference j; empty codes are one group.
struct pair_groups {
  std::vector<std::uint32_t> probes = {}, references = {};
  std::uint32_t probe_groups = 1, reference_groups = 1;
  /// Who is on each probe and reference. Where given, comparisons of a person with the same person are counted apart.
  std::vector<std::uint32_t> probe_persons = {}, reference_persons = {};
};

/// Comparisons by group of probe and reference, and by the thresholds they reach: what differences between groups in false
/// matches are worked out from. Comparisons, not searches: those of one probe are not independent.
class pair_counts {
public:
  /// Throws `std::invalid_argument` for a code that is not below its number of groups, codes of one side only where persons
  /// are given, and for more than `largest_sweep` counts. A search throws it when codes are not as many as its templates.
  pair_counts(const threshold_grid& grid, pair_groups groups);

  void consume(const score_tile& tile);
  void end_probes(const score_source& source, std::size_t first, std::size_t count);
  void merge(const pair_counts& other);

  /// The cell of comparisons of these groups; `same_person` only where persons are given.
  [[nodiscard]] std::size_t cell(std::uint32_t probe_group, std::uint32_t reference_group, bool same_person = false) const;
  [[nodiscard]] const sweep_counts& counts() const noexcept { return counts_; }
  /// Comparisons that lay too close to a threshold for the fast product, and were scored exactly.
  [[nodiscard]] std::uint64_t rescored() const noexcept { return rescored_; }

private:
  [[nodiscard]] std::size_t cell_of(std::size_t probe, std::size_t reference) const noexcept;
  void require_codes(const score_source& source) const;

  std::vector<float> edges_;
  pair_groups groups_;
  bool by_person_;
  std::vector<std::uint64_t> reference_totals_;                              ///< references of each group
  std::vector<std::pair<std::uint32_t, std::uint32_t>> references_of_;       ///< person and group of each reference, sorted
  sweep_counts counts_;
  std::vector<std::uint32_t> places_;
  std::uint64_t rescored_ = 0;
};

/// A reference and its exact score.
struct scored_reference {
  std::uint32_t reference = 0;
  float score = 0;
  friend bool operator==(const scored_reference&, const scored_reference&) = default;
};

/// The best references of each probe, exactly: by score, of equal scores the smaller place first.
class best_references {
public:
  /// `people[j]` is who is on reference j; of several images of one person only the best is kept. Empty: each reference
  /// is somebody else. Throws `std::invalid_argument` when `most` is 0; a search throws it when numbers differ from its own.
  best_references(std::size_t probes, std::size_t most, std::vector<std::uint32_t> people = {});

  void consume(const score_tile& tile);
  void end_probes(const score_source& source, std::size_t first, std::size_t count);
  void merge(const best_references& other);

  [[nodiscard]] const std::vector<scored_reference>& of(std::size_t probe) const { return best_.at(probe); }

private:
  struct shortlist {
    std::vector<scored_reference> kept;
    float floor = -std::numeric_limits<float>::infinity(); ///< below it nothing can be among the best
    std::size_t next_prune = 0;
  };
  void prune(shortlist& list, double error);
  [[nodiscard]] std::uint32_t person(std::uint32_t reference) const { return persons_.empty() ? reference : persons_[reference]; }

  std::size_t most_;
  std::vector<std::uint32_t> persons_;
  std::vector<std::vector<scored_reference>> best_;
  std::vector<shortlist> open_; ///< of the probes of the current block
  std::vector<std::uint32_t> places_;
};

/// Every comparison whose exact score reaches a threshold, by probe and then reference.
class pairs_above {
public:
  explicit pairs_above(threshold lowest) : edge_(lowest.value()) {}

  void consume(const score_tile& tile);
  void end_probes(const score_source&, std::size_t, std::size_t) const noexcept {}
  void merge(const pairs_above& other);

  [[nodiscard]] std::vector<scored_pair> pairs() const;

private:
  float edge_;
  std::vector<scored_pair> pairs_;
  std::vector<std::uint32_t> places_;
};

/// Several consumers in one pass.
template <tile_consumer... Consumers> class consumers {
public:
  explicit consumers(Consumers... all) : all_(std::move(all)...) {}

  void consume(const score_tile& tile) {
    std::apply([&](auto&... one) { (one.consume(tile), ...); }, all_);
  }
  void end_probes(const score_source& source, std::size_t first, std::size_t count) {
    std::apply([&](auto&... one) { (one.end_probes(source, first, count), ...); }, all_);
  }
  void merge(const consumers& other) { merge(other, std::index_sequence_for<Consumers...>()); }

  template <class One> [[nodiscard]] const One& get() const { return std::get<One>(all_); }

private:
  template <std::size_t... Places> void merge(const consumers& other, std::index_sequence<Places...>) {
    (std::get<Places>(all_).merge(std::get<Places>(other.all_)), ...);
  }

  std::tuple<Consumers...> all_;
};

} // namespace lfreval
