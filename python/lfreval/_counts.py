"""Scores counted at every threshold, without a copy of the scores; tallies that add, travel and draw."""
from __future__ import annotations

import decimal
import typing

import numpy

from . import _lfreval
from ._errors import UndefinedError
from ._evaluation import _progress
from ._result import Result


def as_scores(values, *, allow_rounding: bool = False) -> numpy.ndarray:
    """Scores as float32, the precision in which they are compared; a copy unless they are float32 already.

    Systems log scores in single precision, and an alert is `score >= threshold` in that precision. A value that float32
    cannot hold exactly is rounded, so that it may move across a threshold: that raises `ValueError` with their number
    unless `allow_rounding=True`. Scores that were printed with a few decimals ("0.64") are rounded by anybody who reads
    them; for those it is right. NaN is refused: a passage without a score is `-numpy.inf`, which reaches no threshold.
    """
    if isinstance(values, numpy.ma.MaskedArray) and numpy.ma.is_masked(values):
        raise ValueError("scores: has masked elements; a passage without a score is -inf")
    given = numpy.asarray(values)
    if given.dtype.kind not in "fiu":
        raise TypeError(f"scores: numbers are needed, not {given.dtype}")
    if given.dtype.kind == "f" and numpy.isnan(given).any():
        raise ValueError("scores: NaN is not a score; a passage without a score is -inf")
    made = numpy.ascontiguousarray(given, dtype=numpy.float32)
    if not allow_rounding and given.dtype != numpy.float32:
        changed = int((made.astype(numpy.float64) != given).sum())
        if changed:
            raise ValueError(f"scores: {changed:,} of {given.size:,} values change when rounded to float32; as_scores(…, allow_rounding=True)")
    return made


def _chunks(values, argument: str) -> list:
    """The pieces of a column as they lie in memory: one for NumPy and pandas, one for each batch of an Arrow stream."""
    if hasattr(values, "__arrow_c_stream__"):
        batches = _lfreval.arrow_batches(values.__arrow_c_stream__())
    elif hasattr(values, "__arrow_c_array__"):
        batches = [_lfreval.arrow_batch(*values.__arrow_c_array__())]
    elif type(values).__module__.partition(".")[0] == "pandas":
        return [values.to_numpy()]
    else:
        return [values]
    if any(len(batch) != 1 for batch in batches):
        raise TypeError(f"{argument}: one column is needed; choose it from the table")
    return [next(iter(batch.values())) for batch in batches]


def from_arrow(table) -> dict[str, list[numpy.ndarray]]:
    """The columns of anything that speaks Arrow's PyCapsule interface (Polars, DuckDB, pyarrow, pandas from 2.2).

    Each column is a list of arrays, one for each batch. Numbers are read-only views of Arrow's own memory, which they keep
    alive; texts are copied into object arrays. Columns with nulls, and other types, raise `TypeError`.
    """
    if hasattr(table, "__arrow_c_stream__"):
        batches = _lfreval.arrow_batches(table.__arrow_c_stream__())
    elif hasattr(table, "__arrow_c_array__"):
        batches = [_lfreval.arrow_batch(*table.__arrow_c_array__())]
    else:
        raise TypeError(f"{type(table).__name__} has neither __arrow_c_stream__ nor __arrow_c_array__")
    out: dict[str, list[numpy.ndarray]] = {}
    for batch in batches:
        for name, column in batch.items():
            out.setdefault(name, []).append(column)
    return out


class Grid:
    """Thresholds, exactly as a person would write them.

    `Grid("0.50", "0.80", "0.001")` steps in whole numbers of the last decimal, so that no error adds up and a score logged
    as 0.64 alerts at the threshold 0.64; numbers are read as their shortest text. `Grid.of([0.56, 0.6, 0.64])` lists them.
    `rule="strictly_above"` is for systems that alert at `score > threshold`.
    """

    __slots__ = ("_grid",)

    def __init__(self, first, last, step, *, rule: str = "at_or_above"):
        self._grid = _lfreval.decimal_grid(*(self._written(v) for v in (first, last, step)), rule)

    @staticmethod
    def _written(value) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, (float, numpy.floating, int, numpy.integer, decimal.Decimal)) and not isinstance(value, bool):
            # Plain digits: 1e-05 is what Python prints and nobody writes.
            return format(decimal.Decimal(str(value)), "f")
        raise TypeError(f"a threshold is a number or a text, not {value!r}")

    @classmethod
    def of(cls, thresholds: typing.Iterable, *, rule: str = "at_or_above") -> Grid:
        """Thresholds listed one by one, in any order."""
        made = cls.__new__(cls)
        made._grid = _lfreval.listed_grid([cls._written(t) for t in thresholds], rule)
        return made

    @classmethod
    def _from(cls, grid) -> Grid:
        made = cls.__new__(cls)
        made._grid = grid
        return made

    @property
    def thresholds(self) -> numpy.ndarray:
        """As float32, ascending."""
        return self._grid.thresholds

    @property
    def rule(self) -> str:
        return self._grid.rule

    def __len__(self):
        return len(self._grid)

    def __eq__(self, other):
        return isinstance(other, Grid) and self._grid == other._grid

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self):
        at = self.thresholds
        return f"<Grid of {len(self)} thresholds, {at[0]:.7g} to {at[-1]:.7g}, {self.rule.replace('_', ' ')}>"

    def __reduce__(self):
        return (_grid_of, (self.thresholds.tolist(), self.rule))


