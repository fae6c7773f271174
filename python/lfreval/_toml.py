"""Keyword arguments as the text of a study file, so that one checker reads both."""
from __future__ import annotations

import datetime
import json
import re


def _key(name) -> str:
    name = str(name)
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    # A JSON string is a TOML string but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value, path: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a NumPy number
        return _value(value.item(), path)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v, f'{path}.{k}')}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple, set, frozenset)):
        members = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return "[" + ", ".join(_value(v, path) for v in members) + "]"
    raise TypeError(f"{path}: a study holds texts, numbers, dates, lists and tables, not {type(value).__name__}")


def to_toml(tables: dict) -> str:
    """`{"study": {…}, "source": [{…}]}` as TOML. Each table stands on lines of its own, so that an error names its line."""
    plain, rest = [], []
    for name, value in tables.items():
        many = value if isinstance(value, (list, tuple)) and value and all(isinstance(v, dict) for v in value) else None
        if many is None and not isinstance(value, dict):
            plain.append(f"{_key(name)} = {_value(value, name)}")
            continue
        for table in many if many is not None else [value]:
            rest.append(f"[[{_key(name)}]]" if many is not None else f"[{_key(name)}]")
            rest.extend(f"{_key(k)} = {_value(v, f'{name}.{k}')}" for k, v in table.items())
    return "\n".join([*plain, *rest]) + "\n"
