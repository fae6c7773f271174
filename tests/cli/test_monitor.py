"""Watching a programme: streams, evidence, stop rules, and a state that does not depend on how the deployments were fed."""
import datetime
import json
import math
import random
import statistics

import pytest

from program import MPS, run, write_study

HEADER = "force,deployment,date,site,threshold,watchlist_images,faces,duration,alerts,true_alerts,false_alerts"
LIMIT = """
[[limit]]
metric = "false_alerts_per_face"
at_most = { events = 1, exposure = 1000 }
source = "policy"
"""
RULES = LIMIT + """
[[stop_rule]]
name = "limit broken"
metric = "false_alerts_per_face"
when = "limit"
action = "stop and report"
owner = "gold commander"

[[stop_rule]]
name = "twice as many"
metric = "false_alerts_per_face"
when = "shift"
baseline = { events = 1, exposure = 1000 }
shift = 2
once_in = 200000
action = "check the threshold"
owner = "system owner"
"""


def rows(counts, threshold="0.6", images=5000, month=1, first=1):
    out = []
    for i, n in enumerate(counts):
        out.append(f"F,d{month:02}{first + i:02},2024-{month:02}-{first + i:02},North,{threshold},{images},1000,3600,{n + 1},1,{n}")
    return out


def study(folder, lines, more=RULES):
    seconds = '[source.columns]\nduration = { column = "duration", unit = "seconds" }\n'
    return write_study(folder, "\n".join([HEADER, *lines]) + "\n", seconds + more)


def watch(path, *more, code=0):
    done = run("monitor", path, *more)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_a_quiet_programme_has_no_alarm_and_says_that_this_is_no_proof(tmp_path):
    text = watch(study(tmp_path, rows([1, 0, 2, 1, 0, 1])))
    assert "limit broken (false_alerts_per_face): not triggered" in text
    assert "ALARMS, in order\n  none" in text
    assert "is not shown to be kept" in text


def test_a_broken_limit_triggers_its_rule_with_action_and_owner(tmp_path):
    path = study(tmp_path, rows([5] * 20))
    text = " ".join(watch(path, "--fail-on", "triggered", code=1).split())
    assert "limit broken (false_alerts_per_face): TRIGGERED 2024-01-" in text
    assert "Action: stop and report. Owner: gold commander." in text
    assert "twice as many (false_alerts_per_face): TRIGGERED" in text
    assert "BROKEN 2024-01-" in text


def test_the_bets_are_those_of_the_formula(tmp_path):
    """The evidence after each deployment, worked out here."""
    counts = [4, 3, 5, 2, 6, 4, 3, 5]
    wealth = {1.5: 0.0, 2: 0.0, 4: 0.0, 8: 0.0}
    events = exposure = squares = 0
    for seen, x in enumerate(counts):
        phi = 1.0
        if events > 0 and seen > 1:
            phi = min(100.0, max(1.0, (squares * exposure / events - events) / (seen - 1)))
        for r in wealth:
            bet = min(0.5, (r - 1) / ((r - 1) ** 2 + phi * r / 1.0))
            wealth[r] += math.log1p(bet * (x / 1.0 - 1))
        events, exposure, squares = events + x, exposure + 1000, squares + x * x / 1000
    evidence = sum(math.exp(w) for w in wealth.values()) / 4
    text = " ".join(watch(study(tmp_path, rows(counts))).split())
    shown = float(text.split("Evidence against it: ")[1].split(" to 1")[0].replace(",", ""))
    assert shown <= evidence < shown * 1.01


def test_a_new_threshold_or_list_begins_a_new_stream(tmp_path):
    lines = rows([1, 0, 1]) + rows([0, 1], threshold="0.64", first=4) + rows([0, 0], threshold="0.64", images=5400, first=6) + rows([2], threshold="0.64", images=6000, first=8)
    text = " ".join(watch(study(tmp_path, lines)).split())
    assert "begun by first deployment" in text
    assert "threshold from 0.6 to 0.64" in text
    assert "list from 5,000 to 6,000" in text  # 5,400 is within 10 % of the first
    assert text.count("begun by") == 3


def test_feeding_by_month_or_at_once_ends_in_the_same_state(tmp_path):
    lines = [line for month in range(1, 7) for line in rows([month % 3, 1, 0, 4, 2], month=month)]
    path = study(tmp_path, lines)
    at_once, by_month = tmp_path / "once.json", tmp_path / "months.json"
    final = watch(path, "--state", at_once)
    for month in range(1, 7):
        last = watch(path, "--state", by_month, "--until", f"2024-{month:02}-28")
    assert at_once.read_bytes() == by_month.read_bytes()
    def cut(text):
        return text.rsplit("\n", 2)[0]
    assert cut(final) == cut(last)
    before = at_once.read_bytes()
    assert "0 fed now, 0 alarms new" in watch(path, "--state", at_once)
    assert at_once.read_bytes() == before
    assert json.loads(before)["metrics"] == ["false_alerts_per_face", "false_alerts_per_hour"]


