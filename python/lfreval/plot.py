"""Pictures with matplotlib, in the style of scikit-learn's displays: `Display.from_…(…)` draws on `ax=` and returns the display,
whose `ax_` and `figure_` may be worked on further.

    display = plot.DetDisplay.from_scores(mated=mated, nonmated=nonmated)
    display.ax_.set_title("System A")

Nothing is drawn as a point that was not observed: a rate of 0 or 1 has no place on a probit axis and is drawn as the limit
that the data leave it; intervals are drawn as they are given, never smoothed. In a notebook each display also offers its
Vega-Lite specification (`to_vega_lite()`).

    DetDisplay           misses against false positives, on probit axes
    ThresholdDisplay     both rates over the threshold, with bands
    ForestDisplay        estimates with their intervals, one below the other
    FunnelDisplay        deployments by exposure within the limits of chance
    SeriesDisplay        deployments in order of date, with changes of level
    PredictiveDisplay    what an alert is worth, over the prevalence of listed people
    NetBenefitDisplay    net benefit over the exchange rate, beside "always" and "never"
    ParetoDisplay        alternatives by two costs, and those that no other beats in both
"""
from __future__ import annotations

import math
import typing

import numpy

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_MIME = "application/vnd.vegalite.v5+json"
#: Places on probit axes that people know: 1 in 100,000 up to 1/2.
_TICKS = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)


def _axes(ax):
    from matplotlib import pyplot

    return ax if ax is not None else pyplot.subplots()[1]


def _probit(rate):
    """The normal quantile of rates strictly between 0 and 1; masked at both ends."""
    from statistics import NormalDist

    rate = numpy.ma.masked_invalid(numpy.ma.asarray(rate, dtype=float))
    mask = numpy.ma.getmaskarray(rate) | (rate.filled(0) <= 0) | (rate.filled(1) >= 1)
    inside = numpy.where(mask, 0.5, rate.filled(0.5))
    return numpy.ma.MaskedArray([NormalDist().inv_cdf(p) for p in inside.tolist()], mask=mask)


def _share(value: float) -> str:
    """`1 in 1,000` for small shares, a percentage for others; nothing else is read as quickly."""
    return f"1 in {round(1 / value):,}" if value < 0.01 else f"{100 * value:g} %"


def _plain(values) -> list:
    """Numbers for JSON: what is masked or not finite is null."""
    out = []
    for value in numpy.ma.asarray(values).ravel().tolist():
        out.append(None if value is None or (isinstance(value, float) and not math.isfinite(value)) else value)
    return out


def _rows(**columns) -> list[dict[str, typing.Any]]:
    lists = {name: list(v) if isinstance(v, list) else _plain(v) for name, v in columns.items()}
    return [dict(zip(lists, row)) for row in zip(*lists.values())]


_Drawn = typing.TypeVar("_Drawn", bound="Display")


class Display:
    """A picture that was drawn: `ax_`, `figure_`, and the same as a Vega-Lite specification."""

    ax_: typing.Any = None
    figure_: typing.Any = None
    _specification: dict[str, typing.Any]

    def _drawn(self: _Drawn, ax, title: str, layers: list[dict], values: list[dict], **more) -> _Drawn:
        self.ax_, self.figure_ = ax, ax.figure
        self._specification = {"$schema": _SCHEMA, "description": title, "data": {"values": values}, "layer": layers, **more}
        return self

    def to_vega_lite(self) -> dict[str, typing.Any]:
        """The picture as a Vega-Lite 5 specification with its numbers in it."""
        return self._specification

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), _MIME: self._specification}


def _axis(field: str, title: str, kind: str = "quantitative", **more) -> dict[str, typing.Any]:
    return {"field": field, "type": kind, "title": title, **more}


def _probit_axis(field: str, title: str, ticks: dict[float, str]) -> dict[str, typing.Any]:
    words = " : ".join(f"abs(datum.value - ({place})) < 1e-9 ? '{text}'" for place, text in ticks.items()) + " : ''"
    return _axis(field, title, axis={"values": list(ticks), "labelExpr": words}, scale={"zero": False})


class DetDisplay(Display):
    """Misses (FNIR) against false positives (FPIR), one step for each threshold, on probit axes.

    Steps at which nothing was missed, or nobody falsely alerted, are off the axes: the curve ends at the last one that was
    observed. Below 1 in the number of non-mated passages nothing can be resolved; a dotted line says where that is.
    """

    @classmethod
    def from_counts(cls, false_positives, misses, *, nonmated: int, mated: int, ax=None, label: str | None = None, **line) -> DetDisplay:
        """From whole numbers at each threshold: non-mated passages with an alert, and mated ones without."""
        fpir = numpy.ma.asarray(false_positives, dtype=float) / nonmated
        fnir = numpy.ma.asarray(misses, dtype=float) / mated
        x, y = _probit(fpir), _probit(fnir)
        ax = _axes(ax)
        ax.plot(x, y, label=label, drawstyle="steps-post", **line)
        floor = _probit([1 / nonmated])[0]
        ax.axvline(floor, linestyle=":", linewidth=1, color="0.5")
        shown: dict[str, dict[float, str]] = {"x": {}, "y": {}}
        for set_, values, key in ((ax.set_xticks, x, "x"), (ax.set_yticks, y, "y")):
            known = values.compressed()
            low, high = (min(known.min(), floor if key == "x" else known.min()), known.max()) if known.size else (-3.0, 0.0)
            ticks = [p for p in _TICKS if low - 0.1 <= _probit([p])[0] <= high + 0.1]
            places = _probit(ticks).tolist()
            set_(places, [_share(p) for p in ticks])
            shown[key] = dict(zip(places, (_share(p) for p in ticks)))
        ax.set_xlabel(f"false positive identification rate ({nonmated:,} non-mated passages)")
        ax.set_ylabel(f"false negative identification rate ({mated:,} mated passages)")
        if label:
            ax.legend()
        values = [r for r in _rows(fpir=fpir, fnir=fnir, x=x, y=y) if r["x"] is not None and r["y"] is not None]
        return cls()._drawn(ax, "Misses against false positives", [
            {"mark": {"type": "line", "interpolate": "step-after"}, "encoding": {
                "x": _probit_axis("x", "false positive identification rate", shown["x"]), "y": _probit_axis("y", "false negative identification rate", shown["y"]),
                "order": {"field": "x"}}},
            {"mark": {"type": "rule", "strokeDash": [2, 2]}, "encoding": {"x": {"datum": float(floor)}}}], values)

    @classmethod
    def from_scores(cls, *, mated, nonmated, ax=None, label: str | None = None, **line) -> DetDisplay:
        """From one float32 score for each passage: of the mate for mated passages, the best for the others; `-inf` is none."""
        mated, nonmated = numpy.asarray(mated), numpy.asarray(nonmated)
        at = numpy.unique(numpy.concatenate([mated, nonmated]))
        at = at[numpy.isfinite(at)]
        above = len(nonmated) - numpy.searchsorted(numpy.sort(nonmated), at, side="left")
        missed = numpy.searchsorted(numpy.sort(mated), at, side="left")
        return cls.from_counts(above, missed, nonmated=len(nonmated), mated=len(mated), ax=ax, label=label, **line)


