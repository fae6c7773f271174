#include "cli/commands.hpp"

#include <iostream>
#include <utility>

#include <lfreval/bytes/file.hpp>
#include <lfreval/report/compare_evaluations.hpp>
#include <lfreval/report/pooled_evaluations.hpp>

namespace lfreval::cli {

int compare_files(const std::vector<std::string>& files) {
  const auto refused = [](const error& why) {
    std::cerr << why.message() << "\n";
    return input_refused;
  };
  std::vector<std::string> texts;
  for (const std::string& file : files) {
    auto read = read_file(file);
    if (!read) return refused(read.error());
    texts.push_back(std::move(read->bytes));
  }
  if (files.size() > 2) {
    std::vector<written_file> written;
    for (std::size_t i = 0; i < files.size(); ++i) written.push_back({texts[i], files[i]});
    const auto pooled = pool_evaluations(written);
    if (!pooled) return refused(pooled.error());
    std::cout << to_text(*pooled);
    return done;
  }
  const auto compared = compare_evaluations(texts[0], files[0], texts[1], files[1]);
  if (!compared) return refused(compared.error());
  std::cout << to_text(*compared);
  return done;
}

} // namespace lfreval::cli
