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


def write_alternative(tmp_path, more="", columns="outcome.arrest,outcome.false_alerts", cells="30,12", name="visits"):
    """Deployments of 40 officer-hours each beside a tactic of 200."""
    (tmp_path / "staffing.csv").write_text("deployment,officer_hours\n" + "".join(f"d{i},40\n" for i in range(1, 5)))
    (tmp_path / "comparators.csv").write_text(f"comparator,tactic,from,to,officer_hours,{columns}\nc1,visits,2023-11-01,2023-11-30,200,{cells}\n")
    registers = "".join(f'[[register]]\nkind = "{kind}"\nfiles = ["{kind}.csv"]\n' for kind in ("staffing", "comparators"))
    return write_study(tmp_path, RECORDS, DECISION + f'alternative = "{name}"\nexchange_rates = {{ from = 0.5, to = 1.75, steps = 3 }}\n{more}{registers}')


def test_the_alternative_is_taken_from_the_register_of_that_name(tmp_path):
    """30 arrests and 12 wrong stops in the officer-hours of 5 deployments; means of Jeffreys posteriors, sampled."""
    result, _ = result_of(write_alternative(tmp_path), tmp_path / "out")
    worth = curve(result, "value_of_information")
    for w, expected in zip(worth["exchange_rate"], worth["expected_of_alternative"]):
        assert expected == pytest.approx(30.5 / 5 - w * 12.5 / 5, abs=0.05)
    assert not any(item["topic"] == "The alternative" for item in result["not_measured"])
    notes = " ".join(found(result, "value_of_information")[0]["notes"])
    assert "the register of other tactics" in notes


def test_what_the_study_declares_of_the_alternative_goes_before_the_register(tmp_path):
    declared = "".join(f'[[decision.input]]\nname = "n"\nquantity = "alternative_{what}_per_deployment"\ndistribution = "fixed"\nparameters = [{value}]\nsource = "s"\n' for what, value in (("outcomes", 3), ("harms", 1)))
    result, _ = result_of(write_alternative(tmp_path, declared), tmp_path / "out")
    worth = curve(result, "value_of_information")
    assert worth["expected_of_alternative"] == pytest.approx([3 - w for w in worth["exchange_rate"]])


@pytest.mark.parametrize("change, lacking", [({"columns": "outcome.arrest", "cells": "30"}, "harmed"), ({"columns": "outcome.false_alerts", "cells": "12"}, "brought"), ({"name": "leaflets"}, "brought and harmed")])
def test_an_alternative_that_is_not_on_record_is_named_as_such(tmp_path, change, lacking):
    result, _ = result_of(write_alternative(tmp_path, **change), tmp_path / "out")
    item = next(item for item in result["not_measured"] if item["topic"] == "The alternative")
    assert f"would have {lacking} in the officer-hours" in item["why"] and "outcome.false_alerts" in item["remedy"]
    assert curve(result, "value_of_information") is None


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