class ThresholdDisplay(Display):
    """Rates over the threshold, each with the band of its intervals; both kinds of error in one picture (C14)."""

    @classmethod
    def from_curves(cls, curves: typing.Mapping[str, typing.Any], *, ax=None, log: bool = False, **line) -> ThresholdDisplay:
        """`curves` by name, each a result of `Tallies.rate()` or `CurveReplicates.limits()`, or a mapping with `threshold`,
        `point`, `lower` and `upper`. `log` is for false positives by themselves; a rate of 0 is then its upper limit."""
        ax = _axes(ax)
        values = []
        for name, curve in curves.items():
            threshold, point, lower, upper = (curve[k] if isinstance(curve, dict) else getattr(curve, k) for k in ("threshold", "point", "lower", "upper"))
            drawn = numpy.ma.masked_less_equal(point, 0) if log else numpy.ma.asarray(point)
            drew, = ax.plot(threshold, drawn, label=name, drawstyle="steps-post", **line)
            bottom = numpy.ma.masked_less_equal(lower, 0).filled(numpy.ma.masked_less_equal(upper, 0).min() / 1e3) if log else numpy.ma.asarray(lower)
            ax.fill_between(threshold, bottom, upper, step="post", alpha=0.2, color=drew.get_color(), linewidth=0)
            values += _rows(rate=[name] * len(threshold), threshold=threshold, point=point, lower=lower, upper=upper)
        if log:
            ax.set_yscale("log")
        ax.set_xlabel("threshold (an alert is a score at or above it)")
        ax.set_ylabel("share of passages")
        ax.legend()
        y = _axis("point", "share of passages", scale={"type": "log"} if log else {})
        return cls()._drawn(ax, "Rates over the threshold", [
            {"mark": {"type": "area", "opacity": 0.2, "interpolate": "step-after"}, "encoding": {"y": _axis("lower", "share of passages"), "y2": {"field": "upper"}}},
            {"mark": {"type": "line", "interpolate": "step-after"}, "encoding": {"y": y}}],
            values, encoding={"x": _axis("threshold", "threshold", scale={"zero": False}), "color": _axis("rate", "", "nominal")})


