// Passages as Python has them: one float32 score each, -inf where none was recorded, and a number for the person.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include <lfreval/identification/area_under_curve.hpp>
#include <lfreval/identification/chosen_threshold.hpp>
#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/identification/score_steps.hpp>

#include "fields.hpp"
#include "module.hpp"

namespace lfreval::python {

[[nodiscard]] std::vector<std::optional<float>> scores_or_none(const py::object& given, const char* argument);
[[nodiscard]] identification::score_steps steps_of(const py::object& given, const char* argument);
/// Without persons each passage is of a person of its own. `argument` and `codes` are how errors call scores and
/// persons.
[[nodiscard]] std::vector<identification::person_passage>
passages_of(const py::object& scores, const py::object& persons, const char* argument, const char* codes);
[[nodiscard]] std::vector<identification::passage_of_two> pairs_of(const py::object& first, const py::object& second,
                                                                   const py::object& persons, const char* argument,
                                                                   const char* codes);

template <class Visit> void visit_fields(Visit& visit, const identification::threshold_choice& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("before_grid", static_cast<double>(of.before_grid.value()));
  visit("target", of.target);
  visit("confidence", of.level);
  visit("trials", of.trials);
  visit("allowed", of.allowed);
  visit("reaching", of.reaching);
  visit("bound", of.bound);
  visit("chance_kept", of.chance_kept);
  visit("passages", of.passages);
  visit("persons", of.persons);
  visit("persons_kept", of.persons_kept);
  visit("lowest_recorded", of.lowest_recorded);
  visit("conditional_on_list", of.conditional_on_list);
}

/// The choice, or the exception that says why there is none.
template <class T> T chosen_or_raise(identification::choosable<T> made) {
  if (made) return std::move(*made);
  raise_undefined({undefined_reason::empty, made.error().remedy, std::nullopt});
}

} // namespace lfreval::python
