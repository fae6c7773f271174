"""Writes the documentation of the public headers as a Python table: header_words.py INCLUDE_FOLDER OUTPUT.

Each function of a namespace below `lfreval` has its `///` lines under `namespace::name`, each type under `namespace::name{}`, and
each header what is common to its functions under its namespace. The words are written once, beside the C++ they describe.
"""
import pathlib
import pprint
import re
import sys


def paragraphs(lines):
    """The text of `///` lines as it reads without the slashes; lines that a person broke are joined again."""
    out, current = [], ""
    for line in lines:
        text = line.strip()
        if not text or text.startswith(("- ", "```")):
            out.append(current)
            current = text
        else:
            current = f"{current} {text}".strip()
    return "\n\n".join(p for p in [*out, current] if p)


def words_of(text):
    """(namespace, name or None, words) of one header, in order."""
    head = []
    # A declaration whose name stands on the line after its type is read as one line.
    lines = re.sub(r"^(\[\[nodiscard\]\] [^(;{\n]+)\n(?=\w)", r"\1 ", text, flags=re.MULTILINE).splitlines()
    for line in lines:
        if not line.startswith("///"):
            break
        head.append(line[3:])
    about = paragraphs([line for line in head if "@file" not in line])
    scope, pending, first = [], [], set()
    for line in lines:
        space = re.match(r"namespace lfreval(?:::(\w+))?(?:::\w+)? \{", line)
        if space:
            scope = [space[1] or ""]
        if line.startswith("///"):
            pending.append(line[3:])
            continue
        declared = re.match(r"(?:\[\[nodiscard\]\] )?(?:inline )?(?:constexpr )?[\w:<>,&\s\[\]]+?[ &>](\w+)\(", line)
        kind = re.match(r"(?:struct|class) (\w+)", line)
        if pending and scope and kind and scope[0] != "detail":
            yield scope[0], kind[1] + "{}", paragraphs(pending)
        if pending and scope and declared and not line.startswith((" ", "struct", "class", "}")):
            if scope[0] != "detail":
                yield scope[0], declared[1], paragraphs(pending)
                if scope[0] not in first:
                    first.add(scope[0])
                    yield scope[0], None, about
        if line.strip() and not line.startswith("template"):
            pending = []


def main():
    table = {}
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.hpp")):
        if "detail" in path.parts:
            continue
        for space, name, words in words_of(path.read_text(encoding="utf-8")):
            key = f"{space}::{name}" if name else f"{space}::"
            if name is None and key in table:
                words = table[key] + "\n\n" + words
            table.setdefault(key, words) if name else table.__setitem__(key, words)
    text = '"""The documentation of the C++ headers. Made by header_words.py."""\nWORDS = ' + pprint.pformat(table, width=140) + "\n"
    pathlib.Path(sys.argv[2]).write_text(text, encoding="utf-8")


main()
