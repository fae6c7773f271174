#include "report/decision_findings.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <lfreval/counts/deployment_readings.hpp>
#include <lfreval/proportionality/net_benefit.hpp>
#include <lfreval/proportionality/pareto.hpp>
#include <lfreval/proportionality/value_of_information.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/decision_quantities.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

using decision::decision_cluster;

constexpr std::uint32_t replicates = 2000;

/// The deployments that record faces, the outcome and the harm soundly.
struct weighed {
  std::vector<decision_cluster> clusters;
  std::vector<const deployment_record*> deployments;
  std::uint64_t left_out = 0;

  [[nodiscard]] decision_cluster total() const {
    decision_cluster out;
    for (const decision_cluster& c : clusters) {
      out.gained += c.gained;
      out.harmed += c.harmed;
      out.exposure += c.exposure;
    }
    return out;
  }
};

struct decision_reader {
  const study_decision& declared;
  unit harm;
  metric_readings outcomes, harms;

  decision_reader(const study_decision& d, const deployment_series& series, const record_quality& quality)
      : declared(d), harm(d.harm == "false_alerts" ? unit::false_alerts : unit::false_engagements),
        outcomes(metric_id::outcomes_per_face, d.outcome, series.records, quality),
        harms(harm == unit::false_alerts ? metric_id::false_alerts_per_face : metric_id::false_engagements_per_face, "", series.records, quality) {}

  [[nodiscard]] weighed of(std::span<const deployment_record* const> members) const {
    const metric_tallies gained = outcomes.of(members), harmed = harms.of(members);
    std::map<const deployment_record*, cluster_tally> wrong;
    for (std::size_t i = 0; i < harmed.contributors.size(); ++i) wrong.emplace(harmed.contributors[i], harmed.clusters[i]);
    weighed out;
    for (std::size_t i = 0; i < gained.contributors.size(); ++i)
      if (const auto found = wrong.find(gained.contributors[i]); found != wrong.end()) {
        out.clusters.push_back({gained.clusters[i].events, found->second.events, gained.clusters[i].exposure});
        out.deployments.push_back(gained.contributors[i]);
      }
    out.left_out = members.size() - out.clusters.size();
    return out;
  }
};

std::map<std::string, std::string> axes_of(const stratum& over, const study_decision& declared) {
  auto out = over.axes;
  out["harm"] = declared.harm;
  out["outcome"] = declared.outcome;
  return out;
}

std::string limit_words_of(double value, rounding toward) { return value == unbounded ? "no upper limit" : significant(value, 3, toward); }

finding start(const char* metric, std::map<std::string, std::string> axes, const weighed& of) {
  finding f;
  f.metric = metric;
  f.axes = std::move(axes);
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::quantity;
  f.in_section = "proportionality";
  f.not_recorded = of.left_out;
  if (of.left_out != 0) f.flags |= flag::rows_left_out;
  return f;
}

