"""lfreval.stats on two systems, on lists, on groups set against each other: by hand, or against a method that agrees."""
import math

import numpy
import pytest

import lfreval
from lfreval import stats

identification, fairness = stats.identification, stats.fairness


def scores(*values):
    return numpy.array(values, numpy.float32)


def test_two_systems_on_the_same_passages():
    persons = numpy.arange(40)
    first = persons % 4 == 0
    same = identification.compare_judgements(persons, first, first)
    assert (same.difference, same.first_only, same.second_only) == (0.0, 0, 0)
    second = first & (persons < 20)
    made = identification.compare_judgements(persons, first, second)
    assert (made.first_only, made.second_only, made.difference) == (5, 0, 5 / 40)
    assert (made.flat.lower, made.flat.upper) == (lambda t: (t.lower, t.upper))(stats.paired.tango(5, 0, 40).limits)
    assert made.exchange.p_value == pytest.approx(2 / 2**5)


def test_two_thresholds_of_one_system():
    made = identification.compare_thresholds(scores(0.1, 0.5, 0.6, 0.9), [1, 2, 3, 4], 0.8, 0.4)
    assert (made.lower, made.higher, made.between, made.passages) == (pytest.approx(0.4), pytest.approx(0.8), 2, 4)
    flat = stats.binomial.clopper_pearson(2, 4)
    assert (made.flat.lower, made.flat.upper) == (flat.lower, flat.upper)


def test_systems_at_one_false_positive_rate():
    draw = numpy.random.default_rng(7)
    nonmated, mated = (draw.normal(*how).astype(numpy.float32) for how in ((0.3, 0.1, 2000), (0.6, 0.1, 300)))
    made = identification.compare_at_matched_fpir(
        nonmated, nonmated, numpy.arange(2000), mated, mated, numpy.arange(2000, 2300), target=0.02, replicates=200)
    assert made.allowed == 40 == identification.allowed_errors(0.02, 2000)
    assert (made.difference, made.first.to_dict()) == (0.0, made.second.to_dict())
    assert made.first.false_positives <= 40


def test_areas_of_two_systems_by_person():
    a, b = scores(0.9, 0.7, 0.4), scores(0.8, 0.5, 0.6)
    c, d = scores(0.5, 0.3, 0.2), scores(0.55, 0.1, 0.2)
    made = identification.clustered_area_difference(a, b, [1, 2, 3], c, d, [4, 5, 6])
    flat = identification.delong_paired(a, b, c, d)
    assert (made.first.area, made.second.area) == (flat.first.area, flat.second.area)
    assert made.variance == pytest.approx(flat.variance)


def test_thresholds_of_people_who_pass_once_are_the_plain_ones():
    values = numpy.linspace(0.1, 0.9, 4000).astype(numpy.float32)
    plain = identification.guaranteed_threshold(values, target=0.002)
    people = numpy.arange(4000)
    for made in (identification.threshold_from_person_maxima(values, people, target=0.002),
                 identification.threshold_from_one_passage_each(values, people, target=0.002, seed=1),
                 identification.threshold_from_thinned_persons(values, people, target=0.002, seed=1, most_passages=1)):
        assert (made.threshold, made.allowed, made.persons) == (plain.threshold, plain.allowed, 4000)
    assert identification.threshold_from_effective_exposure(values, people, target=0.002).threshold >= plain.threshold
    groups = identification.guaranteed_threshold_for_all([values, values - numpy.float32(0.05)], target=0.002)
    assert (groups.threshold, groups.deciding) == (plain.threshold, 0)
    with pytest.raises(lfreval.UndefinedError):
        identification.threshold_from_person_maxima(values[:100], people[:100], target=0.002)


def test_power_of_a_proof():
    # Four errors are allowed there.
    chance = sum(math.comb(10_000, k) * 0.0004**k * 0.9996 ** (10_000 - k) for k in range(5))
    assert identification.proof_power(10_000, 0.001, 0.0004) == pytest.approx(chance)
    made = identification.passages_to_prove(0.001, 0.0, 0.9)
    assert (made.passages, made.most_errors, made.power) == (2995, 0, 1.0)
    assert identification.passages_to_prove(0.001, 0.002, 0.9) is None


