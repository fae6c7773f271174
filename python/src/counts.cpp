// Scores counted at thresholds, without a copy of the scores; tallies that add and travel; resampled curves.
#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include <lfreval/counts/threshold_grid.hpp>
#include <lfreval/counts/threshold_sweep.hpp>
#include <lfreval/counts/threshold_tallies.hpp>
#include <lfreval/intervals/curve_bootstrap.hpp>
#include <lfreval/intervals/curve_limits.hpp>

#include "module.hpp"
#include "scores.hpp"
#include "watched.hpp"

namespace lfreval::python {

namespace {

template <class T> std::span<const T> in_place(const py::object& given, const char* argument, const char* wanted, const char* mend) {
  const std::string name(argument);
  if (!py::isinstance<py::array>(given)) throw py::type_error(name + ": an array of " + wanted + " is needed, not " + py::cast<std::string>(py::str(py::type::of(given).attr("__name__"))) + "; " + mend);
  const auto a = py::reinterpret_borrow<py::array>(given);
  if (!a.dtype().is(py::dtype::of<T>()) && !py::array_t<T>::check_(given)) throw py::type_error(name + ": " + wanted + " is needed, not " + py::cast<std::string>(py::str(a.dtype())) + "; " + mend);
  if (a.ndim() != 1) throw py::type_error(name + ": one dimension is needed, not " + std::to_string(a.ndim()) + "; scores.ravel() keeps one that lies side by side in place");
  if (a.shape(0) > 1 && a.strides(0) != static_cast<py::ssize_t>(sizeof(T))) throw py::type_error(name + ": the elements do not lie side by side; " + mend);
  return {static_cast<const T*>(a.data()), static_cast<std::size_t>(a.shape(0))};
}

alert_rule rule_of(const std::string& written) {
  if (written == "at_or_above") return alert_rule::at_or_above;
  if (written == "strictly_above") return alert_rule::strictly_above;
  throw std::invalid_argument("rule: \"" + written + "\"; allowed: at_or_above, strictly_above");
}

template <class T> py::array_t<T> adopted(std::vector<T>&& values) {
  auto* const kept = new std::vector<T>(std::move(values));
  return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), py::capsule(kept, [](void* p) { delete static_cast<std::vector<T>*>(p); }));
}

threshold_tallies tallied(const py::object& scores, const threshold_grid& grid, const py::object& codes, const std::vector<cell_labels>& labels, unsigned threads, const py::object& progress) {
  const auto s = scores_in(scores, "scores");
  const auto c = codes.is_none() ? std::span<const std::uint32_t>() : codes_in(codes, "codes");
  return run_watched(progress, [&] {
    const sweep_counts counted = codes.is_none() ? sweep(s, grid, threads) : sweep(s, c, labels.size(), grid, threads);
    threshold_tallies out(grid);
    for (std::size_t cell = 0; cell < counted.cells; ++cell) out.add(labels.at(cell), counted.of(cell));
    return out;
  });
}

/// The read-only numbers of a vector that `owner` holds.
template <class T> py::array view(const std::vector<T>& of, const py::object& owner) {
  py::array out(py::dtype::of<T>(), {of.size()}, {sizeof(T)}, of.data(), owner);
  out.attr("setflags")(py::arg("write") = false);
  return out;
}

