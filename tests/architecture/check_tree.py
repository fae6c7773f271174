"""What the folders promise: `includes` point one way, public headers are `short`, every built guard has a test (`guards`).

Usage: check_tree.py includes|short|guards REPOSITORY
"""
import ast
import pathlib
import re
import sys

STAGES = ["types", "bytes", "study", "log", "quality", "counts", "intervals", "series", "identification", "disparity", "proportionality", "report"]
ON_TOP = ["vision", "cli", "python"]  # each may include every stage, and none of them another, but for run-trial of the program
RANK = {"detail": 0} | {stage: rank for rank, stage in enumerate(STAGES)} | {top: len(STAGES) for top in ON_TOP} | {"cli": len(STAGES) + 1}
IN_PUBLIC_HEADERS = re.compile(r"tl/expected\.hpp|Eigen/\w+")
STANDARD = re.compile(r"[a-z_]+")
ONLY_IN = {  # third-party headers that are slow to compile, and the one folder of src/ that may pay for them
    "boost/": "intervals",
    "toml++/": "study",
    "CLI/": "cli",
    "opencv2/": "vision",
}
LONGEST_HEADER = 400


def sources(root):
    for folder in ("include", "src"):
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in {".hpp", ".cpp", ".h", ".ipp"}
                          and "node_modules" not in p.parts)


def stage_of(path, root):
    """The stage of a file: include/lfreval/<stage>/x.hpp, include/lfreval/<stage>.hpp or src/<stage>/x.cpp."""
    parts = path.relative_to(root).parts
    name = parts[2] if parts[0] == "include" else parts[1]
    name = name.removesuffix(".hpp")
    if name == "lfreval":  # the umbrella of everything
        return "report"
    return name if name in RANK else "types" if name.endswith((".cpp", ".hpp")) or name in {"fwd", "version"} else None


def included(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found[1] == "<", found[2]


def check_includes(root):
    faults = []
    for path in sources(root):
        here, public = stage_of(path, root), path.is_relative_to(root / "include")
        place = path.relative_to(root)
        if here is None:
            faults.append(f"{place}: not in a folder of a known stage")
            continue
        for number, angled, name in included(path):
            where = f"{place}:{number}: {here} includes {name}"
            target = None
            if name.startswith("lfreval/"):
                target = stage_of(root / "include" / name, root)
            elif not angled:
                beside, in_src = path.parent / name, root / "src" / name
                inside = next((p.resolve() for p in (beside, in_src) if p.exists()), None)
                target = stage_of(inside, root) if inside and inside.is_relative_to(root / "src") else None
            elif public and not STANDARD.fullmatch(name) and not IN_PUBLIC_HEADERS.fullmatch(name):
                faults.append(f"{where}: no third-party header in a public header but tl/expected.hpp and Eigen")
            for prefix, stage in ONLY_IN.items():
                if name.startswith(prefix) and (public or here != stage):
                    faults.append(f"{where}: only src/{stage} may")
            if target and target != here and RANK[target] >= RANK[here] and target not in {"detail", "types"}:
                faults.append(f"{where}: {target} stands above {here}")
    return faults


def check_short(root):
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in (root / "include").rglob("*.hpp")}
    return [f"{p.relative_to(root)}: {n} lines, at most {LONGEST_HEADER}" for p, n in sorted(lengths.items())
            if n > LONGEST_HEADER]


def test_names(root):
    """Names of doctest, pytest and node tests, and the head of each file that must not compile."""
    tests = root / "tests"
    for path in tests.rglob("*.cpp"):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "must_not_compile":
            yield from text.splitlines()[:2]
        for found in re.finditer(r'\b(?:TEST_CASE|SUBCASE)\w*\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text):
            yield found[1]
    for path in tests.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{node.name} {ast.get_docstring(node) or ''}"
    for folder in (tests, root / "src/report/page"):
        for path in folder.rglob("*.test.*"):
            if "node_modules" not in path.parts and path.suffix in {".js", ".mjs", ".ts"}:
                for found in re.finditer(r"\b(?:test|it|describe)\(\s*(['\"`].*?['\"`])", path.read_text(encoding="utf-8")):
                    yield found[1]


def check_guards(root):
    guards = re.findall(r'\{"(M[0-9]{2})", "', (root / "src/report/guards.cpp").read_text(encoding="utf-8"))
    named = {found.upper() for name in test_names(root)
             for found in re.findall(r"(?<![A-Za-z0-9])[Mm][0-9]{2}(?![A-Za-z0-9])", name)}
    print(f"{len(guards)} guards are listed; tests name {', '.join(sorted(named))}")
    return [f"src/report/guards.cpp: {guard}: no test is named after it" for guard in guards if guard not in named] + (
        [] if guards else ["src/report/guards.cpp: no guard was found"])


faults = {"includes": check_includes, "short": check_short, "guards": check_guards}[sys.argv[1]](
    pathlib.Path(sys.argv[2]).resolve())
sys.exit("\n".join(faults) or 0)