def test_whole_curves():
    made = identification.detection_error_tradeoff(scores(0.2, 0.4, 0.6), scores(0.5, 0.7))
    assert [(p.false_positives, p.misses) for p in made.points] == [(3, 0), (2, 0), (1, 0), (1, 1), (0, 1)]
    nonmated, mated = scores(*numpy.linspace(0.1, 0.9, 50)), scores(*numpy.linspace(0.2, 0.95, 80))
    band = identification.dkw_band(nonmated, mated, confidence=0.9)
    assert band.fpir_within == pytest.approx(math.sqrt(math.log(4 / 0.1) / 100))
    assert band.fnir_within == pytest.approx(math.sqrt(math.log(4 / 0.1) / 160))


def test_predictive_values_at_the_corners():
    made = identification.predictive_value_range([45, 45], [50, 50], [10] * 4, [5000] * 4, 1e-4, 1e-3)
    rates = [stats.rate.estimate_rate("true_positive_identification_rate", [45, 45], [50, 50], by="person").headline,
             stats.rate.estimate_rate("false_positive_identification_rate", [10] * 4, [5000] * 4, by="person").headline]
    assert made.lower == pytest.approx(identification.positive_predictive_value(1e-4, rates[0].lower, rates[1].upper))
    assert made.upper == pytest.approx(identification.positive_predictive_value(1e-3, rates[0].upper, rates[1].lower))
    assert made.point_at_lower == pytest.approx(identification.positive_predictive_value(1e-4, 0.9, 0.002))


def test_tails():
    excesses = -0.05 * numpy.log(numpy.linspace(0.005, 0.995, 100))  # exponential quantiles
    values = numpy.r_[numpy.full(900, 0.3), 0.5 + excesses].astype(numpy.float32)
    above = identification.start_of_tail(values, 100)
    assert above == pytest.approx(0.3)
    made = identification.extrapolate_threshold(values, 5e-4, 0.5, draws=19)
    assert "EXTRAPOLATED" in made.flags and made.threshold > values.max() - 0.1
    back = identification.extrapolate_chance(values, made.threshold, 0.5, draws=19)
    assert back.chance == pytest.approx(5e-4, rel=1e-3)
    assert identification.excess_at(0.05, 0.0, math.exp(-2)) == pytest.approx(0.1)
    chances = identification.excess_probability(0.05, 0.0, [0.05, 0.1]).value
    assert chances.tolist() == pytest.approx([math.exp(-1), math.exp(-2)])
    assert identification.distance_from(0.05, 0.0, excesses).kolmogorov_smirnov < 0.01
    assert 0.05 < identification.goodness_p_value(excesses, 1, draws=19) <= 1


def test_places_of_the_mate():
    made = identification.within_rank(2, 1, 3)
    assert (made.expected, made.optimistic, made.pessimistic) == (0.5, 1.0, 0.0)
    none = -numpy.inf
    hits = identification.rank_limited_tpir(scores(0.9, 0.6, 0.4, none), [0, 1, 0, 0], [0, 0, 0, 0], 1, threshold=0.5)
    assert (hits.passages, hits.optimistic, hits.rate.expected) == (4, 1, 0.25)
    whole = identification.cumulative_match(scores(0.9, 0.6, 0.4, none), [0, 1, 0, 0], [0, 0, 0, 0], 2)
    assert [place.rate.expected for place in whole] == [0.5, 0.75]