def _grid_of(thresholds: list, rule: str) -> Grid:
    return Grid._from(_lfreval.Grid(thresholds, rule))


class Tallies:
    """How many scores of each cell reach each threshold, as whole numbers: all that is left of a log once it is counted.

    Tallies add, in any split and any order, on any machine, to the same value and to the same bytes: count each file where
    it lies, send `to_bytes()`, add what arrives. Adding the same rows twice counts them twice.
    """

    __slots__ = ("_tallies",)

    def __init__(self, grid: Grid):
        self._tallies = _lfreval.no_tallies(grid._grid)

    @classmethod
    def _from(cls, tallies) -> Tallies:
        made = cls.__new__(cls)
        made._tallies = tallies
        return made

    @classmethod
    def from_bytes(cls, text: bytes, name: str = "tallies") -> Tallies:
        """What `to_bytes` wrote; anything else raises `InputError` with its line."""
        return cls._from(_lfreval.tallies_from_bytes(text, name))

    def to_bytes(self) -> bytes:
        """The one text for these tallies: equal tallies give equal bytes."""
        return self._tallies.to_bytes()

    @property
    def grid(self) -> Grid:
        return Grid._from(self._tallies.grid)

    @property
    def labels(self) -> list[dict[str, str]]:
        """What names each cell, `{"sex": "female"}`."""
        return self._tallies.labels

    def _cell(self, labels: dict) -> dict[str, str]:
        return {k: str(v) for k, v in labels.items()}

    def total(self, **labels) -> int:
        """All scores of a cell, whether they reach a threshold or not."""
        return int(self._tallies.bins(self._cell(labels)).sum())

    def reaching(self, **labels) -> numpy.ndarray:
        """For each threshold, how many scores of a cell alert at it: `reaching(sex="female")`."""
        return self._tallies.bins(self._cell(labels))[:0:-1].cumsum(dtype=numpy.uint64)[::-1]

    def rate(self, *, confidence: float = 0.95, **labels) -> Result:
        """The share of a cell's scores that reach each threshold, with exact limits that take every score as unrelated to the
        next (`stats.binomial.clopper_pearson`). Where people bring several, resample people: `curve_replicates`."""
        from . import stats

        events, total = self.reaching(**labels), self.total(**labels)
        made = stats.binomial.clopper_pearson(events, total, confidence=confidence)
        return Result("Curve", {"threshold": self.grid.thresholds, "events": events, "total": total,
                                "point": events / total if total else made.lower, "lower": made.lower, "upper": made.upper,
                                "confidence": confidence, "method": "clopper_pearson"})

    def __add__(self, other):
        if not isinstance(other, Tallies):
            return NotImplemented
        return Tallies._from(self._tallies + other._tallies)

    def __radd__(self, other):
        return self if isinstance(other, int) and other == 0 else NotImplemented  # sum() begins with 0

    def __eq__(self, other):
        return isinstance(other, Tallies) and self._tallies == other._tallies

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return (Tallies.from_bytes, (self.to_bytes(),))

    def __repr__(self):
        scores = sum(self.total(**labels) for labels in self.labels)
        return f"<Tallies of {scores:,} scores in {len(self.labels)} cells at {len(self.grid)} thresholds>"

    def _columns(self):
        axes = sorted({axis for labels in self.labels for axis in labels})
        cells = self.labels
        thresholds = self.grid.thresholds
        out = {axis: [labels.get(axis, "") for labels in cells for _ in thresholds] for axis in axes}
        out["threshold"] = numpy.tile(thresholds, len(cells)) if cells else thresholds[:0]
        out["reaching"] = numpy.concatenate([self.reaching(**labels) for labels in cells]) if cells else numpy.zeros(0, numpy.uint64)
        out["total"] = numpy.repeat(numpy.array([self.total(**labels) for labels in cells], numpy.uint64), len(thresholds))
        return out

    def to_dict(self) -> dict[str, list]:
        """The columns of `to_pandas` as lists."""
        return {k: v if isinstance(v, list) else v.tolist() for k, v in self._columns().items()}

    def to_pandas(self):
        """One row for each cell and threshold: labels, `threshold`, `reaching`, `total`."""
        import pandas

        return pandas.DataFrame(self._columns())

    def __arrow_c_stream__(self, requested_schema=None):
        """The rows of `to_pandas` for anything that reads Arrow streams: `polars.DataFrame(tallies)`."""
        return _lfreval.arrow_stream([(name, values, None) for name, values in self._columns().items()])

    def _repr_html_(self):
        return self.to_pandas()._repr_html_()

    def _repr_mimebundle_(self, include=None, exclude=None):
        from . import plot

        return {"text/plain": repr(self), "text/html": self._repr_html_(), **plot.tallies_specification(self)}


