#include <lfreval/counts/passage_cells.hpp>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace lfreval {

namespace {

const text_column& column_of(const passage_table& table, const std::string& axis) {
  const text_column* found = nullptr;
  if (axis == "deployment") found = &table.deployment;
  else if (axis == "camera") found = &table.camera;
  else if (const auto group = table.groups.find(axis); group != table.groups.end()) found = &group->second;
  if (found == nullptr) throw std::invalid_argument("cross: the table has no axis " + axis);
  if (found->codes.size() != table.size()) throw std::invalid_argument("cross: the column " + axis + " differs from the table in length");
  return *found;
}

} // namespace

passage_cells cross(const passage_table& table, std::span<const std::string> axes) {
  passage_cells out{std::vector<std::uint32_t>(table.size()), {cell_labels{}}};
  for (const std::string& axis : axes) {
    const text_column& column = column_of(table, axis);
    if (out.labels.front().contains(axis)) throw std::invalid_argument("cross: the axis " + axis + " is listed twice");
    // The cell so far and the value of this axis, in one number; 0 is the empty value, which sorts first as text too.
    std::unordered_map<std::uint64_t, std::uint32_t> found;
    for (std::size_t i = 0; i < table.size(); ++i) {
      const std::uint32_t value = column.codes[i];
      if (value != no_code && value >= column.texts.size())
        throw std::invalid_argument("cross: the column " + axis + " holds a code without a text");
      const std::uint64_t both = (std::uint64_t{out.codes[i]} << 32U) | (value == no_code ? 0U : value + 1U);
      out.codes[i] = found.emplace(both, static_cast<std::uint32_t>(found.size())).first->second;
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted(found.begin(), found.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint32_t> place(sorted.size());
    std::vector<cell_labels> labels;
    for (std::size_t at = 0; at < sorted.size(); ++at) {
      place[sorted[at].second] = static_cast<std::uint32_t>(at);
      cell_labels own = out.labels[sorted[at].first >> 32U];
      const auto value = static_cast<std::uint32_t>(sorted[at].first);
      own[axis] = value == 0 ? std::string() : column.texts[value - 1];
      labels.push_back(std::move(own));
    }
    for (std::uint32_t& code : out.codes) code = place[code];
    if (table.size() > 0) out.labels = std::move(labels);
    else out.labels.front()[axis] = "";
  }
  return out;
}

} // namespace lfreval
