// Operating points of which no other does more good with less harm, and how sure that is.
#include "stats.hpp"

#include <lfreval/proportionality/pareto.hpp>

#include "watched.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(decision::front_certainty, front, inclusion)
LFREVAL_FIELDS(decision::dominance, better, worse, probability, more_benefit, more_burden)

namespace {

using namespace decision;

std::vector<operating_point> points_of(const py::object& burden, const py::object& benefit) {
  const auto takes = reals_of(burden, "burden"), gives = reals_of(benefit, "benefit");
  require_same_length("burden, benefit", takes.size(), gives.size());
  std::vector<operating_point> out;
  for (std::size_t i = 0; i < takes.size(); ++i)
    out.push_back({takes[i], gives[i]});
  return out;
}

/// Tables of counts, one row for each operating point and one column for each person or deployment.
std::vector<std::vector<cluster_tally>> tallies_by_point(const py::object& events, const py::object& exposure,
                                                         const char* argument) {
  const auto x = py::array::ensure(events), n = py::array::ensure(exposure);
  if (!x || !n || x.ndim() != 2 || n.ndim() != 2 || x.shape(0) != n.shape(0) || x.shape(1) != n.shape(1)) {
    PyErr_Clear();
    throw py::type_error(std::string(argument) + ": two tables of one shape are needed, one row for each point");
  }
  const auto flat = tallies_of(x.attr("ravel")(), n.attr("ravel")());
  std::vector<std::vector<cluster_tally>> out;
  for (py::ssize_t row = 0; row < x.shape(0); ++row)
    out.emplace_back(flat.begin() + row * x.shape(1), flat.begin() + (row + 1) * x.shape(1));
  return out;
}

/// The tables of one trial as every function below takes them, and the replicates made from them.
struct resampling {
  std::vector<std::uint64_t> entities;
  std::vector<point_clusters> points;
  replicate_request how;

  resampling(const py::object& ids, const py::object& benefit_events, const py::object& benefit_exposure,
             const py::object& burden_events, const py::object& burden_exposure, replicate_request request)
      : entities(counts_of(ids, "entities")), how(request) {
    const auto gives = tallies_by_point(benefit_events, benefit_exposure, "benefit"),
               takes = tallies_by_point(burden_events, burden_exposure, "burden");
    require_same_length("benefit, burden", gives.size(), takes.size());
    for (std::size_t i = 0; i < gives.size(); ++i)
      points.push_back({gives[i], takes[i]});
  }
  [[nodiscard]] replicated_points run(const py::object& progress) const {
    return value_or_raise(run_watched(progress, [&] { return replicate_points(entities, points, how); }));
  }
};

} // namespace

void bind_choices(stats_registry& all) {
  all.arrays("decision", "pareto_front", "burden, benefit", [](const py::object& burden, const py::object& benefit) {
    return answer(pareto_front(points_of(burden, benefit)));
  });
  all.arrays("decision", "certainty_of_front",
             "entities, benefit_events, benefit_exposure, burden_events, burden_exposure, *, "
             "replicates=2000, seed=0, stream=0, threads=1, progress=None",
             [](const py::object& entities, const py::object& bx, const py::object& bn, const py::object& hx,
                const py::object& hn, std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream,
                unsigned threads, const py::object& progress) {
               return answer(certainty_of_front(
                   resampling(entities, bx, bn, hx, hn, {replicates, {seed, stream}, threads}).run(progress)));
             });
  all.arrays("decision", "probability_dominates",
             "entities, benefit_events, benefit_exposure, burden_events, burden_exposure, a, b, *, "
             "replicates=2000, seed=0, stream=0, threads=1, progress=None",
             [](const py::object& entities, const py::object& bx, const py::object& bn, const py::object& hx,
                const py::object& hn, std::size_t a, std::size_t b, std::uint32_t replicates, std::uint64_t seed,
                std::uint32_t stream, unsigned threads, const py::object& progress) {
               return answer(probability_dominates(
                   resampling(entities, bx, bn, hx, hn, {replicates, {seed, stream}, threads}).run(progress), a, b));
             });
  all.arrays("decision", "simultaneous_dominance",
             "entities, benefit_events, benefit_exposure, burden_events, burden_exposure, *, confidence=0.95, "
             "replicates=2000, seed=0, stream=0, threads=1, progress=None",
             [](const py::object& entities, const py::object& bx, const py::object& bn, const py::object& hx,
                const py::object& hn, double level, std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream,
                unsigned threads, const py::object& progress) {
               const resampling trial(entities, bx, bn, hx, hn, {replicates, {seed, stream}, threads});
               return answer(simultaneous_dominance(trial.run(progress), level_of(level)));
             });
}

} // namespace lfreval::python
