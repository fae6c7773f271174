// Thresholds where people pass several times or nobody passed so high, what a trial would prove, and whole curves.
#include "stats.hpp"

#include <pybind11/stl.h>

#include <lfreval/identification/clustered_threshold.hpp>
#include <lfreval/identification/curve.hpp>
#include <lfreval/identification/curve_band.hpp>
#include <lfreval/identification/effective_threshold.hpp>
#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/identification/proof_power.hpp>
#include <lfreval/identification/tail.hpp>
#include <lfreval/identification/threshold_choice.hpp>
#include <lfreval/intervals/estimate_rate.hpp>

#include "passages.hpp"
#include "watched.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(identification::proof_design, passages, most_errors, power)
LFREVAL_FIELDS(identification::pareto_shape, scale, shape)
LFREVAL_FIELDS(identification::pareto_fit, at, scale_error, shape_error, log_likelihood)
LFREVAL_FIELDS(identification::pareto_distance, kolmogorov_smirnov, anderson_darling)
LFREVAL_FIELDS(identification::tail_start, above, exceedances, fitted, value)

template <class Visit> void visit_fields(Visit& visit, const identification::tail_check& of) {
  visit("fit", of.fit);
  visit("end_point", of.end_point);
  visit("distance", of.distance);
  visit("p_value", of.p_value);
  visit("starts", std::vector<identification::tail_start>(of.starts.begin(), of.starts.end()));
  visit("starts_agree", of.starts_agree);
}

template <class Visit> void visit_fields(Visit& visit, const identification::extrapolated_threshold& of) {
  visit("target", of.target);
  visit("threshold", static_cast<double>(of.at.value()));
  visit("level", of.level);
  visit("limits", of.limits);
  visit("reaches_beyond_scale", of.reaches_beyond_scale);
  visit("persons", of.persons);
  visit("exceedances", of.exceedances);
  visit("check", of.check);
  visit("flags", of.flags);
}

template <class Visit> void visit_fields(Visit& visit, const identification::extrapolated_chance& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("chance", of.chance);
  visit("limits", of.limits);
  visit("persons", of.persons);
  visit("exceedances", of.exceedances);
  visit("check", of.check);
  visit("flags", of.flags);
}

template <class Visit> void visit_fields(Visit& visit, const identification::det_point& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("false_positives", of.false_positives);
  visit("misses", of.misses);
  visit("fpir", of.fpir);
  visit("fnir", of.fnir);
}

LFREVAL_FIELDS(identification::det_curve, points, nonmated, mated, fpir_not_resolved_below, fnir_not_resolved_below)

template <class Visit> void visit_fields(Visit& visit, const identification::band_point& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("fpir", of.fpir);
  visit("fnir", of.fnir);
}

LFREVAL_FIELDS(identification::tradeoff_band, points, fpir_within, fnir_within, flags)

LFREVAL_FIELDS(identification::prevalence_band, lower, upper)

template <class Visit> void visit_fields(Visit& visit, const identification::predictive_value& of) {
  visit("prevalence", of.prevalence);
  visit("point_at_lower", of.point_at_lower);
  visit("point_at_upper", of.point_at_upper);
  visit("lower", of.lower);
  visit("upper", of.upper);
  visit("confidence", of.level);
  visit("no_false_positives", of.no_false_positives);
}

template <class Visit> void visit_fields(Visit& visit, const identification::common_threshold& of) {
  visit("threshold", static_cast<double>(of.at.value()));
  visit("deciding", of.deciding);
  visit("groups", of.groups);
}

