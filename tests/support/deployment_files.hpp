/// @file
/// A study of deployment files in a folder of its own: one source `s0`, `s1` ... for each file.
#pragma once

#include <doctest/doctest.h>
#include <lfreval/log/deployments.hpp>
#include <lfreval/study/study.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"

namespace lfreval::test {

class deployment_files {
public:
  /// `settings` are further tables of the study.
  explicit deployment_files(const std::string& settings = "") : text_("schema = 1\n[study]\nname = \"n\"\n" + settings) {}

  /// A file of the source; `columns` are tables below the source, for instance `[source.columns]`.
  void add(const std::string& name, const std::string& content, const std::string& columns = "") {
    folder_.write(name, content);
    declare(name, columns);
  }
  /// A source whose file is not written here.
  void declare(const std::string& name, const std::string& columns = "", const std::string& table = "deployments") {
    text_ += "[[source]]\nname = \"s" + std::to_string(sources_++) + "\"\nkind = \"operational\"\ntable = \"" + table + "\"\nfiles = [\"" + name +
             "\"]\nlabel_source = \"published\"\n" + columns;
  }

  [[nodiscard]] const temporary_folder& folder() const { return folder_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] auto parsed() const { return parse_study(text_, folder_.at("study.toml")); }

  /// The series, which must be readable.
  [[nodiscard]] deployment_series read() const {
    auto declared = parsed();
    if (!declared)
      for (const error& e : declared.error()) MESSAGE(e.message());
    REQUIRE(declared.has_value());
    auto out = read_deployments(*declared);
    if (!out)
      for (const error& e : out.error()) MESSAGE(e.message());
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  /// The errors of files that must be refused.
  [[nodiscard]] std::vector<error> errors() const {
    auto declared = parsed();
    REQUIRE(declared.has_value());
    auto out = read_deployments(*declared);
    REQUIRE_FALSE(out.has_value());
    REQUIRE_FALSE(out.error().empty());
    return std::move(out.error());
  }

private:
  temporary_folder folder_;
  std::string text_;
  std::size_t sources_ = 0;
};

} // namespace lfreval::test
