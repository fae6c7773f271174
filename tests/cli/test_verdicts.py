"""Limits held against records with gaps: what is unresolved, lost or not recorded is never waved through."""
import json
import re

import pytest

from program import HEADER, MPS, ROW, evaluate, run, write_study

PARTS = "force,deployment,date,site,threshold,faces,alerts,true_confirmed,true_unconfirmed,false_confirmed,false_unconfirmed"
SOUND = "F,d1,2024-01-02,North,0.6,5000,1,1,0"  # 0 of 5,000 meets 1 in 1,000 by itself


def limit(metric, side, events, exposure, source="x"):
    return f'[[limit]]\nmetric = "{metric}"\n{side} = {{ events = {events}, exposure = {exposure} }}\nsource = "{source}"\n'


FACES = limit("false_alerts_per_face", "at_most", 1, 1000)


def judged(folder, records, limits, key):
    """The verdict of the whole series, which stands over that of the one threshold."""
    done = evaluate(write_study(folder, records + "\n", more=limits), folder / "out")
    assert done.returncode == 0, done.stderr
    findings = {f["key"]: f for f in json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]}
    return findings[key]


ON_FACES = "false_alerts_per_face@limit=at_most_1/1000;scope=all"


@pytest.mark.parametrize("parts", ["0,100,0,0", "0,0,0,100", "0,50,0,50"])
def test_m16_alerts_that_are_all_unresolved_meet_no_limit(tmp_path, parts):
    # Between 0 and 100 of 10,000 faces: 0 would meet the limit, 100 would break it.
    verdict = judged(tmp_path, f"{PARTS}\nF,d1,2024-01-02,North,0.6,10000,100,{parts}", FACES, ON_FACES)
    assert verdict["verdict"] == "inconclusive"
    assert verdict["unresolved_alerts"] == 100
    assert "100 unresolved alerts" in verdict["sentence"]
    assert verdict["unfavourable_bound"]["upper"] > 0.01 and verdict["favourable_bound"]["lower"] == 0


def test_m16_unresolved_alerts_that_cannot_change_the_answer(tmp_path):
    few = judged(tmp_path, f"{PARTS}\nF,d1,2024-01-02,North,0.6,100000,10,0,10,0,0", FACES, ON_FACES)
    assert few["verdict"] == "met"  # 10 of 100,000 keeps 1 in 1,000
    many = judged(tmp_path, f"{PARTS}\nF,d1,2024-01-02,North,0.6,10000,110,0,10,100,0", FACES, ON_FACES)
    assert many["verdict"] == "not_met"  # 100 of 10,000 breaks it


def test_m16_a_share_of_the_alerts_that_were_resolved(tmp_path):
    records = f"{PARTS}\nF,d1,2024-01-02,North,0.6,10000,100,0,100,0,0\nF,d2,2024-01-03,North,0.6,10000,100,100,0,0,0"
    key = "false_discovery_proportion@limit=at_most_1/10;scope=all"
    assert judged(tmp_path, records, limit("false_discovery_proportion", "at_most", 1, 10), key)["verdict"] == "inconclusive"


def test_m16_a_row_that_does_not_add_up_has_unresolved_alerts_too(tmp_path):
    # 10 + 90 = 100 of 101 alerts: whatever the last one was, 90 were never resolved.
    verdict = judged(tmp_path, f"{PARTS}\nF,d1,2024-01-02,North,0.6,10000,101,10,90,0,0", FACES, ON_FACES)
    assert verdict["verdict"] != "met", verdict["sentence"]


@pytest.mark.parametrize("labels", ["100,,", "100,50,"])
def test_m16_alerts_without_a_label_meet_no_limit(tmp_path, labels):
    verdict = judged(tmp_path, f"{HEADER}\n{SOUND}\nF,d2,2024-01-03,North,0.6,5000,{labels}", FACES, ON_FACES)
    assert verdict["verdict"] != "met", verdict["sentence"]


@pytest.mark.parametrize("faces", ["", "0"])
def test_m34_false_alerts_without_faces_meet_no_limit(tmp_path, faces):
    verdict = judged(tmp_path, f"{HEADER}\n{SOUND}\nF,d2,2024-01-03,North,0.6,{faces},100,0,100", FACES, ON_FACES)
    assert verdict["verdict"] == "inconclusive"
    assert "Not in this figure: 100 more false alerts of 1 deployment without a usable count of faces." in verdict["sentence"]
    assert verdict["not_in_this_figure"] == {"deployments": 1, "events": 100}
    assert "EVENTS_WITHOUT_EXPOSURE" in verdict["flags"]


