"""lfreval.stats on groups: limits made from limits, effective counts, separated data; against a method that agrees."""
import numpy
import pytest

from lfreval import stats

fairness = stats.fairness


def test_limits_made_from_limits():
    a, b = stats.binomial.wilson(7, 34), stats.binomial.wilson(1, 34)
    made = stats.ratio.mover_r(7 / 34, a.lower, a.upper, 1 / 34, b.lower, b.upper).limits
    known = stats.ratio.mover_r_wilson(7, 34, 1, 34).limits
    assert (made.lower, made.upper) == (pytest.approx(known.lower), pytest.approx(known.upper))
    made = stats.difference.mover_d(7 / 34, a.lower, a.upper, 1 / 34, b.lower, b.upper).limits
    known = stats.difference.newcombe(7, 34, 1, 34).limits
    assert (made.lower, made.upper) == (pytest.approx(known.lower), pytest.approx(known.upper))
    exact = stats.rate_ratio.conditional_exact(8, 1e5, 4, 2e5)
    same = stats.rate_ratio.widen_by_denominators(exact.point, exact.limits.lower, exact.limits.upper, 0.0, 0.0)
    assert (same.lower, same.upper) == (pytest.approx(exact.limits.lower), pytest.approx(exact.limits.upper))
    wide = stats.rate_ratio.widen_by_denominators(exact.point, exact.limits.lower, exact.limits.upper, 0.1, 0.2)
    assert wide.lower < same.lower < same.upper < wide.upper


def test_a_verdict_from_two_intervals():
    alone = stats.equivalence.tost_rate_ratio_exact(110, 1e5, 100, 1e5, 1.5)
    outer, inner = alone.difference, alone.equivalence
    made = stats.equivalence.judge(outer.lower, outer.upper, inner.lower, inner.upper, 1.5)
    assert made.to_dict() == alone.verdict.to_dict()


def test_pairs_with_effective_counts():
    whole, real = stats.paired.tango(5, 2, 40).limits, stats.paired.tango_effective(5, 2, 40)
    assert (real.lower, real.upper) == (pytest.approx(whole.lower), pytest.approx(whole.upper))
    b, c, n = numpy.array([2, 0, 1]), numpy.array([0, 1, 1]), numpy.array([10, 5, 8])
    made = stats.paired.cluster_difference(b, c, n)
    d = (3 - 2) / 23
    assert made.point == pytest.approx(d)
    assert made.variance == pytest.approx(1.5 * ((b - c - d * n) ** 2).sum() / 23**2)


def test_regression_that_is_separated():
    x = numpy.column_stack([numpy.ones(4), [0.0, 0.0, 1.0, 1.0]])
    events, trials = [0, 0, 3, 2], [20, 25, 20, 30]
    fit = stats.logit.firth(x, events, trials)
    limits = stats.logit.firth_profile_interval(x, events, trials, 1)
    known = stats.logit.adjusted(x, events, trials, [0, 1, 2, 3]).coefficients[1].limits
    assert (limits.lower, limits.upper) == (pytest.approx(known.lower), pytest.approx(known.upper))
    intercept = stats.logit.flic_intercept(x, events, trials, 0)
    predicted = numpy.array(trials) / (1 + numpy.exp(-(intercept + fit.coefficients[1] * x[:, 1])))
    assert predicted.sum() == pytest.approx(5)


def test_crossed_groupings_shrink_towards_their_main_effects():
    events, exposure = [10, 40, 20, 80], [1e4] * 4  # rows and columns multiply exactly: nothing is left to explain
    made = fairness.intersectional_shrinkage(events, exposure, 2, replicates=20)
    assert [g.towards for g in made.groups] == pytest.approx([1e-3, 4e-3, 2e-3, 8e-3])
    assert made.no_heterogeneity