/// The rate at which gain and harm weigh the same; it needs nobody's judgement.
finding break_even_finding(const decision_reader& read, const stratum& over, const weighed& of, confidence level) {
  finding f = start("net_benefit_break_even", axes_of(over, read.declared), of);
  f.cites = "M48";
  if (of.clusters.empty()) {
    f.status = finding_status::not_measured;
    f.sentence = "Not on record: deployments that count faces, \"" + printable(read.declared.outcome) + "\" and " + std::string(to_string(read.harm)) + ".";
    return f;
  }
  const auto even = decision::break_even(of.clusters, cluster_unit::deployment, level);
  if (!even) {
    f.status = finding_status::not_estimable;
    f.why_not = even.error();
    f.sentence = "Not estimable: " + even.error().remedy;
    return f;
  }
  const decision_cluster total = of.total();
  f.status = finding_status::measured;
  f.flags |= even->flags;
  f.held = std::make_shared<const conditions>(conditions_of(of.deployments));
  if (f.held->mixed()) f.flags |= flag::mixed_conditions;
  quantity_value q;
  q.counted = unit::outcomes;
  q.per = read.harm;
  q.of = {total.harmed, total.gained};
  q.point = q.largest = even->point;
  q.made = even->limits;
  f.sentence = counted_words(total.gained, unit::outcomes, read.declared.outcome) + " and " + counted_words(total.harmed, read.harm, "") + " in " +
               counted_words(of.clusters.size(), unit::deployments, "") + ": ";
  const std::string limits = "(" + limit_words_of(q.made.lower, rounding::down) + " to " + limit_words_of(q.made.upper, rounding::up) + ")";
  f.sentence += q.point == unbounded ? "whatever one " + std::string(singular(read.harm)) + " undoes, at least up to " + limit_words_of(q.made.lower, rounding::down) + " of these outcomes, there is more gain than harm in this count."
                                     : "gain and harm weigh the same if one " + std::string(singular(read.harm)) + " undoes " + significant(q.point, 3, rounding::nearest) + " " + limits + " of these outcomes; if it undoes more, there is more harm.";
  f.sentence += " How much it undoes is a judgement, and is not made here.";
  f.notes.push_back("every recorded outcome counts as gained through the deployment; those that would have come about otherwise are not told apart, and being scanned counts as no harm here");
  if (read.harm == unit::false_alerts) f.notes.push_back("every false alert counts alike, whether or not somebody was stopped for it");
  f.value = q;
  return f;
}

/// Net benefit over the declared exchange rates, against doing nothing.
std::optional<curve> benefit_curve(const decision_reader& read, const weighed& of, const std::string& name, const std::string& where, confidence level) {
  if (!read.declared.exchange_rates || of.clusters.size() < 2) return std::nullopt;
  const decision::clustered_benefit sums(of.clusters, cluster_unit::deployment, level);
  const auto& range = *read.declared.exchange_rates;
  std::vector<std::optional<double>> rates, points, lower, upper;
  for (const decision::exchange_rate& w : decision::exchange_rates(range.from, range.to, range.steps)) {
    const auto here = sums.at(w);
    if (!here) return std::nullopt;
    rates.emplace_back(w.value());
    points.emplace_back(here->point);
    lower.emplace_back(here->limits.lower);
    upper.emplace_back(here->limits.upper);
  }
  curve c;
  c.name = name;
  c.meaning = "outcomes recorded as \"" + printable(read.declared.outcome) + "\" less the declared harm of each " + std::string(singular(read.harm)) + ", per face seen" + where +
              ", over the exchange rates that the study declares; doing nothing is 0; limits at each rate by itself, from the differences between " + std::to_string(of.clusters.size()) + " deployments";
  c.columns = {{"exchange_rate", rates}, {"net_benefit", points}, {"lower", lower}, {"upper", upper}};
  return c;
}

