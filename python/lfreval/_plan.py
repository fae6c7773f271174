"""Plans: what a trial needs before there are data, and what a budget can and cannot show."""
from __future__ import annotations

import os
import pathlib
import typing

from . import _lfreval
from ._result import Result
from ._toml import to_toml


class Plan(Result):
    """What each claim needs: `claims`, in the order declared, each with its `passages`, `persons`, `hours` and `power`.

    `mated_passages`, `nonmated_passages`, `persons`, `hours` are enough for all of them; `budget` and `groups` say what the
    declared budget shows; `quotas` how many of the people listed have to be of each group; `page` is one HTML file with the
    chance of each claim over the size of the trial, where it was asked for; `study` is the text of the study that the trial will be held to, and `study_sha256` its
    pre-registration. `text` is what `lfreval plan` prints.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self.text

    def save(self, path: str | os.PathLike) -> pathlib.Path:
        """Writes the study. A file that is there already is not written over: it may be a pre-registration."""
        path = pathlib.Path(path)
        with open(path, "x", encoding="utf-8", newline="") as out:
            out.write(self.study)
        return path


def plan(design: str | os.PathLike | None = None, *, simulate: int = 0, page: bool = False, threads: int = 1, **declared: typing.Any) -> Plan:
    """Sizes a trial for the claims that it must support, as `lfreval plan` does.

    `design` is a design file (docs/design.md). Or the design is declared by keyword arguments: `name`, `confidence`, `power`,
    `seed`, `system`, `operating_threshold`, `comparator`, `comparator_threshold`; `planning` and `budget` as dictionaries, `claims` as a list of dictionaries:

        lfreval.plan(
            name="Trial in March",
            planning={"false_positive_identification_rate": 0.0003, "passes_per_person": 1},
            claims=[{"metric": "false_positive_identification_rate", "at_most": {"events": 1, "exposure": 1000}}])

    The planning values are suppositions: no chance that a plan states is better than they are. With `simulate`, that many
    trials of the planned size are drawn for each claim within reach and evaluated whole; each claim then has
    `evaluated_trials` and how many of them `supported` it. With `page` the result has the page of the plan, which takes some
    twenty times as long. The same seed gives the same plan, on any number of `threads`.
    Raises `InputError` with all errors at once, `ValueError` for a negative `simulate`.
    """
    if (design is None) == (not declared):
        raise TypeError("give a design file, or keyword arguments that declare one")
    if simulate < 0:
        raise ValueError("simulate: a number of trials, 0 for none")
    if design is not None:
        return Plan("Plan", _lfreval.plan(os.fspath(design), None, simulate, threads, page))
    tables: dict[str, typing.Any] = {"schema": 1, "design": {}}
    for key, value in declared.items():
        if key in ("planning", "budget"):
            tables[key] = value
        elif key == "claims":
            tables["claim"] = value
        else:
            tables["design"][key] = value
    return Plan("Plan", _lfreval.plan("keyword arguments", to_toml(tables), simulate, threads, page))
