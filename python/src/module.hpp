// What the files of the extension share.
#pragma once

#include <vector>

#include <pybind11/pybind11.h>

#include <lfreval/types/error.hpp>
#include <lfreval/types/estimable.hpp>

namespace lfreval::python {

namespace py = pybind11;

/// One area each, one file each.
void bind_vocabulary(py::module_&);
void bind_evaluation(py::module_&);

/// A refused thing as Python sees it: the fields of `error`, and its message.
[[nodiscard]] py::dict to_dict(const error&);
/// Raises lfreval.InputError. The values of identifiers and free text are left out unless asked for.
[[noreturn]] void refuse(const std::vector<error>&, bool show_values);
/// Raises lfreval.UndefinedError.
[[noreturn]] void raise_undefined(const undefined&);

} // namespace lfreval::python
