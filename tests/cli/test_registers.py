"""Registers of the synthetic trial: every figure counted again from the files, and what a missing register takes with it."""
import csv
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from fractions import Fraction

import pytest

from program import MPS, ROOT, STUDY, evaluate, run

stats = pytest.importorskip("scipy.stats")
TRIAL = ROOT / "datasets" / "synthetic_trial"
REGISTERS = TRIAL / "registers"
SINGLE = ["documents", "tests", "changes", "comparators", "costs", "staffing", "complaints", "notices", "retention", "expectations", "operators", "authorisations",
          "disclosures"]
CATEGORIES, NOT_WANTED = {"wanted_on_warrant", "wanted_suspect", "missing", "bail_conditions"}, {"missing", "bail_conditions"}
LAST = date(2024, 4, 15)


def rows(name):
    with open(REGISTERS / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def result_of(study, out):
    done = evaluate(study, out)
    assert done.returncode == 0, done.stderr
    return json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["result"]


def copy_trial(folder):
    shutil.copytree(REGISTERS, folder / "registers")
    for name in ("exposure", "passages", "persons"):
        shutil.copy(TRIAL / f"{name}.csv.gz", folder)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return result_of(TRIAL / "dossier.toml", tmp_path_factory.mktemp("dossier"))


@pytest.fixture(scope="module")
def found(result):
    return {f["key"]: f for f in result["findings"]}


def alerts():
    """Alerts of one passage as one: right if any was, judged by all who judged any."""
    groups = defaultdict(list)
    for row in rows("alerts"):
        groups[row["deployment"], row["alert_group"]].append(row)
    for (deployment, _), members in groups.items():
        checked = [m for m in members if m["label_source"] in ("confirmed_by_id", "ground_truth")]
        right = any(m["identity"] == "true" for m in checked)
        said = lambda column: [m[column] for m in members if m[column] != ""]
        believed = not right and any(m["adjudication"] == "credible" and m not in checked and m["person"] not in {c["person"] for c in checked} for m in members)
        yield {
            "deployment": deployment,
            "right": right,
            "true": right or believed,
            "checked": right or bool(checked) and not believed,
            "credible": "credible" in said("adjudication"),
            "engaged": "yes" in said("engaged"),
            "judges": {j for m in members for j in m["adjudicator"].split(";") if j},
            "stale": ("yes" in said("invalid_entry")) if said("invalid_entry") else None,
            "relation": "kin" if "kin" in said("relation") else (said("relation") or [""])[0],
            "minutes": max(map(float, said("minutes")), default=None),
            "force": ("yes" in said("force_used")) if said("force_used") else None,
            "persons": {m["person"] for m in checked if m["identity"] == "true"},
            "arrest": "yes" in said("outcome.arrest"),
        }


def share(items, holds):
    items = list(items)
    return sum(map(bool, map(holds, items))), len(items)


def counted():
    """Numerator and denominator of every metric, from the files alone."""
    people = defaultdict(list)
    for row in rows("watchlist"):
        people[row["person"]].append(row)
    log = list(alerts())
    right, wrong = [a for a in log if a["right"]], [a for a in log if a["checked"] and not a["right"]]
    stopped = [a for a in log if a["engaged"]]
    hit = {p for a in right for p in a["persons"]}
    every = lambda test: lambda entries: all(map(test, entries))
    some = lambda test: lambda entries: any(map(test, entries))
    serious = lambda p: some(lambda e: e["offence_grade"] == "serious")(people[p])
    graded = lambda p: some(lambda e: e["offence_grade"] != "")(people[p])
    minors = [e for e in people.values() if some(lambda r: r["age_band"] == "under_18")(e)]
    known = [people[p] for p in hit if some(lambda e: e["address_known"] != "")(people[p])]
    allowed = {a["deployment"]: a for a in rows("authorisations")}
    told = {n["deployment"]: datetime.fromisoformat(n["published"]) for n in rows("notices")}
    started = {d: datetime.fromisoformat(a["started"]) for d, a in allowed.items()}
    complaints = rows("complaints")
    late = lambda c: ((date.fromisoformat(c["answered"]) if c["answered"] else date(2024, 5, 10)) - date.fromisoformat(c["received"])).days > 28
    return {
        "watchlist_in_stated_category": share(people.values(), every(lambda e: e["category"] in CATEGORIES)),
        "watchlist_not_wanted": share(people.values(), every(lambda e: e["category"] in NOT_WANTED)),
        "watchlist_of_serious_offence": share(people, serious),
        "watchlist_with_presence_reason": share(people.values(), every(lambda e: e["presence_reason"])),
        "watchlist_with_individual_reason": share(people.values(), every(lambda e: e["legal_basis"] and (e["offence_grade"] or e["presence_reason"]))),
        "watchlist_reviewed_in_time": share(people.values(), every(lambda e: e["verified"] and 0 <= (LAST - date.fromisoformat(e["verified"])).days <= 1)),
        "watchlist_with_image_source": share(rows("watchlist"), lambda e: e["source"]),
        "watchlist_encounter_rate": share(people, lambda p: p in hit),
        "listed_minors_with_authority": share(minors, every(lambda e: e["authority"])),
        "found_with_known_address": share(known, some(lambda e: e["address_known"] == "yes")),
        "true_alerts_of_serious_offence": share([a for a in right if any(map(graded, a["persons"]))], lambda a: any(map(serious, a["persons"]))),
        "stale_listings_per_true_alert": share([a for a in right if a["stale"] is not None], lambda a: a["stale"]),
        "adjudication_specificity": share(wrong, lambda a: not a["credible"]),
        "adjudication_sensitivity": share(right, lambda a: a["credible"]),
        "engagements_per_credible_alert": share([a for a in log if a["credible"]], lambda a: a["engaged"]),
        "engagements_adjudicated_first": share(stopped, lambda a: a["judges"]),
        "kin_per_false_alert": share([a for a in wrong if a["relation"]], lambda a: a["relation"] == "kin"),
        "force_per_false_engagement": share([a for a in stopped if not a["true"] and a["force"] is not None], lambda a: a["force"]),
        "operators_with_current_training": share(rows("operators"), lambda o: o["trained_on"] and date.fromisoformat(o["valid_until"]) >= LAST),
        "complaints_answered_in_time": share([c for c in complaints if c["answered"] or late(c)], lambda c: not late(c)),
        "complaints_per_false_engagement": (len(complaints), sum(a["engaged"] and not a["true"] for a in log)),
        "deployments_authorised_before_start": share(allowed.values(), lambda a: datetime.fromisoformat(a["authorised"]) < started[a["deployment"]]),
        "deployments_with_notice_in_time": share(started, lambda d: d in told and (started[d] - told[d]).total_seconds() >= 86400),
        "deployments_with_assessment_in_date": share(started.values(), lambda s: date(2024, 1, 15) <= s.date() <= date(2024, 4, 10)),
        "deployments_with_use_case": share(allowed.values(), lambda a: a["use_case"]),
        "deployments_with_outcomes_on_record": (6, 6),
        "outcomes_per_officer_hour@outcome=arrest;scope=all": (sum(a["arrest"] for a in log), sum(round(float(s["officer_hours"]) * 3600) for s in rows("staffing"))),
    }


def test_every_tally_is_that_of_the_files(found):
    for name, (events, exposure) in counted().items():
        made = found[name if "@" in name else f"{name}@scope=all"]
        assert made["status"] == "measured", name
        assert (made["events"]["n"], made["exposure"]["n"]) == (events, exposure), name


def test_the_interval_that_takes_rows_as_unrelated_is_clopper_and_pearsons(found):
    """Beside the headline stands the interval that scipy makes of the same two integers."""
    checked = 0
    for name, (x, n) in counted().items():
        made = found[name if "@" in name else f"{name}@scope=all"]
        flat = [i for i in [made["interval"], *made["companions"]] if i["method"] == "clopper_pearson"]
        for i in flat:
            expected = (stats.beta.ppf(0.025, x, n - x + 1) if x else 0.0, stats.beta.ppf(0.975, x + 1, n - x) if x < n else 1.0)
            assert (i["lower"], i["upper"]) == pytest.approx(expected, rel=1e-9), name
            checked += 1
    assert checked > 10


def test_m61_minutes_of_wrong_stops_are_a_distribution(found):
    minutes = sorted(a["minutes"] for a in alerts() if a["engaged"] and not a["true"])
    told = found["stop_minutes@scope=all"]["distribution"]
    n = len(minutes)
    assert told == {"n": n, "not_recorded": 0, "smallest": minutes[0], "median": minutes[-(-n // 2) - 1], "ninth_decile": minutes[-(-9 * n // 10) - 1], "largest": minutes[-1]}


def test_m52_officer_hours_and_costs_stand_beside_outcomes(found):
    arrests = sum(a["arrest"] for a in alerts())
    hours = sum(Fraction(s["officer_hours"]) for s in rows("staffing"))
    assert found["officer_hours_per_outcome@outcome=arrest"]["estimate"] == pytest.approx(float(hours / arrests))
    assert found["officer_hours_per_outcome@outcome=arrest"]["unit"] == "officer-hours per outcome"
    spent = sum(int(c["amount"]) for c in rows("costs"))
    cost = found["cost_per_outcome@outcome=arrest"]
    assert cost["estimate"] == pytest.approx(spent / arrests)
    assert cost["interval"]["lower"] == pytest.approx(spent / (stats.chi2.ppf(0.975, 2 * arrests + 2) / 2))
    assert found["cost_on_record@scope=all"]["named"] == 1  # M53: what was sunk before


def test_m50_m51_another_tactic_is_compared_and_called_confounded(found):
    ratio = found["outcome_rate_against_comparator@outcome=arrest;tactic=warrant_visits"]
    assert ratio["status"] == "projected" and "CONFOUNDED" in ratio["flags"]
    other = [c for c in rows("comparators") if c["tactic"] == "warrant_visits"]
    assert ratio["against"]["events"]["n"] == sum(int(c["outcome.arrest"]) for c in other)
    assert ratio["against"]["exposure"]["n"] == sum(3600 * int(c["officer_hours"]) for c in other)
    assert "outcome_rate_against_comparator@outcome=disposal;tactic=warrant_visits" not in found


def test_c03_the_other_tactic_is_held_against_the_declared_margin(found):
    """Of 80 % of the outcome rate of the deployments: by the printed interval turned over, and Przyborowski and Wilenski's p by scipy."""
    ratio = found["outcome_rate_against_comparator@outcome=arrest;tactic=warrant_visits"]
    answer, made = ratio["noninferiority"], ratio["interval"]
    assert answer["margin"] == 0.8
    lower, upper = 1 / made["upper"], 1 / made["lower"]
    assert (answer["tactic_over_deployments"]["lower"], answer["tactic_over_deployments"]["upper"]) == pytest.approx((lower, upper))
    assert answer["verdict"] == ("met" if lower > 0.8 else "not_met" if upper < 0.8 else "inconclusive")
    ours, other = [(ratio[side]["events"]["n"], ratio[side]["exposure"]["n"]) for side in ("of", "against")]
    share = 0.8 * other[1] / (0.8 * other[1] + ours[1])
    assert answer["p_value"] == pytest.approx(stats.binom.sf(other[0] - 1, other[0] + ours[0], share))
    assert not [f for f in found.values() if "noninferiority" in f and f["metric"] != "outcome_rate_against_comparator"]


def test_k02_m51_a_change_is_held_against_places_without_facial_recognition(found):
    """Linearised between places, as Cameron and Miller have it, written out again."""
    patrols = [c for c in rows("comparators") if c["tactic"] == "foot_patrol"]
    days = lambda c: (date.fromisoformat(c["to"]) - date.fromisoformat(c["from"])).days + 1
    arms = {}
    for control in ("no", "yes"):
        sites = defaultdict(dict)
        for c in patrols:
            if c["control"] == control:
                sites[c["site"]][c["period"]] = (int(c["outcome.theft"]), days(c))
        b, m, a, n = [sum(s[period][i] for s in sites.values()) for period in ("before", "after") for i in (0, 1)]
        psi = [(s["after"][0] - a / n * s["after"][1]) / a - (s["before"][0] - b / m * s["before"][1]) / b for s in sites.values()]
        on_rates = [(s["after"][0] - a / n * s["after"][1]) / n - (s["before"][0] - b / m * s["before"][1]) / m for s in sites.values()]
        spread = len(sites) / (len(sites) - 1)
        arms[control] = (b, m, a, n, spread * sum(p * p for p in psi), spread * sum(p * p for p in on_rates), len(sites) - 1)
    told = found["change_against_controls@outcome=theft;tactic=foot_patrol"]
    assert told["kind"] == "difference" and told["status"] == "measured" and "CONFOUNDED" not in told["flags"]
    for key, control in (("with", "no"), ("without", "yes")):
        b, m, a, n = arms[control][:4]
        assert (told[key]["before"]["events"]["n"], told[key]["before"]["exposure"]["n"], told[key]["after"]["events"]["n"], told[key]["after"]["exposure"]["n"]) == (b, m, a, n)
        assert told[key]["places"] == 3
    rate = lambda control: (arms[control][2] / arms[control][3], arms[control][0] / arms[control][1])
    ratio = rate("no")[0] / rate("no")[1] / (rate("yes")[0] / rate("yes")[1])
    difference = rate("no")[0] - rate("no")[1] - (rate("yes")[0] - rate("yes")[1])
    reach = []
    for place in (4, 5):
        v, w = arms["no"][place], arms["yes"][place]
        degrees = max(2, (v + w) ** 2 / (v * v / arms["no"][6] + w * w / arms["yes"][6]))
        reach.append(stats.t.ppf(0.975, degrees) * (v + w) ** 0.5)
    factor = 2.718281828459045 ** reach[0]
    assert told["ratio"]["estimate"] == pytest.approx(ratio)
    assert (told["ratio"]["interval"]["lower"], told["ratio"]["interval"]["upper"]) == pytest.approx((ratio / factor, ratio * factor))
    assert told["difference"]["estimate"] == pytest.approx(difference)
    assert (told["difference"]["interval"]["lower"], told["difference"]["interval"]["upper"]) == pytest.approx((difference - reach[1], difference + reach[1]))


def test_m51_before_and_after_without_places_to_hold_it_against_is_not_told(found):
    alone = found["change_against_controls@outcome=arrest;tactic=warrant_visits"]
    assert alone["status"] == "not_measured" and "CONFOUNDED" in alone["flags"] and "never used" in alone["sentence"]
    assert "ratio" not in alone and "interval" not in alone


def test_m51_the_words_of_a_change_claim_no_effect(tmp_path):
    done = evaluate(TRIAL / "dossier.toml", tmp_path)
    section = " ".join(done.stdout.split("AGAINST OTHER TACTICS")[1].split("LIMITS")[0].split())
    assert "84 in 168 after, at 3 places where facial recognition came into use" in section
    assert "only if both kinds of place would have changed alike without it" in section
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    told = page[page.index('id="change_against_controls@outcome=theft;tactic=foot_patrol"'):]
    told = told[:told.index("</div>")]
    assert "84 in 168 after" in told and "percentage points" not in told


def small_registers(folder, margins, tactic=(40, 100), arrests=(5, 4, 6)):
    """Three deployments of 50 officer-hours each, and one other tactic with its arrests and officer-hours."""
    days = ("2024-03-04", "2024-03-11", "2024-03-18")
    (folder / "records.csv").write_text("force,deployment,date,faces,alerts,true_alerts,false_alerts,outcome.arrest\n"
                                        + "".join(f"F,d{i},{day},1000,{n},{n},0,{n}\n" for i, (day, n) in enumerate(zip(days, arrests))), encoding="utf-8")
    (folder / "staffing.csv").write_text("deployment,officer_hours\n" + "".join(f"d{i},50\n" for i in range(3)), encoding="utf-8")
    (folder / "comparators.csv").write_text(f"comparator,tactic,from,to,officer_hours,outcome.arrest\nc1,visits,2024-01-01,2024-01-31,{tactic[1]},{tactic[0]}\n", encoding="utf-8")
    (folder / "expectations.csv").write_text("expectation,registered,outcome,margin\n" + "".join(f"e{i},{day},arrest,{share}\n" for i, (day, share) in enumerate(margins)), encoding="utf-8")
    names = ("staffing", "comparators", "expectations")
    (folder / "study.toml").write_text(STUDY + "".join(f'[[register]]\nkind = "{name}"\nfiles = ["{name}.csv"]\n' for name in names), encoding="utf-8")
    return folder / "study.toml"


@pytest.mark.parametrize("margins, tactic, verdict", [
    ([("2024-03-03", 0.8)], (40, 100), "met"),
    ([("2024-03-03", 0.8)], (1, 400), "not_met"),
    ([("2024-03-03", 0.8)], (10, 100), "inconclusive"),
    ([("2024-03-04", 0.8)], (40, 100), None),
    ([("2024-03-01", 0.8), ("2024-03-02", 0.9)], (40, 100), None),
    ([], (40, 100), None),
])
def test_c03_m54_without_a_margin_declared_beforehand_there_is_no_answer(tmp_path, margins, tactic, verdict):
    made = {f["key"]: f for f in result_of(small_registers(tmp_path, margins, tactic), tmp_path / "out")["findings"]}["outcome_rate_against_comparator@outcome=arrest;tactic=visits"]
    assert made.get("noninferiority", {}).get("verdict") == verdict, made
    assert ("registered before the first use" in " ".join(made["notes"])) == (margins[:1] == [("2024-03-04", 0.8)])
    assert ("margins that differ" in " ".join(made["notes"])) == (len(margins) == 2)


@pytest.mark.parametrize("share", ["0", "1.2", "-0.5", "most"])
def test_a_margin_that_is_no_share_is_refused(tmp_path, share):
    done = evaluate(small_registers(tmp_path, [("2024-03-03", share)]), tmp_path / "out")
    assert done.returncode == 3 and "column margin" in done.stderr


def test_cameras_are_live_from_start_to_end_of_the_authorisation(found):
    live = [(datetime.fromisoformat(a["ended"]) - datetime.fromisoformat(a["started"])).total_seconds() for a in rows("authorisations")]
    assert found["hours_deployed@scope=all"]["events"]["n"] == sum(live) == 109500
    assert "authorisations" in found["hours_deployed@scope=all"]["notes"][0]
    hourly = found["alerts_per_hour@scope=all"]
    assert hourly["status"] == "measured" and hourly["exposure"]["n"] == 109500 and hourly["events"]["n"] == len(list(alerts()))


def test_m54_only_what_was_expected_before_counts(found):
    arrests = sum(a["arrest"] for a in alerts())
    assert found["expected_and_achieved@outcome=arrest"]["estimate"] == pytest.approx(arrests / 40)
    assert "expected_and_achieved@outcome=disposal" not in found
    assert found["preregistered_before_use@scope=all"]["named"] == 1


def test_m43_false_alerts_to_expect_are_those_of_this_footfall(found):
    expected, rate = found["expected_false_alerts_per_day@scope=all"], found["false_alerts_per_face@scope=all"]
    faces = sum(int(r["count"]) for r in csv.DictReader(gzip.open(TRIAL / "exposure.csv.gz", "rt", encoding="utf-8")))
    assert expected["estimate"] == pytest.approx(rate["estimate"] * faces / 6)
    assert expected["interval"]["upper"] == pytest.approx(rate["interval"]["upper"] * faces / 6)


def test_m43_two_thresholds_are_never_mixed_in_what_to_expect_of_a_day(tmp_path):
    found = {f["key"]: f for f in result_of(MPS / "study.toml", tmp_path)["findings"]}
    expected = {key: f for key, f in found.items() if f["metric"] == "expected_false_alerts_per_day"}
    assert set(expected) == {f"expected_false_alerts_per_day@threshold={at}" for at in ("0.6", "0.62", "0.64", "")}
    for at, deployments, faces, false_alerts in (("0.6", 112, 491246, 25), ("0.62", 10, 16589, 4), ("0.64", 193, 2424559, 7)):
        one = expected[f"expected_false_alerts_per_day@threshold={at}"]
        assert one["estimate"] == pytest.approx(false_alerts / deployments), at
        assert one["sentence"].startswith(f"Threshold {at}, at "), at


def test_checks_name_what_the_registers_hold(found):
    named = {key: found[key]["named"] for key in found if found[key]["kind"] == "check" and found[key]["section"] == "proportionality" and "named" in found[key]}
    for key, n in {
        "document_present@document=dpia": 0, "document_present@document=training_plan": 1, "document_before_use@document=standard_operating_procedure": 1,
        "document_in_date@document=dpia": 1, "document_complete@document=dpia": 1, "document_complete@document=appropriate_policy_document": 0,
        "consultation_where_risk_high@scope=all": 1, "independent_oversight@scope=all": 0, "impact_reviewed_after_change@scope=all": 1,
        "retention_consistent@scope=all": 1, "retention_kept@what=alert": 1, "retention_kept@what=watchlist": 0, "route_on_record@for=scanned;route=objection": 0,
        "route_on_record@for=listed;route=objection": 1, "planned_times_kept@scope=all": 1, "sensitive_place_justified@scope=all": 1,
        "test_report_for_version@scope=all": 0, "test_threshold_covers_use@scope=all": 0, "test_report_independent@scope=all": 2, "adverse_result_disclosed@scope=all": 0,
        "listed_minors_tested@scope=all": 1, "notice_tells@topic=how_captured": 2, "notice_tells@topic=how_long": 6, "comparator_on_record@scope=all": 0,
        "alternatives_on_record@scope=all": 0, "stop_rule_declared@scope=all": 0,
    }.items():
        assert named[key] == n, key
    assert found["days_to_disclosure@scope=all"]["distribution"]["median"] == 75
    assert found["register_of_uses@scope=all"]["status"] == "not_measured"


def test_a_named_tactic_is_no_missing_comparator(result):
    lines = [line for limb in result["dossier"]["limbs"] for part in limb.values() if isinstance(part, list) for line in part if isinstance(line, dict) and line.get("reads") == "outcome_rate_against_comparator"]
    assert lines and all(line["status"] == "shown" for line in lines)


def test_m57_categories_are_those_of_the_policy_and_no_other_text_is_printed(result):
    columns = next(c for c in result["curves"] if c["name"] == "watchlist_persons_by_category")["columns"]
    people = defaultdict(set)
    for row in rows("watchlist"):
        people[row["category"] if row["category"] in CATEGORIES else "other"].add(row["person"])
    assert dict(zip(columns["category"], columns["persons"])) == {name: len(who) for name, who in people.items()}
    text = json.dumps(result)
    for hidden in ("persons of interest", "synthetic-person", "synthetic-operator", "synthetic ethics panel", "dpia-1", "warrants-1", "bench-1", "few of those sought", "superintendent"):
        assert hidden not in text, hidden


@pytest.mark.parametrize("gone", [*SINGLE, "alerts", "watchlist"])
def test_a_missing_register_is_not_measured_and_changes_nothing_else(tmp_path, result, gone):
    """Without one register its own indicators are gone and named, and every other finding is the same to the last byte."""
    copy_trial(tmp_path)
    text = (TRIAL / "dossier.toml").read_text(encoding="utf-8")
    if gone in ("alerts", "watchlist"):
        text = re.sub(r'\[\[source\]\]\nname = "[a-z-]+"\nkind = "operational"\ntable = "%s"\nfiles = .*\n' % gone, "", text)
    else:
        text = re.sub(r'\[\[register\]\]\nkind = "%s"\nfiles = .*\n' % gone, "", text)
    (tmp_path / "dossier.toml").write_text(text, encoding="utf-8")
    less = result_of(tmp_path / "dossier.toml", tmp_path / "out")
    items = [i for i in less["not_measured"] if i not in result["not_measured"]]
    of = {"tests": "test reports", "comparators": "other tactics", "retention": "retention periods", "watchlist": "the watchlist"}.get(gone, gone)
    item = next(i for i in items if i["topic"] == ("Log of alerts, one by one" if gone == "alerts" else f"Register of {of}"))
    assert item["remedy"].endswith(".") and item["metrics"]
    before, after = {f["key"]: f for f in result["findings"]}, {f["key"]: f for f in less["findings"]}
    # A declared limit is answered all the same: by saying that nothing was measured.
    assert not [key for key, f in after.items() if key.split("@")[0] in item["metrics"] and not (f["kind"] == "verdict" and f["status"] == "not_measured")]
    if gone in ("alerts", "watchlist"):
        return  # the counts of the deployments are made of these
    # What a register says through another one: policies of documents, days of authorisations, rules for notices.
    also = {"documents": {"watchlist_in_stated_category", "watchlist_not_wanted", "watchlist_of_serious_offence", "true_alerts_of_serious_offence", "watchlist_reviewed_in_time",
                          "deployments_with_notice_in_time", "complaints_answered_in_time"},
            "authorisations": {"watchlist_reviewed_in_time", "image_age", "document_before_use", "document_in_date", "preregistered_before_use", "stop_rule_declared", "expected_and_achieved",
                               "deployments_with_notice_in_time", "notice_lead_time", "deployments_with_assessment_in_date", "operators_with_current_training", "deployments_with_use_case",
                               # How long the cameras were live.
                               "hours_deployed", "seconds", "alerts_per_hour", "true_alerts_per_hour", "false_alerts_per_hour", "outcomes_per_hour",
                               # Whether a margin was registered before the first use.
                               "outcome_rate_against_comparator"},
            "expectations": {"outcome_rate_against_comparator"},
            "notices": {"complaints"}}.get(gone, set())
    for key, f in after.items():
        if key.split("@")[0] not in also and f["kind"] != "verdict":
            assert json.dumps(f) == json.dumps(before[key]), key
    for key in before:
        assert key in after or key.split("@")[0] in item["metrics"] or key.split("@")[0] in also, key


def test_rows_in_another_order_and_files_split_in_two_change_nothing(tmp_path, result):
    copy_trial(tmp_path)
    text = (TRIAL / "dossier.toml").read_text(encoding="utf-8")
    for name in ("watchlist", "alerts", "authorisations", "comparators", "complaints", "retention", "costs"):
        lines = (REGISTERS / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        body = lines[:0:-1]
        (tmp_path / f"registers/{name}.csv").write_text(lines[0] + "".join(body[::2]), encoding="utf-8")
        (tmp_path / f"registers/{name}-2.csv").write_text(lines[0] + "".join(body[1::2]), encoding="utf-8")
        text = text.replace(f'"registers/{name}.csv"', f'"registers/{name}-2.csv", "registers/{name}.csv"')
    (tmp_path / "dossier.toml").write_text(text, encoding="utf-8")
    assert result_of(tmp_path / "dossier.toml", tmp_path / "out") == result


def test_the_registers_are_those_that_the_script_writes(tmp_path):
    subprocess.run([sys.executable, REGISTERS / "make_registers.py", tmp_path], check=True)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (REGISTERS / path.name).read_bytes(), path.name


def test_m58_every_face_scanned_is_counted_and_limits_are_held_against_registers(found):
    assert found["faces@scope=all"]["events"]["n"] == sum(int(r["count"]) for r in csv.DictReader(gzip.open(TRIAL / "exposure.csv.gz", "rt", encoding="utf-8")))
    verdict = found["watchlist_in_stated_category@limit=at_least_95/100;scope=all"]
    assert verdict["verdict"] in ("met", "not_met", "inconclusive")
    assert found["deployments_with_notice_in_time@limit=at_least_9/10;scope=all"]["verdict"] in ("not_met", "inconclusive")


def test_published_records_alone_have_the_indicators_that_need_no_register(tmp_path):
    result = result_of(MPS / "study.toml", tmp_path)
    keys = {f["key"].split("@")[0] for f in result["findings"]}
    for name in ("hours_deployed", "expected_false_alerts_per_day", "deployments_with_use_case", "deployments_with_outcomes_on_record", "outcomes_per_engagement", "outcomes_per_true_alert", "faces"):
        assert name in keys, name
    assert "watchlist_growth" in {c["name"] for c in result["curves"]}  # M55
    topics = {i["topic"] for i in result["not_measured"]}
    for name in ("documents", "test reports", "authorisations", "the watchlist"):
        assert f"Register of {name}" in topics, name
    assert not keys & {"document_present", "watchlist_encounter_rate", "complaints", "outcome_rate_against_comparator"}


def test_a_wrong_cell_of_a_register_is_refused_with_its_place(tmp_path):
    copy_trial(tmp_path)
    shutil.copy(TRIAL / "dossier.toml", tmp_path)
    path = tmp_path / "registers/notices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",web,", ",billboard,", 1), encoding="utf-8")
    done = evaluate(tmp_path / "dossier.toml", tmp_path / "out")
    assert done.returncode == 3
    assert re.search(r"notices\.csv:2:4: not_allowed: column channel; allowed: web\|social_media", done.stderr), done.stderr
    assert run("check", TRIAL / "dossier.toml").returncode == 0
