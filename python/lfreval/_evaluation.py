"""Studies: declared before the result is seen, read, checked and evaluated."""
from __future__ import annotations

import datetime
import functools
import html
import json
import os
import pathlib
import re
import tempfile
import typing

from . import _lfreval
from ._result import Result
from ._toml import to_toml

Progress = typing.Callable[[int, int], typing.Any]

#: Lists of tables go by their plural, as Python names lists; `systems` is a dictionary by name.
_LISTS = {"sources": "source", "limits": "limit", "groups": "group", "baselines": "baseline", "assumptions": "assumption",
          "comparisons": "comparison", "systems": "system"}
_TABLES = {"scope", "thresholds", "watchlist", "privacy"}


def _progress(asked: typing.Union[bool, None, Progress]) -> Progress | None:
    """A callback `(done, planned)`; `True` draws a bar where tqdm is installed, and nothing where it is not."""
    if asked is None or asked is False:
        return None
    if asked is not True:
        return asked
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    bar = tqdm(unit=" steps")

    def draw(done: int, planned: int) -> None:
        bar.total, bar.n = planned, done
        bar.refresh()

    return draw


def _declared(study, declared: dict[str, typing.Any], folder, frames: pathlib.Path, show_values: bool):
    """The study of a file or of keyword arguments, whose frames are written into `frames`."""
    if (study is None) == (not declared):
        raise TypeError("give a study file, or keyword arguments that declare one")
    if study is not None:
        return _lfreval.read_study(os.fspath(study), show_values)
    folder = pathlib.Path(folder or ".").resolve()
    tables: dict[str, typing.Any] = {"schema": 1}
    top: dict[str, typing.Any] = {}
    for key, value in declared.items():
        if key in _LISTS or key in _TABLES:
            tables[_LISTS.get(key, key)] = value
        else:
            top[key] = value
    tables["study"] = top
    sources = []
    for number, source in enumerate(tables.get("source", ()), 1):
        source = dict(source)
        if "frame" in source:
            if "files" in source:
                raise TypeError(f"source {number}: either files or a frame")
            # The reader of files judges every cell, so that a frame is refused for the same reasons as a file.
            path = frames / f"{source.get('name', number)}.csv"
            source.pop("frame").to_csv(path, index=False)
            source["files"] = [str(path)]
        elif "files" in source:
            files = [source["files"]] if isinstance(source["files"], (str, os.PathLike)) else source["files"]
            source["files"] = [os.fspath(f) for f in files]
        sources.append(source)
    if sources:
        tables["source"] = sources
    return _lfreval.parse_study(to_toml(tables), str(folder / "keyword arguments"), show_values)


def evaluate(study: str | os.PathLike | None = None, *, threads: int = 1, progress: bool | Progress | None = None,
             show_values: bool = False, folder: str | os.PathLike | None = None, **declared) -> Evaluation:
    """Reads the sources of a study and evaluates them, as `lfreval evaluate` does; the result has the same `result_sha256`.

    `study` is a study file (docs/study.md). Or the study is declared by keyword arguments, which are the keys of such a file:
    those of its table `study` by themselves, its lists of tables as `sources`, `limits`, `groups`, `baselines`,
    `assumptions`, `comparisons`, and `systems`, `scope`, `thresholds`, `watchlist` as dictionaries. Paths are relative to
    `folder`. A source may have a pandas `frame` in place of `files` (so Excel comes in through `pandas.read_excel`); it is
    written to a temporary CSV file and judged row by row like any file:

        lfreval.evaluate(
            name="Deployments of 2025", confidence=0.95,
            sources=[{"name": "ours", "kind": "operational", "table": "deployments", "label_source": "published",
                      "frame": pandas.read_excel("deployments.xlsx")}],
            limits=[{"metric": "false_alerts_per_face", "at_most": {"events": 1, "exposure": 1000}, "source": "our policy"}])

    `threads` does not change the result. `progress` is called with the steps done and planned; `True` draws a bar where
    tqdm is installed. Ctrl-C stops the evaluation. Raises `InputError` with all errors at once.
    """
    with tempfile.TemporaryDirectory(prefix="lfreval-") as frames:
        read = _declared(study, declared, folder, pathlib.Path(frames), show_values)
        return Evaluation(_lfreval.evaluate(read, threads, show_values, _progress(progress)), show_values)


def check(study: str | os.PathLike | None = None, *, progress: bool | Progress | None = None, show_values: bool = False,
          folder: str | os.PathLike | None = None, **declared) -> Result:
    """Reads and validates a study without evaluating it, as `lfreval check`: `inputs`, `refused` rows, what is `left_out`.

    `accepted` says whether `evaluate` would go on. Score files are read by `evaluate` only. Raises `InputError` for what is
    wrong with the study or with a whole file.
    """
    with tempfile.TemporaryDirectory(prefix="lfreval-") as frames:
        read = _declared(study, declared, folder, pathlib.Path(frames), show_values)
        return Result("Check", _lfreval.check(read, show_values, _progress(progress)))


