// Rates of one group of trials: independent, clustered, with an estimated denominator, with labels missing.
#include "stats.hpp"

#include <pybind11/stl.h>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/intervals/binomial_rules.hpp>
#include <lfreval/intervals/cluster.hpp>
#include <lfreval/intervals/cluster_interval.hpp>
#include <lfreval/intervals/estimate_rate.hpp>
#include <lfreval/intervals/estimated_denominator.hpp>
#include <lfreval/intervals/fay_feuer.hpp>
#include <lfreval/intervals/judge.hpp>
#include <lfreval/intervals/missing_labels.hpp>
#include <lfreval/intervals/poisson.hpp>
#include <lfreval/intervals/weights.hpp>
#include <lfreval/intervals/zero_events.hpp>

#include "estimate_fields.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(binomial::precision_of_share, relative_halfwidth, exact)
LFREVAL_FIELDS(cluster::design_effect_estimate, point, variance, design_effect, effective_exposure, effective_events)
LFREVAL_FIELDS(cluster::intra_individual, correlation, size, variance, effective_exposure)
LFREVAL_FIELDS(cluster::anova_correlation, correlation, size, mean_square_between, mean_square_within)
LFREVAL_FIELDS(cluster::passes_worth, design_effect, effective_exposure)
LFREVAL_FIELDS(cluster::zero_bound, made, binding_clusters)
LFREVAL_FIELDS(missing::precision_bounds, lower, upper, region, parameter, one_sided_ends)
LFREVAL_FIELDS(missing::imbens_manski_interval, made, critical)
LFREVAL_FIELDS(verdict, outcome, unfavourable, favourable, exposure_to_decide, exposure_without_events)

namespace {

metric_id metric_of(const std::string& key) {
  const auto found = metric_from_key(key);
  if (!found) throw std::invalid_argument("metric: \"" + key + "\" is not a metric; lfreval.metrics lists them");
  return *found;
}

limit limit_of(metric_id metric, std::uint64_t events, std::uint64_t exposure, const std::string& direction) {
  limit out;
  out.metric = metric;
  out.events = events;
  out.exposure = exposure;
  if (direction == "at_most") out.direction = limit_direction::at_most;
  else if (direction == "at_least") out.direction = limit_direction::at_least;
  else throw std::invalid_argument("direction: \"" + direction + "\"; allowed: at_most, at_least");
  return out;
}

using clusters_interval = estimable<interval> (*)(std::span<const cluster_tally>, confidence, sides, metric_family);

void clustered(stats_registry& all, const char* name, clusters_interval method) {
  all.arrays("cluster", name, "events, exposure, *, confidence=0.95, sides='two', family='share'",
             [method](const py::object& events, const py::object& exposure, double level, const std::string& on, const std::string& family) {
               return answer(method(tallies_of(events, exposure), level_of(level), sides_of(on), family_of(family)));
             });
}

} // namespace

