// Plans of trials: what `lfreval plan` does, for Python.
#include "module.hpp"

#include <string>

#include <pybind11/stl.h>

#include <lfreval/report/evaluation.hpp>
#include <lfreval/report/plan.hpp>

#include "watched.hpp"

namespace lfreval::python {

namespace {

py::dict claimed(const design_claim& claim) {
  py::dict out;
  out["metric"] = to_string(claim.metric);
  if (claim.what == design_claim::kind::limit) {
    py::dict line;
    line["events"] = claim.declared.events;
    line["exposure"] = claim.declared.exposure;
    out[claim.declared.direction == limit_direction::at_most ? "at_most" : "at_least"] = line;
    if (!claim.group.empty()) out["in_every"] = claim.group;
  } else if (claim.what == design_claim::kind::better || claim.what == design_claim::kind::no_worse) {
    out[claim.what == design_claim::kind::better ? "better_by" : "worse_by_at_most"] = claim.factor;
    out["discordant_share"] = claim.discordant_share;
  } else {
    out[claim.what == design_claim::kind::ratio ? "ratio" : "margin"] = claim.factor;
    out["group"] = claim.group;
    out["reference"] = claim.reference;
  }
  return out;
}

py::dict sized(const planned_claim& one) {
  const bool limit = one.claim.what == design_claim::kind::limit;
  py::dict out = claimed(one.claim);
  out["reachable"] = one.reachable;
  out["passages"] = one.passages;
  out["persons"] = one.persons;
  out["hours"] = one.hours;
  out["power"] = one.power;
  out["assurance"] = one.assurance;
  out["simulated_trials"] = one.simulated_trials;
  if (limit) {
    out["most_errors"] = one.most_errors;
    out["without_errors"] = one.without_errors;
    if (!one.group.empty()) out["smallest_group"] = one.group;
  } else if (!one.group.empty()) {
    out["largest_need"] = one.group;
  }
  if (!one.group.empty()) out["group_passages"] = one.group_passages;
  return out;
}

py::dict as_dict(const trial_plan& plan, const std::vector<simulated_claim>& simulated, const std::string& page) {
  py::list claims, budget, groups, quotas;
  for (const planned_claim& one : plan.claims) claims.append(sized(one));
  for (const simulated_claim& one : simulated) {
    claims[one.claim]["evaluated_trials"] = one.trials;
    claims[one.claim]["supported"] = one.supported;
  }
  for (const budget_answer& one : plan.budget) {
    py::dict answer = claimed(plan.claims[one.claim].claim);
    answer["power"] = one.power;
    answer["assurance"] = one.assurance;
    answer["best_limit"] = one.best_limit;
    answer["detectable_ratio"] = one.detectable_ratio;
    answer["detectable_difference"] = one.detectable_difference;
    budget.append(answer);
  }
  for (const group_sensitivity& one : plan.groups) {
    py::dict answer;
    answer["axis"] = one.axis;
    answer["group"] = one.group;
    answer["share"] = one.share;
    answer["detectable_ratio"] = one.detectable_ratio;
    groups.append(answer);
  }
  for (const group_quota& one : plan.quotas) {
    py::dict quota;
    quota["axis"] = one.axis;
    quota["group"] = one.group;
    quota["persons"] = one.persons;
    quotas.append(quota);
  }
  py::dict out;
  out["name"] = plan.design.name;
  out["claims"] = claims;
  out["mated_passages"] = plan.mated_passages;
  out["nonmated_passages"] = plan.nonmated_passages;
  out["persons"] = plan.persons;
  out["hours"] = plan.hours;
  out["quotas"] = quotas;
  out["budget"] = budget;
  out["groups"] = groups;
  out["study"] = plan.study;
  out["study_sha256"] = plan.study_sha256;
  out["design_sha256"] = plan.design.sha256;
  out["page"] = page.empty() ? py::object(py::none()) : py::str(page);
  out["text"] = to_text(plan) + (simulated.empty() ? std::string() : to_text(plan, simulated));
  return out;
}

} // namespace

void bind_plan(py::module_& module) {
  module.def("plan", [](const std::string& file, const py::object& text, std::uint64_t simulate, unsigned threads, bool with_page) {
    const trial_design design = accepted(text.is_none() ? read_design(file) : parse_design(text.cast<std::string>(), file), true);
    std::vector<simulated_claim> simulated;
    std::string page;
    const trial_plan plan = run_watched(py::none(), [&] {
      trial_plan made = plan_trial(design);
      if (simulate != 0) simulated = simulate_plan(made, simulate, {.threads = threads});
      if (with_page) page = to_page(made, simulated);
      return made;
    });
    return as_dict(plan, simulated, page);
  });
}

} // namespace lfreval::python
