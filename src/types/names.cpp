#include <lfreval/types/error.hpp>
#include <lfreval/types/estimable.hpp>
#include <lfreval/types/estimate.hpp>
#include <lfreval/types/flag.hpp>
#include <lfreval/types/interval.hpp>
#include <lfreval/types/limit.hpp>
#include <lfreval/types/metric.hpp>

namespace lfreval {

std::string_view to_string(error_code code) noexcept {
  switch (code) {
    case error_code::cannot_open: return "cannot_open";
    case error_code::cannot_write: return "cannot_write";
    case error_code::not_text: return "not_text";
    case error_code::empty_file: return "empty_file";
    case error_code::malformed_csv: return "malformed_csv";
    case error_code::malformed_toml: return "malformed_toml";
    case error_code::unknown_key: return "unknown_key";
    case error_code::missing_key: return "missing_key";
    case error_code::wrong_type: return "wrong_type";
    case error_code::not_allowed: return "not_allowed";
    case error_code::unknown_column: return "unknown_column";
    case error_code::duplicate_column: return "duplicate_column";
    case error_code::wrong_field_count: return "wrong_field_count";
    case error_code::missing_value: return "missing_value";
    case error_code::not_a_count: return "not_a_count";
    case error_code::not_a_number: return "not_a_number";
    case error_code::not_a_date: return "not_a_date";
    case error_code::duplicate_id: return "duplicate_id";
    case error_code::newer_schema: return "newer_schema";
    case error_code::unsupported: return "unsupported";
    case error_code::malformed_matrix: return "malformed_matrix";
    case error_code::malformed_evaluation: return "malformed_evaluation";
  }
  return "";
}

std::string_view to_string(interval_method method) noexcept {
  switch (method) {
    case interval_method::clopper_pearson: return "clopper_pearson";
    case interval_method::wilson: return "wilson";
    case interval_method::wilson_cc: return "wilson_cc";
    case interval_method::jeffreys: return "jeffreys";
    case interval_method::agresti_coull: return "agresti_coull";
    case interval_method::midp: return "midp";
    case interval_method::garwood: return "garwood";
    case interval_method::poisson_midp: return "poisson_midp";
    case interval_method::poisson_jeffreys: return "poisson_jeffreys";
    case interval_method::poisson_score: return "poisson_score";
    case interval_method::conditional_exact: return "conditional_exact";
    case interval_method::conditional_midp: return "conditional_midp";
    case interval_method::conditional_score: return "conditional_score";
    case interval_method::conditional_effective: return "conditional_effective";
    case interval_method::bayes_gamma: return "bayes_gamma";
    case interval_method::korn_graubard: return "korn_graubard";
    case interval_method::korn_graubard_rate: return "korn_graubard_rate";
    case interval_method::korn_graubard_fay_feuer: return "korn_graubard_fay_feuer";
    case interval_method::fay_feuer: return "fay_feuer";
    case interval_method::wilson_neff: return "wilson_neff";
    case interval_method::wilson_neff_rate: return "wilson_neff_rate";
    case interval_method::logit_t: return "logit_t";
    case interval_method::rao_scott_zero: return "rao_scott_zero";
    case interval_method::water_fill: return "water_fill";
    case interval_method::strict_per_person: return "strict_per_person";
    case interval_method::estimated_denominator_gamma_lognormal: return "estimated_denominator_gamma_lognormal";
    case interval_method::estimated_denominator_log_delta: return "estimated_denominator_log_delta";
    case interval_method::estimated_denominator_bonferroni: return "estimated_denominator_bonferroni";
    case interval_method::manski: return "manski";
    case interval_method::imbens_manski: return "imbens_manski";
    case interval_method::profile_likelihood: return "profile_likelihood";
    case interval_method::predictive: return "predictive";
    case interval_method::fixed_effect_z: return "fixed_effect_z";
    case interval_method::random_effects_z: return "random_effects_z";
    case interval_method::random_effects_t: return "random_effects_t";
    case interval_method::q_profile: return "q_profile";
    case interval_method::welch_t: return "welch_t";
    case interval_method::funnel: return "funnel";
    case interval_method::estimated_denominators_log: return "estimated_denominators_log";
    case interval_method::tango_score: return "tango_score";
    case interval_method::bootstrap_percentile: return "bootstrap_percentile";
    case interval_method::bootstrap_band: return "bootstrap_band";
    case interval_method::log_delta: return "log_delta";
    case interval_method::assumption_box: return "assumption_box";
    case interval_method::delong: return "delong";
    case interval_method::delong_logit: return "delong_logit";
    case interval_method::obuchowski: return "obuchowski";
    case interval_method::obuchowski_logit: return "obuchowski_logit";
    case interval_method::dkw: return "dkw";
    case interval_method::tango_effective: return "tango_effective";
    case interval_method::tango_effective_mover: return "tango_effective_mover";
    case interval_method::zero_discordant: return "zero_discordant";
    case interval_method::log_wald: return "log_wald";
    case interval_method::conditional_odds: return "conditional_odds";
    case interval_method::projection: return "projection";
    case interval_method::shrinkage_bootstrap: return "shrinkage_bootstrap";
    case interval_method::robust_t: return "robust_t";
    case interval_method::penalised_profile_likelihood: return "penalised_profile_likelihood";
    case interval_method::log_jackknife: return "log_jackknife";
    case interval_method::koopman: return "koopman";
    case interval_method::miettinen_nurminen: return "miettinen_nurminen";
    case interval_method::katz_log: return "katz_log";
    case interval_method::katz_haldane: return "katz_haldane";
    case interval_method::mover_r: return "mover_r";
    case interval_method::mover_r_wilson: return "mover_r_wilson";
    case interval_method::bayes_beta: return "bayes_beta";
    case interval_method::mee_score: return "mee_score";
    case interval_method::newcombe: return "newcombe";
    case interval_method::mover_d: return "mover_d";
    case interval_method::agresti_caffo: return "agresti_caffo";
    case interval_method::delta_normal: return "delta_normal";
    case interval_method::influence_t: return "influence_t";
    case interval_method::randomised_t: return "randomised_t";
    case interval_method::logit_wald: return "logit_wald";
    case interval_method::corners: return "corners";
    case interval_method::hypergeometric: return "hypergeometric";
    case interval_method::beta_mixture: return "beta_mixture";
    case interval_method::gamma_mixture: return "gamma_mixture";
    case interval_method::hedged_betting: return "hedged_betting";
    case interval_method::fisher: return "fisher";
    case interval_method::inverted: return "inverted";
  }
  return "";
}

std::string_view to_string(sides on) noexcept {
  switch (on) {
    case sides::two: return "two";
    case sides::lower: return "lower";
    case sides::upper: return "upper";
  }
  return "";
}

std::string_view to_string(undefined_reason reason) noexcept {
  switch (reason) {
    case undefined_reason::empty: return "EMPTY";
    case undefined_reason::no_events: return "NO_EVENTS";
    case undefined_reason::all_events: return "ALL_EVENTS";
    case undefined_reason::one_cluster: return "ONE_CLUSTER";
    case undefined_reason::events_exceed_exposure: return "EVENTS_EXCEED_EXPOSURE";
    case undefined_reason::not_recorded: return "NOT_RECORDED";
    case undefined_reason::few_effective_events: return "FEW_EFFECTIVE_EVENTS";
    case undefined_reason::empty_replicates: return "EMPTY_REPLICATES";
    case undefined_reason::beyond_data: return "BEYOND_DATA";
    case undefined_reason::beyond_end_point: return "BEYOND_END_POINT";
    case undefined_reason::coarse_scores: return "COARSE_SCORES";
    case undefined_reason::no_fit: return "NO_FIT";
    case undefined_reason::no_variation: return "NO_VARIATION";
  }
  return "";
}

std::string_view to_string(cluster_unit by) noexcept {
  return by == cluster_unit::person ? "person" : "deployment";
}

std::string_view to_string(source_kind kind) noexcept {
  switch (kind) {
    case source_kind::operational: return "operational";
    case source_kind::seeded: return "seeded";
    case source_kind::scores: return "scores";
    case source_kind::published: return "published";
  }
  return "";
}

std::string_view to_string(section s) noexcept {
  switch (s) {
    case section::identification: return "identification";
    case section::burden: return "burden";
    case section::proportionality: return "proportionality";
  }
  return "";
}

std::string_view to_string(verdict_outcome outcome) noexcept {
  switch (outcome) {
    case verdict_outcome::met: return "met";
    case verdict_outcome::not_met: return "not_met";
    case verdict_outcome::inconclusive: return "inconclusive";
    case verdict_outcome::not_measured: return "not_measured";
  }
  return "";
}

namespace {

struct flag_words {
  flag id;
  std::string_view name, meaning;
};

constexpr flag_words flag_table[] = {
    {flag::one_cluster, "ONE_CLUSTER", "one deployment or person only: how much they vary is unknown"},
    {flag::assumes_independence, "ASSUMES_INDEPENDENCE", "treats each face as unrelated to the next"},
    {flag::few_clusters, "FEW_CLUSTERS", "fewer than ten deployments or persons"},
    {flag::few_effective_events, "FEW_EFFECTIVE_EVENTS", "few events carry the estimate: the cautious interval is used"},
    {flag::few_events, "FEW_EVENTS", "fewer than 30 events: what is known is the interval, not the single figure"},
    {flag::no_events, "NO_EVENTS", "nothing was observed: the upper bound is the finding, not the zero"},
    {flag::borrowed_design_effect, "BORROWED_DESIGN_EFFECT",
     "the allowance for deployments that differ was taken from other parts of the study"},
    {flag::strict_bound, "STRICT_BOUND", "holds however strongly one person's passages resemble each other"},
    {flag::denominator_as_published, "DENOMINATOR_AS_PUBLISHED",
     "the denominator is the publisher's figure; its error is not stated and is not in the interval"},
    {flag::denominator_estimated, "DENOMINATOR_ESTIMATED", "the publisher calls the denominator an estimate"},
    {flag::mixed_conditions, "MIXED_CONDITIONS", "pools different thresholds, sites, systems or watchlists"},
    {flag::conditions_differ, "CONDITIONS_DIFFER", "the two sides were not made under the same conditions"},
    {flag::conditions_unknown, "CONDITIONS_UNKNOWN", "conditions that decide whether the comparison is fair are not on record"},
    {flag::rows_left_out, "ROWS_LEFT_OUT", "some deployments do not record what this figure needs"},
    {flag::rows_do_not_add_up, "ROWS_DO_NOT_ADD_UP", "in some rows the published parts contradict each other"},
    {flag::unresolved_labels, "UNRESOLVED_LABELS", "some alerts were never resolved; the bounds show what they could change"},
    {flag::labels_as_published, "LABELS_AS_PUBLISHED", "the records do not say which alerts were confirmed by contact"},
    {flag::counting_break, "COUNTING_BREAK", "faces per minute changed between the two sides: the faces may not have been counted alike"},
    {flag::events_without_exposure, "EVENTS_WITHOUT_EXPOSURE", "some events are not in this figure: their rows have no usable denominator"},
    {flag::one_sided, "ONE_SIDED", "all of the allowed error is on one side"},
    {flag::denominator_taken_as_exact, "DENOMINATOR_TAKEN_AS_EXACT", "the declared error of the denominator is not in this interval"},
    {flag::few_list_entries, "FEW_LIST_ENTRIES", "few people on the watchlist stand behind the alerts: the figure is for this list"},
    {flag::list_effect_unknown, "LIST_EFFECT_UNKNOWN",
     "for this list only: nothing shows how the figure would move with other people on it"},
    {flag::nonpsd_guard, "NONPSD_GUARD", "the combined variance fell below one of its parts: the larger part is used"},
    {flag::extrapolated, "EXTRAPOLATED",
     "a non-standard extrapolation beyond what was counted: ISO/IEC 5152:2024 does not cover searches of a watchlist"},
    {flag::few_exceedances, "FEW_EXCEEDANCES", "fewer than 50 scores lie in the tail that the model was fitted to"},
    {flag::fit_doubtful, "FIT_DOUBTFUL", "the model does not fit the scores, or moves with where the tail is said to begin"},
    {flag::perfect_separation, "PERFECT_SEPARATION", "no mated and non-mated score overlap here: that is not certainty about others"},
    {flag::gallery_dependent, "GALLERY_DEPENDENT",
     "scores change with who else is on the watchlist: figures for other watchlists are projections"},
    {flag::gallery_invariance_unknown, "GALLERY_INVARIANCE_UNKNOWN",
     "nobody stated or checked that scores do not depend on who else is on the watchlist"},
    {flag::groups_share_clusters, "GROUPS_SHARE_CLUSTERS",
     "the same people or deployments stand on both sides of the comparison, whose interval takes the sides as unrelated"},
    {flag::confounded, "CONFOUNDED", "compares before with after and has no places where nothing was changed: whatever else changed meanwhile is in the figure"},
};
static_assert(std::size(flag_table) == flag_count);

} // namespace

std::string_view to_string(flag f) noexcept { return flag_table[static_cast<unsigned>(f)].name; }
std::string_view meaning_of(flag f) noexcept { return flag_table[static_cast<unsigned>(f)].meaning; }

} // namespace lfreval