@pytest.mark.parametrize("change", ["count", "gone", "late", "limit", "by hand", "not a state", "newer"])
def test_history_that_was_looked_at_is_not_rewritten(tmp_path, change):
    """M47"""
    lines, more = rows([1, 0, 2, 1]), RULES
    state = tmp_path / "state.json"
    watch(study(tmp_path, lines), "--state", state)
    text = state.read_text(encoding="utf-8")
    if change == "count":
        lines[1] = rows([3])[0].replace("d0101,2024-01-01", "d0102,2024-01-02")
    elif change == "gone":
        del lines[2]
    elif change == "late":
        lines.append(rows([0])[0].replace("d0101", "d0000"))
    elif change == "limit":
        more = RULES.replace("exposure = 1000 }\nsource", "exposure = 500 }\nsource")
    elif change == "by hand":
        state.write_text(text.replace('"counts":[[1,1000]', '"counts":[[0,1000]'), encoding="utf-8")
        assert state.read_text(encoding="utf-8") != text
    elif change == "not a state":
        state.write_text("{}", encoding="utf-8")
    elif change == "newer":
        state.write_text(text.replace('"monitor_schema": 1', '"monitor_schema": 3'), encoding="utf-8")
    kept = state.read_bytes()
    done = run("monitor", study(tmp_path, lines, more), "--state", state)
    assert done.returncode == 3
    words = {"count": "reads otherwise", "gone": "no longer on record", "late": "turned up after", "limit": "other limits", "by hand": "changed since", "not a state": "a state that", "newer": "newer_schema"}
    assert words[change] in done.stderr
    assert state.read_bytes() == kept


def test_sites_are_judged_together(tmp_path):
    lines = []
    for i in range(12):
        lines.append(f"F,a{i:02},2024-01-{i + 1:02},North,0.6,5000,1000,3600,7,1,6")
        lines.append(f"F,b{i:02},2024-01-{i + 1:02},South,0.6,5000,1000,3600,2,1,1")
    text = watch(study(tmp_path, lines)).replace("\n    ", " ")
    assert "2 sites by themselves: broken at F/North" in text
    assert "South" not in text.split("2 sites by themselves")[1].split("CONFIGURATIONS")[0]


def test_wrong_usage_and_rules_are_refused(tmp_path):
    path = study(tmp_path, rows([1]))
    assert run("monitor", path, "--until", "yesterday").returncode == 2
    done = run("monitor", study(tmp_path, rows([1]), RULES.replace('when = "limit"', 'when = "never"')))
    assert done.returncode == 3 and "stop_rule[].when" in done.stderr


def test_the_published_deployments_split_where_the_threshold_changed(tmp_path):
    text = " ".join(watch(MPS / "study.toml", "--state", tmp_path / "state.json").split())
    state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    thresholds = [row["threshold"] for row in state["deployments"]]
    changes = sum(1 for a, b in zip(thresholds, thresholds[1:]) if a != b)
    assert changes > 0
    assert state["monitor_schema"] == 1 and "SCORES" not in text  # the publisher gives none
    assert text.count("begun by threshold") == changes
    # The limit is 1 in 1,000 faces; what was published is 100 times rarer.
    assert "no evidence enough that it is broken" in text
    assert "None was declared" in text
    assert "faces per hour have drifted" in text
    until = tmp_path / "months.json"
    for day in ("2020-12-31", "2023-06-30", "2024-06-30", "2024-12-31", "2025-12-31"):
        watch(MPS / "study.toml", "--state", until, "--until", day)
    assert until.read_bytes() == (tmp_path / "state.json").read_bytes()


LOG = """
[system.a]
operating_threshold = 0.6
[[source]]
name = "crowd"
kind = "operational"
table = "exposure"
files = ["exposure.csv"]
[[source]]
name = "log"
kind = "operational"
table = "alerts"
files = ["alerts.csv"]
"""
FIRST = datetime.date(2024, 3, 1)


