// Two groups and many: ratios, differences, tests, equivalence, power, indices, strata, regression.
#include "stats.hpp"

#include <pybind11/stl.h>

#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/disparity/equivalence.hpp>
#include <lfreval/disparity/firth.hpp>
#include <lfreval/disparity/index_appendix.hpp>
#include <lfreval/disparity/logistic.hpp>
#include <lfreval/disparity/max_over_min.hpp>
#include <lfreval/disparity/shrinkage.hpp>
#include <lfreval/disparity/stratified.hpp>
#include <lfreval/disparity/summary.hpp>
#include <lfreval/intervals/multiplicity.hpp>
#include <lfreval/intervals/paired.hpp>
#include <lfreval/intervals/permutation.hpp>
#include <lfreval/intervals/rate_difference.hpp>
#include <lfreval/intervals/rate_ratio.hpp>
#include <lfreval/intervals/risk_ratio.hpp>
#include <lfreval/intervals/shares.hpp>
#include <lfreval/intervals/two_by_two.hpp>

#include "estimate_fields.hpp"
#include "watched.hpp"

namespace lfreval::python {

LFREVAL_FIELDS(rate_ratio_estimate, point, limits, p_value, probability_above_one)
LFREVAL_FIELDS(rate_difference_estimate, point, limits, p_value)
LFREVAL_FIELDS(two_by_two::fisher_test, p_value, p_less, p_greater, odds_ratio, odds_limits)
LFREVAL_FIELDS(two_by_two::boschloo_test, p_value, statistic)
LFREVAL_FIELDS(k_by_two::g_statistic, g, pearson, degrees, smallest_expected, asymptotic_p, pearson_p)
LFREVAL_FIELDS(paired::mcnemar_test, p_value, mid_p)
LFREVAL_FIELDS(paired::difference_estimate, point, limits)
LFREVAL_FIELDS(permutation::permutation_test, difference, p_value, as_far, arrangements, exact)
LFREVAL_FIELDS(share::share_comparison, baseline, source, expected, observed, limits, p_excess, p_two_sided, tipping_point)
LFREVAL_FIELDS(share::multinomial_test, baseline, source, p_value, outcomes, exact)
LFREVAL_FIELDS(multiplicity::simultaneous_limits, groups, family, together)
LFREVAL_FIELDS(disparity_verdict, different, equivalent)
LFREVAL_FIELDS(equivalence::rate_ratio_test, point, p_lower, p_upper, p_value, difference, equivalence, verdict, detectable_ratio)
LFREVAL_FIELDS(equivalence::equality_of_groups, verdict, p_value, shown_margin, first, second, pairs, without_exposure)
LFREVAL_FIELDS(power::planned_exposure, exposure, total_events)
LFREVAL_FIELDS(power::detectable_ratio, critical_events, ratio)
LFREVAL_FIELDS(fairness::max_over_min_estimate, point, limits, largest, smallest, pairs)
LFREVAL_FIELDS(fairness::max_over_min_reference, statistic, smoothed, median, upper, p_value, replicates)
LFREVAL_FIELDS(fairness::between_groups, q, p_value, tau_squared, tau)
LFREVAL_FIELDS(fairness::group_summary, max_over_min, under_equality, max_over_geomean, between, groups, without_exposure, without_events, events)
LFREVAL_FIELDS(group_count, events, exposure)
LFREVAL_FIELDS(fairness::shrunken_rate, counted, rate, towards, limits)
LFREVAL_FIELDS(fairness::shrinkage, groups, squared_cv, shape, rate, log_likelihood, no_heterogeneity, replicates, without_events)
LFREVAL_FIELDS(stratified::silent_strata, strata, exposure, share)
LFREVAL_FIELDS(stratified::common_ratio, ratio, limits, strata, silent)
LFREVAL_FIELDS(stratified::cmh_test, chi_square, p_value, corrected_chi_square, corrected_p_value, odds)
LFREVAL_FIELDS(stratified::exact_cmh, p_value, odds)
LFREVAL_FIELDS(stratified::homogeneity, breslow_day, p_breslow_day, tarone, p_tarone, odds_ratio, strata)
LFREVAL_FIELDS(logit::logistic_fit, coefficients, standard_errors, log_likelihood, iterations)
LFREVAL_FIELDS(logit::firth_fit, coefficients, standard_errors, penalised_log_likelihood, iterations)
LFREVAL_FIELDS(logit::two_way_errors, errors, unguarded, flags)
LFREVAL_FIELDS(logit::coefficient, estimate, standard_error, limits)
LFREVAL_FIELDS(logit::adjusted_fit, coefficients, separated, clusters, flags)

namespace {

std::vector<group_count> groups_of(const py::object& events, const py::object& exposure) {
  const auto x = counts_of(events, "events");
  const auto t = reals_of(exposure, "exposure");
  if (x.size() != t.size()) throw std::invalid_argument("events, exposure: there are " + std::to_string(x.size()) + " and " + std::to_string(t.size()));
  std::vector<group_count> out;
  for (std::size_t i = 0; i < x.size(); ++i) out.push_back({x[i], t[i]});
  return out;
}

/// Strata as four columns of equal length.
std::vector<stratified::table> tables_of(const py::object& events, const py::object& others, const py::object& reference_events, const py::object& reference_others) {
  const auto a = counts_of(events, "events"), b = counts_of(others, "others"), c = counts_of(reference_events, "reference_events"),
             d = counts_of(reference_others, "reference_others");
  if (a.size() != b.size() || a.size() != c.size() || a.size() != d.size()) throw std::invalid_argument("strata: the four columns differ in length");
  std::vector<stratified::table> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back({a[i], b[i], c[i], d[i]});
  return out;
}

/// Covariates row by row and the outcomes beside them.
struct regression {
  real_array covariates;
  std::vector<cluster_tally> outcomes;

