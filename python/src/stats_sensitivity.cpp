// Which of the uncertain quantities behind a decision move it, by a model written in Python.
#include "stats.hpp"

#include <algorithm>
#include <map>

#include <pybind11/stl.h>

#include <lfreval/proportionality/sensitivity.hpp>
#include <lfreval/proportionality/sobol.hpp>
#include <lfreval/proportionality/value_of_information.hpp>

namespace lfreval::python {

LFREVAL_FIELDS(sensitivity::sampled_figure, point, made)
LFREVAL_FIELDS(sensitivity::variance_shares, first, total, variance)
LFREVAL_FIELDS(sensitivity::exact_variance_shares, first, total, mean, variance)
LFREVAL_FIELDS(sensitivity::swing, input, at_low, at_high)
LFREVAL_FIELDS(sensitivity::tornado_table, at_medians, swings)
LFREVAL_FIELDS(sensitivity::information_value, expected, best, perfect, of_input)

namespace {

using namespace sensitivity;

/// ("beta", 2, 8): the shape, then its numbers as the C++ function of that name takes them.
uncertain_input input_of(const py::handle& given) {
  if (!py::isinstance<py::sequence>(given) || py::isinstance<py::str>(given) || py::len(given) == 0)
    throw py::type_error("inputs: each is a tuple such as ('beta', 2, 8), not " +
                         py::cast<std::string>(py::repr(given)));
  const auto written = py::cast<py::sequence>(given);
  const std::string shape = py::cast<std::string>(py::str(written[0]));
  static const std::map<std::string, std::size_t> numbers{{"fixed", 1},   {"beta", 2},          {"gamma", 2},
                                                          {"uniform", 2}, {"triangular", 3},    {"share", 2},
                                                          {"rate", 2},    {"clustered_rate", 2}};
  const auto known = numbers.find(shape);
  if (known == numbers.end())
    throw std::invalid_argument("inputs: \"" + shape +
                                "\"; allowed: fixed, beta, gamma, uniform, triangular, share, rate, clustered_rate");
  if (written.size() != known->second + 1)
    throw std::invalid_argument("inputs: " + shape + " takes " + std::to_string(known->second) + " numbers, not " +
                                std::to_string(written.size() - 1));
  const auto real = [&](std::size_t place) { return real_of(py::object(written[place]), "inputs"); };
  const auto count = [&](std::size_t place) { return count_of(py::object(written[place]), "inputs"); };
  if (shape == "fixed") return uncertain_input::fixed(real(1));
  if (shape == "beta") return uncertain_input::beta(real(1), real(2));
  if (shape == "gamma") return uncertain_input::gamma(real(1), real(2));
  if (shape == "uniform") return uncertain_input::uniform(real(1), real(2));
  if (shape == "triangular") return uncertain_input::triangular(real(1), real(2), real(3));
  if (shape == "share") return uncertain_input::share(count(1), count(2));
  if (shape == "rate") return uncertain_input::rate(count(1), real(2));
  return uncertain_input::clustered_rate(real(1), real(2));
}

std::vector<uncertain_input> inputs_of(const py::sequence& given) {
  std::vector<uncertain_input> out;
  for (const auto& one : given)
    out.push_back(input_of(one));
  return out;
}

real_array as_array(std::span<const double> values) {
  return real_array(static_cast<py::ssize_t>(values.size()), values.data());
}

model model_of(const py::function& given) {
  return [given](std::span<const double> inputs) { return real_of(given(as_array(inputs)), "result"); };
}

/// Writes what the function returns, one number for each strategy.
strategy_model strategies_of(const py::function& given) {
  return [given](std::span<const double> inputs, std::span<double> net_benefit) {
    const auto made = reals_of(given(as_array(inputs)), "net_benefit");
    require_same_length("strategies, net_benefit", net_benefit.size(), made.size());
    std::copy(made.begin(), made.end(), net_benefit.begin());
  };
}

real_array sobol_points(unsigned dimensions, std::uint64_t points, const std::optional<std::uint64_t>& seed,
                        std::uint32_t randomisation) {
  const sobol_sequence sequence = seed ? sobol_sequence(dimensions, *seed, randomisation) : sobol_sequence(dimensions);
  real_array out({static_cast<py::ssize_t>(points), static_cast<py::ssize_t>(dimensions)});
  double* next = out.mutable_data();
  for (std::uint64_t k = 0; k < points; ++k)
    for (unsigned d = 0; d < dimensions; ++d)
      *next++ = sequence.at(k, d);
  return out;
}

} // namespace

void bind_sensitivity(stats_registry& all) {
  all.arrays("sensitivity", "variance_shares_of",
             "inputs, result, *, confidence=0.95, log2_points=10, randomisations=16, seed=0",
             [](const py::sequence& inputs, const py::function& result, double level, unsigned log2_points,
                std::uint32_t randomisations, std::uint64_t seed) {
               return answer(variance_shares_of(inputs_of(inputs), model_of(result), level_of(level),
                                                {log2_points, randomisations, seed}));
             });
  all.arrays("sensitivity", "variance_shares_by_quadrature", "inputs, result, *, nodes=32",
             [](const py::sequence& inputs, const py::function& result, unsigned nodes) {
               return answer(variance_shares_by_quadrature(inputs_of(inputs), model_of(result), nodes));
             });
  all.arrays("sensitivity", "tornado", "inputs, result", [](const py::sequence& inputs, const py::function& result) {
    return answer(tornado(inputs_of(inputs), model_of(result)));
  });
  all.arrays("sensitivity", "expected_value_of_perfect_information", "net_benefit, probability",
             [](const py::object& net_benefit, const py::object& probability) {
               std::size_t states = 0;
               const auto table = table_of(net_benefit, "net_benefit", states);
               const std::size_t strategies = states == 0 ? 0 : table.size() / states;
               return answer(
                   expected_value_of_perfect_information(table, strategies, reals_of(probability, "probability")));
             });
  all.arrays("sensitivity", "value_of_information",
             "inputs, strategies, net_benefit, *, confidence=0.95, log2_points=10, randomisations=16, seed=0",
             [](const py::sequence& inputs, std::size_t strategies, const py::function& net_benefit, double level,
                unsigned log2_points, std::uint32_t randomisations, std::uint64_t seed) {
               return answer(value_of_information(inputs_of(inputs), strategies, strategies_of(net_benefit),
                                                  level_of(level), {log2_points, randomisations, seed}));
             });
  all.arrays(
      "sensitivity", "sobol_sequence", "dimensions, points, *, seed=None, randomisation=0",
      [](unsigned dimensions, std::uint64_t points, const std::optional<std::uint64_t>& seed,
         std::uint32_t randomisation) { return py::object(sobol_points(dimensions, points, seed, randomisation)); });
}

} // namespace lfreval::python