def _codes(groups, rows: int) -> tuple[numpy.ndarray, list[dict[str, str]]]:
    """Columns of labels as one column of codes, and what each code means."""
    codes = numpy.zeros(rows, numpy.uint32)
    labels: list[dict[str, str]] = [{}]
    for axis, column in groups.items():
        kind = type(column).__module__.partition(".")[0]
        if kind == "pandas":
            column = column.array if hasattr(column, "array") else column
        if hasattr(column, "categories") and hasattr(column, "codes"):
            own, names = numpy.asarray(column.codes), [str(c) for c in column.categories]
            if len(own) and own.min() < 0:
                names, own = [*names, ""], numpy.where(own < 0, len(names), own)
        else:
            texts = numpy.asarray(column)
            if texts.dtype.kind == "f":
                raise TypeError(f"{axis}: labels are texts or whole numbers, not {texts.dtype}")
            found, own = numpy.unique(texts.astype(str), return_inverse=True)
            names = found.tolist()
        if len(own) != rows:
            raise ValueError(f"{axis}: there are {len(own):,} labels for {rows:,} scores")
        codes = codes * numpy.uint32(len(names)) + own.astype(numpy.uint32)
        labels = [{**before, axis: name} for before in labels for name in names]
    return codes, labels


def tally_scores(scores, grid: Grid, *, groups: typing.Mapping[str, typing.Any] | None = None, labels: typing.Mapping[str, str] | None = None,
                 threads: int = 1, progress=None) -> Tallies:
    """Counts scores at every threshold of a grid, in one pass over the scores and without a copy of them.

    `scores` are float32 that lie side by side: a NumPy array, a pandas column, or a column of anything that speaks Arrow's
    PyCapsule interface. Another type raises `TypeError`; `as_scores` converts. `groups` has a column of labels for each axis
    (pandas categoricals are fastest; four bytes a row are made of them), `labels` are the same for every row:

        tally_scores(frame["top_score"], Grid("0.5", "0.8", "0.001"), groups={"sex": frame["sex"]}, labels={"mated": "no"})

    Labels of a row that has none are "". `progress` and Ctrl-C as in `evaluate`. Raises `ValueError` for NaN.
    """
    same = {k: str(v) for k, v in (labels or {}).items()}
    pieces = _chunks(scores, "scores")
    told = _progress(progress)
    if groups:
        if len(pieces) != 1:
            raise TypeError("scores: columns in several batches are counted batch by batch, each with its groups, and added")
        codes, cells = _codes(groups, len(pieces[0]))
        return Tallies._from(_lfreval.tally_scores(pieces[0], grid._grid, codes, [{**cell, **same} for cell in cells], threads, told))
    made = _lfreval.no_tallies(grid._grid)
    for piece in pieces:
        made = made + _lfreval.tally_scores(piece, grid._grid, None, [same], threads, told)
    return Tallies._from(made)


