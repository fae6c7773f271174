#!/usr/bin/python3
"""Limits of a ratio and of a difference of two shares from the likelihood itself, at 36 digits: the shares under a fixed ratio
(difference) by bisection on the score equation, the limits by bisection and secants on the statistic. No quadratic, no cubic.

Writes tests/reference/two_groups_mpmath.csv. Run once; the file is committed. Needs mpmath.
"""
import csv
import pathlib

from mpmath import mp, mpf, exp, log, sqrt, erfinv, findroot

mp.dps = 36
HERE = pathlib.Path(__file__).resolve().parents[2] / "tests" / "reference"
Z = sqrt(mpf(2)) * erfinv(mpf("0.95"))
CASES = [
    (7, 34, 1, 34), (36, 40, 16, 80), (8, 400, 2, 2400), (12, 10000, 9, 10000), (1, 2, 1, 3),
    (8, 425000, 2, 2722436), (0, 425000, 5, 2722436), (5, 425000, 0, 2722436), (0, 12, 4, 5), (4, 5, 0, 12),
    (3, 10**9, 1, 4 * 10**9), (2, 10**9, 2, 10**9), (1, 10**12, 1, 10**12), (1, 7, 10**6, 10**9),
    (199, 200, 180, 200), (200, 200, 190, 200), (190, 200, 200, 200), (30, 30, 40, 40), (10, 10, 0, 12),
    (10**12 - 10, 10**12, 10**12 - 30, 10**12),
]


def bisect(is_low, low, high, steps=120):
    for _ in range(steps):
        middle = (low + high) / 2
        if is_low(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def limit(excess, low, high):
    """Where a falling function is 0; it may be infinite at the ends."""
    near = bisect(lambda at: excess(at) > 0, low, high, 40)
    step = (high - low) * mpf(2) ** -40
    return findroot(excess, (near - step, near + step), solver="anderson", tol=1e-50)


def slope(x, n, p):
    """Of the log likelihood of one arm; the share stays inside (0, 1)."""
    return (x / p if x else 0) - ((n - x) / (1 - p) if n - x else 0)


def statistic(gap, variance):
    return mpf("inf") if variance <= 0 and gap > 0 else mpf(0) if variance <= 0 else gap / sqrt(variance)


def ratio_lower(x1, n1, x2, n2, z):
    if x1 == 0:
        return mpf(0)

    def excess(log_r):
        r = exp(log_r)
        p2 = bisect(lambda p: r * slope(x1, n1, r * p) + slope(x2, n2, p) > 0, mpf(0), min(mpf(1), 1 / r))
        p1 = r * p2
        return statistic(mpf(x1) / n1 - r * mpf(x2) / n2, p1 * (1 - p1) / n1 + r * r * p2 * (1 - p2) / n2) - z
    return exp(limit(excess, mpf(-60), mpf(60)))


def difference_lower(x1, n1, x2, n2, z):
    point = mpf(x1) / n1 - mpf(x2) / n2

    def excess(d):
        p2 = bisect(lambda p: slope(x1, n1, p + d) + slope(x2, n2, p) > 0, max(mpf(0), -d), min(mpf(1), 1 - d))
        p1 = p2 + d
        return statistic(point - d, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) - z
    return mpf(-1) if point == -1 else limit(excess, mpf(-1), point)


with open(HERE / "two_groups_mpmath.csv", "w", newline="") as out:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["method", "x1", "n1", "x2", "n2", "lower", "upper"])
    for x1, n1, x2, n2 in CASES:
        k = sqrt(mpf(n1 + n2 - 1) / (n1 + n2))
        for method, z in (("koopman", Z), ("miettinen_nurminen", Z / k)):
            other = ratio_lower(x2, n2, x1, n1, z)
            table.writerow(["ratio." + method, x1, n1, x2, n2, mp.nstr(ratio_lower(x1, n1, x2, n2, z), 25),
                            "inf" if other == 0 else mp.nstr(1 / other, 25)])
        for method, z in (("mee_score", Z), ("miettinen_nurminen", Z / k)):
            table.writerow(["difference." + method, x1, n1, x2, n2, mp.nstr(difference_lower(x1, n1, x2, n2, z), 25),
                            mp.nstr(-difference_lower(x2, n2, x1, n1, z), 25)])
