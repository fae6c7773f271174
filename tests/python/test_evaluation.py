"""The evaluation from Python is that of the program."""
import json
import pickle
import subprocess

import jsonschema
import pandas
import pytest

import lfreval

HEADER = "force,deployment,date,site,threshold,faces,alerts,true_alerts,false_alerts\n"
ROW = "F,d1,2024-01-02,North,0.6,1000,4,3,1\n"
SOURCE = {"name": "s", "kind": "operational", "table": "deployments", "label_source": "published"}


@pytest.fixture(scope="session")
def document(program, root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("program")
    subprocess.run([program, "evaluate", root / "datasets/mps_lfr/study.toml", "-o", folder, "--quiet"], check=True)
    return json.loads((folder / "evaluation.json").read_text()), folder


def small(tmp_path, rows=ROW, **more):
    (tmp_path / "records.csv").write_text(HEADER + rows)
    return {"name": "small", "sources": [{**SOURCE, "files": ["records.csv"]}], "folder": tmp_path, **more}


def test_same_result_as_the_program(mps, document):
    of_program, folder = document
    assert mps.result_sha256 == of_program["provenance"]["result_sha256"] == mps.provenance.result_sha256
    assert mps.to_dict()["result"] == of_program["result"]


def test_threads_do_not_change_the_result(root, trial):
    again = lfreval.evaluate(root / "datasets/synthetic_trial/study.toml")
    assert again.result_sha256 == trial.result_sha256


def test_document_keeps_the_schema(mps, trial, root):
    schema = json.loads((root / "docs/evaluation.schema.json").read_text())
    for one in (mps, trial):
        jsonschema.validate(one.to_dict(), schema)


def test_saves_what_the_program_writes(mps, document, tmp_path):
    _, folder = document
    assert mps.save(tmp_path / "out") == tmp_path / "out" / "evaluation.json"
    ours = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert ours == {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    for table in (folder / "tables").iterdir():
        assert (tmp_path / "out" / "tables" / table.name).read_bytes() == table.read_bytes()
    assert "<!DOCTYPE html>" in (tmp_path / "out" / "report.html").read_text()
    assert not list((tmp_path / "out").rglob("*.part"))


def test_verify_agrees_and_names_what_differs(mps, document, root, tmp_path):
    study = root / "datasets/mps_lfr/study.toml"
    assert lfreval.verify(mps, study) == []
    text = mps.to_json().replace("2424559", "2424558")
    assert text != mps.to_json()
    (tmp_path / "evaluation.json").write_text(text)
    assert lfreval.verify(tmp_path / "evaluation.json", study)


def test_what_was_not_measured_comes_first(mps):
    assert mps.not_measured[0].topic == "Misses"
    assert mps._repr_html_().index("Misses") < mps._repr_html_().index("true_positive_identification_rate@")
    assert mps.findings["true_positive_identification_rate@scope=all"].status == "not_measured"


def test_findings_by_key_number_and_axes(mps):
    found = mps.findings["false_alerts_per_face@threshold=0.64"]
    assert (found.events.n, found.exposure.n) == (7, 2424559)
    assert found.interval.lower < found.estimate < found.interval.upper and found.interval.method
    assert mps.findings[0] is next(iter(mps.findings)) and len(mps.findings[2:5]) == 3
    chosen = mps.findings.where(metric="false_alerts_per_face", kind="rate", threshold="0.64")
    assert found in list(chosen) and all(f.metric == "false_alerts_per_face" for f in chosen)
    with pytest.raises(KeyError, match="did you mean false_alerts_per_face@threshold=0.64"):
        mps.findings["false_alerts_per_fase@threshold=0.64"]
    assert "false_alerts_per_face@threshold=0.64" in mps.findings


def test_findings_as_a_frame(mps):
    frame = mps.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and len(frame) == len(mps.findings)
    assert str(frame.dtypes["estimate"]) == "Float64" and str(frame.dtypes["events"]) == "Int64"
    row = frame.set_index("key").loc["false_alerts_per_face@threshold=0.64"]
    assert (row.events, row.exposure) == (7, 2424559) and row.lower < row.estimate < row.upper
    absent = frame.set_index("key").loc["true_positive_identification_rate@scope=all"]
    assert absent.estimate is pandas.NA  # neither 0 nor NaN


def test_curves_are_frames(mps, trial):
    assert len(mps.curves["deployments"]) in (323, 324)  # with or without the one that was aborted
    for curve in trial.curves.values():
        assert curve.attrs["meaning"]


def test_results_can_be_sent_and_compared(mps):
    found = mps.findings["false_alerts_per_face@threshold=0.64"]
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.to_dict()["interval"]["lower"] == found.interval.lower
    assert "to_dict" in dir(found) and "sentence" in dir(found)
    with pytest.raises(AttributeError):
        found.estimate = 0
    with pytest.raises(AttributeError, match="it has"):
        found.nothing


def test_keyword_arguments_are_a_study(tmp_path):
    arguments = small(tmp_path, limits=[{"metric": "false_alerts_per_face", "at_most": {"events": 1, "exposure": 100}, "source": "us"}])
    by_arguments = lfreval.evaluate(**arguments)
    (tmp_path / "study.toml").write_text('''schema = 1
[study]
name = "small"
[[source]]
name = "s"
kind = "operational"
table = "deployments"
label_source = "published"
files = ["records.csv"]
[[limit]]
metric = "false_alerts_per_face"
at_most = { events = 1, exposure = 100 }
source = "us"
''')
    assert by_arguments.result_sha256 == lfreval.evaluate(tmp_path / "study.toml").result_sha256
    assert any(f.kind == "verdict" for f in by_arguments.findings)


def test_a_frame_is_judged_like_a_file(tmp_path):
    of_file = lfreval.evaluate(**small(tmp_path))
    frame = pandas.read_csv(tmp_path / "records.csv")
    assert lfreval.evaluate(name="small", sources=[{**SOURCE, "frame": frame}]).result_sha256 == of_file.result_sha256
    with pytest.raises(lfreval.InputError) as caught:
        lfreval.evaluate(name="small", sources=[{**SOURCE, "frame": frame.assign(faces=-3)}])
    assert (caught.value.code, caught.value.column_name, caught.value.line) == ("not_a_count", "faces", 2)


def test_input_error_has_the_fields_of_the_core(tmp_path):
    with pytest.raises(lfreval.InputError) as caught:
        lfreval.evaluate(**small(tmp_path, rows="F,d1,2024-01-02,North,0.6,many,4,3,1\nF,d2,2024-13-02,North,0.6,9,4,3,1\n"))
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.code, error.line, error.column, error.column_name, error.value) == ("not_a_count", 2, 6, "faces", "many")
    assert error.file.endswith("records.csv") and "whole number" in error.allowed
    assert [e["code"] for e in error.errors[:2]] == ["not_a_count", "not_a_date"]
    assert "records.csv:2:6: not_a_count" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.errors, str(again)) == (error.errors, str(error))