class CurveReplicates:
    """A curve, rate against threshold, as observed and in each of some thousand trials with people drawn anew.

    All whole numbers: `observed[k]` events at threshold k of `total`; `events[k, r]` and `exposure[r]` of replicate r. The
    weight of a person in a replicate depends on the seed, the person and the replicate alone, so that parts of a trial counted
    on different machines add to the whole, replicate by replicate, to the last digit; each person's rows may lie in any part.
    """

    __slots__ = ("grid", "seed", "stream", "observed", "total", "events", "exposure", "_made")

    def __init__(self, grid, seed, stream, observed, total, events, exposure, made=None):
        self.grid, self.seed, self.stream = grid, seed, stream
        self.observed, self.total, self.events, self.exposure = observed, total, events, exposure
        self._made = made

    def __add__(self, other):
        if not isinstance(other, CurveReplicates):
            return NotImplemented
        if self.grid != other.grid or (self.seed, self.stream, self.events.shape) != (other.seed, other.stream, other.events.shape):
            raise ValueError("replicates of another grid, seed, stream or number do not add")
        return CurveReplicates(self.grid, self.seed, self.stream, self.observed + other.observed, self.total + other.total,
                               self.events + other.events, self.exposure + other.exposure)

    def __radd__(self, other):
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __eq__(self, other):
        return (isinstance(other, CurveReplicates) and self.grid == other.grid and (self.seed, self.stream, self.total) == (other.seed, other.stream, other.total)
                and all(numpy.array_equal(getattr(self, n), getattr(other, n)) for n in ("observed", "events", "exposure")))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return (CurveReplicates, (self.grid, self.seed, self.stream, self.observed, self.total, self.events, self.exposure))

    def __repr__(self):
        return f"<CurveReplicates: {self.events.shape[1]:,} of {self.total:,} trials at {len(self.grid)} thresholds, seed {self.seed}>"

    def rates(self) -> numpy.ma.MaskedArray:
        """The rate at each threshold in each replicate; masked where a replicate met nobody."""
        empty = numpy.broadcast_to(self.exposure == 0, self.events.shape)
        return numpy.ma.MaskedArray(self.events / numpy.where(self.exposure == 0, 1, self.exposure), mask=empty)

    def limits(self, confidence: float = 0.95) -> Result:
        """Percentile limits at each threshold, people as clusters; masked where too few events carry them.

        Only of a curve that was counted in one place: parts that were added know the replicates, and no longer how events are
        spread over people, which decides whether percentiles may be read. Then `UndefinedError`.
        """
        if self._made is None:
            raise UndefinedError({"reason": "not_recorded", "bounds": None, "remedy":
                                  "Count the curve in one place, or read quantiles from rates() and say that the spread of events over people was not checked."})
        found = [self._made.percentile(k, confidence) for k in range(1, len(self.grid) + 1)]
        reasons = numpy.array([f[0] if isinstance(f[0], str) else "" for f in found])
        values: list[typing.Any] = [numpy.ma.MaskedArray([numpy.nan if isinstance(f[0], str) else f[i] for f in found], mask=reasons != "") for i in range(3)]
        return Result("Curve", {"threshold": self.grid.thresholds, "events": self.observed, "total": self.total, "point": values[0], "lower": values[1],
                                "upper": values[2], "confidence": confidence, "method": "bootstrap_percentile", "undefined": reasons})


def curve_replicates(scores, persons, grid: Grid, *, replicates: int = 2000, seed: int = 0, stream: int = 0, threads: int = 1,
                     progress=None) -> CurveReplicates:
    """Resamples people, all their rows together, and recounts the curve in each replicate.

    `scores` one float32 for each trial (`-inf` where there is none), `persons` whose trial it is: texts or whole numbers, the same
    wherever the trial is counted. Ctrl-C stops within half a second; `progress` as in `evaluate`.
    """
    pieces = _chunks(scores, "scores")
    if len(pieces) != 1:
        raise TypeError("scores: columns in several batches are counted batch by batch and added")
    own = numpy.asarray(persons)
    if own.dtype.kind == "f":
        raise TypeError(f"persons: texts or whole numbers, not {own.dtype}")
    if len(own) != len(pieces[0]):
        raise ValueError(f"persons: there are {len(own):,} for {len(pieces[0]):,} scores")
    found, place = numpy.unique(own.astype(str) if own.dtype.kind == "O" else own, return_inverse=True)
    reached = _lfreval.thresholds_reached(pieces[0], grid._grid, threads)
    alerting = reached > 0
    order = numpy.argsort(place[alerting], kind="stable")
    bins = numpy.ascontiguousarray(reached[alerting][order])
    starts = numpy.concatenate([[0], numpy.cumsum(numpy.bincount(place[alerting], minlength=len(found)))]).astype(numpy.uint64)
    exposure = numpy.bincount(place, minlength=len(found)).astype(numpy.uint32)
    made = _lfreval.curve_replicates(_lfreval.entities_of([str(p) for p in found.tolist()]), starts, bins, exposure, len(grid), replicates, seed, stream,
                                     threads, _progress(progress))
    return CurveReplicates(grid, seed, stream, made.observed, int(made.observed_exposure), made.events.reshape(len(grid), replicates), made.exposure, made)