def propose_study(*files: str | os.PathLike, folder: str | os.PathLike = ".") -> str:
    """A first study file for CSV files that nobody has described yet, as `lfreval init`; read every line of it.

    `folder` is where the study will stand.
    """
    return _lfreval.propose_study([os.fspath(f) for f in files], str(pathlib.Path(folder).resolve()))


def explain(metric: str) -> Result:
    """What a metric means, its formula, when it is undefined and what it cannot show. `lfreval.metrics` lists them all."""
    known = {m["key"]: m for m in _lfreval.metrics()}
    if metric not in known:
        near = _lfreval.nearest(metric, list(known))
        raise ValueError(f"{metric!r} is not a metric" + (f"; did you mean {near}?" if near else f"; there are {', '.join(known)}"))
    return Result("Metric", known[metric])


class Finding(Result):
    """One statement of the evaluation: `key`, `metric`, `kind`, `status`, counts, `estimate`, `interval`, `sentence` …

    Which names there are depends on the kind; docs/evaluation.schema.json has them all. A finding whose status is
    `not_measured`, `not_estimable` or `refused` has no estimate and says why in its sentence.
    """

    __slots__ = ()

    def __repr__(self):
        return f"Finding({self.key!r}: {self.sentence})"

    def __reduce__(self):
        return (Finding, (self._name, self._values))


def _nested(value):
    if isinstance(value, dict):
        return Result("Values", {k: _nested(v) for k, v in value.items()}) if all(k.isidentifier() for k in value) else value
    return [_nested(v) for v in value] if isinstance(value, list) else value


class Findings(typing.Sequence[Finding]):
    """All findings, in the order of the report: by number, by key, or chosen with `where`."""

    def __init__(self, findings: typing.Iterable[Finding]):
        self._all = list(findings)
        self._by_key = {f.key: f for f in self._all}

    def __len__(self):
        return len(self._all)

    def __getitem__(self, at):
        if isinstance(at, str):
            try:
                return self._by_key[at]
            except KeyError:
                near = _lfreval.nearest(at, list(self._by_key))
                raise KeyError(at + (f"; did you mean {near}?" if near else "")) from None
        return Findings(self._all[at]) if isinstance(at, slice) else self._all[at]

    def __contains__(self, key):
        return key in self._by_key if isinstance(key, str) else key in self._all

    def where(self, *, metric: str | None = None, kind: str | None = None, status: str | None = None, section: str | None = None,
              **axes: typing.Any) -> Findings:
        """Those with this metric, kind, status, section and these axes: `where(metric="false_alerts_per_face", year=2025)`."""
        wanted = {k: v for k, v in {"metric": metric, "kind": kind, "status": status, "section": section}.items() if v is not None}
        return Findings(f for f in self._all if all(f._values[k] == v for k, v in wanted.items())
                        and all(f._values["axes"].to_dict().get(k) == str(v) for k, v in axes.items()))

    def to_dict(self) -> list[dict[str, typing.Any]]:
        return [f.to_dict() for f in self._all]

    def to_pandas(self):
        """One row for each finding. A number that is not there is `<NA>`, an end that the data do not bound is `inf`."""
        import pandas

        def row(f):
            v = f.to_dict()
            interval = v.get("interval") or {}
            upper = float("inf") if interval.get("upper_unbounded") else interval.get("upper")
            return {"key": v["key"], "metric": v["metric"], "kind": v["kind"], "status": v["status"], "section": v["section"],
                    "events": (v.get("events") or {}).get("n"), "exposure": (v.get("exposure") or {}).get("n"),
                    "estimate": v.get("estimate"), "lower": interval.get("lower"), "upper": upper,
                    "confidence": interval.get("confidence"), "method": interval.get("method"), "verdict": v.get("verdict"),
                    "flags": v["flags"], "sentence": v["sentence"]}

        frame = pandas.DataFrame([row(f) for f in self._all], columns=list(row(self._all[0])) if self._all else None)
        kinds = {"events": "Int64", "exposure": "Int64", "estimate": "Float64", "lower": "Float64", "upper": "Float64", "confidence": "Float64"}
        return frame.astype({k: v for k, v in kinds.items() if k in frame})

    def __repr__(self):
        shown = [repr(f) for f in self._all[:20]]
        return "\n".join(shown + ([f"… {len(self._all) - 20} more"] if len(self._all) > 20 else []))

    def _repr_html_(self):
        return self.to_pandas()._repr_html_()


class Figure:
    """One picture of the report page: its `title` and its Vega-Lite specification, which notebooks draw."""

    def __init__(self, title: str, specification: dict[str, typing.Any]):
        self.title = title
        self._specification = specification

    def to_vega_lite(self) -> dict[str, typing.Any]:
        """The specification with its numbers in it."""
        return self._specification

    def __repr__(self):
        return f"<Figure {self.title!r}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "application/vnd.vegalite.v5+json": {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", **self._specification}}


