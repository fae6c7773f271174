#!/usr/bin/python3
"""Fits across deployments and change points, worked out apart from the library with numpy and scipy.

Writes tests/reference/series_scipy.csv (name,value). Likelihoods are summed from scipy's probability functions and
maximised over two free parameters at once; partitions are found by the full quadratic recursion without pruning. Run once;
the file is committed.
"""
import csv
import pathlib

import numpy as np
from scipy import optimize, stats
from scipy.special import betaln, gammaln

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ["mps_deployments_2023_2024.csv", "mps_deployments_2025_jan_jul.csv"]
OUT = []


def put(name, value):
    OUT.append((name, repr(float(value))))


def rows():
    for name in FILES:
        with open(ROOT / "datasets/mps_lfr" / name, newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def whole(text):
    return int(text) if text.strip() else None


def tallies(numerator):
    """Events and faces of every deployment at a threshold of 0.64 or more that records both."""
    x, n = [], []
    for r in rows():
        faces, parts = whole(r["faces_seen_estimate"]), [whole(r[c]) for c in numerator]
        if r["min_threshold"] and float(r["min_threshold"]) >= 0.64 and faces and None not in parts:
            x.append(sum(parts))
            n.append(faces)
    return np.array(x, float), np.array(n, float)


def minimised(f, start):
    best = optimize.minimize(f, start, method="Nelder-Mead", options=dict(xatol=1e-11, fatol=1e-13, maxiter=40000, maxfev=40000))
    return optimize.minimize(f, best.x, method="Nelder-Mead", options=dict(xatol=1e-12, fatol=1e-14, maxiter=40000, maxfev=40000))


def negative_binomial(name, x, n, ahead):
    def minus(p):
        mean, k = np.exp(p[0]) * n, np.exp(-p[1])
        return -np.sum(gammaln(x + k) - gammaln(k) - gammaln(x + 1) + k * np.log(k / (k + mean)) + x * np.log(mean / (k + mean)))
    pooled = x.sum() / n.sum()
    best = minimised(minus, [np.log(pooled), 0.0])
    rate, cv2 = np.exp(best.x)
    flat = np.sum(stats.poisson.logpmf(x, pooled * n))
    lr = 2 * (-best.fun - flat)
    put(f"{name}.rate", rate), put(f"{name}.squared_cv", cv2), put(f"{name}.loglik", -best.fun), put(f"{name}.lr", lr)
    drop = stats.chi2.ppf(0.95, 1) / 2

    def short(log_rate):
        inner = optimize.minimize_scalar(lambda g: minus([log_rate, g]), bounds=(best.x[1] - 25, best.x[1] + 12), method="bounded", options=dict(xatol=1e-9))
        return inner.fun - best.fun - drop
    width = 3 / np.sqrt(x.sum())
    put(f"{name}.lower", np.exp(optimize.brentq(short, best.x[0] - 3 * width, best.x[0], xtol=1e-12)))
    put(f"{name}.upper", np.exp(optimize.brentq(short, best.x[0], best.x[0] + 5 * width, xtol=1e-12)))
    k = 1 / cv2
    for faces in ahead:
        law = stats.nbinom(k, k / (k + rate * faces))
        below = np.arange(0, int(law.mean() + 60 * law.std() + 60))
        lower = max([0] + [c for c in below if c == 0 or law.cdf(c - 1) <= 0.025])
        upper = min(c for c in below if law.sf(c) <= 0.025)
        put(f"{name}.next_{faces}.lower", lower), put(f"{name}.next_{faces}.upper", upper)


def beta_binomial(name, x, n, ahead):
    def minus(p):
        mu, theta = 1 / (1 + np.exp(-p[0])), np.exp(p[1])
        a, b = mu / theta, (1 - mu) / theta
        return -np.sum(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1) + betaln(x + a, n - x + b) - betaln(a, b))
    pooled = x.sum() / n.sum()
    best = minimised(minus, [np.log(pooled / (1 - pooled)), np.log(pooled)])
    mu, theta = 1 / (1 + np.exp(-best.x[0])), np.exp(best.x[1])
    put(f"{name}.mean", mu), put(f"{name}.correlation", theta / (1 + theta)), put(f"{name}.loglik", -best.fun)
    drop = stats.chi2.ppf(0.95, 1) / 2

    def short(logit):
        inner = optimize.minimize_scalar(lambda g: minus([logit, g]), bounds=(best.x[1] - 25, best.x[1] + 12), method="bounded", options=dict(xatol=1e-9))
        return inner.fun - best.fun - drop
    share = lambda v: 1 / (1 + np.exp(-v))
    put(f"{name}.lower", share(optimize.brentq(short, best.x[0] - 2, best.x[0], xtol=1e-12)))
    put(f"{name}.upper", share(optimize.brentq(short, best.x[0], best.x[0] + 3, xtol=1e-12)))
    for trials in ahead:
        law = stats.betabinom(trials, mu / theta, (1 - mu) / theta)
        upto = np.cumsum([law.pmf(c) for c in range(0, min(trials, 400) + 1)])
        lower = max([0] + [c for c in range(1, len(upto)) if upto[c - 1] <= 0.025])
        upper = next(c for c in range(len(upto)) if 1 - upto[c] <= 0.025)
        put(f"{name}.next_{trials}.lower", lower), put(f"{name}.next_{trials}.upper", upper)


