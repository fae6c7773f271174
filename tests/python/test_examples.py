"""The notebooks and the examples run, from any folder, and say what they should."""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

import lfreval

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "python" / "examples"
FOLDER = str(pathlib.Path(lfreval.__file__).parents[1])
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def cells(notebook):
    return [("".join(c["source"]), c) for c in json.loads(notebook.read_text())["cells"] if c["cell_type"] == "code"]


def test_there_are_three_notebooks():
    assert [n.stem for n in NOTEBOOKS] == ["mps_records", "seeded_trial", "two_vendors"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.stem)
def test_notebook_runs(notebook):
    """Cell by cell in one namespace; the value of each last line shows itself, as a notebook would have it."""
    script = ["import sys, matplotlib; matplotlib.use('Agg'); from matplotlib import pyplot"]
    for source, _ in cells(notebook):
        tree = ast.parse(source)
        script.append(source)
        if isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
            script.append(f"_ = ({ast.unparse(tree.body[-1].value)}); getattr(_, '_repr_html_', lambda: None)(); repr(_)")
        script.append("pyplot.close('all')")
    done = subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", "\n".join(script)], cwd=EXAMPLES, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=300, env={**os.environ, "PYTHONPATH": FOLDER})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.stem)
def test_notebook_is_valid_and_carries_no_output(notebook):
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for _, cell in cells(notebook))
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(notebook, as_version=4))


def test_dask_adds_to_the_same_bytes():
    """Ten million rows in 16 partitions on two workers, one of them killed; only in the full run."""
    pytest.importorskip("distributed")
    if not os.environ.get("LFREVAL_EXAMPLES"):
        pytest.skip("takes two minutes; LFREVAL_EXAMPLES=1 runs it")
    done = subprocess.run([sys.executable, EXAMPLES / "dask_tallies.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=900,
                          env={**os.environ, "PYTHONPATH": FOLDER})
    assert done.returncode == 0, done.stderr[-3000:]
    assert "10,000,000 rows on two workers: the same" in done.stdout and "was killed after" in done.stdout and "the same bytes all the same" in done.stdout


def test_help_reads_from_top_to_bottom(monkeypatch):
    """`help(lfreval)` names everything that the package offers, and its examples are right."""
    import doctest

    told = lfreval.__doc__
    for name in ("evaluate", "check", "propose_study", "group_rates", "stats", "tally_scores", "curve_replicates", "plot", "units", "explain"):
        assert re.search(rf"`{name}`|`lfreval\.{name}`", told), name
    monkeypatch.chdir(EXAMPLES.parents[1])
    for module in (lfreval, lfreval.units, lfreval.stats):
        failed, tried = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        assert tried and not failed
    for name in lfreval.__all__:
        assert getattr(lfreval, name).__doc__ or isinstance(getattr(lfreval, name), (str, tuple)), name


def test_wheel_installs_and_runs(tmp_path):
    build = pathlib.Path(FOLDER).parent
    if not (build / "CMakeCache.txt").is_file():
        pytest.skip("not run from a build tree")
    done = subprocess.run([sys.executable, EXAMPLES.parent / "make_wheel.py", build, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    wheel = pathlib.Path(done.stdout.strip())
    assert re.fullmatch(r"lfreval-[0-9.]+-cp3\d+-cp3\d+-linux_\w+\.whl", wheel.name)
    import zipfile

    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"lfreval/__init__.py", "lfreval/py.typed", "lfreval/stats.pyi", "lfreval/_header_words.py"} <= names
    said = subprocess.run([sys.executable, "-c", "import lfreval; print(lfreval.__file__, lfreval.stats.binomial.wilson(1, 10).method)"], cwd=tmp_path, stdout=subprocess.PIPE,
                          text=True, check=True, env={**os.environ, "PYTHONPATH": str(site)}).stdout
    assert said.split() == [str(site / "lfreval" / "__init__.py"), "wilson"]
