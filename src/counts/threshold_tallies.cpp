#include <lfreval/counts/threshold_tallies.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include <lfreval/bytes/text.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/unit.hpp>

namespace lfreval {

namespace {

constexpr std::string_view title = "lfreval threshold tallies ";

[[noreturn]] void wrong(const char* what) { throw std::invalid_argument(std::string("threshold_tallies: ") + what); }

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  if (a > largest_count || b > largest_count - a) wrong("a sum is above 2^52");
  return a + b;
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '%' || c == '='; }

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (needs_escape(c)) {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

/// Whether each escape is one that `escaped` writes is decided by writing the text again.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    if (text.size() - i < 3) return std::nullopt;
    const auto [end, fault] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    if (fault != std::errc{} || end != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

std::string shortest_float(float value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string_view name_of(alert_rule rule) { return rule == alert_rule::at_or_above ? "at_or_above" : "strictly_above"; }

std::string bins_line(const std::vector<std::uint64_t>& bins) {
  std::string out = "bins";
  for (std::size_t b = 0; b < bins.size(); ++b)
    if (bins[b] != 0) out += ' ' + std::to_string(b) + ':' + std::to_string(bins[b]);
  return out;
}

/// Takes lines off the text; every refusal names the line last taken.
class line_reader {
public:
  line_reader(std::string_view text, std::string file) : rest_(text), file_(std::move(file)) {}

  /// Without its newline; nothing at the end and for a last line that is cut off.
  std::optional<std::string_view> next() {
    ++line_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return out;
  }
  /// What follows `word` and a blank on the next line.
  result<std::string_view> after(std::string_view word) {
    const auto line = next();
    if (!line) return refuse(fault(error_code::missing_value, "", "a line that begins with `" + std::string(word) + "`"));
    if (!line->starts_with(word) || (line->size() > word.size() && (*line)[word.size()] != ' '))
      return refuse(fault(error_code::not_allowed, *line, "a line that begins with `" + std::string(word) + "`"));
    return line->size() > word.size() ? line->substr(word.size() + 1) : std::string_view();
  }
  result<std::uint64_t> count_after(std::string_view word) {
    const auto value = after(word);
    if (!value) return refuse(value.error());
    const auto number = parse_count(*value);
    if (!number) return refuse(fault(error_code::not_a_count, *value, "a whole number from 0 to 2^52"));
    return *number;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] error fault(error_code code, std::string_view value, std::string allowed) const {
    error out;
    out.code = code;
    out.file = file_;
    out.line = line_;
    out.value = std::string(value);
    out.allowed = std::move(allowed);
    return out;
  }

private:
  std::string_view rest_;
  std::string file_;
  std::uint64_t line_ = 0;
};

result<threshold_grid> read_grid(line_reader& lines) {
  const auto rule = lines.after("rule");
  if (!rule) return refuse(rule.error());
  if (*rule != name_of(alert_rule::at_or_above) && *rule != name_of(alert_rule::strictly_above))
    return refuse(lines.fault(error_code::not_allowed, *rule, "`at_or_above` or `strictly_above`"));
  const alert_rule alerts_when = *rule == name_of(alert_rule::at_or_above) ? alert_rule::at_or_above : alert_rule::strictly_above;
  const auto size = lines.count_after("thresholds");
  if (!size) return refuse(size.error());
  if (*size == 0 || *size > largest_grid)
    return refuse(lines.fault(error_code::not_allowed, std::to_string(*size), "1 to 4,000,000 thresholds"));
  std::vector<threshold> declared;
  for (std::uint64_t i = 0; i < *size; ++i) {
    const auto text = lines.after("at");
    if (!text) return refuse(text.error());
    float value = 0.0F;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (problem != std::errc{} || end != text->data() + text->size() || !std::isfinite(value))
      return refuse(lines.fault(error_code::not_a_number, *text, "a threshold that float32 can hold"));
    if (!declared.empty() && !(declared.back() < threshold(value)))
      return refuse(lines.fault(error_code::not_allowed, *text, "a threshold above the one before"));
    if (alerts_when == alert_rule::strictly_above && value == std::numeric_limits<float>::max())
      return refuse(lines.fault(error_code::not_allowed, *text, "a threshold that some score is above"));
    declared.emplace_back(value);
  }
  return threshold_grid(std::move(declared), alerts_when);
}

result<cell_labels> read_labels(line_reader& lines) {
  const auto axes = lines.count_after("cell");
  if (!axes) return refuse(axes.error());
  cell_labels out;
  for (std::uint64_t i = 0; i < *axes; ++i) {
    const auto text = lines.after("axis");
    if (!text) return refuse(text.error());
    const std::size_t between = text->find('=');
    if (between == std::string_view::npos) return refuse(lines.fault(error_code::not_allowed, *text, "an axis and its value, `sex=f`"));
    const auto name = unescaped(text->substr(0, between)), value = unescaped(text->substr(between + 1));
    if (!name || !value || name->empty() || !check_text(*name, "") || !check_text(*value, ""))
      return refuse(lines.fault(error_code::not_allowed, *text, "UTF-8 text with escapes such as `%0a`"));
    if (!out.emplace(*name, *value).second) return refuse(lines.fault(error_code::duplicate_id, *text, "each axis once"));
  }
  return out;
}

result<std::vector<std::uint64_t>> read_bins(line_reader& lines, std::size_t size) {
  auto rest = lines.after("bins");
  if (!rest) return refuse(rest.error());
  std::vector<std::uint64_t> out(size);
  std::string_view left = *rest;
  if (left.empty()) return refuse(lines.fault(error_code::missing_value, "", "a bin above zero, such as `0:8600`"));
  while (!left.empty()) {
    const std::string_view field = left.substr(0, left.find(' '));
    left.remove_prefix(std::min(left.size(), field.size() + 1));
    const std::size_t between = field.find(':');
    if (between == std::string_view::npos) return refuse(lines.fault(error_code::wrong_field_count, field, "a bin and its count, `12:3`"));
    const auto bin = parse_count(field.substr(0, between)), number = parse_count(field.substr(between + 1));
    if (!bin || !number) return refuse(lines.fault(error_code::not_a_count, field, "whole numbers from 0 to 2^52"));
    if (*bin >= size) return refuse(lines.fault(error_code::not_allowed, field, "a bin up to " + std::to_string(size - 1)));
    if (out[*bin] != 0) return refuse(lines.fault(error_code::duplicate_id, field, "each bin once"));
    out[*bin] = *number;
  }
  return out;
}

} // namespace

void threshold_tallies::add(const cell_labels& labels, std::span<const std::uint64_t> bins) {
  if (bins.size() != grid_.size() + 1) wrong("there must be one bin more than thresholds");
  for (const auto& [axis, value] : labels)
    if (axis.empty() || !check_text(axis, "") || !check_text(value, "")) wrong("an axis has no name, or a label is not UTF-8 text");
  const auto held = cells_.find(labels);
  std::uint64_t sum = 0;
  std::vector<std::uint64_t> both(bins.begin(), bins.end());
  for (std::size_t b = 0; b < both.size(); ++b) {
    if (held != cells_.end()) both[b] = added(both[b], held->second[b]);
    sum = added(sum, both[b]);
  }
  if (sum > 0) cells_.insert_or_assign(labels, std::move(both));
}

threshold_tallies& threshold_tallies::operator+=(const threshold_tallies& other) {
  if (grid_ != other.grid_) wrong("tallies at different thresholds do not add");
  threshold_tallies sum = *this;
  for (const auto& [labels, bins] : other.cells_) sum.add(labels, bins);
  return *this = std::move(sum);
}

std::string serialise(const threshold_tallies& tallies) {
  std::string out = std::string(title) + std::to_string(threshold_tallies_version) + "\nrule ";
  out += name_of(tallies.grid().rule());
  out += "\nthresholds " + std::to_string(tallies.grid().size()) + '\n';
  for (const threshold& one : tallies.grid().declared()) out += "at " + shortest_float(one.value()) + '\n';
  out += "cells " + std::to_string(tallies.cells().size()) + '\n';
  for (const auto& [labels, bins] : tallies.cells()) {
    out += "cell " + std::to_string(labels.size()) + '\n';
    for (const auto& [axis, value] : labels) out += "axis " + escaped(axis) + '=' + escaped(value) + '\n';
    out += bins_line(bins) + '\n';
  }
  return out;
}

result<threshold_tallies> parse_threshold_tallies(std::string_view text, std::string file) {
  const auto checked = check_text(text, file);
  if (!checked) return refuse(checked.error());
  line_reader lines(text, file);
  const auto first = lines.next();
  const std::string allowed = std::string(title) + std::to_string(threshold_tallies_version);
  if (!first || !first->starts_with(title)) return refuse(lines.fault(error_code::not_allowed, first.value_or(text), allowed));
  const auto version = parse_count(first->substr(title.size()));
  if (!version || *version != threshold_tallies_version)
    return refuse(lines.fault(version && *version > threshold_tallies_version ? error_code::newer_schema : error_code::not_allowed, *first, allowed));
  const auto grid = read_grid(lines);
  if (!grid) return refuse(grid.error());
  const auto size = lines.count_after("cells");
  if (!size) return refuse(size.error());
  threshold_tallies out(*grid);
  for (std::uint64_t c = 0; c < *size; ++c) {
    const auto labels = read_labels(lines);
    if (!labels) return refuse(labels.error());
    const auto bins = read_bins(lines, grid->size() + 1);
    if (!bins) return refuse(bins.error());
    if (out.cells().contains(*labels)) return refuse(lines.fault(error_code::duplicate_id, "", "each cell once"));
    std::uint64_t sum = 0;
    for (const std::uint64_t one : *bins) {
      if (one > largest_count - sum) return refuse(lines.fault(error_code::not_a_count, "", "bins that add to at most 2^52"));
      sum += one;
    }
    out.add(*labels, *bins);
  }
  if (!lines.at_end()) {
    const auto more = lines.next();
    return refuse(lines.fault(error_code::wrong_field_count, more.value_or(""), "the end after the last cell"));
  }
  // What is readable but not as `serialise` writes it: other spellings of a number, another order, empty bins.
  const std::string canonical = serialise(out);
  if (canonical != text) {
    line_reader found(text, file), expected(canonical, file);
    for (;;) {
      const auto is = found.next(), should = expected.next();
      if (!is || is != should) return refuse(found.fault(error_code::not_allowed, is.value_or(""), std::string(should.value_or("the end"))));
    }
  }
  return out;
}

threshold_tallies to_threshold_tallies(const passage_tallies& tallies) {
  threshold_tallies out(tallies.grid());
  const std::size_t thresholds = tallies.grid().size();
  for (std::size_t cell = 0; cell < tallies.cells(); ++cell) {
    if (tallies.labels(cell).contains("counted")) wrong("an axis is called `counted`");
    std::vector<passage_counts> at;
    at.reserve(thresholds);
    for (std::size_t i = 0; i < thresholds; ++i) at.push_back(tallies.at(cell, i));
    /// From the number that reach each threshold to the number that reach exactly so many.
    const auto add = [&](const char* what, std::uint64_t all, const auto& reaching) {
      std::vector<std::uint64_t> bins(thresholds + 1);
      std::uint64_t before = all;
      for (std::size_t i = 0; i < thresholds; ++i) {
        const std::uint64_t above = reaching(at[i]);
        bins[i] = before - above;
        before = above;
      }
      bins[thresholds] = before;
      cell_labels labels = tallies.labels(cell);
      labels["counted"] = what;
      out.add(labels, bins);
    };
    const passage_counts& any = at.front();
    const auto none = [](const passage_counts&) { return std::uint64_t{0}; };
    const std::uint64_t mated = any.mated.value();
    add("nonmated", any.nonmated.value(), [](const passage_counts& c) { return c.nonmated_with_alert.value(); });
    add("mated", mated, [](const passage_counts& c) { return c.identified.value() + c.misidentified.value(); });
    add("unknown", any.unknown.value(), [](const passage_counts& c) { return c.unknown_with_alert.value(); });
    add("identified", mated, [](const passage_counts& c) { return c.identified.value(); });
    add("identified behind another", mated, [](const passage_counts& c) { return c.identified_behind_another.value(); });
    if (any.nonmated_with_two) {
      add("nonmated second", any.nonmated.value(), [](const passage_counts& c) { return c.nonmated_with_two->value(); });
      add("tied first", mated, [](const passage_counts& c) { return c.tied_first->value(); });
    }
    add("nonmated not acquired", any.nonmated_not_acquired.value(), none);
    add("mated not acquired", any.mated_not_acquired.value(), none);
    add("unknown not acquired", any.unknown_not_acquired.value(), none);
  }
  return out;
}

} // namespace lfreval