def test_m34_one_false_alert_without_faces_is_told_in_the_singular(tmp_path):
    verdict = judged(tmp_path, f"{HEADER}\n{SOUND}\nF,d2,2024-01-03,North,0.6,,1,0,1\nF,d3,2024-01-03,North,0.6,0,1,1,0", FACES, ON_FACES)
    assert "Not in this figure: 1 more false alert of 1 deployment without" in verdict["sentence"]


def test_m34_more_false_alerts_than_faces_meet_no_limit(tmp_path):
    verdict = judged(tmp_path, f"{HEADER}\n{SOUND}\nF,d2,2024-01-03,North,0.6,7,8,0,8", FACES, ON_FACES)
    assert verdict["verdict"] == "inconclusive" and "8 more false alerts" in verdict["sentence"]


def test_m34_nothing_but_false_alerts_without_faces_is_not_measured(tmp_path):
    verdict = judged(tmp_path, f"{HEADER}\nF,d2,2024-01-03,North,0.6,,100,0,100", FACES, ON_FACES)
    assert verdict["verdict"] == verdict["status"] == "not_measured" and "Left uncounted: 100 false alerts" in verdict["sentence"]


def test_m16_m34_unresolved_alerts_without_faces_meet_no_limit(tmp_path):
    records = f"{PARTS}\nF,d1,2024-01-02,North,0.6,5000,1,1,0,0,0\nF,d2,2024-01-03,North,0.6,,100,0,100,0,0"
    verdict = judged(tmp_path, records, FACES, ON_FACES)
    assert verdict["verdict"] != "met", verdict["sentence"]


def test_m34_true_alerts_of_an_unknown_number_of_alerts_meet_no_limit(tmp_path):
    # 100 of 100, and 50 of nobody knows how many.
    records = f"{HEADER}\nF,d1,2024-01-02,North,0.6,5000,100,100,0\nF,d2,2024-01-03,North,0.6,5000,,50,0"
    verdict = judged(tmp_path, records, limit("true_alerts_per_alert", "at_least", 9, 10), "true_alerts_per_alert@limit=at_least_9/10;scope=all")
    assert "50 more true alerts" in verdict["sentence"]
    assert verdict["verdict"] != "met", verdict["sentence"]


def test_m15_a_limit_on_misses_is_not_measured_and_fails(tmp_path):
    misses = limit("true_positive_identification_rate", "at_least", 9, 10)
    study = write_study(tmp_path, more=misses)
    done = evaluate(study, tmp_path / "out", "--fail-on", "inconclusive")
    assert done.returncode == 1
    assert re.search(r"at least 9 in 10 mated passages.*not measured", done.stdout.replace("\n", " "))
    assert evaluate(study, tmp_path / "out", "--fail-on", "not_met").returncode == 0
    verdict = judged(tmp_path, f"{HEADER}\n{ROW}", misses, "true_positive_identification_rate@limit=at_least_9/10;scope=all")
    assert verdict["verdict"] == verdict["status"] == "not_measured"
    assert "unfavourable_bound" not in verdict and "estimate" not in verdict


def test_each_limit_stands_under_its_own_heading(tmp_path):
    limits = limit("false_alerts_per_face", "at_most", 1, 1000, "the force") + limit("false_alerts_per_face", "at_most", 1, 7000, "the regulator")
    done = evaluate(write_study(tmp_path, f"{HEADER}\n{SOUND}\n", more=limits), tmp_path / "out")
    text = done.stdout[done.stdout.index("\nLIMITS\n"):]
    first, second = text.index("1 in 1,000 faces (the force)"), text.index("1 in 7,000 faces (the regulator)")
    assert first < second
    under = re.sub(r"\s+", " ", text[first:second]), re.sub(r"\s+", " ", text[second:])
    # 1 - 0.05^(1/5000) is 1 in 1,669.5: it keeps the one limit, not the other.
    assert "against at most 1 in 1,000 faces: met" in under[0] and "1 in 7,000" not in under[0]
    assert "against at most 1 in 7,000 faces: inconclusive" in under[1] and "1 in 1,000 faces" not in under[1]


HOURS = '[source.columns]\nduration = { column = "duration", unit = "hours" }\n'


