"""Rates by group, with the habits of fairlearn's MetricFrame and an interval on every number."""
from __future__ import annotations

import typing

import numpy

from . import _lfreval
from ._result import Result


class GroupRates:
    """Rates of the groups of one axis: `by_group`, `overall`, `ratio()`, `difference()`, `summary()`.

    Made by `group_rates`. Every number has its counts and its interval; a group without exposure is masked, never 0, and
    stays in the table. There is no single "disparity" without its reference: what max/min comes to when nothing differs
    stands beside it in `summary()`.
    """

    def __init__(self, names: list[str], events: numpy.ndarray, exposure: numpy.ndarray, metric: str, family: str, confidence: float, clusters):
        self._names, self._events, self._exposure = names, events, exposure
        self.metric, self.confidence = metric, confidence
        self._family, self._clusters = family, clusters

    def _rate(self, at) -> tuple:
        """(point, lower, upper, method, reason) of the groups at these places together."""
        from . import stats
        from ._errors import UndefinedError

        try:
            if self._clusters is not None:
                chosen = numpy.isin(self._clusters[2], at)
                x, n, who = (self._clusters[i][chosen] for i in (0, 1, 3))
                found, place = numpy.unique(who, return_inverse=True)
                made = stats.rate.estimate_rate(self.metric, numpy.bincount(place, x, len(found)).astype(numpy.int64),
                                                numpy.bincount(place, n, len(found)).astype(numpy.int64), by="person", confidence=self.confidence)
                return made.point, made.headline.lower, made.headline.upper, made.headline.method, ""
            x, n = int(self._events[at].sum()), int(self._exposure[at].sum())
            method = stats.binomial.clopper_pearson if self._family == "share" else stats.poisson.garwood
            made = method(x, n, confidence=self.confidence)
            return x / n, made.lower, made.upper, made.method, ""
        except UndefinedError as why:
            return numpy.nan, numpy.nan, numpy.nan, "", why.reason

    def _table(self, places: list, names: list[str]):
        import pandas

        made = [self._rate(at) for at in places]
        absent = numpy.array([bool(m[4]) for m in made])

        def real(i):
            return pandas.arrays.FloatingArray(numpy.array([m[i] for m in made], dtype=float), absent.copy())

        return pandas.DataFrame({"events": [int(self._events[at].sum()) for at in places], "exposure": [int(self._exposure[at].sum()) for at in places],
                                 "rate": real(0), "lower": real(1), "upper": real(2), "method": [m[3] for m in made], "undefined": [m[4] for m in made]},
                                index=pandas.Index(names, name="group"))

    @property
    def by_group(self):
        """A pandas frame, one row for each group: counts, rate, limits, and the reason where there is none."""
        return self._table([[i] for i in range(len(self._names))], self._names)

    @property
    def overall(self) -> Result:
        """The rate of all groups together."""
        row = self._table([list(range(len(self._names)))], ["all"]).iloc[0]
        return Result("Rate", {"events": int(row.events), "exposure": int(row.exposure), "point": row.rate, "lower": row.lower, "upper": row.upper,
                               "confidence": self.confidence, "method": row.method, "undefined": row.undefined})

    def _against(self, reference: str) -> tuple[int, list[int]]:
        if reference not in self._names:
            near = _lfreval.nearest(reference, self._names)
            raise ValueError(f"reference: no group is called {reference!r}" + (f"; did you mean {near}?" if near else f"; there are {', '.join(self._names)}"))
        base = self._names.index(reference)
        return base, [i for i in range(len(self._names)) if i != base]

    def _effective(self):
        """Counts and exposures that independent trials would need for the same precision; those of people who come often are fewer."""
        if self._clusters is None:
            return self._events.astype(float), self._exposure.astype(float)
        from . import stats
        from ._errors import UndefinedError

        x, n, group, who = self._clusters
        events, exposure = self._events.astype(float), self._exposure.astype(float)
        shrunk = []
        for i in range(len(self._names)):
            found, place = numpy.unique(who[group == i], return_inverse=True)
            try:
                worth = stats.cluster.korn_graubard_exposure(
                    numpy.bincount(place, x[group == i], len(found)).astype(numpy.int64), numpy.bincount(place, n[group == i], len(found)).astype(numpy.int64),
                    confidence=self.confidence, family=self._family)
                shrunk.append(worth / exposure[i])
            except UndefinedError:
                shrunk.append(None)
        # A group without events cannot show its own: the most clustered of the others lends it, else each person counts once.
        known = [s for s in shrunk if s is not None]
        for i, s in enumerate(shrunk):
            if exposure[i] == 0:
                continue
            factor = s if s is not None else min(known) if known else len(numpy.unique(who[group == i])) / exposure[i]
            events[i] *= factor
            exposure[i] *= factor
        return events, exposure

    def ratio(self, reference: str):
        """Each group's rate over that of `reference`, one row each: `ratio`, `lower`, `upper`, and limits at the level at which
        a family of so many comparisons stays honest (`lower_family`, `upper_family`, Bonferroni).

        The conditional exact method at effective counts (`stats.rate_ratio.conditional_effective`); an end that the data do not
        bound is `inf`. The groups' people are taken to be different people.
        """
        from . import stats

        base, others = self._against(reference)
        x, t = self._effective()
        family = 1 - (1 - self.confidence) / max(1, len(others))
        return self._comparison(others, reference, "ratio", *[stats.rate_ratio.conditional_effective(
            x[others], t[others], x[base], t[base], confidence=level) for level in (self.confidence, family)])

    def difference(self, reference: str):
        """Each group's share less that of `reference`: the scale for how often listed people are found. Newcombe's method on the
        limits of both groups, which allow for people who pass more than once. Of shares only."""
        if self._family != "share":
            raise ValueError(f"difference: {self.metric} is not a share of trials; compare its rates by ratio")
        import pandas

        base, others = self._against(reference)
        table = self.by_group
        p, low, high = (table[c] for c in ("rate", "lower", "upper"))
        d = p.iloc[others] - p.iloc[base]
        # MOVER: the distances of the limits from the points add like standard deviations.
        lower = d - ((p.iloc[others] - low.iloc[others]) ** 2 + (high.iloc[base] - p.iloc[base]) ** 2) ** 0.5
        upper = d + ((high.iloc[others] - p.iloc[others]) ** 2 + (p.iloc[base] - low.iloc[base]) ** 2) ** 0.5
        return pandas.DataFrame({"against": reference, "difference": d, "lower": lower, "upper": upper, "confidence": self.confidence, "method": "mover_d"})

    def _comparison(self, others, reference, what, own, family):
        import pandas

        def real(values):
            return pandas.arrays.FloatingArray(numpy.asarray(values.filled(0), dtype=float), numpy.ma.getmaskarray(values).copy())

        return pandas.DataFrame({"against": reference, what: real(own.point), "lower": real(own.limits.lower), "upper": real(own.limits.upper),
                                 "lower_family": real(family.limits.lower), "upper_family": real(family.limits.upper), "confidence": self.confidence,
                                 "comparisons": len(others), "method": "conditional_effective", "undefined": own.undefined},
                                index=pandas.Index([self._names[i] for i in others], name="group"))

    def summary(self, *, replicates: int = 10_000, seed: int = 0) -> Result:
        """All groups at once (`stats.fairness.summarise`): max/min with an interval that survives picking the extremes, and what
        max/min comes to when nothing differs. Of the counts as if unclustered."""
        from . import stats

        return stats.fairness.summarise(self._events, self._exposure, confidence=self.confidence, replicates=replicates, seed=seed)

    def to_pandas(self):
        return self.by_group

    def to_dict(self) -> dict[str, typing.Any]:
        return {"metric": self.metric, "confidence": self.confidence, "by_group": self.by_group.astype(object).where(self.by_group.notna(), None).to_dict("index")}

    def plot(self, ax=None):
        """A forest of the groups' rates."""
        from . import plot

        table = self.by_group
        columns = [numpy.ma.MaskedArray(table[c].to_numpy(dtype=float, na_value=numpy.nan), mask=table[c].isna()) for c in ("rate", "lower", "upper")]
        return plot.ForestDisplay.from_intervals(self._names, *columns, ax=ax, xlabel=self.metric.replace("_", " "))

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            from matplotlib.figure import Figure
        except ImportError:
            return bundle
        shown = self.plot(ax=Figure().subplots())._repr_mimebundle_()
        return {**shown, **bundle}

    def __repr__(self):
        return f"<GroupRates of {self.metric}: {', '.join(self._names)}>\n{self.by_group}"

    def _repr_html_(self):
        return self.by_group._repr_html_()