class ForestDisplay(Display):
    """Estimates with their intervals, one below the other; an end that the data do not bound is an arrow."""

    @classmethod
    def from_intervals(cls, names: typing.Sequence[str], point, lower, upper, *, ax=None, reference: float | None = None, log: bool = False,
                       xlabel: str = "", **marks) -> ForestDisplay:
        """`reference` is drawn as a line: 1 for ratios, 0 for differences, a limit for rates."""
        ax = _axes(ax)
        point, lower, upper = (numpy.ma.asarray(v, dtype=float) for v in (point, lower, upper))
        places = numpy.arange(len(names))[::-1]
        if log:
            ax.set_xscale("log")
        finite = numpy.concatenate([v.compressed()[numpy.isfinite(v.compressed())] for v in (point, lower, upper)] or [[]])
        positive = finite[finite > 0] if log else finite
        left, right = (positive.min(), positive.max()) if positive.size else (0.0, 1.0)
        edge_low, edge_high = (left / 2, right * 2) if log else (left - 0.05 * (right - left), right + 0.05 * (right - left))
        values = []
        for i, y in enumerate(places):
            low, high, at = lower[i], upper[i], point[i]
            if low is numpy.ma.masked or high is numpy.ma.masked:
                ax.annotate("not estimable", (0.5, y), xycoords=("axes fraction", "data"), ha="center", va="center", color="0.4")
                values.append({"name": names[i], "point": None, "lower": None, "upper": None})
                continue
            opens_left, opens_right = (log and low <= 0) or not math.isfinite(low), not math.isfinite(high)
            a, b = (edge_low if opens_left else low), (edge_high if opens_right else high)
            ax.plot([a, b], [y, y], color="0.3", linewidth=1.5)
            if opens_left:
                ax.plot([a], [y], marker="<", color="0.3")
            if opens_right:
                ax.plot([b], [y], marker=">", color="0.3")
            if at is not numpy.ma.masked and math.isfinite(at) and (at > 0 or not log):
                ax.plot([at], [y], **{"marker": "s", "color": "C0", "linestyle": "", **marks})
            values.append({"name": names[i], "point": _plain([at])[0], "lower": _plain([low])[0], "upper": _plain([high])[0]})
        if reference is not None:
            ax.axvline(reference, linestyle="--", linewidth=1, color="0.5")
        ax.set_yticks(places, names)
        ax.set_xlabel(xlabel)
        x: dict[str, typing.Any] = {"type": "quantitative", "title": xlabel, "scale": {"type": "log"} if log else {"zero": False}}
        layers: list[dict] = [{"mark": "rule", "encoding": {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}}},
                  {"mark": {"type": "point", "shape": "square", "filled": True}, "encoding": {"x": {**x, "field": "point"}}}]
        if reference is not None:
            layers.append({"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"x": {"datum": reference}, "y": {"value": 0}, "y2": {"value": "height"}}})
        return cls()._drawn(ax, xlabel or "Estimates with their intervals", layers, values, encoding={"y": _axis("name", "", "nominal", sort=None)})

    @classmethod
    def from_findings(cls, findings, *, ax=None, names: typing.Sequence[str] | None = None, **more) -> ForestDisplay:
        """From findings of one metric and kind, such as `evaluation.findings.where(metric=…, kind="ratio")`."""
        rows = [f for f in findings if f.status not in {"not_measured", "refused"}]
        if not rows:
            raise ValueError("no finding has an estimate")
        if len({f.metric for f in rows}) > 1:
            raise ValueError("findings of several metrics do not share an axis: choose with findings.where(metric=…)")
        values = [f.to_dict() for f in rows]
        masked = [v.get("estimate") is None or "interval" not in v for v in values]

        def column(get):
            return numpy.ma.MaskedArray([0.0 if m else get(v) for v, m in zip(values, masked)], mask=masked)

        if names is None:
            names = ["; ".join(f"{k} {v or 'not on record'}" for k, v in value["axes"].items()) for value in values]
        more.setdefault("xlabel", rows[0].metric.replace("_", " "))
        if rows[0].kind == "ratio":
            more = {"log": True, "reference": 1.0, **more}
        return cls.from_intervals(names, column(lambda v: v["estimate"]), column(lambda v: v["interval"]["lower"]),
                                  column(lambda v: math.inf if v["interval"].get("upper_unbounded") else v["interval"]["upper"]), ax=ax, **more)


class FunnelDisplay(Display):
    """Deployments by exposure, within the limits of chance around the pooled share (`stats.funnel`)."""

    @classmethod
    def from_counts(cls, events, exposure, *, names: typing.Sequence[str] | None = None, confidence: float = 0.998, ax=None) -> FunnelDisplay:
        """Those outside are named; limits are widened where the deployments differ by more than chance."""
        from . import stats

        ax = _axes(ax)
        made = stats.funnel.find_outliers(events, exposure, confidence=confidence)
        events, exposure = numpy.asarray(events), numpy.asarray(exposure)
        share: typing.Any = numpy.ma.MaskedArray(events / numpy.where(exposure == 0, 1, exposure), mask=exposure == 0)
        outside = numpy.array([row.at in ("above", "below") for row in made.rows])
        order = numpy.argsort(exposure)
        lower = numpy.array([row.limits.lower for row in made.rows])
        upper = numpy.array([row.limits.upper for row in made.rows])
        shown = order[exposure[order] > 0]
        ax.fill_between(exposure[shown], lower[shown], upper[shown], alpha=0.15, color="0.5", linewidth=0, label=f"{100 * confidence:g} % limits")
        ax.plot(exposure, share, linestyle="", marker=".", color="C0")
        ax.plot(exposure[outside], share[outside], linestyle="", marker="o", color="C3", label="outside")
        ax.axhline(made.target, linewidth=1, color="0.3")
        ax.set_xscale("log")
        ax.set_xlabel("exposure")
        ax.set_ylabel("events per exposure")
        for i in numpy.flatnonzero(outside):
            if names is not None:
                ax.annotate(names[i], (exposure[i], share[i]), fontsize="small")
        ax.legend()
        words = list(names) if names is not None else [str(i) for i in range(len(events))]
        values = _rows(name=words, exposure=exposure, share=share, lower=lower, upper=upper, outside=[bool(o) for o in outside])
        x = _axis("exposure", "exposure", scale={"type": "log"})
        return cls()._drawn(ax, "Deployments within the limits of chance", [
            {"transform": [{"filter": "datum.exposure > 0"}], "mark": {"type": "area", "opacity": 0.2}, "encoding": {"x": x, "y": _axis("lower", "events per exposure"), "y2": {"field": "upper"}}},
            {"transform": [{"filter": "datum.exposure > 0"}], "mark": "point", "encoding": {"x": x, "y": _axis("share", "events per exposure"), "color": _axis("outside", "outside", "nominal"),
                                                                                             "tooltip": [{"field": "name"}, {"field": "share"}]}}], values)


class SeriesDisplay(Display):
    """Values of deployments in order, with the changes of level that were found and how far each may lie elsewhere."""

    change_points: typing.Any  #: what `stats.series.change_points` found

    @classmethod
    def from_values(cls, values, *, dates: typing.Sequence[typing.Any] | None = None, confidence: float = 0.95, log: bool = True, ax=None, ylabel: str = "") -> SeriesDisplay:
        """`values` above 0 in order, for instance faces per minute; change points by `stats.series.change_points` on their logarithms."""
        from . import stats

        ax = _axes(ax)
        values = numpy.asarray(values, dtype=float)
        found = stats.series.change_points(numpy.log(values), confidence=confidence)
        x = numpy.arange(len(values))
        ax.plot(x, values, linestyle="", marker=".")
        rules = []
        for change in found.breaks:
            ax.axvline(change.at - 0.5, color="C3", linewidth=1)
            ax.axvspan(change.location.first - 0.5, change.location.last + 0.5, color="C3", alpha=0.12, linewidth=0)
            rules.append({"mark": {"type": "rule", "color": "#c33"}, "encoding": {"x": {"datum": change.at - 0.5}}})
        if log:
            ax.set_yscale("log")
        ax.set_ylabel(ylabel)
        names = [str(d) for d in (dates if dates is not None else range(len(values)))]
        ticks = numpy.unique(numpy.linspace(0, len(values) - 1, min(6, len(values))).round().astype(int))
        ax.set_xticks(ticks, [names[i] for i in ticks])
        made = cls()._drawn(ax, ylabel or "Values in order", [
            {"mark": "point", "encoding": {"x": _axis("place", "deployments in order"), "y": _axis("value", ylabel, scale={"type": "log"} if log else {}),
                                           "tooltip": [{"field": "name"}, {"field": "value"}]}}, *rules], _rows(place=x, name=names, value=values))
        made.change_points = found
        return made


class PredictiveDisplay(Display):
    """What an alert is worth: the share of alerts that are right, over how many passers are listed.

    The band puts both rates at their limits the worse and the better way: at least the stated confidence.
    """

    @classmethod
    def from_rates(cls, found, false_alarm, *, prevalence=None, ax=None, label: str | None = None) -> PredictiveDisplay:
        """`found` and `false_alarm` are TPIR and FPIR as (lower, point, upper)."""
        from . import stats

        ax = _axes(ax)
        prevalence = numpy.logspace(-6, -1, 200) if prevalence is None else numpy.asarray(prevalence, dtype=float)
        value = stats.identification.positive_predictive_value
        point = value(prevalence, float(found[1]), float(false_alarm[1])).value
        lower = value(prevalence, float(found[0]), float(false_alarm[2])).value
        upper = value(prevalence, float(found[2]), float(false_alarm[0])).value
        drew, = ax.plot(prevalence, point, label=label)
        ax.fill_between(prevalence, lower, upper, alpha=0.2, color=drew.get_color(), linewidth=0)
        ax.set_xscale("log")
        ax.set_ylim(0, 1)
        ax.set_xlabel("share of passers who are listed")
        ax.set_ylabel("share of alerts that are right")
        if label:
            ax.legend()
        x = _axis("prevalence", "share of passers who are listed", scale={"type": "log"})
        return cls()._drawn(ax, "What an alert is worth", [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": {"x": x, "y": _axis("lower", "share of alerts that are right"), "y2": {"field": "upper"}}},
            {"mark": "line", "encoding": {"x": x, "y": _axis("point", "share of alerts that are right")}}], _rows(prevalence=prevalence, point=point, lower=lower, upper=upper))


class NetBenefitDisplay(Display):
    """Net benefit over the exchange rate (false alerts that one right alert is worth), beside doing nothing."""

    @classmethod
    def from_values(cls, exchange, curves: typing.Mapping[str, typing.Any], *, ax=None, ylabel: str = "net benefit per passage") -> NetBenefitDisplay:
        """`curves` by name, each the net benefit at each `exchange`; a mapping with `point`, `lower`, `upper` has a band."""
        ax = _axes(ax)
        exchange = numpy.asarray(exchange, dtype=float)
        values = []
        alternatives: dict[str, typing.Any] = {"never": numpy.zeros(len(exchange)), **curves}
        for name, curve in alternatives.items():
            point = curve["point"] if isinstance(curve, dict) else curve
            drew, = ax.plot(exchange, point, label=name)
            lower, upper = (curve["lower"], curve["upper"]) if isinstance(curve, dict) else (point, point)
            if isinstance(curve, dict):
                ax.fill_between(exchange, lower, upper, alpha=0.2, color=drew.get_color(), linewidth=0)
            values += _rows(alternative=[name] * len(exchange), exchange=exchange, point=point, lower=lower, upper=upper)
        ax.set_xscale("log")
        ax.set_xlabel("false alerts that one right alert is worth")
        ax.set_ylabel(ylabel)
        ax.legend()
        x, color = _axis("exchange", "false alerts that one right alert is worth", scale={"type": "log"}), _axis("alternative", "", "nominal")
        return cls()._drawn(ax, "Net benefit over the exchange rate", [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": {"y": _axis("lower", ylabel), "y2": {"field": "upper"}}},
            {"mark": "line", "encoding": {"y": _axis("point", ylabel)}}], values, encoding={"x": x, "color": color})


class ParetoDisplay(Display):
    """Alternatives by two costs, both better when smaller; those that no other beats in both are joined."""

    front: list[str]  #: the names of those, by the first cost

    @classmethod
    def from_points(cls, names: typing.Sequence[str], first, second, *, ax=None, xlabel: str = "", ylabel: str = "") -> ParetoDisplay:
        ax = _axes(ax)
        first, second = numpy.asarray(first, dtype=float), numpy.asarray(second, dtype=float)
        beaten = numpy.array([bool(((first <= a) & (second <= b) & ((first < a) | (second < b))).any()) for a, b in zip(first, second)])
        front = numpy.flatnonzero(~beaten)[numpy.argsort(first[~beaten], kind="stable")]
        ax.plot(first[beaten], second[beaten], linestyle="", marker="o", color="0.6")
        ax.plot(first[front], second[front], marker="o", drawstyle="steps-post", color="C0")
        for i, name in enumerate(names):
            ax.annotate(name, (first[i], second[i]), textcoords="offset points", xytext=(4, 4), fontsize="small")
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
        x, y = _axis("first", xlabel), _axis("second", ylabel)
        made = cls()._drawn(ax, "Alternatives by two costs", [
            {"mark": {"type": "point", "filled": True}, "encoding": {"x": x, "y": y, "color": _axis("front", "no other is better in both", "nominal")}},
            {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"x": x, "y": y, "text": {"field": "name"}}}],
            _rows(name=list(names), first=first, second=second, front=[not b for b in beaten.tolist()]))
        made.front = [names[i] for i in front]
        return made


def tallies_specification(tallies) -> dict[str, typing.Any]:
    """The Vega-Lite picture of tallies in a notebook: the share of each cell that reaches each threshold."""
    frame = tallies.to_pandas()
    if frame.empty:
        return {}
    axes = [c for c in frame.columns if c not in {"threshold", "reaching", "total"}]
    cell = [", ".join(f"{a} {row[a]}" for a in axes) or "all" for _, row in frame[axes].iterrows()] if axes else ["all"] * len(frame)
    share: typing.Any = numpy.ma.MaskedArray(frame["reaching"] / frame["total"].where(frame["total"] > 0, 1), mask=frame["total"] == 0)
    return {_MIME: {"$schema": _SCHEMA, "data": {"values": _rows(cell=cell, threshold=frame["threshold"].to_numpy(), share=share)},
                    "mark": {"type": "line", "interpolate": "step-after"},
                    "encoding": {"x": _axis("threshold", "threshold", scale={"zero": False}), "y": _axis("share", "share that reaches the threshold"),
                                 "color": _axis("cell", "", "nominal")}}}
