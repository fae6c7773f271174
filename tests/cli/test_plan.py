"""The plan of a trial, against the numbers of the specification and against counting out."""
import hashlib
import json
import math
import re

import numpy
import pytest
from scipy import stats

from program import run

DESIGN = """schema = 1
[design]
name = "Trial"
[planning]
watchlist_persons = 10000
false_positive_identification_rate = {fpir}
true_positive_identification_rate = {tpir}
passes_per_person = {passes}
within_person_correlation = {rho}
footfall_per_hour = 500
{more}
[planning.mix.ethnicity]
black = {share}
white = {rest}
"""


def design(folder, claims, *, fpir=0.001, tpir=0.9, passes=1, rho=0, share=0.5, more="", name="design.toml"):
    path = folder / name
    path.write_text(DESIGN.format(fpir=fpir, tpir=tpir, passes=passes, rho=rho, share=share, rest=1 - share, more=more) + claims, encoding="utf-8")
    return path


def plan(path, *more, code=0):
    done = run("plan", path, *more)
    assert done.returncode == code, done.stdout + done.stderr
    return " ".join((done.stdout if code == 0 else done.stderr).split())


def limit(events, exposure, side="at_most", metric="false_positive_identification_rate"):
    return f'[[claim]]\nmetric = "{metric}"\n{side} = {{ events = {events}, exposure = {exposure} }}\n'


def number(text):
    return float(text.replace(",", ""))


def proves(n, k, target):
    return stats.beta.ppf(0.95, k + 1, n - k) <= target


def test_no_error_needs_2995_passages_for_one_in_a_thousand(tmp_path):
    text = plan(design(tmp_path, limit(1, 1000), fpir=0.0))
    assert "Needs 2,995 non-mated passages" in text
    assert "proven with up to 0 false positives" in text
    text = plan(design(tmp_path, limit(1, 6000), fpir=0.0, name="b.toml"))
    assert "Needs 17,973 non-mated passages" in text


