"""Two evaluations held against each other: what may be compared, and what changed beyond noise."""
import json
import re

import pytest
from scipy import stats

from program import evaluate, run, write_study

HEADER = "force,deployment,date,site,threshold,watchlist_images,system,faces,faces_counting_rule,alerts,true_alerts,false_alerts"
ALL = "false_alerts_per_face@scope=all"


def made(folder, name, *, false=20, faces=10000, threshold="0.6", images=5000, system="V 1", rule="tracks", rows=1, first=1):
    """One evaluation.json; `rows` deployments that share the counts."""
    place = folder / name
    place.mkdir()
    lines = [HEADER]
    for i in range(rows):
        n = false[i] if isinstance(false, list) else false
        lines.append(f"F,d{first + i},2024-01-{first + i:02},North,{threshold},{images},{system},{faces},{rule},{n + 4},4,{n}")
    study = write_study(place, "\n".join(lines) + "\n")
    done = evaluate(study, place / "out")
    assert done.returncode == 0, done.stderr
    return place / "out" / "evaluation.json"


def compare(a, b, code=0):
    done = run("compare", a, b)
    assert done.returncode == code, done.stderr
    return done.stdout


def figure(text, key):
    """The block of one figure as one line."""
    block = re.search(r"^  " + re.escape(key) + r"(.*?)(?=^  \S|^\S|\Z)", text, re.M | re.S)
    assert block, text
    return " ".join((key + block.group(1)).split())


def test_counts_alone_give_the_exact_ratio(tmp_path):
    text = compare(made(tmp_path, "a", false=20), made(tmp_path, "b", false=45))
    line = figure(text, ALL)
    lower, upper = stats.beta.ppf([0.025], 45, 21)[0], stats.beta.ppf([0.975], 46, 20)[0]
    shown = re.search(r"second over first ([\d.]+) \(([\d.]+) to ([\d.]+)\)", line)
    assert float(shown.group(1)) == pytest.approx(2.25, rel=5e-3)
    assert lower / (1 - lower) * 0.99 <= float(shown.group(2)) <= lower / (1 - lower)
    assert upper / (1 - upper) <= float(shown.group(3)) <= upper / (1 - upper) * 1.01
    assert "20 false alerts in 10,000 faces" in line and "45 false alerts in 10,000 faces" in line
    assert "[ASSUMES_INDEPENDENCE]" in line


def test_clusters_widen_the_ratio(tmp_path):
    uneven = [0, 0, 40, 1, 0, 38, 0, 2, 39, 0]
    even = [12] * 10
    text = compare(made(tmp_path, "a", false=even, rows=10), made(tmp_path, "b", false=uneven, rows=10))
    line = figure(text, ALL)
    shown = re.search(r"second over first [\d.]+ \(([\d.]+) to ([\d.]+)\)", line)
    lower = stats.beta.ppf(0.025, 120, 121)
    assert float(shown.group(1)) < lower / (1 - lower) * 0.8
    assert "ASSUMES_INDEPENDENCE" not in line


def test_a_change_beyond_noise_is_told_and_a_small_one_is_not(tmp_path):
    a = made(tmp_path, "a", false=20)
    assert "CHANGED beyond noise" in figure(compare(a, made(tmp_path, "b", false=90)), ALL)
    text = compare(a, made(tmp_path, "c", false=22))
    assert "CHANGED" not in figure(text, ALL)
    assert "not shown to be absent" in " ".join(text.split())


@pytest.mark.parametrize("change, words, title", [
    ({"threshold": "0.64"}, "differs: threshold: 0.6 against 0.64", "PROJECTED"),
    ({"images": 9000}, "differs: watchlist images: mean 5,000 against 9,000", "PROJECTED"),
    ({"system": "V 2"}, "differs: system version: V 1 against V 2", "PROJECTED"),
    ({"rule": "frames"}, "differs: face counting rule: tracks against frames", "REFUSED"),
])
def test_conditions_that_differ_are_named(tmp_path, change, words, title):
    text = compare(made(tmp_path, "a"), made(tmp_path, "b", false=30, **change))
    assert ALL in text.split(title)[1]
    line = figure(text, ALL)
    assert words in line
    assert ("second over first" in line) == (title == "PROJECTED")


def test_lists_within_a_tenth_are_comparable(tmp_path):
    text = compare(made(tmp_path, "a"), made(tmp_path, "b", images=5400))
    assert "watchlist" not in figure(text, ALL)


def test_a_shared_file_is_told(tmp_path):
    a = made(tmp_path, "a")
    text = compare(a, a)
    assert "Both were made from records.csv" in text
    assert "an input file is shared" in figure(text, ALL)
    assert "\nCOMPARABLE" not in text


def test_an_altered_file_is_named_and_what_is_no_evaluation_is_refused(tmp_path):
    a, b = made(tmp_path, "a"), made(tmp_path, "b", false=25)
    b.write_text(b.read_text(encoding="utf-8").replace('"name":"small"', '"name":"Small"'), encoding="utf-8")
    assert "ALTERED after it was written" in compare(a, b)
    (tmp_path / "c.json").write_text(json.dumps({"result": {}}), encoding="utf-8")
    done = run("compare", a, tmp_path / "c.json")
    assert done.returncode == 3 and "malformed_evaluation" in done.stderr
    assert run("compare", a, tmp_path / "none.json").returncode == 3
