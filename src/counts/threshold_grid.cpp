#include <lfreval/counts/threshold_grid.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

#include <lfreval/types/number.hpp>

namespace lfreval {

namespace {


/// digits * 10^-places, exactly as written.
struct scaled_decimal {
  std::int64_t digits = 0;
  int places = 0;
};

error no_threshold(error_code code, std::string_view value, std::string allowed) {
  error out;
  out.code = code;
  out.value = std::string(value);
  out.allowed = std::move(allowed);
  return out;
}

error not_a_decimal(std::string_view text) {
  return no_threshold(error_code::not_a_number, text, "a finite decimal number such as 0.64");
}

error too_many_digits(std::string_view text) {
  return no_threshold(error_code::not_allowed, text, "a decimal number of at most 18 digits");
}

result<scaled_decimal> scaled(std::string_view text) {
  // Refuses what is not a number throughout, so that what follows meets digits, one point and one exponent only.
  if (!parse_decimal(text)) return refuse(not_a_decimal(text));
  const bool negative = text.front() == '-';
  std::string_view rest = text.substr(text.front() == '-' || text.front() == '+' ? 1 : 0);
  int exponent = 0;
  if (const auto e = rest.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = rest.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    if (std::from_chars(power.data(), power.data() + power.size(), exponent).ec != std::errc{} || std::abs(exponent) > 1000)
      return refuse(too_many_digits(text));
    rest = rest.substr(0, e);
  }
  scaled_decimal out;
  out.places = -exponent;
  bool after_point = false;
  for (const char c : rest) {
    if (c == '.') {
      after_point = true;
      continue;
    }
    if (out.digits >= 100'000'000'000'000'000) return refuse(too_many_digits(text));
    out.digits = out.digits * 10 + (c - '0');
    out.places += after_point ? 1 : 0;
  }
  if (out.digits == 0) return scaled_decimal{};
  while (out.digits % 10 == 0) {
    out.digits /= 10;
    --out.places;
  }
  if (negative) out.digits = -out.digits;
  return out;
}

std::optional<std::int64_t> at_places(scaled_decimal value, int places) {
  if (value.digits == 0) return 0;
  constexpr std::int64_t most = 1'000'000'000'000'000'000;
  for (int i = value.places; i < places; ++i) {
    if (std::abs(value.digits) > most / 10) return std::nullopt;
    value.digits *= 10;
  }
  return value.digits;
}

/// The one rounding: decimal text to float32. Nothing outside its range.
std::optional<float> rounded(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  float out = 0.0F;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(out)) return std::nullopt;
  return out == 0.0F ? 0.0F : out;
}

std::string shortest_float(float value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string written(std::int64_t digits, int places) { return std::to_string(digits) + 'e' + std::to_string(-places); }

error outside_float32(std::string_view text) {
  return no_threshold(error_code::not_allowed, text, "a threshold that float32, the precision of the scores, can hold");
}

} // namespace

threshold_grid::threshold_grid(std::vector<threshold> declared, alert_rule rule) : declared_(std::move(declared)), rule_(rule) {
  if (declared_.empty()) throw std::invalid_argument("threshold_grid: declared is empty");
  if (declared_.size() > largest_grid) throw std::invalid_argument("threshold_grid: declared has more than 4,000,000 thresholds");
  edges_.reserve(declared_.size());
  for (threshold& t : declared_) {
    if (t.value() == 0.0F) t = threshold(0.0F);
    const float edge = rule == alert_rule::at_or_above ? t.value() : std::nextafter(t.value(), std::numeric_limits<float>::infinity());
    if (!std::isfinite(edge)) throw std::invalid_argument("threshold_grid: declared holds a threshold that no score is above");
    if (!edges_.empty() && !(edges_.back() < edge)) throw std::invalid_argument("threshold_grid: declared is not strictly ascending");
    edges_.push_back(edge == 0.0F ? 0.0F : edge);
  }
}

result<threshold_grid> decimal_grid(std::string_view from, std::string_view to, std::string_view step, alert_rule rule) {
  scaled_decimal parts[3];
  const std::string_view texts[3] = {from, to, step};
  for (int i = 0; i < 3; ++i) {
    const auto one = scaled(texts[i]);
    if (!one) return refuse(one.error());
    parts[i] = *one;
  }
  int places = std::numeric_limits<int>::min();
  for (const scaled_decimal& one : parts)
    if (one.digits != 0) places = std::max(places, one.places);
  std::int64_t whole[3];
  for (int i = 0; i < 3; ++i) {
    const auto one = at_places(parts[i], places);
    if (!one) return refuse(no_threshold(error_code::not_allowed, texts[i], "numbers that together span at most 18 digits"));
    whole[i] = *one;
  }
  const std::int64_t first = whole[0], last = whole[1], each = whole[2];
  if (each <= 0) return refuse(no_threshold(error_code::not_allowed, step, "a step above zero"));
  if (last < first) return refuse(no_threshold(error_code::not_allowed, to, "a last threshold that is not below the first"));
  // Both lie within 10^18 of zero, so that their difference fits.
  if ((last - first) % each != 0)
    return refuse(no_threshold(error_code::not_allowed, step, "a step that leads from the first threshold exactly to the last"));
  const std::int64_t steps = (last - first) / each;
  if (steps >= static_cast<std::int64_t>(largest_grid))
    return refuse(no_threshold(error_code::not_allowed, step, "a step that gives at most 4,000,000 thresholds"));

  std::vector<threshold> declared;
  declared.reserve(static_cast<std::size_t>(steps) + 1);
  for (std::int64_t i = 0; i <= steps; ++i) {
    const std::string text = written(first + i * each, places);
    const auto value = rounded(text);
    if (!value || (rule == alert_rule::strictly_above && *value == std::numeric_limits<float>::max()))
      return refuse(outside_float32(text));
    if (!declared.empty() && declared.back().value() == *value)
      return refuse(no_threshold(error_code::not_allowed, step, "a step that float32, the precision of the scores, can tell apart"));
    declared.emplace_back(*value);
  }
  return threshold_grid(std::move(declared), rule);
}

result<threshold_grid> decimal_grid(double from, double to, double step, alert_rule rule) {
  std::string texts[3];
  const double values[3] = {from, to, step};
  for (int i = 0; i < 3; ++i) {
    if (!std::isfinite(values[i])) return refuse(not_a_decimal(std::to_string(values[i])));
    texts[i] = shortest(values[i]);
  }
  return decimal_grid(texts[0], texts[1], texts[2], rule);
}

result<threshold_grid> listed_grid(std::span<const std::string> written_thresholds, alert_rule rule) {
  if (written_thresholds.empty()) return refuse(no_threshold(error_code::missing_value, "", "at least one threshold"));
  if (written_thresholds.size() > largest_grid) return refuse(no_threshold(error_code::not_allowed, "", "at most 4,000,000 thresholds"));
  std::vector<threshold> declared;
  declared.reserve(written_thresholds.size());
  for (const std::string& text : written_thresholds) {
    if (!parse_decimal(text)) return refuse(not_a_decimal(text));
    const auto value = rounded(text);
    if (!value || (rule == alert_rule::strictly_above && *value == std::numeric_limits<float>::max()))
      return refuse(outside_float32(text));
    declared.emplace_back(*value);
  }
  std::sort(declared.begin(), declared.end());
  const auto twice = std::adjacent_find(declared.begin(), declared.end());
  if (twice != declared.end())
    return refuse(no_threshold(error_code::duplicate_id, shortest_float(twice->value()), "each threshold once"));
  return threshold_grid(std::move(declared), rule);
}

} // namespace lfreval