def group_rates(events, exposure=None, *, groups, metric: str, persons=None, confidence: float = 0.95) -> GroupRates:
    """Rates by group: `group_rates(alerted, groups=frame["sex"], metric="false_positive_identification_rate", persons=frame["person"])`.

    `events` has one element for each row: true or false for a passage that did or did not end in the event, or a count;
    `exposure` the trials, seconds or faces of each row (1 when left out). `groups` are labels. `metric` names what is divided by
    what, and so whether this is a share of trials or a rate; `lfreval.metrics` lists them. With `persons`, trials of the same
    person are taken to resemble each other, as they do; without, every row is taken for a stranger, which makes intervals too short where people
    pass more than once. Rows without a label are a group of their own, "".
    """
    known = {m["key"]: m for m in _lfreval.metrics()}
    if metric not in known:
        from ._evaluation import explain

        explain(metric)
    x = numpy.asarray(events)
    if x.size and x.dtype.kind not in "biu":
        raise TypeError(f"events: true and false, or whole numbers, are needed, not {x.dtype}")
    n = numpy.ones(len(x), numpy.int64) if exposure is None else numpy.asarray(exposure)
    if n.size and n.dtype.kind not in "iu":
        raise TypeError(f"exposure: whole numbers are needed, not {n.dtype}")
    label = numpy.asarray(groups)
    missing = numpy.array([g is None or g != g for g in label.tolist()], dtype=bool) if label.dtype.kind in "Of" else numpy.zeros(len(label), bool)
    label = numpy.where(missing, "", label.astype(str))
    if not len(x) == len(n) == len(label):
        raise ValueError(f"there are {len(x)} events, {len(n)} exposures and {len(label)} labels")
    x, n = x.astype(numpy.int64), n.astype(numpy.int64)
    if (x < 0).any() or (n < 0).any():
        raise ValueError("a count is below 0")
    if known[metric]["family"] == "share" and (x > n).any():
        raise ValueError(f"{metric} is a share of trials: there are more events than trials in a row")
    names, place = numpy.unique(label, return_inverse=True)
    sums = [numpy.zeros(len(names), numpy.int64) for _ in range(2)]
    for into, column in zip(sums, (x, n)):
        numpy.add.at(into, place, column)
    clusters = None
    if persons is not None:
        who = numpy.asarray(persons)
        if len(who) != len(x):
            raise ValueError(f"persons: there are {len(who)} for {len(x)} rows")
        clusters = (x, n, place, numpy.unique(who.astype(str), return_inverse=True)[1])
    return GroupRates(names.tolist(), sums[0], sums[1], metric, known[metric]["family"], confidence, clusters)
