#include <lfreval/study/keys.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace lfreval {

namespace {

using enum key_type;
constexpr double any_low = -std::numeric_limits<double>::max(), any_high = std::numeric_limits<double>::max();
constexpr double whole = 9007199254740992.0; // 2^53

constexpr study_key keys[] = {
    {"schema", integer, true, "1", "", 1, whole, "1", "version of the study language"},
    {"study.name", text, true, "", "", 0, 0, "a text", "title, printed first"},
    {"study.as_of", date, false, "", "", 0, 0, "a date as 2025-07-15", "the day the records were complete to"},
    {"study.confidence", number, false, "0.95", "", 0.5, 1 - 1e-9, "a number from 0.5 to below 1: 0.95, not 95", "confidence of every interval and verdict"},
    {"study.seed", integer, false, "0", "", 0, whole, "a whole number from 0", "seed of everything random"},
    {"study.max_refused", integer, false, "0", "", 0, whole, "a whole number from 0", "how many rows may be refused before the evaluation stops"},
    {"study.equivalence_margin", number, false, "", "", 1 + 1e-9, 1000, "a ratio above 1", "two rates are equivalent when the interval of their ratio lies in (1/margin, margin)"},
    {"study.equivalence_difference", number, false, "", "", 1e-9, 1 - 1e-9, "a share above 0 and below 1: 0.05 for five in a hundred", "two shares are equivalent when the interval of their difference lies between minus and plus this"},
    {"study.faces_cv_shared", boolean, false, "true", "", 0, 0, "true or false", "whether the errors of the face counts of different deployments go the same way: true is the cautious choice"},
    {"study.planning_design_effect", number, false, "", "", 1, 1e6, "a number from 1", "design effect to assume where the data show no event"},
    {"scope.from", date, false, "", "", 0, 0, "a date", "first day evaluated"},
    {"scope.to", date, false, "", "", 0, 0, "a date", "last day evaluated"},
    {"scope.where.*", threshold_list, false, "", "", any_low, any_high, "a list of accepted values", "rows whose column holds one of these"},
    {"scope.exclude[].deployment", text, true, "", "", 0, 0, "an identifier, or force/identifier", "deployment left out"},
    {"scope.exclude[].reason", text, true, "", "", 0, 0, "a text", "why; printed beside the count"},
    {"system.*.vendor", text, false, "", "", 0, 0, "a text", "vendor"},
    {"system.*.version", text, false, "", "", 0, 0, "a text", "version of the algorithm"},
    {"system.*.polarity", text, false, "similarity", "similarity|distance", 0, 0, "similarity or distance", "whether a larger score means more alike"},
    {"system.*.precision", text, false, "float32", "float32|float64", 0, 0, "float32 or float64", "precision in which scores are compared"},
    {"system.*.operating_threshold", number, false, "", "", any_low, any_high, "a score", "threshold in use"},
    {"system.*.shown_candidates", integer, false, "1", "", 1, 1000000, "a whole number from 1", "how many candidates of a passage the operator is shown: the rank limit of the identification rates"},
    {"system.*.recommended_threshold", number, false, "", "", any_low, any_high, "a score", "threshold the vendor recommends"},
    {"system.*.score_range", number_list, false, "[0, 1]", "", any_low, any_high, "two numbers, lowest and highest", "scale of the scores"},
    {"watchlist.operational_persons", integer, false, "", "", 1, whole, "a whole number from 1", "persons on the list in use: false positive rates are carried from the list searched to this one, as projections"},
    {"thresholds.grid.from", number, false, "", "", any_low, any_high, "a score", "first threshold"},
    {"thresholds.grid.to", number, false, "", "", any_low, any_high, "a score", "last threshold"},
    {"thresholds.grid.step", number, false, "", "", 1e-12, any_high, "a positive number", "step between thresholds"},
    {"thresholds.report", number_list, false, "", "", any_low, any_high, "a list of scores", "thresholds printed in the tables"},
    {"group[].name", text, true, "", "", 0, 0, "a text", "demographic axis"},
    {"group[].table", text, false, "", "persons|passages|alerts|exposure|observations", 0, 0, "persons, passages, alerts, exposure or observations", "table that holds the labels"},
    {"group[].column", text, false, "", "", 0, 0, "a column name", "column, when it is not the name of the axis"},
    {"group[].label_source", text, false, "", "", 0, 0, "a text", "who gave the labels: self_defined, officer_perceived …"},
    {"group[].reference", text, false, "", "", 0, 0, "a label", "group the others are compared with"},
    {"group[].adjust_for", text_list, false, "", "", 0, 0, "a list of camera, deployment and names of other groups", "what a second, adjusted comparison with the reference holds alike; the raw one stands beside it"},
    {"source[].name", text, true, "", "", 0, 0, "a text", "name of the source, unique in the study"},
    {"source[].kind", text, true, "", "operational|seeded|scores|published", 0, 0, "operational, seeded, scores or published", "where the rows come from; it decides what they can support"},
    {"source[].table", text, true, "", "deployments|observations|passages|candidates|alerts|exposure|persons|watchlist|scores|published", 0, 0, "deployments, observations, passages, candidates, alerts, exposure, persons, watchlist, scores or published", "what one row is"},
    {"source[].format", text, false, "", "matrix|pairs|bob4|bob5|two_column|pyeer|bee", 0, 0, "matrix, pairs, bob4, bob5, two_column, pyeer or bee", "layout of score files"},
    {"source[].system", text, false, "", "", 0, 0, "the name of a [system.NAME]", "system that made the rows"},
    {"source[].files", text_list, true, "", "", 0, 0, "a list of paths", "files, relative to the study"},
    {"source[].label_source", text, false, "", "", 0, 0, "a text", "who says what was true: ground_truth, confirmed_by_id, officer_opinion, operator_opinion, published"},
    {"source[].mated", text, false, "", "same_id|same_person", 0, 0, "same_id or same_person", "how mated comparisons are recognised: by equal ids of probe and reference, or by equal persons"},
    {"source[].mask", text, false, "", "", 0, 0, "a path", "BEE mask of a score matrix, in its rows and columns: which comparisons are mated, which are not, which are left out"},
    {"source[].mated_files", text_list, false, "", "", 0, 0, "a list of paths, each one of files", "files of a pyeer source that hold mated comparisons; the others hold non-mated ones"},
    {"source[].mated_pairs", text, false, "", "", 0, 0, "a path", "lines of query and template of one person, for a pyeer source whose files hold query, template and score"},
    {"source[].probes", text, false, "", "", 0, 0, "a path", "table with columns probe and probe_person: who is on the probes of a score matrix, and for bee the probe of each row"},
    {"source[].references", text, false, "", "", 0, 0, "a path", "table with columns reference and reference_person: who is on the references of a score matrix, and for bee the reference of each column"},
    {"source[].recorded_from", number, false, "", "", any_low, any_high, "a score", "lowest score that the log keeps; below it candidates may be missing"},
    {"source[].passages_by", text, false, "passage", "passage|track|person", 0, 0, "passage, track or person", "what the observations of one passage have in common: an identifier, a track of one camera, or the person at one deployment until passage_gap_seconds go by, all cameras together"},
    {"source[].passage_gap_seconds", number, false, "", "", 1e-3, 86400, "seconds, up to 86400", "how long nothing may be seen of a person within one passage; where passages_by is person"},
    {"source[].sentinel.value", number, false, "", "", any_low, any_high, "a number", "value that is not a score"},
    {"source[].sentinel.means", text, false, "", "failure_to_enrol|failure_to_acquire", 0, 0, "failure_to_enrol or failure_to_acquire", "what it stands for"},
    {"source[].sentinel.axis", text, false, "", "column|row|cell", 0, 0, "column, row or cell", "what holds it: a reference, which is a column of a matrix; a probe, which is a row; or single comparisons. Column where it means failure_to_enrol, row where it means failure_to_acquire"},
    {"source[].columns.*", column, false, "", "", 0, 0, "a column name, or a table with column, const, unit, format, split, yes, no, cv, quality", "where a column of the table is found in the files"},
    {"source[].columns.*.column", text, false, "", "", 0, 0, "a header of the file", "header"},
    {"source[].columns.*.const", text, false, "", "", 0, 0, "a text", "one value for every row"},
    {"source[].columns.*.unit", text, false, "", "seconds|minutes|hours|percent|fraction", 0, 0, "seconds, minutes, hours, percent or fraction", "unit of the cells"},
    {"source[].columns.*.format", text, false, "", "", 0, 0, "a text", "format of the cells"},
    {"source[].columns.*.split", text, false, "", "", 0, 0, "a separator", "separator inside a cell that holds several names"},
    {"source[].columns.*.yes", text_list, false, "", "", 0, 0, "a list of texts", "spellings of yes"},
    {"source[].columns.*.no", text_list, false, "", "", 0, 0, "a list of texts", "spellings of no"},
    {"source[].columns.*.cv", number, false, "", "", 0, 10, "a number from 0", "coefficient of variation of the counts"},
    {"source[].columns.*.quality", text, false, "", "logged|estimated|rounded", 0, 0, "logged, estimated or rounded", "how the counts were made"},
    {"source[].status.aborted", text_list, false, "", "", 0, 0, "a list of deployments", "deployments that were broken off"},
    {"source[].status.cancelled", text_list, false, "", "", 0, 0, "a list of deployments", "deployments that never ran"},
    {"register[].kind", text, true, "", "documents|tests|changes|comparators|costs|staffing|complaints|notices|retention|expectations|operators|authorisations|disclosures", 0, 0,
     "documents, tests, changes, comparators, costs, staffing, complaints, notices, retention, expectations, operators, authorisations or disclosures", "what one row of the register is"},
    {"register[].files", text_list, true, "", "", 0, 0, "a list of paths", "CSV files, or TOML files with one [[KIND]] for each row, relative to the study"},
    {"register[].columns.*", text, false, "", "", 0, 0, "a header of the files", "where a column of the register is found in CSV files, when it has another name there"},
    {"limit[].metric", text, true, "", "", 0, 0, "a metric key: see `lfreval explain`", "metric the limit is on"},
    {"limit[].at_most", fraction, false, "", "", 0, 0, "{ events = 1, exposure = 1000 }, two whole numbers; hours for rates per hour", "limit from above"},
    {"limit[].at_least", fraction, false, "", "", 0, 0, "{ events = 9, exposure = 10 }, two whole numbers; hours for rates per hour", "limit from below"},
    {"limit[].source", text, true, "", "", 0, 0, "a text", "who set the limit"},
    {"limit[].in_every", text, false, "", "", 0, 0, "the name of a [[group]]; of passages also all of them crossed, as \"ethnicity and sex\"",
     "the limit is to be kept in every group of the axis, each at the declared confidence, and is not held against the whole: met only where every group meets it, not met where some group breaks it at a confidence that allows for the number of groups (Bonferroni)"},
    {"stop_rule[].name", text, true, "", "", 0, 0, "a text", "name of the rule, unique in the study"},
    {"stop_rule[].metric", text, true, "", "", 0, 0, "a metric key: see `lfreval explain`", "metric that `lfreval monitor` watches; of records of deployments"},
    {"stop_rule[].when", text, true, "", "limit|shift", 0, 0, "limit or shift", "what triggers it: evidence that the declared limit on the metric is broken, valid at every look, or a cumulative sum that finds the rate nearer to shift times the baseline"},
    {"stop_rule[].action", text, true, "", "", 0, 0, "a text", "what is done then"},
    {"stop_rule[].owner", text, true, "", "", 0, 0, "a text", "who has to do it"},
    {"stop_rule[].baseline", fraction, false, "", "", 0, 0, "{ events = 1, exposure = 100000 }, two whole numbers; hours for rates per hour", "for a shift: the rate that is no reason to worry"},
    {"stop_rule[].shift", number, false, "2", "", 1.1, 1000, "a ratio from 1.1", "for a shift: the ratio to the baseline that should be noticed soon"},
    {"stop_rule[].once_in", integer, false, "", "", 1, 4503599627370496.0, "a whole number from 1", "for a shift: exposure (faces; hours for rates per hour) after which one false signal is accepted, on average"},
    {"assumption[].quantity", text, true, "", "passages_per_face|prevalence", 0, 0, "passages_per_face or prevalence", "what is assumed"},
    {"assumption[].low", number, false, "", "", 0, any_high, "a number from 0", "lowest value considered"},
    {"assumption[].point", number, false, "", "", 0, any_high, "a number from 0", "central value"},
    {"assumption[].high", number, false, "", "", 0, any_high, "a number from 0", "highest value considered"},
    {"assumption[].reason", text, true, "", "", 0, 0, "a text", "where it comes from"},
    {"baseline[].name", text, true, "", "", 0, 0, "a text", "population that the groups among false alerts are compared with: residents, passers, people listed"},
    {"baseline[].of", text, true, "", "", 0, 0, "a group axis", "demographic axis"},
    {"baseline[].shares.*", number, false, "", "", 0, 1, "a share from 0 to 1", "share of each group; they add up to 1"},
    {"baseline[].source", text, true, "", "", 0, 0, "a text", "who counted it, and when"},
    {"comparison[].systems", text_list, true, "", "", 0, 0, "two or more system names", "systems compared"},
    {"comparison[].at[].false_positive_identification_rate", number, false, "", "", 0, 1, "a share from 0 to 1", "compared at this FPIR"},
    {"comparison[].at[].threshold", text_or_number, false, "", "", any_low, any_high, "a score, operating, recommended or guaranteed", "compared at this threshold: the one at which each system is in use, the one that its vendor recommends, or that of each system which keeps the first declared limit on the false positive identification rate"},
    {"dossier.policies", text_list, false, "", "", 0, 0, "a list of shipped policies (`lfreval policy list`) or paths of policy files", "what the evidence is laid out against, limb by limb; limits in them are checked as those of the study are"},
    {"decision.outcome", text, true, "", "", 0, 0, "the name of an outcome of the records", "outcome that counts as gained"},
    {"decision.harm", text, true, "", "false_engagements|false_alerts", 0, 0, "false_engagements or false_alerts", "what is weighed against it"},
    {"decision.alternative", text, false, "", "", 0, 0, "a text", "other tactic that the same officers could use, under the name that the register of comparators has for it; its quantities are inputs, else those of the register over the officer-hours of a deployment"},
    {"decision.exchange_rates.from", number, false, "", "", 0, 1e6, "a number from 0", "lowest harm of one false engagement or alert, in units of one outcome; the program never supplies it"},
    {"decision.exchange_rates.to", number, false, "", "", 0, 1e6, "a number from 0", "highest harm"},
    {"decision.exchange_rates.steps", integer, false, "", "", 2, 1000, "a whole number from 2 to 1000", "how many rates between them are printed, both ends among them"},
    {"decision.input[].name", text, true, "", "", 0, 0, "a text", "what is uncertain, in words"},
    {"decision.input[].quantity", text, true, "", "outcomes_per_deployment|harms_per_deployment|attributable_share|alternative_outcomes_per_deployment|alternative_harms_per_deployment", 0, 0,
     "outcomes_per_deployment, harms_per_deployment, attributable_share, alternative_outcomes_per_deployment or alternative_harms_per_deployment", "quantity; the first two replace what the records say, attributable_share is the share of the outcomes that would not have come about otherwise"},
    {"decision.input[].distribution", text, true, "", "beta|gamma|uniform|triangular|fixed", 0, 0, "beta, gamma, uniform, triangular or fixed", "how it is supposed to be distributed"},
    {"decision.input[].parameters", number_list, true, "", "", 0, any_high, "beta: its two shapes; gamma: shape and rate; uniform: lowest and highest; triangular: lowest, most likely, highest; fixed: one number", "parameters of the distribution"},
    {"decision.input[].source", text, true, "", "", 0, 0, "a text", "where they come from"},
    {"privacy.key_file", text, false, "", "", 0, 0, "a path", "key that replaces person and image ids in every output"},
};

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

} // namespace

std::string_view to_string(key_type type) noexcept {
  switch (type) {
    case text: return "text";
    case integer: return "whole number";
    case number: return "number";
    case boolean: return "true or false";
    case date: return "date";
    case text_list: return "list of texts";
    case number_list: return "list of numbers";
    case text_or_number: return "text or number";
    case threshold_list: return "list";
    case column: return "column name or table";
    case fraction: return "table of two whole numbers";
  }
  return "";
}

std::span<const study_key> study_keys() noexcept { return keys; }

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  // Half the letters may be wrong before the hint is more confusing than none; very long words are not slips.
  std::size_t fewest = std::min<std::size_t>(word.size(), 200) / 2 + 1;
  if (word.size() > 200) return best;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edits(word, candidate);
    if (distance < fewest) { fewest = distance; best = candidate; }
  }
  return best;
}

} // namespace lfreval
