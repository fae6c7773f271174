"""What a reader sees: no broken bracket, no number that nobody counted, no word that the records cannot bear."""
import json
import re

import pytest

from program import HEADER, MPS, ROW, evaluate, write_study

LARGEST = 2**52
BANNED = re.compile(r"\b(accurate|accuracy|inaccurate|bias-free|unbiased|proven|negligible|no evidence of bias|no bias|insignificant|not significant)\b", re.IGNORECASE)
LIMITS = "".join(f'[[limit]]\nmetric = "{metric}"\n{side} = {{ events = 1, exposure = {n} }}\nsource = "x"\n' for metric, side, n in [
    ("false_alerts_per_face", "at_most", 1000), ("false_alerts_per_face", "at_least", 1000), ("true_alerts_per_alert", "at_least", 2),
    ("false_discovery_proportion", "at_most", 10), ("false_alerts_per_hour", "at_most", 10), ("outcomes_per_alert", "at_least", 3),
    ("false_positive_identification_rate", "at_most", 1000)])
MORE = '[source.columns]\nduration = { column = "duration", unit = "seconds" }\n"outcome.arrest" = "arrest"\n' + LIMITS
COLUMNS = HEADER + ",true_engaged,false_engaged,duration,arrest"
# Every way to be small, large, empty or contradictory.
RECORDS = {
    "nothing": ["F,d1,,,,,,,,,,,"],
    "zeros": ["F,d1,2024-01-02,N,0.6,0,0,0,0,0,0,0,0"],
    "no events": ["F,d1,2024-01-02,N,0.6,1000,0,0,0,0,0,3600,0", "F,d2,2024-01-03,N,0.6,1,0,0,0,0,0,1,0"],
    "all events": ["F,d1,2024-01-02,N,0.6,9,9,9,0,9,0,3600,9", "F,d2,2024-01-03,N,0.6,5,5,5,0,5,0,3600,5"],
    "all wrong": ["F,d1,2024-01-02,N,0.6,9,9,0,9,0,9,3600,0", "F,d2,2024-01-03,N,0.64,5,5,0,5,0,5,3600,0"],
    "one of very many": ["F,d1,2024-01-02,N,0.6,4503599627000000,1,0,1,0,1,1,0", "F,d2,2024-01-03,N,0.6,3,1,1,0,1,0,4503599627000000,1"],
    "none of very many": ["F,d1,2024-01-02,N,0.6,4503599627000000,0,0,0,0,0,1,0", "F,d2,2024-01-03,N,0.64,5,0,0,0,0,0,1,0"],
    "almost all": ["F,d1,2024-01-02,N,0.6,100000,100000,99999,1,99999,1,60,50000", "F,d2,2024-01-03,N,0.6,90000,90000,90000,0,90000,0,60,1"],
    "one against very many": ["F,d1,2024-01-02,N,0.6,2,1,1,0,1,0,60,1", "F,d2,2024-01-03,N,0.6,2000000000,1,1,0,1,0,60,1"],
    "contradictory": ["F,d1,2024-01-02,N,0.6,100,5,3,1,9,9,0,7", "F,d2,2024-01-03,N,0.6,0,4,3,1,,,,", "F,d3,2024-01-04,N,0.64,2,4,0,4,0,4,0,0"],
    "all contradictory": ["F,d1,2024-01-02,N,0.6,9,5,1,1,1,1,60,7", "F,d2,2024-01-03,N,0.6,9,0,2,1,,,60,9"],
    "unresolved": ["F,d1,2024-01-02,N,0.6,5000,9,1,1,0,1,60,0", "F,d2,2024-01-03,N,0.6,8000,50,40,10,0,0,60,0"],
    "few": ["F,d1,2024-01-02,N,0.6,3,2,1,1,1,1,60,1"],
}