/// The thresholds in use as operating points: outcomes against harm, both per face.
std::optional<curve> threshold_points(const study& declared, const decision_reader& read, const deployment_series& series, const std::vector<stratum>& strata, unsigned threads) {
  std::vector<std::string> names;
  std::vector<weighed> of;
  std::vector<std::uint64_t> entities;
  for (const stratum& over : strata) {
    const auto at = over.axes.find("threshold");
    if (at == over.axes.end() || at->second.empty()) continue;
    weighed here = read.of(over.members);
    if (here.total().exposure == 0) continue;
    for (const deployment_record* r : here.deployments) entities.push_back(bootstrap::entity_of(deployment_value(series, *r)));
    names.push_back(at->second);
    of.push_back(std::move(here));
  }
  if (names.size() < 2) return std::nullopt;
  std::vector<decision::point_clusters> points(names.size());
  std::size_t first = 0;
  for (std::size_t k = 0; k < of.size(); ++k) {
    points[k].benefit.resize(entities.size());
    points[k].burden.resize(entities.size());
    for (std::size_t i = 0; i < of[k].clusters.size(); ++i) {
      points[k].benefit[first + i] = {of[k].clusters[i].gained, of[k].clusters[i].exposure};
      points[k].burden[first + i] = {of[k].clusters[i].harmed, of[k].clusters[i].exposure};
    }
    first += of[k].clusters.size();
  }
  const auto drawn = decision::replicate_points(entities, points, {replicates, {declared.seed, 0}, threads});
  std::vector<std::optional<std::uint64_t>> gained, harmed, faces_seen, on_front;
  std::vector<std::optional<double>> inclusion;
  std::vector<decision::operating_point> observed;
  for (const weighed& one : of) {
    const decision_cluster total = one.total();
    gained.emplace_back(total.gained);
    harmed.emplace_back(total.harmed);
    faces_seen.emplace_back(total.exposure);
    const auto faces = static_cast<double>(total.exposure);
    observed.push_back({static_cast<double>(total.harmed) / faces, static_cast<double>(total.gained) / faces});
  }
  const auto front = decision::pareto_front(observed);
  for (std::size_t k = 0; k < of.size(); ++k) on_front.emplace_back(std::binary_search(front.begin(), front.end(), k) ? 1 : 0);
  if (drawn) {
    const decision::front_certainty sure = decision::certainty_of_front(*drawn);
    inclusion.assign(sure.inclusion.begin(), sure.inclusion.end());
  } else {
    inclusion.assign(of.size(), std::nullopt);
  }
  curve c;
  c.name = "operating_points";
  c.meaning = "thresholds in use: outcomes recorded as \"" + printable(read.declared.outcome) + "\" and " + std::string(to_string(read.harm)) +
              ", and whether no other threshold has more of the one and fewer of the other per face; they were used at other times and places, so that a difference is not due to the threshold alone; "
              "share_on_front is the share of " + std::to_string(replicates) + " resampled series of deployments in which that holds";
  c.columns = {{"threshold", names}, {"outcomes", gained}, {"harms", harmed}, {"faces", faces_seen}, {"on_front", on_front}, {"share_on_front", inclusion}};
  return c;
}

