"""Score files from end to end: NIST BSSR1, VoxCeleb, the study of two systems, and figures worked out here by plain loops."""

import csv
import gzip
import json
import math
import random
import re
import shutil

import pytest

import voxceleb
from program import run

BSSR1 = voxceleb.SCORES / "bssr1_face-C.csv.gz"
FAILED = 365  # the column of -1, counted from 0


def evaluated(folder, study):
    (folder / "study.toml").write_text(study, encoding="utf-8")
    done = run("evaluate", folder / "study.toml", "-o", folder / "out")
    assert done.returncode == 0, done.stderr
    result = json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]
    return done.stdout, result, {f["key"]: f for f in result["findings"]}, {c["name"]: c["columns"] for c in result["curves"]}


def rows_of(curve):
    return [dict(zip(curve, row)) for row in zip(*curve.values())]


def widening_told(finding):
    return float(next(re.search(r"([0-9.]+) times as wide", note) for note in finding["notes"] if "times as wide" in note).group(1))


@pytest.fixture(scope="module")
def bssr1(tmp_path_factory):
    if not BSSR1.exists():
        pytest.skip("bssr1_face-C.csv.gz is not among the test data")
    folder = tmp_path_factory.mktemp("bssr1")
    shutil.copy(BSSR1, folder)
    return evaluated(folder, """schema = 1
[study]
name = "BSSR1, face matcher C"
[system.c]
score_range = [0, 1]
[[source]]
name = "bssr1"
kind = "scores"
table = "scores"
format = "matrix"
system = "c"
files = ["bssr1_face-C.csv.gz"]
mated = "same_id"
sentinel = { value = -1, means = "failure_to_enrol", axis = "column" }
""")


def test_bssr1_counts_and_misses_at_one_false_match_in_a_thousand(bssr1):
    _, _, findings, curves = bssr1
    assert findings["mated_comparisons@source=bssr1;system=c"]["events"]["n"] == 517
    assert findings["non_mated_comparisons@source=bssr1;system=c"]["events"]["n"] == 266772
    lines = {(row["at_most"], row["failed_comparisons"]): row for row in rows_of(curves["misses_at_false_matches_bssr1_c"])}
    counted, left_out = lines["1/1000", "counted"], lines["1/1000", "left_out"]
    assert counted["threshold"] == left_out["threshold"] == 0.64386
    assert counted["false_nonmatches"] / counted["mated_comparisons"] == pytest.approx(0.16054, abs=5e-6)
    assert counted["false_matches"] / counted["nonmated_comparisons"] == pytest.approx(9.9711e-4, abs=5e-9)
    assert (left_out["false_nonmatches"], left_out["mated_comparisons"]) == (82, 516)
    assert left_out["false_matches"] / left_out["nonmated_comparisons"] == pytest.approx(9.990e-4, abs=5e-7)


def test_bssr1_names_the_failed_column_and_refuses_false_alerts(bssr1):
    text, result, _, curves = bssr1
    with gzip.open(BSSR1, "rt", encoding="utf-8") as file:
        name = file.readline().rstrip("\n").split(",")[1 + FAILED]
    assert any(name in item["why"] for item in result["not_measured"])
    assert any(item["topic"] == "False alerts of a search" for item in result["not_measured"])
    ranks = rows_of(curves["ranks_bssr1_c"])
    assert ranks[0]["returned"] / ranks[0]["mated"] == pytest.approx(0.88395, abs=5e-6)
    assert "NOT HOW OFTEN A SEARCH ALERTS" in text


def test_bssr1_without_a_declared_sentinel_says_what_looks_like_a_failure(tmp_path):
    if not BSSR1.exists():
        pytest.skip("bssr1_face-C.csv.gz is not among the test data")
    shutil.copy(BSSR1, tmp_path)
    _, result, _, _ = evaluated(tmp_path, """schema = 1
[study]
name = "as if -1 were a score"
[system.c]
score_range = [-1, 1]
[[source]]
name = "bssr1"
kind = "scores"
table = "scores"
format = "matrix"
files = ["bssr1_face-C.csv.gz"]
mated = "same_id"
""")
    assert any(item["topic"] == "A reference with one score throughout" and "-1" in item["why"] for item in result["not_measured"])


