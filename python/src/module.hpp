// What the files of the extension share.
#pragma once

#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include <lfreval/types/error.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::python {

namespace py = pybind11;

/// One area each, one file each.
void bind_vocabulary(py::module_&);
void bind_evaluation(py::module_&);
void bind_plan(py::module_&);

/// A refused thing as Python sees it: the fields of `error`, and its message.
[[nodiscard]] py::dict to_dict(const error&);
/// Raises lfreval.InputError. The values of identifiers and free text are left out unless asked for.
[[noreturn]] void refuse(const std::vector<error>&, bool show_values);
/// What was made, or the exception.
template <class T> T accepted(tl::expected<T, std::vector<error>> made, bool show_values) {
  if (!made) refuse(made.error(), show_values);
  return std::move(*made);
}
template <class T> T accepted(result<T> made) {
  if (!made) refuse({made.error()}, true);
  return std::move(*made);
}
/// Raises lfreval.UndefinedError.
[[noreturn]] void raise_undefined(const undefined&);

} // namespace lfreval::python
