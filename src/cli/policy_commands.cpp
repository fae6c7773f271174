#include "cli/commands.hpp"

#include <algorithm>
#include <iostream>

#include <lfreval/bytes/file.hpp>
#include <lfreval/proportionality/policy.hpp>
#include <lfreval/report/written_document.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/wrap.hpp"

namespace lfreval::cli {

namespace {

int refused(const std::vector<error>& errors) {
  for (const error& why : errors) std::cerr << why.message() << "\n";
  return input_refused;
}

std::string plural(std::size_t n, const char* one, const char* many) { return grouped(n) + " " + (n == 1 ? one : many); }

void print_head(const policy& one) {
  std::cout << printable(one.title, 600) << "\n  " << printable(one.name) << " " << printable(one.version, 600) << (one.shipped ? ", shipped with lfreval" : "") << "\n  SHA-256 " << one.sha256 << "\n";
  if (!one.note.empty()) std::cout << paragraph(printable(one.note, 600), 2);
  const auto unverified = static_cast<std::size_t>(std::count_if(one.criteria.begin(), one.criteria.end(), [](const criterion& c) { return !c.verified; }));
  std::cout << "  " << plural(one.criteria.size(), "criterion", "criteria") << ", " << plural(unverified, "clause", "clauses") << " not checked against the primary text\n";
}

void print_criterion(const criterion& one) {
  std::cout << wrapped(printable(one.requirement, 600), 12, "  " + padded(printable(one.id), 10));
  std::cout << wrapped(printable(one.source, 600) + ", " + printable(one.clause, 600) + (one.verified ? "" : " [unverified clause]"), 12, std::string(12, ' '));
  std::string answered = std::string(to_string(one.strength)) + "; " + std::string(to_string(one.kind));
  if (one.kind != criterion_kind::process) answered += "; reads " + printable(one.reads, 200);
  if (one.line) answered += std::string("; ") + (one.line->direction == limit_direction::at_least ? "at least " : "at most ") + grouped(one.line->events) + " in " + grouped(one.line->exposure / printed_per(one.line->metric)) + " (" + one.unit + ")";
  if (one.comparator == criterion_comparator::equivalent_between_groups) answered += "; equivalent between groups";
  answered += "; serves " + std::string(to_string(one.data)) + ", " + std::string(to_string(one.ai));
  std::replace(answered.begin(), answered.end(), '\n', ' ');
  std::cout << wrapped(answered, 12, std::string(12, ' '));
}

} // namespace

int list_policies() {
  for (const shipped_policy& one : shipped_policies()) {
    const auto read = load_policy(std::string(one.name), "");
    if (!read) throw std::logic_error("a shipped policy: " + read.error().front().message());
    print_head(*read);
  }
  return done;
}

int show_policy(const std::string& named) {
  const auto read = load_policy(named, "");
  if (!read) return refused(read.error());
  print_head(*read);
  for (std::size_t i = 0; i < limb_count; ++i) {
    const auto here = static_cast<limb>(i);
    bool first = true;
    for (const criterion& one : read->criteria) {
      if (one.bears_on != here) continue;
      std::string title(to_string(here));
      std::replace(title.begin(), title.end(), '_', ' ');
      std::transform(title.begin(), title.end(), title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
      if (first) std::cout << "\n" << title << "\n";
      first = false;
      print_criterion(one);
    }
  }
  return done;
}

int diff_policies(const std::string& first, const std::string& second) {
  const auto one = load_policy(first, ""), other = load_policy(second, "");
  std::vector<error> errors;
  if (!one) errors = one.error();
  if (!other) errors.insert(errors.end(), other.error().begin(), other.error().end());
  if (!errors.empty()) return refused(errors);
  const std::vector<std::string> told = differences(*one, *other);
  for (const std::string& line : told) std::cout << printable(line, 4000) << "\n";
  if (told.empty()) std::cout << "No difference.\n";
  return told.empty() ? done : found;
}

int check_policy(const std::string& named) {
  const auto read = load_policy(named, "");
  if (!read) return refused(read.error());
  print_head(*read);
  return done;
}

int write_document(const document_arguments& a) {
  const auto kind = document_kind_from(a.kind);
  if (!kind) throw std::invalid_argument("document: \"" + a.kind + "\"; allowed: dpia, equality, transparency");
  const auto text = read_file(a.evaluation);
  if (!text) return refused({text.error()});
  const auto made = to_document(*kind, text->bytes, a.evaluation);
  if (!made) return refused({made.error()});
  if (a.file.empty()) {
    std::cout << *made;
    return done;
  }
  if (const auto written = write_file_atomically(a.file, *made); !written) return refused({written.error()});
  std::cout << "Written to " << printable(a.file, 4096) << "\n";
  return done;
}

} // namespace lfreval::cli
