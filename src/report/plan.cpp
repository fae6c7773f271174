#include <lfreval/report/plan.hpp>

#include <algorithm>
#include <stdexcept>

#include <lfreval/bytes/file.hpp>
#include <lfreval/disparity/detectable_ratio.hpp>
#include <lfreval/study/study.hpp>
#include <lfreval/types/number.hpp>

#include "report/planner.hpp"

namespace lfreval {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') { out += '\\'; out += c; }
    else if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') out += c;
  }
  return out + "\"";
}

planned_claim plan_claim(const trial_design& design, const design_claim& claim) {
  planned_claim out = by_kind(claim, plan_limit, plan_comparison, plan_systems)(design, claim);
  if (!out.reachable) return out;
  if (of_misses(claim)) out.persons = (out.passages + design.passes_per_person - 1) / design.passes_per_person;
  else if (design.footfall_per_hour) out.hours = static_cast<double>(out.passages) / *design.footfall_per_hour;
  return out;
}

/// The people listed, by the groups that claims of finding them speak of.
std::vector<group_quota> quotas_of(const trial_plan& plan) {
  std::vector<group_quota> out;
  for (const planned_claim& one : plan.claims) {
    if (!of_misses(one.claim) || one.claim.group.empty() || !one.reachable) continue;
    if (std::any_of(out.begin(), out.end(), [&](const group_quota& known) { return known.axis == one.claim.group; })) continue;
    for (const auto& [label, share] : plan.design.mix.at(one.claim.group)) out.push_back({one.claim.group, label, rounded_up(share * static_cast<double>(plan.persons))});
  }
  return out;
}

void answer_budget(trial_plan& out) {
  const trial_design& design = out.design;
  if (!design.budget) return;
  out.budget_mated = design.budget->persons.value_or(0) * design.passes_per_person;
  out.budget_nonmated = design.budget->nonmated_passages.value_or(0);
  for (std::size_t i = 0; i < out.claims.size(); ++i) {
    const design_claim& claim = out.claims[i].claim;
    const std::uint64_t passages = of_misses(claim) ? out.budget_mated : out.budget_nonmated;
    if (passages == 0) continue;
    out.budget.push_back(by_kind(claim, answer_limit, answer_comparison, answer_systems)(design, claim, passages));
    out.budget.back().claim = i;
  }
  if (!design.budget->expected_false_alerts) return;
  for (const auto& [axis, shares] : design.mix)
    for (const auto& [label, share] : shares) {
      group_sensitivity answer{axis, label, share, std::nullopt};
      if (const auto found = power::min_detectable_ratio_given_total(*design.budget->expected_false_alerts, share, design.level, design.power)) answer.detectable_ratio = found->ratio;
      out.groups.push_back(std::move(answer));
    }
}

/// The label that the claims compare the others of an axis with; empty where no claim compares.
std::string reference_on(const trial_design& design, const std::string& axis) {
  for (const design_claim& claim : design.claims) {
    if (claim.reference.empty()) continue;
    const std::vector<std::string> axes = crossed_axes(claim.group), labels = crossed_labels(claim.reference, axes.size());
    if (const auto at = std::find(axes.begin(), axes.end(), axis); at != axes.end()) return labels[static_cast<std::size_t>(at - axes.begin())];
  }
  return "";
}

/// A study that declares, before there are data, all that the claims are held against.
std::string study_of(const trial_design& design) {
  std::string out = "# Written by lfreval plan from a design with SHA-256 " + design.sha256 + ".\n"
                    "# Its own SHA-256 is the pre-registration: an evaluation states the hash of the study it was made from.\n"
                    "schema = 1\n\n[study]\nname = " + quoted(design.name) + "\nconfidence = " + shortest(design.level.level()) + "\nseed = " + std::to_string(design.seed) + "\n";
  double margin = 0.0;
  for (const design_claim& claim : design.claims)
    if (claim.what == design_claim::kind::equivalence) margin = margin == 0.0 ? claim.factor : std::min(margin, claim.factor);
  if (margin > 1.0) out += "equivalence_margin = " + shortest(margin) + "\n";
  if (design.design_effect > 1.0) out += "planning_design_effect = " + shortest(design.design_effect) + "\n";
  if (design.operating_threshold) out += "\n[system." + design.system + "]\noperating_threshold = " + shortest(*design.operating_threshold) + "\n";
  if (!design.comparator.empty()) out += "\n[system." + design.comparator + "]\noperating_threshold = " + shortest(design.comparator_threshold) + "\n";
  if (design.watchlist_persons) out += "\n[watchlist]\noperational_persons = " + std::to_string(*design.watchlist_persons) + "\n";
  const std::vector<std::string> axes = axes_of(design.claims);
  for (const std::string& axis : axes) {
    out += "\n[[group]]\nname = " + quoted(axis) + "\ntable = \"persons\"\n";
    if (const std::string reference = reference_on(design, axis); !reference.empty()) out += "reference = " + quoted(reference) + "\n";
  }
  out += "\n[[source]]\nname = \"trial\"\nkind = \"seeded\"\ntable = \"passages\"\nfiles = [\"passages.csv\"]\n";
  if (design.operating_threshold) out += "system = " + quoted(design.system) + "\n";
  if (!design.comparator.empty()) {
    out += "\n[[source]]\nname = " + quoted("trial_" + design.comparator) + "\nkind = \"seeded\"\ntable = \"candidates\"\nfiles = [" + quoted("candidates_" + design.comparator + ".csv") + "]\nsystem = " + quoted(design.comparator) + "\n";
    out += "\n[[comparison]]\nsystems = [" + quoted(design.system) + ", " + quoted(design.comparator) + "]\nat = [{ threshold = \"operating\" }]\n";
  }
  if (!axes.empty()) out += "\n[[source]]\nname = \"people\"\nkind = \"seeded\"\ntable = \"persons\"\nfiles = [\"persons.csv\"]\n";
  for (const design_claim& claim : design.claims) {
    if (claim.what != design_claim::kind::limit) continue;
    out += "\n[[limit]]\nmetric = " + quoted(std::string(to_string(claim.metric))) + "\n" + (claim.declared.direction == limit_direction::at_most ? "at_most" : "at_least") +
           " = { events = " + std::to_string(claim.declared.events) + ", exposure = " + std::to_string(claim.declared.exposure) + " }\n" +
           (in_every_group(claim) ? "in_every = " + quoted(claim.group) + "\n" : std::string()) + "source = " + quoted(claim.declared.source) + "\n";
  }
  return out;
}

} // namespace

trial_plan plan_trial(const trial_design& design) {
  trial_plan out;
  out.design = design;
  for (const design_claim& claim : design.claims) {
    out.claims.push_back(plan_claim(design, claim));
    std::uint64_t& most = of_misses(claim) ? out.mated_passages : out.nonmated_passages;
    most = std::max(most, out.claims.back().passages);
  }
  out.persons = (out.mated_passages + design.passes_per_person - 1) / design.passes_per_person;
  if (design.footfall_per_hour && out.nonmated_passages > 0) out.hours = static_cast<double>(out.nonmated_passages) / *design.footfall_per_hour;
  out.quotas = quotas_of(out);
  answer_budget(out);
  out.study = study_of(design);
  if (const auto read = parse_study(out.study, "study.toml"); !read) throw std::logic_error("the study of a plan: " + read.error().front().message());
  out.study_sha256 = sha256_hex(out.study);
  return out;
}

} // namespace lfreval
