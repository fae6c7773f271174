// What the figures of the page are put together from. Private to the report stage.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <lfreval/types/number.hpp>

#include "report/fields.hpp"
#include "report/figures.hpp"
#include "report/page_words.hpp"

namespace lfreval::page {

using fields::axis;
using fields::count;
using fields::limits;
using fields::number;
using fields::part;
using fields::text;

/// Columns of a curve; what is absent, of another type or shorter than the rest is nothing.
struct curve_view {
  const json_document& columns;
  std::size_t rows = 0;

  explicit curve_view(const json_document& curve) : columns(part(curve, "columns")) {
    if (columns.is_object())
      for (const auto& [name, cells] : columns.items()) rows = std::max(rows, cells.size());
  }
  const json_document& cell(const char* column, std::size_t row) const {
    static const json_document nothing;
    const json_document& cells = part(columns, column);
    return cells.is_array() && row < cells.size() ? cells[row] : nothing;
  }
  std::optional<double> value(const char* column, std::size_t row) const { return number(cell(column, row)); }
  std::optional<double> value(const std::string& column, std::size_t row) const { return value(column.c_str(), row); }
  std::optional<std::uint64_t> whole(const char* column, std::size_t row) const { return count(cell(column, row)); }
  std::string words(const char* column, std::size_t row) const {
    const json_document& held = cell(column, row);
    return held.is_string() ? held.get<std::string>() : std::string();
  }
  bool has(const char* column) const { return part(columns, column).is_array(); }
};

inline std::string count_words(std::optional<std::uint64_t> value) { return value ? grouped(*value) : std::string(); }
inline std::string share_words(std::optional<double> share, rounding toward) { return share ? about(*share, toward, *share > 0.1) : std::string(); }

inline json_document field(const char* name, const char* type, json_document more = json_document::object()) {
  more["field"] = name;
  more["type"] = type;
  return more;
}

inline json_document mark(const char* type, const char* style, json_document more = json_document::object()) {
  more["type"] = type;
  more["style"] = style;
  return more;
}

inline json_document layer(json_document marked, json_document encoding, const std::string& filter = "") {
  json_document out;
  if (!filter.empty()) out["transform"] = json_document::array({json_document{{"filter", filter}}});
  out["mark"] = std::move(marked);
  out["encoding"] = std::move(encoding);
  return out;
}

inline json_document own_data(json_document values, json_document drawn) {
  drawn["data"] = {{"values", std::move(values)}};
  return drawn;
}

/// What a rate is written as beside its axis: `1 in 1,000`, `20 %`.
inline constexpr const char* rate_labels = "datum.value > 0.1 ? format(100 * datum.value, '~r') + ' %' : '1 in ' + format(1 / datum.value, ',.0f')";

inline json_document powers_of_ten(double from, double to) {
  json_document out = json_document::array();
  for (int power = static_cast<int>(std::ceil(std::log10(from) - 1e-9)); power <= static_cast<int>(std::floor(std::log10(to) + 1e-9)); ++power) out.push_back(std::pow(10.0, power));
  return out;
}

inline json_document log_axis(const char* title, double from, double to) {
  json_document out;
  out["scale"] = {{"type", "log"}, {"domain", {from, to}}, {"nice", false}};
  out["axis"] = {{"title", title}, {"values", powers_of_ten(from, to)}, {"labelExpr", rate_labels}};
  return out;
}

/// Whole decades around what is drawn.
inline std::pair<double, double> decades(double least, double most) {
  return {std::pow(10.0, std::floor(std::log10(least) - 1e-9)), std::min(1.0, std::pow(10.0, std::ceil(std::log10(most) + 1e-9)))};
}

} // namespace lfreval::page
