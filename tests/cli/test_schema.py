"""evaluation.json against the JSON Schema that the program prints, whole and with pieces taken out."""
import copy
import json

import pytest

from program import HEADER, MPS, ROW, evaluate, run, write_study

jsonschema = pytest.importorskip("jsonschema")
KEY = "false_alerts_per_face@scope=all"
LIMIT = '[[limit]]\nmetric = "false_alerts_per_face"\nat_most = { events = 1, exposure = 1000 }\nsource = "x"\n'


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(run("reference", "schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def document_of(study, out):
    assert evaluate(study, out).returncode == 0
    return json.loads((out / "evaluation.json").read_text(encoding="utf-8"), parse_constant=refuse_constant)


def at(document, key=KEY):
    return next(f for f in document["result"]["findings"] if f["key"] == key)


def first_fault(validator, document):
    return next((f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(document)), None)


def test_published_records(validator, tmp_path):
    assert first_fault(validator, document_of(MPS / "study.toml", tmp_path)) is None


@pytest.mark.parametrize("rows", [
    "F,d1,,,,,,,", "F,d1,2024-01-02,North,0.6,0,0,0,0", "F,d1,2024-01-02,North,0.6,0,2,1,1", "F,d1,2024-01-02,North,0.6,5,9,9,0", "F,d1,2024-01-02,North,,1000,4,3,2",
    "F,d1,2024-01-02,N,0.6,1000,4,3,1\nF,d2,2024-01-03,N,0.6,9000,0,0,0\nF,d3,2024-01-04,N,0.64,9000,0,0,0\nG,d3,2024-01-04,N,0.7,9000,3,0,3",
    'F,d1,2024-01-02,"a;b=c@d%e <b>""x""</b>\nline",0.6,1000,4,3,1', "F,d1,2024-01-02,North,0.6,4503599627370496,4,3,1", "F,d1,2024-01-02,North,0.6,3,3,0,3",
])
def test_small_studies(validator, tmp_path, rows):
    document = document_of(write_study(tmp_path, f"{HEADER}\n{rows}\n", more=LIMIT), tmp_path / "out")
    assert first_fault(validator, document) is None


def test_refused_rows(validator, tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n{ROW}\n{ROW.replace('1000', 'x').replace('d1', 'd2')}\nF\n")
    study.write_text(study.read_text().replace('"small"', '"small"\nmax_refused = 9\nas_of = 2025-01-01\nplanning_design_effect = 2.5'))
    assert first_fault(validator, document_of(study, tmp_path / "out")) is None


def dropped(*path):
    def change(finding):
        for name in path[:-1]:
            finding = finding[name]
        del finding[path[-1]]
    return change


def put(value, *path):
    def change(finding):
        for name in path[:-1]:
            finding = finding[name]
        finding[path[-1]] = value
    return change


@pytest.mark.parametrize("change", [
    *(dropped(name) for name in ("key", "metric", "kind", "section", "status", "axes", "sentence", "flags", "cites", "events", "exposure", "estimate", "interval",
                                 "clusters", "companions", "conditions")),
    *(dropped("interval", name) for name in ("lower", "upper", "confidence", "method", "sides")),
    dropped("events", "unit"), dropped("exposure", "unit"), dropped("events", "n"), dropped("clusters", "unit"), dropped("clusters", "n"),
    put(None, "estimate"), put("NaN", "estimate"), put("0.001", "estimate"), put(None, "interval", "lower"), put("NaN", "interval", "upper"),
    put(-1, "events", "n"), put(1.5, "exposure", "n"), put("accuracy", "metric"), put("accuracy", "kind"), put("certain", "status"), put("guess", "interval", "method"),
    put(["NO_SUCH_FLAG"], "flags"), put("no axes", "key"), put(3, "interval", "sides"), put(None, "interval", "upper"),
    put(95, "interval", "confidence"), put(True, "interval", "better"),
])
def test_m37_a_rate_without_one_of_its_parts_is_invalid(validator, tmp_path, change):
    document = document_of(write_study(tmp_path, more=LIMIT), tmp_path / "out")
    assert at(document)["status"] == "measured" and at(document)["kind"] == "rate"
    altered = copy.deepcopy(document)
    change(at(altered))
    assert first_fault(validator, altered) is not None


@pytest.mark.parametrize("name", ["verdict", "limit", "events", "exposure"])
def test_a_verdict_without_one_of_its_parts_is_invalid(validator, tmp_path, name):
    document = document_of(write_study(tmp_path, more=LIMIT), tmp_path / "out")
    del at(document, "false_alerts_per_face@limit=at_most_1/1000;scope=all")[name]
    assert first_fault(validator, document) is not None


IN_DOUBT = f"{HEADER}\n{ROW.replace(',4,3,1', ',5,3,1')}\nF,d2,2024-01-03,North,0.6,1000,4,3,1\n"


@pytest.mark.parametrize("change", [dropped("lowest"), dropped("highest"), dropped("deployments_in_doubt"), dropped("conditions"), dropped("lowest", "interval"),
                                    dropped("highest", "events"), put("many", "deployments_in_doubt"), put(-1, "deployments_in_doubt"), put(1, "lowest", "best"),
                                    put(None, "highest", "estimate"), put(None, "highest", "interval", "upper"), put("measured", "status")])
def test_a_bounded_rate_without_one_of_its_parts_is_invalid(validator, tmp_path, change):
    document = document_of(write_study(tmp_path, IN_DOUBT), tmp_path / "out")
    assert at(document)["status"] == "bounded" and first_fault(validator, document) is None
    # 5 alerts of which 3 were true and 1 was false: the fifth was false, or it was not.
    assert (at(document)["lowest"]["events"]["n"], at(document)["highest"]["events"]["n"], at(document)["deployments_in_doubt"]) == (2, 3, 1)
    change(at(document))
    assert first_fault(validator, document) is not None


@pytest.mark.parametrize("change", [dropped("rule"), dropped("severity"), dropped("examined"), dropped("named"), dropped("rows"), put("grave", "severity"),
                                    put(1.5, "named"), dropped("rows", 0, "arithmetic"), dropped("rows", 0, "cells"), dropped("rows", 0, "deployment"), put(1, "rows", 0, "more")])
def test_m34_a_check_without_one_of_its_parts_is_invalid(validator, tmp_path, change):
    document = document_of(write_study(tmp_path, IN_DOUBT), tmp_path / "out")
    check = at(document, "alerts_add_up@scope=all")
    assert (check["severity"], check["examined"], check["named"]) == ("fault", 2, 1)
    assert check["rows"][0]["deployment"] == "d1" and set(check["rows"][0]["cells"]) == {"alerts", "true_alerts", "false_alerts"}
    assert first_fault(validator, document) is None
    change(check)
    assert first_fault(validator, document) is not None


def test_an_end_without_a_bound_says_so(validator, tmp_path):
    document = document_of(write_study(tmp_path, f"{HEADER}\nF,d1,2024-01-02,North,0.6,1000,1,0,1\n"), tmp_path / "out")
    quantity = at(document, "faces_per_true_alert@scope=all")
    assert quantity["interval"]["upper"] is None and quantity["interval"]["upper_unbounded"] is True
    assert first_fault(validator, document) is None
    del quantity["interval"]["upper_unbounded"]
    assert first_fault(validator, document) is not None


def test_m34_a_rate_of_a_copied_column_is_refused(validator, tmp_path):
    rows = "\n".join(f"F,d{i},2024-01-{i + 1:02},North,0.6,1000,4,3,1,60,{i % 3},{i % 3}" for i in range(25))
    columns = '[source.columns]\nduration = { column = "duration", unit = "minutes" }\n"outcome.arrest" = "arrest"\n"outcome.caution" = "caution"\n' + LIMIT.replace("false_alerts_per_face", "outcomes_per_alert")
    document = document_of(write_study(tmp_path, f"{HEADER},duration,arrest,caution\n{rows}\n", more=columns), tmp_path / "out")
    assert first_fault(validator, document) is None
    copied = [f for f in document["result"]["findings"] if "outcome" in f["axes"] and "scope" in f["axes"] and f["kind"] != "count" and f["metric"] != "outcomes_per_engagement"]
    assert len(copied) == 2 * 6  # four rates, one quantity and one verdict of each; nothing is on record of engagements
    for finding in copied:
        assert finding["status"] == "refused" and "estimate" not in finding and "interval" not in finding
        assert finding["deployments_with_copied_column"] == 25
        assert finding.get("verdict", "not_measured") == "not_measured"


@pytest.mark.parametrize("name", ["not_measured", "findings", "records", "sections", "flag_meanings", "study", "schema"])
def test_a_result_without_one_of_its_parts_is_invalid(validator, tmp_path, name):
    document = document_of(write_study(tmp_path), tmp_path / "out")
    del document["result"][name]
    assert first_fault(validator, document) is not None


@pytest.mark.parametrize("name", ["time", "command", "program", "version", "study", "inputs", "ledger", "result_sha256"])
def test_a_provenance_without_one_of_its_parts_is_invalid(validator, tmp_path, name):
    document = document_of(write_study(tmp_path), tmp_path / "out")
    del document["provenance"][name]
    assert first_fault(validator, document) is not None


def test_m03_no_field_is_called_accuracy(validator, tmp_path):
    document = document_of(write_study(tmp_path), tmp_path / "out")
    document["result"]["accuracy"] = 0.999997
    assert first_fault(validator, document) is not None
    assert "accuracy" not in json.dumps(validator.schema)


def test_nan_is_not_in_the_document(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\nF,d1,,,,0,0,0,0\nF,d2,,,,,,,\n")
    with pytest.raises(ValueError):
        json.loads('{"estimate": NaN}', parse_constant=refuse_constant)
    document_of(study, tmp_path / "out")
