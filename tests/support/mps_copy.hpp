/// @file
/// A copy of the published deployments in which cells can be changed before it is read.
#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <lfreval/log/deployments.hpp>
#include <lfreval/quality/record_quality.hpp>
#include <lfreval/study/study.hpp>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"

namespace lfreval::test {

class mps_copy {
public:
  using cells = std::vector<std::string>;

  mps_copy() {
    for (const char* name : {"mps_deployments_2020_2022.csv", "mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"}) {
      std::istringstream lines(content(name));
      for (std::string line; std::getline(lines, line);)
        if (!line.empty()) files_[name].push_back(split(line));
    }
  }

  [[nodiscard]] const std::string& at(const std::string& id, const std::string& column) { return cell(id, column); }
  void set(const std::string& id, const std::string& column, const std::string& value) { cell(id, column) = value; }
  void swap(const std::string& a, const std::string& b, const std::string& column) { std::swap(cell(a, column), cell(b, column)); }
  void remove(const std::string& id) {
    auto& rows = files_.at(find(id).first);
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(find(id).second));
  }
  void duplicate(const std::string& id, const std::string& as) {
    const auto where = find(id);
    cells row = files_.at(where.first).at(where.second);
    row.at(0) = as;
    files_.at(where.first).push_back(row);
  }

  [[nodiscard]] deployment_series read() const {
    const temporary_folder folder;
    for (const auto& file : files_) {
      std::string text;
      for (const cells& row : file.second) text += joined(row);
      folder.write(file.first, text);
    }
    const auto declared = read_study(folder.write("study.toml", content("study.toml")));
    REQUIRE(declared.has_value());
    auto out = read_deployments(*declared);
    REQUIRE(out.has_value());
    return *std::move(out);
  }

private:
  std::map<std::string, std::vector<cells>> files_;

  static std::string content(const std::string& name) {
    std::ifstream file(std::string(LFREVAL_SOURCE_DIR "/datasets/mps_lfr/") + name, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    if (!file) throw std::runtime_error("cannot read " + name);
    return out.str();
  }
  static cells split(const std::string& line) {
    cells out{""};
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) out.emplace_back();
      else if (c != '\r') out.back() += c;
    }
    return out;
  }
  static std::string joined(const cells& row) {
    std::string out;
    for (const std::string& one : row) out += (out.empty() ? "" : ",") + (one.find(',') == std::string::npos ? one : '"' + one + '"');
    return out + "\n";
  }
  [[nodiscard]] std::pair<std::string, std::size_t> find(const std::string& id) const {
    for (const auto& file : files_)
      for (std::size_t i = 0; i < file.second.size(); ++i)
        if (file.second[i].at(0) == id) return {file.first, i};
    throw std::runtime_error("no row " + id);
  }
  std::string& cell(const std::string& id, const std::string& column) {
    const auto where = find(id);
    auto& rows = files_.at(where.first);
    for (std::size_t i = 0; i < rows[0].size(); ++i)
      if (rows[0][i] == column) return rows.at(where.second).at(i);
    throw std::runtime_error("no column " + column);
  }
};

/// Check, deployment and arithmetic of everything that is named.
using named_rows = std::set<std::tuple<std::string, std::string, std::string>>;

inline named_rows rows_named(const record_quality& quality, check_severity severity) {
  named_rows out;
  for (const record_check& check : quality.checks)
    if (check.severity == severity)
      for (const record_check::row& row : check.rows) out.emplace(check.name, row.deployment, row.arithmetic);
  return out;
}

inline named_rows without(const named_rows& all, const named_rows& some) {
  named_rows out;
  for (const auto& row : all)
    if (!some.contains(row)) out.insert(row);
  return out;
}

inline std::string text_of(const named_rows& rows) {
  std::string out;
  for (const auto& row : rows) out += std::get<0>(row) + " | " + std::get<1>(row) + " | " + std::get<2>(row) + "\n";
  return out;
}

inline const record_check& check_of(const record_quality& quality, const std::string& name) {
  for (const record_check& check : quality.checks)
    if (check.name == name) return check;
  throw std::runtime_error("no check " + name);
}

} // namespace lfreval::test