@pytest.mark.parametrize("hours, verdict", [(29, "inconclusive"), (30, "met")])
def test_m39_a_limit_per_hour_is_declared_in_hours(tmp_path, hours, verdict):
    # Without an event, -ln 0.05 / 0.1 = 29.96 hours keep 1 in 10 hours.
    key = "false_alerts_per_hour@limit=at_most_1/10;scope=all"
    found = judged(tmp_path, f"{HEADER},duration\n{SOUND},{hours}", HOURS + limit("false_alerts_per_hour", "at_most", 1, 10), key)
    assert found["verdict"] == verdict
    assert found["limit"]["at_most"] == {"events": 1, "exposure": 10} and found["per"] == "hour"
    assert found["unfavourable_bound"]["upper"] == pytest.approx(2.995732273553991 / hours, rel=1e-12)
    assert "in 10 hours" in found["sentence"]


@pytest.mark.parametrize("limits, place", [
    (FACES + FACES.replace('"x"', '"y"'), "study.toml:14:"),
    (limit("false_alerts_per_hour", "at_most", 1, 4503599627370496), "study.toml:12:"),
])
def test_limits_that_are_refused(tmp_path, limits, place):
    done = evaluate(write_study(tmp_path, more=limits), tmp_path / "out")
    assert done.returncode == 3 and place in done.stderr and "limit" in done.stderr


@pytest.mark.parametrize("value", ["0.05", "0.49", "0.1"])
def test_confidence_below_one_half_is_refused(tmp_path, value):
    study = write_study(tmp_path, more=FACES)
    study.write_text(study.read_text().replace('"small"', f'"small"\nconfidence = {value}'))
    done = evaluate(study, tmp_path / "out")
    assert done.returncode == 3 and "study.confidence" in done.stderr


@pytest.mark.parametrize("kind", ["seeded", "scores", "published"])
def test_m15_records_of_deployments_are_operational(tmp_path, kind):
    study = write_study(tmp_path)
    study.write_text(study.read_text().replace('"operational"', f'"{kind}"'))
    done = evaluate(study, tmp_path / "out")
    assert done.returncode == 3 and "source.kind" in done.stderr and kind in done.stderr


def test_what_is_declared_without_effect_is_named(tmp_path):
    margin = 'equivalence_margin = 1.25\n[system.one]\nvendor = "v"\n'
    study = write_study(tmp_path)
    study.write_text(study.read_text().replace('name = "small"\n', 'name = "small"\n' + margin))
    done = run("evaluate", study, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    named = json.loads((tmp_path / "out" / "evaluation.json").read_text())["result"]["declared_not_evaluated"]
    assert any("equivalence_margin" in key for key in named)
    assert "equivalence_margin" in done.stdout


def test_m38_single_deployments_are_counted_by_verdict(tmp_path):
    assert evaluate(MPS / "study.toml", tmp_path, "--quiet").returncode == 0
    result = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))["result"]
    columns = next(c for c in result["curves"] if c["name"] == "deployments")["columns"]
    assert len(columns["deployment"]) == len(set(columns["deployment"])) == 324
    verdicts = dict(zip(columns["deployment"], columns["verdict_at_most_1/1000"]))
    assert verdicts["mps-2020-003"] == "inconclusive" and verdicts["mps-2020-002"] == "not_measured"
    for name, faces, alerts, false_alerts, verdict in zip(*(columns[c] for c in ("deployment", "faces", "alerts", "false_alerts", "verdict_at_most_1/1000"))):
        # Fewer than 2,995 faces decide nothing, even where every alert is known to be right.
        if faces is not None and faces < 2995:
            assert verdict != "met", name
        if verdict == "not_measured":
            assert faces is None or false_alerts is None
    of_one = {f["axes"]["deployment"] for f in result["findings"] if "deployment" in f["axes"] and f["metric"] == "false_alerts_per_face"}
    assert of_one == {name for name, n in zip(columns["deployment"], columns["false_alerts"]) if n}


@pytest.mark.parametrize("kind", ["ratio", "quantity"])
def test_m34_lost_alerts_are_told_beside_every_figure_they_are_missing_from(tmp_path, kind):
    records = f"{HEADER}\n{SOUND}\nF,d2,2024-01-03,North,0.64,,300,100,200\nF,d3,2024-01-04,North,0.64,9000,2,1,1\n"
    assert evaluate(write_study(tmp_path, records), tmp_path / "out").returncode == 0
    findings = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]
    told = [f for f in findings if f["kind"] == kind and f["axes"].get("threshold", "all") in ("0.64", "all") and "site" not in f["axes"]]
    assert told
    for finding in told:
        lost = "200" if kind == "ratio" or finding["metric"] == "expected_false_alerts_per_day" else "100"
        assert lost in " ".join([finding["sentence"], *finding.get("notes", [])]), (finding["key"], finding["sentence"])
