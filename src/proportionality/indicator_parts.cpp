#include <lfreval/proportionality/indicator_parts.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <lfreval/proportionality/indicator.hpp>

namespace lfreval {

indicator_check started_check(std::string_view key, std::string rule, std::map<std::string, std::string> axes) {
  const indicator* row = find_indicator(key);
  if (row == nullptr) throw std::invalid_argument("started_check: key: not in the table of indicators");
  indicator_check out;
  out.axes = std::move(axes);
  out.made.name = std::string(key);
  out.made.rule = std::move(rule);
  out.made.cites = std::string(row->cites);
  return out;
}

void name_row(indicator_check& check, std::string what, std::string why) { check.made.rows.push_back({std::move(what), std::move(why), {}}); }

estimable<quantile_summary> distribution_of(std::vector<double> values) {
  if (values.empty()) return tl::unexpected(undefined{undefined_reason::empty, "Record at least one of them.", {}});
  for (const double value : values)
    if (!std::isfinite(value)) throw std::invalid_argument("distribution_of: values: not finite");
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  // The smallest k with k/n >= 1/2 and k/n >= 9/10, in integers.
  return quantile_summary{n, values.front(), values[(n + 1) / 2 - 1], values[(9 * n + 9) / 10 - 1], values.back()};
}

} // namespace lfreval
