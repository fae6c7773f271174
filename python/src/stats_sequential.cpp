// Programmes watched deployment by deployment: limits and evidence that hold at every look, sums that notice a change.
#include "stats.hpp"

#include <lfreval/series/confidence_sequence.hpp>
#include <lfreval/series/cusum.hpp>
#include <lfreval/series/drift.hpp>
#include <lfreval/series/e_value.hpp>
#include <lfreval/series/uniform_boundary.hpp>

namespace lfreval::python {

LFREVAL_FIELDS(sequential::likelihood_ratio_test, log_ratio, upper, lower)
LFREVAL_FIELDS(sequential::bernoulli_cusum, event_weight, other_weight, value, highest)
LFREVAL_FIELDS(sequential::cusum_design, reference, alarm, mean_exposure_to_false_alarm, mean_exposure_to_alarm)
LFREVAL_FIELDS(sequential::drift_signal, at, upwards, evidence)

namespace {

using namespace sequential;

std::vector<deployment_count> deployments_of(const py::object& events, const py::object& exposure) {
  const auto x = counts_of(events, "events");
  const auto t = reals_of(exposure, "exposure");
  require_same_length("events, exposure", x.size(), t.size());
  std::vector<deployment_count> out;
  for (std::size_t i = 0; i < x.size(); ++i)
    out.push_back({x[i], t[i]});
  return out;
}

void bind_confidence_sequences(stats_registry& all) {
  all.numbers("sequential", "beta_mixture", "events, trials, a, b",
              static_cast<estimable<interval> (*)(std::uint64_t, std::uint64_t, double, double, confidence)>(
                  [](std::uint64_t x, std::uint64_t n, double a, double b, confidence level) {
                    return beta_mixture(x, n, level, {a, b});
                  }),
              "a=0.5, b=0.5");
  all.numbers("sequential", "gamma_mixture", "events, exposure, a, b",
              static_cast<estimable<interval> (*)(std::uint64_t, double, double, double, confidence)>(
                  [](std::uint64_t x, double t, double a, double b, confidence level) {
                    return gamma_mixture(x, t, level, {a, b});
                  }),
              "a=0.5, b=1.0");
  all.arrays("sequential", "betting_capital", "values, mean, bet",
             [](const py::object& values, double mean, double bet) {
               return answer(betting_capital(reals_of(values, "values"), mean, bet));
             });
  all.arrays("sequential", "hedged_betting", "values, *, confidence=0.95", [](const py::object& values, double level) {
    return answer(hedged_betting(reals_of(values, "values"), level_of(level)));
  });
  all.numbers("sequential", "beta_binomial_boundary", "v, g, h, alpha, variance, alpha_there",
              static_cast<double (*)(double, double, double, double, double, double)>(
                  [](double v, double g, double h, double alpha, double variance, double there) {
                    return beta_binomial_boundary(v, g, h, {alpha, variance, there});
                  }),
              "alpha=0.05, variance=1.0, alpha_there=0.05");
  all.numbers("sequential", "gamma_exponential_boundary", "v, c, alpha, variance, alpha_there",
              static_cast<double (*)(double, double, double, double, double)>(
                  [](double v, double c, double alpha, double variance, double there) {
                    return gamma_exponential_boundary(v, c, {alpha, variance, there});
                  }),
              "alpha=0.05, variance=1.0, alpha_there=0.05");
}

void bind_evidence(stats_registry& all) {
  all.numbers("sequential", "log_e_value", "events, trials, limit, a, b",
              static_cast<double (*)(std::uint64_t, std::uint64_t, double, double, double)>(
                  [](std::uint64_t x, std::uint64_t n, double limit, double a, double b) {
                    return log_e_value(x, n, limit, {a, b});
                  }),
              "a=0.5, b=0.5");
  all.numbers("sequential", "log_e_value_of_rate", "events, exposure, limit, a, b",
              static_cast<double (*)(std::uint64_t, double, double, double, double)>(
                  [](std::uint64_t x, double t, double limit, double a, double b) {
                    return log_e_value_of_rate(x, t, limit, {a, b});
                  }),
              "a=0.5, b=1.0");
  all.arrays("sequential", "betting_log_e_value", "events, exposure, limit",
             [](const py::object& x, const py::object& t, double limit) {
               return answer(betting_log_e_value(deployments_of(x, t), limit));
             });
  all.arrays("sequential", "e_benjamini_hochberg", "e_values, alpha=0.05", [](const py::object& e, double alpha) {
    return answer(e_benjamini_hochberg(reals_of(e, "e_values"), alpha));
  });
  all.numbers("sequential", "sequential_probability_ratio", "events, trials, p0, p1, alpha, beta",
              &sequential_probability_ratio);
}

void bind_changes(stats_registry& all) {
  all.arrays("sequential", "bernoulli_cusum", "outcomes, p0, p1", [](const py::object& outcomes, double p0, double p1) {
    bernoulli_cusum sum(p0, p1);
    std::vector<double> after;
    for (const std::uint32_t event : truths_of(outcomes, "outcomes")) {
      if (event == 1)
        sum.add_event();
      else
        sum.add_trials_without_event(1);
      after.push_back(sum.value);
    }
    py::dict out = answer(sum);
    out["after"] = to_python(after);
    return py::object(out);
  });
  all.numbers("sequential", "poisson_reference", "baseline, shifted", &poisson_reference);
  all.numbers("sequential", "run_length", "probability, per_event, alarm", &run_length);
  all.numbers("sequential", "design_cusum", "baseline, shifted, once_in", &design_cusum);
  all.numbers("sequential", "cusum_after", "before, events, exposure, reference",
              static_cast<double (*)(double, std::uint64_t, double, double)>(
                  [](double before, std::uint64_t x, double t, double reference) {
                    return cusum_after(before, x, t, {.reference = reference});
                  }));
  all.arrays("sequential", "rank_drift", "values, once_in", [](const py::object& values, double once_in) {
    return answer(rank_drift(reals_of(values, "values"), once_in));
  });
}

} // namespace

void bind_sequential(stats_registry& all) {
  bind_confidence_sequences(all);
  bind_evidence(all);
  bind_changes(all);
}

} // namespace lfreval::python
