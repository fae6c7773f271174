"""Outcomes against harm, from the program's own files: no exchange rate but a declared one, and figures worked out again by hand."""
import json

import pytest

from program import MPS, evaluate, write_study

stats = pytest.importorskip("scipy.stats")

RECORDS = """force,deployment,date,faces,alerts,true_alerts,false_alerts,outcome.arrest
F,d1,2024-01-02,1000,4,3,1,2
F,d2,2024-01-09,2000,9,6,3,4
F,d3,2024-01-16,1500,6,4,2,1
F,d4,2024-01-23,2500,11,9,2,7
"""
DECISION = """[decision]
outcome = "arrest"
harm = "false_alerts"
"""


def result_of(study, out):
    done = evaluate(study, out)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "evaluation.json").read_text())["result"], done.stdout


def curve(result, name):
    return next((one["columns"] for one in result["curves"] if one["name"] == name), None)


def found(result, metric):
    return [f for f in result["findings"] if f["metric"] == metric]


def test_without_a_rate_only_the_break_even_is_told(tmp_path):
    result, text = result_of(write_study(tmp_path, RECORDS, DECISION), tmp_path / "out")
    whole = next(f for f in found(result, "net_benefit_break_even") if f["axes"].get("scope") == "all")
    assert whole["estimate"] == pytest.approx(14 / 8)
    assert whole["interval"]["lower"] < 14 / 8 < whole["interval"]["upper"]
    assert curve(result, "net_benefit") is None and curve(result, "value_of_information") is None
    assert any("Nobody declared" in item["why"] for item in result["not_measured"])
    assert "OUTCOMES AGAINST HARM" in text and "recommend" not in text


def test_net_benefit_and_its_limits_are_those_of_the_formula(tmp_path):
    more = DECISION + "exchange_rates = { from = 0.5, to = 1.75, steps = 6 }\n"
    result, _ = result_of(write_study(tmp_path, RECORDS, more), tmp_path / "out")
    rows = [(2, 1, 1000), (4, 3, 2000), (1, 2, 1500), (7, 2, 2500)]
    n = sum(row[2] for row in rows)
    columns = curve(result, "net_benefit")
    assert columns["exchange_rate"][0] == 0.5 and columns["exchange_rate"][-1] == 1.75
    for i, w in enumerate(columns["exchange_rate"]):
        point = sum(x - w * y for x, y, _ in rows) / n
        variance = sum((x - w * y - point * m) ** 2 for x, y, m in rows) * 4 / 3 / n**2
        reach = stats.t.ppf(0.975, 3) * variance**0.5
        assert columns["net_benefit"][i] == pytest.approx(point, abs=1e-15)
        assert columns["lower"][i] == pytest.approx(point - reach, rel=1e-9)
        assert columns["upper"][i] == pytest.approx(point + reach, rel=1e-9)
    assert result["study"]["decision"]["exchange_rates"] == {"from": 0.5, "to": 1.75, "steps": 6}


def test_the_published_deployments_are_weighed_and_pictured(tmp_path):
    result, _ = result_of(MPS / "study_decision.toml", tmp_path / "out")
    whole = next(f for f in found(result, "net_benefit_break_even") if f["axes"].get("scope") == "all")
    assert whole["status"] == "measured"
    assert whole["estimate"] == pytest.approx(whole["exposure"]["n"] / whole["events"]["n"])
    points = curve(result, "operating_points")
    assert sum(points["on_front"]) >= 1
    assert all(0 <= share <= 1 for share in points["share_on_front"] if share is not None)
    worth = curve(result, "value_of_information")
    assert all(value >= 0 for value in worth["of_knowing_everything"] + worth["of_knowing_attributable_share"])
    page = (tmp_path / "out" / "report.html").read_text()
    for title in ("Outcomes less harm, over what one harm is held to undo", "Thresholds in use: outcomes against harm", "What knowing more would be worth"):
        assert title in page
