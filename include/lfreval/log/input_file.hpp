/// @file
/// A file that was read, for the provenance.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lfreval {

/// What was read under which name, and its hash.
struct input_file {
  std::string source, named;            ///< path as the study names it
  std::string sha256;
  std::uint64_t rows = 0;
  std::vector<std::string> unused_columns; ///< headers that no column of the table was mapped to
};

} // namespace lfreval
