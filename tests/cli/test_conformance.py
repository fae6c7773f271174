"""Every conformance vector: the hand-derived answer against what the program says."""

import json

import pytest

from program import ROOT, run

FOLDER = ROOT / "tests" / "conformance"
VECTORS = sorted(path.parent for path in FOLDER.glob("*/vector.json"))


@pytest.fixture(scope="module", params=VECTORS, ids=lambda folder: folder.name)
def vector(request, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param.name)
    done = run("evaluate", request.param / "study.toml", "-o", out)
    assert done.returncode == 0, done.stderr
    result = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["result"]
    return json.loads((request.param / "vector.json").read_text(encoding="utf-8")), result


def finding(result, expected):
    source = expected.get("source", "data")
    at = "compared_at" if expected["quantity"].startswith("false_match") or expected["quantity"].startswith("false_nonmatch") else "threshold"
    axes = {at: str(expected["threshold"]), "source": source, "system": "a"}
    if "failures" in expected:
        axes["failed_comparisons"] = expected["failures"]
    key = expected["quantity"] + "@" + ";".join(f"{axis}={value}" for axis, value in sorted(axes.items()))
    return next(f for f in result["findings"] if f["key"] == key)


def lines(result, name):
    columns = next(c["columns"] for c in result["curves"] if c["name"].startswith(name))
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def holds(result, expected):
    quantity = expected["quantity"]
    if quantity == "cumulative_match":
        line = lines(result, "ranks_")[expected["rank"] - 1]
        assert line == {"rank": expected["rank"], "returned": expected["events"], "mated": expected["trials"]}
    elif quantity == "tradeoff_corner":
        corners = [(c["nonmated_with_alert"], c["nonmated"], c["missed"], c["mated"]) for c in lines(result, "tradeoff_")]
        assert (expected["false_positives"], expected["nonmated"], expected["misses"], expected["mated"]) in corners
        assert not any(c[0] == expected["false_positives"] and c[2] < expected["misses"] for c in corners)
    elif quantity == "misses_at_false_matches":
        line = next(row for row in lines(result, quantity) if row["at_most"] == expected["at_most"])
        assert (line["threshold"], line["false_matches"], line["nonmated_comparisons"], line["false_nonmatches"], line["mated_comparisons"]) == (
            expected["threshold"], expected["false_matches"], expected["nonmated"], expected["false_nonmatches"], expected["mated"])
    elif expected.get("undefined"):
        found = finding(result, expected)
        assert found["status"] == "not_estimable" and "estimate" not in found and found["undefined"]["remedy"]
    else:
        found = finding(result, expected)
        assert (found["events"]["n"], found["exposure"]["n"]) == (expected["events"], expected["trials"])
        assert found["interval"]["lower"] <= expected["events"] / expected["trials"] <= found["interval"]["upper"]
        if "upper" in expected:
            assert found["interval"]["upper"] == pytest.approx(expected["upper"], abs=1e-6)


def test_the_answer_is_the_one_worked_out_by_hand(vector):
    told, result = vector
    assert told["expected"] and told["reasoning"] and told["seen_in"]
    for expected in told["expected"]:
        holds(result, expected)


def test_there_is_a_vector_for_every_peer_whose_faults_are_known():
    seen = " ".join(line for folder in VECTORS for line in json.loads((folder / "vector.json").read_text(encoding="utf-8"))["seen_in"])
    for peer in ("OpenBR", "pyeer", "bob", "insightface", "Credo AI Lens", "Aequitas"):
        assert peer in seen
