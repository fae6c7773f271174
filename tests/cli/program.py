"""Runs the program that LFREVAL_PROGRAM names, and writes small studies for it."""
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MPS = ROOT / "datasets" / "mps_lfr"
PROGRAM = os.environ.get("LFREVAL_PROGRAM", str(ROOT / "build" / "release" / "lfreval"))
NOBODY = 65534

HEADER = "force,deployment,date,site,threshold,faces,alerts,true_alerts,false_alerts"
ROW = "F,d1,2024-01-02,North,0.6,1000,4,3,1"
STUDY = """schema = 1
[study]
name = "small"
[[source]]
name = "s"
kind = "operational"
table = "deployments"
files = ["records.csv"]
label_source = "published"
"""


def run(*arguments, timeout=120, **options):
    """One call of the program; its output as text, whatever bytes it holds."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    program = options.pop("program", PROGRAM)
    done = subprocess.run([program, *map(os.fspath, arguments)], stdin=subprocess.DEVNULL, timeout=timeout, check=False, **options)
    done.stdout = (done.stdout or b"").decode("utf-8", "replace")
    done.stderr = (done.stderr or b"").decode("utf-8", "replace")
    assert done.returncode in (0, 1, 2, 3), f"exit {done.returncode}: {done.stderr}"
    return done


def write_study(folder, records=None, more="", head=STUDY):
    """A study of one file; `records` is text or bytes, by default one good row."""
    records = f"{HEADER}\n{ROW}\n" if records is None else records
    (folder / "records.csv").write_bytes(records if isinstance(records, bytes) else records.encode())
    (folder / "study.toml").write_text(head + more, encoding="utf-8")
    return folder / "study.toml"


def evaluate(study, out, *more, **options):
    return run("evaluate", study, "-o", out, *more, **options)


def refused(study, out, *expected):
    """The evaluation is refused with code 3, says each expected text on one line, and leaves nothing behind."""
    done = evaluate(study, out)
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert any(all(text in line for text in expected) for line in lines), f"{expected} not together in {lines}"
    assert not out.exists() or not list(out.iterdir())
    return done


def has_controls(text):
    return re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", text) is not None


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


@pytest.fixture
def open_folder():
    """A folder that another user may enter, with a copy of the program."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="lfreval-cli-"))
    path.chmod(0o755)
    shutil.copy(PROGRAM, path / "lfreval")
    (path / "lfreval").chmod(0o755)
    yield path
    for inner in path.rglob("*"):
        if inner.is_dir() and not inner.is_symlink():
            inner.chmod(0o755)
    shutil.rmtree(path)


def as_somebody_else(folder, *arguments, **options):
    """Permissions bind nobody who is root."""
    if os.getuid() == 0:
        options.update(user=NOBODY, group=NOBODY, extra_groups=[])
    return run(*arguments, program=str(folder / "lfreval"), cwd=folder, **options)
