"""The statistical methods of lfreval, family by family: intervals, ratios, differences, tests, power, thresholds.

    >>> from lfreval import stats
    >>> made = stats.binomial.clopper_pearson(7, 8600, confidence=0.95)
    >>> f"{made.lower:.3g} to {made.upper:.3g}"
    '0.000327 to 0.00168'
    >>> made.method, made.confidence, made.sides
    ('clopper_pearson', 0.95, 'two')

Families
--------
One group:       `binomial` (shares of trials), `poisson` (events over an exposure), `rate` (few events, estimated
                 denominators, the clustered headline `rate.estimate_rate`, verdicts `rate.judge`), `cluster` (trials of the
                 same person or deployment resemble each other), `two_way` (comparisons that share people), `missing`
                 (alerts never resolved), `weights`, `bootstrap`, `band`
Two groups:      `rate_ratio`, `ratio`, `difference`, `two_by_two`, `paired`, `permutation`, `equivalence`, `power`, `share`
Many groups:     `k_by_two`, `multiplicity`, `fairness`, `stratified`, `logit`
Deployments:     `series`, `overdispersion`, `funnel`, `meta`, `sequential` (limits, evidence and alarms that hold at every look)
Identification:  `identification` (thresholds with a guarantee, lists of other sizes, areas, tails, predictive values, two systems
                 on the same passages)
Judgement:       `decision` (net benefit, fronts of operating points, another tactic, beliefs), `sensitivity` (which uncertain
                 quantity moves a decision, what knowing it is worth), `verification_bias`, `audit` (what was missed among
                 those who raised no alert)

Numbers and arrays
------------------
A method of single numbers takes arrays as well; they are broadcast as NumPy does, and what comes back has arrays of that
shape. Counts are whole numbers and stay so: a float where a count belongs is a `TypeError`, whatever its value.

    >>> made = stats.binomial.clopper_pearson([0, 7, 0], [8600, 8600, 0])
    >>> made.upper
    masked_array(data=[0.0004288..., 0.0016763..., --],
                 mask=[False, False,  True],
           fill_value=1e+20)
    >>> made.undefined
    array(['', '', 'empty'], dtype='<U5')

What is undefined
-----------------
A statistic that the data cannot give is never 0 and never NaN. For single numbers it raises `lfreval.UndefinedError`, with
a reason and a remedy. In arrays the element is masked (`numpy.ma`), and the result has `undefined`, an array of reasons, in
which '' is "has a value", and `remedies`, a dictionary from reason to sentence. Operations of NumPy and matplotlib keep the
mask; `to_pandas()` gives `<NA>`. Who strips the mask (`numpy.asarray`) finds NaN underneath, so that nothing plausible can
slip into a sum. An end that the data do not bound is `inf`.

A wrong call (more events than trials, a confidence of 95) raises `ValueError` or `TypeError`.
"""
from __future__ import annotations

import inspect
import sys
import textwrap
import types
import typing

import numpy

from . import _lfreval
from ._result import Result

try:
    from ._header_words import WORDS as _WORDS
except ImportError:  # the words are collected when the package is built
    _WORDS = {}

_KINDS = {"count": "a whole number or an array of them", "real": "a number or an array of them"}


def _wrapped(name: str, value):
    """Dictionaries from the core as results."""
    if isinstance(value, dict):
        if value.keys() == {"undefined", "remedy"}:
            value = {**value, "undefined": value["undefined"].lower()}
        return Result(name, {k: _wrapped(k, v) for k, v in value.items()})
    if isinstance(value, list):
        return [_wrapped(name, v) for v in value]
    return value


def _is_single(value) -> bool:
    return not isinstance(value, (list, tuple)) and (getattr(value, "ndim", None) in (0, None))


def _column(value, kind: str, name: str) -> numpy.ndarray:
    """An argument as an array of the one kind the core takes; whole numbers never come from floats."""
    if isinstance(value, numpy.ma.MaskedArray) and numpy.ma.is_masked(value):
        raise ValueError(f"{name}: has masked elements; leave them out first")
    array = numpy.asarray(value)
    if array.size and array.dtype.kind not in ("iu" if kind == "count" else "fiu"):
        raise TypeError(f"{name}: {'whole numbers' if kind == 'count' else 'numbers'} are needed, not {array.dtype}")
    if kind == "real":
        return array.astype(numpy.float64, copy=False)
    if array.size and array.dtype.kind == "i" and array.min() < 0:
        raise ValueError(f"{name}: a count is below 0")
    return array.astype(numpy.uint64, copy=False)


