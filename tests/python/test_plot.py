"""Pictures: what is drawn, what is left out, and the same as Vega-Lite."""
import json
import math
import shutil
import subprocess

import matplotlib

matplotlib.use("Agg")
import numpy
import pytest
from matplotlib import pyplot

import lfreval
from lfreval import plot, stats

R = numpy.random.default_rng(0)


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def scores(n, shift):
    return (R.normal(shift, 0.1, n)).astype(numpy.float32)


def displays():
    grid = lfreval.Grid("0.3", "0.9", "0.01")
    curves = {"false positives": lfreval.tally_scores(scores(500, 0.4), grid).rate(), "found": lfreval.tally_scores(scores(200, 0.7), grid).rate()}
    faces = R.integers(1000, 9000, 40)
    return {
        "det": lambda ax: plot.DetDisplay.from_scores(mated=scores(200, 0.7), nonmated=scores(500, 0.4), ax=ax, label="a"),
        "threshold": lambda ax: plot.ThresholdDisplay.from_curves(curves, ax=ax),
        "threshold_log": lambda ax: plot.ThresholdDisplay.from_curves({"false positives": curves["false positives"]}, ax=ax, log=True),
        "forest": lambda ax: plot.ForestDisplay.from_intervals(["a", "b", "c"], numpy.ma.MaskedArray([1, 2, 0.0], [0, 0, 1]),
                                                               numpy.ma.MaskedArray([0, 1, 0.0], [0, 0, 1]), numpy.ma.MaskedArray([2, math.inf, 0.0], [0, 0, 1]),
                                                               ax=ax, log=True, reference=1, xlabel="ratio"),
        "funnel": lambda ax: plot.FunnelDisplay.from_counts(R.poisson(faces * 1e-3), faces, names=[f"d{i}" for i in range(40)], ax=ax),
        "series": lambda ax: plot.SeriesDisplay.from_values(numpy.concatenate([R.normal(100, 5, 30), R.normal(40, 2, 30)]), ax=ax, ylabel="faces per minute"),
        "predictive": lambda ax: plot.PredictiveDisplay.from_rates((0.85, 0.9, 0.93), (0.0, 0.0001, 0.0005), ax=ax, label="a"),
        "net_benefit": lambda ax: plot.NetBenefitDisplay.from_values([1, 10, 100], {"lfr": {"point": [0.3, 0.1, -0.1], "lower": [0.2, 0, -0.2], "upper": [0.4, 0.2, 0]},
                                                                                   "always": [0.2, -1, -9]}, ax=ax),
        "pareto": lambda ax: plot.ParetoDisplay.from_points(["a", "b", "c"], [1, 2, 3], [3, 1, 2], ax=ax, xlabel="x", ylabel="y"),
    }


