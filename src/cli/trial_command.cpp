#include "cli/commands.hpp"

#include <iostream>
#include <unistd.h>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>
#include <lfreval/vision/trial.hpp>

namespace lfreval::cli {

int run_trial(const trial_arguments& a) {
  vision::trial_options options{.folder = a.folder, .threads = a.threads, .redact = a.redact, .write_templates = a.write_templates, .progress = {}};
  const bool shows = !a.quiet && ::isatty(STDERR_FILENO) != 0;
  if (shows)
    options.progress = [](std::uint64_t seen, std::uint64_t total) {
      std::cerr << "\r" << seen << (total == 0 ? std::string() : " of " + std::to_string(total)) << " pictures" << std::flush;
    };
  const auto ran = vision::run_trial(a.trial, options);
  if (shows) std::cerr << "\n";
  if (!ran) {
    for (const error& why : ran.error()) std::cerr << why.message() << "\n";
    return input_refused;
  }
  if (a.quiet) return done;
  const vision::trial_summary& s = *ran;
  const auto line = [](std::uint64_t count, const char* what) {
    if (count > 0) std::cout << "  " << grouped(count) << " " << what << "\n";
  };
  std::cout << grouped(s.persons_listed) << " persons on the list, " << grouped(s.pictures_listed) << " pictures of them; " << grouped(s.probe_pictures) << " probe pictures, "
            << grouped(s.passages) << " passages\n";
  line(s.not_enrolled, "pictures of the list could not be enrolled: watchlist.csv says why");
  line(s.not_acquired, "passages without a template: they count as misses of listed people");
  line(s.unreadable, "probe pictures cannot be read");
  line(s.without_face, "probe pictures without a face");
  line(s.several_faces, "probe pictures of several faces, of which ground truth does not say which");
  line(s.without_truth, "pictures or tracks of which ground truth says nothing: in no passage");
  line(s.frames_missing, "frames that the video promised and does not hold");
  line(s.resumed, "pictures taken over from an interrupted run");
  std::cout << "written: " << printable(s.study, 4096) << "\n";
  return done;
}

} // namespace lfreval::cli
