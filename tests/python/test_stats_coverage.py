"""Every documented function of the C++ namespaces of statistics is in lfreval.stats, or has a reason why not."""
import lfreval
from lfreval import stats
from lfreval._header_words import WORDS

NO_STATISTICS = {"": "the library's other work; those of its statistics that Python has are named below",
                 "detail": "not public", "vision": "pictures",
                 "distribution": "quantiles and tails, which scipy.stats has"}
OF_NO_NAMESPACE = {"estimate_rate": "rate", "judge": "rate",
                   "compare_ratios": "fairness", "compare_differences": "fairness"}
LEFT_OUT = {
    "bootstrap::curve_bootstrap": "lfreval.curve_replicates",
    "bootstrap::percentile": "a method of CurveReplicates",
    "bootstrap::band": "takes the replicates of a curve",
    "bootstrap::choose_threshold": "takes the replicates of a curve",
    "bootstrap::percentile_at_choice": "takes the replicates of two curves",
    "bootstrap::crossed_bootstrap": "gives replicates and no figure; two_way.estimate_false_matches has the interval",
    "bootstrap::entity_of": "numbers people; lfreval does so by itself",
    "bootstrap::poisson_weight": "one weight; poisson_cluster_replicates has those of many people",
    "bootstrap::poisson_cluster_replicate": "poisson_cluster_replicates has many",
    "decision::dominates": "two comparisons of numbers; pareto_front",
    "decision::exchange_rates": "numpy.linspace",
    "decision::replicate_points": "gives replicates and no figure; certainty_of_front and those beside it make them",
    "fairness::index_appendix": "all indices at once; each is a function here",
    "fairness::projection": "max_over_min_projection_ci makes the intervals that it takes",
    "identification::at_threshold": "counts of scores; lfreval.tally_scores",
    "identification::chance_to_prove": "lfreval.plan",
    "identification::proves_limit": "lfreval.plan; one verdict on a planned trial",
    "identification::chance_to_tell_apart": "lfreval.plan",
    "identification::tells_apart": "lfreval.plan; one answer on a planned trial",
    "identification::check_gallery_invariance": "compares whole searches, pair by pair",
    "identification::flags_for_other_lists": "a caveat",
    "identification::join_judgements": "pandas.DataFrame.merge(validate='1:1')",
    "identification::leave_one_out": "series.leave_one_out",
    "identification::one_passage_each": "draws passages; threshold_from_one_passage_each",
    "identification::round_up": "lfreval.Grid",
    "identification::sweep": "counts of scores; the functions of curves take scores",
    "sensitivity::values_of_information": "value_of_information, question by question",
    "two_way::margins_of": "sums of cells; the functions here take cells",
}


def documented():
    """`space::name` of each function, types and what is said of a whole header left out."""
    return {key for key in WORDS if not key.endswith(("::", "{}")) and key.split("::")[0] not in NO_STATISTICS}


def bound():
    return {f"{family}::{name}" for family in stats.__all__ for name in getattr(stats, family).__all__}


def test_every_statistic_is_bound_or_left_out_for_a_reason():
    assert sorted(documented() - bound() - LEFT_OUT.keys()) == []
    assert sorted(LEFT_OUT.keys() & bound()) == []
    for name, family in OF_NO_NAMESPACE.items():
        assert f"::{name}" in WORDS and name in getattr(stats, family).__all__


def test_every_family_has_its_words():
    for family in stats.__all__:
        assert f"`{family}`" in stats.__doc__, f"{family} is not in the list of families"
        assert not getattr(stats, family).__doc__.startswith("The methods of the family"), f"{family}: no header says"
    assert lfreval.stats is stats
