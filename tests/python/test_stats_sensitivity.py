"""lfreval.stats on what moves a decision, by models that are worked out by hand."""
import pytest

from lfreval import stats


def test_what_moves_a_result():
    inputs = [("uniform", 0, 1), ("uniform", 0, 2)]
    exact = stats.sensitivity.variance_shares_by_quadrature(inputs, lambda x: x[0] + x[1])
    assert exact.first == pytest.approx([0.2, 0.8]) and exact.total == pytest.approx([0.2, 0.8])
    assert exact.mean == pytest.approx(1.5)
    sampled = stats.sensitivity.variance_shares_of(inputs, lambda x: x[0] + x[1], log2_points=8)
    assert [s.point for s in sampled.first] == pytest.approx([0.2, 0.8], abs=0.01)
    swings = stats.sensitivity.tornado(inputs, lambda x: x[0] + x[1]).swings
    assert [s.input for s in swings] == [1, 0]
    assert (swings[0].at_low, swings[0].at_high) == (pytest.approx(0.6), pytest.approx(2.4))


def test_what_knowing_would_be_worth():
    # Doing nothing, or gaining x - 1/2 with x uniform: knowing x gains E max(0, x - 1/2) = 1/8.
    inputs = [("uniform", 0, 1), ("fixed", 3)]
    made = stats.sensitivity.value_of_information(inputs, 2, lambda x: [0.0, x[0] - 0.5], log2_points=8)
    assert made.perfect.point == pytest.approx(0.125, abs=2e-3)
    assert [one.point for one in made.of_input] == pytest.approx([0.125, 0], abs=5e-3)
    assert sum(made.best) == pytest.approx(1)


def test_models_and_inputs_that_are_wrong():
    with pytest.raises(ZeroDivisionError):
        stats.sensitivity.tornado([("uniform", 0, 1)], lambda x: 1 / 0)
    with pytest.raises(TypeError):
        stats.sensitivity.tornado([("uniform", 0, 1)], lambda x: "much")
    with pytest.raises(ValueError, match="allowed: fixed"):
        stats.sensitivity.tornado([("normal", 0, 1)], lambda x: x[0])
    with pytest.raises(ValueError, match="beta takes 2 numbers, not 1"):
        stats.sensitivity.tornado([("beta", 1)], lambda x: x[0])
    with pytest.raises(TypeError, match="tuple"):
        stats.sensitivity.tornado(["beta"], lambda x: x[0])
    with pytest.raises(ValueError, match="2 and 1"):
        stats.sensitivity.value_of_information([("uniform", 0, 1)], 2, lambda x: [1.0])


def test_scrambled_points_keep_one_in_each_interval():
    points = stats.sensitivity.sobol_sequence(2, 16, seed=3)
    assert points.shape == (16, 2)
    for axis in points.T:
        assert sorted((axis * 16).astype(int)) == list(range(16))
