#include <lfreval/report/pooled_evaluations.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include <lfreval/series/beta_binomial.hpp>
#include <lfreval/series/funnel.hpp>
#include <lfreval/series/meta.hpp>
#include <lfreval/series/negative_binomial.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/fields.hpp"
#include "report/sentences.hpp"
#include "report/wrap.hpp"
#include "report/written_rates.hpp"

namespace lfreval {

namespace {

/// A condition of each programme as one text; empty where it is not on record or several values were pooled.
using values_by_programme = std::vector<std::string>;

std::map<std::string, values_by_programme> conditions_by_name(const std::vector<conditions>& all) {
  std::map<std::string, values_by_programme> out;
  const auto named = [&](const char* name, auto part) {
    values_by_programme& values = out[name];
    for (const conditions& one : all) values.push_back((one.*part).is_one() ? *(one.*part).values.begin() : "");
  };
  const auto counted = [&](const char* name, auto part) {
    values_by_programme& values = out[name];
    for (const conditions& one : all) {
      const auto mean = (one.*part).weighted_mean();
      values.push_back(mean && (one.*part).unknown == 0 ? significant(*mean, 2, rounding::nearest) : "");
    }
  };
  named("threshold", &conditions::threshold);
  named("system", &conditions::system);
  named("use_case", &conditions::use_case);
  named("site", &conditions::site);
  counted("watchlist_images", &conditions::watchlist_images);
  counted("watchlist_persons", &conditions::watchlist_persons);
  return out;
}

/// The same programmes together, whatever their values are called.
std::vector<std::size_t> partition_of(const values_by_programme& values) {
  std::vector<std::size_t> out;
  for (const std::string& value : values) out.push_back(static_cast<std::size_t>(std::find(values.begin(), values.end(), value) - values.begin()));
  return out;
}

std::vector<explained_spread> explain(const std::vector<meta::study_effect>& effects, const std::vector<conditions>& all, confidence level) {
  std::map<std::vector<std::size_t>, std::vector<std::string>> alike;
  const auto by_name = conditions_by_name(all);
  for (const auto& [name, values] : by_name)
    if (std::find(values.begin(), values.end(), "") == values.end() && std::set<std::string>(values.begin(), values.end()).size() > 1) alike[partition_of(values)].push_back(name);
  std::vector<explained_spread> out;
  for (const auto& [parts, names] : alike) {
    explained_spread one;
    for (std::size_t first = 0; first < parts.size(); ++first) {
      if (parts[first] != first) continue;
      std::vector<meta::study_effect> together;
      for (std::size_t i = first; i < parts.size(); ++i)
        if (parts[i] == first) together.push_back(effects[i]);
      if (together.size() < 2) continue;
      one.heterogeneity += meta::fixed(together, level)->heterogeneity;
      one.degrees += together.size() - 1;
    }
    for (const std::string& name : names) {
      one.condition = name;
      one.moves_with.clear();
      for (const std::string& other : names)
        if (other != name) one.moves_with.push_back(other);
      out.push_back(one);
    }
  }
  std::sort(out.begin(), out.end(), [](const explained_spread& a, const explained_spread& b) { return a.condition < b.condition; });
  return out;
}

interval exponential(const interval& logarithms) {
  interval out = logarithms;
  out.lower = std::exp(logarithms.lower);
  out.upper = std::exp(logarithms.upper);
  return out;
}

void pool_logarithms(pooled_figure& out, const std::vector<meta::study_effect>& effects, const std::vector<conditions>& held, confidence level) {
  const auto made = meta::hksj(effects, level);
  if (!made) {
    out.why_not = made.error().remedy;
    return;
  }
  out.rate = std::exp(made->effect);
  out.limits = exponential(made->limits);
  out.heterogeneity = made->heterogeneity;
  out.p_value = made->q_p_value;
  out.spread = std::sqrt(std::expm1(made->between_variance));
  if (const auto next = meta::prediction_interval(*made, level, meta::prediction_quantile::t_studies_less_two)) out.predicted = exponential(*next);
  out.explained = explain(effects, held, level);
}

/// Rates of few events: the population of programmes by its likelihood, zeros included.
template <class Fit> void pool_fitted(pooled_figure& out, const estimable<Fit>& made, double mean, double spread, const std::vector<cluster_tally>& tallies, confidence level) {
  out.of_counts = true;
  if (!made) {
    out.why_not = made.error().remedy;
    return;
  }
  out.rate = mean;
  out.spread = spread;
  out.limits = made->population;
  out.heterogeneity = made->likelihood_ratio;
  out.p_value = made->p_value;
  std::vector<std::uint64_t> exposures;
  for (const cluster_tally& one : tallies) exposures.push_back(one.exposure);
  const auto middle = exposures.begin() + static_cast<std::ptrdiff_t>(exposures.size() / 2);
  std::nth_element(exposures.begin(), middle, exposures.end());
  out.predicted_exposure = *middle;
  if (const auto next = series::predict_next(*made, out.predicted_exposure, level)) out.predicted = next->counts;
}

void pool_counts(pooled_figure& out, const std::vector<cluster_tally>& tallies, confidence level) {
  // Where a share is not rare a count cannot go on rising, which Poisson's law does not know.
  constexpr double rare = 0.05;
  const bool share = describe(out.metric).family == metric_family::share;
  if (share && std::any_of(out.rates.begin(), out.rates.end(), [](const programme_rate& one) { return one.rate > rare; })) {
    const auto made = series::fit_beta_binomial(tallies, level);
    const double mean = made ? made->mean : 0.0;
    pool_fitted(out, made, mean, made && mean > 0.0 ? std::sqrt(made->correlation * (1.0 - mean) / mean) : 0.0, tallies, level);
    return;
  }
  const auto made = series::fit_negative_binomial(tallies, level);
  pool_fitted(out, made, made ? made->rate : 0.0, made ? std::sqrt(made->squared_cv) : 0.0, tallies, level);
}

void note_conditions(pooled_figure& out, const std::vector<conditions>& held) {
  std::set<std::string> differences, unknown;
  for (std::size_t i = 0; i < held.size(); ++i)
    for (std::size_t j = i + 1; j < held.size(); ++j) {
      const comparability fair = compare(held[i], held[j]);
      if (fair.allowed == comparability::status::refused) out.why_not = "not counted or labelled in the same way";
      differences.insert(fair.differences.begin(), fair.differences.end());
      unknown.insert(fair.unknown.begin(), fair.unknown.end());
    }
  out.differences.assign(differences.begin(), differences.end());
  out.unknown.assign(unknown.begin(), unknown.end());
}

pooled_figure figure_of(const std::string& key, const std::vector<written_evaluation>& from, confidence level, bool shares_inputs) {
  constexpr double highest_rate = 0.5;
  pooled_figure out;
  out.key = key;
  std::vector<conditions> held;
  std::vector<meta::study_effect> effects;
  std::vector<cluster_tally> tallies;
  bool enough = true;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto found = from[i].rates.find(key);
    if (found == from[i].rates.end()) continue;
    const auto metric = metric_from_key(fields::text(*found->second, "metric"));
    const auto rate = metric ? written_rate_of(*found->second, *metric) : std::nullopt;
    if (!rate) continue;
    out.metric = *metric;
    held.push_back(written_conditions(*found->second));
    tallies.push_back(rate->total);
    out.rates.push_back({i, rate->total, rate->rate, rate->design_effect.value_or(1.0), !rate->design_effect || rate->clusters < 2, false});
    const double effective = static_cast<double>(rate->total.events) / out.rates.back().design_effect;
    if (effective < static_cast<double>(meta::fewest_events)) enough = false;
    else {
      const double left = describe(*metric).family == metric_family::share ? 1.0 - rate->rate : 1.0;
      effects.push_back({std::log(rate->rate), left / effective + rate->exposure_cv * rate->exposure_cv});
    }
    if (describe(*metric).family == metric_family::share && rate->rate > highest_rate) out.why_not = "a share above one half: hold its complement, or each programme by itself";
  }
  note_conditions(out, held);
  if (out.rates.size() < 3) out.why_not = "three programmes or more that give their counts are needed";
  if (shares_inputs) out.why_not = "programmes share an input file: their rows are not independent";
  if (!out.why_not.empty()) return out;
  if (enough) pool_logarithms(out, effects, held, level);
  else pool_counts(out, tallies, level);
  if (describe(out.metric).family == metric_family::share)
    if (const auto placed = funnel::find_outliers(tallies))
      for (std::size_t i = 0; i < out.rates.size(); ++i) out.rates[i].outside = placed->rows[i].at != funnel::position::inside;
  return out;
}

std::string rate_words(const pooled_figure& f, double rate, rounding toward) {
  const metric_units& units = units_of(f.metric);
  return is_time(units.exposure) ? significant(rate * static_cast<double>(printed_per(f.metric)), 3, toward) + " an hour" : share_words(rate, toward);
}

std::string condition_words(const std::string& name) {
  std::string out = name;
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string explained_words(const pooled_figure& f, const explained_spread& e) {
  std::string out = condition_words(e.condition) + ": ";
  if (e.degrees == 0) out += "each programme has its own; nothing can be told";
  else
    out += "among programmes of one value Q is " + significant(e.heterogeneity, 3, rounding::nearest) + " on " + grouped(e.degrees) + ", of " + significant(f.heterogeneity, 3, rounding::nearest) + " on " +
           grouped(f.rates.size() - 1) + " in all";
  for (std::size_t i = 0; i < e.moves_with.size(); ++i) out += (i == 0 ? "; it changes together with " : ", ") + condition_words(e.moves_with[i]);
  return out + ".";
}

std::string figure_block(const pooled_evaluations& p, const pooled_figure& f) {
  const metric_units& units = units_of(f.metric);
  std::string out = "  " + printable(f.key, 200) + "\n";
  for (const programme_rate& one : f.rates) {
    const std::string exposure = is_time(units.exposure) ? significant(static_cast<double>(one.total.exposure) / static_cast<double>(printed_per(f.metric)), 4, rounding::nearest) + " hours" : counted_words(one.total.exposure, units.exposure, "");
    out += wrapped(printable(p.programmes[one.programme].name, 80) + ": " + counted_words(one.total.events, units.events, "") + " in " + exposure + " (" + rate_words(f, one.rate, rounding::nearest) + "), design effect " +
                       significant(one.design_effect, 3, rounding::nearest) + (one.independence_assumed ? " [ASSUMES_INDEPENDENCE]" : "") + (one.outside ? "; OUTSIDE the funnel: a reason to look, not proof" : ""),
                   8, "    ");
  }
  if (!f.why_not.empty()) return out + wrapped("Not pooled: " + f.why_not + ".", 8, "    ");
  std::string words = "A programme of this kind: " + rate_words(f, f.rate, rounding::nearest);
  if (f.limits) words += " (" + rate_words(f, f.limits->lower, rounding::down) + " to " + (f.limits->upper_unbounded() ? "no upper limit" : rate_words(f, f.limits->upper, rounding::up)) + ")";
  words += f.of_counts ? ", by a fit of the counts: a programme has fewer than five effective events." : ", by random effects of log rates.";
  if (f.predicted && f.of_counts)
    words += " A further one with " + (is_time(units.exposure) ? significant(static_cast<double>(f.predicted_exposure) / static_cast<double>(printed_per(f.metric)), 4, rounding::nearest) + " hours" : counted_words(f.predicted_exposure, units.exposure, "")) + ": " +
             grouped(static_cast<std::uint64_t>(f.predicted->lower)) + " to " + (f.predicted->upper_unbounded() ? "any number of" : grouped(static_cast<std::uint64_t>(f.predicted->upper))) + " " + std::string(to_string(units.events)) +
             ", which leaves out the error of the fit.";
  else if (f.predicted) words += " A further one: " + rate_words(f, f.predicted->lower, rounding::down) + " to " + rate_words(f, f.predicted->upper, rounding::up) + ".";
  words += " Coefficient of variation between programmes " + significant(f.spread, 3, rounding::nearest) + "; " +
           (f.of_counts ? "likelihood ratio " + significant(f.heterogeneity, 3, rounding::nearest) : "Q " + significant(f.heterogeneity, 3, rounding::nearest) + " on " + grouped(f.rates.size() - 1)) + ", p " + significant(f.p_value, 2, rounding::nearest) + ".";
  out += wrapped(words, 8, "    ");
  for (const explained_spread& one : f.explained) out += wrapped(explained_words(f, one), 8, "      - ");
  for (const std::string& d : f.differences) out += wrapped("differs: " + printable(d, 300), 8, "      ");
  for (const std::string& u : f.unknown) out += wrapped("not known: " + printable(u, 300), 8, "      ");
  return out;
}

} // namespace

result<pooled_evaluations> pool_evaluations(std::span<const written_file> files) {
  if (files.size() < 3) throw std::invalid_argument("pool_evaluations: files: fewer than three; compare_evaluations holds two against each other");
  std::vector<written_evaluation> read(files.size());
  pooled_evaluations out;
  double level = 1.0;
  std::map<std::string, std::pair<std::string, std::uint64_t>> inputs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (auto why = read[i].load(files[i].text, files[i].name)) return refuse(std::move(*why));
    level = std::min(level, read[i].about.confidence);
    out.programmes.push_back(read[i].about);
    for (const auto& [hash, name] : read[i].inputs) {
      auto& [first_name, times] = inputs[hash];
      if (times++ == 0) first_name = name;
    }
  }
  out.level = confidence::checked(level);
  for (const auto& [hash, seen] : inputs)
    if (seen.second > 1) out.shared_inputs.push_back(seen.first);
  std::set<std::string> done;
  for (const written_evaluation& one : read)
    for (const std::string& key : one.order) {
      if (!done.insert(key).second) continue;
      const auto measured = std::count_if(read.begin(), read.end(), [&](const written_evaluation& other) { return other.rates.contains(key); });
      if (measured >= 3) out.figures.push_back(figure_of(key, read, out.level, !out.shared_inputs.empty()));
    }
  return out;
}

std::string to_text(const pooled_evaluations& p) {
  std::string out;
  for (std::size_t i = 0; i < p.programmes.size(); ++i)
    out += std::to_string(i + 1) + ". " + printable(p.programmes[i].name, 200) + ", by lfreval " + printable(p.programmes[i].version) + (p.programmes[i].hash_agrees ? "" : "; ALTERED after it was written: its hash does not fit") + "\n";
  out += "Intervals at " + level_words(p.level) + "\n";
  for (const std::string& name : p.shared_inputs) out += "More than one was made from " + printable(name, 200) + "\n";
  if (p.figures.empty()) return out + "\nNo rate was measured under one key by three of them.\n";
  out += "\nACROSS PROGRAMMES\n";
  for (const pooled_figure& f : p.figures) out += figure_block(p, f);
  return out + "\n" + paragraph("Programmes differ in threshold, list, use and place at once, and those change together: what makes their rates differ is not shown here. A spread that is not beyond chance is not shown to be absent; few programmes can hardly show one.", 0);
}

} // namespace lfreval