def _elementwise(does, left_out: dict, name: str) -> typing.Callable:
    names, kinds = does.names.split(", "), does.kinds
    required = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=left_out.get(n, inspect.Parameter.empty))
                for n in names]
    if does.takes_confidence:
        required.append(inspect.Parameter("confidence", inspect.Parameter.KEYWORD_ONLY, default=0.95))
    if does.takes_sides:
        required.append(inspect.Parameter("sides", inspect.Parameter.KEYWORD_ONLY, default="two"))
    signature = inspect.Signature(required)
    count = len(names)

    def call(*args, confidence=0.95, sides="two", **named):
        if named or len(args) != count:
            bound = signature.bind(*args, **named)
            bound.apply_defaults()
            args = tuple(bound.arguments[n] for n in names)
        if all(_is_single(a) for a in args):
            return _wrapped(name, does.one(args, confidence, sides))
        arrays = numpy.broadcast_arrays(*(_column(a, k, n) for a, k, n in zip(args, kinds, names)))
        shape = arrays[0].shape
        columns, reasons, why = does.many([numpy.ascontiguousarray(a).ravel() for a in arrays], confidence, sides)
        values: dict = {}
        for path, kind, data, absent in columns:
            made = numpy.array(data, dtype=object) if kind == "text" else data.astype(bool) if kind == "truth" else data
            masked = numpy.ma.MaskedArray(made.reshape(shape), mask=absent.astype(bool).reshape(shape))
            if not path:
                values["value"] = masked
                continue
            *above, last = path.split(".")
            inside = values
            for step in above:
                inside = inside.setdefault(step, {})
            inside[last] = masked
        for inside in [values, *(v for v in values.values() if isinstance(v, dict))]:
            # These say how the call was made: the same for each element that has a value.
            for key in ("confidence", "method", "sides"):
                if key in inside and isinstance(inside[key], numpy.ma.MaskedArray):
                    known = inside[key].compressed()
                    if known.size and (known == known[0]).all():
                        inside[key] = known[0].item() if hasattr(known[0], "item") else known[0]
        reasons = [(reason.lower(), remedy) for reason, remedy in reasons]
        texts = numpy.array(["", *(reason for reason, _ in reasons)])
        values["undefined"] = texts[why].reshape(shape)
        values["remedies"] = dict(reasons)
        return _ArrayResult(name, {k: _wrapped(k, v) if k != "remedies" else v for k, v in values.items()})

    call.__signature__ = signature
    return call


class _ArrayResult(Result):
    """The results of arrays: each value is a masked array of the broadcast shape."""

    __slots__ = ()

    def __repr__(self):
        undefined = int((self.undefined != "").sum())
        return f"{self._name} of {self.undefined.shape}" + (f", {undefined} undefined" if undefined else "") + f": {', '.join(self._values)}"

    def __eq__(self, other):
        return self is other

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return (_ArrayResult, (self._name, self._values))

    def _repr_html_(self):
        return self.to_pandas()._repr_html_()

    def to_pandas(self):
        """One row for each element, in the order of `ravel()`; what is undefined is `<NA>`, with its reason beside it."""
        values = {k: v for k, v in self._values.items() if k != "remedies"}
        return Result(self._name, values).to_pandas()


def _of_arrays(does, written: str, name: str) -> typing.Callable:
    signature = inspect.signature(eval(f"lambda {written}: None"))  # noqa: S307 - our own table
    # Arguments go to the core by position, in the order in which it declares them.

    def call(*args, **named):
        bound = signature.bind(*args, **named)
        bound.apply_defaults()
        return _wrapped(name, does(*bound.args, *bound.kwargs.values()))

    call.__signature__ = signature
    return call


_SHAPES = {"confidence": "confidence: strictly between 0 and 1; 0.95, not 95",
           "sides": "sides: 'two' spends half of alpha on each end; 'lower' or 'upper' all of it on that end",
           "progress": "progress: called with the steps done and planned; Ctrl-C stops the work",
           "family": "family: 'share' for trials that did or did not end in the event, 'rate' for events over an exposure",
           "by": "by: what the rows are, 'person' or 'deployment'",
           "outcomes": "outcomes: one truth value (or 0 and 1) for each trial, in order",
           "changed": "changed: one truth value for each site: whether something was changed there",
           "alerted": "alerted: one truth value for each passage",
           "only_hit": "only_hit: whole numbers, the list entry that alone reached the threshold; -1 where none or several did",
           "same_people": "same_people: whether somebody may be in rows and in columns, as in one-to-one test sets",
           "is_listed": "is_listed: one truth value for each passage",
           "probabilities": "probabilities: float32, one for each passage",
           "inputs": "inputs: one tuple for each: ('fixed', value), ('beta', a, b), ('gamma', shape, rate), "
                     "('uniform', lowest, highest), ('triangular', lowest, likeliest, highest), ('share', events, trials), "
                     "('rate', events, exposure), ('clustered_rate', point, effective_events)",
           "strategies": "strategies: how many there are; net_benefit is a function of an array with one value for each input "
                         "that returns one number for each strategy",
           "benefit_events": "benefit_events, benefit_exposure, burden_events, burden_exposure: tables of whole numbers, "
                             "one row for each operating point, one column for each entity",
           "scores_of_groups": "scores_of_groups: one float32 array for each group",
           "reached_entries": "reached_entries: for each passage that alerted, the list entries at or above the threshold",
           "hits_by_stratum": "hits_by_stratum: a table of whole numbers, one row for each passage, one column for each stratum",
           "against": "groups, clusters: whole numbers; the groups are numbered from 0. against: 'pairs', 'everybody_else', or "
                      "the number of the group that all others are set against",
           "result": "result: a function of an array with one value for each input, in their order, that returns a number"}