void bind_replicates(py::module_& module) {
  using bootstrap::curve_replicates;
  py::class_<curve_replicates>(module, "CurveReplicates")
      .def_readonly("thresholds", &curve_replicates::thresholds)
      .def_readonly("replicates", &curve_replicates::replicates)
      .def_readonly("persons", &curve_replicates::persons)
      .def_readonly("observed_exposure", &curve_replicates::observed_exposure)
      .def_property_readonly("observed", [](const py::object& self) { return view(py::cast<const curve_replicates&>(self).observed, self); })
      .def_property_readonly("effective_events", [](const py::object& self) { return view(py::cast<const curve_replicates&>(self).effective_events, self); })
      .def_property_readonly("exposure", [](const py::object& self) { return view(py::cast<const curve_replicates&>(self).exposure, self); })
      .def_property_readonly("events", [](const py::object& self) { return view(py::cast<const curve_replicates&>(self).events, self); })
      .def("percentile", [](const curve_replicates& self, std::uint32_t threshold, double level) -> py::object {
        const auto made = bootstrap::percentile(self, threshold, confidence::checked(level));
        if (!made) return py::make_tuple(to_string(made.error().reason), made.error().remedy);
        return py::make_tuple(made->point, made->limits.lower, made->limits.upper, made->dropped);
      });
  module.def("curve_replicates", [](const py::object& entities, const py::object& starts, const py::object& bins, const py::object& exposure, std::uint32_t thresholds,
                                    std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream, unsigned threads, const py::object& progress) {
    const auto e = in_place<std::uint64_t>(entities, "entities", "uint64", ""), s = in_place<std::uint64_t>(starts, "starts", "uint64", "");
    const auto b = codes_in(bins, "bins"), n = codes_in(exposure, "exposure");
    return run_watched(progress, [&] {
      return bootstrap::curve_bootstrap({e, s, b, n, thresholds}, {.replicates = replicates, .from = {seed, stream}, .threads = threads});
    });
  });
  module.def("entities_of", [](const std::vector<std::string>& ids) {
    std::vector<std::uint64_t> out;
    out.reserve(ids.size());
    for (const std::string& id : ids) out.push_back(bootstrap::entity_of(id));
    return adopted(std::move(out));
  });
}

} // namespace

std::span<const float> scores_in(const py::object& given, const char* argument) {
  return in_place<float>(given, argument, "float32", "lfreval.as_scores converts, and says how many values change");
}
std::span<const std::uint32_t> codes_in(const py::object& given, const char* argument) {
  return in_place<std::uint32_t>(given, argument, "uint32", "codes.astype(numpy.uint32) converts");
}

void bind_counts(py::module_& module) {
  py::class_<threshold_grid>(module, "Grid")
      .def(py::init([](const std::vector<float>& at, const std::string& rule) {
        std::vector<threshold> declared;
        for (const float one : at) declared.emplace_back(one);
        return threshold_grid(std::move(declared), rule_of(rule));
      }))
      .def("__len__", &threshold_grid::size)
      .def(py::self == py::self)
      .def_property_readonly("rule", [](const threshold_grid& g) { return g.rule() == alert_rule::at_or_above ? "at_or_above" : "strictly_above"; })
      .def_property_readonly("thresholds", [](const threshold_grid& g) {
        std::vector<float> out;
        for (const threshold one : g.declared()) out.push_back(one.value());
        return adopted(std::move(out));
      });
  module.def("decimal_grid", [](const std::string& from, const std::string& to, const std::string& step, const std::string& rule) {
    return accepted(decimal_grid(from, to, step, rule_of(rule)));
  });
  module.def("listed_grid", [](const std::vector<std::string>& written, const std::string& rule) { return accepted(listed_grid(written, rule_of(rule))); });

  py::class_<threshold_tallies>(module, "Tallies")
      .def_property_readonly("grid", &threshold_tallies::grid)
      .def_property_readonly("labels", [](const threshold_tallies& t) {
        py::list out;
        for (const auto& one : t.cells()) out.append(one.first);
        return out;
      })
      .def("bins", [](const threshold_tallies& t, const cell_labels& labels) {
        const auto found = t.cells().find(labels);
        if (found == t.cells().end()) throw py::key_error("no cell has these labels");
        return adopted(std::vector<std::uint64_t>(found->second));
      })
      .def("add", [](threshold_tallies& t, const cell_labels& labels, const std::vector<std::uint64_t>& bins) { t.add(labels, bins); })
      .def(py::self + py::self)
      .def(py::self == py::self)
      .def("to_bytes", [](const threshold_tallies& t) { return py::bytes(serialise(t)); });
  module.def("no_tallies", [](const threshold_grid& grid) { return threshold_tallies(grid); });
  module.def("tallies_from_bytes", [](const py::bytes& text, const std::string& name) { return accepted(parse_threshold_tallies(static_cast<std::string>(text), name)); });
  module.def("tally_scores", &tallied);
  module.def("borrowed", [](const py::object& scores) { return reinterpret_cast<std::uintptr_t>(scores_in(scores, "scores").data()); });
  module.def("thresholds_reached", [](const py::object& scores, const threshold_grid& grid, unsigned threads) {
    const auto s = scores_in(scores, "scores");
    const py::gil_scoped_release unlocked;
    auto made = thresholds_reached(s, grid, threads);
    const py::gil_scoped_acquire locked;
    return adopted(std::move(made));
  });
  bind_replicates(module);
}

} // namespace lfreval::python
