"""What it costs to cross from Python to C++: PYTHONPATH=build/release/python /usr/bin/python3 bench/python/boundary.py

One call with an array of 10^8 scores, which must not depend on their number; bytes copied; a call of a statistic; counting beside NumPy.
"""
import pathlib
import time

import numpy

import lfreval
from lfreval import _lfreval, stats


def seconds(call, repeat=7):
    best = float("inf")
    for _ in range(repeat):
        began = time.process_time()
        call()
        best = min(best, time.process_time() - began)
    return best


def peak():
    return int(next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


scores = numpy.random.default_rng(0).random(100_000_000, dtype=numpy.float32)
few = scores[:10]
for array in (few, scores):
    spent = seconds(lambda: [_lfreval.borrowed(array) for _ in range(100_000)]) / 1e5
    print(f"one call that borrows {array.size:,} scores: {spent * 1e9:.0f} ns (wanted: under 1,000)")
assert _lfreval.borrowed(scores) == scores.ctypes.data

one = stats.binomial.wilson
print(f"stats.binomial.wilson(7, 8600): {seconds(lambda: [one(7, 8600) for _ in range(20_000)]) / 2e4 * 1e6:.2f} us")
events = numpy.arange(1_000_000)
print(f"stats.binomial.wilson of 10^6 elements: {seconds(lambda: one(events, 10_000_000), 3) * 1e3:.0f} ms")

grid = lfreval.Grid("0.50", "0.80", "0.001")
pathlib.Path("/proc/self/clear_refs").write_text("5")
before = peak()
counted = seconds(lambda: lfreval.tally_scores(scores, grid), 3)
print(f"tally_scores of 10^8 scores at {len(grid)} thresholds: {counted:.3f} s, {scores.nbytes / counted / 1e9:.2f} GB/s, "
      f"{(peak() - before) / 1e6:.1f} MB more memory at its peak (the scores are {scores.nbytes / 1e6:.0f} MB)")
expected = [int((scores >= t).sum()) for t in grid.thresholds[[0, 150, 300]]]
assert lfreval.tally_scores(scores, grid).reaching()[[0, 150, 300]].tolist() == expected
print(f"numpy, one threshold: {seconds(lambda: (scores >= numpy.float32(0.64)).sum(), 3):.3f} s; numpy.histogram of the grid: {seconds(lambda: numpy.histogram(scores, grid.thresholds), 1):.3f} s")