def texts_in(value):
    """Every sentence, note and meaning; not the names that the study and the rows brought along."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("provenance", "axes", "columns"):
                yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


def numbers_that_nobody_counted(text):
    if re.search(r"\( ?to\b|\bto 0\)|\(\)|\bto \)|,,|\.\.|  ", text):
        yield "a broken bracket"
    if re.search(r"\b100\.0+ %|\b0\.0+ %", text):
        yield "nearly all, rounded to all"
    if re.search(r"(?<![\w.])-?(nan|inf|infinity)(?!\w)", text, re.IGNORECASE):
        yield "a number that is none"
    if re.search(r"\de-(1[5-9]|[2-9]\d|\d{3})", text):
        yield "digits of next to nothing"
    if any(int(digits.replace(",", "")) > LARGEST for digits in re.findall(r"(?<![\d.,])\d[\d,]*(?![\d.])", text)):
        yield "a number above 2^52"
    if any(float(share) > 100 for share in re.findall(r"(\d+(?:\.\d+)?) %", text.replace(",", ""))):
        yield "more than 100 %"


def words_out_of_place(text):
    if re.search(r"\b(?<![\d,.])1 (false alerts|true alerts|alerts|faces|deployments|hours|resolved alerts|engagements|outcomes)\b", text):
        yield "one of many"
    if re.search(r"\bat least (none|0)(?![\d.])", text):
        yield "at least nothing"


def words_that_claim_too_much(text):
    if BANNED.search(text):
        yield "a banned word"


def faults(texts, of):
    return "\n".join(sorted({f"{fault}: {text}" for text in texts for fault in of(text)}))


def made(folder, records, more):
    done = evaluate(write_study(folder, COLUMNS + "\n" + "\n".join(records) + "\n", more=more), folder / "out")
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]


@pytest.mark.parametrize("name", RECORDS)
def test_m45_numbers_of_odd_records(tmp_path, name):
    found = faults(texts_in(made(tmp_path, RECORDS[name], MORE)[1]), numbers_that_nobody_counted)
    assert not found, found


@pytest.mark.parametrize("name", RECORDS)
def test_m03_words_of_odd_records(tmp_path, name):
    text, result = made(tmp_path, RECORDS[name], MORE)
    found = faults([*texts_in(result), re.sub(r"\s+", " ", text)], words_that_claim_too_much)
    assert not found, found


def test_one_is_not_several_in_odd_records(tmp_path):
    texts = [text for name in RECORDS for text in texts_in(made(tmp_path, RECORDS[name], MORE)[1])]
    found = faults(texts, words_out_of_place)
    assert not found, found


@pytest.mark.parametrize("name", RECORDS)
def test_terminal_of_odd_records_is_100_columns_wide(tmp_path, name):
    text, _ = made(tmp_path, RECORDS[name], MORE)
    assert not [line for line in text.splitlines() if not line.startswith("Written to") and (len(line) > 100 or line != line.rstrip())]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    out = tmp_path_factory.mktemp("mps")
    done = evaluate(MPS / "study.toml", out)
    assert done.returncode == 0
    return done.stdout, json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["result"]


def test_m45_numbers_of_the_published_records(published):
    found = faults(texts_in(published[1]), numbers_that_nobody_counted)
    assert not found, found


def test_m03_words_of_the_published_records(published):
    found = faults([*texts_in(published[1]), re.sub(r"\s+", " ", published[0])], words_that_claim_too_much)
    assert not found, found


def test_one_is_not_several_in_the_published_records(published):
    found = faults(texts_in(published[1]), words_out_of_place)
    assert not found, found


def test_every_rate_in_words_has_its_limits(published):
    for finding in published[1]["findings"]:
        if finding["kind"] == "rate" and finding["status"] == "measured" and finding["exposure"]["n"] >= 10:
            assert re.search(r"\(.+ to .+\)|none seen, at most|at least", finding["sentence"]), finding["sentence"]


@pytest.mark.parametrize("declared", ["0.95", "0.9", "0.999"])
def test_terminal_at_other_confidences(tmp_path, declared):
    study = write_study(tmp_path, COLUMNS + "\n" + "\n".join(RECORDS["unresolved"]) + "\n", more=MORE)
    study.write_text(study.read_text().replace('"small"', f'"small"\nconfidence = {declared}'))
    done = evaluate(study, tmp_path / "out")
    assert done.returncode == 0
    said = {"0.95": "95 %", "0.9": "90 %", "0.999": "99.9 %"}[declared]
    assert f"Intervals: {said}," in re.sub(r"\s+", " ", done.stdout)


def test_one_threshold_against_the_next_and_the_last_against_the_first(tmp_path):
    rows = [ROW.replace("d1", f"d{i}").replace("0.6", threshold) for i, threshold in enumerate(["0.5", "0.55", "0.6", "0.65"])]
    study = write_study(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    assert evaluate(study, tmp_path / "out").returncode == 0
    findings = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["result"]["findings"]
    assert {(f["axes"]["threshold"], f["axes"]["against"]) for f in findings if f["kind"] == "ratio"} == {
        ("0.55", "0.5"), ("0.6", "0.55"), ("0.65", "0.6"), ("0.65", "0.5")}
