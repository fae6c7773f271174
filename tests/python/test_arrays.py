"""Arrays in and out: no copies, strict kinds, Arrow both ways, tallies that add and travel, people drawn anew."""
import gc
import os
import pathlib
import pickle
import subprocess
import sys
import threading
import time
import tracemalloc
import weakref

import numpy
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lfreval
from lfreval import _lfreval

from arrow_streams import RELEASED, OneBatch, Table

GRID = lfreval.Grid("0.50", "0.80", "0.01")


def random_scores(n, seed=0):
    return numpy.random.default_rng(seed).random(n, dtype=numpy.float32)


def test_counts_are_those_of_comparing_each_score():
    scores = random_scores(10_000)
    made = lfreval.tally_scores(scores, GRID)
    assert made.reaching().tolist() == [int((scores >= t).sum()) for t in GRID.thresholds]
    assert made.total() == 10_000
    assert lfreval.tally_scores(scores, GRID, threads=2) == made


def test_nothing_is_copied():
    """The core reads the very memory of the array, and no array of its size is made beside it."""
    scores = random_scores(20_000_000)
    column = pandas.DataFrame({"score": scores}, copy=False)["score"]
    assert _lfreval.borrowed(scores) == scores.ctypes.data
    assert _lfreval.borrowed(column.to_numpy()) == column.to_numpy().ctypes.data
    assert numpy.shares_memory(column.to_numpy(), scores)
    status = pathlib.Path("/proc/self/status")

    def peak():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) * 1024

    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    tracemalloc.start()
    lfreval.tally_scores(column, GRID)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert peak() - before < scores.nbytes // 4


@pytest.mark.parametrize(("wrong", "says"), [
    (numpy.zeros(4), "float32 is needed, not float64; lfreval.as_scores"), (numpy.zeros(4, numpy.float16), "float16"), ([0.5], "array of float32 is needed, not list"),
    (numpy.zeros((2, 2), numpy.float32), "one dimension"), (numpy.zeros(8, numpy.float32)[::2], "side by side"), (numpy.zeros(4, ">f4"), "float32 is needed, not >f4"),
    (numpy.zeros(4, numpy.int32), "int32"), (pandas.Series([0.5, 0.6]), "float64")])
def test_nothing_is_converted_in_silence(wrong, says):
    with pytest.raises(TypeError, match=says):
        lfreval.tally_scores(wrong, GRID)


def test_nan_is_not_a_score():
    with pytest.raises(ValueError, match="not a number"):
        lfreval.tally_scores(numpy.array([0.5, numpy.nan], numpy.float32), GRID)


def test_as_scores_says_what_changes():
    assert lfreval.as_scores([0.5, 0.25]).dtype == numpy.float32
    same = random_scores(3)
    assert lfreval.as_scores(same) is same or numpy.shares_memory(lfreval.as_scores(same), same)
    with pytest.raises(ValueError, match="1 of 2 values change"):
        lfreval.as_scores([0.64, 0.5])
    assert lfreval.as_scores([0.64], allow_rounding=True)[0] == numpy.float32(0.64)
    for wrong in (["0.5"], [True]):
        with pytest.raises(TypeError):
            lfreval.as_scores(wrong)
    with pytest.raises(ValueError, match="NaN"):
        lfreval.as_scores([float("nan")])


def test_grids_are_written_as_people_write_them():
    assert GRID == lfreval.Grid(0.5, 0.8, 0.01) and len(GRID) == 31
    assert numpy.float32(0.64) in GRID.thresholds
    assert lfreval.Grid.of([0.64, 0.6]).thresholds.tolist() == [numpy.float32(0.6), numpy.float32(0.64)]
    assert lfreval.tally_scores(numpy.array([0.64], numpy.float32), lfreval.Grid.of([0.64])).reaching().tolist() == [1]
    assert lfreval.tally_scores(numpy.array([0.64], numpy.float32), lfreval.Grid.of([0.64], rule="strictly_above")).reaching().tolist() == [0]
    assert pickle.loads(pickle.dumps(GRID)) == GRID
    with pytest.raises(lfreval.InputError, match="not_allowed"):
        lfreval.Grid(0.5, 0.8, 0.07)
    with pytest.raises(lfreval.InputError, match="duplicate_id"):
        lfreval.Grid.of([0.6, 0.6])


