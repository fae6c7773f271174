"""lfreval.stats where programmes are watched over time: by hand, or by what must hold."""
import math

import numpy
import pytest

from lfreval import stats


def test_arguments_with_a_stated_value_may_be_left_out():
    assert stats.sequential.beta_mixture(10, 10_000) == stats.sequential.beta_mixture(10, 10_000, 0.5, 0.5)
    assert stats.sequential.gamma_mixture(3, 24.5, b=1) == stats.sequential.gamma_mixture(3, 24.5, 0.5, 1.0)
    assert stats.decision.probability_below(0, 3000, 0.001).prior.a == 0.5
    narrow = stats.sequential.beta_mixture([5, 10], 10_000, b=1000)
    assert narrow.lower[1] == stats.sequential.beta_mixture(10, 10_000, 0.5, 1000).lower
    with pytest.raises(TypeError):
        stats.sequential.log_e_value(3, 100)  # a limit has no value of its own
    assert "0.5 if left out" in stats.sequential.beta_mixture.__doc__


def test_cusum_after_each_trial():
    made = stats.sequential.bernoulli_cusum([False, True, True, False], 0.1, 0.2)
    event, other = math.log(2), math.log(0.8 / 0.9)
    assert made.after == pytest.approx([0.0, event, 2 * event, 2 * event + other])
    assert (made.value, made.highest) == (made.after[-1], made.after[2])
    design = stats.sequential.design_cusum(2.0, 4.0, 1000.0)
    assert design.mean_exposure_to_false_alarm >= 1000 > design.mean_exposure_to_alarm
    after = stats.sequential.cusum_after(1.0, [0, 7], 1.0, design.reference).value
    assert after.tolist() == pytest.approx([0, 8 - design.reference])
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        stats.sequential.bernoulli_cusum([0, 2], 0.1, 0.2)


def test_run_length_of_the_shortest_sum():
    # An event moves up one step of two and alarms at one: the first event alarms, on average after 1/p trials.
    assert stats.sequential.run_length(0.25, 2, 1) == pytest.approx(4)


def test_evidence_and_limits_that_hold_at_every_look():
    assert stats.sequential.betting_log_e_value([0, 0], [100.0, 100.0], 0.1) < 0 < stats.sequential.betting_log_e_value(
        [40] * 10, [100.0] * 10, 0.1)
    many, few = (stats.sequential.log_e_value_of_rate(x, 100.0, 0.1) for x in (50, 5))
    assert many > math.log(20) > few
    shares = numpy.tile([0.0, 0.2], 40)
    made = stats.sequential.hedged_betting(shares)
    assert 0 <= made.lower < 0.1 < made.upper <= 1
    doubled = numpy.r_[numpy.tile([1.0, 1.2], 30), numpy.tile([2.0, 2.4], 30)]
    assert stats.sequential.rank_drift(doubled, 1000)[0].upwards