@pytest.mark.parametrize("name", displays())
def test_draws_into_the_given_axes(name, tmp_path):
    figure, ax = pyplot.subplots()
    made = displays()[name](ax)
    assert made.ax_ is ax and made.figure_ is figure and len(figure.axes) == 1
    figure.savefig(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000
    bundle = made._repr_mimebundle_()
    written = bundle["application/vnd.vegalite.v5+json"]
    assert written is made.to_vega_lite()
    text = json.dumps(written, allow_nan=False)  # neither NaN nor infinity
    assert written["data"]["values"] and "http" not in text.replace("https://vega.github.io/schema/vega-lite/v5.json", "")
    assert displays()[name](None).ax_ is not ax


def test_vega_lite_compiles_the_specifications(root, tmp_path):
    """By the packages of the report page, where they are installed."""
    page = root / "src/report/page"
    if shutil.which("node") is None or not (page / "node_modules/vega-lite").is_dir():
        pytest.skip("node or vega-lite is not installed")
    specifications = {name: make(None).to_vega_lite() for name, make in displays().items()}
    (tmp_path / "specifications.json").write_text(json.dumps(specifications))
    script = ("import {compile} from 'vega-lite'; import {parse, View} from 'vega'; import {readFileSync} from 'fs';"
              "const all = JSON.parse(readFileSync(process.argv[1]));"
              "for (const [name, one] of Object.entries(all)) {"
              "  const warned = []; const logger = {warn: (...m) => (warned.push(m.join(' ')), logger), error: (...m) => { throw Error(name + m); }, info: () => logger, debug: () => logger, level: () => logger};"
              "  const view = new View(parse(compile(one, {logger}).spec), {renderer: 'none'}); await view.runAsync();"
              "  const svg = await view.toSVG(); if (!svg.includes('<path')) throw Error(name + ' draws nothing'); if (warned.length) throw Error(name + ': ' + warned); }"
              "console.log('drawn', Object.keys(all).length);")
    done = subprocess.run(["node", "--input-type=module", "-e", script, tmp_path / "specifications.json"], cwd=page, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"drawn {len(specifications)}\n"


def test_det_ends_at_what_was_observed():
    """A rate of 0 or 1 has no place on a probit axis: it is not drawn, and never moved to one."""
    made = plot.DetDisplay.from_counts([5, 2, 0], [0, 3, 9], nonmated=100, mated=10)
    line = made.ax_.lines[0]
    x, y = numpy.ma.asarray(line.get_xdata()), numpy.ma.asarray(line.get_ydata())
    assert numpy.ma.getmaskarray(x).tolist() == [False, False, True] and numpy.ma.getmaskarray(y).tolist() == [True, False, False]
    assert x[1] == pytest.approx(stats.identification.probit(2, 100)) and y[1] == pytest.approx(stats.identification.probit(3, 10))
    assert len(made.to_vega_lite()["data"]["values"]) == 1


def test_det_counts_ties_as_alerts():
    made = plot.DetDisplay.from_scores(mated=numpy.array([0.5, 0.7, 0.9], numpy.float32), nonmated=numpy.array([0.2, 0.5, 0.6, 0.1], numpy.float32))
    shown = made.to_vega_lite()["data"]["values"]
    assert {(v["fpir"], round(v["fnir"], 9)) for v in shown} == {(0.25, round(1 / 3, 9))}  # at 0.6: one of four reaches it, one mate does not


def test_forest_says_not_estimable_and_opens_unbounded_ends():
    made = displays()["forest"](None)
    assert any(t.get_text() == "not estimable" for t in made.ax_.texts)
    assert [v["upper"] for v in made.to_vega_lite()["data"]["values"]] == [2, None, None]
    assert sum(line.get_marker() == ">" for line in made.ax_.lines) == 1 and sum(line.get_marker() == "<" for line in made.ax_.lines) == 1


def test_forest_of_findings(mps):
    found = mps.findings.where(metric="false_alerts_per_face", kind="ratio")
    made = plot.ForestDisplay.from_findings(found)
    assert len(made.to_vega_lite()["data"]["values"]) == len(found)
    with pytest.raises(ValueError, match="several metrics"):
        plot.ForestDisplay.from_findings(mps.findings)
    with pytest.raises(ValueError, match="no finding"):
        plot.ForestDisplay.from_findings([])


def test_series_finds_the_change():
    made = displays()["series"](None)
    assert [c.at for c in made.change_points.breaks] == [30]


def test_pareto_front():
    assert displays()["pareto"](None).front == ["a", "b"]
    assert plot.ParetoDisplay.from_points(["a", "b"], [1, 1], [1, 1]).front == ["a", "b"]  # equals beat nobody


def test_predictive_values_are_those_of_the_core():
    made = plot.PredictiveDisplay.from_rates((0.85, 0.9, 0.93), (0.00005, 0.0001, 0.0005), prevalence=[1e-4])
    row, = made.to_vega_lite()["data"]["values"]
    assert row["point"] == stats.identification.positive_predictive_value(1e-4, 0.9, 1e-4)
    assert row["lower"] < row["point"] < row["upper"]