def test_parts_of_the_list():
    halves = identification.stratified_fpir([[1, 0], [0, 0], [1, 1]], [1, 1], [2, 2])
    assert halves == pytest.approx((0.5 + 0 + 0.75) / 3)
    person, hits = numpy.repeat(numpy.arange(30), 2), numpy.array([1, 0] * 15 + [0, 0] * 15)
    made = identification.sub_watchlist_ci(person, hits, 1, 2)
    assert made.point == pytest.approx(0.125) and made.scope == "average_of_draws"
    wider = identification.sub_watchlist_ci(person, hits, 1, 2, scope="one_draw", list_variance=0.01)
    assert wider.limits.upper - wider.limits.lower > made.limits.upper - made.limits.lower
    report = identification.leave_one_entry_out([[1], [1], [2, 3]], 10)
    assert (report.rate, report.kind) == (pytest.approx(0.3), "list_entry")
    assert (report.largest[0].id, report.largest[0].events, report.largest[0].without) == (1, 2, pytest.approx(0.1))


def test_looks_of_a_passage():
    made = identification.count_effective_looks([10, 10], [1, 2], [50, 50], [4, 6])
    assert made.point == pytest.approx(math.log1p(-3 / 20) / math.log1p(-10 / 100)) and made.mean_looks == 5
    assert made.limits.undefined == "few_effective_events"


def test_groups_set_against_each_other():
    groups, people = [0] * 10 + [1] * 10, list(range(20))
    events, passages = [2] * 5 + [0] * 5 + [1] * 4 + [0] * 6, [10] * 20
    made, = fairness.compare_ratios(groups, people, events, passages, against=0)
    assert (made.of, made.against) == ("1", "0")
    assert made.made.point == pytest.approx(0.4) and (made.made.first.events, made.made.second.exposure) == (4, 100)
    pair, = fairness.compare_ratios(groups, people, events, passages, against="pairs", margin=3.0)
    assert pair.made.margin == 3.0 and pair.made.family == 1
    away, = fairness.compare_differences(groups, people, events, passages, against=0)
    assert away.made.point == pytest.approx(-0.06)
    assert away.made.made.lower < -0.06 < away.made.made.upper
    with pytest.raises(ValueError, match="number 1 has no row"):
        fairness.compare_ratios([0, 2], [1, 2], [1, 1], [5, 5], against=0)
    with pytest.raises(ValueError, match="everybody_else"):
        fairness.compare_ratios(groups, people, events, passages, against="nobody")


def test_worst_group_of_one_half_on_the_other():
    people, groups = numpy.arange(300), numpy.arange(300) % 3
    made = fairness.worst_by_half_split(people, groups, numpy.where(groups == 2, 4, 1), numpy.full(300, 10), splits=50)
    assert made.group == 2 and made.estimate.point == pytest.approx(0.4)
    assert made.times_chosen[2] == made.times_chosen.sum()


def test_composition_from_counts():
    counts, comparisons = [50, 20], [100_000, 100_000]
    made = fairness.compose(counts, comparisons, [10, 20], comparisons, [80, 20], [50, 50])
    rates = fairness.composition_standardised([5e-4, 2e-4], [1e-4, 2e-4], [80, 20], [50, 50])
    assert made.parts.operational == pytest.approx(rates.operational)
    assert made.operational.lower < rates.operational < made.operational.upper


def test_quantiles_of_replicates():
    draw = numpy.random.default_rng(3)
    table, errors = draw.normal(0, 1, (499, 3)), numpy.array([0.9, 1.0, 1.1])
    made = stats.multiplicity.max_t_quantile(table, [0.0] * 3, errors, [50.0] * 3)
    largest = numpy.sort((numpy.abs(table) / errors).max(axis=1))
    assert made == pytest.approx(largest[math.ceil(500 * 0.95) - 1])
    with pytest.raises(lfreval.UndefinedError):
        stats.multiplicity.max_t_quantile(table, [0.0] * 3, errors, [5.0, 50.0, 50.0])
    ordered = numpy.sort(table[:, 0])
    limits = stats.bootstrap.percentiles_of(table[:, 0], 0.0, -10.0, 10.0).limits
    assert (limits.lower, limits.upper) == (ordered[12 - 1], ordered[499 - 12])  # rank floor(500 0.025) from either end