def _words(family: str, name: str, does, written: str | dict | None) -> str:
    # What Python keeps under another family than C++.
    elsewhere = {("cluster", "fay_feuer"): "rate::fay_feuer", ("rate", "estimate_rate"): "::estimate_rate", ("rate", "judge"): "::judge",
                 ("fairness", "compare_ratios"): "::compare_ratios",
                 ("fairness", "compare_differences"): "::compare_differences",
                 ("bootstrap", "poisson_cluster_replicates"): "bootstrap::poisson_cluster_replicate",
                 ("sequential", "bernoulli_cusum"): "sequential::bernoulli_cusum{}",
                 ("sensitivity", "sobol_sequence"): "sensitivity::sobol_sequence{}",
                 ("decision", "cost_optimal_likelihood_ratio"): "decision::cost_optimal_rule{}",
                 ("decision", "threshold_probability"): "decision::exchange_rate{}",
                 ("decision", "clustered_benefit"): "decision::clustered_benefit{}",
                 ("decision", "break_even_of_clusters"): "decision::break_even_rate{}"}
    text = _WORDS.get(elsewhere.get((family, name), f"{family}::{name}"), "")
    about = []
    if not isinstance(written, str):
        left_out = written or {}
        about = [f"{n}: {_KINDS[k]}" + (f"; {left_out[n]} if left out" if n in left_out else "")
                 for n, k in zip(does.names.split(", "), does.kinds)]
        options = [o for o, takes in (("confidence", does.takes_confidence), ("sides", does.takes_sides)) if takes]
        shapes = "Arrays are broadcast against each other; the values of the result then have their shape, with undefined ones masked."
    else:
        options = [o for o in _SHAPES if o in inspect.signature(eval(f"lambda {written}: None")).parameters]  # noqa: S307
        shapes = "Takes arrays of one dimension, whole ones for counts, one element for each cluster, group or passage."
        if any(o in options for o in ("inputs", "benefit_events")):
            shapes = ""  # said of each argument
    about += [_SHAPES[o] for o in options]
    common = _WORDS.get(f"{elsewhere.get((family, name), family + '::').split('::')[0]}::", "")
    paragraphs = [*text.split("\n\n"), "Arguments:", *(f"  {a}" for a in about), shapes]
    if "Common to all" in common:
        paragraphs.append(common[common.index("Common to all"):].split("\n\n")[0])
    paragraphs.append("In Python: undefined raises lfreval.UndefinedError for single values; std::invalid_argument is ValueError.")
    return "\n\n".join(textwrap.fill(p, 110, initial_indent=p[:len(p) - len(p.lstrip())], subsequent_indent="    " if p.startswith("  ") else "",
                                     break_long_words=False, break_on_hyphens=False) for p in paragraphs if p).replace("\n\n  ", "\n  ")


def _family(name: str, functions: dict) -> types.ModuleType:
    module = types.ModuleType(f"{__name__}.{name}")
    about = _WORDS.get(f"{name}::", "").split("\n\n")[0]
    module.__doc__ = textwrap.fill(about, 110, break_long_words=False, break_on_hyphens=False) or f"The methods of the family {name}."
    module.__all__ = []
    for leaf, (does, written) in functions.items():
        call = _of_arrays(does, written, leaf) if isinstance(written, str) else _elementwise(does, written or {}, leaf)
        call.__name__ = call.__qualname__ = leaf
        call.__module__ = module.__name__
        call.__doc__ = _words(name, leaf, does, written)
        setattr(module, leaf, call)
        module.__all__.append(leaf)
    sys.modules[module.__name__] = module
    return module


__all__ = []
for _name, _functions in _lfreval.stats.items():
    globals()[_name] = _family(_name, _functions)
    __all__.append(_name)
del _name, _functions
