"""Adds up what test.sh left in a folder: JUnit files of ctest and pytest, TAP of node, names of failed steps.

Names every failed test; the last line is `total: N passed, N failed, N skipped`. Exit code 1 when anything failed or
nothing ran.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def outcome(case):
    """passed, failed or skipped. ctest writes `skipped` also for a test whose program was never built: that failed."""
    if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
        return "failed"
    if case.get("status") == "notrun" and not case.find("skipped").get("message", "").startswith("SKIP_"):
        return "failed"
    if case.find("skipped") is not None or case.get("status") == "disabled":
        return "skipped"
    return "passed"


def junit(path):
    try:
        cases = list(xml.parse(path).iter("testcase"))
    except xml.ParseError:
        return [("failed", "the result file is cut short")]
    return [(outcome(case), " ".join(filter(None, [case.get("classname"), case.get("name")]))
             if case.get("classname") != case.get("name") else case.get("name")) for case in cases]


def tap(path):
    text = path.read_text(encoding="utf-8")
    def total(word):
        return sum(int(n) for n in re.findall(rf"^# {word} (\d+)$", text, re.MULTILINE))
    failed = total("fail") + total("cancelled")
    names = re.findall(r"^\s*not ok \d+ - (.*)$", text, re.MULTILINE)
    return ([("passed", "")] * total("pass") + [("skipped", "")] * (total("skipped") + total("todo")) +
            [("failed", names[i] if i < len(names) else "page test") for i in range(failed)])


def names_in(path):
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def main(folder):
    suites = {path.stem: junit(path) for path in sorted(folder.glob("*.xml"))}
    suites |= {path.stem: tap(path) for path in sorted(folder.glob("*.tap"))}
    suites |= {step: [("passed", step)] for step in names_in(folder / "passed_steps")}
    suites |= {step: [("failed", "the step itself")] for step in names_in(folder / "failed_steps")}
    for run in names_in(folder / "failing_runs"):  # a run that failed without naming a failed test
        if not any(result == "failed" for result, _ in suites.get(run, [])):
            suites.setdefault(run, []).append(("failed", f"ended badly, see {run}.log"))

    total = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for suite, cases in suites.items():
        counts = {kind: sum(result == kind for result, _ in cases) for kind in total}
        print(f"{suite}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
        for result, name in cases:
            if result == "failed":
                print(f"  failed: {name}")
        for kind in total:
            total[kind] += counts[kind]
    print(f"total: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or not total["passed"] + total["skipped"] else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
