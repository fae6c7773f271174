/// @file
/// A first study file for files nobody has described yet.
#pragma once

#include <string>
#include <vector>

#include <lfreval/types/error.hpp>

namespace lfreval {

/// Reads the headers and first rows of CSV files and proposes a study. A file whose headers are the columns of a table is a source of
/// that table; any other is taken for deployments, and what is recognised is mapped. Columns it does not recognise are listed
/// as comments. Files with the same headers share a source. A person has to read it: a
/// header is a guess at a meaning. `relative_to` is the folder the study will stand in.
[[nodiscard]] result<std::string> propose_study(const std::vector<std::string>& files, const std::string& relative_to);

} // namespace lfreval
