"""Rates by group, with intervals on every number."""
import numpy
import pandas
import pytest

import lfreval
from lfreval import stats

METRIC = "false_positive_identification_rate"


@pytest.fixture()
def frame():
    r = numpy.random.default_rng(4)
    n = 4000
    sex = r.choice(["f", "m"], n)
    return pandas.DataFrame({"alerted": r.random(n) < numpy.where(sex == "f", 0.02, 0.01), "sex": sex, "person": r.integers(0, 700, n) * 2 + (sex == "f")})


def test_counts_and_exact_limits(frame):
    made = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC)
    for sex, rows in frame.groupby("sex"):
        row = made.by_group.loc[sex]
        exact = stats.binomial.clopper_pearson(int(rows.alerted.sum()), len(rows))
        assert (row.events, row.exposure, row.lower, row.upper) == (rows.alerted.sum(), len(rows), exact.lower, exact.upper)
    assert (made.overall.events, made.overall.exposure) == (frame.alerted.sum(), len(frame))


def test_persons_are_clusters(frame):
    flat = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC)
    by_person = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC, persons=frame["person"])
    rows = frame[frame.sex == "f"].groupby("person")["alerted"].agg(["sum", "count"])
    expected = stats.rate.estimate_rate(METRIC, rows["sum"].to_numpy(), rows["count"].to_numpy(), by="person")
    row = by_person.by_group.loc["f"]
    assert (row.lower, row.upper, row.method) == (expected.headline.lower, expected.headline.upper, expected.headline.method)
    assert row.rate == flat.by_group.loc["f"].rate


def test_ratio_is_the_conditional_exact_one(frame):
    made = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC).ratio("m").loc["f"]
    f, m = frame[frame.sex == "f"], frame[frame.sex == "m"]
    exact = stats.rate_ratio.conditional_exact(int(f.alerted.sum()), len(f), int(m.alerted.sum()), len(m))
    assert (made.ratio, made.lower, made.upper) == pytest.approx((exact.point, exact.limits.lower, exact.limits.upper))
    assert (made.lower_family, made.upper_family, made.comparisons) == (made.lower, made.upper, 1)
    clustered = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC, persons=frame["person"]).ratio("m").loc["f"]
    assert clustered.ratio == pytest.approx(made.ratio) and clustered.lower <= made.lower and clustered.upper >= made.upper


def test_more_groups_widen_the_family_limits():
    made = lfreval.group_rates([3, 5, 9], [1000, 1000, 1000], groups=["a", "b", "c"], metric="false_alerts_per_hour").ratio("a")
    assert (made.lower_family < made.lower).all() and (made.upper_family > made.upper).all() and (made.comparisons == 2).all()


def test_difference_is_newcombes_form(frame):
    made = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric="true_positive_identification_rate").difference("m").loc["f"]
    f, m = frame[frame.sex == "f"], frame[frame.sex == "m"]
    assert made.difference == pytest.approx(f.alerted.mean() - m.alerted.mean())
    assert made.lower < made.difference < made.upper and made.method == "mover_d"
    with pytest.raises(ValueError, match="not a share"):
        lfreval.group_rates([1], [3600], groups=["a"], metric="false_alerts_per_hour").difference("a")


def test_empty_and_eventless_groups_stay_in_the_table():
    """M23: a group without events is no evidence of a low rate, one without exposure has none."""
    made = lfreval.group_rates([0, 0, 4], [0, 50, 900], groups=["a", "b", "c"], metric=METRIC)
    table = made.by_group
    assert table.loc["a", "rate"] is pandas.NA and table.loc["a", "undefined"] == "empty"
    assert table.loc["b", "rate"] == 0 and table.loc["b", "upper"] > 0.05
    ratio = made.ratio("c")
    assert ratio.loc["a", "undefined"] == "empty" and ratio.loc["a", "ratio"] is pandas.NA
    assert ratio.loc["b", "ratio"] == 0 and ratio.loc["b", "upper"] > 1
    assert made.ratio("b").loc["c", "ratio"] == float("inf")
    assert made.to_dict()["by_group"]["a"]["rate"] is None
    assert made.summary(replicates=200).without_exposure == 1


def test_wrong_calls():
    for wrong in (dict(events=[0.5], groups=["a"], metric=METRIC), dict(events=[1], exposure=[1.5], groups=["a"], metric=METRIC)):
        with pytest.raises(TypeError):
            lfreval.group_rates(**wrong)
    for wrong, says in ((dict(events=[2], groups=["a"], metric=METRIC), "more events than trials"), (dict(events=[1], groups=["a", "b"], metric=METRIC), "labels"),
                        (dict(events=[1], groups=["a"], metric="fpir"), "not a metric"), (dict(events=[-1], groups=["a"], metric=METRIC), "below 0")):
        with pytest.raises(ValueError, match=says):
            lfreval.group_rates(**wrong)
    with pytest.raises(ValueError, match="did you mean"):
        lfreval.group_rates([1, 0], groups=["male", "female"], metric=METRIC).ratio("mal")


def test_labels_that_are_missing_are_a_group_of_their_own():
    made = lfreval.group_rates([1, 0, 0], groups=["a", None, "a"], metric=METRIC)
    assert made.by_group.exposure.to_dict() == {"": 1, "a": 2}


def test_shows_itself(frame):
    made = lfreval.group_rates(frame["alerted"], groups=frame["sex"], metric=METRIC)
    assert "<table" in made._repr_html_() and METRIC in repr(made)
    assert made._repr_mimebundle_()["application/vnd.vegalite.v5+json"]["data"]["values"][0]["name"] == "f"
