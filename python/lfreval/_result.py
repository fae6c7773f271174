"""Results: named values that print themselves, turn into dictionaries and pandas frames, and compare."""
from __future__ import annotations

import html
import typing


def plain(value: typing.Any) -> typing.Any:
    """Nested results as nested dictionaries."""
    if isinstance(value, Result):
        return value.to_dict()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value


def shown(value: typing.Any) -> str:
    """A value as a person reads it in one line."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Result) and {"lower", "upper", "confidence"} <= set(value._values):
        return f"{shown(value.lower)} to {shown(value.upper)}"
    text = str(value)
    return text if len(text) <= 100 else text[:99] + "…"


def flat(values: typing.Mapping[str, typing.Any], before: str = "") -> dict[str, typing.Any]:
    """`limits.lower` for what is nested."""
    out = {}
    for name, value in values.items():
        if isinstance(value, (Result, dict)):
            out.update(flat(value._values if isinstance(value, Result) else value, f"{before}{name}."))
        else:
            out[before + name] = value
    return out


class Result:
    """Named values, read as attributes: `result.limits.lower`. Cannot be changed.

    `dir(result)` and printing it show the names; `to_dict()` gives plain dictionaries, `to_pandas()` a frame with one
    column for each name, nested names joined by a full stop.
    """

    __slots__ = ("_name", "_values")

    def __init__(self, name: str, values: typing.Mapping[str, typing.Any]):
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_values", dict(values))

    def __getattr__(self, name: str) -> typing.Any:
        try:
            return object.__getattribute__(self, "_values")[name]
        except KeyError:
            raise AttributeError(f"{self._name} has no {name!r}; it has {', '.join(self._values)}") from None

    def __setattr__(self, name, value):
        raise AttributeError(f"{self._name} cannot be changed")

    def __delattr__(self, name):
        raise AttributeError(f"{self._name} cannot be changed")

    def __dir__(self):
        return [*super().__dir__(), *self._values]

    def __eq__(self, other):
        return isinstance(other, Result) and self._name == other._name and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return (Result, (self._name, self._values))

    def __repr__(self):
        return f"{self._name}({', '.join(f'{name}={shown(value)}' for name, value in self._values.items())})"

    def _repr_html_(self):
        body = "".join(f"<tr><th style='text-align:left'>{html.escape(name)}</th><td>{html.escape(shown(value))}</td></tr>"
                       for name, value in flat(self._values).items())
        return f"<table><caption>{html.escape(self._name)}</caption>{body}</table>"

    def to_dict(self) -> dict[str, typing.Any]:
        """The values as plain dictionaries, lists and numbers."""
        return {name: plain(value) for name, value in self._values.items()}

    def to_pandas(self):
        """A pandas frame: one row for single values, one for each element of arrays; what is undefined is `<NA>`."""
        import numpy
        import pandas

        columns = flat(self._values)
        length = max((value.size for value in columns.values() if isinstance(value, numpy.ndarray)), default=1)
        out = {}
        for name, value in columns.items():
            if isinstance(value, numpy.ma.MaskedArray):
                mask = numpy.ma.getmaskarray(value).ravel()
                values = value.filled(0).ravel()
                kinds = {"f": pandas.arrays.FloatingArray, "i": pandas.arrays.IntegerArray, "u": pandas.arrays.IntegerArray}
                if values.dtype.kind in kinds:
                    out[name] = kinds[values.dtype.kind](values, mask)
                else:
                    out[name] = pandas.array([None if m else v for v, m in zip(values.tolist(), mask)])
            elif isinstance(value, numpy.ndarray):
                out[name] = value.ravel()
            else:
                # A list or nothing is one cell, not a column.
                out[name] = pandas.Series([value] * length, dtype=object) if isinstance(value, (list, tuple, type(None))) else [value] * length
        return pandas.DataFrame(out)
