"""lfreval.stats on costs, net benefit and places with a change: by hand."""
import numpy
import pytest

import lfreval
from lfreval import stats


def test_flags_of_arrays():
    made = stats.decision.net_benefit([60, 0, 0], [200, 3, 0], [100_000, 100, 0], 0.01)
    alone = stats.decision.net_benefit(0, 3, 100, 0.01)
    assert made.flags[1] == " ".join(alone.flags)
    assert made.flags[2] is numpy.ma.masked and made.undefined.tolist() == ["", "", "empty"]


def test_places_with_a_change_and_without():
    changed = [True, True, True, False, False, False]
    before, after = [10, 11, 9, 10, 12, 8], [20, 23, 17, 10, 9, 11]
    made = stats.decision.difference_in_differences(before, [100] * 6, after, [100] * 6, changed)
    assert (made.ratio, made.difference) == (pytest.approx(2), pytest.approx(0.1))
    assert (made.changed_sites, made.control_sites) == (3, 3)
    assert made.ratio_limits.lower < 2 < made.ratio_limits.upper
    alone = stats.decision.before_and_after(before, [100] * 6, after, [100] * 6, changed)
    assert alone.ratio == pytest.approx(2) and "CONFOUNDED" in alone.flags
    with pytest.raises(lfreval.UndefinedError) as caught:
        stats.decision.difference_in_differences(before, [100] * 6, after, [100] * 6, [True] * 6)
    assert caught.value.reason == "not_recorded"


def test_net_benefit_of_clusters_and_break_even():
    gained, harmed, exposure = [3, 1, 2, 4], [1, 0, 2, 1], [100, 90, 110, 120]
    made = stats.decision.clustered_benefit(gained, harmed, exposure, 0.5)
    assert made.point == pytest.approx((10 - 0.5 * 4) / 420)
    assert stats.decision.break_even(10, 4).point == 2.5
    assert stats.decision.break_even_of_clusters(gained, harmed, exposure).point == 2.5


def test_decision_curve_counts():
    made = stats.decision.decision_curve(numpy.array([0.1, 0.6, 0.7, 0.9], numpy.float32), [0, 0, 1, 1], [0.5, 0.8])
    assert (made.listed, made.others) == (2, 2)
    first, second = made.points
    assert (first.gained, first.harmed, second.gained, second.harmed) == (2, 1, 1, 0)
    assert first.net_benefit == pytest.approx(2 / 4 - 1 / 4) and first.alert_on_everybody == pytest.approx(0.0)
