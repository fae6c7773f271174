#include <lfreval/report/guards.hpp>

namespace lfreval {

namespace {

using enum guard_strength;

constexpr guard table[] = {
    // Denominators and units
    {"M01", "quoting one denominator, the flattering one", "false alerts are told per face, per resolved alert, per engagement and per hour together", always_shown, "src/report/text.cpp"},
    {"M02", "reading false alerts per alert as the chance that a passer-by is flagged", "every sentence keeps its denominator: of the faces seen, of the resolved alerts", always_shown, "include/lfreval/types/metric.hpp"},
    {"M03", "one figure of accuracy over all passers", "there is no such metric; asking for it explains that a system that never alerts would score 99.97 %", does_not_compile, "include/lfreval/types/tally.hpp"},
    {"M04", "faces treated as people", "units are types, and two rates counted by different rules are not compared", does_not_compile, "include/lfreval/types/unit.hpp"},
    {"M05", "estimated counts of faces used as exact ones", "the quality of a count is declared, its error widens the interval, and round numbers are noted", always_shown, "include/lfreval/quality/record_quality.hpp"},
    {"M06", "a percentage off by a hundred", "rates are made of whole numbers, and a quoted percentage is held against its own counts and its own one-in form", refused, "include/lfreval/quality/claim_quality.hpp"},
    {"M07", "a quotation with its meaning turned round", "a claim names a metric of the closed table, so that what was counted and of what is never left to its wording", refused, "include/lfreval/log/published.hpp"},
    {"M08", "listed volunteers in the denominator of false positives", "the false positive identification rate divides by non-mated passages only", does_not_compile, "include/lfreval/counts/passage_tallies.hpp"},
    {"M09", "alerts counted once for each camera or frame", "one passage is one trial, and alerts of one group are one alert", does_not_compile, "include/lfreval/counts/passage_tallies.hpp"},
    {"M10", "a one-to-one rate of a laboratory read as the rate in the field", "comparisons and passages are different units; a projection from one to the other says so", does_not_compile, "include/lfreval/types/tally.hpp"},
    {"M11", "a threshold read as a probability", "a threshold has no unit and is never printed as a percentage", does_not_compile, "include/lfreval/types/threshold.hpp"},
    {"M12", "no false alert reported as no risk", "a rate of 0 is printed with its upper limit", always_shown, "include/lfreval/intervals/zero_events.hpp"},
    {"M13", "few false alerts reported while misses are unknown", "the chapter is headed MISSES NOT MEASURED, and what would measure them comes first", always_shown, "src/report/evaluate.cpp"},
    // Ground truth
    {"M14", "groups of people known for false alerts only", "a rate by group needs the group of those who did not alert; without it there are bounds", refused, "include/lfreval/counts/passage_tallies.hpp"},
    {"M15", "misses taken from operational logs", "records of operations cannot give a true positive identification rate", does_not_compile, "include/lfreval/types/metric.hpp"},
    {"M16", "alerts nobody resolved scored by the operator's opinion", "the headline is of resolved alerts; the others are taken either way as bounds", always_shown, "include/lfreval/types/tally.hpp"},
    {"M17", "the right person under a stale listing counted as success", "such alerts are counted apart, against the list and never as a find", always_shown, "src/types/metric.cpp"},
    {"M18", "relatives and twins pooled with strangers", "false alerts on relatives are told apart: a threshold does little for them", always_shown, "src/report/crowd_groups.cpp"},
    {"M19", "passages of one volunteer taken as independent", "a trial names its persons, and the headline interval is by person", always_shown, "include/lfreval/intervals/ladder.hpp"},
    {"M20", "volunteers unlike the people looked for", "the conditions of their passages are asked for, and the report says which are not on record", asked_for, "src/report/trial_findings.cpp"},
    // Bias
    {"M21", "a difference that was not significant announced as no difference", "different, equivalent within a margin declared before, or inconclusive with the smallest ratio the data could have shown", refused, "include/lfreval/disparity/disparity_verdict.hpp"},
    {"M22", "a finding carried to another threshold", "every comparison is at one threshold and says which", always_shown, "include/lfreval/types/conditions.hpp"},
    {"M23", "bias said to vanish at a threshold where errors do", "disparity over the threshold carries its counts of errors and is grey below 30", always_shown, "src/report/trial_groups.cpp"},
    {"M24", "one axis at a time", "groups are crossed, and small cells are shrunken beside their raw counts", always_shown, "src/report/group_findings.hpp"},
    {"M25", "a share of false alerts against a baseline that was picked", "baselines are declared with a source, none is standard, and all are printed", refused, "src/report/crowd_groups.cpp"},
    {"M26", "a share of few alerts dismissed without a number", "the interval of the share and the share at which the finding would change", always_shown, "include/lfreval/intervals/shares.hpp"},
    {"M27", "the composition of the list mistaken for the algorithm", "comparisons and false alerts by group of passer and of listed person, standardised to one list", always_shown, "include/lfreval/disparity/composition.hpp"},
    {"M28", "a balanced test gallery read as the list in use", "rates are reweighted to the list in use, or marked as of a balanced gallery", always_shown, "include/lfreval/disparity/composition.hpp"},
    {"M29", "a gap in finding people reported as a gap in false alerts", "two chapters, each saying who bears what", always_shown, "src/report/group_findings.cpp"},
    {"M30", "the system's bias measured, that of its use not", "exposure, alerts, stops and their burden by group, each apart from error", always_shown, "src/report/crowd_groups.cpp"},
    {"M31", "the operator's eye claimed as the cure", "how often false alerts were rejected and true ones let pass, with intervals; no figure without the truth of both", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M32", "one index of fairness", "indices stand in an appendix beside the table they are made of, and are refused where a cell is empty", refused, "include/lfreval/disparity/index_appendix.hpp"},
    {"M33", "a result carried to another version or vendor", "the version is a condition of every figure, and a test report must name the version in use", refused, "include/lfreval/types/conditions.hpp"},
    // Arithmetic and completeness
    {"M34", "published parts that do not add up", "sums are checked, and figures that rest on a broken one are bounded or refused", refused, "include/lfreval/quality/record_quality.hpp"},
    {"M35", "two totals for one thing", "overlapping rows and copied columns are found", refused, "include/lfreval/quality/record_quality.hpp"},
    {"M36", "unlike deployments pooled", "a pooled rate carries how much they differ and what it is without any one of them", always_shown, "include/lfreval/series/leave_one_out.hpp"},
    {"M37", "intervals that ignore that false alerts bunch", "the headline interval is by deployment; the flat one is a companion that says what it assumes", always_shown, "include/lfreval/intervals/ladder.hpp"},
    {"M38", "a point held against a limit", "a verdict is on the one-sided bound: met, not met or inconclusive", does_not_compile, "include/lfreval/intervals/judge.hpp"},
    {"M39", "a limit on the wrong rate", "a limit names its metric, and its direction and units must be those of the metric", refused, "include/lfreval/types/limit.hpp"},
    {"M40", "a rate for one list size used at another", "sizes more than 10 % apart are compared as projections only", refused, "include/lfreval/types/conditions.hpp"},
    {"M41", "a scaled result shown as measured", "a projection is a kind of its own, with what it is made of and what is assumed", always_shown, "include/lfreval/report/finding.hpp"},
    {"M42", "several systems or cameras joined for finding people, and not for false alerts", "both rates of a source are of the same passages under the same rule", always_shown, "include/lfreval/counts/passage_tallies.hpp"},
    {"M43", "a small rate without the footfall", "expected false alerts per day at this footfall", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M44", "the share of alerts that is right carried to another place", "it is of the records it was counted on; elsewhere it needs a declared prevalence and is a projection", refused, "include/lfreval/identification/predictive_value.hpp"},
    {"M45", "percentages of a handful of alerts", "below ten there are counts and no percentage", always_shown, "src/report/sentences.cpp"},
    {"M46", "trends made by a changing mix", "changes of counting and of threshold are found, dated and told beside the series", always_shown, "include/lfreval/series/change_points.hpp"},
    {"M47", "many looks, and the best one reported", "a programme is watched by limits that hold at every look, and a history that was looked at is not rewritten", refused, "include/lfreval/report/monitor.hpp"},
    // Effectiveness and proportionality
    {"M48", "arrests counted as benefit without what followed", "the ladder of outcomes, each stage of its own, and the missing stages by name", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M49", "grave cases told, lesser ones found", "the grades of offences of the list beside those of the people found", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M50", "several times more effective, than nothing in particular", "a ratio needs a comparator on record: tactic, hours, place and dates", refused, "include/lfreval/proportionality/indicator.hpp"},
    {"M51", "a fall in crime at one place taken as the effect", "a change needs places without the measure beside it, over the same days; without them it is CONFOUNDED and not told", refused, "include/lfreval/proportionality/effectiveness.hpp"},
    {"M52", "an arrest every so many minutes, officers left out", "outcomes per officer-hour beside outcomes per hour", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M53", "costs left out", "costs on record are told; their absence is, too", asked_for, "include/lfreval/proportionality/indicator.hpp"},
    {"M54", "success defined after the result", "expectations carry the date on which they were registered, and later ones are faulted", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M55", "lists that grow because they can", "the size of the list over time", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M56", "sites chosen for their crowds", "listed people with a reason to expect them there, and the share that was met", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M57", "categories that hold anybody", "the share of the list in a stated category, and of those not wanted at all", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M58", "people scanned without an alert taken as unaffected", "interference is counted as everyone scanned", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M59", "intrusion multiplied into a score", "there is no score and no total over criteria or limbs", does_not_compile, "include/lfreval/proportionality/policy.hpp"},
    {"M60", "few complaints read as little harm", "complaints stand beside what people were told", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M61", "stops under five minutes, without a distribution", "the minutes of false engagements as a distribution, and the use of force", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M62", "an adverse test kept from the regulator", "days from result to disclosure; an undisclosed one is named", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M63", "documents that state different retention periods", "values are compared across documents", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M64", "notice given as the cameras start", "the lead time of notices", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M65", "deployments without a result left out", "aborted, cancelled, refused and excluded deployments are counted first", always_shown, "include/lfreval/quality/record_quality.hpp"},
    {"M66", "children and older people untested", "listed minors without a test of their age band are named", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M67", "deletion given as the reason why bias cannot be measured", "not measured is never read as met, and the lawful ways to measure are named", always_shown, "include/lfreval/proportionality/policy.hpp"},
    {"M68", "independent tests that the force commissioned, scoped and summarised", "tester, funder and setter of the scope are separate fields", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M69", "people on the list who keep away", "the rate of volunteers found is never called the rate of listed people found; the share met stands beside it", always_shown, "include/lfreval/proportionality/indicator.hpp"},
    {"M70", "a passage judged against the wrong day's list", "whether a passer was listed is derived from the list in force at that time", refused, "include/lfreval/log/trial_log.hpp"},
};

} // namespace

std::string_view to_string(guard_strength strength) noexcept {
  switch (strength) {
    case does_not_compile: return "does not compile";
    case refused: return "refused";
    case always_shown: return "always shown";
    case asked_for: return "asked for";
  }
  return "";
}

std::span<const guard> guards() noexcept { return table; }

} // namespace lfreval
