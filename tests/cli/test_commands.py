"""explain, init, check, reference, verify, formats and exit codes."""
import csv
import io
import json
import re
import shutil

import pytest

from program import HEADER, MPS, ROOT, ROW, evaluate, run, write_study

COMMANDS = ["evaluate", "check", "init", "rate", "explain", "verify", "reference"]
LIMIT = '[[limit]]\nmetric = "false_alerts_per_face"\nat_most = {{ events = 1, exposure = {} }}\nsource = "x"\n'


def metrics():
    return re.findall(r"^  ([a-z_]+)$", run("explain").stdout, re.MULTILINE)


@pytest.mark.parametrize("command", [[], *([one] for one in COMMANDS)])
def test_help(command):
    done = run(*command, "--help")
    assert done.returncode == 0 and len(done.stdout) > 100 and done.stderr == ""


def test_version():
    done = run("--version")
    assert done.returncode == 0 and re.fullmatch(r"lfreval \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["evaluate"], ["evaluate", "a", "b"], ["check"], ["init"], ["rate", "1"], ["verify", "a"], ["reference"],
                                       ["reference", "nothing"], ["evaluate", "a", "--threads", "0"], ["evaluate", "a", "--threads", "257"],
                                       ["evaluate", "a", "--threads", "x"], ["evaluate", "a", "--format", "xml"], ["evaluate", "a", "--fail-on", "met"], ["check", "a", "--no-such"]])
def test_wrong_usage_ends_with_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr and done.stdout == ""


@pytest.mark.parametrize("arguments", [["check", "gone.toml"], ["init", "gone.csv"], ["verify", "gone.json", "gone.toml"], ["evaluate", "gone.toml"]])
def test_files_that_are_not_there_end_with_3(tmp_path, arguments):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 3 and "cannot_open" in done.stderr and not list(tmp_path.iterdir())


def test_every_metric_is_explained():
    names = metrics()
    assert len(names) == len(set(names)) >= 21
    assert {"false_alerts_per_face", "false_discovery_proportion", "true_positive_identification_rate"} <= set(names)
    for name in names:
        done = run("explain", name)
        assert done.returncode == 0 and f"({name})" in done.stdout
        for part in ("Formula", "Records", "Undefined when", "Cannot show", "Cites"):
            assert re.search(rf"{part} +\S", done.stdout), (name, part)


def test_m15_misses_are_not_among_the_metrics_of_operational_records():
    for name in ("true_positive_identification_rate", "false_negative_identification_rate", "false_positive_identification_rate", "selectivity"):
        assert "operational" not in re.search(r"Records +(.+)", run("explain", name).stdout)[1]


@pytest.mark.parametrize("word", ["accuracy", "accuracy_rate", "error_rate", "Accuracy", "overall_accuracy"])
def test_m03_accuracy_is_refused(word):
    done = run("explain", word)
    assert done.returncode == 2 and done.stdout == ""
    if word == "accuracy":
        assert "M03" in done.stderr and "99.97 %" in done.stderr


def test_explain_names_the_nearest():
    done = run("explain", "false_alerts_per_fase")
    assert done.returncode == 2 and "did you mean false_alerts_per_face?" in done.stderr


@pytest.mark.parametrize("what, name", [("metrics", "metrics.md"), ("study", "study.md"), ("guards", "guards.md"), ("schema", "evaluation.schema.json")])
def test_documents_are_what_the_program_prints(what, name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == run("reference", what).stdout


def test_init_edited_and_checked(tmp_path):
    files = sorted(path.name for path in MPS.glob("*.csv"))
    for name in files:
        shutil.copy(MPS / name, tmp_path)
    done = run("init", *files, cwd=tmp_path)
    assert done.returncode == 0 and 'name = "?"' in done.stdout
    study = tmp_path / "study.toml"
    study.write_text(done.stdout.replace('name = "?"', 'name = "Round trip"'), encoding="utf-8")
    checked = run("check", study)
    assert checked.returncode == 0, checked.stderr
    assert "324 deployments accepted, 0 rows refused" in checked.stdout
    assert evaluate(study, tmp_path / "out").returncode == 0
    rates = {f["key"]: f for f in json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]}
    assert rates["false_alerts_per_face@threshold=0.6"]["events"]["n"] == 25
    assert rates["false_alerts_per_face@threshold=0.6"]["exposure"]["n"] == 491246
    assert rates["false_alerts_per_face@threshold=0.64"]["events"]["n"] == 7
    assert rates["false_alerts_per_hour@threshold=0.64"]["per"] == "hour"


