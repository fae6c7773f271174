#include <lfreval/log/published.hpp>

#include <algorithm>

#include <lfreval/types/number.hpp>

#include "log/table_rows.hpp"

namespace lfreval {

namespace {

std::string underscored(std::string_view words) {
  std::string out(words);
  std::replace_if(out.begin(), out.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return out;
}

/// Units of which a number by itself is a claim.
constexpr unit countable[] = {unit::faces,       unit::alerts,           unit::true_alerts,       unit::false_alerts, unit::unresolved_alerts,
                              unit::engagements, unit::true_engagements, unit::false_engagements, unit::outcomes,     unit::deployments};

std::optional<unit> unit_named(std::string_view name) {
  for (const unit u : countable)
    if (name == underscored(to_string(u))) return u;
  return std::nullopt;
}

std::string known_metrics() {
  std::string out = "a metric key as `lfreval explain` lists them, or one of";
  for (const unit u : countable) out += (u == countable[0] ? " " : ", ") + underscored(to_string(u));
  return out;
}

/// A number as printed: digits with at most one point, so that its last place is known.
std::optional<std::string> printed_in(row_cells& row, std::string_view name, double smallest, double largest) {
  const bound_column* column = nullptr;
  const auto value = row.cell(name, column);
  if (!value) return std::nullopt;
  const auto parsed = parse_decimal(*value);
  if (!parsed || *parsed < smallest || *parsed > largest || value->find_first_not_of("0123456789.") != std::string_view::npos || value->size() > 18)
    row.refuse(*column, error_code::not_a_number, *value, std::string(column->column->allowed));
  return std::string(*value);
}

/// `threshold=0.64;year=2024`
std::map<std::string, std::string> axes_in(row_cells& row) {
  const bound_column* column = nullptr;
  const auto value = row.cell("about", column);
  std::map<std::string, std::string> out;
  if (!value) return out;
  for (std::size_t from = 0; from <= value->size();) {
    const std::size_t to = std::min(value->find(';', from), value->size());
    const std::string_view part = value->substr(from, to - from);
    const std::size_t equals = part.find('=');
    const std::string_view axis = part.substr(0, equals);
    std::string named(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
    // 0.6, 0.60 and 0.600 are the same part of the records.
    if (axis == "threshold")
      if (const auto decimal = parse_decimal(named)) named = shortest(*decimal == 0 ? 0.0 : *decimal);
    if (equals == std::string_view::npos || (axis != "threshold" && axis != "year" && axis != "use_case" && axis != "site" && axis != "deployment") ||
        !out.emplace(axis, named).second) {
      row.refuse(*column, error_code::not_allowed, *value, std::string(column->column->allowed));
      return {};
    }
    from = to + 1;
  }
  return out;
}

void refuse_at(row_cells& row, std::string_view name, error_code code, std::string_view value, std::string allowed) {
  if (const bound_column* column = row.find(name)) row.refuse(*column, code, value, std::move(allowed));
  else row.refuse(*row.find("claim"), code, value, std::move(allowed));
}

void check_numbers(row_cells& row, const published_claim& c) {
  if (!c.events && !c.percent && !c.one_in) return refuse_at(row, "events", error_code::missing_value, "", "a number, a percentage or a `1 in` figure");
  if (c.count) {
    if (c.exposure || c.percent || c.one_in)
      refuse_at(row, "metric", error_code::not_allowed, underscored(to_string(*c.count)), "a metric key for a claim with a denominator, a percentage or a `1 in` figure");
    return;
  }
  const bool share = describe(*c.rate).family == metric_family::share;
  if (c.percent && !share) return refuse_at(row, "percent", error_code::not_allowed, *c.percent, "no percentage: " + std::string(to_string(*c.rate)) + " is no share");
  if (c.events.has_value() != c.exposure.has_value())
    return refuse_at(row, c.events ? "exposure" : "events", error_code::missing_value, "", "numerator and denominator together");
  if (c.exposure && *c.exposure == 0) return refuse_at(row, "exposure", error_code::not_a_count, "0", "a denominator of at least 1");
  if (share && c.events && *c.events > *c.exposure)
    return refuse_at(row, "events", error_code::not_a_count, std::to_string(*c.events), "at most its denominator " + std::to_string(*c.exposure));
}

published_claim claim_in(row_cells& row, const study_source& source) {
  published_claim out;
  out.label_source = source.label_source;
  out.claim = row.text("claim").value_or("");
  const std::string named = row.text("metric").value_or("");
  out.rate = metric_from_key(named);
  if (!out.rate) out.count = unit_named(named);
  if (!out.rate && !out.count && !row.fault()) refuse_at(row, "metric", error_code::not_allowed, named, known_metrics());
  if (const bound_column* column = row.find("events")) out.events = row.number_of(*column);
  if (const bound_column* column = row.find("exposure")) out.exposure = row.number_of(*column);
  if (const bound_column* column = row.find("percent"); column != nullptr && column->mapping != nullptr) out.as_fraction = column->mapping->unit == "fraction";
  out.percent = printed_in(row, "percent", 0, out.as_fraction ? 1 : 100);
  out.one_in = printed_in(row, "one_in", 1, 1e15);
  out.about = axes_in(row);
  out.text = row.text("text").value_or("");
  out.source = row.text("source").value_or("");
  if (row.fault()) return out;
  if (out.rate && out.exposure) {
    const std::uint64_t scale = printed_per(*out.rate);
    if (*out.exposure > largest_count / scale) refuse_at(row, "exposure", error_code::not_a_count, std::to_string(*out.exposure), "hours up to 2^40");
    else out.exposure = *out.exposure * scale;
  }
  if (!row.fault()) check_numbers(row, out);
  return out;
}

} // namespace

tl::expected<published_claims, std::vector<error>> read_published(const study& declared) {
  published_claims out;
  std::vector<error> errors;
  struct read_row {
    published_claim claim;
    refused_row place;
  };
  std::vector<read_row> rows;
  for (const study_source& source : declared.sources) {
    if (source.table != "published") continue;
    for (const std::string& file : source.files) {
      auto opened = open_source_file(declared, source, file, out.refused, errors);
      if (!opened) continue;
      out.files.push_back(std::move(opened->file));
      for (const csv_row& line : opened->table.rows) {
        row_cells row(file, line, opened->columns);
        published_claim claim = claim_in(row, source);
        if (row.fault()) { out.refused.add({*row.fault(), source.name}); continue; }
        refused_row place;
        place.source = source.name;
        place.why.code = error_code::duplicate_id;
        place.why.file = file;
        place.why.line = line.line;
        place.why.value = claim.claim;
        rows.push_back({std::move(claim), std::move(place)});
      }
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  std::stable_sort(rows.begin(), rows.end(), [](const read_row& a, const read_row& b) { return a.claim.claim < b.claim.claim; });
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t same = i + 1;
    while (same < rows.size() && rows[same].claim.claim == rows[i].claim.claim) ++same;
    for (std::size_t j = i; j < same; ++j) {
      if (same - i == 1) { out.claims.push_back(std::move(rows[j].claim)); continue; }
      rows[j].place.why.allowed = "each claim once in the study; all " + std::to_string(same - i) + " rows are refused";
      out.refused.add(std::move(rows[j].place));
    }
    i = same;
  }
  return out;
}

} // namespace lfreval
