#include "report/plan_words.hpp"

#include <algorithm>
#include <cmath>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/planner.hpp"
#include "report/sentences.hpp"

namespace lfreval {

namespace {

std::string hours_words(double hours) { return grouped(static_cast<std::uint64_t>(std::ceil(hours))) + " hours"; }
std::string error_words(const design_claim& claim) { return of_misses(claim) ? "misses" : "false positives"; }

std::string points(double share, rounding toward) { return significant(100.0 * share, 3, toward) + " points"; }

/// As it was declared: 0.08 is `8 points`, with none of the digits that its double has beyond.
std::string declared_points(double share) { return shortest(std::round(share * 1e11) / 1e9) + " points"; }

/// The difference that a claim on two systems is about, by the side on which the system has to be.
std::string difference_words(const design_claim& claim, const std::string& comparator, const std::string& by) {
  const bool higher = of_misses(claim) == (claim.what == design_claim::kind::better);
  return std::string(to_string(claim.metric)) + (claim.what == design_claim::kind::better ? "" : " less than") + " " + by + (higher ? " above" : " below") + " that of " + printable(comparator) + " on the same passages";
}

std::string budget_words(const trial_plan& p, const budget_answer& one) {
  const planned_claim& claim = p.claims[one.claim];
  std::string words = claim_words(p.design, claim.claim) + ": ";
  if (on_systems(claim.claim)) {
    const bool better = claim.claim.what == design_claim::kind::better;
    words += (one.power >= p.design.power ? "CAN be counted on" : "CANNOT be counted on") + std::string(" (chance ") + chance_words(one.power) + ")";
    if (one.detectable_difference) words += "; what can be, by the normal form, is " + std::string(better ? "a difference of " : "a margin of ") + points(*one.detectable_difference, rounding::up);
    else words += "; nor could any other " + std::string(better ? "difference" : "margin");
  } else if (claim.claim.what == design_claim::kind::limit) {
    words += one.power >= p.design.power ? "CAN be proven" : one.power > 0 ? "will probably NOT be proven" : "CANNOT be proven, whatever happens";
    words += " (chance " + chance_words(one.power) + (one.assurance ? ", " + chance_words(*one.assurance) + " with uncertain planning values" : "") + ")";
    if (one.best_limit)
      words += (of_misses(claim.claim) ? "; without a single miss, at least " + percent_words(1.0 - *one.best_limit, rounding::down) : "; without a single false positive, at most " + share_words(*one.best_limit, rounding::up)) + " would be proven" + (in_every_group(claim.claim) ? " of every group" : "");
  } else if (claim.claim.what == design_claim::kind::ratio) {
    words += one.detectable_ratio ? (*one.detectable_ratio <= claim.claim.factor ? "CAN be found" : "CANNOT be counted on to be found") + std::string("; what would be, in the smallest group, is a ratio of ") + significant(*one.detectable_ratio, 3, rounding::up)
                                  : "CANNOT be found, nor could any ratio up to a thousand";
  } else {
    const std::uint64_t has = of_misses(claim.claim) ? p.budget_mated : p.budget_nonmated;
    words += has >= claim.passages ? "CAN be shown" : "CANNOT be counted on to be shown: " + grouped(has) + " of " + grouped(claim.passages) + " passages";
  }
  return words + ".";
}

} // namespace

unit passages_of(const design_claim& claim) { return of_misses(claim) ? unit::mated_passages : unit::nonmated_passages; }

std::string chance_words(double chance) {
  if (chance > 0.999) return "above 99.9 %";
  return significant(100.0 * chance, chance < 0.1 ? 2 : 3, rounding::down) + " %";
}

std::string claim_words(const trial_design& design, const design_claim& claim) {
  const std::string metric(to_string(claim.metric));
  switch (claim.what) {
    case design_claim::kind::limit:
      return metric + (claim.declared.direction == limit_direction::at_most ? " at most " : " at least ") + limit_words(claim.declared) + (in_every_group(claim) ? ", in every group of " + printable(claim.group) : "");
    case design_claim::kind::ratio: return error_words(claim) + " " + shortest(claim.factor) + " times as frequent in a group of " + printable(claim.group) + " as in " + printable(claim.reference) + " would be found";
    case design_claim::kind::equivalence: return error_words(claim) + " alike in groups of " + printable(claim.group) + " and in " + printable(claim.reference) + ", within a factor of " + shortest(claim.factor);
    case design_claim::kind::better: return difference_words(claim, design.comparator, declared_points(claim.factor)) + " would be found";
    case design_claim::kind::no_worse: return difference_words(claim, design.comparator, declared_points(claim.factor)) + " would be shown, where both are equally good";
  }
  return metric;
}

std::string need_words(const trial_design& design, const planned_claim& one) {
  const design_claim& claim = one.claim;
  if (!one.reachable)
    return claim.what == design_claim::kind::limit ? "Out of reach: the planning value does not keep the limit itself, or hardly. More passages do not help; another threshold or another limit would."
                                                   : "Out of reach: it takes more passages than can be counted.";
  std::string out = "Needs " + counted_words(one.passages, passages_of(claim), "");
  if (one.persons) out += ", " + counted_words(*one.persons, unit::persons, "") + " at " + grouped(design.passes_per_person) + " each";
  if (one.hours) out += ", " + hours_words(*one.hours);
  const std::string of_group = "; " + grouped(one.group_passages) + " of them of " + printable(one.group);
  if (claim.what == design_claim::kind::limit) {
    if (in_every_group(claim)) out += of_group + (of_misses(claim) ? ", the smallest group" : " on average, the smallest group: who passes unasked is as it happens");
    const std::string of_whom = in_every_group(claim) ? " of that group, and likewise in the others," : "";
    if (one.simulated_trials == 0) out += "; proven with up to " + grouped(one.most_errors) + " " + error_words(claim) + of_whom + " among the independent ones";
    else out += "; proven with up to about " + grouped(static_cast<std::uint64_t>(static_cast<double>(one.most_errors) * design.design_effect)) + " " + error_words(claim) + of_whom + (of_whom.empty() ? "," : "") + " if people differ as supposed";
    out += std::string(". Chance") + (in_every_group(claim) ? " that all groups do" : "") + ": " + chance_words(one.power) + " if the planning values are right";
    if (one.simulated_trials != 0) out += " (" + grouped(one.simulated_trials) + " simulated trials" + (in_every_group(claim) ? " of each group)" : ")");
    if (one.assurance) out += ", " + chance_words(*one.assurance) + " if they are as uncertain as declared";
    out += ". " + counted_words(one.without_errors, passages_of(claim), "") + (in_every_group(claim) ? " of each group" : "") + " would do without a single error" + (design.passes_per_person > 1 ? ", when each person counts once." : ".");
  } else if (on_systems(claim)) {
    const supposed_difference s = difference_of(claim, design.rates.at(claim.metric));
    const double differ = s.better_only + s.worse_only;
    out += ", judged by both systems, of which only one will be right on about " + grouped(static_cast<std::uint64_t>(std::llround(differ * static_cast<double>(one.passages)))) + " (" + percent_words(differ, rounding::nearest) +
           (claim.discordant_share ? ", as declared" : ", as if their errors were unrelated; systems that fail on the same passages differ on fewer") + "). Chance: " + chance_words(one.power) + " if the planning values are right (" +
           (one.simulated_trials != 0 ? grouped(one.simulated_trials) + " simulated trials" : "by the normal form") + ").";
  } else {
    out += of_group;
    if (claim.what == design_claim::kind::ratio) out += " (" + grouped(static_cast<std::uint64_t>(std::ceil(one.approximate_group_passages))) + " independent ones by the normal form, before the exact test). Chance: " + chance_words(one.power) + ".";
    else out += ", by the normal form. Chance: " + chance_words(one.power) + ", if the groups fare exactly alike.";
  }
  return out;
}

std::string total_words(const trial_plan& p) {
  return counted_words(p.mated_passages, unit::mated_passages, "") + " by " + counted_words(p.persons, unit::persons, "") + ", " + counted_words(p.nonmated_passages, unit::nonmated_passages, "") + (p.hours ? " in " + hours_words(*p.hours) : "");
}

std::string list_words(const trial_plan& p) {
  const auto listed = p.design.watchlist_persons;
  const bool of_others = p.nonmated_passages > 0;
  std::string out;
  if (!listed) {
    out = p.persons > 0 ? "the " + counted_words(p.persons, unit::persons, "") + " who shall be found" : std::string();
    if (of_others) out += (out.empty() ? "" : "; ") + std::string("how many in all was not declared, and a rate of false positives holds for a list of one size: add planning.watchlist_persons");
  } else if (p.persons >= *listed) {
    out = counted_words(*listed, unit::persons, "") + ", which the claims are about, are no more than the " + grouped(p.persons) + " who shall be found: load them in turns, so many at a time, or plan for a longer list";
  } else {
    out = counted_words(*listed, unit::persons, "") + ", as many as the claims are about";
    if (p.persons > 0) out += ": the " + grouped(p.persons) + " who shall be found and " + grouped(*listed - p.persons) + " who do not pass";
    else out += ", none of whom passes";
  }
  for (std::size_t i = 0; i < p.quotas.size(); ++i)
    out += (i == 0 || p.quotas[i].axis != p.quotas[i - 1].axis ? "; of those to be found, by " + printable(p.quotas[i].axis) + ": " : ", ") + printable(p.quotas[i].group) + " " + grouped(p.quotas[i].persons);
  if (out.empty()) return out;
  out += ".";
  const bool by_group = std::any_of(p.claims.begin(), p.claims.end(), [](const planned_claim& one) { return !of_misses(one.claim) && !one.claim.group.empty(); });
  if (by_group) out += " Its entries have to be of the groups of the list in use, in the same shares: passers resemble entries of their own group most.";
  return out;
}

std::vector<std::string> budget_words(const trial_plan& p) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < p.claims.size(); ++i) {
    const auto answered = std::find_if(p.budget.begin(), p.budget.end(), [&](const budget_answer& one) { return one.claim == i; });
    out.push_back(answered != p.budget.end() ? budget_words(p, *answered) : claim_words(p.design, p.claims[i].claim) + ": nothing, there are no such passages in the budget.");
  }
  return out;
}