  regression(const py::object& given, const py::object& events, const py::object& trials) {
    const auto a = py::array::ensure(given);
    if (!a || a.ndim() != 2 || std::string_view("fiu").find(a.dtype().kind()) == std::string_view::npos) {
      PyErr_Clear();
      throw py::type_error("covariates: a table of numbers is needed, one row for each outcome, a column of ones for the intercept");
    }
    covariates = real_array(a.attr("astype")("float64"));
    outcomes = tallies_of(events, trials);
    if (static_cast<std::size_t>(covariates.shape(0)) != outcomes.size()) throw std::invalid_argument("covariates: there is not one row for each outcome");
  }
  [[nodiscard]] logit::regression_rows rows() const {
    return {{covariates.data(), static_cast<std::size_t>(covariates.size())}, static_cast<std::size_t>(covariates.shape(1)), outcomes};
  }
};

logit::few_clusters_correction correction_of(const std::string& written) {
  if (written == "cr0") return logit::few_clusters_correction::cr0;
  if (written == "cr1") return logit::few_clusters_correction::cr1;
  if (written == "cr2") return logit::few_clusters_correction::cr2;
  throw std::invalid_argument("correction: \"" + written + "\"; allowed: cr0, cr1, cr2");
}

power::alternative alternative_of(const std::string& written) {
  if (written == "either") return power::alternative::either;
  if (written == "higher") return power::alternative::higher;
  throw std::invalid_argument("alternative: \"" + written + "\"; allowed: either, higher");
}

std::vector<paired::discordant> discordant_of(const py::object& first_only, const py::object& second_only, const py::object& passages) {
  const auto a = counts_of(first_only, "first_only"), b = counts_of(second_only, "second_only"), n = counts_of(passages, "passages");
  if (a.size() != b.size() || a.size() != n.size()) throw std::invalid_argument("persons: the three columns differ in length");
  std::vector<paired::discordant> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.push_back({a[i], b[i], n[i]});
  return out;
}

using index = estimable<double> (*)(std::span<const double>);
void index_of_rates(stats_registry& all, const char* name, index does) {
  all.arrays("fairness", name, "rates", [does](const py::object& rates) { return answer(does(reals_of(rates, "rates"))); });
}
using index_of_both = estimable<double> (*)(std::span<const double>, std::span<const double>, double);
void index_of_errors(stats_registry& all, const char* name, index_of_both does) {
  all.arrays("fairness", name, "false_positives, misses, alpha=0.5", [does](const py::object& false_positives, const py::object& misses, double alpha) {
    return answer(does(reals_of(false_positives, "false_positives"), reals_of(misses, "misses"), alpha));
  });
}
using adjustment = std::vector<double> (*)(std::span<const double>);
void adjusted_p(stats_registry& all, const char* name, adjustment does) {
  all.arrays("multiplicity", name, "p", [does](const py::object& p) { return answer(does(reals_of(p, "p"))); });
}

/// Two-sided limits that somebody has made before.
interval limits_given(double lower, double upper, confidence level) {
  interval out;
  out.lower = lower;
  out.upper = upper;
  out.level = level;
  out.on = sides::two;
  return out;
}

void bind_two_groups(stats_registry& all) {
  all.numbers("rate_ratio", "conditional_exact", "x1, t1, x2, t2", &rate_ratio::conditional_exact);
  all.numbers("rate_ratio", "conditional_effective", "x1, t1, x2, t2", &rate_ratio::conditional_effective);
  all.numbers("rate_ratio", "midp", "x1, t1, x2, t2", &rate_ratio::midp);
  all.numbers("rate_ratio", "score", "x1, t1, x2, t2", &rate_ratio::score);
  all.numbers("rate_ratio", "widen_by_denominators", "point, lower, upper, cv1, cv2",
              static_cast<interval (*)(double, double, double, double, double, confidence)>(
                  [](double point, double lower, double upper, double cv1, double cv2, confidence level) {
                    return rate_ratio::widen_by_denominators(point, limits_given(lower, upper, level), cv1, cv2);
                  }));
  all.numbers("rate_ratio", "bayes_gamma", "x1, t1, x2, t2", &rate_ratio::bayes_gamma);
  all.numbers("ratio", "koopman", "x1, n1, x2, n2", &ratio::koopman);
  all.numbers("ratio", "miettinen_nurminen", "x1, n1, x2, n2", &ratio::miettinen_nurminen);
  all.numbers("ratio", "katz_log", "x1, n1, x2, n2", &ratio::katz_log);
  all.numbers("ratio", "katz_haldane", "x1, n1, x2, n2", &ratio::katz_haldane);
  all.numbers("ratio", "mover_r_wilson", "x1, n1, x2, n2", &ratio::mover_r_wilson);
  all.numbers("ratio", "bayes_beta", "x1, n1, x2, n2", &ratio::bayes_beta);
  all.numbers("ratio", "mover_r", "p1, lower1, upper1, p2, lower2, upper2",
              static_cast<estimable<rate_ratio_estimate> (*)(double, double, double, double, double, double, confidence)>(
                  [](double p1, double l1, double u1, double p2, double l2, double u2, confidence level) {
                    return ratio::mover_r(p1, limits_given(l1, u1, level), p2, limits_given(l2, u2, level));
                  }));
  all.numbers("difference", "miettinen_nurminen", "x1, n1, x2, n2", &difference::miettinen_nurminen);
  all.numbers("difference", "mee_score", "x1, n1, x2, n2", &difference::mee_score);
  all.numbers("difference", "newcombe", "x1, n1, x2, n2", &difference::newcombe);
  all.numbers("difference", "mover_d", "p1, lower1, upper1, p2, lower2, upper2",
              static_cast<rate_difference_estimate (*)(double, double, double, double, double, double, confidence)>(
                  [](double p1, double l1, double u1, double p2, double l2, double u2, confidence level) {
                    return difference::mover_d(p1, limits_given(l1, u1, level), p2, limits_given(l2, u2, level));
                  }));
  all.numbers("difference", "agresti_caffo", "x1, n1, x2, n2", &difference::agresti_caffo);
  all.numbers("two_by_two", "fisher", "x1, n1, x2, n2", &two_by_two::fisher);
  all.numbers("two_by_two", "boschloo", "x1, n1, x2, n2", &two_by_two::boschloo);
  all.arrays("k_by_two", "g_statistic_of", "events, trials", [](const py::object& x, const py::object& n) { return answer(k_by_two::g_statistic_of(tallies_of(x, n))); });
  all.arrays("k_by_two", "g_test", "events, trials", [](const py::object& x, const py::object& n) { return answer(k_by_two::g_test(tallies_of(x, n))); });

  all.numbers("paired", "mcnemar_exact", "first_only, second_only", &paired::mcnemar_exact);
  all.numbers("paired", "discordant_ratio", "first_only, second_only", &paired::discordant_ratio);
  all.numbers("paired", "tango", "first_only, second_only, passages",
              static_cast<estimable<paired::difference_estimate> (*)(std::uint64_t, std::uint64_t, std::uint64_t, confidence, sides)>(
                  [](std::uint64_t a, std::uint64_t b, std::uint64_t n, confidence level, sides on) { return paired::tango({a, b, n}, level, on); }));
  all.numbers("paired", "tango_effective", "first_only, second_only, passages", &paired::tango_effective);
  all.arrays("paired", "cluster_difference", "first_only, second_only, passages",
             [](const py::object& a, const py::object& b, const py::object& n) {
               return answer(paired::cluster_difference(discordant_of(a, b, n)));
             });
  all.arrays("paired", "sign_flip", "first_only, second_only, passages", [](const py::object& a, const py::object& b, const py::object& n) {
    return answer(paired::sign_flip(discordant_of(a, b, n)));
  });
  all.numbers("permutation", "monte_carlo_p", "as_far, draws", &permutation::monte_carlo_p);
  all.arrays("permutation", "two_group_cluster_counts",
             "events_a, exposure_a, events_b, exposure_b, *, most_arrangements=1_000_000, draws=9_999, seed=0, stream=0, progress=None",
             [](const py::object& xa, const py::object& na, const py::object& xb, const py::object& nb, std::uint64_t most, std::uint64_t draws,
                std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto a = tallies_of(xa, na), b = tallies_of(xb, nb);
               return answer(run_watched(progress, [&] {
                 return permutation::two_group_cluster_counts(a, b, {.most_arrangements = most, .draws = draws, .seed = seed, .stream = stream});
               }));
             });

  all.arrays("share", "compare", "counts, group, shares, *, name, source, confidence=0.95",
             [](const py::object& counts, std::size_t group, const py::object& shares, const std::string& name, const std::string& source, double level) {
               return answer(share::compare(counts_of(counts, "counts"), group, {name, source, reals_of(shares, "shares")}, level_of(level)));
             });
  all.arrays("share", "exact_multinomial", "counts, shares, *, name, source, most_outcomes=1_000_000, draws=9_999, seed=0, stream=0, progress=None",
             [](const py::object& counts, const py::object& shares, const std::string& name, const std::string& source, std::uint64_t most,
                std::uint64_t draws, std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto x = counts_of(counts, "counts");
               const share::baseline against{name, source, reals_of(shares, "shares")};
               return answer(run_watched(progress, [&] {
                 return share::exact_multinomial(x, against, {.most_outcomes = most, .draws = draws, .seed = seed, .stream = stream});
               }));
             });
  all.numbers("share", "tipping_point", "events, total", &share::tipping_point);
}

void bind_equality(stats_registry& all) {
  adjusted_p(all, "holm", &multiplicity::holm);
  adjusted_p(all, "hochberg", &multiplicity::hochberg);
  adjusted_p(all, "hommel", &multiplicity::hommel);
  adjusted_p(all, "benjamini_hochberg", &multiplicity::benjamini_hochberg);
  adjusted_p(all, "benjamini_yekutieli", &multiplicity::benjamini_yekutieli);
  all.arrays("multiplicity", "bonferroni_clopper_pearson", "events, trials, *, confidence=0.95, sides='two'",
             [](const py::object& x, const py::object& n, double level, const std::string& on) {
               return answer(multiplicity::bonferroni_clopper_pearson(tallies_of(x, n), level_of(level), sides_of(on)));
             });
  all.arrays("multiplicity", "max_z_quantile", "correlation, *, confidence=0.95", [](const py::object& correlation, double level) {
    if (PyIndex_Check(correlation.ptr()) != 0 && !py::isinstance<py::array>(correlation))
      return answer(multiplicity::max_z_quantile(static_cast<std::size_t>(count_of(correlation, "correlation")), level_of(level)));
    const auto flat = py::array::ensure(correlation);
    if (!flat || flat.ndim() != 2) throw py::type_error("correlation: a square table is needed, or the number of unrelated groups");
    return answer(multiplicity::max_z_quantile(reals_of(flat.attr("ravel")(), "correlation"), level_of(level)));
  });

  all.numbers("equivalence", "tost_rate_ratio", "x1, t1, x2, t2, margin", &equivalence::tost_rate_ratio);
  all.numbers("equivalence", "tost_rate_ratio_exact", "x1, t1, x2, t2, margin", &equivalence::tost_rate_ratio_exact);
  all.numbers("equivalence", "judge", "difference_lower, difference_upper, equivalence_lower, equivalence_upper, margin",
              static_cast<disparity_verdict (*)(double, double, double, double, double, confidence)>(
                  [](double l, double u, double within_l, double within_u, double margin, confidence level) {
                    const confidence within = confidence::checked(1.0 - 2.0 * level.alpha());
                    return equivalence::judge(limits_given(l, u, level), limits_given(within_l, within_u, within), margin);
                  }));
  all.arrays("equivalence", "of_all_groups", "events, exposure, margin, *, confidence=0.95",
             [](const py::object& x, const py::object& t, double margin, double level) { return answer(equivalence::of_all_groups(groups_of(x, t), margin, level_of(level))); });

  all.numbers("power", "faces_per_group", "reference_rate, ratio, power",
              static_cast<double (*)(double, double, double, confidence)>([](double rate, double ratio, double chance, confidence level) { return power::faces_per_group(rate, ratio, level, chance); }));
  all.numbers("power", "rate_ratio_normal_logscale", "reference_rate, ratio, power, allocation",
              static_cast<power::planned_exposure (*)(double, double, double, double, confidence)>(
                  [](double rate, double ratio, double chance, double allocation, confidence level) { return power::rate_ratio_normal_logscale(rate, ratio, level, chance, allocation); }));
  all.numbers("power", "two_prop_normal", "p1, p2, power",
              static_cast<double (*)(double, double, double, confidence)>([](double p1, double p2, double chance, confidence level) { return power::two_prop_normal(p1, p2, level, chance); }));
  all.arrays("power", "rate_ratio_exact_conditional", "rate1, t1, rate2, t2, *, confidence=0.95, alternative='either'",
             [](double rate1, double t1, double rate2, double t2, double level, const std::string& side) {
               return answer(power::rate_ratio_exact_conditional(rate1, t1, rate2, t2, level_of(level), alternative_of(side)));
             });
  all.numbers("power", "min_detectable_ratio_exact", "reference_rate, t1, t2, power",
              static_cast<double (*)(double, double, double, double, confidence)>(
                  [](double rate, double t1, double t2, double chance, confidence level) { return power::min_detectable_ratio_exact(rate, t1, t2, level, chance); }));
  all.arrays("power", "rate_ratio_given_total", "total_events, exposure_share, ratio, *, confidence=0.95, alternative='either'",
             [](std::uint64_t total, double share, double ratio, double level, const std::string& side) {
               return answer(power::rate_ratio_given_total(total, share, ratio, level_of(level), alternative_of(side)));
             });
  all.arrays("power", "min_detectable_ratio_given_total", "total_events, exposure_share, *, power=0.8, confidence=0.95, alternative='either'",
             [](std::uint64_t total, double share, double chance, double level, const std::string& side) {
               return answer(power::min_detectable_ratio_given_total(total, share, level_of(level), chance, alternative_of(side)));
             });
  all.numbers("power", "equivalence_events", "margin, power",
              static_cast<double (*)(double, double, confidence)>([](double margin, double chance, confidence level) { return power::equivalence_events(margin, level, chance); }));
}

void bind_many_groups(stats_registry& all) {
  index_of_rates(all, "gini", &fairness::gini);
  index_of_rates(all, "theil", &fairness::theil);
  index_of_rates(all, "mape", &fairness::mape);
  index_of_rates(all, "max_over_mean", &fairness::max_over_mean);
  index_of_rates(all, "max_over_geomean", &fairness::max_over_geomean);
  index_of_rates(all, "log10_max_over_min", &fairness::log10_max_over_min);
  index_of_rates(all, "between_group_sd_log", &fairness::between_group_sd_log);
  index_of_errors(all, "fdr", &fairness::fdr);
  index_of_errors(all, "inequity_rate", &fairness::inequity_rate);
  index_of_errors(all, "garbe", &fairness::garbe);
  all.arrays("fairness", "weighted_gini", "rates, weights", [](const py::object& rates, const py::object& weights) {
    return answer(fairness::weighted_gini(reals_of(rates, "rates"), reals_of(weights, "weights")));
  });
  all.arrays("fairness", "expected_max_over_min_under_equality", "expected_count, groups, *, smoothing=0.5",
             [](double expected, std::size_t groups, double smoothing) { return answer(fairness::expected_max_over_min_under_equality(expected, groups, smoothing)); });
  all.arrays("fairness", "max_over_min_null_quantile", "expected_count, groups, q, *, smoothing=0.5",
             [](double expected, std::size_t groups, double q, double smoothing) { return answer(fairness::max_over_min_null_quantile(expected, groups, q, smoothing)); });
  all.arrays("fairness", "max_over_min_given_total", "events, exposure, *, replicates=10_000, seed=0, stream=0, progress=None",
             [](const py::object& x, const py::object& t, std::uint64_t replicates, std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto groups = groups_of(x, t);
               return answer(run_watched(progress, [&] {
                 return fairness::max_over_min_given_total(std::span<const group_count>(groups), {.replicates = replicates, .seed = seed, .stream = stream});
               }));
             });
  all.arrays("fairness", "max_over_min_projection_ci", "events, exposure, *, confidence=0.95",
             [](const py::object& x, const py::object& t, double level) { return answer(fairness::max_over_min_projection_ci(groups_of(x, t), level_of(level))); });
  all.arrays("fairness", "dl_tau_log_rates", "events, exposure", [](const py::object& x, const py::object& t) { return answer(fairness::dl_tau_log_rates(groups_of(x, t))); });
  all.arrays("fairness", "summarise", "events, exposure, *, confidence=0.95, replicates=10_000, seed=0, stream=0, progress=None",
             [](const py::object& x, const py::object& t, double level, std::uint64_t replicates, std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto groups = groups_of(x, t);
               const confidence at = level_of(level);
               return answer(run_watched(progress, [&] { return fairness::summarise(groups, at, {.replicates = replicates, .seed = seed, .stream = stream}); }));
             });
  all.arrays("fairness", "intersectional_shrinkage",
             "events, exposure, rows, *, confidence=0.95, replicates=400, seed=0, stream=0, progress=None",
             [](const py::object& x, const py::object& t, std::size_t rows, double level, std::uint32_t replicates,
                std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto cells = groups_of(x, t);
               const confidence at = level_of(level);
               const fairness::shrinkage_options how{.replicates = replicates, .seed = seed, .stream = stream};
               return answer(
                   run_watched(progress, [&] { return fairness::intersectional_shrinkage(cells, rows, at, how); }));
             });
  all.arrays("fairness", "empirical_bayes_gamma_poisson", "events, exposure, *, confidence=0.95, replicates=400, seed=0, stream=0, progress=None",
             [](const py::object& x, const py::object& t, double level, std::uint32_t replicates, std::uint64_t seed, std::uint32_t stream, const py::object& progress) {
               const auto groups = groups_of(x, t);
               const confidence at = level_of(level);
               return answer(run_watched(progress, [&] { return fairness::empirical_bayes_gamma_poisson(groups, at, {.replicates = replicates, .seed = seed, .stream = stream}); }));
             });

  const char* const strata = "events, others, reference_events, reference_others, *, confidence=0.95";
  all.arrays("stratified", "cmh", strata, [](const py::object& a, const py::object& b, const py::object& c, const py::object& d, double level) { return answer(stratified::cmh(tables_of(a, b, c, d), level_of(level))); });
  all.arrays("stratified", "cmh_exact", strata, [](const py::object& a, const py::object& b, const py::object& c, const py::object& d, double level) { return answer(stratified::cmh_exact(tables_of(a, b, c, d), level_of(level))); });
  all.arrays("stratified", "mh_risk_ratio", strata, [](const py::object& a, const py::object& b, const py::object& c, const py::object& d, double level) { return answer(stratified::mh_risk_ratio(tables_of(a, b, c, d), level_of(level))); });
  all.arrays("stratified", "breslow_day", "events, others, reference_events, reference_others",
             [](const py::object& a, const py::object& b, const py::object& c, const py::object& d) { return answer(stratified::breslow_day(tables_of(a, b, c, d))); });
  all.arrays("stratified", "mh_rate_ratio", "events, exposure, reference_events, reference_exposure, *, confidence=0.95",
             [](const py::object& x1, const py::object& t1, const py::object& x0, const py::object& t0, double level) {
               const auto group = groups_of(x1, t1), reference = groups_of(x0, t0);
               if (group.size() != reference.size()) throw std::invalid_argument("strata: the columns differ in length");
               std::vector<stratified::rates> made;
               for (std::size_t i = 0; i < group.size(); ++i) made.push_back({group[i].events, group[i].exposure, reference[i].events, reference[i].exposure});
               return answer(stratified::mh_rate_ratio(made, level_of(level)));
             });

  all.arrays("logit", "fit", "covariates, events, trials", [](const py::object& x, const py::object& y, const py::object& n) { return answer(logit::fit(regression(x, y, n).rows())); });
  all.arrays("logit", "firth", "covariates, events, trials", [](const py::object& x, const py::object& y, const py::object& n) { return answer(logit::firth(regression(x, y, n).rows())); });
  all.arrays("logit", "firth_profile_interval", "covariates, events, trials, place, *, confidence=0.95",
             [](const py::object& x, const py::object& y, const py::object& n, std::size_t place, double level) {
               const regression data(x, y, n);
               return answer(logit::firth_profile_interval(data.rows(), value_or_raise(logit::firth(data.rows())), place,
                                                           level_of(level)));
             });
  all.arrays("logit", "flic_intercept", "covariates, events, trials, place",
             [](const py::object& x, const py::object& y, const py::object& n, std::size_t place) {
               const regression data(x, y, n);
               return answer(logit::flic_intercept(data.rows(), value_or_raise(logit::firth(data.rows())), place));
             });
  all.arrays("logit", "cluster_robust", "covariates, events, trials, clusters, *, correction='cr2'",
             [](const py::object& x, const py::object& y, const py::object& n, const py::object& clusters, const std::string& correction) {
               const regression data(x, y, n);
               return answer(logit::cluster_robust(data.rows(), value_or_raise(logit::fit(data.rows())), counts_of(clusters, "clusters"), correction_of(correction)));
             });
  all.arrays("logit", "two_way_robust", "covariates, events, trials, one, other",
             [](const py::object& x, const py::object& y, const py::object& n, const py::object& one, const py::object& other) {
               const regression data(x, y, n);
               return answer(logit::two_way_robust(data.rows(), value_or_raise(logit::fit(data.rows())), counts_of(one, "one"), counts_of(other, "other")));
             });
  all.arrays("logit", "adjusted", "covariates, events, trials, clusters, *, confidence=0.95",
             [](const py::object& x, const py::object& y, const py::object& n, const py::object& clusters, double level) {
               return answer(logit::adjusted(regression(x, y, n).rows(), counts_of(clusters, "clusters"), level_of(level)));
             });
  all.numbers("logit", "firth_saturated", "x1, n1, x2, n2", &logit::firth_saturated);
  all.numbers("poisson", "firth_saturated", "x1, t1, x2, t2", &poisson::firth_saturated);
}

} // namespace

void bind_groups(stats_registry& all) {
  bind_two_groups(all);
  bind_equality(all);
  bind_many_groups(all);
}

} // namespace lfreval::python
