"""False alerts per face, worked out again from the CSV files with the formulas alone.

Counts, Clopper-Pearson, Korn and Graubard (1998), Fay and Feuer (1997), Wilson with the effective number of faces, and for
strata without an event the bound 1 - q^(d/N) with the largest design effect of another stratum. Equal to nine digits.
True alerts per alert, where every alert was true, have the mirrored bound q^(d/N).
"""
import csv
import json
import math
from collections import defaultdict
from urllib.parse import unquote

import pytest

from program import MPS, evaluate, write_study

stats = pytest.importorskip("scipy.stats")
Q = 0.025
CLOSE = 1e-9


def deployments():
    for path in sorted(MPS.glob("*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                early = "false_alerts" in row
                parts = [row["false_alerts"]] if early else [row["false_alerts_confirmed"], row["false_alerts_unconfirmed"]]
                known = row["faces_seen_estimate"] != "" and "" not in parts
                uses = row["purpose_refs" if early else "purpose_or_use_case"]
                yield {
                    "threshold": format(float(row["min_threshold"]), "g") if row.get("min_threshold") else "",
                    "year": row["date_iso"][:4],
                    "site": row["location"],
                    "use_case": "+".join(sorted(part.strip() for part in uses.split(","))),
                    "tally": (sum(map(int, parts)), int(row["faces_seen_estimate"])) if known else None,
                }


def strata():
    out = defaultdict(list)
    for row in deployments():
        for axis in ("threshold", "year", "site", "use_case"):
            if row["tally"] is not None and row["tally"][1] > 0:
                out[axis, row[axis]].append(row["tally"])
    return out


def clopper_pearson(x, n, q=Q):
    return (stats.beta.ppf(q, x, n - x + 1) if x > 0 else 0.0, stats.beta.ppf(1 - q, x + 1, n - x) if x < n else 1.0)


def spread(tallies):
    """Variance between clusters of the ratio mean, design effect, effective events and skew."""
    c, x, n = len(tallies), sum(t[0] for t in tallies), sum(t[1] for t in tallies)
    p = x / n
    v = c / (c - 1) * math.fsum((xc - p * nc) ** 2 for xc, nc in tallies) / n**2
    return p, n, v, v / (p * (1 - p) / n), p * p / v, max(t[1] for t in tallies) * c / n


def korn_graubard(tallies):
    p, n, v, _, _, _ = spread(tallies)
    c = len(tallies)
    effective = min(n, p * (1 - p) / v)
    effective = min(n, effective * (stats.t.ppf(1 - Q, n - 1) / stats.t.ppf(1 - Q, c - 1)) ** 2)
    return clopper_pearson(p * effective, effective)


def fay_feuer_upper(tallies):
    p, n, v, deff, _, _ = spread(tallies)
    k = max(1.0, deff) / n
    return (v + k * k) / (2 * (p + k)) * stats.chi2.ppf(1 - Q, 2 * (p + k) ** 2 / (v + k * k))


def wilson_effective(tallies):
    p, n, v, _, _, _ = spread(tallies)
    m, z = min(n, p * (1 - p) / v), stats.norm.ppf(1 - Q)
    middle, half = (p + z * z / (2 * m)) / (1 + z * z / m), z / (1 + z * z / m) * math.sqrt(p * (1 - p) / m + z * z / (4 * m * m))
    return middle - half, middle + half


def headline(tallies, borrowed):
    """The ladder: rung, lower and upper limit."""
    x, n = sum(t[0] for t in tallies), sum(t[1] for t in tallies)
    if len(tallies) == 1:
        return 0, *clopper_pearson(x, n)
    if x == 0:
        return 1, 0.0, -math.expm1(math.log(Q) * max(1.0, borrowed) / n)
    p, _, _, _, effective_events, skew = spread(tallies)
    if effective_events < 10 or (effective_events < 20 and skew > 3):
        assert p <= 0.1
        lower, upper = korn_graubard(tallies)
        return 2, lower, min(1.0, max(upper, fay_feuer_upper(tallies)))
    return 3, *wilson_effective(tallies)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    out = tmp_path_factory.mktemp("mps")
    assert evaluate(MPS / "study.toml", out, "--quiet").returncode == 0
    document = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    found = {}
    for finding in document["result"]["findings"]:
        metric, _, axes = finding["key"].partition("@")
        axis, _, value = axes.partition("=")
        if metric == "false_alerts_per_face" and finding["kind"] == "rate" and ";" not in axes and axis != "scope":
            found[axis, unquote(value)] = finding
    return found


@pytest.fixture(scope="module")
def borrowed():
    effects = []
    for tallies in strata().values():
        if len(tallies) > 1 and sum(t[0] for t in tallies) > 0:
            _, _, _, deff, effective_events, _ = spread(tallies)
            if effective_events >= 5:
                effects.append(deff)
    return max(effects)


@pytest.mark.parametrize("axis", ["threshold", "year", "use_case", "site"])
def test_every_stratum_is_there(findings, axis):
    assert {value for found, value in findings if found == axis} >= {value for found, value in strata() if found == axis}


@pytest.mark.parametrize("axis", ["threshold", "year", "use_case", "site"])
def test_counts_and_flat_intervals(findings, axis):
    for (found, value), tallies in strata().items():
        if found != axis:
            continue
        finding, x, n = findings[found, value], sum(t[0] for t in tallies), sum(t[1] for t in tallies)
        assert (finding["events"]["n"], finding["exposure"]["n"], finding["clusters"]["n"]) == (x, n, len(tallies)), value
        assert finding["estimate"] == pytest.approx(x / n, rel=1e-15)
        flat = [finding["interval"], *finding["companions"]]
        flat = next(interval for interval in flat if interval["method"] == "clopper_pearson")
        assert (flat["lower"], flat["upper"]) == pytest.approx(clopper_pearson(x, n), rel=CLOSE), value


@pytest.mark.parametrize("axis", ["threshold", "year", "use_case", "site"])
def test_m37_headline_intervals_by_the_ladder(findings, borrowed, axis):
    for (found, value), tallies in strata().items():
        if found != axis:
            continue
        finding = findings[found, value]
        rung, lower, upper = headline(tallies, borrowed)
        assert finding["clusters"]["rung"] == rung, value
        assert (finding["interval"]["lower"], finding["interval"]["upper"]) == pytest.approx((lower, upper), rel=CLOSE), value
        if rung >= 2:
            assert finding["clusters"]["design_effect"] == pytest.approx(spread(tallies)[3], rel=CLOSE), value
            assert finding["clusters"]["effective_events"] == pytest.approx(spread(tallies)[4], rel=CLOSE), value


def test_published_summary_of_this_calculation():
    by_threshold = {value: tallies for (axis, value), tallies in strata().items() if axis == "threshold"}
    assert {value: (sum(t[0] for t in tallies), sum(t[1] for t in tallies)) for value, tallies in by_threshold.items()} == {
        "0.6": (25, 491246), "0.62": (4, 16589), "0.64": (7, 2424559), "": (10, 157566)}
    assert [f"{limit:.3e}" for limit in headline(by_threshold["0.6"], 1)[1:]] == ["2.454e-05", "9.323e-05"]
    assert [f"{limit:.3e}" for limit in clopper_pearson(*map(sum, zip(*by_threshold["0.6"])))] == ["3.293e-05", "7.512e-05"]
    assert f"{spread(by_threshold['0.6'])[3]:.2f}" == "2.41"
    assert [f"{limit:.3e}" for limit in headline(by_threshold["0.64"], 1)[1:]] == ["1.153e-06", "5.975e-06"]
    assert [f"{limit:.3e}" for limit in clopper_pearson(*map(sum, zip(*by_threshold["0.64"])))] == ["1.161e-06", "5.949e-06"]


DISPUTED = "mps-2023-024"  # two true alerts of one alert


def alerts_by_stratum(disputed):
    """True alerts of alerts per deployment; the row that contradicts itself is read as given."""
    out = defaultdict(list)
    for path in sorted(MPS.glob("*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                early = "true_alerts" in row
                parts = [row["true_alerts"]] if early else [row["true_alerts_confirmed"], row["true_alerts_unconfirmed"]]
                if "" in (*parts, row["total_alerts"]) or row["total_alerts"] == "0":
                    continue
                tally = disputed if row["deployment_id"] == DISPUTED else (sum(map(int, parts)), int(row["total_alerts"]))
                uses = row["purpose_refs" if early else "purpose_or_use_case"]
                for axis, value in (("threshold", row.get("min_threshold") or ""), ("year", row["date_iso"][:4]), ("site", row["location"]),
                                    ("use_case", "+".join(sorted(part.strip() for part in uses.split(","))))):
                    out[axis, value].append(tally)
    return out


def largest_design_effect(groups):
    effects = []
    for tallies in groups.values():
        x, n = sum(t[0] for t in tallies), sum(t[1] for t in tallies)
        if len(tallies) > 1 and 0 < x < n and any(xc * n != x * nc for xc, nc in tallies):
            _, _, _, effect, effective_events, _ = spread(tallies)
            if effective_events >= 5:
                effects.append(effect)
    return max(effects)


@pytest.fixture(scope="module")
def true_alerts(tmp_path_factory):
    out = tmp_path_factory.mktemp("mps")
    assert evaluate(MPS / "study.toml", out, "--quiet").returncode == 0
    found = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]
    return {f["axes"]["site"]: f for f in found if f["metric"] == "true_alerts_per_alert" and f["kind"] == "rate" and "site" in f["axes"]}


def test_m12_where_every_alert_was_true_the_spread_of_the_other_strata_is_borrowed(true_alerts):
    # 1 of 1 or 2 of 2: the row in doubt is not in the stratum with the largest spread.
    effect = largest_design_effect(alerts_by_stratum((1, 1)))
    assert effect == largest_design_effect(alerts_by_stratum((2, 2))) and f"{effect:.3f}" == "5.818"
    sites = 0
    for (axis, site), tallies in alerts_by_stratum((1, 1)).items():
        x, n = sum(t[0] for t in tallies), sum(t[1] for t in tallies)
        finding = true_alerts[site] if axis == "site" else None
        if finding is None or len(tallies) < 2 or x != n or n == 0 or finding["status"] != "measured":
            continue
        sites += 1
        assert (finding["events"]["n"], finding["exposure"]["n"]) == (n, n)
        assert finding["interval"]["method"] == "rao_scott_zero" and finding["clusters"]["rung"] == 1
        assert finding["interval"]["lower"] == pytest.approx(Q ** (effect / n), rel=CLOSE), site
        assert finding["interval"]["upper"] == 1
        assert "BORROWED_DESIGN_EFFECT" in finding["flags"] and "ASSUMES_INDEPENDENCE" not in finding["flags"]
        flat = next(one for one in finding["companions"] if one["method"] == "clopper_pearson")
        assert flat["lower"] == pytest.approx(Q ** (1 / n), rel=CLOSE) and "ASSUMES_INDEPENDENCE" in flat["flags"]
    assert sites > 20
    croydon = true_alerts["Croydon"]
    assert (croydon["events"]["n"], croydon["exposure"]["n"], croydon["clusters"]["n"]) == (52, 52, 5)
    assert croydon["interval"]["lower"] == pytest.approx(0.0250 ** (effect / 52), rel=CLOSE)


def test_m16_bounds_of_unresolved_alerts(tmp_path):
    """One deployment of 50 alerts: 40 true and 3 false were confirmed, 7 never resolved."""
    columns = "force,deployment,date,faces,alerts,true_confirmed,true_unconfirmed,false_confirmed,false_unconfirmed\n"
    assert evaluate(write_study(tmp_path, columns + "F,d1,2024-01-02,9000,50,40,5,3,2\n"), tmp_path / "out").returncode == 0
    found = {f["key"]: f for f in json.loads((tmp_path / "out" / "evaluation.json").read_text())["result"]["findings"]}
    for metric, fewest, most, n in (("false_alerts_per_face", 3, 10, 9000), ("false_discovery_proportion", 3, 10, 50), ("true_alerts_per_alert", 40, 47, 50),
                                    ("true_alerts_per_face", 40, 47, 9000)):
        bounds = found[f"{metric}@scope=all"]["label_bounds"]
        assert (bounds["unresolved"], bounds["fewest"], bounds["most"], bounds["exposure"]) == (7, fewest, most, n), metric
        assert (bounds["lower"], bounds["upper"]) == pytest.approx((fewest / n, most / n), rel=1e-15)
        assert (bounds["lower_limit"], bounds["upper_limit"]) == pytest.approx((clopper_pearson(fewest, n)[0], clopper_pearson(most, n)[1]), rel=CLOSE), metric
    share = found["false_discovery_proportion@scope=all"]
    assert (share["events"]["n"], share["exposure"]["n"]) == (3, 43)  # neither side holds what was not resolved