/// What is expected of one more deployment, of the alternative and of neither, and which measurement could change the order.
void add_information(decision_evaluation& out, const study& declared, const decision_reader& read, const stratum& over, const weighed& of, const alternative_account& alternative) {
  const study_decision& d = read.declared;
  const bool with_alternative = alternative.is_whole();
  if (!d.exchange_rates || of.clusters.size() < 2) return;
  if (!d.alternative.empty() && !with_alternative) {
    const std::string lacking = alternative.gained ? "harmed" : alternative.harmed ? "brought" : "brought and harmed";
    out.not_measured.push_back({"The alternative", "Nothing says what " + printable(d.alternative) + " would have " + lacking + " in the officer-hours of a deployment: deployments are compared with doing nothing only.",
                                "Record the officer hours, the outcomes and the harm of that tactic under its name in the register of comparators (outcome." + d.outcome + ", outcome." + d.harm +
                                    ") with the officer hours of the deployments, or declare them as [[decision.input]].", {}});
  }
  if (d.inputs.empty() && !with_alternative) return;
  const std::vector<uncertain_quantity> quantities = quantities_of(d, of.clusters, alternative);
  std::vector<sensitivity::uncertain_input> inputs;
  for (const uncertain_quantity& one : quantities) inputs.push_back(one.input);
  const auto rates = decision::exchange_rates(d.exchange_rates->from, d.exchange_rates->to, d.exchange_rates->steps);
  const std::size_t strategies = with_alternative ? 3 : 2;
  const sensitivity::strategy_model net_benefit = [&](std::span<const double> x, std::span<double> to) {
    for (std::size_t q = 0; q < rates.size(); ++q) {
      const double w = rates[q].value();
      to[q * strategies] = x[2] * x[0] - w * x[1];
      to[q * strategies + 1] = 0.0;
      if (with_alternative) to[q * strategies + 2] = x[3] - w * x[4];
    }
  };
  sensitivity::sampling_plan plan;
  plan.log2_points = 9;
  plan.seed = declared.seed;
  const auto values = sensitivity::values_of_information(inputs, strategies, rates.size(), net_benefit, declared.level, plan);

  curve c;
  c.name = "value_of_information";
  c.meaning = "of one more deployment, in outcomes: what is expected at each exchange rate, how probable it is that each choice is the best, what knowing everything would add, and what knowing one quantity would";
  const auto column = [&](const std::string& name, const auto& value_of) {
    std::vector<std::optional<double>> cells;
    for (std::size_t q = 0; q < rates.size(); ++q) cells.emplace_back(value_of(q));
    c.columns.push_back({name, std::move(cells)});
  };
  column("exchange_rate", [&](std::size_t q) { return rates[q].value(); });
  constexpr std::array<const char*, 3> choices{"deploying", "doing_nothing", "alternative"};
  for (std::size_t s = 0; s < strategies; ++s) {
    if (s != 1) column(std::string("expected_of_") + choices[s], [&](std::size_t q) { return values[q].expected[s].point; });
    column(std::string("probability_best_") + choices[s], [&](std::size_t q) { return values[q].best[s]; });
  }
  column("of_knowing_everything", [&](std::size_t q) { return values[q].perfect.point; });
  for (std::size_t i = 0; i < quantities.size(); ++i)
    if (inputs[i].shape() != sensitivity::input_shape::fixed) column("of_knowing_" + quantities[i].quantity, [&](std::size_t q) { return values[q].of_input[i].point; });
  out.curves.push_back(std::move(c));

  // At either end of the declared range, what moves the net benefit of a deployment.
  curve s;
  s.name = "sensitivity_of_net_benefit";
  s.meaning = "which uncertain quantity moves the net benefit of one more deployment: its value with the quantity at its 5 % and 95 % points and the others at their medians, and the shares of the variance by itself and in all (Sobol' indices), with the error of sampling";
  std::vector<std::string> names, described, sources;
  std::array<std::vector<std::optional<double>>, 9> cells;
  for (const decision::exchange_rate& w : {rates.front(), rates.back()}) {
    const sensitivity::model deploying = [&](std::span<const double> x) { return x[2] * x[0] - w.value() * x[1]; };
    const std::vector<sensitivity::uncertain_input> own(inputs.begin(), inputs.begin() + 3);
    const auto swings = sensitivity::tornado(own, deploying);
    const auto shares = sensitivity::variance_shares_of(own, deploying, declared.level, plan);
    for (const sensitivity::swing& one : swings.swings) {
      names.push_back(quantities[one.input].quantity);
      described.push_back(quantities[one.input].name);
      sources.push_back(quantities[one.input].source);
      cells[0].emplace_back(w.value());
      cells[1].emplace_back(one.at_low);
      cells[2].emplace_back(one.at_high);
      const auto put = [&](std::size_t at, const std::vector<sensitivity::sampled_figure>* of_inputs) {
        cells[at].push_back(of_inputs != nullptr ? std::optional((*of_inputs)[one.input].point) : std::nullopt);
        cells[at + 1].push_back(of_inputs != nullptr ? std::optional((*of_inputs)[one.input].made.lower) : std::nullopt);
        cells[at + 2].push_back(of_inputs != nullptr ? std::optional((*of_inputs)[one.input].made.upper) : std::nullopt);
      };
      put(3, shares ? &shares->first : nullptr);
      put(6, shares ? &shares->total : nullptr);
    }
  }
  s.columns = {{"quantity", names}, {"name", described}, {"source", sources}, {"exchange_rate", cells[0]}, {"at_5_percent", cells[1]}, {"at_95_percent", cells[2]},
               {"share_alone", cells[3]}, {"share_alone_lower", cells[4]}, {"share_alone_upper", cells[5]}, {"share_in_all", cells[6]}, {"share_in_all_lower", cells[7]}, {"share_in_all_upper", cells[8]}};
  out.curves.push_back(std::move(s));

  // Where in the declared range knowing more is worth most.
  std::size_t at = 0;
  for (std::size_t q = 1; q < values.size(); ++q)
    if (values[q].perfect.point > values[at].perfect.point) at = q;
  auto axes = axes_of(over, d);
  axes["exchange_rate"] = significant(rates[at].value(), 6, rounding::nearest);
  finding f = start("value_of_information", std::move(axes), of);
  f.status = finding_status::projected;
  const decision_cluster total = of.total();
  quantity_value q;
  q.counted = unit::outcomes;
  q.per = unit::deployments;
  q.of = {of.clusters.size(), total.gained};
  q.point = q.largest = values[at].perfect.point;
  q.made = values[at].perfect.made;
  q.made.lower = std::max(0.0, q.made.lower);
  std::size_t most = 0;
  for (std::size_t i = 1; i < inputs.size(); ++i)
    if (values[at].of_input[i].point > values[at].of_input[most].point) most = i;
  const std::string choice = with_alternative ? "between deploying, " + printable(d.alternative) + " and neither" : "between deploying and not";
  f.sentence = "Within the declared exchange rates the choice " + choice + " is least clear at " + significant(rates[at].value(), 3, rounding::nearest) + ": knowing everything would add " +
               significant(q.point, 3, rounding::nearest) + " outcomes for each deployment. ";
  f.sentence += values[at].of_input[most].point > 0.0
                    ? "What could change it most: " + printable(quantities[most].name) + "; knowing that alone would add " + significant(values[at].of_input[most].point, 3, rounding::nearest) + "."
                    : "No single quantity could change it by itself.";
  f.notes.push_back("rests on the distributions that the study declares and on the records; the interval is the error of computing only");
  for (const uncertain_quantity& one : quantities) f.notes.push_back(printable(one.name, 200) + ": " + (one.source.empty() ? "declared" : printable(one.source, 200)));
  f.value = q;
  out.findings.push_back(std::move(f));
}

} // namespace

