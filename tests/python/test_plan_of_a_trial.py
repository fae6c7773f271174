"""Plans in Python are those of the command line."""
import hashlib
import os
import subprocess

import pytest

import lfreval

DESIGN = """schema = 1
[design]
name = "Trial"
seed = 3
[planning]
false_positive_identification_rate = 0.004
true_positive_identification_rate = 0.9
passes_per_person = 10
within_person_correlation = 0.1
[planning.mix.sex]
f = 0.4
m = 0.6
[[claim]]
metric = "true_positive_identification_rate"
at_least = { events = 8, exposure = 10 }
[[claim]]
metric = "false_positive_identification_rate"
ratio = 3
group = "sex"
reference = "m"
[budget]
persons = 400
nonmated_passages = 7000
expected_false_alerts = 7
"""
LIMIT = {"metric": "false_positive_identification_rate", "at_most": {"events": 1, "exposure": 1000}}


def test_a_plan_is_that_of_the_program(tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(DESIGN, encoding="utf-8")
    made = lfreval.plan(path, simulate=50)
    printed = subprocess.run([os.environ["LFREVAL_PROGRAM"], "plan", path, "--simulate", "50"], capture_output=True, text=True, check=True).stdout
    assert made.text == printed == str(made)
    assert hashlib.sha256(made.study.encode()).hexdigest() == made.study_sha256
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.design_sha256
    limit, ratio = made.claims
    assert limit["persons"] * 10 == limit["passages"] <= made.mated_passages
    assert limit["simulated_trials"] > 0 and limit["evaluated_trials"] == ratio["evaluated_trials"] == 50
    assert 25 <= limit["supported"] <= 50
    assert ratio["largest_need"] == "f" and ratio["ratio"] == 3
    assert {g["group"]: g["share"] for g in made.groups} == {"f": 0.4, "m": 0.6}
    assert [b["metric"] for b in made.budget] == ["true_positive_identification_rate", "false_positive_identification_rate"]


def test_a_design_of_keyword_arguments_needs_2995_passages_for_one_in_a_thousand(tmp_path):
    made = lfreval.plan(name="Trial", planning={"false_positive_identification_rate": 0.0}, claims=[LIMIT])
    assert made.claims[0]["passages"] == 2995 and made.claims[0]["most_errors"] == 0
    written = made.save(tmp_path / "study.toml")
    assert written.read_text(encoding="utf-8") == made.study
    with pytest.raises(FileExistsError):
        made.save(written)


def test_a_wrong_design_is_refused_with_its_place():
    with pytest.raises(lfreval.InputError) as refused:
        lfreval.plan(name="Trial", planning={"false_positive_identification_rate": 0.0, "passes_per_person": 4}, claims=[LIMIT])
    assert refused.value.column_name == "planning.within_person_correlation"
    with pytest.raises(TypeError):
        lfreval.plan()
    with pytest.raises(TypeError):
        lfreval.plan("design.toml", name="Trial")
    with pytest.raises(ValueError):
        lfreval.plan("design.toml", simulate=-1)


def test_a_plan_has_its_page_where_it_is_asked_for_and_says_who_has_to_be_listed():
    declared = {"name": "Trial <b>", "planning": {"true_positive_identification_rate": 0.8, "mix": {"age": {"old": 0.25, "young": 0.75}}},
                "claims": [{"metric": "true_positive_identification_rate", "ratio": 2, "group": "age", "reference": "young"},
                           {"metric": "true_positive_identification_rate", "at_least": {"events": 7, "exposure": 10}, "in_every": "age"}]}
    made = lfreval.plan(**declared)
    assert made.page is None
    quota = {one["group"]: one["persons"] for one in made.quotas}
    assert made.persons <= sum(quota.values()) <= made.persons + 1 and quota["old"] == -(-made.persons // 4)
    assert made.claims[1]["in_every"] == "age" and made.claims[1]["smallest_group"] == "old"
    page = lfreval.plan(**declared, page=True).page
    assert page.startswith("<!DOCTYPE html>") and "Trial &lt;b&gt;" in page and page.count("<figure") == 2


def test_a_claim_on_two_systems_is_planned_and_answered():
    made = lfreval.plan(name="Trial", system="ours", operating_threshold=0.6, comparator="theirs", comparator_threshold=0.4,
                        planning={"true_positive_identification_rate": 0.8}, budget={"persons": 100},
                        claims=[{"metric": "true_positive_identification_rate", "better_by": 0.1, "discordant_share": 0.2}])
    claim, answer = made.claims[0], made.budget[0]
    assert (claim["better_by"], claim["discordant_share"], claim["simulated_trials"]) == (0.1, 0.2, 5000) and "largest_need" not in claim
    assert 100 < claim["passages"] < 250 and answer["power"] < 0.8 and answer["detectable_difference"] > 0.1
    assert 'systems = ["ours", "theirs"]' in made.study and 'table = "candidates"' in made.study
