// One area each, one file each.
#pragma once

#include <pybind11/pybind11.h>

namespace lfreval::python {

void bind_vocabulary(pybind11::module_&);
void bind_evaluation(pybind11::module_&);
void bind_stats(pybind11::module_&);
void bind_counts(pybind11::module_&);
void bind_arrow(pybind11::module_&);

} // namespace lfreval::python