std::string sensitivity_words(const trial_plan& p) {
  return "Of " + grouped(p.design.budget->expected_false_alerts.value_or(0)) + " false alerts in all, so much more of them per passage than everybody else would a group have to have to be found:";
}

std::string sensitivity_words(const group_sensitivity& g) {
  return printable(g.axis) + " " + printable(g.group) + " (" + percent_words(g.share, rounding::nearest) + "): " + (g.detectable_ratio ? significant(*g.detectable_ratio, 3, rounding::up) + " times" : "not even if all of them were of this group");
}

std::string supposed_words(const trial_design& d) {
  std::string out = "Supposed, not measured: ";
  for (const auto& [metric, rate] : d.rates) out += std::string(to_string(metric)) + " " + (rate > 0.0 && rate < 0.1 ? share_words(rate, rounding::nearest) : shortest(rate)) + ", ";
  out += "design effect " + significant(d.design_effect, 3, rounding::nearest) + " at " + grouped(d.passes_per_person) + (d.passes_per_person == 1 ? " pass" : " passes") + " a person";
  if (d.watchlist_persons) out += ", a list of " + counted_words(*d.watchlist_persons, unit::persons, "");
  for (const std::string& crossed : d.crossed_by_product) out += ", shares of " + printable(crossed) + " as if one said nothing about the other";
  return out + ".";
}

std::vector<std::string> reservation_words(const trial_plan& p) {
  std::vector<std::string> out{"The chances hold claim by claim, not for all of them together. False positives of people who pass unasked are taken to be as dependent as those of volunteers; how alike their passages are is itself a thing to measure." +
                               std::string(p.design.passes_per_person > 1 ? " The rates of people who pass more than once are taken to follow a beta distribution: where a few people make most errors in another way, the chances are others." : "")};
  if (!p.design.comparator.empty() && std::any_of(p.claims.begin(), p.claims.end(), [](const planned_claim& one) { return one.claim.what == design_claim::kind::limit; }))
    out.push_back("The claims on limits are about " + printable(p.design.system) + ". An evaluation judges the limits of a study for every system in it, so for " + printable(p.design.comparator) + " too, at its own threshold.");
  if (!p.design.operating_threshold) out.emplace_back("No operating_threshold was declared: add it to the study before its hash is deposited, or the limits are about no threshold.");
  return out;
}

std::vector<std::string> simulation_words(const trial_plan& p, const std::vector<simulated_claim>& simulated) {
  std::vector<std::string> out;
  for (const simulated_claim& one : simulated) {
    const planned_claim& claim = p.claims.at(one.claim);
    const auto made = binomial::clopper_pearson(one.supported, one.trials, confidence{0.95});
    if (!made) continue;
    const double share = static_cast<double>(one.supported) / static_cast<double>(one.trials);
    std::string words = claim_words(p.design, claim.claim) + ": " + grouped(one.supported) + " of " + grouped(one.trials) + " trials, " + percent_words(share, rounding::nearest) + " (95 %: " + percent_words(made->lower, rounding::down) + " to " +
                        percent_words(made->upper, rounding::up) + "), where the plan says " + chance_words(claim.power) + ".";
    if (claim.power > made->upper) words += " Fewer than planned: chance alone does that in one such check of 40.";
    out.push_back(std::move(words));
  }
  for (const planned_claim& one : p.claims)
    if (!one.reachable) out.push_back(claim_words(p.design, one.claim) + ": not simulated, it is out of reach.");
  return out;
}

} // namespace lfreval
