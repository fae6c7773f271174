#!/usr/bin/python3
"""Limits of rates from the defining tail equations, at 60 digits, independent of any beta or gamma inverse.

Writes tests/reference/binomial_tail_mpmath.csv and tests/reference/poisson_tail_mpmath.csv. Run once; the files are
committed. Needs mpmath. scipy gives Newton's method a starting value and no digit of the result.
"""
import csv
import pathlib

from mpmath import mp, mpf, exp, log, log1p
from scipy.stats import beta, gamma

mp.dps = 60
HERE = pathlib.Path(__file__).resolve().parents[2] / "tests" / "reference"
EVENTS = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50]
TRIALS = [10**k for k in range(2, 16)] + [2**52]
Q = [mpf("0.025"), mpf("0.05"), mpf("0.005")]


def binomial_terms(x, n, p):
    """P(X < x) and P(X = x), term by term."""
    log_term = n * log1p(-p)
    step = log(p) - log1p(-p)
    below, at = mpf(0), exp(log_term)
    for k in range(1, x + 1):
        below += at
        log_term += log(mpf(n - k + 1)) - log(mpf(k)) + step
        at = exp(log_term)
    return below, at


def poisson_terms(x, mu):
    below, at = mpf(0), exp(-mu)
    for k in range(1, x + 1):
        below += at
        at = at * mu / k
    return below, at


def newton(tail, slope, start):
    """Newton on log p, where every limit here is well scaled."""
    p = mpf(start)
    for _ in range(200):
        step = tail(p) / (slope(p) * p)
        step = max(min(step, mpf(1)), mpf(-1))
        p *= exp(-step)
        if abs(step) < mpf(10) ** -45:
            return p
    raise RuntimeError("no convergence")


def limit(terms, x, q, at_weight, upper, start):
    """Root of: probability of a result as extreme as x, the result x itself weighing `at_weight`, equals q."""
    def tail(p):
        below, at = terms(x, p)
        return (below + at_weight * at if upper else 1 - below - at + at_weight * at) - q
    h = mpf(10) ** -25
    return newton(tail, lambda p: (tail(p * (1 + h)) - tail(p * (1 - h))) / (2 * p * h), start)


def row(value):
    return mp.nstr(value, 25)


with open(HERE / "binomial_tail_mpmath.csv", "w", newline="") as out:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["method", "events", "trials", "q", "lower", "upper"])
    for n in TRIALS:
        for x in EVENTS:
            for q in Q:
                for method, weight in (("clopper_pearson", mpf(1)), ("midp", mpf("0.5"))):
                    terms = lambda k, p, n=n: binomial_terms(k, n, p)
                    lower = mpf(0) if x == 0 else limit(terms, x, q, weight, False, beta.ppf(float(q), x, n - x + 1))
                    upper = limit(terms, x, q, weight, True, beta.isf(float(q), x + 1, n - x))
                    table.writerow([method, x, n, mp.nstr(q, 5), row(lower), row(upper)])

with open(HERE / "poisson_tail_mpmath.csv", "w", newline="") as out:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["method", "events", "q", "lower", "upper"])
    for x in EVENTS + [100, 1000]:
        for q in Q:
            for method, weight in (("garwood", mpf(1)), ("midp", mpf("0.5"))):
                lower = mpf(0) if x == 0 else limit(poisson_terms, x, q, weight, False, gamma.ppf(float(q), x))
                upper = limit(poisson_terms, x, q, weight, True, gamma.isf(float(q), x + 1))
                table.writerow([method, x, mp.nstr(q, 5), row(lower), row(upper)])