namespace {

using namespace identification;

using of_persons = choosable<threshold_choice> (*)(std::span<const person_passage>, const threshold_request&);
void chosen_from_persons(stats_registry& all, const char* name, of_persons does) {
  all.arrays("identification", name, "scores, persons, *, target, confidence=0.95",
             [does](const py::object& scores, const py::object& persons, double target, double level) {
               return answer(chosen_or_raise(does(passages_of(scores, persons, "scores", "persons"),
                                                  {.target = target, .level = level_of(level)})));
             });
}

void bind_clustered_thresholds(stats_registry& all) {
  chosen_from_persons(all, "threshold_from_person_maxima", &threshold_from_person_maxima);
  chosen_from_persons(all, "threshold_from_effective_exposure", &threshold_from_effective_exposure);
  all.arrays(
      "identification", "threshold_from_one_passage_each", "scores, persons, *, target, seed, confidence=0.95",
      [](const py::object& scores, const py::object& persons, double target, std::uint64_t seed, double level) {
        return answer(chosen_or_raise(threshold_from_one_passage_each(
            passages_of(scores, persons, "scores", "persons"), {.target = target, .level = level_of(level)}, seed)));
      });
  all.arrays("identification", "threshold_from_thinned_persons",
             "scores, persons, *, target, seed, most_passages=None, confidence=0.95",
             [](const py::object& scores, const py::object& persons, double target, std::uint64_t seed,
                const std::optional<std::uint64_t>& most, double level) {
               return answer(chosen_or_raise(
                   threshold_from_thinned_persons(passages_of(scores, persons, "scores", "persons"),
                                                  {.target = target, .level = level_of(level)}, seed, most)));
             });
  all.arrays("identification", "guaranteed_threshold_for_all", "scores_of_groups, *, target, confidence=0.95",
             [](const py::sequence& scores_of_groups, double target, double level) {
               std::vector<group_scores> groups;
               for (const auto& one : scores_of_groups)
                 groups.push_back({std::to_string(groups.size()),
                                   steps_of(py::reinterpret_borrow<py::object>(one), "scores_of_groups")});
               return answer(
                   chosen_or_raise(guaranteed_threshold_for_all(groups, {.target = target, .level = level_of(level)})));
             });
  all.numbers("identification", "proof_power", "trials, target, rate", &proof_power);
  all.numbers("identification", "passages_to_prove", "target, rate, power",
              static_cast<std::optional<proof_design> (*)(double, double, double, confidence)>(
                  [](double target, double rate, double power, confidence level) {
                    return passages_to_prove(target, rate, level, power);
                  }));
}

void bind_extrapolations(stats_registry& all) {
  all.arrays("identification", "start_of_tail", "scores, exceedances",
             [](const py::object& scores, std::uint64_t exceedances) {
               return answer(start_of_tail(steps_of(scores, "scores"), exceedances));
             });
  all.arrays(
      "identification", "extrapolate_threshold",
      "scores, target, above, *, confidence=0.95, sides='two', highest_possible=None, seed=0, draws=199, progress=None",
      [](const py::object& scores, double target, double above, double level, const std::string& on,
         const std::optional<double>& highest, std::uint64_t seed, std::uint32_t draws, const py::object& progress) {
        const score_steps steps = steps_of(scores, "scores");
        const tail_request how{above, level_of(level), sides_of(on), highest, seed, draws};
        return answer(run_watched(progress, [&] { return extrapolate_threshold(steps, target, how); }));
      });
  all.arrays("identification", "extrapolate_chance",
             "scores, threshold, above, *, confidence=0.95, sides='two', highest_possible=None, seed=0, draws=199, "
             "progress=None",
             [](const py::object& scores, float at, double above, double level, const std::string& on,
                const std::optional<double>& highest, std::uint64_t seed, std::uint32_t draws,
                const py::object& progress) {
               const score_steps steps = steps_of(scores, "scores");
               const tail_request how{above, level_of(level), sides_of(on), highest, seed, draws};
               return answer(run_watched(progress, [&] { return extrapolate_chance(steps, threshold(at), how); }));
             });
}

void bind_fits(stats_registry& all) {
  all.numbers("identification", "excess_probability", "scale, shape, excess",
              static_cast<estimable<double> (*)(double, double, double)>([](double scale, double shape, double excess) {
                return excess_probability({scale, shape}, excess);
              }));
  all.numbers("identification", "excess_at", "scale, shape, share",
              static_cast<double (*)(double, double, double)>([](double scale, double shape, double share) {
                return excess_at({scale, shape}, share);
              }));
  all.arrays("identification", "distance_from", "scale, shape, excesses",
             [](double scale, double shape, const py::object& excesses) {
               return answer(distance_from({scale, shape}, reals_of(excesses, "excesses")));
             });
  all.arrays("identification", "goodness_p_value", "excesses, seed, *, draws=199, progress=None",
             [](const py::object& excesses, std::uint64_t seed, std::uint32_t draws, const py::object& progress) {
               const auto y = reals_of(excesses, "excesses");
               return answer(run_watched(progress, [&] { return goodness_p_value(y, seed, draws); }));
             });
}

/// A share of persons' passages with its interval, as `predictive_value_range` takes it.
estimate share_of_persons(metric_id metric, const py::object& events, const py::object& exposure, const std::string& by,
                          confidence level) {
  return value_or_raise(estimate_rate(metric, tallies_of(events, exposure), level, {.by = cluster_unit_of(by)}));
}

void bind_curves(stats_registry& all) {
  all.arrays("identification", "predictive_value_range",
             "identified, mated, false_positives, nonmated, prevalence_lower, prevalence_upper, *, by='person', "
             "confidence=0.95",
             [](const py::object& identified, const py::object& mated, const py::object& false_positives,
                const py::object& nonmated, double lower, double upper, const std::string& by, double level) {
               const confidence at = level_of(level);
               return answer(predictive_value_range(
                   share_of_persons(metric_id::true_positive_identification_rate, identified, mated, by, at),
                   share_of_persons(metric_id::false_positive_identification_rate, false_positives, nonmated, by, at),
                   {lower, upper}));
             });
  all.arrays("identification", "detection_error_tradeoff", "nonmated, mated",
             [](const py::object& nonmated, const py::object& mated) {
               return answer(detection_error_tradeoff(sweep(steps_of(nonmated, "nonmated"), steps_of(mated, "mated"))));
             });
  all.arrays("identification", "dkw_band", "nonmated, mated, *, confidence=0.95",
             [](const py::object& nonmated, const py::object& mated, double level) {
               return answer(
                   dkw_band(sweep(steps_of(nonmated, "nonmated"), steps_of(mated, "mated")), level_of(level)));
             });
}

} // namespace

void bind_thresholds(stats_registry& all) {
  bind_clustered_thresholds(all);
  bind_extrapolations(all);
  bind_fits(all);
  bind_curves(all);
}

} // namespace lfreval::python
