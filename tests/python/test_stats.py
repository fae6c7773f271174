"""lfreval.stats on arrays: broadcasting, kinds, what is undefined; its words and signatures."""
import inspect
import math
import pickle

import numpy
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lfreval
from lfreval import stats

ELEMENTWISE = [(f, n) for f in stats.__all__ for n in getattr(stats, f).__all__
               if not isinstance(lfreval._lfreval.stats[f][n][1], str)]
COUNTS = st.integers(0, 10**6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=8), st.sampled_from(["two", "lower", "upper"]), st.sampled_from([0.8, 0.95, 0.999]))
def test_arrays_hold_what_single_calls_give(rows, sides, confidence):
    events, trials = [min(r) for r in rows], [max(r) for r in rows]
    made = stats.binomial.clopper_pearson(events, trials, confidence=confidence, sides=sides)
    for i, (x, n) in enumerate(zip(events, trials)):
        if n == 0:
            assert made.undefined[i] == "empty" and made.lower[i] is numpy.ma.masked
            with pytest.raises(lfreval.UndefinedError):
                stats.binomial.clopper_pearson(x, n, confidence=confidence, sides=sides)
            continue
        one = stats.binomial.clopper_pearson(x, n, confidence=confidence, sides=sides)
        assert (made.lower[i], made.upper[i], made.undefined[i]) == (one.lower, one.upper, "")
        assert 0 <= one.lower <= x / n <= one.upper <= 1


def test_broadcasting():
    made = stats.rate_ratio.conditional_exact(numpy.array([[8], [0]]), 1e5, [2, 0, 5], 2e5)
    assert made.point.shape == made.limits.lower.shape == made.undefined.shape == (2, 3)
    assert made.undefined.tolist() == [["", "", ""], ["", "no_events", ""]]
    assert made.point[0, 1] == math.inf and made.limits.upper[0, 1] == math.inf
    assert made.point[0, 2] == stats.rate_ratio.conditional_exact(8, 1e5, 5, 2e5).point
    assert "Collect" in made.remedies["no_events"]
    assert (made.limits.method, made.limits.confidence) == ("conditional_exact", 0.95)
    assert stats.binomial.clopper_pearson(pandas.Series([1, 2]), 10).lower.shape == (2,)
    with pytest.raises(ValueError):
        stats.binomial.clopper_pearson([1, 2], [1, 2, 3])
    assert stats.binomial.clopper_pearson([], []).lower.shape == (0,)


def test_undefined_is_never_a_number():
    made = stats.binomial.wilson([0, 3], [0, 10])
    frame = made.to_pandas()
    assert frame["lower"][0] is pandas.NA and frame["lower"][1] == made.lower[1] and frame["undefined"].tolist() == ["empty", ""]
    assert numpy.isnan(numpy.asarray(made.lower)[0])  # who strips the mask finds no plausible number
    assert not numpy.isnan(made.lower.compressed()).any()
    with pytest.raises(lfreval.UndefinedError) as caught:
        stats.binomial.wilson(0, 0)
    assert (caught.value.reason, caught.value.bounds) == ("empty", (0.0, 1.0)) and caught.value.remedy in str(caught.value)
    assert isinstance(caught.value, ArithmeticError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.reason, again.remedy, again.bounds) == (caught.value.reason, caught.value.remedy, caught.value.bounds)
    nested = stats.identification.delong(numpy.array([0.9], numpy.float32), numpy.array([0.1], numpy.float32))
    assert nested.variance.undefined == "one_cluster"


@pytest.mark.parametrize("wrong", [7.0, True, "7", None, [7.0], numpy.array([7.5]), numpy.array([True])])
def test_counts_are_whole_numbers(wrong):
    with pytest.raises(TypeError):
        stats.binomial.wilson(wrong, 10)


@pytest.mark.parametrize(("call", "says"), [
    (lambda: stats.binomial.wilson(11, 10), "trials"), (lambda: stats.binomial.wilson(-1, 10), "2\\^52"), (lambda: stats.binomial.wilson([-1], 10), "below 0"),
    (lambda: stats.binomial.wilson(1, 10, confidence=95), "0.95, not 95"), (lambda: stats.binomial.wilson(1, 10, sides="both"), "two, lower, upper"),
    (lambda: stats.poisson.garwood(1, float("nan")), "exposure"), (lambda: stats.cluster.ratio_mean([1, 2], [3]), "2 and 1"),
    (lambda: stats.cluster.ratio_mean([1], [3], family="odds"), "share"), (lambda: stats.binomial.wilson([11, 1], [10, 10]), "trials"),
    (lambda: stats.binomial.wilson(numpy.ma.masked_equal([1, 2], 2), 5), "masked")])
def test_wrong_values(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_wrong_arguments():
    for call in (lambda: stats.binomial.wilson(1), lambda: stats.binomial.wilson(1, 2, 3), lambda: stats.binomial.wilson(1, trails=2),
                 lambda: stats.cluster.ratio_mean([1.0], [3]), lambda: stats.cluster.ratio_mean([1])):
        with pytest.raises(TypeError):
            call()
    assert stats.binomial.wilson(trials=10, events=1) == stats.binomial.wilson(1, 10)


@pytest.mark.parametrize("family", stats.__all__)
def test_every_method_is_documented(family):
    module = getattr(stats, family)
    assert module.__doc__
    for name in module.__all__:
        call = getattr(module, name)
        assert call.__module__ == f"lfreval.stats.{family}" and list(inspect.signature(call).parameters)
        words = call.__doc__.split("Arguments:")[0]
        assert len(words) > 20, f"{family}.{name} has no words"


def test_families_can_be_imported():
    from lfreval.stats.binomial import wilson

    assert wilson is stats.binomial.wilson


def test_stubs_are_those_of_the_table(root):
    """python/lfreval/stats.pyi is what scripts/write_python_stubs.py writes."""
    import subprocess
    import sys

    made = subprocess.run([sys.executable, root / "scripts" / "write_python_stubs.py"], stdout=subprocess.PIPE, check=True, text=True,
                          env={"PYTHONPATH": str(__import__("pathlib").Path(lfreval.__file__).parents[1]), "PATH": "/usr/bin:/bin"}).stdout
    assert made == (root / "python" / "lfreval" / "stats.pyi").read_text()


def test_the_package_is_well_typed(root, tmp_path):
    """By mypy, where it is installed."""
    import shutil
    import subprocess

    if shutil.which("mypy") is None:
        pytest.skip("mypy is not installed")
    done = subprocess.run(["mypy", "--cache-dir", tmp_path, "--python-executable", "/usr/bin/python3", "--ignore-missing-imports", "python/lfreval"], cwd=root,
                          stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout
