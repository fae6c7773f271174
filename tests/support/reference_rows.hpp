/// @file
/// The committed reference values: one row per method and input, with the tolerance its source supports.
#pragma once

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lfreval::test {

/// All records of a CSV file by RFC 4180, the header first.
inline std::vector<std::vector<std::string>> csv_records(const std::string& name) {
  std::ifstream file(std::string(LFREVAL_REFERENCE_DIR) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open reference file " + name);
  std::stringstream whole;
  whole << file.rdbuf();
  const std::string text = whole.str();
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string field;
  bool quoted = false;
  const auto end_record = [&] {
    record.push_back(field);
    field.clear();
    records.push_back(record);
    record.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') field += text[++i];
      else quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      record.push_back(field);
      field.clear();
    } else if (c == '\n') {
      end_record();
    } else if (c != '\r') {
      field += c;
    }
  }
  if (!field.empty() || !record.empty()) end_record();
  return records;
}

/// The stated tolerance of one row.
struct tolerance {
  enum class kind { absolute, relative, exact } by = kind::exact;
  double size = 0.0;

  static tolerance parse(const std::string& text) {
    if (text == "exact") return {};
    if (text.rfind("abs:", 0) == 0) return {kind::absolute, std::stod(text.substr(4))};
    if (text.rfind("rel:", 0) == 0) return {kind::relative, std::stod(text.substr(4))};
    throw std::runtime_error("unknown tolerance " + text);
  }

  [[nodiscard]] bool holds(double found, double expected) const {
    if (found == expected) return true;
    if (!std::isfinite(found) || !std::isfinite(expected)) return false;
    switch (by) {
      case kind::absolute: return std::fabs(found - expected) <= size;
      case kind::relative: return std::fabs(found - expected) <= size * std::fabs(expected);
      case kind::exact: return false;
    }
    return false;
  }
};

struct reference_row {
  std::string method;
  nlohmann::json inputs, expected;
  tolerance within;
  std::string source;
};

/// A number, or one of the strings "inf", "-inf" and "nan".
inline double number(const nlohmann::json& value) {
  if (value.is_number()) return value.get<double>();
  const auto text = value.get<std::string>();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  throw std::runtime_error("not a number: " + text);
}

inline std::vector<reference_row> reference_rows() {
  std::vector<reference_row> rows;
  const auto records = csv_records("stat_reference_values.csv");
  for (std::size_t i = 1; i < records.size(); ++i) {
    const auto& r = records[i];
    if (r.size() != 5) throw std::runtime_error("reference row with " + std::to_string(r.size()) + " fields");
    rows.push_back({r[0], nlohmann::json::parse(r[1]), nlohmann::json::parse(r[2]), tolerance::parse(r[3]), r[4]});
  }
  return rows;
}

} // namespace lfreval::test
