"""A trial whose log holds frames: passages, rates and looks against the same figures worked out here."""

import csv
import datetime
import json
import math
import random

import pytest

from program import run

GAP = 20
THRESHOLD = 0.6


def frames(seed=3):
    """Volunteers on the list and passers who are not, each crossing several times, seen by two cameras."""
    dice = random.Random(seed)
    rows = []
    for person in range(160):
        listed = person < 40
        for crossing in range(1 + person % 4):
            start = datetime.datetime(2024, 1, 26, 9, 0, 0) + datetime.timedelta(seconds=crossing * 300 + person)
            for frame in range(dice.randrange(1, 6)):
                score = round(min(0.99, max(0.01, dice.gauss(0.62 if listed else 0.5, 0.07))), 3)
                rows.append({"observation": f"o{len(rows)}", "person": f"p{person:03}", "deployment": "d1", "camera": dice.choice(["north", "south"]),
                             "time": (start + datetime.timedelta(seconds=frame * dice.randrange(0, GAP + 1))).isoformat() + "Z",
                             "acquired": "yes", "top_person": f"p{person:03}" if listed else f"p{dice.randrange(40):03}", "top_score": score})
    dice.shuffle(rows)
    return rows


STUDY = """schema = 1
[study]
name = "Frames"
[system.a]
version = "1"
operating_threshold = 0.6
[[source]]
name = "frames"
kind = "seeded"
table = "observations"
files = ["frames.csv"]
passages_by = "person"
passage_gap_seconds = 20
[[source]]
name = "list"
kind = "seeded"
table = "watchlist"
files = ["list.csv"]
"""


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    rows = frames()
    with open(folder / "frames.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (folder / "list.csv").write_text("image,person\n" + "".join(f"i{p},p{p:03}\n" for p in range(40)), encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    done = run("evaluate", folder / "study.toml", "-o", folder / "out")
    assert done.returncode == 0, done.stderr
    result = json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]
    return done, {f["key"]: f for f in result["findings"]}, rows


def passages(rows):
    """(listed, scores of the frames) of each passage, formed by hand."""
    by_person = {}
    for row in rows:
        by_person.setdefault(row["person"], []).append((datetime.datetime.fromisoformat(row["time"][:-1]), row["top_score"]))
    out = []
    for person, seen in by_person.items():
        seen.sort()
        last = None
        for time, score in seen:
            if last is None or (time - last).total_seconds() > GAP:
                out.append((int(person[1:]) < 40, []))
            out[-1][1].append(score)
            last = time
    return out


def test_m42_both_rates_are_per_passage_with_frames_fused_by_the_maximum(evaluated):
    _, findings, rows = evaluated
    formed = passages(rows)
    assert len(formed) < len(rows)
    fpir = findings["false_positive_identification_rate@source=frames;system=a;threshold=0.6"]
    tpir = findings["true_positive_identification_rate@source=frames;system=a;threshold=0.6"]
    for finding, listed in ((fpir, False), (tpir, True)):
        ours = [scores for mated, scores in formed if mated == listed]
        assert finding["exposure"]["n"] == len(ours)
        assert finding["events"]["n"] == sum(max(scores) >= THRESHOLD for scores in ours)


def test_looks_are_told_with_their_counts(evaluated):
    done, findings, rows = evaluated
    ours = [scores for mated, scores in passages(rows) if not mated]
    looks = [score for scores in ours for score in scores]
    of_passages = sum(max(scores) >= THRESHOLD for scores in ours) / len(ours)
    alerted = sum(score >= THRESHOLD for score in looks)
    worth = math.log(1 - of_passages) / math.log(1 - alerted / len(looks))
    note = [n for n in findings["false_positive_identification_rate@source=frames;system=a;threshold=0.6"]["notes"] if "independent looks" in n]
    assert note and f"worth {worth:.3g} independent looks" in note[0]
    assert f"{alerted} of {len(looks)} observations" in note[0].replace(",", "")
    assert 1 < worth < len(looks) / len(ours)