def test_the_passages_for_a_limit_are_the_fewest_that_reach_the_power(tmp_path):
    text = plan(design(tmp_path, limit(1, 1000), fpir=0.0003))
    n, k = (int(number(x)) for x in re.search(r"Needs ([\d,]+) non-mated passages.*?proven with up to (\d+)", text).groups())
    fewest = next(m for m in range(n - n // 20, n + 1) if proves(m, k, 0.001))
    assert fewest <= n <= fewest * 1.02  # an evaluation asks for a little more than independent passages would
    assert stats.binom.cdf(k, n, 0.0003) >= 0.8
    for fewer in range(k - 1):  # no earlier tooth of the saw reaches it
        m = next(m for m in range(fewer + 1, 20000) if proves(m, fewer, 0.001)) if fewer == 0 else int(stats.chi2.ppf(0.95, 2 * (fewer + 1)) / 2 / 0.001) - 20
        while not proves(m, fewer, 0.001):
            m += 1
        assert stats.binom.cdf(fewer, m, 0.0003) < 0.8


def test_dependence_multiplies_the_passages(tmp_path):
    alone = plan(design(tmp_path, limit(8, 10, "at_least", "true_positive_identification_rate")))
    alike = plan(design(tmp_path, limit(8, 10, "at_least", "true_positive_identification_rate"), passes=10, rho=0.2, name="b.toml"))
    n = number(re.search(r"Needs ([\d,]+) mated", alone).group(1))
    m, persons = (number(x) for x in re.search(r"Needs ([\d,]+) mated passages, ([\d,]+) persons at 10 each", alike).groups())
    assert n * 2.8 <= m < n * 3.6  # more than the design effect of 2.8: so few people tell it badly
    assert persons == -(-m // 10)


def test_a_twofold_ratio_at_one_in_a_thousand_needs_24500_faces_a_group(tmp_path):
    text = plan(design(tmp_path, '[[claim]]\nmetric = "false_positive_identification_rate"\ngroup = "ethnicity"\nreference = "white"\nratio = 2\n'))
    assert "24,505 independent ones by the normal form" in text
    group = number(re.search(r"; ([\d,]+) of them of black", text).group(1))
    assert 24505 <= group < 30000  # the exact test asks for a little more
    # Its power there, by enumeration of both counts.
    a, b = stats.poisson(2 * 0.001 * group), stats.poisson(0.001 * group)
    found = 0.0
    for total in range(20, 140):
        chance = stats.poisson(3 * 0.001 * group).pmf(total)
        high = stats.binom(total, 2 / 3)
        k = next(k for k in range(total + 2) if stats.binom.sf(k - 1, total, 0.5) <= 0.025)
        found += chance * (high.sf(k - 1) + high.cdf(total - k))
    assert a.mean() > b.mean()
    assert found >= 0.8 - 1e-3


def test_equivalence_needs_the_events_of_its_formula(tmp_path):
    text = plan(design(tmp_path, '[[claim]]\nmetric = "false_positive_identification_rate"\ngroup = "ethnicity"\nreference = "white"\nmargin = 1.5\n'))
    group = number(re.search(r"; ([\d,]+) of them of black", text).group(1))
    assert group == pytest.approx(104000, rel=0.01)


def test_a_budget_of_400_volunteers_and_7_false_alerts(tmp_path):
    claims = limit(1, 1000) + limit(8, 10, "at_least", "true_positive_identification_rate")
    claims += '[[claim]]\nmetric = "false_positive_identification_rate"\ngroup = "ethnicity"\nreference = "white"\nratio = 2\n'
    claims += "[budget]\npersons = 400\nnonmated_passages = 7000\nexpected_false_alerts = 7\n"
    text = plan(design(tmp_path, claims, fpir=0.0009, passes=10, rho=0.1, share=0.135))
    assert "4,000 mated passages, 7,000 non-mated passages" in text
    assert "true_positive_identification_rate at least 8 in 10 mated passages: CAN be proven" in text
    assert "false_positive_identification_rate at most 1 in 1,000 non-mated passages: CANNOT be proven, whatever happens" in text
    assert "in ethnicity would" not in text
    assert re.search(r"black \(13.5 %\): 11\.9 times", text)
    assert "CANNOT" in text.split("WHAT THE BUDGET CAN SHOW")[1]


def test_what_the_planning_value_breaks_itself_is_out_of_reach(tmp_path):
    assert "Out of reach: the planning value does not keep the limit itself" in plan(design(tmp_path, limit(1, 1000), fpir=0.001))


def test_uncertain_planning_values_lower_the_chance(tmp_path):
    text = plan(design(tmp_path, limit(1, 1000), fpir=0.0003, more="worth_passages = 10000"))
    sure, unsure = re.search(r"Chance: ([\d.]+) % if the planning values are right, ([\d.]+) % if they", text).groups()
    assert float(unsure) < float(sure)


def test_the_study_is_written_once_and_its_hash_is_the_pre_registration(tmp_path):
    path = design(tmp_path, limit(1, 1000) + '[[claim]]\nmetric = "false_positive_identification_rate"\ngroup = "ethnicity"\nreference = "white"\nmargin = 1.25\n', fpir=0.0003)
    out = tmp_path / "study.toml"
    text = plan(path, "-o", out)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert f"Pre-registration: SHA-256 {digest}" in text
    study = out.read_text(encoding="utf-8")
    assert "equivalence_margin = 1.25" in study and "at_most = { events = 1, exposure = 1000 }" in study and "operational_persons = 10000" in study
    assert hashlib.sha256(path.read_bytes()).hexdigest() in study
    # It is a study as it stands: only its files are missing.
    checked = run("check", out)
    assert checked.returncode == 3 and "cannot_open" in checked.stderr
    assert "not written over" in plan(path, "-o", out, code=3)
    assert plan(path) in text


def test_simulated_trials_are_evaluated_whole_and_support_a_claim_as_often_as_planned(tmp_path):
    claims = limit(8, 10, "at_least", "true_positive_identification_rate") + limit(1, 100)
    claims += '[[claim]]\nmetric = "false_positive_identification_rate"\ngroup = "ethnicity"\nreference = "white"\nratio = 3\n' + limit(1, 1000)
    path = design(tmp_path, claims, fpir=0.004, passes=10, rho=0.1, share=0.4)
    text = plan(path, "--simulate", "400")
    shown = text.split("WHAT SIMULATED TRIALS SHOWED")[1]
    found = re.findall(r"([\d,]+) of 400 trials.*?where the plan says ([\d.]+) %", shown)
    assert len(found) == 3
    for supported, planned in found:
        p = float(planned) / 100
        assert abs(int(supported) / 400 - p) < 3.5 * math.sqrt(p * (1 - p) / 400) or int(supported) / 400 > p
    assert "at most 1 in 1,000 non-mated passages: not simulated, it is out of reach" in shown
    assert plan(path, "--simulate", "400", "--threads", "2") == text


@pytest.mark.parametrize("one_too_many, verdict", [(0, "met"), (1, "inconclusive")])
def test_what_was_planned_evaluates_to_the_verdict_planned_for(tmp_path, one_too_many, verdict):
    path = design(tmp_path, limit(1, 100), fpir=0.002)
    path.write_text(path.read_text(encoding="utf-8").replace('name = "Trial"', 'name = "Trial"\noperating_threshold = 0.6').replace("watchlist_persons = 10000", "watchlist_persons = 50"), encoding="utf-8")
    text = plan(path, "-o", tmp_path / "study.toml")
    n, errors = (int(number(x)) for x in re.search(r"Needs ([\d,]+) non-mated passages.*?proven with up to (\d+)", text).groups())
    errors += one_too_many
    rows = ["passage,person,mated,acquired,top_person,top_score,mate_score"]
    rows += [f"t{i},p{i},no,yes,l{i % 50},{0.7 if i < errors else 0.4}," for i in range(n)]
    rows += [f"m{i},l{i},yes,yes,l{i},0.8,0.8" for i in range(50)]
    (tmp_path / "passages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = run("evaluate", tmp_path / "study.toml", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    answers = {f["verdict"] for f in document["result"]["findings"] if f["kind"] == "verdict" and f["metric"] == "false_positive_identification_rate"}
    assert verdict in answers and answers <= {verdict, "not_measured"}
    registered = re.search(r"Pre-registration: SHA-256 (\w+)", text).group(1)
    assert document["provenance"]["study"]["sha256"] == registered


@pytest.mark.parametrize("claims, words", [
    ("", "missing_key"),
    (limit(1, 1000, "at_least"), "at_most, a share"),
    ('[[claim]]\nmetric = "false_positive_identification_rate"\nratio = 2\ngroup = "sex"\nreference = "f"\n', "an axis of [planning.mix]"),
    ('[[claim]]\nmetric = "false_positive_identification_rate"\nratio = 2\ngroup = "ethnicity"\nreference = "grey"\n', "a group of [planning.mix.ethnicity]"),
    ('[[claim]]\nmetric = "false_alerts_per_face"\nat_most = { events = 1, exposure = 9 }\n', "false_positive_identification_rate or"),
    (limit(1, 1000) + "ratio = 2\n", "exactly one of"),
    ('[[claim]]\nmetric = "true_positive_identification_rate"\nmargin = 2\ngroup = "ethnicity"\nreference = "white"\n', "holds true positive rates against a difference"),
    (limit(1, 1000) + "[budgt]\npersons = 3\n", "did you mean budget?"),
])
def test_a_design_that_means_nothing_is_refused_where_it_stands(tmp_path, claims, words):
    assert words in plan(design(tmp_path, claims), code=3)


def exact_power(exposure, rate, ratio, allocation, alpha):
    """Of twice the smaller tail of the conditional test, by going through every total and every count."""
    total = stats.poisson(exposure * rate * (ratio + allocation))
    power = 0.0
    for s in range(int(total.ppf(1e-9)), int(total.isf(1e-9)) + 1):
        k = numpy.arange(s + 1)
        equal = stats.binom(s, 1 / (1 + allocation))
        rejected = 2 * numpy.minimum(equal.cdf(k), equal.sf(k - 1)) <= alpha
        power += total.pmf(s) * stats.binom(s, ratio / (ratio + allocation)).pmf(k)[rejected].sum()
    return power


CROSSED = """schema = 1
[design]
name = "Crossed"
[planning]
watchlist_persons = {listed}
false_positive_identification_rate = 0.002
true_positive_identification_rate = 0.8
[planning.mix.ethnicity]
black = 0.2
white = 0.8
[planning.mix.sex]
f = 0.4
m = 0.6
"""
BETWEEN = '[[claim]]\nmetric = "{metric}"\ngroup = "{group}"\nreference = "{reference}"\nratio = 2\n'


def crossed(folder, more, listed=10000, name="crossed.toml"):
    path = folder / name
    path.write_text(CROSSED.format(listed=listed) + more, encoding="utf-8")
    return path


def test_groups_of_axes_crossed_are_planned_for_with_their_part_of_the_error(tmp_path):
    claim = BETWEEN.format(metric="false_positive_identification_rate", group="ethnicity and sex", reference="white, m")
    out = tmp_path / "study.toml"
    text = plan(crossed(tmp_path, claim), "-o", out)
    # The smallest of the four is black women, 0.2 x 0.4; three comparisons with white men, 0.8 x 0.6, share the error.
    z, allocation = stats.norm.isf(0.05 / 3 / 2) + stats.norm.isf(0.2), 0.48 / 0.08
    normal = math.ceil(z**2 / 0.002 * (1 / allocation + 1 / 2) / math.log(2) ** 2)
    assert re.search(rf"of them of black, f \({normal:,} independent ones by the normal form", text)
    group, total = (number(re.search(pattern, text).group(1)) for pattern in (r"; ([\d,]+) of them of black, f", r"Needs ([\d,]+) non-mated"))
    assert group > normal and total == pytest.approx(group / 0.08, abs=13)
    assert exact_power(group, 0.002, 2, allocation, 0.05 / 3) >= 0.8 > exact_power(group / 1.03, 0.002, 2, allocation, 0.05 / 3)
    assert "shares of ethnicity and sex as if one said nothing about the other" in text
    study = out.read_text(encoding="utf-8")
    assert study.index('name = "ethnicity"') < study.index('reference = "white"') < study.index('name = "sex"') < study.index('reference = "m"')
    # Shares that are declared take the place of the product.
    declared = '[planning.mix."ethnicity and sex"]\n"black, f" = 0.15\n"black, m" = 0.05\n"white, f" = 0.25\n"white, m" = 0.55\n'
    text = plan(crossed(tmp_path, declared + claim, name="declared.toml"))
    assert "of them of black, m" in text and "as if one" not in text


def test_a_limit_in_every_group_needs_2995_passages_of_each(tmp_path):
    claim = limit(1, 1000) + 'in_every = "ethnicity"\n'
    for name, fpir in (("a.toml", 0.0), ("b.toml", 0.0003)):
        text = plan(design(tmp_path, claim, fpir=fpir, share=0.2, name=name))
        assert "2,995 non-mated passages of each group would do without a single error" in text
        total = int(number(re.search(r"Needs ([\d,]+) non-mated passages", text).group(1)))
        assert int(number(re.search(r"; ([\d,]+) of them of black on average, the smallest group", text).group(1))) == int(0.2 * total + 1e-6) > 2995
        told = number(re.search(r"Chance that all groups do: ([\d.]+) %", text).group(1)) / 100
        # Who passes is as it happens: of each size that a group may have, the chance that it proves the limit.
        chance = 1.0
        for share in (0.2, 0.8):
            sizes = stats.binom(total, share)
            n = numpy.arange(int(sizes.ppf(1e-6)), int(sizes.isf(1e-6)) + 1)
            allowed = numpy.array([max((k for k in range(60) if proves(int(m), k, 0.001)), default=-1) for m in n[:: max(1, len(n) // 200)]])
            allowed = numpy.interp(n, n[:: max(1, len(n) // 200)], allowed).astype(int)
            chance *= (sizes.pmf(n) * stats.binom.cdf(allowed, n, fpir)).sum()
        # An evaluation asks for a little more than independent passages would.
        assert 0.8 <= told < chance + 0.02 and chance < told + 0.05
    out = tmp_path / "study.toml"
    plan(tmp_path / "b.toml", "-o", out)
    assert 'in_every = "ethnicity"' in out.read_text(encoding="utf-8")
    assert "cannot_open" in run("check", out).stderr  # a study as it stands: only its files are missing


def test_the_list_to_load_holds_those_who_shall_be_found_and_others(tmp_path):
    found = limit(7, 10, "at_least", "true_positive_identification_rate")
    text = plan(crossed(tmp_path, found))
    persons = int(number(re.search(r"passages, ([\d,]+) persons at 1 each", text).group(1)))
    assert f"LIST TO LOAD: 10,000 persons, as many as the claims are about: the {persons} who shall be found and {10000 - persons:,} who do not pass." in text
    text = plan(crossed(tmp_path, found, listed=50, name="b.toml"))
    assert f"are no more than the {persons} who shall be found: load them in turns" in text
    text = plan(crossed(tmp_path, BETWEEN.format(metric="true_positive_identification_rate", group="sex", reference="m"), listed=100000, name="c.toml"))
    women, men = (int(number(x)) for x in re.search(r"of those to be found, by sex: f ([\d,]+), m ([\d,]+)\.", text).groups())
    persons = int(number(re.search(r"by ([\d,]+) persons", text).group(1)))
    assert persons <= women + men <= persons + 1 and women == math.ceil(0.4 * persons - 1e-6)


def test_the_page_of_a_plan_holds_what_the_text_does_and_the_chance_over_the_size(tmp_path):
    claims = limit(1, 100) + BETWEEN.format(metric="false_positive_identification_rate", group="ethnicity", reference="white") + "[budget]\nnonmated_passages = 500\n"
    path = crossed(tmp_path, claims)
    path.write_text(path.read_text(encoding="utf-8").replace('"Crossed"', '"<script>alert(1)</script>"'), encoding="utf-8")
    page = tmp_path / "plan.html"
    text = plan(path, "--page", page)
    assert f"Page written to {page}" in text
    written = page.read_text(encoding="utf-8")
    assert "<script>alert" not in written and "&lt;script&gt;alert(1)&lt;/script&gt;" in written
    assert written.count("<figure") == 2
    assert re.search(r"Pre-registration: SHA-256 (\w+)", text).group(1) in written
    # The chances of the limit are those of counting out, but for what an evaluation asks for more.
    assert "False positive identification rate (FPIR) at most 1 in 100 non-mated passages" in written and "_identification_rate at most" not in written
    rows = re.search(r"<table>.*?</table>", written[written.index("figure-chance-1"):], re.S).group(0)
    told = [(int(number(a)), float(b) / 100) for a, b in re.findall(r">([\d,]+)</th><td[^>]*>([\d.]+) %", rows)]
    assert len(told) > 10
    for n, chance in told:
        allowed = [k for k in range(200) if proves(n, k, 0.01)]
        exact = stats.binom.cdf(max(allowed), n, 0.002) if allowed else 0.0
        assert chance <= exact + 1e-3


@pytest.mark.parametrize("more, words", [
    ('[planning.mix."ethnicity and sex"]\n"black, f" = 0.5\n"white, m" = 0.5\n', "shares that add up to those of [planning.mix.ethnicity]"),
    ('[planning.mix."ethnicity and age"]\nblack = 0.2\nwhite = 0.8\n', "a label of each axis crossed"),
    ('[planning.mix.Ethnicity]\na = 0.2\nb = 0.8\n', "an axis in lower-case letters"),
    ('[planning.mix.threshold]\na = 0.2\nb = 0.8\n', "none of the names that findings use"),
    (BETWEEN.format(metric="false_positive_identification_rate", group="ethnicity and sex", reference="white, m") + BETWEEN.format(metric="true_positive_identification_rate", group="sex", reference="f"), "another claim has m"),
    (BETWEEN.format(metric="false_positive_identification_rate", group="ethnicity and sex", reference="white"), "a group of [planning.mix.ethnicity and sex]"),
    ('[planning.mix.age]\nold = 0.2\nyoung = 0.8\n' + BETWEEN.format(metric="false_positive_identification_rate", group="ethnicity and sex", reference="white, m")
     + BETWEEN.format(metric="false_positive_identification_rate", group="age", reference="old"), "an evaluation crosses all axes of its study"),
    (limit(1, 100) + 'in_every = "age"\n', "an axis of [planning.mix]"),
    (BETWEEN.format(metric="false_positive_identification_rate", group="sex", reference="m") + 'in_every = "sex"\n', "only with at_most or at_least"),
])
def test_groups_that_contradict_each_other_are_refused(tmp_path, more, words):
    assert words in plan(crossed(tmp_path, more + limit(1, 50)), code=3)


SYSTEMS = """schema = 1
[design]
name = "Two systems"
system = "ours"
operating_threshold = 0.6
comparator = "theirs"
comparator_threshold = 0.3
[planning]
watchlist_persons = {listed}
false_positive_identification_rate = 0.001
true_positive_identification_rate = 0.9
passes_per_person = {passes}
within_person_correlation = {rho}
"""


def systems(folder, more, *, listed=5000, passes=1, rho=0):
    path = folder / "systems.toml"
    path.write_text(SYSTEMS.format(listed=listed, passes=passes, rho=rho) + more, encoding="utf-8")
    return path


def of_systems(claim, metric="true_positive_identification_rate"):
    return f'[[claim]]\nmetric = "{metric}"\n{claim}\n'


def connor(differ, difference, beyond=0.0):
    """Connor 1987: pairs for McNemar's test, at 95 % and 80 %."""
    z = stats.norm.ppf([0.975, 0.8])
    return (z[0] * math.sqrt(differ) + z[1] * math.sqrt(differ - difference**2)) ** 2 / (difference - beyond) ** 2


@pytest.mark.parametrize("claim, metric, expected, words", [
    ("better_by = 0.05", "true_positive_identification_rate", connor(0.9 * 0.15 + 0.85 * 0.1, 0.05), "5 points above that of theirs on the same passages would be found"),
    ("better_by = 0.05\ndiscordant_share = 0.09", "true_positive_identification_rate", connor(0.09, 0.05), "(9.00 %, as declared)"),
    ("worse_by_at_most = 0.02\ndiscordant_share = 0.05", "true_positive_identification_rate", connor(0.05, 0.0, -0.02), "less than 2 points below that of theirs on the same passages would be shown"),
    ("better_by = 0.002", "false_positive_identification_rate", connor(0.003 * 0.999 + 0.001 * 0.997, 0.002), "0.2 points below that of theirs on the same passages would be found"),
])
def test_two_systems_on_the_same_passages_are_planned_for_by_the_passages_on_which_they_differ(tmp_path, claim, metric, expected, words):
    text = plan(systems(tmp_path, of_systems(claim, metric)))
    needs, chance = re.search(r"Needs ([\d,]+) (?:non-)?mated passages.*?Chance: ([\d.]+) % if the planning values are right \(5,000 simulated trials\)", text).groups()
    # The interval of an evaluation is not the normal form: it asks for more or for less, most where little is expected.
    assert 0.88 * expected < number(needs) < 1.15 * expected and 80 <= float(chance) < 82
    assert words in text and "judged by both systems" in text
    # People who pass four times are worth less than their passages.
    again = plan(systems(tmp_path, of_systems(claim, metric), passes=4, rho=0.3))
    assert number(re.search(r"Needs ([\d,]+)", again).group(1)) == pytest.approx(number(needs) * 1.9, rel=0.12)


@pytest.mark.parametrize("shift, above", [(0, True), (-3, False)])
def test_two_systems_once_run_are_told_apart_as_planned(tmp_path, shift, above):
    out = tmp_path / "study.toml"
    text = plan(systems(tmp_path, of_systems("better_by = 0.1\ndiscordant_share = 0.2"), listed=400), "-o", out)
    n = int(number(re.search(r"Needs ([\d,]+)", text).group(1)))
    # The fewest that only this system finds, among a fifth of the passages, for which the interval still lies above 0.
    discordant = round(0.2 * n)
    least = next(b for b in range(discordant // 2, discordant) if (2 * b - discordant) / math.sqrt(discordant - (2 * b - discordant) ** 2 / n) > 2.2)
    first = least + shift
    rows, others = ["passage,person,mated,acquired,top_person,top_score,mate_score"], ["passage,rank,person,score"]
    for i in range(n):
        ours, theirs = i < first or i >= discordant, i >= first
        rows.append(f"t{i},p{i},yes,yes,p{i},{0.7 if ours else 0.5},{0.7 if ours else 0.5}")
        others.append(f"t{i},1,p{i},{0.4 if theirs else 0.2}")
    (tmp_path / "passages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "candidates_theirs.csv").write_text("\n".join(others) + "\n", encoding="utf-8")
    done = run("evaluate", out, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    findings = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]
    found = next(f for f in findings if f["kind"] == "difference" and f["metric"] == "true_positive_identification_rate")
    assert (found["first_only"], found["second_only"], found["axes"]["at"]) == (first, discordant - first, "operating")
    assert (found["interval"]["lower"] > 0) == above


def test_a_budget_tells_what_difference_of_two_systems_it_finds(tmp_path):
    budget = "[budget]\npersons = 170\nnonmated_passages = 400\n"
    text = plan(systems(tmp_path, of_systems("better_by = 0.02\ndiscordant_share = 0.1") + of_systems("worse_by_at_most = 0.1") + of_systems("better_by = 0.002", "false_positive_identification_rate") + budget))
    answers = re.findall(r"(CAN(?:NOT)? be counted on) \(chance ([\d.]+) %\); what can be, by the normal form, is a (difference|margin) of ([\d.]+) points", text)
    assert [(a[0], a[2]) for a in answers] == [("CANNOT be counted on", "difference"), ("CAN be counted on", "margin"), ("CANNOT be counted on", "difference")]
    assert float(answers[1][3]) == pytest.approx(100 * stats.norm.ppf([0.975, 0.8]).sum() * math.sqrt(0.18 / 170), rel=0.1)
    assert connor(0.1, float(answers[0][3]) / 100) == pytest.approx(170, rel=0.1)
    # The very passages that a claim needs are said to do, and their difference is the one claimed.
    needs = int(number(re.search(r"Needs ([\d,]+)", text).group(1)))
    enough = plan(systems(tmp_path, of_systems("better_by = 0.02\ndiscordant_share = 0.1") + f"[budget]\npersons = {needs}\n"))
    assert re.search(r"CAN be counted on \(chance 80[\d.]* %\); what can be, by the normal form, is a difference of 2.00 points", enough)


@pytest.mark.parametrize("before, after, more, words", [
    ("", "", of_systems("better_by = 0.05\nratio = 2"), "exactly one of"),
    ("", "", of_systems('better_by = 0.05\ngroup = "sex"'), "systems are compared on all passages"),
    ("", "", limit(1, 100) + "discordant_share = 0.1\n", "only with better_by or worse_by_at_most"),
    ("", "", of_systems("better_by = 0.05\ndiscordant_share = 0.04"), "from 0.05 to 0.25"),
    ("", "", of_systems("better_by = 0.95"), "the rates of both systems stay above 0 and below 1"),
    ("", "", of_systems("worse_by_at_most = 0.9"), "the rates of both systems stay above 0 and below 1"),
    ("true_positive_identification_rate = 0.9", "true_positive_identification_rate = 1", of_systems("better_by = 0.05"), "for a claim on two systems"),
    ('comparator = "theirs"', 'comparator = ""', of_systems("better_by = 0.05"), "a text that is not empty"),
    ("comparator_threshold = 0.3", "comparator_threshold = 0", of_systems("better_by = 0.05"), "above 0, up to 1"),
    ("", "", of_systems("worse_by_at_most = 3"), "5 points"),
    ('comparator = "theirs"\n', "", of_systems("better_by = 0.05"), "design.comparator"),
    ('comparator = "theirs"', 'comparator = "ours"', of_systems("better_by = 0.05"), "another name than that of the system"),
    ('comparator = "theirs"', 'comparator = "Their\\"s"', of_systems("better_by = 0.05"), "lower-case letters"),
    ("comparator_threshold = 0.3\n", "", of_systems("better_by = 0.05"), "the threshold of the comparator"),
    ("operating_threshold = 0.6\n", "", of_systems("better_by = 0.05"), "each at its own"),
])
def test_two_systems_that_cannot_be_compared_are_refused(tmp_path, before, after, more, words):
    path = systems(tmp_path, more)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    assert words in plan(path, code=3)


def test_passes_without_a_correlation_are_refused(tmp_path):
    path = tmp_path / "design.toml"
    path.write_text(DESIGN.format(fpir=0.001, tpir=0.9, passes=10, rho=0, share=0.5, rest=0.5, more="").replace("within_person_correlation = 0\n", "") + limit(1, 1000), encoding="utf-8")
    assert "passes of one person are not independent" in plan(path, code=3)
