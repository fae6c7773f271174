"""Trials on pictures: two commands from photographs to an evaluation. The photographs of the Face Research Lab London Set
and the demonstration models are read from where LFREVAL_TEST_DATA and LFREVAL_DEMO_MODELS say, and never committed."""
import csv
import json
import os
import pathlib
import random
import shutil
import tarfile

import pytest

from program import ROOT, evaluate, run

MODELS = pathlib.Path(os.environ.get("LFREVAL_DEMO_MODELS", ROOT / "build" / "models"))
LONDON = pathlib.Path(os.environ.get("LFREVAL_TEST_DATA", ROOT.parent / "shared" / "data")) / "london"
NAMES = ["fr_detect.onnx", "fr_landmark.onnx", "fr_feature.onnx"]

TRIAL = """schema = 1
[trial]
name = "Face Research Lab London Set"
seed = 7
[models]
file = "models/models.toml"
[watchlist]
folder = "list"
people = "people.csv"
[probes]
folder = "probes"
{frames}
[ground_truth]
file = "truth.csv"
{persons}
[thresholds]
operating = 0.5
report = [0.4, 0.5, 0.6]
"""
GROUPS = 'persons = "persons.csv"\nlabel_source = "self_reported"\n[group.ethnicity]\nreference = "white"'


def built_with_vision():
    return "built without" not in run("run-trial", "no-such-trial.toml").stderr


pytestmark = pytest.mark.skipif(not built_with_vision(), reason="the program was built without OpenCV")


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """A folder with the 204 pictures, by person the neutral one and the smiling one, and the labels."""
    pil = pytest.importorskip("PIL.Image", reason="python3-pil is not installed")
    archive = LONDON / "london480_images.tar.gz"
    if not archive.is_file():
        pytest.skip(f"{archive} is not there")
    if not all((MODELS / name).is_file() for name in NAMES):
        pytest.skip(f"the demonstration models are not in {MODELS}: scripts/fetch_demo_models.sh")
    folder = tmp_path_factory.mktemp("london")
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile() and member.name.endswith(".jpg"):
                (folder / pathlib.Path(member.name).name).write_bytes(tar.extractfile(member).read())
    with open(LONDON / "london_subjects.csv", encoding="utf-8") as file:
        labels = {int(row["face_id"]): row["face_eth"] for row in csv.DictReader(file)}
    people = sorted(path.name[:3] for path in folder.glob("*_03.jpg"))
    assert len(people) == 102
    return pil, folder, people, labels


def write_trial(folder, photographs, listed, pixels=None, groups=True):
    pil, pictures, people, labels = photographs
    for name in ("list", "probes", "models"):
        (folder / name).mkdir(parents=True)
    for name in NAMES:
        (folder / "models" / name).symlink_to(MODELS / name)
    shutil.copy(ROOT / "datasets" / "demo_models" / "models.toml", folder / "models")
    truth, listing, persons = ["image,person"], ["image,person"], ["person,label_source,ethnicity"]
    for person in people:
        shutil.copy(pictures / f"{person}_03.jpg", folder / "list")
        if person in listed:
            listing.append(f"{person}_03.jpg,p{person}")
        if pixels is None:
            shutil.copy(pictures / f"{person}_08.jpg", folder / "probes" / f"{person}.jpg")
            truth.append(f"{person}.jpg,p{person}")
        else:
            with pil.open(pictures / f"{person}_08.jpg") as picture:
                picture.resize((pixels, pixels), pil.LANCZOS).save(folder / "probes" / f"{person}.png")
            truth.append(f"{person}.png,p{person}")
        persons.append(f"p{person},self_reported,{labels[int(person)]}")
    for name, lines in (("truth", truth), ("people", listing), ("persons", persons)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "trial.toml").write_text(TRIAL.format(persons=GROUPS if groups else "", frames=""), encoding="utf-8")
    return folder / "trial.toml"


def run_trial(trial, out, *more):
    done = run("run-trial", trial, "-o", out, *more, timeout=900)
    assert done.returncode == 0, done.stderr
    return done


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def findings(folder):
    return json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]


def test_rank_one_of_the_full_set(photographs, tmp_path):
    """All 102 people are found first among the 102 neutral pictures by their smiling ones."""
    trial = write_trial(tmp_path / "t", photographs, set(photographs[2]))
    run_trial(trial, tmp_path / "out", "--threads", "2")
    passages = rows(tmp_path / "out" / "passages.csv")
    assert len(passages) == 102
    assert sum(row["top_person"] == row["person"] and row["mate_rank"] == "1" for row in passages) == 102
    assert all(float(row["inter_eye_distance"]) > 40 for row in passages)
    assert all(row["enrolled"] == "yes" for row in rows(tmp_path / "out" / "watchlist.csv"))
    assert {row["role"] for row in rows(tmp_path / "out" / "models.csv")} >= {"detector", "landmarks", "embedder"}
    assert not (tmp_path / "out" / "templates_SENSITIVE").exists()