def test_voxceleb_pairs_have_limits_by_both_speakers(tmp_path):
    trials = voxceleb.copied_to(tmp_path)
    _, _, findings, curves = evaluated(tmp_path, """schema = 1
[study]
name = "VoxCeleb1"
""" + voxceleb.SYSTEM + voxceleb.SOURCE)
    assert len(trials) == 36437
    nonmated = [(row["enrol_id"], row["test_id"], float(row["lda"]) >= 0.3) for row in trials if row["key"] == "nontarget"]
    found = findings["false_match_rate@compared_at=0.3;source=vox;system=lda"]
    assert found["exposure"]["n"] == len(nonmated) and found["events"]["n"] == sum(hit for _, _, hit in nonmated)
    # Aronow, Samii & Assenova by a plain loop: squares of sums over all pairs that hold a speaker, less those of the pairs.
    p = found["events"]["n"] / found["exposure"]["n"]
    by_speaker, by_pair = {}, {}
    for one, other, hit in nonmated:
        by_pair[frozenset((one, other))] = by_pair.get(frozenset((one, other)), 0) + hit - p
    for pair, residual in by_pair.items():
        for speaker in pair:
            by_speaker[speaker] = by_speaker.get(speaker, 0) + residual
    variance = (sum(x * x for x in by_speaker.values()) - sum(x * x for x in by_pair.values())) / len(nonmated) ** 2
    people = len(by_speaker)  # jackknife of a mean over pairs: Arvesen 1969
    effect = people * (people - 1) / (people - 2) ** 2 * variance / (p * (1 - p) / len(nonmated))
    assert effect > 1 and found["clusters"]["design_effect"] == pytest.approx(effect, rel=1e-9)
    flat = found["companions"][0]
    assert found["interval"]["lower"] < flat["lower"] and flat["upper"] < found["interval"]["upper"]
    factor = (found["interval"]["upper"] - found["interval"]["lower"]) / (flat["upper"] - flat["lower"])
    assert widening_told(found) == pytest.approx(factor, rel=5e-3)
    misses = findings["false_nonmatch_rate@compared_at=0.3;source=vox;system=lda"]
    assert misses["exposure"]["n"] == sum(row["key"] == "target" for row in trials)
    assert not any(name.startswith("ranks") for name in curves)


def two_systems(folder, seed=5, probes=400, references=60):
    """Probes of 120 people, of whom half are listed; two systems that share what makes a probe hard."""
    dice = random.Random(seed)
    people = [f"p{i:03}" for i in range(120)]
    listed = people[:references]
    rows = {"a": [], "b": []}
    for probe in range(probes):
        person = people[probe % len(people)]
        hard = dice.gauss(0, 0.05)
        for system in rows:
            noise = dice.gauss(0, 0.02)
            rows[system].append((f"{person}-{probe:03}", person, [round(min(0.999, max(0.001, (0.75 if other == person else 0.35) + hard + noise + dice.gauss(0, 0.06))), 4) for other in listed]))
    return listed, rows


EXAMPLE_C = """schema = 1
[study]
name = "Two systems"
seed = 1
[system.a]
polarity = "similarity"
recommended_threshold = 0.60
[system.b]
polarity = "distance"
recommended_threshold = 0.31
[[source]]
name = "a"
kind = "scores"
table = "scores"
format = "matrix"
system = "a"
files = ["a.csv.gz"]
mated = "same_id"
sentinel = { value = -1, means = "failure_to_enrol", axis = "column" }
[[source]]
name = "b"
kind = "scores"
table = "scores"
format = "pairs"
system = "b"
files = ["b.csv"]
[source.columns]
probe = "test_id"
reference = "enrol_id"
score = "plda"
[source.columns.mated]
column = "key"
yes = ["target"]
no = ["nontarget"]
[[comparison]]
systems = ["a", "b"]
at = [ { false_positive_identification_rate = 0.001 }, { threshold = "recommended" } ]
"""


