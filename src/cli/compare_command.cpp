#include "cli/commands.hpp"

#include <iostream>

#include <lfreval/bytes/file.hpp>
#include <lfreval/report/compare_evaluations.hpp>

namespace lfreval::cli {

int compare_files(const std::string& first, const std::string& second) {
  const auto refused = [](const error& why) {
    std::cerr << why.message() << "\n";
    return input_refused;
  };
  const auto a = read_file(first);
  if (!a) return refused(a.error());
  const auto b = read_file(second);
  if (!b) return refused(b.error());
  const auto compared = compare_evaluations(a->bytes, first, b->bytes, second);
  if (!compared) return refused(compared.error());
  std::cout << to_text(*compared);
  return done;
}

} // namespace lfreval::cli
