"""lfreval.stats on operating points and audits: by hand, or by what must hold."""
import pytest

from lfreval import stats


def test_front_under_resampling():
    people = list(range(40))
    good, poor = [3] * 40, [1] * 40
    four, none, many = [4] * 40, [0] * 40, [2] * 40
    tables = [good, poor], [four, four], [none, many], [four, four]
    certain = stats.decision.certainty_of_front(people, *tables, replicates=200)
    assert certain.front.tolist() == [0] and certain.inclusion.tolist() == [1.0, 0.0]
    assert stats.decision.probability_dominates(people, *tables, 0, 1, replicates=200) == 1.0
    pair, = stats.decision.simultaneous_dominance(people, *tables, replicates=2000)
    assert (pair.better, pair.worse) == (0, 1) and pair.more_benefit.lower == pytest.approx(0.5)


def test_audit_of_strata():
    made = stats.audit.misses_at_most([0], [500], [20_000])
    assert (made.expected, made.at_most) == (0.0, 117)  # as one audit, by R and scipy in the reference row
    halves = stats.audit.misses_at_most([1, 0], [100, 100], [1000, 1000])
    assert halves.expected == pytest.approx(10) and halves.at_most > 10
