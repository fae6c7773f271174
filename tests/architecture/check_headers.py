"""Every public header compiles alone and without warnings, and costs little to include.

Usage: check_headers.py INCLUDE_DIR COMPILER...

The budget is 0.7 s where <tl/expected.hpp>, which every header of ours includes, costs 0.21 s. Machines differ and are
busy, so what is held against the budget is the ratio of the two, timed in turn; the best of several tries counts.
"""
import pathlib
import resource
import subprocess
import sys

YARDSTICK = "tl/expected.hpp"
BUDGET = 0.7 / 0.21
UMBRELLA_BUDGET = 1.0 / 0.21  # include/lfreval/<stage>.hpp only includes others
WHOLE_BUDGET = 1.5 / 0.21  # include/lfreval/lfreval.hpp includes every stage
TRIES = 12


def user_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done


def command_for(name, include_dir, compiler):
    return [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only",
            "-I", str(include_dir), "-x", "c++", "-include", name, "/dev/null"]


def check(header, include_dir, compiler, yardstick):
    """The best ratio to the yardstick seen, and the fault if there is one. `yardstick` holds its best time so far."""
    name = header.relative_to(include_dir).as_posix()
    budget = UMBRELLA_BUDGET if header.parent == include_dir / "lfreval" else BUDGET
    if header.name == "lfreval.hpp":
        budget = WHOLE_BUDGET
    fastest = float("inf")
    for _ in range(TRIES):
        seconds, done = user_seconds(command_for(name, include_dir, compiler))
        if done.returncode != 0:
            return fastest, f"{name} does not compile alone with {compiler}:\n{done.stderr}"
        same_moment, _ = user_seconds(command_for(YARDSTICK, include_dir, compiler))
        yardstick.append(same_moment)
        # Neighbouring runs share the load of the moment; the overall minimum guards against one slow yardstick.
        fastest = min(fastest, seconds / same_moment, seconds / min(yardstick))
        if fastest < budget:
            return fastest, None
    return fastest, f"{name} costs {fastest:.1f} times {YARDSTICK} with {compiler}, the budget is {budget:.1f}"


include_dir = pathlib.Path(sys.argv[1])
faults = []
for compiler in dict.fromkeys(sys.argv[2:]):
    costs, yardstick = {}, []
    for header in sorted(include_dir.rglob("*.hpp")):
        costs[header], fault = check(header, include_dir, compiler, yardstick)
        faults += [fault] if fault else []
    dearest = sorted(costs, key=costs.get, reverse=True)[:5]
    print(f"{compiler}: {len(costs)} headers; dearest, in units of the yardstick: " + ", ".join(f"{h.name} {costs[h]:.1f}" for h in dearest))
sys.exit("\n".join(faults) or 0)
