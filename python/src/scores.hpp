// Score columns as they lie in memory: borrowed, never copied.
#pragma once

#include <cstdint>
#include <span>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

namespace lfreval::python {

namespace py = pybind11;

/// The float32 scores of an array, in place, for as long as the array lives. Raises TypeError for another kind of number,
/// another byte order, more than one dimension, or elements that do not lie side by side: nothing is converted in silence.
[[nodiscard]] std::span<const float> scores_in(const py::object& given, const char* argument);
/// The same for codes of cells.
[[nodiscard]] std::span<const std::uint32_t> codes_in(const py::object& given, const char* argument);

} // namespace lfreval::python
