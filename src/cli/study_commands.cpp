#include "cli/commands.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/log/deployments.hpp>
#include <lfreval/log/propose.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/log/registers.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/proportionality/policy.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/page.hpp>
#include <lfreval/report/tables.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval::cli {

namespace {

constexpr std::size_t most_errors = 50;

int refused(const std::vector<error>& errors, bool show_values) {
  std::size_t shown = 0;
  for (const error& why : errors) {
    if (shown++ == most_errors) {
      std::cerr << "and " << grouped(errors.size() - most_errors) << " more\n";
      break;
    }
    std::cerr << (show_values ? why : without_private_value(why)).message() << "\n";
  }
  return input_refused;
}

/// The error when a folder neither exists nor can be made.
std::optional<error> make_folder(const std::filesystem::path& folder, const std::string& named) {
  std::error_code problem, unanswered;
  std::filesystem::create_directories(folder, problem);
  if (!problem || std::filesystem::is_directory(folder, unanswered)) return std::nullopt;
  error why;
  why.code = error_code::cannot_write;
  why.file = named;
  why.value = problem.message();
  why.allowed = "a folder that exists or can be made";
  return why;
}

bool fails(const evaluation& e, const std::string& on) {
  return std::any_of(e.findings.begin(), e.findings.end(), [&](const finding& f) {
    const auto* v = std::get_if<verdict_value>(&f.value);
    // A single deployment seldom decides anything; what is failed on is what was pooled.
    if (v == nullptr || on.empty() || f.axes.contains("deployment") || f.axes.contains("site")) return false;
    // Of a limit for every group the answer of all together counts: it allows for their number.
    if (!v->declared.in_every.empty() && std::any_of(e.declared.groups.begin(), e.declared.groups.end(), [&](const study_group& group) { return f.axes.contains(group.name); })) return false;
    return v->answer.outcome == verdict_outcome::not_met || (on == "inconclusive" && v->answer.outcome != verdict_outcome::met);
  });
}

} // namespace

int evaluate_study(const evaluate_arguments& a) {
  const auto declared = read_study(a.study);
  if (!declared) return refused(declared.error(), a.show_values);
  const auto made = evaluate(*declared, {.threads = a.threads});
  if (!made) return refused(made.error(), a.show_values);

  const std::filesystem::path folder(a.folder), target = folder / "evaluation.json", tables = folder / "tables";
  if (const auto why = make_folder(folder, a.folder)) return refused({*why}, true);
  const std::string document = to_json(*made, {.command = a.command, .time = "", .show_values = a.show_values, .threads = a.threads});
  if (const auto written = write_file_atomically(target.string(), document); !written) return refused({written.error()}, true);
  // The page and the tables are views of that file and come after it.
  const auto page = to_page(document, target.string());
  if (!page) throw std::logic_error("the page of an evaluation just made: " + page.error().message());
  if (const auto written = write_file_atomically((folder / "report.html").string(), *page); !written) return refused({written.error()}, true);
  if (const auto why = make_folder(tables, tables.string())) return refused({*why}, true);
  for (const table_file& table : to_tables(*made))
    if (const auto written = write_file_atomically((tables / table.name).string(), table.text); !written) return refused({written.error()}, true);

  if (!a.quiet) {
    if (a.format == "json") std::cout << document;
    else if (a.format == "csv") std::cout << to_csv(*made);
    else {
      std::cout << to_text(*made);
      if (!made->refused.empty()) std::cout << "\nREFUSED ROWS\n" << ledger_text(made->refused, a.show_values);
      std::cout << "\nWritten to " << printable(target.string(), 4096) << "\n";
    }
  }
  return fails(*made, a.fail_on) ? found : done;
}

int check_study(const std::string& file, bool show_values) {
  const auto declared = read_study(file);
  if (!declared) return refused(declared.error(), show_values);
  const auto policies = load_policies(*declared);
  if (!policies) return refused(policies.error(), show_values);
  auto series = read_deployments(*declared);
  if (!series) return refused(series.error(), show_values);
  auto published = read_published(*declared);
  if (!published) return refused(published.error(), show_values);
  auto trials = read_trial_log(*declared);
  if (!trials) return refused(trials.error(), show_values);
  auto registers = read_registers(*declared);
  if (!registers) return refused(registers.error(), show_values);
  series->files.insert(series->files.end(), trials->files.begin(), trials->files.end());
  series->refused.add(trials->refused);
  series->files.insert(series->files.end(), published->files.begin(), published->files.end());
  series->refused.add(std::move(published->refused));
  series->files.insert(series->files.end(), registers->files.begin(), registers->files.end());
  series->refused.add(std::move(registers->refused));
  std::cout << printable(declared->name, 200) << "\n";
  for (const input_file& f : series->files) {
    std::cout << "  " << printable(f.named, 256) << ": " << grouped(f.rows) << " rows; SHA-256 " << f.sha256 << "\n";
    if (!f.unused_columns.empty()) {
      std::cout << "    not read:";
      for (const std::string& column : f.unused_columns) std::cout << " " << printable(column);
      std::cout << "\n";
    }
  }
  for (const policy& one : *policies) std::cout << "  policy " << printable(one.name) << ": " << grouped(one.criteria.size()) << " criteria; SHA-256 " << one.sha256 << "\n";
  std::cout << "  " << grouped(series->records.size()) << " deployments accepted, " << grouped(series->refused.size()) << " rows refused\n";
  for (const trial_passages& one : trials->passages)
    std::cout << "  " << grouped(one.rows.size()) << " passages of " << printable(one.source) << (one.rows.system.empty() ? "" : ", system " + printable(one.rows.system)) << " accepted\n";
  if (!published->claims.empty()) std::cout << "  " << grouped(published->claims.size()) << (published->claims.size() == 1 ? " published claim" : " published claims") << " accepted\n";
  for (const auto& [reason, n] : series->left_out) std::cout << "  " << grouped(n) << " left out: " << printable(reason, 200) << "\n";
  std::cout << ledger_text(series->refused, show_values);
  return series->refused.size() > declared->max_refused ? input_refused : done;
}

int init_study(const std::vector<std::string>& files) {
  const auto proposed = propose_study(files, std::filesystem::current_path().string());
  if (!proposed) return refused({proposed.error()}, true);
  std::cout << *proposed;
  return done;
}

int verify_evaluation(const std::string& evaluation_file, const std::string& study_file, unsigned threads) {
  const auto text = read_file(evaluation_file);
  if (!text) return refused({text.error()}, true);
  const auto declared = read_study(study_file);
  if (!declared) return refused(declared.error(), true);
  const auto checked = verify(text->bytes, evaluation_file, *declared, {.threads = threads});
  if (!checked) return refused(checked.error(), true);
  if (checked->differences.empty()) {
    std::cout << "Verified: the inputs are the same and every finding was made again, to the last digit.\n";
    return done;
  }
  std::cout << grouped(checked->differences.size()) << " differences:\n";
  for (const std::string& difference : checked->differences) std::cout << "  " << difference << "\n";
  return found;
}

int write_page(const page_arguments& a) {
  const auto text = read_file(a.evaluation);
  if (!text) return refused({text.error()}, true);
  const auto page = to_page(text->bytes, a.evaluation, {.public_copy = a.public_copy});
  if (!page) return refused({page.error()}, true);
  if (const auto written = write_file_atomically(a.file, *page); !written) return refused({written.error()}, true);
  std::cout << "Written to " << printable(a.file, 4096) << (page_has_pictures() ? "" : ", without pictures: this program was built without them") << "\n";
  return done;
}

} // namespace lfreval::cli