class Evaluation:
    """A study evaluated: what was not measured, the findings, the curves, and where all of it came from.

    Everything is a view of one document, `evaluation.json`: `findings`, `curves`, `not_measured`, `provenance`, `to_dict()`.
    `text()` is what the command line prints, `save(folder)` writes what it writes.
    """

    def __init__(self, made, show_values: bool = False):
        self._made = made
        self._show_values = show_values
        self._document: str | None = None
        self._parsed: dict[str, typing.Any] | None = None
        self._findings: Findings | None = None

    def to_json(self) -> str:
        """The whole document `evaluation.json`, one finding to a line."""
        if self._document is None:
            time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._document = self._made.json("lfreval.evaluate in Python", time, self._show_values)
        return self._document

    def to_dict(self) -> dict[str, typing.Any]:
        """The document as dictionaries and lists: `provenance` and `result`."""
        return json.loads(self.to_json())

    @property
    def _view(self):
        if self._parsed is None:
            self._parsed = self.to_dict()
        return self._parsed

    @property
    def result_sha256(self) -> str:
        """SHA-256 of the result: the same on the command line, for any threads, row order and file split."""
        return self._made.result_sha256()

    @property
    def provenance(self) -> Result:
        """Time, versions, input files with their SHA-256, and the ledger of refused rows."""
        return _nested(self._view["provenance"])

    @property
    def not_measured(self) -> list[Result]:
        """What the records cannot say: `topic`, `why`, and the `remedy`. Read this first."""
        return [_nested(item) for item in self._view["result"]["not_measured"]]

    @property
    def findings(self) -> Findings:
        """Every finding, by number or by key: `evaluation.findings["false_alerts_per_face@threshold=0.64"]`."""
        if self._findings is None:
            self._findings = Findings(Finding("Finding", _nested(f)._values) for f in self._view["result"]["findings"])
        return self._findings

    @property
    def curves(self) -> dict[str, typing.Any]:
        """Figures over a series, each a pandas frame, by name; `frame.attrs["meaning"]` says what it is."""
        import pandas

        out = {}
        for curve in self._view["result"]["curves"]:
            out[curve["name"]] = frame = pandas.DataFrame(curve["columns"]).convert_dtypes()
            frame.attrs["meaning"] = curve["meaning"]
        return out

    @property
    def refused(self) -> list[dict[str, typing.Any]]:
        """The refused rows, which enter no figure: file, line, column, rule."""
        return self._made.refused(self._show_values)

    def to_pandas(self):
        """The findings as a pandas frame."""
        return self.findings.to_pandas()

    def text(self) -> str:
        """The summary that the command line prints."""
        return self._made.text()

    def page(self, *, public: bool = False) -> str:
        """The report page, one HTML file that needs nothing else; `public` withholds small counts and identifiers."""
        return _lfreval.page(self.to_json(), "evaluation", public)

    @functools.cached_property
    def figures(self) -> list[Figure]:
        """The pictures of the report page, drawn from the curves and findings; none where lfreval was built without them."""
        found = re.findall(r'<h3 id="figure-[^"]*">(.*?)</h3>.*?<script type="application/json" class="specification">(.*?)</script>', self.page(), re.S)
        return [Figure(html.unescape(title), json.loads(specification)) for title, specification in found]

    def tables(self) -> dict[str, str]:
        """The CSV files of the folder `tables`, by name."""
        return self._made.tables()

    def save(self, folder: str | os.PathLike) -> pathlib.Path:
        """Writes evaluation.json, report.html and tables/*.csv, as the command line does. Returns the path of the first."""
        folder = pathlib.Path(folder)
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        texts = {"evaluation.json": self.to_json(), "report.html": self.page(),
                 **{f"tables/{name}": text for name, text in self.tables().items()}}
        for name, text in texts.items():
            part = folder / (name + ".part")
            part.write_text(text, encoding="utf-8", newline="")
            part.replace(folder / name)
        return folder / "evaluation.json"

    def __repr__(self):
        study = self._view["result"]["study"]["name"]
        return f"<Evaluation of {study!r}: {len(self.findings)} findings, result {self.result_sha256[:12]}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle: dict[str, typing.Any] = {}
        for figure in self.figures[:1]:
            bundle.update(figure._repr_mimebundle_())
        return {**bundle, "text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self):
        items = "".join(f"<li><b>{html.escape(n.topic)}.</b> {html.escape(n.why)}</li>" for n in self.not_measured)
        name = html.escape(self._view["result"]["study"]["name"])
        return (f"<h3>{name}</h3><p><b>What was not measured</b></p><ul>{items}</ul>{self.findings._repr_html_()}"
                f"<p>result SHA-256 {self.result_sha256}</p>")


def verify(evaluation: str | os.PathLike | Evaluation, study: str | os.PathLike, *, threads: int = 1,
           progress: bool | Progress | None = None) -> list[str]:
    """Hashes the inputs of a study, evaluates it again and names every finding that differs; an empty list is agreement."""
    if isinstance(evaluation, Evaluation):
        text, name = evaluation.to_json(), "evaluation"
    else:
        name = os.fspath(evaluation)
        text = pathlib.Path(name).read_text(encoding="utf-8")
    return _lfreval.verify(text, name, _lfreval.read_study(os.fspath(study), False), threads, _progress(progress))
