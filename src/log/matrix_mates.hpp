/// @file
/// Which comparisons of a probe are mated, and of which nobody says so. Private to the log stage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "log/matrix_file.hpp"
#include "log/score_source.hpp"

namespace lfreval::detail {

/// The mates of some rows, one behind the other, with those of which it is not known.
class matrix_mates {
public:
  explicit matrix_mates(const study_source& source) : source_(source) {}

  /// To be told once the references and their persons are known; `place` says where each column of the file stands among them.
  void place_references(const score_set&, std::vector<std::uint32_t> place);
  /// Forgets the rows, not the references.
  void clear();
  /// Begins the next row.
  void begin_row() { begins_.emplace_back(mates_.size(), undecided_.size()); }
  /// Mates by the person on a probe: its id, or what the list of probes says.
  [[nodiscard]] std::optional<error> find(const std::string& probe, const std::optional<id_list>& probes, const std::string& file, std::uint64_t line);
  /// Mates by a row of a mask.
  [[nodiscard]] std::optional<error> read(const unsigned char* row, const mask_file&, std::uint64_t line);

  /// Of the row last begun, and of row k; valid until the next row.
  [[nodiscard]] std::span<const std::uint32_t> mates() const { return mates(begins_.size() - 1); }
  [[nodiscard]] std::span<const std::uint32_t> undecided() const { return undecided(begins_.size() - 1); }
  [[nodiscard]] std::span<const std::uint32_t> mates(std::size_t k) const { return std::span(mates_).subspan(begins_[k].first, end(k).first - begins_[k].first); }
  [[nodiscard]] std::span<const std::uint32_t> undecided(std::size_t k) const { return std::span(undecided_).subspan(begins_[k].second, end(k).second - begins_[k].second); }

private:
  [[nodiscard]] std::pair<std::size_t, std::size_t> end(std::size_t k) const { return k + 1 < begins_.size() ? begins_[k + 1] : std::pair(mates_.size(), undecided_.size()); }

  const study_source& source_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> references_of_; ///< of a person
  std::vector<std::uint32_t> unknown_;                                        ///< references of whom nobody says who is on them
  std::vector<std::uint32_t> place_;
  bool is_in_place_ = false;
  std::vector<std::uint32_t> mates_, undecided_;
  std::vector<std::pair<std::size_t, std::size_t>> begins_; ///< of each row, in both
};

} // namespace lfreval::detail
