"""Ten million scores in 16 partitions, counted and resampled on two workers, one of which dies half-way.

    /usr/bin/python3 python/examples/dask_tallies.py [ROWS]

Counts add and the weights of a replicate depend on the seed and the person alone: whatever machine counts a partition, and
however often the scheduler gives it out, the sum is the one that a single process finds, to the last byte. A partition that a
dead worker had begun is counted again from its file; its first result never arrived, so that nothing is counted twice.
"""
import os
import pathlib
import signal
import sys
import tempfile
import time

import dask
import numpy
from distributed import Client, LocalCluster, as_completed

import lfreval

PARTITIONS = 16
GRID = ("0.50", "0.80", "0.001")
COARSE = ("0.60", "0.80", "0.05")


def write_partitions(folder: pathlib.Path, rows: int) -> list[str]:
    """What a fleet of cameras would have logged: scores and the people they belong to, one file for each part."""
    files = []
    for part in range(PARTITIONS):
        random = numpy.random.default_rng(part)
        size = rows // PARTITIONS + (1 if part < rows % PARTITIONS else 0)
        path = folder / f"part-{part:02}.npz"
        numpy.savez(path, score=random.beta(4, 8, size).astype(numpy.float32), person=random.integers(0, 50_000, size))
        files.append(str(path))
    return files


def count(path: str):
    """One partition: bytes of its tallies, and its share of each replicate."""
    with numpy.load(path) as part:
        score, person = part["score"], part["person"]
    tallies = lfreval.tally_scores(score, lfreval.Grid(*GRID), labels={"mated": "no"})
    replicates = lfreval.curve_replicates(score, person, lfreval.Grid(*COARSE), replicates=128, seed=7)
    return tallies.to_bytes(), replicates


def count_slowly(path: str):
    time.sleep(0.3)  # so that the death of a worker falls into the middle
    return count(path)


def added(parts):
    parts = list(parts)
    return sum(lfreval.Tallies.from_bytes(text) for text, _ in parts), sum(replicates for _, replicates in parts)


def main(rows: int = 10_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_partitions(pathlib.Path(folder), rows)
        alone = added(count(path) for path in files)
        with dask.config.set({"distributed.scheduler.allowed-failures": 5}), \
                LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs="CRITICAL") as cluster, Client(cluster) as client:
            together = added(client.gather(client.map(count, files)))
            assert together[0].to_bytes() == alone[0].to_bytes() and together[1] == alone[1]
            print(f"{rows:,} rows on two workers: the same {len(alone[0].to_bytes()):,} bytes as in one process")

            futures = client.map(count_slowly, files, pure=False)
            arrived = []
            for future in as_completed(futures):
                arrived.append(future)
                if len(arrived) == 4:
                    victim = next(iter(cluster.workers.values()))
                    os.kill(victim.pid, signal.SIGKILL)
                    print(f"worker {victim.pid} was killed after {len(arrived)} of {PARTITIONS} partitions")
            again = added(client.gather(futures))
            assert again[0].to_bytes() == alone[0].to_bytes() and again[1] == alone[1]
            print("the same bytes all the same")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