def partition(y, least, penalty):
    """Optimal partitioning, every split tried."""
    n, s, q = len(y), np.concatenate([[0], np.cumsum(y)]), np.concatenate([[0], np.cumsum(y * y)])
    cost = np.full(n + 1, np.inf)
    cost[0], came = -penalty, np.zeros(n + 1, int)
    for t in range(least, n + 1):
        start = np.arange(0, t - least + 1)
        tried = cost[start] + (q[t] - q[start]) - (s[t] - s[start]) ** 2 / (t - start) + penalty
        came[t] = int(np.argmin(tried))
        cost[t] = tried[came[t]]
    breaks, t = [], n
    while came[t] > 0:
        t = came[t]
        breaks.append(t)
    return breaks[::-1], cost[n]


def change_points():
    kept = sorted((r["date_iso"], r["deployment_id"], whole(r["faces_seen_estimate"]), whole(r["duration_minutes"])) for r in rows())
    kept = [k for k in kept if k[2] and k[3]]
    y = np.log([k[2] / k[3] for k in kept])
    s = np.median(np.abs(np.diff(y))) / (0.6745 * np.sqrt(2))
    breaks, cost = partition(y, 8, 3 * s * s * np.log(len(y)))
    put("mps_faces_per_minute.deployments", len(y)), put("mps_faces_per_minute.s", s), put("mps_faces_per_minute.cost", cost)
    put("mps_faces_per_minute.breaks", len(breaks))
    ends = [0] + breaks + [len(y)]
    for i, b in enumerate(breaks):
        put(f"mps_faces_per_minute.break_{i}", b)
        put(f"mps_faces_per_minute.ratio_{i}", np.exp(y[b:ends[i + 2]].mean() - y[ends[i]:b].mean()))
        print("break", i, b, kept[b - 1][:2], kept[b][:2])


def main():
    for name, columns in [("mps_064_alerts", ["total_alerts"]),
                          ("mps_064_false_alerts", ["false_alerts_confirmed", "false_alerts_unconfirmed"])]:
        x, n = tallies(columns)
        mean = n * x.sum() / n.sum()
        put(f"{name}.deployments", len(x)), put(f"{name}.events", x.sum()), put(f"{name}.faces", n.sum())
        put(f"{name}.pearson_phi", np.sum((x - mean) ** 2 / mean) / (len(x) - 1))
        negative_binomial(name, x, n, [5000, 20000])
    shared = np.array([0, 1, 4, 0, 2, 9, 1, 0, 3, 2, 12, 1]), np.array([800, 950, 1200, 600, 1000, 1500, 700, 500, 1100, 900, 2000, 650])
    negative_binomial("twelve", *[v.astype(float) for v in shared], [1000, 5000])
    beta_binomial("twelve_shares", *[v.astype(float) for v in shared], [1000, 5000])
    change_points()
    with open(ROOT / "tests/reference/series_scipy.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "value"])
        writer.writerows(OUT)


if __name__ == "__main__":
    main()
