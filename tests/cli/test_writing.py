"""evaluation.json is complete or not there, and what could not be printed is not passed over."""
import json
import os

import pytest

from program import MPS, as_somebody_else, evaluate, has_controls, open_folder, run, small_files, write_study  # noqa: F401


def leftovers(folder):
    return sorted(path.name for path in folder.iterdir())


def test_full_disk_keeps_the_older_file(tmp_path):
    study, out = write_study(tmp_path), tmp_path / "out"
    assert evaluate(study, out).returncode == 0
    before = (out / "evaluation.json").read_bytes()
    assert len(before) > 2000
    done = evaluate(study, out, preexec_fn=small_files)
    assert done.returncode == 3
    assert "cannot_write" in done.stderr and "evaluation.json" in done.stderr
    assert (out / "evaluation.json").read_bytes() == before
    assert leftovers(out) == ["evaluation.json", "report.html", "tables"]


def test_full_disk_without_an_older_file_leaves_nothing(tmp_path):
    done = evaluate(write_study(tmp_path), tmp_path / "out", preexec_fn=small_files)
    assert done.returncode == 3
    assert leftovers(tmp_path / "out") == []


def test_output_folder_is_made(tmp_path):
    assert evaluate(write_study(tmp_path), tmp_path / "a" / "b").returncode == 0
    assert leftovers(tmp_path / "a" / "b") == ["evaluation.json", "report.html", "tables"]
    assert leftovers(tmp_path / "a" / "b" / "tables") == ["data_quality.csv", "deployments.csv", "faces_per_minute.csv", "findings.csv", "funnel.csv", "not_measured.csv"]


def test_tables_that_cannot_be_written_are_not_passed_over(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "tables").write_text("keep")
    done = evaluate(write_study(tmp_path), out)
    assert done.returncode == 3 and "cannot_write" in done.stderr and "tables" in done.stderr
    assert (out / "tables").read_text() == "keep"
    (out / "tables").unlink()
    (out / "tables" / "findings.csv").mkdir(parents=True)
    done = evaluate(write_study(tmp_path), out)
    assert done.returncode == 3 and "cannot_write" in done.stderr and "findings.csv" in done.stderr


@pytest.mark.parametrize("inside", ["", "below"])
def test_output_into_a_file(tmp_path, inside):
    study = write_study(tmp_path)
    (tmp_path / "file").write_text("keep")
    done = evaluate(study, tmp_path / "file" / inside if inside else tmp_path / "file")
    assert done.returncode == 3 and "cannot_write" in done.stderr and "file" in done.stderr
    assert (tmp_path / "file").read_text() == "keep"


def test_folder_that_may_not_be_written(open_folder):
    write_study(open_folder)
    (open_folder / "out").mkdir(mode=0o555)
    done = as_somebody_else(open_folder, "evaluate", "study.toml", "-o", "out")
    assert done.returncode == 3 and "cannot_write" in done.stderr and "ermission" in done.stderr
    assert leftovers(open_folder / "out") == []


def test_folder_that_may_not_be_entered(open_folder):
    write_study(open_folder)
    (open_folder / "shut").mkdir()
    (open_folder / "shut").chmod(0)
    for folder in ("shut", "shut/below", "shut/below/it"):
        done = as_somebody_else(open_folder, "evaluate", "study.toml", "-o", folder)
        assert done.returncode == 3 and "cannot_write" in done.stderr, folder


def test_evaluation_json_is_a_directory(tmp_path):
    (tmp_path / "out" / "evaluation.json").mkdir(parents=True)
    done = evaluate(write_study(tmp_path), tmp_path / "out")
    assert done.returncode == 3 and "cannot_write" in done.stderr
    assert leftovers(tmp_path / "out") == ["evaluation.json"]


@pytest.mark.parametrize("target", ["/dev/full", "gone", "other.json"])
def test_evaluation_json_is_a_link(tmp_path, target):
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "out" / "other.json").write_text("keep")
    (out / "evaluation.json").symlink_to(target)
    done = evaluate(write_study(tmp_path), out)
    assert done.returncode == 3 and "cannot_write" in done.stderr
    assert os.readlink(out / "evaluation.json") == target
    assert (out / "other.json").read_text() == "keep"


@pytest.mark.parametrize("arguments", [["evaluate", "study.toml", "-o", "out"], ["evaluate", "study.toml", "-o", "out", "--format", "json"],
                                       ["check", "study.toml"], ["init", "records.csv"], ["rate", "7", "8600"], ["explain"], ["reference", "schema"]])
def test_standard_output_that_is_full(tmp_path, arguments):
    write_study(tmp_path)
    with open("/dev/full", "wb") as full:
        done = run(*arguments, cwd=tmp_path, stdout=full)
    assert done.returncode == 3
    assert "standard output" in done.stderr


def test_quiet_prints_nothing(tmp_path):
    done = evaluate(write_study(tmp_path), tmp_path / "out", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out" / "evaluation.json").exists()


def test_two_runs_give_one_result(tmp_path):
    study = write_study(tmp_path)
    for threads in ("1", "2", "3"):
        assert evaluate(study, tmp_path / threads, "--threads", threads).returncode == 0
    results = {(tmp_path / threads / "evaluation.json").read_text().split('"result":', 1)[1] for threads in ("1", "2", "3")}
    assert len(results) == 1


def test_names_that_are_not_utf_8_are_no_internal_error(tmp_path):
    study = write_study(tmp_path)
    odd = os.fsencode(tmp_path) + b"/caf\xe9"
    done = evaluate(study, odd)
    if done.returncode == 0:
        with open(odd + b"/evaluation.json", "rb") as written:
            json.loads(written.read().decode("utf-8"))
    renamed = os.fsencode(tmp_path) + b"/caf\xe9.toml"
    os.rename(study, renamed)
    assert evaluate(renamed, tmp_path / "out").returncode in (0, 2, 3)


def test_text_of_the_published_records(tmp_path):
    done = evaluate(MPS / "study.toml", tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    assert not has_controls(done.stdout)
    assert "MISSES NOT MEASURED" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if not line.startswith("Written to")) <= 100
