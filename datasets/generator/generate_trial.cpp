// Writes the files of a named synthetic trial. Usage: generate_trial [--plain] NAME FOLDER
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include <lfreval/bytes/file.hpp>

#include "gzip.hpp"
#include "trial_files.hpp"

namespace {

int usage() {
  std::cerr << "usage: generate_trial [--plain] NAME FOLDER\n"
               "  writes the tables, the study and the truth of a synthetic trial; nothing in it is real\n"
               "  NAME     example, or volunteers-and-crowd\n"
               "  --plain  tables as .csv, not as .csv.gz\n";
  return 2;
}

} // namespace

int main(int count, char** words) try {
  std::vector<std::string> arguments(words + 1, words + count);
  const bool plain = !arguments.empty() && arguments.front() == "--plain";
  if (plain) arguments.erase(arguments.begin());
  if (arguments.size() != 2) return usage();
  const auto trial = lfreval::synthetic::trial_named(arguments[0]);
  if (!trial) return usage();

  const std::filesystem::path folder = arguments[1];
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  for (const auto& file : lfreval::synthetic::files_of(*trial, !plain)) {
    const bool compress = !plain && file.name.ends_with(".csv");
    const std::string path = (folder / (compress ? file.name + ".gz" : file.name)).string();
    const std::string content = compress ? lfreval::synthetic::gzip_compressed(file.content) : file.content;
    if (const auto written = lfreval::write_file_atomically(path, content); !written) {
      std::cerr << written.error().message() << '\n';
      return 3;
    }
    std::cout << path << ": " << content.size() << " bytes\n";
  }
  return 0;
} catch (const std::exception& why) {
  std::cerr << "generate_trial: " << why.what() << '\n';
  return 4;
}
