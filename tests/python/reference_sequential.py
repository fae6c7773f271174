"""Reference rows of programmes watched over time: how lfreval.stats answers them."""
import math

from lfreval import stats

sequential = stats.sequential


def limits(made):
    return {"lo": made.lower, "hi": made.upper}


def boundary(i):
    return {"alpha": i["alpha"], "variance": i["v_opt"], "alpha_there": i["alpha_opt"]}


def trials_in_words(written):
    """"400 zeros,1" as 400 trials without an event and one with."""
    out = []
    for part in written.split(","):
        out += [0] * int(part.split()[0]) if part.endswith("zeros") else [int(part)]
    return out


HOW = {
    "sequential.beta_mixture_cs": lambda i: limits(
        sequential.beta_mixture(i["x"], i["n"], i["a"], i["b"], confidence=1 - i["alpha"])),
    "sequential.gamma_mixture_cs_poisson": lambda i: limits(
        sequential.gamma_mixture(i["x"], i["exposure"], i["a"], i["b"], confidence=1 - i["alpha"])),
    "sequential.e_value_one_sided": lambda i: {
        "e": math.exp(sequential.log_e_value(i["x"], i["n"], i["p0"], i["a"], i["b"]))},
    "sequential.betting_capital_fixed_bet": lambda i: {
        "capital": sequential.betting_capital(i["y"], i["m0"], i["lam"])},
    "sequential.confseq_beta_binomial_mixture_two_sided_bound": lambda i: {
        "bound": sequential.beta_binomial_boundary(i["v"], i["g"], i["h"], **boundary(i))},
    "sequential.confseq_gamma_exponential_mixture_bound": lambda i: {
        "bound": sequential.gamma_exponential_boundary(i["v"], i["c"], **boundary(i))},
    "sequential.sprt_llr": lambda i: (lambda r: {
        "llr": r.log_ratio, "upper": r.upper, "lower": r.lower, "alpha": 0.05, "beta": 0.1})(
            sequential.sequential_probability_ratio(i["x"], i["n"], i["p0"], i["p1"], 0.05, 0.1)),
    "sequential.bernoulli_cusum": lambda i: (lambda r: {
        "w1": r.event_weight, "w0": r.other_weight, "final": r.value, "max": r.highest})(
            sequential.bernoulli_cusum(trials_in_words(i["seq"]), i["p0"], i["p1"])),
    "sequential.poisson_cusum_k": lambda i: {"k": sequential.poisson_reference(i["lam0"], i["lam1"])},
    "sequential.e_bh": lambda i: {"rejected_index": sequential.e_benjamini_hochberg(i["e"], i["alpha"])},
}
