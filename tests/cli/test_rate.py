"""One rate or ratio on the command line, against published figures and closed forms."""
import math
import re

import pytest

from program import run


def limits_of(text, method):
    found = re.search(rf"^  {re.escape(method)} +(\S+) to (\S+)", text, re.MULTILINE)
    assert found, text
    return float(found[1]), float(found[2])


def outward(limits, lower, upper, digits):
    """Printed limits hold the exact ones and are off by less than one in the last digit."""
    assert limits[0] == pytest.approx(lower, rel=10 ** (1 - digits))
    assert limits[1] == pytest.approx(upper, rel=10 ** (1 - digits))


def verdict_of(text):
    return re.search(r"Verdict: (.+)", text)[1]


@pytest.mark.parametrize("arguments, lower, upper", [
    (["10", "3147436"], 1.524e-6, 5.843e-6),                                           # FX1
    (["10", "2077", "--unit", "resolved-alerts"], 0.00231, 0.00884),                   # FX1
    (["8", "42", "--unit", "resolved-alerts"], 0.0860, 0.3412),                        # FX2
    (["7", "8600"], 3.27e-4, 1.676e-3),                                                # FX3
    (["1", "383356"], 6.6e-8, 1.45e-5),                                                # FX6
    (["60", "61", "--unit", "alerts", "--of", "true-alerts"], 0.912, 0.9996),          # FX6
])
def test_published_intervals(arguments, lower, upper):
    done = run("rate", *arguments)
    assert done.returncode == 0
    # The published limits are given to three digits.
    assert limits_of(done.stdout, "Clopper-Pearson") == pytest.approx((lower, upper), rel=6e-3)


@pytest.mark.parametrize("faces, limit, verdict", [
    (2995, "1/1000", "met"), (2994, "1/1000", "inconclusive"), (17973, "1/6000", "met"), (17972, "1/6000", "inconclusive"),  # FX11
    (7512, "1/1000", "met"), (7512, "1/6000", "inconclusive"),                                                                # FX4
])
def test_m12_no_event_in_so_many_faces_against_a_limit(faces, limit, verdict):
    done = run("rate", "0", str(faces), "--limit", limit)
    assert done.returncode == 0
    assert verdict_of(done.stdout) == verdict
    assert "No event is not a rate of zero" in done.stdout
    assert limits_of(done.stdout, "Clopper-Pearson")[1] >= 1 - 0.025 ** (1 / faces)
    outward(limits_of(done.stdout, "Clopper-Pearson"), 0, 1 - 0.025 ** (1 / faces), 4)


def test_m12_holyhead_rules_out_no_more_than_one_in_2_036():
    done = run("rate", "0", "7512")
    assert "at most 1 in 2,036" in done.stdout
    outward(limits_of(done.stdout, "Clopper-Pearson"), 0, 4.91e-4, 3)


def test_m38_oxford_circus_is_inconclusive():
    done = run("rate", "7", "8600", "--limit", "1/1000")
    assert done.returncode == 0
    assert verdict_of(done.stdout) == "inconclusive"


def test_m38_many_events_break_a_limit():
    assert verdict_of(run("rate", "70", "8600", "--limit", "1/1000").stdout) == "not met"


def test_ratio():
    done = run("rate", "8/425000", "2/2722436")
    assert done.returncode == 0
    ratio, lower, upper = re.search(r"conditional exact +(\S+) +(\S+) to (\S+)", done.stdout).groups()
    assert (lower, upper) == ("5.113", "247.7")
    assert float(ratio) == pytest.approx((8 / 425000) / (2 / 2722436), rel=5e-4)


def test_ratio_without_events_below_has_no_upper_bound():
    done = run("rate", "8/425000", "0/2722436")
    assert done.returncode == 0
    assert re.search(r"conditional exact +unbounded +\S+ to unbounded", done.stdout)


def test_ratio_without_any_event_is_undefined():
    done = run("rate", "0/425000", "0/2722436")
    assert done.returncode == 0
    assert "undefined" in done.stdout and "nan" not in done.stdout.lower()


