#include "cli/commands.hpp"

#include <iostream>

namespace lfreval::cli {

int run_trial(const trial_arguments&) {
  std::cerr << "lfreval: run-trial needs OpenCV, and this program was built without it. Install OpenCV 4.6 or later (Debian: libopencv-dev) and build "
               "again; every other command works as it is.\n";
  return wrong_usage;
}

} // namespace lfreval::cli
