/// @file
/// Studies of score files, and the files.
#pragma once

#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <lfreval/log/scores.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"

namespace lfreval::test {

using score_files = std::map<std::string, std::string, std::less<>>;

/// A study of one system and one source of scores; `files` is one name or a list in TOML.
inline std::string scores_source(const std::string& format, const std::string& more = "", const std::string& files = "s.csv", const std::string& system = "") {
  return "schema = 1\n[study]\nname = \"n\"\n[system.a]\n" + system + "[[source]]\nname = \"s\"\nkind = \"scores\"\ntable = \"scores\"\nsystem = \"a\"\nlabel_source = \"ground_truth\"\nformat = \"" + format +
         "\"\nfiles = " + (files.starts_with("[") ? files : "[\"" + files + "\"]") + "\n" + more;
}
inline std::string matrix_source(const std::string& files = "s.csv", const std::string& system = "") { return scores_source("matrix", "mated = \"same_id\"\n", files, system); }
inline std::string sentinel(const std::string& means, const std::string& axis) {
  return "sentinel = { value = -1, means = \"" + means + "\"" + (axis.empty() ? "" : ", axis = \"" + axis + "\"") + " }\n";
}

inline tl::expected<score_log, std::vector<error>> read_scores(const std::string& declared, const score_files& all, unsigned threads, const score_sink& sink) {
  const temporary_folder folder;
  for (const auto& one : all) folder.write(one.first, one.second);
  const auto parsed = parse_study(declared, folder.at("study.toml"));
  if (!parsed) FAIL(parsed.error().at(0).message());
  return sink ? read_score_sets(*parsed, sink, threads) : read_score_sets(*parsed, threads);
}
inline score_log accepted_scores(const std::string& declared, const score_files& all, unsigned threads = 1, const score_sink& sink = nullptr) {
  auto out = read_scores(declared, all, threads, sink);
  if (!out) FAIL(out.error().at(0).message());
  return std::move(*out);
}
inline std::vector<error> refused_scores(const std::string& declared, const score_files& all) {
  auto out = read_scores(declared, all, 1, nullptr);
  REQUIRE_FALSE(out.has_value());
  REQUIRE_FALSE(out.error().empty());
  return std::move(out.error());
}

inline std::string bytes_of(const std::vector<float>& values) {
  std::string out(values.size() * sizeof(float), '\0');
  std::memcpy(out.data(), values.data(), out.size());
  return out;
}
/// A file of the BEE format; the mark is in the byte order of this machine, or in the other.
inline std::string bee(const std::string& kind, const std::string& type, std::uint64_t rows, std::uint64_t columns, const std::string& body, bool swapped = false) {
  const std::uint32_t mark = swapped ? 0x78563412U : 0x12345678U;
  std::string four(4, '\0');
  std::memcpy(four.data(), &mark, 4);
  return kind + "\ntarget.xml\nquery.xml\n" + type + " " + std::to_string(rows) + " " + std::to_string(columns) + " " + four + "\n" + body;
}

} // namespace lfreval::test