@pytest.mark.parametrize("as_category", [True, False])
def test_groups_are_cells(as_category):
    scores = random_scores(2000)
    sex = pandas.Series(numpy.random.default_rng(1).choice(["f", "m"], 2000), dtype="category" if as_category else object)
    site = numpy.random.default_rng(2).integers(0, 3, 2000)
    made = lfreval.tally_scores(scores, GRID, groups={"sex": sex, "site": site}, labels={"mated": "no"})
    for s in "fm":
        for place in range(3):
            chosen = scores[(sex == s).to_numpy() & (site == place)]
            assert made.reaching(sex=s, site=place, mated="no").tolist() == [int((chosen >= t).sum()) for t in GRID.thresholds]
    with pytest.raises(ValueError, match="labels for"):
        lfreval.tally_scores(scores, GRID, groups={"sex": sex[:10]})
    with pytest.raises(KeyError):
        made.total(sex="x")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1, width=32), max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_tallies_of_any_split_add_to_the_same_bytes(values, a, b):
    scores = numpy.array(values, numpy.float32)
    first, last = sorted((min(a, len(values)), min(b, len(values))))
    parts = [lfreval.tally_scores(piece, GRID) for piece in (scores[:first], scores[first:last], scores[last:])]
    whole = lfreval.tally_scores(scores, GRID)
    assert sum(parts).to_bytes() == (parts[2] + parts[0] + parts[1]).to_bytes() == whole.to_bytes()
    assert lfreval.Tallies.from_bytes(whole.to_bytes()) == pickle.loads(pickle.dumps(whole)) == whole


def test_tallies_refuse_what_does_not_add():
    made = lfreval.tally_scores(random_scores(10), GRID)
    with pytest.raises(ValueError):
        made + lfreval.tally_scores(random_scores(10), lfreval.Grid.of([0.6]))
    with pytest.raises(TypeError):
        made + 1
    with pytest.raises(lfreval.InputError) as caught:
        lfreval.Tallies.from_bytes(made.to_bytes().replace(b"0.5\n", b"0.5x\n") + b"?", "part-3")
    assert caught.value.file == "part-3"


def test_tallies_show_themselves():
    made = lfreval.tally_scores(random_scores(100), GRID, labels={"mated": "no"})
    frame = made.to_pandas()
    assert list(frame.columns) == ["mated", "threshold", "reaching", "total"] and len(frame) == 31
    assert made.to_dict()["reaching"] == frame["reaching"].tolist()
    assert "<table" in made._repr_html_()
    bundle = made._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v5+json"]["data"]["values"][0]["cell"] == "mated no"
    curve = made.rate(mated="no")
    assert ((curve.lower <= curve.point) & (curve.point <= curve.upper)).all()


def test_arrow_columns_are_borrowed_and_kept_alive():
    scores = random_scores(1000)
    RELEASED.clear()
    column, = lfreval.from_arrow(Table({"score": scores}))["score"]
    assert column.ctypes.data == scores.ctypes.data and not column.flags.writeable
    gc.collect()
    assert not RELEASED  # the view still needs it
    assert lfreval.tally_scores(column, GRID) == lfreval.tally_scores(scores, GRID)
    del column
    gc.collect()
    assert RELEASED == [1]


@pytest.mark.parametrize("bare", [True, False])
def test_arrow_streams_are_counted_batch_by_batch(bare):
    parts = [random_scores(100, 1), random_scores(0, 2), random_scores(50, 3)]
    made = lfreval.tally_scores(Table(*({"s": p} for p in parts), bare=bare), GRID)
    assert made == lfreval.tally_scores(numpy.concatenate(parts), GRID)
    assert lfreval.tally_scores(OneBatch({"s": parts[0]}, bare=bare), GRID) == lfreval.tally_scores(parts[0], GRID)


def test_arrow_offsets_texts_and_kinds():
    table = lfreval.from_arrow(Table({"score": numpy.arange(5, dtype=numpy.float32), "person": numpy.array(["a", "bé", "", "d", "e"], object),
                                      "n": numpy.arange(5, dtype=numpy.int64)}, offset=2))
    assert [c.tolist() for c in table["score"]] == [[2, 3, 4]] and table["person"][0].tolist() == ["", "d", "e"] and table["n"][0].tolist() == [2, 3, 4]
    with pytest.raises(TypeError, match="has nulls"):
        lfreval.from_arrow(Table({"s": random_scores(3)}, masks={"s": numpy.array([False, True, False])}))
    assert lfreval.from_arrow(Table({"s": random_scores(3)}, masks={"s": numpy.zeros(3, bool)}))["s"][0].size == 3
    with pytest.raises(TypeError, match="one column"):
        lfreval.tally_scores(Table({"a": random_scores(3), "b": random_scores(3)}), GRID)
    with pytest.raises(RuntimeError, match="disk on fire"):
        lfreval.from_arrow(Table({"s": random_scores(3)}, fails="disk on fire"))
    with pytest.raises(TypeError, match="neither"):
        lfreval.from_arrow([1, 2])


def test_tallies_leave_as_an_arrow_stream():
    made = lfreval.tally_scores(random_scores(100), GRID, labels={"mated": "no"})
    back = lfreval.from_arrow(made)
    frame = made.to_pandas()
    for name in frame:
        assert back[name][0].tolist() == frame[name].tolist()
    capsule = made.__arrow_c_stream__()
    _lfreval.arrow_batches(capsule)
    with pytest.raises(ValueError, match="read before"):
        _lfreval.arrow_batches(capsule)


