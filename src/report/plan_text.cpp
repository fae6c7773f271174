#include <lfreval/report/plan.hpp>

#include <cmath>

#include <lfreval/intervals/binomial.hpp>
#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

#include "report/sentences.hpp"
#include "report/wrap.hpp"

namespace lfreval {

namespace {

bool of_misses(const design_claim& claim) { return claim.metric == metric_id::true_positive_identification_rate; }
unit passages_of(const design_claim& claim) { return of_misses(claim) ? unit::mated_passages : unit::nonmated_passages; }

std::string chance_words(double chance) {
  if (chance > 0.999) return "above 99.9 %";
  return significant(100.0 * chance, chance < 0.1 ? 2 : 3, rounding::down) + " %";
}

std::string claim_words(const design_claim& claim) {
  const std::string metric(to_string(claim.metric));
  switch (claim.what) {
    case design_claim::kind::limit: return metric + (claim.declared.direction == limit_direction::at_most ? " at most " : " at least ") + limit_words(claim.declared);
    case design_claim::kind::ratio:
      return std::string(of_misses(claim) ? "misses " : "false positives ") + shortest(claim.factor) + " times as frequent in a group of " + printable(claim.group) + " as in " + printable(claim.reference) + " would be found";
    case design_claim::kind::equivalence:
      return std::string(of_misses(claim) ? "misses" : "false positives") + " alike in groups of " + printable(claim.group) + " and in " + printable(claim.reference) + ", within a factor of " + shortest(claim.factor);
  }
  return metric;
}

std::string hours_words(double hours) { return grouped(static_cast<std::uint64_t>(std::ceil(hours))) + " hours"; }

std::string need_words(const trial_design& design, const planned_claim& one) {
  const design_claim& claim = one.claim;
  if (!one.reachable)
    return claim.what == design_claim::kind::limit ? "Out of reach: the planning value does not keep the limit itself, or hardly. More passages do not help; another threshold or another limit would."
                                                   : "Out of reach: it takes more passages than can be counted.";
  std::string out = "Needs " + counted_words(one.passages, passages_of(claim), "");
  if (one.persons) out += ", " + counted_words(*one.persons, unit::persons, "") + " at " + grouped(design.passes_per_person) + " each";
  if (one.hours) out += ", " + hours_words(*one.hours);
  if (claim.what == design_claim::kind::limit) {
    const std::string errors = of_misses(claim) ? " misses" : " false positives";
    if (one.simulated_trials == 0) out += "; proven with up to " + grouped(one.most_errors) + errors + " among the independent ones";
    else out += "; proven with up to about " + grouped(static_cast<std::uint64_t>(static_cast<double>(one.most_errors) * design.design_effect)) + errors + ", if people differ as supposed";
    out += ". Chance: " + chance_words(one.power) + " if the planning values are right";
    if (one.simulated_trials != 0) out += " (" + grouped(one.simulated_trials) + " simulated trials)";
    if (one.assurance) out += ", " + chance_words(*one.assurance) + " if they are as uncertain as declared";
    out += ". " + counted_words(one.without_errors, passages_of(claim), "") + " would do without a single error" + (design.passes_per_person > 1 ? ", when each person counts once." : ".");
  } else {
    out += "; " + grouped(one.group_passages) + " of them of " + printable(one.group);
    if (claim.what == design_claim::kind::ratio) out += " (" + grouped(static_cast<std::uint64_t>(std::ceil(one.approximate_group_passages))) + " independent ones by the normal form, before the exact test). Chance: " + chance_words(one.power) + ".";
    else out += ", by the normal form. Chance: " + chance_words(one.power) + ", if the groups fare exactly alike.";
  }
  return out;
}

std::string budget_block(const trial_plan& p) {
  std::string out = "\nWHAT THE BUDGET CAN SHOW: " + counted_words(p.budget_mated, unit::mated_passages, "") + ", " + counted_words(p.budget_nonmated, unit::nonmated_passages, "") + "\n";
  for (const budget_answer& one : p.budget) {
    const planned_claim& claim = p.claims[one.claim];
    std::string words = claim_words(claim.claim) + ": ";
    if (claim.claim.what == design_claim::kind::limit) {
      words += one.power >= p.design.power ? "CAN be proven" : one.power > 0 ? "will probably NOT be proven" : "CANNOT be proven, whatever happens";
      words += " (chance " + chance_words(one.power) + (one.assurance ? ", " + chance_words(*one.assurance) + " with uncertain planning values" : "") + ")";
      if (one.best_limit)
        words += of_misses(claim.claim) ? "; without a single miss, at least " + percent_words(1.0 - *one.best_limit, rounding::down) + " would be proven" : "; without a single false positive, at most " + share_words(*one.best_limit, rounding::up) + " would be proven";
    } else if (claim.claim.what == design_claim::kind::ratio) {
      words += one.detectable_ratio ? (*one.detectable_ratio <= claim.claim.factor ? "CAN be found" : "CANNOT be counted on to be found") + std::string("; what would be, in the smallest group, is a ratio of ") + significant(*one.detectable_ratio, 3, rounding::up)
                                    : "CANNOT be found, nor could any ratio up to a thousand";
    } else {
      const std::uint64_t has = of_misses(claim.claim) ? p.budget_mated : p.budget_nonmated;
      words += has >= claim.passages ? "CAN be shown" : "CANNOT be counted on to be shown: " + grouped(has) + " of " + grouped(claim.passages) + " passages";
    }
    out += wrapped(words + ".", 4, "  ");
  }
  for (std::size_t i = 0; i < p.claims.size(); ++i) {
    bool answered = false;
    for (const budget_answer& one : p.budget) answered = answered || one.claim == i;
    if (!answered) out += wrapped(claim_words(p.claims[i].claim) + ": nothing, there are no such passages in the budget.", 4, "  ");
  }
  if (!p.groups.empty()) {
    out += wrapped("Of " + grouped(p.design.budget->expected_false_alerts.value_or(0)) + " false alerts in all, so much more of them per passage than everybody else would a group have to have to be found:", 4, "  ");
    for (const group_sensitivity& g : p.groups)
      out += "    " + printable(g.axis) + " " + printable(g.group) + " (" + percent_words(g.share, rounding::nearest) + "): " +
             (g.detectable_ratio ? significant(*g.detectable_ratio, 3, rounding::up) + " times" : "not even if all of them were of this group") + "\n";
  }
  return out;
}

} // namespace

std::string to_text(const trial_plan& p) {
  const trial_design& d = p.design;
  std::string out = printable(d.name, 200) + "\n";
  std::string supposed = "Supposed, not measured: ";
  for (const auto& [metric, rate] : d.rates) supposed += std::string(to_string(metric)) + " " + shortest(rate) + ", ";
  supposed += "design effect " + significant(d.design_effect, 3, rounding::nearest) + " at " + grouped(d.passes_per_person) + (d.passes_per_person == 1 ? " pass" : " passes") + " a person";
  if (d.watchlist_persons) supposed += ", a list of " + counted_words(*d.watchlist_persons, unit::persons, "");
  out += wrapped(supposed + ".", 4, "  ");
  out += "  Confidence " + level_words(d.level) + ", one-sided for limits; wanted chance " + chance_words(d.power) + "\n\nCLAIMS\n";
  for (const planned_claim& one : p.claims) {
    out += wrapped(claim_words(one.claim), 4, "  ");
    out += wrapped(need_words(d, one), 6, "    ");
  }
  out += "\nALL OF THEM: " + counted_words(p.mated_passages, unit::mated_passages, "") + " by " + counted_words(p.persons, unit::persons, "") + ", " + counted_words(p.nonmated_passages, unit::nonmated_passages, "");
  if (p.hours) out += " in " + hours_words(*p.hours);
  out += "\n";
  if (d.budget) out += budget_block(p);
  out += "\n" + paragraph("The chances hold claim by claim, not for all of them together. False positives of people who pass unasked are taken to be as dependent as those of volunteers; "
                          "how alike their passages are is itself a thing to measure." +
                          std::string(d.passes_per_person > 1 ? " The rates of people who pass more than once are taken to follow a beta distribution: where a few people make most errors in another way, the chances are others." : ""), 0);
  if (!d.operating_threshold) out += "\n" + paragraph("No operating_threshold was declared: add it to the study before its hash is deposited, or the limits are about no threshold.", 0);
  out += "\nPre-registration: SHA-256 " + p.study_sha256 + " of the study file\n";
  return out;
}

std::string to_text(const trial_plan& p, const std::vector<simulated_claim>& simulated) {
  std::string out = "\nWHAT SIMULATED TRIALS SHOWED, EVALUATED WHOLE\n";
  for (const simulated_claim& one : simulated) {
    const planned_claim& claim = p.claims.at(one.claim);
    const auto made = binomial::clopper_pearson(one.supported, one.trials, confidence{0.95});
    if (!made) continue;
    const double share = static_cast<double>(one.supported) / static_cast<double>(one.trials);
    std::string words = claim_words(claim.claim) + ": " + grouped(one.supported) + " of " + grouped(one.trials) + " trials, " + percent_words(share, rounding::nearest) + " (95 %: " + percent_words(made->lower, rounding::down) + " to " +
                        percent_words(made->upper, rounding::up) + "), where the plan says " + chance_words(claim.power) + ".";
    if (claim.power > made->upper) words += " Fewer than planned: chance alone does that in one such check of 40.";
    out += wrapped(words, 4, "  ");
  }
  for (std::size_t i = 0; i < p.claims.size(); ++i)
    if (!p.claims[i].reachable) out += wrapped(claim_words(p.claims[i].claim) + ": not simulated, it is out of reach.", 4, "  ");
  return out;
}

} // namespace lfreval