def test_private_values_are_left_out_unless_asked_for(tmp_path):
    twice = ROW + ROW.replace("2024-01-02", "2024-01-03")
    with pytest.raises(lfreval.InputError) as caught:
        lfreval.evaluate(**small(tmp_path, rows=twice))
    assert caught.value.code == "duplicate_id" and "d1" not in str(caught.value)
    with pytest.raises(lfreval.InputError, match='"F d1"'):
        lfreval.evaluate(**small(tmp_path, rows=twice), show_values=True)


def test_wrong_calls(tmp_path):
    with pytest.raises(TypeError, match="study file, or keyword arguments"):
        lfreval.evaluate()
    with pytest.raises(TypeError, match="study file, or keyword arguments"):
        lfreval.evaluate("study.toml", name="x")
    with pytest.raises(lfreval.InputError, match="unknown_key.*sed"):
        lfreval.evaluate(**small(tmp_path, sed=3))
    with pytest.raises(TypeError, match="source.name: a study holds"):
        lfreval.evaluate(name="x", sources=[{"name": object()}])
    with pytest.raises(lfreval.InputError, match="cannot_open"):
        lfreval.evaluate(tmp_path / "none.toml")


def test_check_lists_what_would_be_refused(tmp_path):
    found = lfreval.check(**small(tmp_path, rows=ROW + "F,d2,2024-01-02,North,0.6,-1,4,3,1\n"))
    assert (found.deployments, len(found.refused), found.accepted) == (1, 1, False)
    assert found.refused[0]["column_name"] == "faces" and found.inputs[0]["rows"] == 2


def test_proposed_study_is_accepted(tmp_path):
    (tmp_path / "records.csv").write_text(HEADER + ROW)
    (tmp_path / "study.toml").write_text(lfreval.propose_study(tmp_path / "records.csv", folder=tmp_path))
    assert lfreval.check(tmp_path / "study.toml").accepted


def test_explain_and_metrics():
    meant = lfreval.explain("false_alerts_per_face")
    assert (meant.events, meant.exposure) == ("false_alerts", "faces")
    assert "operational" in meant.supported_by and meant.cannot_show
    assert "operational" not in lfreval.explain("true_positive_identification_rate").supported_by
    with pytest.raises(ValueError, match="did you mean false_alerts_per_face"):
        lfreval.explain("false_alert_per_face")
    assert len(lfreval.metrics) == len(set(lfreval.metrics)) and not any("accuracy" in m for m in lfreval.metrics)


def test_progress_is_told(root):
    told = []
    lfreval.evaluate(root / "datasets/synthetic_trial/study.toml", progress=lambda done, planned: told.append((done, planned)))
    assert told and all(0 <= done <= planned for done, planned in told) and told[-1][0] > 0


def test_an_exception_of_progress_stops_the_work(root):
    class Enough(Exception):
        pass

    def stop(done, planned):
        raise Enough

    with pytest.raises(Enough):
        lfreval.evaluate(root / "datasets/synthetic_trial/study.toml", progress=stop)


def test_figures_are_those_of_the_page(mps, trial):
    for one in (mps, trial):
        page = one.page()
        assert len(one.figures) == page.count('class="specification"')
        for figure in one.figures:
            assert figure.title and figure._repr_mimebundle_()["application/vnd.vegalite.v5+json"]["$schema"].endswith("v5.json")
            json.dumps(figure.to_vega_lite(), allow_nan=False)
        bundle = one._repr_mimebundle_()
        assert "Misses" in bundle["text/html"] or one is trial
        assert ("application/vnd.vegalite.v5+json" in bundle) == bool(one.figures)
