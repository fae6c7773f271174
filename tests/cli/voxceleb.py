"""Real scores of 40 speakers, compared 36,437 times, as a source of a study."""
import csv
import gzip
import os
import pathlib
import shutil

import pytest

from program import ROOT

SCORES = pathlib.Path(os.environ.get("LFREVAL_TEST_DATA", ROOT.parent / "shared" / "data")) / "scores"
FILE = SCORES / "vox1_speaker_scores.csv.gz"

SYSTEM = """[system.lda]
score_range = [-1, 1]
operating_threshold = 0.3
"""
SOURCE = """[[source]]
name = "vox"
kind = "scores"
table = "scores"
format = "pairs"
files = ["vox1_speaker_scores.csv.gz"]
[source.columns]
probe = "test_id"
probe_person = "test_id"
reference = "enrol_id"
reference_person = "enrol_id"
score = "lda"
[source.columns.mated]
column = "key"
yes = ["target"]
no = ["nontarget"]
"""


def copied_to(folder):
    """The trials, one dictionary each, after a copy of their file was put there; skips the test where it is not at hand."""
    if not FILE.exists():
        pytest.skip(f"{FILE.name} is not among the test data")
    shutil.copy(FILE, folder)
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))