def write_example_c(folder, probes):
    """Files of study example (c): ids name people, each probe and each reference once."""
    dice = random.Random(11)
    ids = [f"p{i:04}" for i in range(probes)]
    listed = ids[: probes // 4]
    with gzip.open(folder / "a.csv.gz", "wt", encoding="utf-8") as a, open(folder / "b.csv", "w", encoding="utf-8") as b:
        a.write("," + ",".join(listed) + "\n")
        b.write("test_id,enrol_id,key,plda\n")
        for probe in ids:
            hard = dice.gauss(0, 0.05)
            of_a = [round(min(0.999, max(0.001, (0.75 if probe == other else 0.3) + hard + dice.gauss(0, 0.07))), 4) for other in listed]
            of_b = [round(min(0.999, max(0.001, (0.2 if probe == other else 0.7) - hard + dice.gauss(0, 0.1))), 4) for other in listed]
            a.write(probe + "," + ",".join("-1" if k == 7 else str(s) for k, s in enumerate(of_a)) + "\n")
            for other, score in zip(listed, of_b):
                b.write(f"{probe},{other},{'target' if probe == other else 'nontarget'},{score}\n")
    return ids, listed


def test_study_example_c_evaluates_as_it_stands(tmp_path):
    ids, listed = write_example_c(tmp_path, 400)
    text, result, findings, curves = evaluated(tmp_path, EXAMPLE_C)
    assert findings["mated_passages@source=a;system=a"]["events"]["n"] == len(listed)
    assert findings["non_mated_passages@source=b;system=b"]["events"]["n"] == len(ids) - len(listed)
    assert any(listed[7] in item["why"] for item in result["not_measured"])
    recommended = findings["true_positive_identification_rate@at=recommended;source=a%2Cb;systems=a%2Cb"]
    assert recommended["kind"] == "difference" and recommended["first"]["exposure"]["n"] == len(listed)
    with open(tmp_path / "b.csv", encoding="utf-8") as file:
        by_probe = {}
        for row in csv.DictReader(file):
            by_probe.setdefault(row["test_id"], []).append((float(row["plda"]), row["enrol_id"]))
    found = sum(min(by_probe[probe])[1] == probe and min(by_probe[probe])[0] <= 0.31 for probe in listed)
    assert recommended["second"]["events"]["n"] == found
    assert findings["false_positive_identification_rate@at=recommended;source=a%2Cb;systems=a%2Cb"]["status"] == "measured"
    assert "ONE SYSTEM AGAINST ANOTHER" in text
    # A shorter list: the closed form against every probe's own hits.
    hits = [sum(score <= 0.31 for score, _ in by_probe[probe]) for probe in ids if probe not in set(listed)]
    line = {row["watchlist_persons"]: row for row in rows_of(curves["watchlist_size_b_0_31"])}
    for n in (1, 10, 50):
        expected = sum(1 - math.comb(len(listed) - m, n) / math.comb(len(listed), n) for m in hits) / len(hits)
        assert line[n]["false_positive_identification_rate"] == pytest.approx(expected, rel=1e-9)
        assert line[n]["lower"] <= expected <= line[n]["upper"]


def test_the_result_does_not_depend_on_the_order_of_rows_and_columns_nor_on_threads(tmp_path):
    def result_hash(folder, *more):
        done = run("evaluate", folder / "study.toml", "-o", folder / "out", *more)
        assert done.returncode == 0, done.stderr
        return json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))["provenance"]["result_sha256"]

    write_example_c(tmp_path, 60)
    (tmp_path / "study.toml").write_text(EXAMPLE_C, encoding="utf-8")
    first = result_hash(tmp_path)
    assert result_hash(tmp_path, "--threads", "2") == first
    dice = random.Random(2)
    lines = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    body = lines[1:]
    dice.shuffle(body)
    (tmp_path / "b.csv").write_text(lines[0] + "".join(body), encoding="utf-8")
    with gzip.open(tmp_path / "a.csv.gz", "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(",") for line in file]
    order = list(range(1, len(rows[0])))
    dice.shuffle(order)
    body = rows[1:]
    dice.shuffle(body)
    with gzip.open(tmp_path / "a.csv.gz", "wt", encoding="utf-8") as file:
        for row in [rows[0], *body]:
            file.write(",".join([row[0]] + [row[k] for k in order]) + "\n")
    assert result_hash(tmp_path) == first


def test_two_systems_are_compared_with_limits_by_person(tmp_path):
    listed, rows = two_systems(tmp_path)
    study = "schema = 1\n[study]\nname = \"two\"\nseed = 3\n"
    for system in rows:
        with open(tmp_path / f"{system}.csv", "w", encoding="utf-8") as file:
            file.write("probe,person,reference,listed,score\n")
            for probe, person, scores in rows[system]:
                for other, score in zip(listed, scores):
                    file.write(f"{probe},{person},{other}-ref,{other},{score}\n")
        study += f"""[system.{system}]
recommended_threshold = 0.6
[[source]]
name = "{system}"
kind = "scores"
table = "scores"
format = "pairs"
system = "{system}"
mated = "same_person"
files = ["{system}.csv"]
[source.columns]
probe_person = "person"
reference_person = "listed"
"""
    study += '[[comparison]]\nsystems = ["a", "b"]\nat = [{ threshold = 0.6 }, { false_positive_identification_rate = 0.1 }]\n'
    _, _, findings, _ = evaluated(tmp_path, study)
    mated = [i for i, (_, person, _) in enumerate(rows["a"]) if person in listed]

    def identified(system, i):
        _, person, scores = rows[system][i]
        best = max(scores)
        return best >= 0.6 and scores[listed.index(person)] == best

    only_a = sum(identified("a", i) and not identified("b", i) for i in mated)
    only_b = sum(identified("b", i) and not identified("a", i) for i in mated)
    found = findings["true_positive_identification_rate@at=threshold_0.6;source=a%2Cb;systems=a%2Cb"]
    assert (found["first_only"], found["second_only"], found["first"]["exposure"]["n"]) == (only_a, only_b, len(mated))
    assert found["estimate"] == pytest.approx((only_a - only_b) / len(mated))
    stopped = findings["false_positive_identification_rate@at=threshold_0.6;source=a%2Cb;systems=a%2Cb"]
    # Whoever is hard for one probe is hard for all of a person's: wider than flat by the factor that is told.
    flat = stopped["companions"][0]
    factor = (stopped["interval"]["upper"] - stopped["interval"]["lower"]) / (flat["upper"] - flat["lower"])
    assert stopped["widening"] == pytest.approx(factor) and widening_told(stopped) == pytest.approx(factor, rel=5e-3)
    assert factor > 1
    matched = findings["true_positive_identification_rate@at=false_positive_identification_rate_0.1;source=a%2Cb;systems=a%2Cb"]
    assert matched["status"] == "measured" and any("false positives" in note for note in matched["notes"])


def test_unlike_passages_are_not_compared(tmp_path):
    write_example_c(tmp_path, 80)
    lines = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "b.csv").write_text("".join(line for line in lines if not line.startswith("p0079,")), encoding="utf-8")
    _, _, findings, _ = evaluated(tmp_path, EXAMPLE_C)
    refused = findings["true_positive_identification_rate@at=recommended;source=a%2Cb;systems=a%2Cb"]
    assert refused["status"] == "refused" and "did not see the same passages: 80 in source a, 79 in source b" in refused["sentence"]


