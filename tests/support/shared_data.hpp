/// @file
/// Data that tests may read and that are not to be committed.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace lfreval::test {

/// The path of a file in the folder that the variable LFREVAL_TEST_DATA of the environment names; nothing when it is not
/// there. A test that gets nothing says by name what it did not check.
inline std::optional<std::string> shared_data(const std::string& name) {
  const char* const folder = std::getenv("LFREVAL_TEST_DATA");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(folder) / name;
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  return path.string();
}

} // namespace lfreval::test
