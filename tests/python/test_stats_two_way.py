"""lfreval.stats on comparisons and searches that share people: by hand, or by what must hold."""
import numpy
import pytest

from lfreval import stats


def test_false_matches_of_crossed_people():
    rows, columns = (a.ravel() for a in numpy.indices((12, 9)))
    events = ((rows * 5 + columns * 3) % 11 == 0).astype(int)
    made = stats.two_way.estimate_false_matches(rows, columns, events)
    assert (made.events, made.exposure, made.metric) == (events.sum(), 108, "false_match_rate")
    assert made.headline.lower < made.point < made.headline.upper
    assert 1 < stats.two_way.comparisons_worth(rows, columns, events) <= 108


def test_list_jackknife_takes_any_codes_and_says_what_is_wrong():
    persons, alerted, only = [70, 71, 72, 73], [1, 1, 0, 0], [9000, -1, -1, -1]
    made = stats.two_way.fpir_list_jackknife(persons, alerted, only, 50)
    assert (made.alerts, made.passages, made.point) == (2, 4, 0.5)
    assert made == stats.two_way.fpir_list_jackknife([0, 1, 2, 3], alerted, [0, -1, -1, -1], 50)
    with pytest.raises(ValueError, match="neither a list entry nor -1"):
        stats.two_way.fpir_list_jackknife(persons, alerted, [-2, -1, -1, -1], 50)
    with pytest.raises(ValueError, match="4 and 3"):
        stats.two_way.fpir_list_jackknife(persons, alerted[:3], only, 50)
