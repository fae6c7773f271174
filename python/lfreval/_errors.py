"""What goes wrong, as exceptions."""
from __future__ import annotations

import typing


class InputError(ValueError):
    """A file, a study or a value was refused, with the place and what would have been accepted.

    The attributes are those of the first refused thing; `errors` has all of them, each as a dictionary with the same
    names, so that a person mends a file once. Empty texts and zeros mean "does not apply". Values that may name somebody
    are left out unless `show_values=True` was asked for.
    """

    code: str  #: `not_a_count`, `unknown_key` …
    file: str
    line: int  #: 1-based line in the file
    column: int  #: 1-based: of a character in a study, of a field in a table
    column_name: str  #: header of the table column
    value: str  #: the offending text, as found
    allowed: str  #: what would have been accepted
    errors: tuple[dict[str, typing.Any], ...]

    def __init__(self, errors: typing.Sequence[typing.Mapping[str, typing.Any]]):
        self.errors = tuple(dict(e) for e in errors)
        first = self.errors[0]
        for name in ("code", "file", "line", "column", "column_name", "value", "allowed"):
            setattr(self, name, first[name])
        shown = [e["message"] for e in self.errors[:50]]
        if len(self.errors) > 50:
            shown.append(f"and {len(self.errors) - 50:,} more")
        super().__init__("\n".join(shown))

    def __reduce__(self):
        return (InputError, (self.errors,))


class UndefinedError(ArithmeticError):
    """A statistic that has no value on these data. It is never 0 and never NaN.

    In arrays such elements are masked instead; see `lfreval.stats`.
    """

    reason: str  #: `empty`, `no_events`, `one_cluster` …
    remedy: str  #: a sentence: what to record or to collect
    bounds: tuple[float, float] | None  #: the range that is certain whatever the data

    def __init__(self, why: typing.Mapping[str, typing.Any]):
        self.reason, self.remedy, self.bounds = why["reason"].lower(), why["remedy"], why["bounds"]
        certain = f" Certain is only {self.bounds[0]:g} to {self.bounds[1]:g}." if self.bounds else ""
        super().__init__(f"not estimable ({self.reason}): {self.remedy}{certain}")

    def __reduce__(self):
        return (UndefinedError, ({"reason": self.reason, "remedy": self.remedy, "bounds": self.bounds},))
