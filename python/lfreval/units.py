"""Units are types: a count of faces is not a count of people.

    >>> from lfreval import units
    >>> units.false_alerts(7) / units.faces(8600)
    7 false alerts in 8,600 faces

What comes out is a `Tally`, which keeps both counts. A division that no metric defines is a `TypeError` that says what
was confused:

    >>> units.false_alerts(7) / units.persons(5000)
    Traceback (most recent call last):
    TypeError: M04: faces are not people: nobody counted persons, one person gives many faces; divide by faces
"""
from __future__ import annotations

import operator
import typing

from . import _lfreval
from ._result import Result

_METRICS = {(m["events"], m["exposure"]): m for m in _lfreval.metrics()}
_FALSE = {"false_alerts", "false_engagements", "nonmated_passages_with_alert"}


def _mistake(events: str, exposure: str) -> str:
    """The sentence for the best-known wrong divisions, as C++ gives it."""
    if exposure == "persons":
        return "M04: faces are not people: nobody counted persons, one person gives many faces; divide by faces"
    if events in _FALSE and exposure == "passages":
        return "M08: listed people do not belong in this denominator; divide by nonmated_passages"
    if events in {"alerts", "false_alerts"} and exposure == "nonmated_passages":
        return "M09: one passage may raise several alerts; count nonmated_passages_with_alert"
    if events == "false_alerts" and exposure == "alerts":
        return "M16: unresolved alerts are neither true nor false; divide by resolved_alerts"
    if events == "false_matches" and exposure in {"nonmated_passages", "faces"}:
        return "M10: a false match rate is per comparison, not per passage; an FPIR needs searches of the whole list"
    defined = ", ".join(x for e, x in _METRICS if e == events)
    return f"no metric divides {events} by {exposure}" + (f"; {events} are divided by {defined}" if defined else "")


class Count:
    """A whole number of one unit, from 0 to 2^52. Same units add and compare; nothing turns into another unit."""

    __slots__ = ("_n",)
    _n: int
    unit: typing.ClassVar[str] = ""
    singular: typing.ClassVar[str] = ""
    plural: typing.ClassVar[str] = ""

    def __init__(self, n: int):
        if type(self) is Count:
            raise TypeError("a count has a unit: lfreval.units.faces(8600)")
        if isinstance(n, bool):
            raise TypeError(f"{self.unit}: a whole number, not {n}")
        try:
            n = operator.index(n)
        except TypeError:
            raise TypeError(f"{self.unit}: a whole number, not {n!r}") from None
        if not 0 <= n <= _lfreval.largest_count:
            raise ValueError(f"{self.unit}: {n} is not a whole number from 0 to 2^52")
        object.__setattr__(self, "_n", n)

    def __setattr__(self, name, value):
        raise AttributeError(f"{self.unit} cannot be changed")

    @property
    def value(self) -> int:
        """The number without its unit."""
        return self._n

    def __int__(self) -> int:
        return self._n

    def __repr__(self) -> str:
        return f"{self._n:,} {self.singular if self._n == 1 else self.plural}"

    def _same(self, other, what: str):
        if not isinstance(other, Count):
            raise TypeError(f"{what}: {self.unit} and {type(other).__name__}; write {self.unit}({other!r}) if that is what it is")
        if type(other) is not type(self):
            raise TypeError(f"{what}: {self.unit} and {other.unit} are different units")
        return other._n

    def __eq__(self, other):
        return type(other) is type(self) and other._n == self._n

    def __hash__(self):
        return hash((self.unit, self._n))

    def __lt__(self, other):
        return self._n < self._same(other, "compare")

    def __le__(self, other):
        return self._n <= self._same(other, "compare")

    def __gt__(self, other):
        return self._n > self._same(other, "compare")

    def __ge__(self, other):
        return self._n >= self._same(other, "compare")

    def __add__(self, other):
        # Resolved alerts are the true and the false ones; nothing else adds across units.
        if isinstance(other, Count) and {self.unit, other.unit} == {"true_alerts", "false_alerts"}:
            return globals()["resolved_alerts"](self._n + other._n)
        return type(self)(self._n + self._same(other, "add"))

    def __radd__(self, other):
        if isinstance(other, int) and not isinstance(other, bool) and other == 0:  # sum() begins with 0
            return self
        return NotImplemented

    def __truediv__(self, other):
        if not isinstance(other, Count):
            raise TypeError(f"{self.unit} are divided by a count with a unit, not by {other!r}")
        return Tally(self, other)

    def __rtruediv__(self, other):
        raise TypeError(f"{other!r} has no unit: write lfreval.units.false_alerts({other!r}), or what it counts")

    def __reduce__(self):
        return (_count, (self.unit, self._n))


def _count(unit: str, n: int) -> Count:
    return globals()[unit](n)


class Tally:
    """Events over exposure, as whole numbers with units: the only thing a rate can be made from.

    Tallies of the same metric add: pool counts, never rates. `interval()` gives the rate with its limits.
    """

    __slots__ = ("events", "exposure", "metric")
    events: Count
    exposure: Count
    metric: str  #: `false_alerts_per_face`

    def __init__(self, events: Count, exposure: Count):
        found = _METRICS.get((events.unit, exposure.unit))
        if found is None:
            raise TypeError(_mistake(events.unit, exposure.unit))
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "exposure", exposure)
        object.__setattr__(self, "metric", found["key"])

    def __setattr__(self, name, value):
        raise AttributeError("a tally cannot be changed")

    def __add__(self, other):
        if not isinstance(other, Tally) or other.metric != self.metric:
            what = other.metric if isinstance(other, Tally) else repr(other)
            raise TypeError(f"{self.metric} and {what} do not add: pool counts of one metric")
        return Tally(self.events + other.events, self.exposure + other.exposure)

    def __radd__(self, other):
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __float__(self):
        raise TypeError("a rate is not used without its interval: tally.interval(); its numbers are tally.events and tally.exposure")

    def __eq__(self, other):
        return isinstance(other, Tally) and (self.events, self.exposure) == (other.events, other.exposure)

    def __hash__(self):
        return hash((self.events, self.exposure))

    def __repr__(self):
        return f"{self.events!r} in {self.exposure!r}"

    def __reduce__(self):
        return (Tally, (self.events, self.exposure))

    def interval(self, confidence: float = 0.95, sides: typing.Literal["two", "lower", "upper"] = "two") -> Result:
        """The rate with exact limits that take every trial as unrelated to the next: `point`, `limits`, `per`.

        Clopper-Pearson for a share of trials, Garwood for events over an exposure. Rates over seconds are given per hour.
        Where one person or deployment brings many trials, use `lfreval.stats.cluster` instead. Raises `UndefinedError`
        without exposure.
        """
        from . import stats

        metric = _METRICS[self.events.unit, self.exposure.unit]
        method = stats.binomial.clopper_pearson if metric["family"] == "share" else stats.poisson.garwood
        scale = metric["printed_per"]
        exposure = self.exposure.value if metric["family"] == "share" else self.exposure.value / scale
        made = method(self.events.value, exposure, confidence=confidence, sides=sides)
        return Result("Rate", {"point": self.events.value / exposure, "limits": made, "tally": self, "metric": self.metric})


__all__ = ["Count", "Tally"]
for _name, _singular, _plural in _lfreval.units():
    globals()[_name] = type(_name, (Count,), {
        "__slots__": (), "__module__": __name__, "unit": _name, "singular": _singular, "plural": _plural,
        "__doc__": f"A whole number of {_plural}."})
    __all__.append(_name)
del _name, _singular, _plural
