"""Evaluates live facial recognition (LFR) trials and deployments: how often listed people are found, how often others
are stopped, whether some groups bear more of it, each figure with its count, its denominator and its uncertainty.

Where to begin
--------------
A study file declares what the columns of your files mean and which limits the figures are held against, before the
result is seen. `propose_study` drafts one from CSV files, `check` reads it and lists every row that would be refused,
`evaluate` makes the findings:

    >>> import lfreval
    >>> made = lfreval.evaluate("datasets/mps_lfr/study.toml")
    >>> made.not_measured[0].topic
    'Misses'
    >>> made.findings["false_alerts_per_face@threshold=0.64"].sentence      # doctest: +ELLIPSIS
    '7 false alerts in 2,424,559 faces: 1 in 346,366 (...'
    >>> made.to_pandas()                                                    # doctest: +SKIP
    >>> made.save("results")                                                # doctest: +SKIP

What there is besides
---------------------
`group_rates`     rates by group, their ratios and differences, every number with its interval
`stats`           every statistical method by itself, on numbers and arrays: `stats.binomial.clopper_pearson(7, 8600)`
`tally_scores`    counts a column of scores at every threshold without copying it; `Tallies` add, on any machine
`curve_replicates` draws people anew and recounts the curve; parts of a trial add, replicate by replicate
`plot`            pictures with matplotlib: DET, thresholds, forests, funnels, series, predictive values (loaded when asked for)
`units`           counts with units: `units.false_alerts(7) / units.faces(8600)` is a tally, faces and people do not mix
`plan`            what a trial needs for the claims that it must support, and what a budget can and cannot show
`explain`         what a metric means, when it is undefined, what it cannot show

What holds everywhere
---------------------
- A figure has its counts, and an interval names its method, its confidence and its sides.
- A statistic that the data cannot give is never 0 and never NaN. It raises `UndefinedError`, which says what to record.
- Wrong data raise `InputError` with file, line, column, value and what is allowed; a wrong call raises `ValueError` or
  `TypeError`. Nothing is dropped, clipped or converted in silence.
- The result does not depend on threads, on the order of rows, or on how files are split; the command line program gives
  the same `result_sha256`.
- There is no "accuracy": a system that never alerts would score 99.97 % on a log with 120 listed passers among 383,356.
"""
from __future__ import annotations

from . import stats, units
from ._counts import CurveReplicates, Grid, Tallies, as_scores, curve_replicates, from_arrow, tally_scores
from ._errors import InputError, UndefinedError
from ._evaluation import Evaluation, Figure, Finding, Findings, check, evaluate, explain, propose_study, verify
from ._groups import GroupRates, group_rates
from ._lfreval import __version__
from ._lfreval import metrics as _metrics
from ._plan import Plan, plan
from ._result import Result

#: The keys of all metrics; `explain` says what each means.
metrics: tuple[str, ...] = tuple(m["key"] for m in _metrics())

__all__ = ["evaluate", "check", "propose_study", "verify", "explain", "metrics", "Evaluation", "Findings", "Finding", "Figure", "Result",
           "plan", "Plan", "group_rates", "GroupRates", "stats", "tally_scores", "Grid", "Tallies", "curve_replicates", "CurveReplicates", "as_scores", "from_arrow",
           "plot", "units", "InputError", "UndefinedError", "__version__"]


def __getattr__(name: str):
    # matplotlib takes longer to load than all the rest together.
    if name == "plot":
        import importlib

        return importlib.import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