def test_init_of_hostile_headers_is_toml(tmp_path):
    tomllib = pytest.importorskip("tomllib")
    with open(tmp_path / "x.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["deployment", 'a"b', "two\nlines", "back\\slash", "\x1b[31m", "]]", "# x", "arrests \"x\""], ["d1", *"1234567"]])
    done = run("init", "x.csv", cwd=tmp_path)
    assert done.returncode == 0 and "\x1b" not in done.stdout
    tomllib.loads(done.stdout)


def test_json_is_the_document_that_was_written(tmp_path):
    done = evaluate(write_study(tmp_path), tmp_path / "out", "--format", "json")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8")


def test_csv_has_a_line_for_every_finding(tmp_path):
    done = evaluate(MPS / "study.toml", tmp_path, "--format", "csv")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline=""), strict=True))
    findings = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]
    assert [row["key"] for row in rows] == [finding["key"] for finding in findings]
    for row, finding in zip(rows, findings):
        if finding["kind"] == "rate" and finding["status"] == "measured":
            assert (int(row["events"]), int(row["exposure"])) == (finding["events"]["n"], finding["exposure"]["n"])
            assert float(row["estimate"]) == finding["estimate"] and float(row["lower"]) == finding["interval"]["lower"]
            assert row["method"] == finding["interval"]["method"] and row["exposure_unit"]
        assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in row.values())


@pytest.mark.parametrize("faces, exposure, on, code", [
    (5000, 1000, None, 0), (5000, 1000, "not_met", 0), (5000, 1000, "inconclusive", 0),   # 0 of 5,000: met
    (1000, 1000, "not_met", 0), (1000, 1000, "inconclusive", 1), (1000, 1000, None, 0),   # 0 of 1,000: does not decide
])
def test_fail_on(tmp_path, faces, exposure, on, code):
    study = write_study(tmp_path, f"{HEADER}\nF,d1,2024-01-02,North,0.6,{faces},1,1,0\n", more=LIMIT.format(exposure))
    done = evaluate(study, tmp_path / "out", *(["--fail-on", on] if on else []))
    assert done.returncode == code
    assert (tmp_path / "out" / "evaluation.json").exists()


@pytest.mark.parametrize("on, code", [(None, 0), ("not_met", 1), ("inconclusive", 1)])
def test_fail_on_a_limit_that_is_broken(tmp_path, on, code):
    study = write_study(tmp_path, f"{HEADER}\nF,d1,2024-01-02,North,0.6,1000,60,10,50\n", more=LIMIT.format(1000))
    assert evaluate(study, tmp_path / "out", *(["--fail-on", on] if on else [])).returncode == code


def test_check_says_what_was_read(tmp_path):
    done = run("check", write_study(tmp_path, f"{HEADER},colour\n{ROW},red\n"))
    assert done.returncode == 0
    assert "records.csv: 1 rows" in done.stdout and re.search(r"SHA-256 [0-9a-f]{64}", done.stdout)
    assert "colour" in done.stdout and "1 deployments accepted, 0 rows refused" in done.stdout


def test_scope_is_counted_with_its_reasons(tmp_path):
    rows = "\n".join(ROW.replace("d1", f"d{i}").replace("2024", year) for i, year in enumerate(["2023", "2024", "2024", "2025"]))
    scope = '[scope]\nfrom = 2024-01-01\nto = 2024-12-31\n[[scope.exclude]]\ndeployment = "d2"\nreason = "published twice"\n'
    assert evaluate(write_study(tmp_path, f"{HEADER}\n{rows}\n", more=scope), tmp_path / "out").returncode == 0
    records = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["records"]
    assert records["deployments"] == 1
    assert sum(records["left_out_by_scope"].values()) == 3
    assert any("published twice" in reason for reason in records["left_out_by_scope"])


def test_verify_by_exit_code(tmp_path):
    study, written = write_study(tmp_path), tmp_path / "out" / "evaluation.json"
    assert evaluate(study, tmp_path / "out").returncode == 0
    done = run("verify", written, study)
    assert done.returncode == 0 and "Verified" in done.stdout
    document = json.loads(written.read_text(encoding="utf-8"))
    for finding in document["result"]["findings"]:
        if finding["key"] == "false_alerts_per_face@scope=all":
            finding["estimate"] = 0.5
    written.write_text(json.dumps(document), encoding="utf-8")
    done = run("verify", written, study)
    assert done.returncode == 1 and "false_alerts_per_face@scope=all differs in estimate" in done.stdout
    written.write_text("{", encoding="utf-8")
    done = run("verify", written, study)
    assert done.returncode == 3 and "malformed_evaluation" in done.stderr and "evaluation.json" in done.stderr


def test_verify_names_a_changed_input(tmp_path):
    study = write_study(tmp_path)
    assert evaluate(study, tmp_path / "out").returncode == 0
    write_study(tmp_path, f"{HEADER}\n{ROW.replace('1000', '1001')}\n")
    done = run("verify", tmp_path / "out" / "evaluation.json", study)
    assert done.returncode == 1
    assert "records.csv has changed" in done.stdout and "false_alerts_per_face@deployment=d1" in done.stdout


def test_verify_of_the_published_records(tmp_path):
    assert evaluate(MPS / "study.toml", tmp_path, "--quiet").returncode == 0
    assert run("verify", tmp_path / "evaluation.json", MPS / "study.toml", "--threads", "2").returncode == 0
