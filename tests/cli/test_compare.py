"""Two evaluations held against each other: what may be compared, and what changed beyond noise."""
import json
import math
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


def programmes(folder, false, **what):
    """One evaluation for each count; what is a list is given programme by programme."""
    return [made(folder, f"p{i}", false=n, first=i + 1, **{k: v[i] if isinstance(v, list) else v for k, v in what.items()}) for i, n in enumerate(false)]


def across(*files, code=0):
    done = run("compare", *files)
    assert done.returncode == code, done.stderr
    return done.stdout


def random_effects(events, exposure):
    """DerSimonian & Laird, then Hartung & Knapp, of log rates; the prediction interval with k - 2 degrees of freedom."""
    y = [math.log(x / n) for x, n in zip(events, exposure)]
    v = [(1 - x / n) / x for x, n in zip(events, exposure)]
    w = [1 / each for each in v]
    mean = sum(a * b for a, b in zip(w, y)) / sum(w)
    q, k = sum(a * (b - mean) ** 2 for a, b in zip(w, y)), len(y)
    between = max(0.0, (q - (k - 1)) / (sum(w) - sum(a * a for a in w) / sum(w)))
    w = [1 / (each + between) for each in v]
    mean = sum(a * b for a, b in zip(w, y)) / sum(w)
    plain = 1 / math.sqrt(sum(w))
    knapp = math.sqrt(sum(a * (b - mean) ** 2 for a, b in zip(w, y)) / (k - 1) / sum(w))
    half = max(knapp * stats.t.ppf(0.975, k - 1), plain * stats.norm.ppf(0.975))
    error = knapp if knapp * stats.t.ppf(0.975, k - 1) > plain * stats.norm.ppf(0.975) else plain
    reach = stats.t.ppf(0.975, k - 2) * math.sqrt(between + error * error)
    return mean, half, reach, q


def one_in(text):
    return 1 / float(text.replace(",", ""))


def test_programmes_are_pooled_by_random_effects_with_a_prediction_interval(tmp_path):
    events = [20, 45, 90, 30, 62]
    text = across(*programmes(tmp_path, events))
    line = figure(text, ALL)
    mean, half, reach, q = random_effects(events, [10000] * 5)
    found = re.search(r"A programme of this kind: 1 in ([\d,]+) \(1 in ([\d,]+) to 1 in ([\d,]+)\), by random effects of log rates\. A further one: 1 in ([\d,]+) to 1 in ([\d,]+)\.", line)
    for shown, wanted in zip(found.groups(), (mean, mean - half, mean + half, mean - reach, mean + reach)):
        assert one_in(shown) == pytest.approx(math.exp(wanted), rel=0.02), shown  # whole faces, limits outward
    assert float(re.search(r"Q ([\d.]+) on 4", line).group(1)) == pytest.approx(q, rel=5e-3)
    assert "[ASSUMES_INDEPENDENCE]" in line


def test_a_condition_that_explains_the_spread_is_told_with_those_that_change_with_it(tmp_path):
    events = [20, 24, 95, 104]
    line = figure(across(*programmes(tmp_path, events, threshold=["0.6", "0.6", "0.55", "0.55"], images=[5000, 5000, 9000, 9000])), ALL)
    within = 0.0
    for pair in (events[:2], events[2:]):
        y, v = [math.log(x / 10000) for x in pair], [(1 - x / 10000) / x for x in pair]
        mean = sum(a / b for a, b in zip(y, v)) / sum(1 / b for b in v)
        within += sum((a - mean) ** 2 / b for a, b in zip(y, v))
    shown = re.search(r"threshold: among programmes of one value Q is ([\d.]+) on 2, of ([\d.]+) on 3 in all; it changes together with watchlist images\.", line)
    assert float(shown.group(1)) == pytest.approx(within, rel=5e-3)
    assert float(shown.group(2)) > 50
    assert "differs: threshold: 0.6 against 0.55" in line


def test_few_events_are_fitted_as_counts_and_zeros_are_data(tmp_path):
    line = figure(across(*programmes(tmp_path, [0, 3, 1, 2])), ALL)
    assert "by a fit of the counts: a programme has fewer than five effective events" in line
    rate = one_in(re.search(r"A programme of this kind: 1 in ([\d,]+)", line).group(1))
    assert rate == pytest.approx(6 / 40000, rel=5e-3)
    low, high = re.search(r"A further one with 10,000 faces: (\d+) to (\d+) false alerts", line).groups()
    assert (int(low), int(high)) == (stats.poisson.ppf(0.025, 1.5), stats.poisson.ppf(0.975, 1.5))  # no spread beyond chance was found
    # True alerts of all alerts, 4 of 4 to 4 of 7: no Poisson law reaches beyond the alerts there are.
    line = figure(across(*[tmp_path / f"p{i}" / "out" / "evaluation.json" for i in range(4)]), "false_discovery_proportion@scope=all")
    assert int(re.search(r"A further one with (\d+) [a-z ]+: \d+ to (\d+) false alerts", line).group(2)) <= 6


def test_clusters_weigh_a_programme_less(tmp_path):
    uneven = [0, 0, 40, 1, 0, 38, 0, 2, 39, 0]
    line = figure(across(*[made(tmp_path, f"p{i}", false=n, rows=10, images=5000 + i) for i, n in enumerate([uneven, [12] * 10, [12, 11] * 5])]), ALL)
    effects = [float(x) for x in re.findall(r"design effect ([\d.]+)", line)]
    assert effects[0] > 5 and effects[1:] == [1.0, 1.0]


def test_m40_programmes_that_count_differently_are_not_pooled(tmp_path):
    line = figure(across(*programmes(tmp_path, [20, 45, 90], rule=["tracks", "tracks", "frames"])), ALL)
    assert "Not pooled: not counted or labelled in the same way." in line
    a, b = made(tmp_path, "x"), made(tmp_path, "y", false=30)
    line = figure(across(a, b, a), ALL)
    assert "Not pooled: programmes share an input file: their rows are not independent." in line
    assert "Not pooled" not in figure(across(a, b, made(tmp_path, "z", false=31)), ALL)


def test_what_is_no_evaluation_is_refused_among_many(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    done = run("compare", made(tmp_path, "a"), made(tmp_path, "b", false=3), bad)
    assert done.returncode == 3 and "bad.json" in done.stderr
    assert run("compare", bad).returncode != 0
