"""Compiles a file twice: as it stands it must compile, with LFREVAL_BAD_LINE defined it must not, and the compiler
must say what the first line of the file expects (`// expects: this || or this`).

Usage: must_not_compile.py FILE INCLUDE_DIR COMPILER [FLAG...]
"""
import os
import subprocess
import sys


def compile_file(path, include_dir, compiler, *flags):
    command = [compiler, *flags, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-I", include_dir, "-fsyntax-only", path]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stderr


def main(path, include_dir, compiler, *flags):
    with open(path, encoding="utf-8") as source:
        first = source.readline().strip()
    if not first.startswith("// expects: "):
        sys.exit(f"{path}: the first line must be `// expects: TEXT`")
    expected = [text.strip() for text in first.removeprefix("// expects: ").split("||")]

    compiles, said = compile_file(path, include_dir, compiler, *flags)
    if not compiles:
        sys.exit(f"{said}\n{path}: does not compile even without the bad line")
    compiles, said = compile_file(path, include_dir, compiler, *flags, "-DLFREVAL_BAD_LINE")
    if compiles:
        sys.exit(f"{path}: the bad line compiles")
    if not any(text in said for text in expected):
        sys.exit(f"{said}\n{path}: refused, but the compiler does not say any of {expected}")


main(*sys.argv[1:])