decision_evaluation evaluate_decision(const study& declared, const deployment_series& series, const register_log& registers, const record_quality& quality, const std::vector<stratum>& strata, unsigned threads) {
  decision_evaluation out;
  if (!declared.decision || series.records.empty()) return out;
  const study_decision& d = *declared.decision;
  if (!series.outcome_names.contains(d.outcome))
    out.not_measured.push_back({"Outcomes against harm", "No deployment records the outcome \"" + printable(d.outcome) + "\" that the study weighs.", "Map the column outcome." + printable(d.outcome) + ".", {}});
  const decision_reader read(d, series, quality);
  const alternative_account alternative = account_of(d, registers, uses_of(series, registers));
  for (const stratum& over : strata) {
    const bool whole = over.axes.contains("scope");
    const auto at = over.axes.find("threshold");
    if (!whole && at == over.axes.end()) continue;
    const weighed of = read.of(over.members);
    out.findings.push_back(break_even_finding(read, over, of, declared.level));
    if (!whole && at->second.empty()) continue;
    const std::string name = whole ? "net_benefit" : curve_name("net_benefit_at_" + at->second), where = whole ? "" : " at threshold " + printable(at->second);
    if (auto made = benefit_curve(read, of, name, where, declared.level)) out.curves.push_back(std::move(*made));
    if (whole) add_information(out, declared, read, over, of, alternative);
  }
  if (auto points = threshold_points(declared, read, series, strata, threads)) out.curves.push_back(std::move(*points));
  if (!d.exchange_rates)
    out.not_measured.push_back({"Whether the gain outweighs the harm", "Nobody declared how much of an outcome one " + std::string(singular(read.harm)) + " undoes, and the records cannot say.",
                                "Declare a range as [decision] exchange_rates; until then the rate at which both weigh the same is all there is.", {}});
  return out;
}

} // namespace lfreval
