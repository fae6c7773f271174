#include "report/decision_quantities.hpp"

#include <algorithm>

#include <lfreval/intervals/cluster.hpp>
#include <lfreval/proportionality/effectiveness.hpp>

namespace lfreval {

namespace {

sensitivity::uncertain_input measured(const std::vector<cluster_tally>& per_deployment) {
  std::uint64_t events = 0;
  for (const cluster_tally& c : per_deployment) events += c.events;
  const auto spread = cluster::ratio_mean(per_deployment, metric_family::rate);
  const auto n = static_cast<double>(per_deployment.size());
  if (!spread || events == 0 || !(spread->variance > 0.0)) return sensitivity::uncertain_input::rate(events, n);
  // Even spread may be chance and earns no bonus.
  return sensitivity::uncertain_input::clustered_rate(spread->point, std::min(static_cast<double>(events), spread->point * spread->point / spread->variance));
}

sensitivity::uncertain_input supposed(const study_decision::uncertain_input& declared) {
  using sensitivity::uncertain_input;
  const std::vector<double>& p = declared.parameters;
  if (declared.distribution == "beta") return uncertain_input::beta(p[0], p[1]);
  if (declared.distribution == "gamma") return uncertain_input::gamma(p[0], p[1]);
  if (declared.distribution == "uniform") return uncertain_input::uniform(p[0], p[1]);
  if (declared.distribution == "triangular") return uncertain_input::triangular(p[0], p[1], p[2]);
  return uncertain_input::fixed(p[0]);
}

const study_decision::uncertain_input* declared_input(const study_decision& declared, const std::string& quantity) {
  const auto found = std::find_if(declared.inputs.begin(), declared.inputs.end(), [&](const auto& i) { return i.quantity == quantity; });
  return found == declared.inputs.end() ? nullptr : &*found;
}

/// What the tactic that the study names would bring in the officer time of one deployment, as its rows in the register have it.
std::optional<sensitivity::uncertain_input> registered(const study_decision& declared, const std::string& counted, const register_log& registers, const std::vector<deployment_use>& uses) {
  const auto periods = tactic_periods(registers, declared.alternative, counted);
  const auto spent = officer_seconds_per_deployment(registers, uses);
  if (periods.empty() || !spent) return std::nullopt;
  std::uint64_t events = 0;
  double exposure = 0.0;
  for (const cluster_tally& one : periods) {
    events += one.events;
    exposure += static_cast<double>(one.exposure) / *spent;
  }
  const auto spread = cluster::ratio_mean(periods, metric_family::rate);
  if (!spread || events == 0 || !(spread->variance > 0.0)) return sensitivity::uncertain_input::rate(events, exposure);
  return sensitivity::uncertain_input::clustered_rate(static_cast<double>(events) / exposure, std::min(static_cast<double>(events), spread->point * spread->point / spread->variance));
}

} // namespace

alternative_account account_of(const study_decision& declared, const register_log& registers, const std::vector<deployment_use>& uses) {
  const auto found = [&](const char* quantity, const char* name, const std::string& counted) -> std::optional<uncertain_quantity> {
    if (const auto* given = declared_input(declared, quantity)) return uncertain_quantity{quantity, given->name, given->source, supposed(*given)};
    if (const auto made = registered(declared, counted, registers, uses)) return uncertain_quantity{quantity, name, "the register of other tactics, scaled to the officer-hours of one deployment", *made};
    return std::nullopt;
  };
  alternative_account out;
  if (declared.alternative.empty()) return out;
  out.gained = found("alternative_outcomes_per_deployment", "outcomes of the alternative in the officer-hours of one deployment", declared.outcome);
  out.harmed = found("alternative_harms_per_deployment", "harm of the alternative in the officer-hours of one deployment", declared.harm);
  return out;
}

std::vector<uncertain_quantity> quantities_of(const study_decision& declared, std::span<const decision::decision_cluster> clusters, const alternative_account& alternative) {
  std::vector<cluster_tally> gained, harmed;
  for (const decision::decision_cluster& c : clusters) {
    gained.push_back({c.gained, 1});
    harmed.push_back({c.harmed, 1});
  }
  std::vector<uncertain_quantity> out;
  const auto add = [&](const char* quantity, const char* name, const sensitivity::uncertain_input& otherwise, const char* source) {
    if (const auto* given = declared_input(declared, quantity)) out.push_back({quantity, given->name, given->source, supposed(*given)});
    else out.push_back({quantity, name, source, otherwise});
  };
  add("outcomes_per_deployment", "outcomes of one deployment", measured(gained), "the records of this study");
  add("harms_per_deployment", "harm of one deployment", measured(harmed), "the records of this study");
  add("attributable_share", "share of the outcomes that would not have come about otherwise", sensitivity::uncertain_input::fixed(1.0), "not declared: all of them");
  if (alternative.is_whole()) {
    out.push_back(*alternative.gained);
    out.push_back(*alternative.harmed);
  }
  return out;
}

} // namespace lfreval