def sub_list(m, n, size):
    """The chance that a passage which reached m of `size` persons alerts on n of them drawn at random."""
    return 1 - math.comb(size - m, n) / math.comb(size, n)


def test_a_rate_is_carried_to_the_list_in_use_as_a_projection(tmp_path):
    ids, listed = write_example_c(tmp_path, 400)
    with open(tmp_path / "b.csv", encoding="utf-8") as file:
        hits = {}
        for row in csv.DictReader(file):
            hits[row["test_id"]] = hits.get(row["test_id"], 0) + (float(row["plda"]) <= 0.31)
    hits = [hits[probe] for probe in ids if probe not in set(listed)]
    key = "false_positive_identification_rate@list_in_use={};source=b;system=b;threshold=0.31"
    shorter, longer = 40, 5000
    _, _, findings, _ = evaluated(tmp_path, EXAMPLE_C + f"[watchlist]\noperational_persons = {shorter}\n")
    found = findings[key.format(shorter)]
    assert (found["kind"], found["status"]) == ("projection", "projected")
    assert found["estimate"] == pytest.approx(sum(sub_list(m, shorter, len(listed)) for m in hits) / len(hits), rel=1e-9)
    assert found["interval"]["lower"] < found["estimate"] < found["interval"]["upper"]
    assert "GALLERY_INVARIANCE_UNKNOWN" in found["flags"] and found["from"] == ["false_positive_identification_rate@source=b;system=b;threshold=0.31"]
    _, _, findings, _ = evaluated(tmp_path, EXAMPLE_C + f"[watchlist]\noperational_persons = {longer}\n")
    found, measured = findings[key.format(longer)], findings["false_positive_identification_rate@source=b;system=b;threshold=0.31"]
    for name, value in (("estimate", measured["estimate"]), ("lower", measured["interval"]["lower"]), ("upper", measured["interval"]["upper"])):
        carried = 1 - (1 - value) ** (longer / len(listed))
        assert (found["estimate"] if name == "estimate" else found["interval"][name]) == pytest.approx(carried, rel=1e-9)
    assert any("too high" in note for note in found["notes"]) and any("SP 800-63-4" in note for note in found["notes"])


