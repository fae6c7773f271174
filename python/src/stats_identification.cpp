// Open-set identification: thresholds, lists of other sizes, areas, tails; bootstrap limits.
#include "stats.hpp"

#include <cmath>
#include <limits>

#include <pybind11/stl.h>

#include <lfreval/identification/area_under_curve.hpp>
#include <lfreval/identification/equal_error.hpp>
#include <lfreval/identification/guaranteed_errors.hpp>
#include <lfreval/identification/list_projection.hpp>
#include <lfreval/identification/mate_rank.hpp>
#include <lfreval/identification/pareto_fit.hpp>
#include <lfreval/identification/partial_area.hpp>
#include <lfreval/identification/predictive_value.hpp>
#include <lfreval/identification/return_level.hpp>
#include <lfreval/identification/threshold_choice.hpp>
#include <lfreval/identification/watchlist_draw_variance.hpp>
#include <lfreval/identification/watchlist_size.hpp>
#include <lfreval/intervals/dkw.hpp>
#include <lfreval/intervals/jackknife.hpp>
#include <lfreval/intervals/poisson_weights.hpp>

#include "estimate_fields.hpp"
#include "passages.hpp"
#include "watched.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(bootstrap::cluster_jackknife, acceleration, variance)
LFREVAL_FIELDS(identification::area_estimate, area, mated, nonmated, persons, variance, limits, symmetric, flags)
LFREVAL_FIELDS(identification::area_difference, first, second, difference, covariance, variance, limits, z, p_value)
LFREVAL_FIELDS(identification::partial_area_estimate, highest_rate, area, mcclish, mated, nonmated, mated_persons, deciding_persons, limits)
LFREVAL_FIELDS(identification::equal_error_rate, linear, convex_hull)
LFREVAL_FIELDS(identification::pareto_shape, scale, shape)
LFREVAL_FIELDS(identification::pareto_fit, at, scale_error, shape_error, log_likelihood)
LFREVAL_FIELDS(identification::return_level_estimate, point, limits)
LFREVAL_FIELDS(identification::tail_probability_estimate, point, limits)
LFREVAL_FIELDS(identification::list_entry_hits, entry, passages)
LFREVAL_FIELDS(identification::draw_variance, rate, variance, most_hit)
LFREVAL_FIELDS(identification::tie_readings, expected, optimistic, pessimistic)
LFREVAL_FIELDS(identification::drawn_list, persons, of)
LFREVAL_FIELDS(identification::sub_watchlist_rate, point, highest, cut_off, passages, list)

template <class Visit> void visit_fields(Visit& visit, const identification::projected_rate& of) {
  visit("rate", of.rate.value());
  visit("from_persons", of.from_persons);
  visit("to_persons", of.to_persons);
  visit("expected_candidates", of.expected_candidates);
  visit("if_passers_differ", of.if_passers_differ());
}

