"""Prints the type stub of lfreval.stats, whose functions come from the table of the extension:

    PYTHONPATH=build/release/python /usr/bin/python3 scripts/write_python_stubs.py >python/lfreval/stats.pyi
"""
import inspect

from lfreval import _lfreval, stats

KINDS = {"confidence": "float", "sides": "Sides", "family": "Family", "progress": "Progress"}


def parameter(one: inspect.Parameter, kinds: dict) -> str:
    kind = kinds.get(one.name) or KINDS.get(one.name)
    if kind is None:
        kind = type(one.default).__name__ if isinstance(one.default, (bool, int, float, str)) else "Any"
    written = f"{one.name}: {kind}"
    return written if one.default is inspect.Parameter.empty else f"{written} = ..."


def function(family: str, name: str) -> str:
    does, signature = _lfreval.stats[family][name]
    kinds = {} if isinstance(signature, str) else {n: {"count": "Counts", "real": "Numbers"}[k] for n, k in zip(does.names.split(", "), does.kinds)}
    parameters, starred = [], False
    for one in inspect.signature(getattr(getattr(stats, family), name)).parameters.values():
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            parameters.append("*")
            starred = True
        parameters.append(parameter(one, kinds))
    return f"    @staticmethod\n    def {name}({', '.join(parameters)}) -> Any: ..."


print('''"""Written by scripts/write_python_stubs.py from the table of the extension."""
from typing import Any, Callable, Literal, Sequence, Union

import numpy
import numpy.typing

Counts = Union[int, Sequence[int], numpy.typing.NDArray[numpy.integer[Any]], Any]
Numbers = Union[float, Sequence[float], numpy.typing.NDArray[numpy.floating[Any]], Any]
Sides = Literal["two", "lower", "upper"]
Family = Literal["share", "rate"]
Progress = Union[Callable[[int, int], Any], None]
''')
for family in stats.__all__:
    print(f"class {family}:")
    print("\n".join(function(family, name) for name in getattr(stats, family).__all__), end="\n\n")