def test_systems_are_compared_at_guaranteed_thresholds(tmp_path):
    write_example_c(tmp_path, 400)
    limit = '[[limit]]\nmetric = "false_positive_identification_rate"\nat_most = { events = 1, exposure = 50 }\nsource = "test"\n'
    text, _, findings, _ = evaluated(tmp_path, EXAMPLE_C.replace('{ threshold = "recommended" }', '{ threshold = "guaranteed" }') + limit)
    chosen = {s: findings[f"guaranteed_threshold@limit=at_most_1/50;method=thinned_persons;source={s};system={s}"]["estimate"] for s in "ab"}
    found = findings["true_positive_identification_rate@at=guaranteed;source=a%2Cb;systems=a%2Cb"]
    assert found["status"] == "measured" and any("chosen on these non-mated passages" in note for note in found["notes"])
    with gzip.open(tmp_path / "a.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    identified = 0
    for row in rows:
        own = row.pop("")
        identified += own in row and float(row[own]) == max(map(float, row.values())) and float(row[own]) >= chosen["a"]
    assert found["first"]["events"]["n"] == identified
    assert "a, system a" in text.split("THRESHOLDS WITH A GUARANTEE")[1]


def test_systems_are_compared_each_at_its_threshold_in_use(tmp_path):
    write_example_c(tmp_path, 200)
    in_use = EXAMPLE_C.replace('{ threshold = "recommended" }', '{ threshold = "operating" }')
    (tmp_path / "study.toml").write_text(in_use, encoding="utf-8")
    refused = run("evaluate", tmp_path / "study.toml", "-o", tmp_path / "out")
    assert refused.returncode == 3 and "system.a.operating_threshold" in refused.stderr
    text, _, findings, _ = evaluated(tmp_path, in_use.replace("recommended_threshold", "operating_threshold"))
    _, _, as_recommended, _ = evaluated(tmp_path, EXAMPLE_C)
    axes = ";source=a%2Cb;systems=a%2Cb"
    for metric in ("true_positive_identification_rate", "false_positive_identification_rate"):
        one, other = findings[f"{metric}@at=operating{axes}"], as_recommended[f"{metric}@at=recommended{axes}"]
        assert all(one[key] == other[key] for key in ("estimate", "interval", "first_only", "second_only", "sentence"))
    assert "a,b, each at the threshold in use" in text


def test_where_nothing_can_be_guaranteed_a_threshold_is_projected_and_says_so(tmp_path):
    write_example_c(tmp_path, 1200)
    limit = '[[limit]]\nmetric = "false_positive_identification_rate"\nat_most = { events = 1, exposure = 1000 }\nsource = "test"\n'
    text, _, findings, _ = evaluated(tmp_path, EXAMPLE_C + limit)
    assert findings["guaranteed_threshold@limit=at_most_1/1000;method=one_passage_per_person;source=a;system=a"]["status"] == "not_estimable"
    found = findings["extrapolated_threshold@limit=at_most_1/1000;source=a;system=a"]
    assert found["status"] == "projected" and "EXTRAPOLATED" in found["flags"] and "non-standard extrapolation" in found["assumption"]["reason"]
    assert found["interval"]["lower"] < found["estimate"] < found["interval"]["upper"]
    assert "No guarantee." in text
