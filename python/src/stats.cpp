#include "stats.hpp"

#include <mutex>
#include <set>

#include <pybind11/stl.h>

#include <lfreval/types/unit.hpp>

namespace lfreval::python {

namespace {

[[noreturn]] void wrong_type(const std::string& argument, const std::string& what) { throw py::type_error(argument + ": " + what); }

/// An array of one dimension whose elements are of one of `kinds` (NumPy's letters).
py::array array_of(const py::object& given, const char* argument, const char* kinds, const char* wanted) {
  const auto a = py::array::ensure(given);
  if (!a) {
    PyErr_Clear();
    wrong_type(argument, std::string(wanted) + " are needed");
  }
  if (a.ndim() > 1) throw std::invalid_argument(std::string(argument) + ": one dimension is needed, not " + std::to_string(a.ndim()));
  const char kind = a.dtype().kind();
  if (a.size() > 0 && std::string_view(kinds).find(kind) == std::string_view::npos)
    wrong_type(argument, std::string(wanted) + " are needed, not " + py::cast<std::string>(py::str(a.dtype())));
  return a;
}

} // namespace

std::vector<std::uint64_t> counts_of(const py::object& given, const char* argument) {
  const py::array a = array_of(given, argument, "iu", "whole numbers");
  if (a.size() == 0) return {};
  if (a.dtype().kind() == 'i' && py::cast<std::int64_t>(a.attr("min")()) < 0)
    throw std::invalid_argument(std::string(argument) + ": a count is below 0");
  const count_array whole(a.attr("astype")("uint64"));
  return {whole.data(), whole.data() + whole.size()};
}

std::vector<double> reals_of(const py::object& given, const char* argument) {
  const py::array a = array_of(given, argument, "fiu", "numbers");
  const real_array real(a.attr("astype")("float64"));
  return {real.data(), real.data() + real.size()};
}

std::vector<std::int64_t> integers_of(const py::object& given, const char* argument) {
  const py::array a = array_of(given, argument, "iu", "whole numbers");
  const py::array_t<std::int64_t, py::array::c_style> whole(a.attr("astype")("int64"));
  return {whole.data(), whole.data() + whole.size()};
}

std::vector<std::uint32_t> truths_of(const py::object& given, const char* argument) {
  const py::array a = array_of(given, argument, "biu", "truth values");
  const py::array_t<std::int64_t, py::array::c_style> whole(a.attr("astype")("int64"));
  std::vector<std::uint32_t> out;
  for (py::ssize_t i = 0; i < whole.size(); ++i) {
    const std::int64_t one = whole.data()[i];
    if (one != 0 && one != 1) throw std::invalid_argument(std::string(argument) + ": neither 0 nor 1");
    out.push_back(static_cast<std::uint32_t>(one));
  }
  return out;
}

std::vector<double> table_of(const py::object& given, const char* argument, std::size_t& columns) {
  const auto a = py::array::ensure(given);
  if (!a || a.ndim() != 2 || std::string_view("fiu").find(a.dtype().kind()) == std::string_view::npos) {
    PyErr_Clear();
    wrong_type(argument, "a table of numbers is needed");
  }
  columns = static_cast<std::size_t>(a.shape(1));
  return reals_of(a.attr("ravel")(), argument);
}

void require_same_length(const char* arguments, std::size_t first, std::size_t second) {
  if (first != second)
    throw std::invalid_argument(std::string(arguments) + ": there are " + std::to_string(first) + " and " +
                                std::to_string(second));
}

std::vector<cluster_tally> tallies_of(const py::object& events, const py::object& exposure) {
  const auto x = counts_of(events, "events"), n = counts_of(exposure, "exposure");
  if (x.size() != n.size()) throw std::invalid_argument("events, exposure: there are " + std::to_string(x.size()) + " and " + std::to_string(n.size()));
  std::vector<cluster_tally> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = {x[i], n[i]};
  return out;
}

std::uint64_t count_of(const py::handle& given, const char* argument) {
  if (PyBool_Check(given.ptr()) || !PyIndex_Check(given.ptr())) wrong_type(argument, "a whole number is needed, not " + py::cast<std::string>(py::repr(given)));
  const auto whole = py::reinterpret_steal<py::object>(PyNumber_Index(given.ptr()));
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(whole.ptr(), &overflow);
  if (overflow != 0 || value < 0 || static_cast<std::uint64_t>(value) > largest_count)
    throw std::invalid_argument(std::string(argument) + ": " + py::cast<std::string>(py::repr(given)) + " is not a whole number from 0 to 2^52");
  return static_cast<std::uint64_t>(value);
}

double real_of(const py::handle& given, const char* argument) {
  if (PyBool_Check(given.ptr()) || (!PyFloat_Check(given.ptr()) && !PyIndex_Check(given.ptr()) && !PyObject_HasAttrString(given.ptr(), "__float__")))
    wrong_type(argument, "a number is needed, not " + py::cast<std::string>(py::repr(given)));
  const double value = PyFloat_AsDouble(given.ptr());
  if (value == -1.0 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return value;
}

sides sides_of(const std::string& written) {
  if (written == "two") return sides::two;
  if (written == "lower") return sides::lower;
  if (written == "upper") return sides::upper;
  throw std::invalid_argument("sides: \"" + written + "\"; allowed: two, lower, upper");
}

metric_family family_of(const std::string& written) {
  if (written == "share") return metric_family::share;
  if (written == "rate") return metric_family::rate;
  throw std::invalid_argument("family: \"" + written + "\"; allowed: share (trials that did or did not end in the event), rate (events over an exposure)");
}

cluster_unit cluster_unit_of(const std::string& written) {
  if (written == "person") return cluster_unit::person;
  if (written == "deployment") return cluster_unit::deployment;
  throw std::invalid_argument("by: \"" + written + "\"; allowed: person, deployment");
}

std::string_view names_of(const flag_set& flags) {
  static std::mutex lock;
  static std::set<std::string> kept;
  std::string written;
  for (const flag one : flags.list()) written += (written.empty() ? "" : " ") + std::string(to_string(one));
  const std::scoped_lock held(lock);
  return *kept.insert(std::move(written)).first;
}

py::tuple tell(std::vector<column>& columns, const std::vector<undefined>& reasons, const std::vector<std::uint32_t>& why) {
  py::list out;
  for (column& c : columns) {
    const auto rows = static_cast<py::ssize_t>(c.absent.size());
    py::object values;
    if (c.of == column::kind::real) values = py::array_t<double>(rows, c.reals.data());
    else if (c.of == column::kind::text) {
      py::list texts;
      for (const std::string_view text : c.texts) texts.append(text.data() == nullptr ? py::object(py::none()) : py::object(py::str(text.data(), text.size())));
      values = texts;
    } else values = py::array_t<std::int64_t>(rows, c.counts.data());
    const char* kind = c.of == column::kind::real ? "real" : c.of == column::kind::text ? "text" : c.of == column::kind::truth ? "truth" : "count";
    out.append(py::make_tuple(c.name, kind, values, py::array_t<std::uint8_t>(rows, c.absent.data())));
  }
  py::list told;
  for (const undefined& one : reasons) told.append(py::make_tuple(to_string(one.reason), one.remedy));
  return py::make_tuple(out, told, py::array_t<std::uint32_t>(static_cast<py::ssize_t>(why.size()), why.data()));
}

void bind_stats(py::module_& module) {
  py::class_<elementwise_function, std::shared_ptr<elementwise_function>>(module, "ElementwiseFunction")
      .def("one", &elementwise_function::one)
      .def("many", &elementwise_function::many)
      .def_readonly("names", &elementwise_function::names)
      .def_readonly("kinds", &elementwise_function::kinds)
      .def_readonly("takes_confidence", &elementwise_function::takes_confidence)
      .def_readonly("takes_sides", &elementwise_function::takes_sides);
  stats_registry all;
  bind_rates(all);
  bind_groups(all);
  bind_series(all);
  bind_identification(all);
  bind_two_way(all);
  bind_sequential(all);
  bind_decisions(all);
  bind_choices(all);
  bind_sensitivity(all);
  bind_verification(all);
  bind_systems(all);
  bind_thresholds(all);
  bind_lists(all);
  bind_comparisons(all);
  module.attr("stats") = all.families;
}

} // namespace lfreval::python
