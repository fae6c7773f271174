"""Documents that people have to write, begun from an evaluation."""
import json
import re

import pytest

from program import HEADER, MPS, ROW, evaluate, has_controls, run, write_study

KINDS = ["dpia", "equality", "transparency"]
BANNED = re.compile(r"\b(accurate|accuracy|inaccurate|bias-free|unbiased|proven|negligible|no evidence of bias|no bias|insignificant|not significant)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    out = tmp_path_factory.mktemp("mps")
    assert evaluate(MPS / "study.toml", out).returncode == 0
    return out / "evaluation.json"


@pytest.mark.parametrize("kind", KINDS)
def test_documents_cite_findings_that_exist_and_hashes(published, kind):
    done = run("document", kind, published)
    assert done.returncode == 0
    document = json.loads(published.read_text(encoding="utf-8"))
    plain = done.stdout.replace("\\", "").replace("&amp;", "&")
    assert document["provenance"]["result_sha256"] in plain
    assert document["result"]["dossier"]["policies"][0]["sha256"] in plain
    keys = {finding["key"] for finding in document["result"]["findings"]}
    cited = set(re.findall(r"\((?:[a-z_]+)@[^() ]+\)", plain))
    assert all(key.strip("()") in keys for key in cited), cited
    assert "To be written" in plain
    assert not BANNED.search(plain), BANNED.search(plain)
    assert not has_controls(done.stdout)
    assert run("document", kind, published).stdout == done.stdout


def test_m67_an_unmeasured_risk_says_what_would_measure_it(published):
    text = run("document", "dpia", published).stdout.replace("\\", "")
    assert "Not measured. It would be by: stop_minutes, force_per_false_engagement." in text
    risks = text[text.index("## Risks to the rights"):text.index("## Measures and safeguards")]
    assert "false_alerts_per_face@scope=all" in risks


def test_equality_annex_of_records_without_groups_is_an_empty_place(published):
    assert "Groups were not compared".lower() in run("document", "equality", published).stdout.lower()


def test_a_document_is_written_to_a_file(published, tmp_path):
    done = run("document", "dpia", published, "-o", tmp_path / "dpia.md")
    assert done.returncode == 0
    assert (tmp_path / "dpia.md").read_text(encoding="utf-8") == run("document", "dpia", published).stdout
    assert run("document", "dpia", published, "-o", tmp_path / "no" / "dpia.md").returncode == 3


def test_what_is_no_evaluation_or_no_document_is_refused(published, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    assert run("document", "dpia", tmp_path / "x.json").returncode == 3
    assert run("document", "dpia", tmp_path / "absent.json").returncode == 3
    assert run("document", "letter", published).returncode == 2
    assert run("document").returncode == 2


def test_names_of_a_study_stay_text(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n{ROW.replace('North', '<img src=x> | `y` [z](http://w)')}\n")
    study.write_text(study.read_text().replace('"small"', '"# <script>alert(1)</script> | *x*"'))
    assert evaluate(study, tmp_path / "out").returncode == 0
    for kind in KINDS:
        text = run("document", kind, tmp_path / "out" / "evaluation.json").stdout
        assert "<script>" not in text and "<img" not in text
        assert text.startswith("# ")
        for row in [line for line in text.splitlines() if line.startswith("|")]:
            assert len(re.findall(r"(?<!\\)\|", row)) in {3, 4, 5, 6, 8}


def test_a_transparency_record_withholds_small_counts(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n{ROW}\n{ROW.replace('d1', 'd2').replace('0.6', '0.7').replace('1000,4,3,1', '5000,40,30,10')}\n", more='[dossier]\npolicies = ["uk-police"]\n')
    assert evaluate(study, tmp_path / "out").returncode == 0
    text = run("document", "transparency", tmp_path / "out" / "evaluation.json").stdout
    assert "Withheld" in text