def test_two_commands_from_pictures_to_an_evaluation(photographs, tmp_path):
    """Half the people are left off the list by a fixed seed; groups end inconclusive or not estimable, with what it would take."""
    listed = set(random.Random(7).sample(photographs[2], 51))
    trial = write_trial(tmp_path / "t", photographs, listed)
    run_trial(trial, tmp_path / "out")
    done = evaluate(tmp_path / "out" / "study.toml", tmp_path / "ev")
    assert done.returncode == 0, done.stderr
    assert "51 mated passages" in done.stdout and "51 non-mated passages" in done.stdout
    between = [f for f in findings(tmp_path / "ev") if f["section"] == "disparity"]
    assert between
    text = " ".join(done.stdout.split())
    assert "DIFFERENCES BETWEEN GROUPS" in text
    assert "- DIFFERENT" not in text and "- EQUIVALENT" not in text
    assert "INCONCLUSIVE" in text or "not estimable" in text


@pytest.mark.parametrize("pixels", [70, 55])
def test_small_faces_are_missed(photographs, tmp_path, pixels):
    """Pictures shrunk to 70 and 55 pixels: fewer listed people are found at the same threshold than in full size, and 55 is worse."""
    trial = write_trial(tmp_path / "t", photographs, set(photographs[2]), pixels=pixels, groups=False)
    run_trial(trial, tmp_path / "out")
    passages = rows(tmp_path / "out" / "passages.csv")
    assert len(passages) == 102
    missed = sum(row["acquired"] == "no" or float(row["mate_score"] or -1) < 0.5 for row in passages)
    assert (1 if pixels == 70 else 30) <= missed < 102
    assert {row["inter_eye_band"] for row in passages} <= {"", "under 20 px"}
    done = evaluate(tmp_path / "out" / "study.toml", tmp_path / "ev")
    assert done.returncode == 0, done.stderr
    found = next(f for f in findings(tmp_path / "ev") if f["metric"] == "true_positive_identification_rate" and "threshold=0.5" in f["key"])
    assert found["exposure"]["n"] == 102 and found["events"]["n"] <= 102 - missed


def test_frames_of_1080_lines_through_tiles(photographs, tmp_path):
    """Four people in three frames of 1920 x 1080, faces of about 60 pixels: each is found in each frame and passes once."""
    pil, pictures, people, _ = photographs
    listed = set(people[:20])
    trial = write_trial(tmp_path / "t", photographs, listed, groups=False)
    shutil.rmtree(tmp_path / "t" / "probes")
    (tmp_path / "t" / "probes").mkdir()
    truth = ["image,person,x,y,width,height"]
    walkers = [(people[2], 150, 120), (people[5], 700, 500), (people[9], 1300, 260), (people[50], 1600, 800)]
    for frame in range(3):
        whole = pil.new("RGB", (1920, 1080), (90, 95, 100))
        for person, x, y in walkers:
            with pil.open(pictures / f"{person}_08.jpg") as picture:
                whole.paste(picture.resize((150, 150), pil.LANCZOS), (x + 12 * frame, y))
            if frame == 1:
                truth.append(f"f1.png,p{person},{x + 12},{y},150,150")
        whole.save(tmp_path / "t" / "probes" / f"f{frame}.png")
    (tmp_path / "t" / "truth.csv").write_text("\n".join(truth) + "\n", encoding="utf-8")
    trial.write_text(TRIAL.format(persons="", frames="frames = true"), encoding="utf-8")
    run_trial(trial, tmp_path / "out")
    passages = {row["person"]: row for row in rows(tmp_path / "out" / "passages.csv")}
    assert set(passages) == {f"p{person}" for person, _, _ in walkers}
    for person, _, _ in walkers:
        row = passages[f"p{person}"]
        assert row["faces"] == "3" and row["acquired"] == "yes"
        if person in listed:
            assert row["top_person"] == row["person"] and row["mate_rank"] == "1"
    done = evaluate(tmp_path / "out" / "study.toml", tmp_path / "ev")
    assert done.returncode == 0, done.stderr
    assert "4 passages in trials" in done.stdout


def test_a_trial_that_is_not_there(tmp_path):
    done = run("run-trial", tmp_path / "none.toml", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "cannot_open" in done.stderr
    assert not (tmp_path / "out").exists()
