"""Reference rows of decisions, sensitivity, audits: how lfreval.stats answers them."""
import math

from lfreval import stats

decision = stats.decision


def with_limits(made, name):
    return {name: made.point, "lo": made.limits.lower, "hi": made.limits.upper}


def scanned(i):
    return with_limits(decision.number_needed_to_scan(i["true_events"], i["faces"], confidence=i["conf"]), "nns")


def belief(i):
    assert i["prior"] == "Beta(.5,.5)"
    return {"prob": decision.probability_below(i["x"], i["n"], i["target"]).probability}


def net_benefit(i):
    return decision.net_benefit(i["tp"], i["fp"], i["n"], i["harm_ratio"])


def ishigami(i):
    made = stats.sensitivity.variance_shares_by_quadrature(
        [("uniform", -math.pi, math.pi)] * 3,
        lambda x: math.sin(x[0]) + i["a"] * math.sin(x[1]) ** 2 + i["b"] * x[2] ** 4 * math.sin(x[0]))
    return {**{f"S{k + 1}": made.first[k] for k in range(3)}, **{f"ST{k + 1}": made.total[k] for k in range(3)},
            "variance": made.variance}


def corrected(i):
    made = stats.verification_bias.begg_greenes(
        i["pos_D"], i["pos_nonD"], i["pos_unverified"], i["neg_D"], i["neg_nonD"], i["neg_unverified"])
    return {"sens": made.sensitivity, "spec": made.specificity, "sens_naive": made.naive_sensitivity,
            "spec_naive": made.naive_specificity, "prevalence": made.prevalence, "se_logit_sens": made.standard_error,
            "sens_lo": made.sensitivity_limits.lower, "sens_hi": made.sensitivity_limits.upper}


HOW = {
    "decision.number_needed_to_scan": scanned,
    "decision.number_needed_to_scan_zero": scanned,
    "decision.false_alert_share": lambda i: with_limits(
        decision.false_alert_share(i["false_alerts"], i["alerts"], confidence=i["conf"]), "fdr"),
    "decision.prob_fpir_below": belief,
    "decision.assurance": lambda i: (lambda r: {"assurance": r.probability, "k_max": r.most_events})(
        decision.assurance(i["n"], i["target"], *i["design_prior"], confidence=1 - i["delta"])),
    "decision.cost_optimal_probability": lambda i: {
        "p_t": decision.cost_optimal_probability(i["cost_false_alert"], i["cost_miss"]).probability,
        "lr_at_prev_1e_4": decision.cost_optimal_likelihood_ratio(i["cost_false_alert"], i["cost_miss"], 1e-4)},
    "decision.net_benefit": lambda i: {
        "nb": net_benefit(i).point, "threshold_prob": decision.threshold_probability(i["harm_ratio"])},
    "decision.net_benefit_se": lambda i: {"se": net_benefit(i).standard_error},
    "decision.noninferiority_rate_ratio": lambda i: {"p": decision.noninferiority_rate_ratio(
        i["x1"], i["t1"], i["x2"], i["t2"], i["margin"], confidence=1 - i["alpha"]).p_value},
    # The row has both axes small; a benefit is to be large.
    "decision.pareto_front": lambda i: {"front": decision.pareto_front(
        [p[0] for p in i["points_minimise_both"]], [-p[1] for p in i["points_minimise_both"]])},
    "psa.evpi": lambda i: {
        "evpi": stats.sensitivity.expected_value_of_perfect_information(i["net_benefit"], i["prob"])},
    "psa.sobol_ishigami": ishigami,
    "psa.sobol_sequence": lambda i: {"points": stats.sensitivity.sobol_sequence(i["dim"], i["n"])},
    "audit.hypergeometric_upper": lambda i: {"max_total": stats.audit.hypergeometric_upper(
        i["found"], i["audited"], i["population"], confidence=i["conf"])},
    "verification.begg_greenes": corrected,
}
