#include "log/matrix_judge.hpp"

#include <algorithm>
#include <limits>

namespace lfreval::detail {

void column_record::add(const column_record& other) {
  for (std::size_t i = 0; i < varies.size(); ++i) {
    varies[i] |= other.varies[i];
    sentinels[i] += other.sentinels[i];
    if (other.first_lines[i] != 0 && (first_lines[i] == 0 || other.first_lines[i] < first_lines[i])) first_lines[i] = other.first_lines[i];
  }
}

void column_record::note_all_vary() { all_vary = all_vary || std::find(varies.begin(), varies.end(), 0U) == varies.end(); }

row_finding judge_row(const score_rules& rules, std::span<const float> first, std::span<float> row, std::uint64_t line, column_record& record) {
  const std::size_t n = row.size();
  row_finding out;
  const float low = rules.lowest, high = rules.highest;
  out.is_constant = std::all_of(row.begin(), row.end(), [own = row[0]](float x) { return x == own; });
  if (!record.all_vary) {
    std::uint32_t* const varies = record.varies.data();
    for (std::size_t i = 0; i < n; ++i) varies[i] |= row[i] != first[i] ? 1U : 0U;
  }
  // No branch inside: a row of a large matrix goes by in vectors of whatever width there is.
  std::uint32_t allowed = 1, sentinels = 0;
  for (std::size_t i = 0; i < n; ++i) allowed &= (row[i] >= low ? 1U : 0U) & (row[i] <= high ? 1U : 0U);
  const float sentinel = rules.sentinel.value_or(std::numeric_limits<float>::quiet_NaN());
  if (rules.sentinel)
    for (std::size_t i = 0; i < n; ++i) sentinels += row[i] == sentinel ? 1U : 0U;
  out.sentinels = sentinels;
  if (allowed == 0)
    for (std::size_t i = 0; i < n && !out.outside; ++i)
      if (!rules.allows(row[i]) && !rules.is_sentinel(row[i])) out.outside = i;
  if (sentinels != 0)
    for (std::size_t i = 0; i < n; ++i) {
      if (row[i] != sentinel) continue;
      ++record.sentinels[i];
      if (record.first_lines[i] == 0 || line < record.first_lines[i]) record.first_lines[i] = line;
    }
  if (sentinels != 0) {
    for (std::size_t i = 0; i < n; ++i) row[i] = row[i] == sentinel ? no_score : rules.similarity(row[i]);
  } else if (rules.is_distance) {
    for (std::size_t i = 0; i < n; ++i) row[i] = rules.similarity(row[i]);
  }
  return out;
}

} // namespace lfreval::detail