namespace {

using namespace identification;

share_above share_of(bool exact) { return exact ? share_above::exact : share_above::estimated; }

void bind_thresholds_and_lists(stats_registry& all) {
  all.arrays("identification", "guaranteed_k", "trials, target, *, confidence=0.95",
             [](std::uint64_t trials, double target, double level) { return answer(guaranteed_k(trials, target, level_of(level))); });
  all.arrays("identification", "passages_needed", "target, *, errors=0, confidence=0.95",
             [](double target, std::uint64_t errors, double level) { return answer(passages_needed(target, level_of(level), errors)); });
  all.arrays("identification", "guaranteed_threshold", "scores, *, target, confidence=0.95", [](const py::object& scores, double target, double level) {
    return answer(chosen_or_raise(guaranteed_threshold(steps_of(scores, "scores"), {.target = target, .level = level_of(level)})));
  });
  all.arrays("identification", "conformal_threshold", "scores, *, target, confidence=0.95", [](const py::object& scores, double target, double level) {
    return answer(chosen_or_raise(conformal_threshold(steps_of(scores, "scores"), {.target = target, .level = level_of(level)})));
  });
  all.numbers("identification", "alert_probability", "hits, persons, of",
              static_cast<double (*)(std::uint64_t, std::uint64_t, std::uint64_t)>([](std::uint64_t hits, std::uint64_t persons, std::uint64_t of) { return alert_probability(hits, {persons, of}); }));
  all.arrays("identification", "order_statistic_weights", "persons, of, how_many",
             [](std::uint64_t persons, std::uint64_t of, std::size_t how_many) { return answer(order_statistic_weights({persons, of}, how_many)); });
  all.numbers("identification", "truncated_list_bound", "kept, persons, of",
              static_cast<double (*)(std::uint64_t, std::uint64_t, std::uint64_t)>([](std::uint64_t kept, std::uint64_t persons, std::uint64_t of) { return truncated_list_bound(kept, {persons, of}); }));
  all.arrays("identification", "sub_watchlist_fpir", "hits, persons, of", [](const py::object& hits, std::uint64_t persons, std::uint64_t of) {
    return answer(sub_watchlist_fpir(candidates_by_rank::of(counts_of(hits, "hits")), {persons, of}));
  });
  all.arrays("identification", "stratified_alert_probability", "hits, persons, of", [](const py::object& hits, const py::object& persons, const py::object& of) {
    const auto n = counts_of(persons, "persons"), m = counts_of(of, "of");
    if (n.size() != m.size()) throw std::invalid_argument("strata: the columns differ in length");
    std::vector<drawn_list> strata;
    for (std::size_t i = 0; i < n.size(); ++i) strata.push_back({n[i], m[i]});
    return answer(stratified_alert_probability(counts_of(hits, "hits"), strata));
  });
  all.arrays("identification", "sub_watchlist_variance", "hits, persons, of, *, how_many=5",
             [](const std::vector<std::vector<std::uint64_t>>& hits, std::uint64_t persons, std::uint64_t of, std::size_t how_many) {
               return answer(sub_watchlist_variance(hits, hits.size(), {persons, of}, how_many));
             });
  all.numbers("identification", "sub_watchlist_rank", "strictly_greater, tied, limit, persons, of",
              static_cast<tie_readings (*)(std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t)>(
                  [](std::uint64_t greater, std::uint64_t tied, std::uint64_t limit, std::uint64_t persons, std::uint64_t of) {
                    return sub_watchlist_rank({greater, tied}, limit, {persons, of});
                  }));
  all.arrays("identification", "binomial_scaling", "false_match_rate, persons",
             [](double rate, std::uint64_t persons) { return answer(binomial_scaling(false_match_rate(rate), persons)); });
  all.arrays("identification", "power_scaling", "false_positive_identification_rate, measured, wanted", [](double rate, std::uint64_t measured, std::uint64_t wanted) {
    return answer(power_scaling(false_positive_identification_rate(rate), measured, wanted));
  });
  all.numbers("identification", "effective_watchlist_size", "false_match_rate, false_positive_identification_rate",
              static_cast<estimable<double> (*)(double, double)>(
                  [](double fmr, double fpir) { return effective_watchlist_size(false_match_rate(fmr), false_positive_identification_rate(fpir)); }));
  all.numbers("identification", "positive_predictive_value", "prevalence, true_positive_identification_rate, false_positive_identification_rate",
              static_cast<estimable<double> (*)(double, double, double)>([](double prevalence, double tpir, double fpir) {
                return positive_predictive_value(prevalence, true_positive_identification_rate(tpir), false_positive_identification_rate(fpir));
              }));
  all.numbers("identification", "prevalence_for", "wanted, true_positive_identification_rate, false_positive_identification_rate",
              static_cast<estimable<double> (*)(double, double, double)>([](double wanted, double tpir, double fpir) {
                return prevalence_for(wanted, true_positive_identification_rate(tpir), false_positive_identification_rate(fpir));
              }));
  // At 0 and 1 there is no place on the axis; an end of it is not a number.
  all.numbers("identification", "probit", "events, trials",
              static_cast<estimable<double> (*)(std::uint64_t, std::uint64_t)>([](std::uint64_t events, std::uint64_t trials) -> estimable<double> {
                const probit_place made = probit(events, trials);
                if (made.at == probit_place::end::zero) return tl::unexpected(undefined{undefined_reason::no_events, "A rate of 0 is off the axis: draw its upper limit.", std::nullopt});
                if (made.at == probit_place::end::one) return tl::unexpected(undefined{undefined_reason::all_events, "A rate of 1 is off the axis: draw its lower limit.", std::nullopt});
                return made.value;
              }));
}

void bind_areas_and_tails(stats_registry& all) {
  all.arrays("identification", "equal_error", "nonmated, mated",
             [](const py::object& nonmated, const py::object& mated) { return answer(equal_error(sweep(steps_of(nonmated, "nonmated"), steps_of(mated, "mated")))); });
  all.arrays("identification", "delong", "mated, nonmated, *, confidence=0.95, sides='two'",
             [](const py::object& mated, const py::object& nonmated, double level, const std::string& on) {
               return answer(delong(scores_or_none(mated, "mated"), scores_or_none(nonmated, "nonmated"), level_of(level), sides_of(on)));
             });
  all.arrays("identification", "clustered_area", "mated, mated_persons, nonmated, nonmated_persons, *, confidence=0.95, sides='two'",
             [](const py::object& mated, const py::object& mated_persons, const py::object& nonmated, const py::object& nonmated_persons, double level, const std::string& on) {
               return answer(clustered_area(passages_of(mated, mated_persons, "mated", "mated_persons"), passages_of(nonmated, nonmated_persons, "nonmated", "nonmated_persons"),
                                            level_of(level), sides_of(on)));
             });
  all.arrays("identification", "delong_paired", "mated_first, mated_second, nonmated_first, nonmated_second, *, confidence=0.95, sides='two'",
             [](const py::object& a, const py::object& b, const py::object& c, const py::object& d, double level, const std::string& on) {
               return answer(delong_paired(pairs_of(a, b, py::none(), "mated", "persons"), pairs_of(c, d, py::none(), "nonmated", "persons"),
                                           level_of(level), sides_of(on)));
             });
  all.arrays("identification", "clustered_area_difference",
             "mated_first, mated_second, mated_persons, nonmated_first, nonmated_second, nonmated_persons, *, confidence=0.95, sides='two'",
             [](const py::object& a, const py::object& b, const py::object& mated_persons, const py::object& c, const py::object& d,
                const py::object& nonmated_persons, double level, const std::string& on) {
               return answer(clustered_area_difference(pairs_of(a, b, mated_persons, "mated", "mated_persons"),
                                                       pairs_of(c, d, nonmated_persons, "nonmated", "nonmated_persons"),
                                                       level_of(level), sides_of(on)));
             });
  all.arrays("identification", "partial_area",
             "mated, nonmated, *, highest_rate, mated_persons=None, nonmated_persons=None, confidence=0.95, sides='two', replicates=2000, seed=0, stream=0, threads=1, progress=None",
             [](const py::object& mated, const py::object& nonmated, double highest, const py::object& mated_persons, const py::object& nonmated_persons, double level,
                const std::string& on, std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream, unsigned threads, const py::object& progress) {
               const auto m = passages_of(mated, mated_persons, "mated", "mated_persons"), u = passages_of(nonmated, nonmated_persons, "nonmated", "nonmated_persons");
               const partial_area_request how{highest, level_of(level), sides_of(on), replicates, {seed, stream}, threads};
               return answer(run_watched(progress, [&] { return partial_area(m, u, how); }));
             });
  all.arrays("identification", "gpd_lmoments", "excesses", [](const py::object& y) { return answer(gpd_lmoments(reals_of(y, "excesses"))); });
  all.arrays("identification", "gpd_mle", "excesses", [](const py::object& y) { return answer(gpd_mle(reals_of(y, "excesses"))); });
  all.arrays("identification", "return_level", "excesses, of, above, target, *, confidence=0.95, sides='two', share_is_exact=False",
             [](const py::object& y, std::uint64_t of, double above, double target, double level, const std::string& on, bool exact) {
               const auto excesses = reals_of(y, "excesses");
               return answer(return_level({excesses, of, above}, target, level_of(level), sides_of(on), share_of(exact)));
             });
  all.arrays("identification", "tail_probability", "excesses, of, above, score, *, confidence=0.95, sides='two', share_is_exact=False",
             [](const py::object& y, std::uint64_t of, double above, double score, double level, const std::string& on, bool exact) {
               const auto excesses = reals_of(y, "excesses");
               return answer(tail_probability({excesses, of, above}, score, level_of(level), sides_of(on), share_of(exact)));
             });
}

} // namespace

