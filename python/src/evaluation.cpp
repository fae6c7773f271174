// Studies and their evaluation: what the command line does, for Python.
#include "module.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pybind11/stl.h>

#include <lfreval/log/deployments.hpp>
#include <lfreval/log/propose.hpp>
#include <lfreval/log/published.hpp>
#include <lfreval/log/trial_log.hpp>
#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/json.hpp>
#include <lfreval/report/page.hpp>
#include <lfreval/report/tables.hpp>
#include <lfreval/report/text.hpp>
#include <lfreval/study/study.hpp>

#include "watched.hpp"

namespace lfreval::python {

namespace {

py::list inputs(const std::vector<input_file>& files) {
  py::list out;
  for (const input_file& f : files) {
    py::dict one;
    one["source"] = f.source;
    one["file"] = f.named;
    one["rows"] = f.rows;
    one["sha256"] = f.sha256;
    one["unused_columns"] = f.unused_columns;
    out.append(one);
  }
  return out;
}

py::list rows(const ledger& refused, bool show_values) {
  py::list out;
  for (const refused_row& row : refused.rows()) {
    py::dict one = to_dict(show_values ? row.why : without_private_value(row.why));
    one["source"] = row.source;
    out.append(one);
  }
  return out;
}

struct read_tables {
  tl::expected<deployment_series, std::vector<error>> deployments;
  tl::expected<published_claims, std::vector<error>> claims;
  tl::expected<trial_log, std::vector<error>> trials;
};

py::dict check(const study& declared, bool show_values, const py::object& progress) {
  auto read = run_watched(progress, [&] { return read_tables{read_deployments(declared), read_published(declared), read_trial_log(declared)}; });
  auto series = accepted(std::move(read.deployments), show_values);
  auto claims = accepted(std::move(read.claims), show_values);
  auto trials = accepted(std::move(read.trials), show_values);
  series.files.insert(series.files.end(), trials.files.begin(), trials.files.end());
  series.files.insert(series.files.end(), claims.files.begin(), claims.files.end());
  series.refused.add(trials.refused);
  series.refused.add(std::move(claims.refused));
  std::uint64_t passages = 0;
  for (const trial_passages& one : trials.passages) passages += one.rows.size();
  py::dict out;
  out["study"] = declared.name;
  out["inputs"] = inputs(series.files);
  out["deployments"] = series.records.size();
  out["passages"] = passages;
  out["claims"] = claims.claims.size();
  out["left_out"] = series.left_out;
  out["refused"] = rows(series.refused, show_values);
  out["max_refused"] = declared.max_refused;
  out["accepted"] = series.refused.size() <= declared.max_refused;
  return out;
}

py::dict tables(const evaluation& e) {
  py::dict out;
  for (const table_file& table : to_tables(e)) out[py::str(table.name)] = table.text;
  return out;
}

} // namespace

void bind_evaluation(py::module_& module) {
  py::class_<study>(module, "Study")
      .def_readonly("file", &study::file)
      .def_readonly("name", &study::name)
      .def_readonly("sha256", &study::sha256);
  module.def("read_study", [](const std::string& file, bool show_values) { return accepted(read_study(file), show_values); });
  module.def("parse_study", [](const std::string& text, const std::string& file, bool show_values) { return accepted(parse_study(text, file), show_values); });
  module.def("propose_study", [](const std::vector<std::string>& files, const std::string& folder) { return accepted(propose_study(files, folder)); });
  module.def("check", &check);

  py::class_<evaluation, std::shared_ptr<evaluation>>(module, "Evaluation")
      .def("json", [](const evaluation& e, const std::string& command, const std::string& time, bool show_values) {
        const py::gil_scoped_release unlocked;
        return to_json(e, {.command = command, .time = time, .show_values = show_values, .threads = 1});
      })
      .def("text", &to_text, py::call_guard<py::gil_scoped_release>())
      .def("ledger", [](const evaluation& e, bool show_values) { return ledger_text(e.refused, show_values); })
      .def("refused", [](const evaluation& e, bool show_values) { return rows(e.refused, show_values); })
      .def("tables", &tables)
      .def("result_sha256", &result_sha256, py::call_guard<py::gil_scoped_release>());
  module.def("evaluate", [](const study& declared, unsigned threads, bool show_values, const py::object& progress) {
    auto made = run_watched(progress, [&] { return evaluate(declared, {.threads = threads}); });
    return std::make_shared<evaluation>(accepted(std::move(made), show_values));
  });
  module.def("verify", [](const std::string& text, const std::string& name, const study& declared, unsigned threads, const py::object& progress) {
    auto made = run_watched(progress, [&] { return verify(text, name, declared, {.threads = threads}); });
    return accepted(std::move(made), true).differences;
  });
  module.def("page", [](const std::string& text, const std::string& name, bool public_copy) {
    return accepted([&] {
      const py::gil_scoped_release unlocked;
      return to_page(text, name, {.public_copy = public_copy});
    }());
  });
}

} // namespace lfreval::python
