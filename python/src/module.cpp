#include "module.hpp"

#include "areas.hpp"

#include <lfreval/report/text.hpp>
#include <lfreval/types/version.hpp>

namespace lfreval::python {

py::dict to_dict(const error& e) {
  py::dict out;
  out["code"] = to_string(e.code);
  out["file"] = e.file;
  out["line"] = e.line;
  out["column"] = e.column;
  out["column_name"] = e.column_name;
  out["value"] = py::reinterpret_steal<py::str>(PyUnicode_DecodeUTF8(e.value.data(), static_cast<Py_ssize_t>(e.value.size()), "backslashreplace"));
  out["allowed"] = e.allowed;
  out["message"] = e.message();
  return out;
}

namespace {

[[noreturn]] void raise(const char* name, const py::object& value) {
  const py::object type = py::module_::import("lfreval._errors").attr(name);
  PyErr_SetObject(type.ptr(), type(value).ptr());
  throw py::error_already_set();
}

} // namespace

void refuse(const std::vector<error>& errors, bool show_values) {
  py::list out;
  for (const error& e : errors) out.append(to_dict(show_values ? e : without_private_value(e)));
  raise("InputError", out);
}

void raise_undefined(const undefined& why) {
  py::dict out;
  out["reason"] = to_string(why.reason);
  out["remedy"] = why.remedy;
  out["bounds"] = why.bounds ? py::object(py::make_tuple(why.bounds->lower, why.bounds->upper)) : py::none();
  raise("UndefinedError", out);
}

} // namespace lfreval::python

PYBIND11_MODULE(_lfreval, module) {
  module.doc() = "The C++ core of lfreval. Use the package `lfreval`, which documents it.";
  module.attr("__version__") = lfreval::version();
  lfreval::python::bind_vocabulary(module);
  lfreval::python::bind_evaluation(module);
  lfreval::python::bind_plan(module);
  lfreval::python::bind_stats(module);
  lfreval::python::bind_counts(module);
  lfreval::python::bind_arrow(module);
}