void bind_identification(stats_registry& all) {
  bind_thresholds_and_lists(all);
  bind_areas_and_tails(all);
  all.numbers("band", "dkw", "trials", &band::dkw);
  all.arrays("bootstrap", "bca_acceleration_cluster", "events, exposure",
             [](const py::object& x, const py::object& n) { return answer(bootstrap::bca_acceleration_cluster(tallies_of(x, n))); });
  all.arrays("bootstrap", "percentiles_of",
             "replicates, point, lowest, highest, *, dropped=0, confidence=0.95, sides='two'",
             [](const py::object& replicates, double point, double lowest, double highest, std::uint32_t dropped,
                double level, const std::string& on) {
               return answer(bootstrap::percentiles_of(reals_of(replicates, "replicates"), point, lowest, highest, dropped,
                                                       level_of(level), sides_of(on)));
             });
  all.arrays("bootstrap", "poisson_cluster_replicates", "entities, events, exposure, *, replicates=2000, seed=0, stream=0",
             [](const py::object& entities, const py::object& x, const py::object& n, std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream) {
               const auto ids = counts_of(entities, "entities");
               const auto clusters = tallies_of(x, n);
               std::vector<std::uint64_t> events, exposure;
               for (std::uint32_t r = 0; r < replicates; ++r) {
                 const cluster_tally made = bootstrap::poisson_cluster_replicate(ids, clusters, r, {seed, stream});
                 events.push_back(made.events);
                 exposure.push_back(made.exposure);
               }
               py::dict out;
               out["events"] = to_python(events);
               out["exposure"] = to_python(exposure);
               return py::object(out);
             });
}

} // namespace lfreval::python
