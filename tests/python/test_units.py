"""Units are types in Python too."""
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lfreval
from lfreval import units

COUNTS = st.integers(0, 2**40)


def test_the_units_of_every_metric_are_there():
    for key in lfreval.metrics:
        meant = lfreval.explain(key)
        tally = getattr(units, meant.events)(1) / getattr(units, meant.exposure)(2)
        assert tally.metric == key


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_tallies_add(a, b, c, d):
    first = units.false_alerts(a) / units.faces(b)
    second = units.false_alerts(c) / units.faces(d)
    assert first + second == units.false_alerts(a + c) / units.faces(b + d) == sum([first, second])


@pytest.mark.parametrize(("events", "exposure", "mistake"), [
    ("false_alerts", "persons", "M04"), ("false_alerts", "passages", "M08"), ("alerts", "nonmated_passages", "M09"),
    ("false_alerts", "alerts", "M16"), ("false_matches", "faces", "M10"), ("faces", "faces", "no metric")])
def test_wrong_divisions_name_the_mistake(events, exposure, mistake):
    """M04 M08 M09 M10 M16: a division that no metric defines is a TypeError."""
    with pytest.raises(TypeError, match=mistake):
        getattr(units, events)(1) / getattr(units, exposure)(2)


def test_nothing_turns_into_another_unit():
    faces, alerts = units.faces(10), units.false_alerts(3)
    for wrong in (lambda: faces + alerts, lambda: faces + 3, lambda: faces < alerts, lambda: alerts / 10, lambda: 3 / faces, lambda: units.Count(3),
                  lambda: units.faces(1.5), lambda: units.faces("3"), lambda: units.faces(True)):
        with pytest.raises(TypeError):
            wrong()
    for wrong in (-1, 2**52 + 1):
        with pytest.raises(ValueError, match="2\\^52"):
            units.faces(wrong)
    assert faces != units.passages(10) and faces == units.faces(10) and sum([faces, faces]) == units.faces(20)
    assert units.true_alerts(2) + units.false_alerts(3) == units.resolved_alerts(5)


def test_a_rate_is_not_a_bare_number():
    """M38: a point estimate is not used without its interval."""
    tally = units.false_alerts(7) / units.faces(8600)
    with pytest.raises(TypeError, match="interval"):
        float(tally)
    with pytest.raises(TypeError):
        tally + 1
    assert repr(tally) == "7 false alerts in 8,600 faces"
    assert pickle.loads(pickle.dumps(tally)) == tally
