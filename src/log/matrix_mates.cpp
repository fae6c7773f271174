#include "log/matrix_mates.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace lfreval::detail {

void matrix_mates::place_references(const score_set& set, std::vector<std::uint32_t> place) {
  place_ = std::move(place);
  is_in_place_ = std::is_sorted(place_.begin(), place_.end());
  references_of_.clear();
  unknown_.clear();
  for (std::size_t i = 0; i < set.reference_person.codes.size(); ++i)
    if (const std::uint32_t code = set.reference_person.codes[i]; code != no_code) references_of_[set.reference_person.texts[code]].push_back(static_cast<std::uint32_t>(i));
    else unknown_.push_back(static_cast<std::uint32_t>(i));
}

void matrix_mates::clear() {
  mates_.clear();
  undecided_.clear();
  begins_.clear();
}

std::optional<error> matrix_mates::find(const std::string& probe, const std::optional<id_list>& probes, const std::string& file, std::uint64_t line) {
  std::string_view person = probe;
  if (source_.mated == "same_person") {
    const auto found = probes->place.find(probe);
    if (found == probes->place.end()) return fault_at(error_code::not_allowed, file, line, 1, probe, "a probe that " + source_.probes + " lists");
    person = probes->persons[found->second];
    if (person.empty()) {
      // Nobody knows who it is, so it may be any of them.
      for (std::size_t i = 0; i < place_.size(); ++i) undecided_.push_back(static_cast<std::uint32_t>(i));
      return std::nullopt;
    }
    undecided_.insert(undecided_.end(), unknown_.begin(), unknown_.end());
  }
  const auto found = references_of_.find(std::string(person));
  if (found != references_of_.end()) mates_.insert(mates_.end(), found->second.begin(), found->second.end());
  return std::nullopt;
}

std::optional<error> matrix_mates::read(const unsigned char* row, const mask_file& mask, std::uint64_t line) {
  const std::size_t n = place_.size();
  constexpr std::uint64_t eight_nonmated = 0x7f7f7f7f7f7f7f7fU;
  for (std::size_t c = 0; c < n;) {
    std::uint64_t word = 0;
    if (n - c >= 8) std::memcpy(&word, row + c, 8);
    if (word == eight_nonmated) {
      c += 8;
      continue;
    }
    for (const std::size_t end = std::min(n, c + 8); c < end; ++c) {
      if (row[c] == mask_file::nonmated) continue;
      if (row[c] == mask_file::mated) mates_.push_back(place_[c]);
      else if (row[c] == mask_file::left_out) undecided_.push_back(place_[c]);
      else return fault_at(error_code::not_allowed, mask.name(), line, c + 1, std::to_string(row[c]), "255 for mated, 127 for not mated, 0 for left out");
    }
  }
  if (!is_in_place_) {
    std::sort(mates_.begin() + static_cast<std::ptrdiff_t>(begins_.back().first), mates_.end());
    std::sort(undecided_.begin() + static_cast<std::ptrdiff_t>(begins_.back().second), undecided_.end());
  }
  return std::nullopt;
}

} // namespace lfreval::detail
