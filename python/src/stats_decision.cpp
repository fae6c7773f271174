// What was gained against what was taken: costs, net benefit, beliefs, another tactic, places with and without a
// change.
#include "stats.hpp"

#include <lfreval/proportionality/alternative.hpp>
#include <lfreval/proportionality/belief.hpp>
#include <lfreval/proportionality/decision_curve.hpp>
#include <lfreval/proportionality/net_benefit.hpp>
#include <lfreval/proportionality/yield.hpp>

#include "scores.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(decision::bounded_figure, point, limits)
LFREVAL_FIELDS(decision::cost_optimal_rule, probability, odds)
LFREVAL_FIELDS(decision::net_benefit_estimate, point, standard_error, limits, flags)
LFREVAL_FIELDS(decision::break_even_rate, point, limits, flags)
LFREVAL_FIELDS(decision::noninferiority_answer, ratio, p_value, lower_limit, not_inferior)
LFREVAL_FIELDS(decision::change_estimate, ratio, ratio_limits, difference, difference_limits, degrees, changed_sites,
               control_sites, flags)
LFREVAL_FIELDS(decision::share_prior, a, b)
LFREVAL_FIELDS(decision::posterior_probability, probability, prior)
LFREVAL_FIELDS(decision::assurance_value, probability, most_events, design)
LFREVAL_FIELDS(decision::decision_point, threshold_probability, exchange, gained, harmed, net_benefit,
               alert_on_everybody)
LFREVAL_FIELDS(decision::decision_curve_counts, listed, others, points)

namespace {

using namespace decision;

std::vector<decision_cluster> clusters_of(const py::object& gained, const py::object& harmed,
                                          const py::object& exposure) {
  const auto x = counts_of(gained, "gained"), y = counts_of(harmed, "harmed"), n = counts_of(exposure, "exposure");
  require_same_length("gained, harmed", x.size(), y.size());
  require_same_length("gained, exposure", x.size(), n.size());
  std::vector<decision_cluster> out;
  for (std::size_t i = 0; i < x.size(); ++i)
    out.push_back({x[i], y[i], n[i]});
  return out;
}

using change = estimable<change_estimate> (*)(std::span<const site_periods>, confidence);
void change_of_sites(stats_registry& all, const char* name, change does) {
  all.arrays(
      "decision", name, "before_events, before_exposure, after_events, after_exposure, changed, *, confidence=0.95",
      [does](const py::object& before_events, const py::object& before_exposure, const py::object& after_events,
             const py::object& after_exposure, const py::object& changed, double level) {
        const auto xb = counts_of(before_events, "before_events"), tb = counts_of(before_exposure, "before_exposure"),
                   xa = counts_of(after_events, "after_events"), ta = counts_of(after_exposure, "after_exposure");
        const auto was_changed = truths_of(changed, "changed");
        for (const std::size_t length : {tb.size(), xa.size(), ta.size(), was_changed.size()})
          require_same_length("sites", xb.size(), length);
        std::vector<site_periods> sites;
        for (std::size_t i = 0; i < xb.size(); ++i)
          sites.push_back({{xb[i], tb[i]}, {xa[i], ta[i]}, was_changed[i] == 1});
        return answer(does(sites, level_of(level)));
      });
}

void bind_costs(stats_registry& all) {
  all.numbers("decision", "number_needed_to_scan", "outcomes, faces", &number_needed_to_scan);
  all.numbers("decision", "false_alert_share", "wrong, alerts", &false_alert_share);
  all.numbers("decision", "cost_optimal_probability", "false_alert, miss", &cost_optimal_probability);
  all.numbers("decision", "cost_optimal_likelihood_ratio", "false_alert, miss, prevalence",
              static_cast<double (*)(double, double, double)>([](double false_alert, double miss, double prevalence) {
                return cost_optimal_probability(false_alert, miss).likelihood_ratio(prevalence);
              }));
  all.numbers("decision", "probability_below", "events, trials, target, a, b",
              static_cast<posterior_probability (*)(std::uint64_t, std::uint64_t, double, double, double)>(
                  [](std::uint64_t x, std::uint64_t n, double target, double a, double b) {
                    return probability_below(x, n, target, {a, b});
                  }),
              "a=0.5, b=0.5");
  all.numbers("decision", "assurance", "trials, target, a, b",
              static_cast<assurance_value (*)(std::uint64_t, double, double, double, confidence)>(
                  [](std::uint64_t n, double target, double a, double b, confidence level) {
                    return assurance(n, target, level, {a, b});
                  }));
}

void bind_net_benefit(stats_registry& all) {
  all.numbers("decision", "threshold_probability", "exchange_rate",
              static_cast<double (*)(double)>([](double w) { return exchange_rate(w).threshold_probability(); }));
  all.numbers(
      "decision", "net_benefit", "gained, harmed, trials, exchange_rate",
      static_cast<estimable<net_benefit_estimate> (*)(std::uint64_t, std::uint64_t, std::uint64_t, double, confidence)>(
          [](std::uint64_t gained, std::uint64_t harmed, std::uint64_t trials, double w, confidence level) {
            return net_benefit(gained, harmed, trials, exchange_rate(w), level);
          }));
  all.arrays(
      "decision", "clustered_benefit", "gained, harmed, exposure, exchange_rate, *, by='deployment', confidence=0.95",
      [](const py::object& gained, const py::object& harmed, const py::object& exposure, double w,
         const std::string& by, double level) {
        const clustered_benefit sums(clusters_of(gained, harmed, exposure), cluster_unit_of(by), level_of(level));
        return answer(sums.at(exchange_rate(w)));
      });
  all.numbers("decision", "break_even", "gained, harmed",
              static_cast<estimable<break_even_rate> (*)(std::uint64_t, std::uint64_t, confidence)>(&break_even));
  all.arrays("decision", "break_even_of_clusters", "gained, harmed, exposure, *, by='deployment', confidence=0.95",
             [](const py::object& gained, const py::object& harmed, const py::object& exposure, const std::string& by,
                double level) {
               return answer(break_even(clusters_of(gained, harmed, exposure), cluster_unit_of(by), level_of(level)));
             });
  all.arrays(
      "decision", "decision_curve", "probabilities, is_listed, threshold_probabilities, *, threads=1",
      [](const py::object& probabilities, const py::object& is_listed, const py::object& thresholds, unsigned threads) {
        return answer(decision_curve(scores_in(probabilities, "probabilities"), truths_of(is_listed, "is_listed"),
                                     reals_of(thresholds, "threshold_probabilities"), threads));
      });
}

} // namespace

void bind_decisions(stats_registry& all) {
  bind_costs(all);
  bind_net_benefit(all);
  all.numbers("decision", "noninferiority_rate_ratio", "x1, t1, x2, t2, margin", &noninferiority_rate_ratio);
  change_of_sites(all, "difference_in_differences", &difference_in_differences);
  change_of_sites(all, "before_and_after", &before_and_after);
}

} // namespace lfreval::python
