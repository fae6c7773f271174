"""Every public header compiles alone and without warnings, and costs little to include.

Usage: check_headers.py INCLUDE_DIR COMPILER

What an include costs is held against a budget in compiler memory, not in seconds: g++ -fmem-report prints the memory that
parsing and instantiating took, which is the same in every run and on every machine, and grows with the time.
The unit is what <tl/expected.hpp> costs, which every header of ours includes (42 MB with g++ 12, 0.21 s idle): the 0.8 s
allowed to a header are 3.8 of it. With another compiler the headers are compiled and not priced.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

YARDSTICK = "tl/expected.hpp"
BUDGET = 3.8
UMBRELLA_BUDGET = 4.4  # include/lfreval/<stage>.hpp only includes others
WHOLE_BUDGET = 7.3  # include/lfreval/lfreval.hpp includes every stage


def compile_alone(name, include_dir, compiler):
    """The memory of the compiler in MB (None where it does not say), and its messages if it failed."""
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only",
               "-I", str(include_dir), "-x", "c++", "-include", name, "/dev/null"]
    if "clang" not in compiler:
        command.insert(1, "-fmem-report")
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        return None, done.stderr
    total = re.search(r"^Total +([0-9]+)([kMG]) +[0-9]+[kMG] ", done.stderr, re.MULTILINE)
    return (int(total[1]) * {"k": 0.001, "M": 1, "G": 1000}[total[2]] if total else None), None


def budget_of(header, include_dir):
    if header.name == "lfreval.hpp":
        return WHOLE_BUDGET
    return UMBRELLA_BUDGET if header.parent == include_dir / "lfreval" else BUDGET


include_dir, compiler = pathlib.Path(sys.argv[1]), sys.argv[2]
headers = sorted(include_dir.rglob("*.hpp"))
yardstick, failure = compile_alone(YARDSTICK, include_dir, compiler)
if failure:
    sys.exit(failure)
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    outcomes = list(pool.map(lambda header: compile_alone(header.relative_to(include_dir).as_posix(), include_dir, compiler), headers))

faults, costs = [], {}
for header, (memory, failure) in zip(headers, outcomes):
    name = header.relative_to(include_dir).as_posix()
    if failure:
        faults.append(f"{name} does not compile alone with {compiler}:\n{failure}")
    elif memory and yardstick:
        costs[name] = memory / yardstick
        if costs[name] > budget_of(header, include_dir):
            faults.append(f"{name} costs {costs[name]:.2f} times {YARDSTICK}, the budget is {budget_of(header, include_dir)}")
dearest = sorted(costs, key=costs.get, reverse=True)[:8]
print(f"{compiler}: {len(headers)} headers" + "".join(f"\n  {name} {costs[name]:.2f} times {YARDSTICK}" for name in dearest))
if "clang" not in compiler and not costs:
    faults.append(f"{compiler} -fmem-report printed no memory: the budget was not checked")
sys.exit("\n".join(faults) or 0)
