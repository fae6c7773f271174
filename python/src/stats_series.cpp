// Series of deployments: how much they differ, what the next one may bring, pooled effects.
#include "stats.hpp"

#include <pybind11/stl.h>

#include <lfreval/series/beta_binomial.hpp>
#include <lfreval/series/change_points.hpp>
#include <lfreval/series/count_prediction.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/leave_one_out.hpp>
#include <lfreval/series/meta.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/series/overdispersion.hpp>

#include "watched.hpp"

namespace lfreval::funnel {

[[nodiscard]] static std::string_view to_string(position at) {
  switch (at) {
    case position::inside: return "inside";
    case position::below: return "below";
    case position::above: return "above";
    case position::no_exposure: return "no_exposure";
  }
  return {};
}

} // namespace lfreval::funnel

namespace lfreval::python {

LFREVAL_FIELDS(series::beta_binomial_fit, mean, correlation, alpha, beta, log_likelihood, likelihood_ratio, p_value, population, no_heterogeneity, deployments, events, exposure, flags)
LFREVAL_FIELDS(series::negative_binomial_fit, rate, squared_cv, log_likelihood, likelihood_ratio, p_value, population, no_heterogeneity, deployments, events, exposure, flags)
LFREVAL_FIELDS(series::count_prediction, counts, expected, exposure, no_heterogeneity, flags)
LFREVAL_FIELDS(series::break_location, first, last, positions)
LFREVAL_FIELDS(series::change_point, at, near_best, location, level_before, level_after, ratio, ratio_limits, gain)
LFREVAL_FIELDS(series::change_point_analysis, breaks, noise, penalty, cost, deployments)
LFREVAL_FIELDS(series::influence, index, events, exposure, without, change, share_of_events)
LFREVAL_FIELDS(series::influence_table, rate, largest, lowest_without, highest_without)
LFREVAL_FIELDS(overdispersion::dispersion, phi, degrees, p_value, least_expected)
LFREVAL_FIELDS(overdispersion::z_test, z, p_one_sided)
LFREVAL_FIELDS(overdispersion::detectability, p_value, power, cv, level, events, replicates, seed)
LFREVAL_FIELDS(funnel::spread, phi, winsorised)
LFREVAL_FIELDS(funnel::placed, index, share, limits, at)
LFREVAL_FIELDS(funnel::outliers, target, widened_by, rows, below, above, expected)
LFREVAL_FIELDS(meta::study_effect, effect, variance)
LFREVAL_FIELDS(meta::pooled_effect, effect, standard_error, limits, between_variance, heterogeneity, q_p_value, i_squared, h_squared, studies, degrees)

namespace {

std::vector<meta::study_effect> studies_of(const py::object& effects, const py::object& variances) {
  const auto e = reals_of(effects, "effects"), v = reals_of(variances, "variances");
  if (e.size() != v.size()) throw std::invalid_argument("effects, variances: there are " + std::to_string(e.size()) + " and " + std::to_string(v.size()));
  std::vector<meta::study_effect> out;
  for (std::size_t i = 0; i < e.size(); ++i) out.push_back({e[i], v[i]});
  return out;
}

using pooling = estimable<meta::pooled_effect> (*)(std::span<const meta::study_effect>, confidence, sides);
void pooled(stats_registry& all, const char* name, pooling does) {
  all.arrays("meta", name, "effects, variances, *, confidence=0.95, sides='two'",
             [does](const py::object& effects, const py::object& variances, double level, const std::string& on) {
               return answer(does(studies_of(effects, variances), level_of(level), sides_of(on)));
             });
}

meta::prediction_quantile quantile_of(const std::string& written) {
  if (written == "normal") return meta::prediction_quantile::normal;
  if (written == "t_studies_less_two") return meta::prediction_quantile::t_studies_less_two;
  throw std::invalid_argument("quantile: \"" + written + "\"; allowed: normal, t_studies_less_two");
}

} // namespace

void bind_series(stats_registry& all) {
  const char* const fitted = "events, exposure, *, confidence=0.95, sides='two'";
  all.arrays("series", "fit_beta_binomial", fitted, [](const py::object& x, const py::object& n, double level, const std::string& on) {
    return answer(series::fit_beta_binomial(tallies_of(x, n), level_of(level), sides_of(on)));
  });
  all.arrays("series", "fit_negative_binomial", fitted, [](const py::object& x, const py::object& n, double level, const std::string& on) {
    return answer(series::fit_negative_binomial(tallies_of(x, n), level_of(level), sides_of(on)));
  });
  all.arrays("series", "predict_next", "events, exposure, next_exposure, *, family='rate', confidence=0.95, sides='two'",
             [](const py::object& x, const py::object& n, std::uint64_t next, const std::string& family, double level, const std::string& on) {
               const auto deployments = tallies_of(x, n);
               const confidence at = level_of(level);
               if (family_of(family) == metric_family::share)
                 return answer(series::predict_next(value_or_raise(series::fit_beta_binomial(deployments, at)), next, at, sides_of(on)));
               return answer(series::predict_next(value_or_raise(series::fit_negative_binomial(deployments, at)), next, at, sides_of(on)));
             });
  all.arrays("series", "change_points", "values, *, confidence=0.95, shortest=8, penalty_factor=3.0", [](const py::object& values, double level, std::size_t shortest, double factor) {
    return answer(series::change_points(reals_of(values, "values"), level_of(level), {.shortest = shortest, .penalty_factor = factor}));
  });
  all.arrays("series", "leave_one_out", "events, exposure, *, how_many=5", [](const py::object& x, const py::object& n, std::size_t how_many) {
    return answer(series::leave_one_out(tallies_of(x, n), how_many));
  });

  all.arrays("overdispersion", "pearson", "events, exposure", [](const py::object& x, const py::object& n) { return answer(overdispersion::pearson(tallies_of(x, n))); });
  all.arrays("overdispersion", "tarone_z", "events, exposure", [](const py::object& x, const py::object& n) { return answer(overdispersion::tarone_z(tallies_of(x, n))); });
  all.arrays("overdispersion", "detect", "events, exposure, *, confidence=0.95, cv=1.0, replicates=2000, seed=20250715, progress=None",
             [](const py::object& x, const py::object& n, double level, double cv, std::uint64_t replicates, std::uint64_t seed, const py::object& progress) {
               const auto deployments = tallies_of(x, n);
               const confidence at = level_of(level);
               return answer(run_watched(progress, [&] { return overdispersion::detect(deployments, at, {.cv = cv, .replicates = replicates, .seed = seed}); }));
             });

  all.numbers("funnel", "binomial_limit", "target, trials, tail", &funnel::binomial_limit);
  all.arrays("funnel", "overdispersion", "events, exposure", [](const py::object& x, const py::object& n) { return answer(funnel::overdispersion(tallies_of(x, n))); });
  all.arrays("funnel", "find_outliers", "events, exposure, *, confidence=0.998", [](const py::object& x, const py::object& n, double level) {
    return answer(funnel::find_outliers(tallies_of(x, n), level_of(level)));
  });

  all.numbers("meta", "log_rate", "events, exposure", &meta::log_rate);
  all.numbers("meta", "log_risk_ratio", "x1, n1, x2, n2", &meta::log_risk_ratio);
  pooled(all, "fixed", &meta::fixed);
  pooled(all, "dersimonian_laird", &meta::dersimonian_laird);
  pooled(all, "paule_mandel", &meta::paule_mandel);
  pooled(all, "reml", &meta::reml);
  pooled(all, "hksj", &meta::hksj);
  all.arrays("meta", "between_variance_interval", "effects, variances, *, confidence=0.95, sides='two'",
             [](const py::object& effects, const py::object& variances, double level, const std::string& on) {
               return answer(meta::between_variance_interval(studies_of(effects, variances), level_of(level), sides_of(on)));
             });
  all.arrays("meta", "prediction_interval", "effects, variances, *, confidence=0.95, quantile='normal', sides='two'",
             [](const py::object& effects, const py::object& variances, double level, const std::string& quantile, const std::string& on) {
               const confidence at = level_of(level);
               const auto made = value_or_raise(meta::dersimonian_laird(studies_of(effects, variances), at, sides::two));
               return answer(meta::prediction_interval(made, at, quantile_of(quantile), sides_of(on)));
             });
}

} // namespace lfreval::python