def test_views_keep_their_owner_alive():
    made = lfreval.curve_replicates(random_scores(200), numpy.arange(200) // 4, GRID, replicates=50)
    events = made.events.copy()
    view = made._made.events
    del made
    gc.collect()
    assert (view.reshape(31, 50) == events).all() and not view.flags.writeable


def test_replicates_of_parts_add_to_the_whole():
    scores, persons = random_scores(3000), numpy.random.default_rng(5).integers(0, 300, 3000)
    whole = lfreval.curve_replicates(scores, persons, GRID, replicates=64, seed=9)
    parts = [lfreval.curve_replicates(scores[i::3].copy(), persons[i::3], GRID, replicates=64, seed=9) for i in range(3)]
    assert sum(parts) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert lfreval.curve_replicates(scores, [str(p) for p in persons], GRID, replicates=64, seed=9, threads=2) == whole
    assert lfreval.curve_replicates(scores, persons, GRID, replicates=64, seed=10) != whole
    with pytest.raises(lfreval.UndefinedError):
        sum(parts).limits()
    limits = whole.limits(0.9)
    shown = ~numpy.ma.getmaskarray(limits.point)
    assert shown.any() and (limits.lower[shown] <= limits.point[shown]).all() and (limits.point[shown] <= limits.upper[shown]).all()
    with pytest.raises(ValueError, match="do not add"):
        whole + lfreval.curve_replicates(scores, persons, GRID, replicates=32, seed=9)


def test_weights_are_those_of_the_core():
    """One person, one trial: the replicate counts are the person's weights."""
    made = lfreval.curve_replicates(numpy.array([0.9], numpy.float32), ["p1"], GRID, replicates=40, seed=3)
    entity = _lfreval.entities_of(["p1"])
    alone = lfreval.stats.bootstrap.poisson_cluster_replicates(entity, [1], [1], replicates=40, seed=3)
    assert made.exposure.tolist() == alone.exposure.tolist() == made.events[0].tolist()


def test_other_threads_run_meanwhile():
    """The interpreter lock is released: a Python thread makes progress while the core counts."""
    scores, turns, done = random_scores(30_000_000), [], threading.Event()

    def turn():
        while not done.is_set():
            turns.append(None)
            time.sleep(0.001)

    other = threading.Thread(target=turn)
    other.start()
    before = len(turns)
    lfreval.tally_scores(scores, lfreval.Grid("0", "1", "0.0001"))
    meanwhile = len(turns) - before
    done.set()
    other.join()
    assert meanwhile > 2


INTERRUPTED = """
import os, signal, sys, threading, time
sys.path.insert(0, sys.argv[1])
import numpy, lfreval
from lfreval import stats
began = []
def interrupt():
    time.sleep(0.3)
    began.extend([time.perf_counter(), time.process_time()])
    os.kill(os.getpid(), signal.SIGINT)
def told(done, planned):
    # The first time, the core is at work: from here on Ctrl-C has to stop C++.
    if not began and threading.active_count() == 1:
        threading.Thread(target=interrupt, daemon=True).start()
scores = numpy.random.default_rng(0).random(3_000_000, dtype=numpy.float32)
grid = lfreval.Grid("0", "1", "0.01")
work = {
    "curve": lambda: lfreval.curve_replicates(scores, numpy.arange(len(scores)) // 5, grid, replicates=100_000, progress=told),
    "permutation": lambda: stats.permutation.two_group_cluster_counts([1] * 2000, [5] * 2000, [2] * 2000, [5] * 2000, draws=4_000_000_000, progress=told),
    "shrinkage": lambda: stats.fairness.empirical_bayes_gamma_poisson([12, 15, 9, 30], [10_000] * 4, replicates=4_000_000_000, progress=told),
}[sys.argv[2]]
try:
    work()
except KeyboardInterrupt:
    print(time.perf_counter() - began[0], time.process_time() - began[1])
"""


@pytest.mark.parametrize("work", ["curve", "permutation", "shrinkage"])
def test_ctrl_c_ends_long_work(work):
    """Within half a second of its own work, and of the clock where the machine is idle."""
    folder = str(pathlib.Path(lfreval.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, folder, work], stdout=subprocess.PIPE, timeout=300, check=True, text=True)
    waited, worked = map(float, done.stdout.split())
    assert worked < 0.5
    assert waited < 0.5 or os.getloadavg()[0] > os.cpu_count() - 1


def test_no_leak_over_ten_thousand_calls():
    scores = random_scores(1000)

    def calls(n):
        for _ in range(n):
            lfreval.stats.binomial.wilson(3, 100)
            _lfreval.borrowed(scores)
            try:
                lfreval.stats.binomial.wilson(0, 0)
            except lfreval.UndefinedError:
                pass

    def resident():
        return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    calls(1000)
    table = lfreval.tally_scores(scores, GRID)
    gc.collect()
    before, references = resident(), sys.getrefcount(scores)
    calls(10_000)
    for _ in range(1000):
        table.to_bytes(), lfreval.from_arrow(table), lfreval.tally_scores(scores, GRID)
    gc.collect()
    assert resident() - before < 4_000_000
    assert sys.getrefcount(scores) == references


def test_results_let_go_of_their_memory():
    made = lfreval.tally_scores(random_scores(100), GRID)
    thresholds = made.grid.thresholds
    gone = weakref.ref(thresholds)
    del thresholds
    gc.collect()
    assert gone() is None
