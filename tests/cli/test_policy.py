"""Policies on the command line: shown, checked, compared, named in a study; what a wrong one is told."""
import hashlib
import json
import re

import pytest

from program import HEADER, MPS, ROOT, ROW, evaluate, has_controls, refused, run, write_study

SHIPPED = ["eu-ai-act", "four-part-test", "ico-public-space", "uk-police"]
BLOCKS = ("not_measured", "limits", "indicators", "documents")
OWN = """schema = 1
[policy]
name = "own"
title = "Own"
version = "1"
[[criterion]]
id = "4.1"
limb = "fair_balance"
source = "Force policy"
clause = "4.1"
verified = true
kind = "limit"
strength = "must"
data_principle = "correctness"
ai_principle = "safety_and_security"
documents = ["dpia"]
requirement = "Not more than one false alert in 100 faces."
reads = "false_alerts_per_face"
comparator = "at_most"
line = { events = 1, exposure = 100 }
unit = "false alerts / faces"
uncertainty = ["U1"]
[criterion.says]
met = "Kept."
not_met = "Broken."
inconclusive = "Open."
not_measured = "Not on record."
"""
DOSSIER = '[dossier]\npolicies = ["own.toml"]\n'


def own(folder, text=OWN):
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder / "own.toml"


def lines_of(dossier):
    return [line for limb in dossier["limbs"] for block in BLOCKS for line in limb[block]]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies_are_shown_whole(name):
    done = run("policy", "show", name)
    assert done.returncode == 0
    text = (ROOT / "policies" / f"{name}.toml").read_text(encoding="utf-8")
    assert hashlib.sha256(text.encode()).hexdigest() in done.stdout
    for criterion in re.findall(r'^id = "(.+)"$', text, re.MULTILINE):
        assert re.search(rf"^  {re.escape(criterion)} ", done.stdout, re.MULTILINE), criterion
    assert done.stdout.count("[unverified clause]") <= text.count("verified = false")
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_list_names_every_shipped_policy():
    done = run("policy", "list")
    assert done.returncode == 0
    for name in SHIPPED:
        assert name in done.stdout


def test_differences_end_with_1(tmp_path):
    own(tmp_path)
    (tmp_path / "new.toml").write_text(OWN.replace("exposure = 100 ", "exposure = 200 "), encoding="utf-8")
    assert run("policy", "diff", tmp_path / "own.toml", tmp_path / "own.toml").returncode == 0
    done = run("policy", "diff", tmp_path / "own.toml", tmp_path / "new.toml")
    assert done.returncode == 1
    assert '4.1: line was "1 in 100", is "1 in 200"' in done.stdout


@pytest.mark.parametrize("before, after, says", [
    ("false_alerts_per_face", "false_alerts_per_fac", "did you mean false_alerts_per_face?"),
    ("false alerts / faces", "false alerts / people", "false alerts / faces"),
    ("false alerts / faces", "alerts / faces", "M39"),
    ("at_most", "at_least", "M39"),
    ('limb = "fair_balance"', 'limb = "balance"', "fair_balance"),
    ("clause = ", "claus = ", "did you mean clause?"),
    ('id = "4.1"', "id = 4.1", "letters, digits"),
    ('"Kept."', '"The system is accurate."', "a sentence that records can bear"),
    ("schema = 1", "schema = 9", "newer_schema"),
    ("[criterion.says]", "[criterion.says", "malformed_toml"),
    ("Force policy", "x" * 20000, "lines of at most 16,384 bytes"),
])
def test_m39_a_wrong_policy_is_refused_with_its_place(tmp_path, before, after, says):
    path = own(tmp_path, OWN.replace(before, after, 1))
    done = run("policy", "check", path)
    assert done.returncode == 3
    assert any(re.search(r"own\.toml:\d+", line) and says in line for line in done.stderr.splitlines()), done.stderr
    assert not has_controls(done.stderr)
    study = write_study(tmp_path, more=DOSSIER)
    refused(study, tmp_path / "out", says)
    assert run("check", study).returncode == 3


def test_a_criterion_twice_is_refused(tmp_path):
    text = OWN + OWN[OWN.index("[[criterion]]"):]
    done = run("policy", "check", own(tmp_path, text))
    assert done.returncode == 3
    assert "duplicate_id" in done.stderr