def test_limits_of_a_rate_per_hour():
    done = run("rate", "0", "10", "--unit", "hours")
    assert done.returncode == 0
    outward(limits_of(done.stdout, "Garwood"), 0, -math.log(0.025) / 10, 4)
    assert verdict_of(run("rate", "0", "3", "--unit", "hours", "--limit", "1/1").stdout) == "met"
    assert verdict_of(run("rate", "0", "2", "--unit", "hours", "--limit", "1/1").stdout) == "inconclusive"


def test_confidence_is_used():
    done = run("rate", "0", "1000", "--confidence", "0.99")
    outward(limits_of(done.stdout, "Clopper-Pearson"), 0, 1 - 0.005 ** (1 / 1000), 4)
    assert "99 %" in done.stdout


@pytest.mark.parametrize("unit", ["persons", "people"])
def test_m04_persons_are_refused(unit):
    done = run("rate", "5", "1000", "--unit", unit)
    assert done.returncode == 2 and done.stdout == ""
    assert "M04" in done.stderr and "Faces are not people" in done.stderr


@pytest.mark.parametrize("limit", ["0.1%", "0.1 %", "0.001", "1in1000", "1/0", "2/1", "-1/1000", "1/1e3", "/", "1/", "/1000", "1/1000/2"])
def test_m06_limits_that_are_no_two_whole_numbers(limit):
    done = run("rate", "5", "10000", f"--limit={limit}")
    assert done.returncode == 2 and done.stdout.find("Verdict") == -1
    assert "allowed" in done.stderr or "limit" in done.stderr


@pytest.mark.parametrize("level", ["95", "1", "0", "-0.95", "95%", "nan", "inf"])
def test_confidence_that_is_a_percentage(level):
    done = run("rate", "5", "10000", f"--confidence={level}")
    assert done.returncode == 2 and "onfidence" in done.stderr


@pytest.mark.parametrize("events, exposure", [("1.5", "10"), ("1e3", "10000"), ("1,000", "10000"), ("+5", "10"), ("5", "4503599627370497"), ("5", "0"),
                                              ("11", "10"), ("", "10"), ("5", "many"), ("5 %", "100"), ("5/10", "3"), ("5", "1/3"), ("5/0", "1/3"), ("11/10", "1/3")])
def test_m06_counts_that_are_none(events, exposure):
    done = run("rate", "--", events, exposure)
    assert done.returncode == 2, done.stdout
    assert done.stderr and "internal" not in done.stderr


@pytest.mark.parametrize("arguments", [["0", "0"], ["0/0", "1/10"], ["0", "10"], ["10", "10"], ["0", "4503599627370496"], ["4503599627370496", "4503599627370496"],
                                       ["4503599627370496", "4503599627370496", "--unit", "hours"]])
def test_edges_are_values_or_reasons(arguments):
    done = run("rate", *arguments)
    assert done.returncode in (0, 2)
    assert not re.search(r"\b-?(nan|inf)\b", done.stdout + done.stderr, re.IGNORECASE)


def test_every_rate_says_what_it_cannot_show():
    for unit in ("faces", "resolved-alerts", "engagements", "hours", "alerts", "nonmated-passages", "mated-passages"):
        done = run("rate", "3", "50", "--unit", unit)
        assert done.returncode == 0 and "What this cannot show" in done.stdout, unit
    assert "What this cannot show" in run("rate", "1/10", "2/30").stdout


def test_m02_the_denominator_is_in_the_sentence():
    assert "of the faces seen" in run("rate", "7", "8600").stdout
    assert "of the resolved alerts" in run("rate", "8", "42", "--unit", "resolved-alerts").stdout


def test_m45_few_trials_carry_no_percentage():
    first = run("rate", "1", "8", "--unit", "resolved-alerts").stdout.splitlines()
    assert any("too few for a percentage" in line for line in first)


def test_unknown_units_name_the_nearest():
    done = run("rate", "5", "1000", "--unit", "face")
    assert done.returncode == 2 and "did you mean faces?" in done.stderr
    done = run("rate", "5", "1000", "--of", "sheep")
    assert done.returncode == 2 and "false-alerts" in done.stderr
