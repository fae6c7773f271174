"""Finds the package in the build tree: LFREVAL_PYTHON, else PYTHONPATH, else build/release/python."""
import os
import pathlib
import sys

import hypothesis
import pytest

hypothesis.settings.register_profile("here", database=None, deadline=None)
hypothesis.settings.load_profile("here")
ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = os.environ.get("LFREVAL_PYTHON", str(ROOT / "build" / "release" / "python"))
if pathlib.Path(BUILT).is_dir():
    sys.path.insert(0, BUILT)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def program():
    return os.environ.get("LFREVAL_PROGRAM", str(ROOT / "build" / "release" / "lfreval"))


@pytest.fixture(scope="session")
def mps(root):
    """The Metropolitan Police records, evaluated once."""
    import lfreval

    return lfreval.evaluate(root / "datasets" / "mps_lfr" / "study.toml")


@pytest.fixture(scope="session")
def trial(root):
    """The synthetic trial, evaluated once."""
    import lfreval

    return lfreval.evaluate(root / "datasets" / "synthetic_trial" / "study.toml", threads=2)