def test_a_policy_that_is_not_there(tmp_path):
    assert run("policy", "show", "uk-polise").returncode == 3
    assert "did you mean uk-police?" in run("policy", "show", "uk-polise").stderr
    refused(write_study(tmp_path, more='[dossier]\npolicies = ["absent.toml"]\n'), tmp_path / "out", "cannot_open")
    assert run("policy").returncode == 2


def test_the_users_own_policy_stands_beside_a_shipped_one(tmp_path):
    path = own(tmp_path)
    study = write_study(tmp_path, f"{HEADER}\nF,d1,2024-01-02,North,0.6,20000,4,3,1\n", more='[dossier]\npolicies = ["uk-police", "own.toml"]\n')
    assert evaluate(study, tmp_path / "out").returncode == 0
    result = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]
    policies = {one["name"]: one for one in result["dossier"]["policies"]}
    assert policies["own"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [policies["own"]["shipped"], policies["uk-police"]["shipped"]] == [False, True]
    line = next(line for line in lines_of(result["dossier"]) if line["policy"] == "own")
    assert line["status"] == "met"
    keys = {finding["key"] for finding in result["findings"]}
    assert all(cited["key"] in keys for one in lines_of(result["dossier"]) for cited in one["findings"])
    assert run("verify", tmp_path / "out" / "evaluation.json", study).returncode == 0
    path.write_text(OWN.replace('"Kept."', '"Kept so far."'), encoding="utf-8")
    done = run("verify", tmp_path / "out" / "evaluation.json", study)
    assert done.returncode == 1
    assert "result: dossier differs" in done.stdout


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    out = tmp_path_factory.mktemp("mps")
    done = evaluate(MPS / "study.toml", out)
    assert done.returncode == 0
    return done.stdout, json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["result"], (out / "report.html").read_text(encoding="utf-8")


def test_published_records_end_in_not_shown(published):
    text, result, page = published
    dossier = result["dossier"]
    assert dossier["conclusion"].startswith("Not shown on the evidence given")
    assert "Not shown on the evidence given" in re.sub(r"\s+", " ", text)
    assert [limb["limb"] for limb in dossier["limbs"]] == ["legality", "legitimate_aim", "rational_connection", "strict_necessity", "fair_balance"]
    assert 'id="dossier"' in page and 'href="#dossier"' in page
    for line in lines_of(dossier):
        assert f'id="criterion-uk-police-{line["criterion"]}"' in page


def test_m59_counts_of_one_limb_and_nothing_across(published):
    """M59: criteria by status within a limb are the only sums; no field adds them up or weighs them."""
    dossier = published[1]["dossier"]
    for limb in dossier["limbs"]:
        counted = {}
        for block in BLOCKS:
            for line in limb[block]:
                counted[line["status"]] = counted.get(line["status"], 0) + 1
        assert limb["counts"] == counted
    assert set(dossier) == {"policies", "limbs", "conclusion"}
    assert not re.search(r"\d", dossier["conclusion"].replace("Gate 0", "").replace("Limb 1", "").replace("Limb 2", "").replace("Limb 3", "").replace("Limb 4", ""))


def test_m67_what_was_not_measured_comes_first_and_is_no_pass(published):
    for limb in published[1]["dossier"]["limbs"]:
        assert list(limb).index("not_measured") < list(limb).index("limits") < list(limb).index("indicators") < list(limb).index("documents") < list(limb).index("would_change")
        assert all(line["status"] == "not_measured" for line in limb["not_measured"])


def test_unverified_clauses_say_so(published):
    page = published[2]
    unverified = [line for line in lines_of(published[1]["dossier"]) if not line["clause_verified"]]
    assert unverified and page.count("Unverified clause") == len(unverified)


def test_without_a_dossier_nothing_is_laid_out(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n{ROW}\n")
    done = evaluate(study, tmp_path / "out")
    assert "dossier" not in json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]
    assert "PROPORTIONALITY" not in done.stdout
    assert 'id="dossier"' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_documentation_ends_with_the_programs_own_tables():
    assert (ROOT / "docs" / "policies.md").read_text(encoding="utf-8").endswith(run("reference", "policy").stdout)


def test_the_policy_of_the_documentation_is_one(tmp_path):
    text = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    example = next(block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if block.startswith("schema"))
    assert run("policy", "check", own(tmp_path, example)).returncode == 0