void bind_rates(stats_registry& all) {
  all.numbers("binomial", "clopper_pearson", "events, trials", &binomial::clopper_pearson);
  all.numbers("binomial", "wilson", "events, trials", &binomial::wilson);
  all.numbers("binomial", "wilson_cc", "events, trials", &binomial::wilson_cc);
  all.numbers("binomial", "jeffreys", "events, trials", &binomial::jeffreys);
  all.numbers("binomial", "agresti_coull", "events, trials", &binomial::agresti_coull);
  all.numbers("binomial", "midp", "events, trials", &binomial::midp);
  all.numbers("binomial", "zero_upper_one_sided", "trials", &binomial::zero_upper_one_sided);
  all.numbers("binomial", "rule_of_three", "trials", &binomial::rule_of_three);
  all.numbers("binomial", "rule_of_30", "events, trials", &binomial::rule_of_30);

  all.numbers("poisson", "garwood", "events, exposure", &poisson::garwood);
  all.numbers("poisson", "midp", "events, exposure", &poisson::midp);
  all.numbers("poisson", "jeffreys", "events, exposure", &poisson::jeffreys);
  all.numbers("poisson", "score", "events, exposure", &poisson::score);

  all.numbers("rate", "fay_feuer", "point, variance, kernel",
              static_cast<estimable<interval> (*)(double, double, double, confidence, sides)>(&rate::fay_feuer));
  all.numbers("rate", "estimated_denominator_gamma_lognormal", "events, exposure, cv", &rate::estimated_denominator_gamma_lognormal);
  all.numbers("rate", "estimated_denominator_effective", "effective_events, effective_exposure, cv", &rate::estimated_denominator_effective);
  all.numbers("rate", "estimated_denominator_log_delta", "events, exposure, cv", &rate::estimated_denominator_log_delta);
  all.numbers("rate", "estimated_denominator_bonferroni", "events, exposure, cv", &rate::estimated_denominator_bonferroni);
  all.arrays("rate", "estimate_rate",
             "metric, events, exposure, *, by='deployment', confidence=0.95, exposure_cv=0.0, planning_design_effect=None",
             [](const std::string& metric, const py::object& events, const py::object& exposure, const std::string& by, double level, double cv,
                const std::optional<double>& planned) {
               return answer(estimate_rate(metric_of(metric), tallies_of(events, exposure), level_of(level),
                                           {.by = cluster_unit_of(by), .planning_design_effect = planned, .exposure_cv = cv}));
             });
  all.arrays("rate", "judge",
             "metric, limit_events, limit_exposure, events, exposure, *, direction='at_most', by='deployment', confidence=0.95, exposure_cv=0.0",
             [](const std::string& metric, std::uint64_t limit_events, std::uint64_t limit_exposure, const py::object& events,
                const py::object& exposure, const std::string& direction, const std::string& by, double level, double cv) {
               return answer(judge(limit_of(metric_of(metric), limit_events, limit_exposure, direction), tallies_of(events, exposure), level_of(level),
                                   {.by = cluster_unit_of(by), .exposure_cv = cv}));
             });

  all.numbers("missing", "manski_precision", "confirmed_true, confirmed_false, unresolved", &missing::manski_precision);
  all.numbers("missing", "imbens_manski", "confirmed_true, confirmed_false, unresolved", &missing::imbens_manski);

  const char* const of_clusters = "events, exposure, *, family='share'";
  all.arrays("cluster", "ratio_mean", of_clusters, [](const py::object& events, const py::object& exposure, const std::string& family) {
    return answer(cluster::ratio_mean(tallies_of(events, exposure), family_of(family)));
  });
  all.arrays("cluster", "design_effect", of_clusters, [](const py::object& events, const py::object& exposure, const std::string& family) {
    return answer(cluster::design_effect(tallies_of(events, exposure), family_of(family)));
  });
  all.arrays("cluster", "schuckers_fnmr", "events, exposure", [](const py::object& events, const py::object& exposure) {
    return answer(cluster::schuckers_fnmr(tallies_of(events, exposure)));
  });
  all.arrays("cluster", "icc_anova", "events, exposure", [](const py::object& events, const py::object& exposure) {
    return answer(cluster::icc_anova(tallies_of(events, exposure)));
  });
  all.numbers("cluster", "passes_design_effect", "subjects, passes, rho", &cluster::passes_design_effect);
  clustered(all, "wilson_neff", &cluster::wilson_neff);
  clustered(all, "korn_graubard", &cluster::korn_graubard);
  all.arrays("cluster", "korn_graubard_exposure", "events, exposure, *, confidence=0.95, sides='two', family='share'",
             [](const py::object& events, const py::object& exposure, double level, const std::string& on, const std::string& family) {
               return answer(cluster::korn_graubard_exposure(tallies_of(events, exposure), level_of(level), sides_of(on), family_of(family)));
             });
  const char* const limits_of_clusters = "events, exposure, *, confidence=0.95, sides='two'";
  all.arrays("cluster", "logit_ci", limits_of_clusters, [](const py::object& events, const py::object& exposure, double level, const std::string& on) {
    return answer(cluster::logit_ci(tallies_of(events, exposure), level_of(level), sides_of(on)));
  });
  all.arrays("cluster", "zero_water_fill", limits_of_clusters, [](const py::object& events, const py::object& exposure, double level, const std::string& on) {
    return answer(cluster::zero_water_fill(tallies_of(events, exposure), level_of(level), sides_of(on)));
  });
  all.arrays("cluster", "strict_per_person", limits_of_clusters, [](const py::object& events, const py::object& exposure, double level, const std::string& on) {
    return answer(cluster::strict_per_person(tallies_of(events, exposure), level_of(level), sides_of(on)));
  });
  all.arrays("cluster", "fay_feuer", limits_of_clusters, [](const py::object& events, const py::object& exposure, double level, const std::string& on) {
    return answer(rate::fay_feuer(tallies_of(events, exposure), level_of(level), sides_of(on)));
  });
  all.numbers("cluster", "rao_scott_zero", "exposure, design_effect",
              static_cast<estimable<interval> (*)(std::uint64_t, double, confidence, sides)>(
                  [](std::uint64_t exposure, double effect, confidence level, sides on) { return cluster::rao_scott_zero(exposure, effect, level, on); }));
  all.arrays("weights", "kish_neff", "w", [](const py::object& w) { return answer(weights::kish_neff(reals_of(w, "w"))); });
}

} // namespace lfreval::python