def log_study(folder, alerts, days=42, scores=True):
    """A log of alerts (passage, deployment, score in thousandths or nothing) beside a record of another deployment."""
    folder.mkdir(exist_ok=True)
    (folder / "exposure.csv").write_text("deployment,start,count\n" + "".join(f"c{i:02},{FIRST + datetime.timedelta(i)}T10:00:00Z,1000\n" for i in range(days)), encoding="utf-8")
    head = "alert,alert_group,deployment" + (",score" if scores else "")
    lines = [f"a{n},{group},{at}" + ("" if not scores else "," if score is None else f",{score / 1000}") for n, (group, at, score) in enumerate(alerts)]
    (folder / "alerts.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return write_study(folder, more=LOG)


def drifted(days=42, raised_from=20):
    """Six passages with alerts a day, on every seventh day four; scores rise from one day on."""
    out = []
    for i in range(days):
        level = 700 + i * 7 % 11 + (50 if i >= raised_from else 0) + (150 if i % 7 == 3 else 0)
        steps = (-20, -9, -3, 4) if i % 7 == 3 else (-20, -9, -3, 4, 11, 25)
        out += [(f"g{j}", f"c{i:02}", level + step) for j, step in enumerate(steps)]
    out += [("g1", "c05", 601), ("g1", "c06", None), ("", "c07", None), ("", "c08", None), ("", "unseen", 800)]
    return out


def medians(alerts):
    """Of the best score of each passage, of the deployments that have five or more."""
    best = {}
    for n, (group, at, score) in enumerate(alerts):
        if score is not None and at != "unseen":
            passage = best.setdefault(at, {})
            passage[group or n] = max(passage.get(group or n, 0), score)
    return {at: statistics.median(s / 1000 for s in passages.values()) for at, passages in sorted(best.items()) if len(passages) >= 5}


def signals(values, once_in=500):
    """R_t = (R_(t-1) + 1) (1 + f (2 rank - t - 1) / t) for eight f; everything anew at a signal."""
    bets = [sign * share for sign in (1, -1) for share in (0.2, 0.4, 0.6, 0.8)]
    seen, wealth, out = [], [0.0] * 8, []
    for at, value in enumerate(values):
        seen.append(value)
        t = len(seen)
        rank = sum(x < value for x in seen) + (1 + sum(x == value for x in seen)) / 2
        wealth = [(w + 1) * (1 + f * (2 * rank - t - 1) / t) for w, f in zip(wealth, bets)]
        if sum(wealth) / 8 >= once_in:
            out.append((at, "upwards" if sum(wealth[:4]) > sum(wealth[4:]) else "downwards"))
            seen, wealth = [], [0.0] * 8
    return out


def test_scores_that_drift_give_an_alarm_on_the_day_the_formula_gives_it(tmp_path):
    alerts = drifted()
    held = medians(alerts)
    expected = signals(held.values())
    assert len(expected) == 1 and expected[0][1] == "upwards"
    text = " ".join(watch(log_study(tmp_path, alerts)).split())
    name = list(held)[expected[0][0]]
    day = FIRST + datetime.timedelta(int(name[1:]))
    assert f"{day} {name}: scores of alerts have drifted upwards: the cameras, the light" in text
    assert text.count("scores of alerts have drifted") == 1
    assert f"42 deployments, threshold 0.6; the medians of {len(held)} deployments held against those before, {42 - len(held)} with fewer than 5 scores left out" in text
    assert len(held) == 36
    # Nothing is left out in silence: an alert of a passage that has another score is that passage's.
    assert "2 alerts without a score 1 alert of deployments that are not watched" in text
    assert "1 deployment of configurations that have no scores on record" in text
    steady = watch(log_study(tmp_path / "steady", drifted(raised_from=99)))
    assert not signals(medians(drifted(raised_from=99)).values()) and "scores of alerts have drifted" not in steady


def test_scores_are_watched_alike_in_any_order_and_by_any_batch(tmp_path):
    alerts = drifted()
    path = log_study(tmp_path / "a", alerts)
    at_once, by_week = tmp_path / "once.json", tmp_path / "weeks.json"
    final = watch(path, "--state", at_once)
    for days in range(6, 49, 7):
        last = watch(path, "--state", by_week, "--until", str(FIRST + datetime.timedelta(days)))
    assert at_once.read_bytes() == by_week.read_bytes()
    assert final.rsplit("\n", 2)[0] == last.rsplit("\n", 2)[0]
    shuffled = list(alerts)
    random.Random(4).shuffle(shuffled)
    other = tmp_path / "shuffled.json"
    watch(log_study(tmp_path / "b", shuffled), "--state", other)
    assert other.read_bytes() == at_once.read_bytes()
    rows = {row["deployment"]: row.get("scores_and_median") for row in json.loads(at_once.read_text(encoding="utf-8"))["deployments"]}
    assert rows["d1"] is None and "unseen" not in rows
    for name, median in medians(alerts).items():
        assert rows[name] == [6, pytest.approx(median, rel=1e-15)]


def test_scores_are_not_put_under_a_history_that_was_fed_without(tmp_path):
    """M47"""
    state = tmp_path / "state.json"
    text = watch(log_study(tmp_path, drifted(), scores=False), "--state", state)
    assert "SCORES OF ALERTS\n  not on record\n" in text
    kept = state.read_bytes()
    done = run("monitor", log_study(tmp_path, drifted()), "--state", state)
    assert done.returncode == 3 and "other scores of alerts" in done.stderr
    assert state.read_bytes() == kept


@pytest.mark.parametrize("score", ["nan", "inf", "1e999", "0.5999", "1.1"])
def test_a_score_that_cannot_be_is_refused_before_it_is_watched(tmp_path, score):
    path = log_study(tmp_path, drifted())
    log = tmp_path / "alerts.csv"
    log.write_text(log.read_text(encoding="utf-8") + f"last,,c01,{score}\n", encoding="utf-8")
    done = run("monitor", path, "--state", tmp_path / "state.json")
    assert done.returncode == 3 and not (tmp_path / "state.json").exists()
