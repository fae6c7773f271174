"""Every public header compiles alone and without warnings, in less than the budget of processor time.

Usage: check_headers.py INCLUDE_DIR COMPILER...
"""
import pathlib
import resource
import subprocess
import sys
import time

BUDGET = 0.7  # seconds of user time; a busy machine is given more tries, and the fastest one counts
UMBRELLA_BUDGET = 1.0  # include/lfreval/<stage>.hpp only includes others
TRIES = 8


def user_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, done


def check(header, include_dir, compiler):
    name = header.relative_to(include_dir).as_posix()
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only",
               "-I", str(include_dir), "-x", "c++", "-include", name, "/dev/null"]
    budget = UMBRELLA_BUDGET if header.parent == include_dir / "lfreval" else BUDGET
    fastest = float("inf")
    for attempt in range(TRIES):
        seconds, done = user_seconds(command)
        if done.returncode != 0:
            return fastest, f"{name} does not compile alone with {compiler}:\n{done.stderr}"
        fastest = min(fastest, seconds)
        if fastest < budget:
            return fastest, None
        time.sleep(0.2 * attempt)
    return fastest, f"{name} costs {fastest:.2f} s with {compiler}, the budget is {budget} s"


include_dir = pathlib.Path(sys.argv[1])
faults = []
for compiler in dict.fromkeys(sys.argv[2:]):
    costs = {}
    for header in sorted(include_dir.rglob("*.hpp")):
        costs[header], fault = check(header, include_dir, compiler)
        faults += [fault] if fault else []
    dearest = sorted(costs, key=costs.get, reverse=True)[:5]
    print(f"{compiler}: {len(costs)} headers; dearest: " + ", ".join(f"{h.name} {costs[h]:.2f} s" for h in dearest))
sys.exit("\n".join(faults) or 0)
