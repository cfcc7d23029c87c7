"""How changes are laid over the defaults: same keys, same kinds, nothing unknown."""

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

_KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def merge(
    defaults: Mapping[str, Any], changes: Mapping[str, object], *, where: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """What do the defaults become with these changes, and what is wrong with the changes?

    Parameters
    ----------
    defaults, changes
        Nested dicts as TOML gives them. The defaults are also the schema: a change must have a
        known key and the kind of the default. Lists are replaced as a whole.
    where
        Dotted path of the two within the policy, for the messages.

    Examples
    --------
    >>> merge({"horizon": 90}, {"horizon": 60})
    ({'horizon': 60}, [])
    >>> merge({"horizon": 90}, {"horizont": 60}, where="definitions")[1]
    ["definitions.horizont is unknown. Did you mean 'horizon'? Known: horizon."]
    """
    merged, problems = dict(defaults), []
    for key, value in changes.items():
        path = f"{where}.{key}" if where else key
        if key not in defaults:
            problems.append(unknown(path, key, defaults))
            continue
        merged[key], found = _replace(defaults[key], value, path)
        problems += found
    return merged, problems


def unknown(path: str, key: str, known: Iterable[str]) -> str:
    """How is an unknown key or file told to its owner, with what is known?"""
    names = sorted(known)
    near = difflib.get_close_matches(key, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{path} is unknown.{hint} Known: {', '.join(names)}."


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Which columns does a list of tables have, each with the values met in it?"""
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns


def is_table_list(value: object) -> bool:
    """Is this a list of tables, ``[[name]]`` in TOML?"""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _replace(default: Any, value: object, path: str) -> tuple[Any, list[str]]:
    if isinstance(default, dict):
        if not isinstance(value, dict):
            return default, [f"{path} must be a table of keys, not {value!r}."]
        return merge(default, value, where=path)
    if is_table_list(default):
        return _replace_rows(default, value, path)
    return _as_kind([default], value, path)


def _replace_rows(
    default: list[dict[str, Any]], value: object, path: str
) -> tuple[list[dict[str, Any]], list[str]]:
    columns = columns_of(default)
    if not is_table_list(value):
        known = ", ".join(sorted(columns))
        return default, [f"{path} must be a list of at least one table with the keys {known}."]
    given: list[dict[str, object]] = value  # type: ignore[assignment]
    problems = [unknown(f"{path}.{n}", n, columns) for n in columns_of(given) if n not in columns]
    required = [name for name, values in columns.items() if len(values) == len(default)]
    rows = []
    for number, row in enumerate(given, start=1):
        place = f"{path}, row {number}"
        absent = [name for name in required if name not in row]
        problems += [f"{place} has no {name}." for name in absent]
        kept = {}
        for name in sorted(set(row) & set(columns), key=list(columns).index):
            kept[name], found = _as_kind(columns[name], row[name], f"{place}, {name}")
            problems += found
        rows.append(kept)
    return rows, problems


def _as_kind(examples: list[Any], value: object, path: str) -> tuple[Any, list[str]]:
    for example in examples:
        converted = _converted(example, value)
        if converted is not None:
            return converted, []
    example = examples[0]
    kind = "a list" if isinstance(example, list) else _KINDS[_type_of(examples)]
    return example, [f"{path} is {value!r}; it must be {kind}, such as {example!r}."]


def _type_of(examples: list[Any]) -> type:
    kinds = {type(example) for example in examples}
    return float if kinds == {int, float} else type(examples[0])


def _converted(example: Any, value: Any) -> Any:
    if isinstance(example, list):
        fits = isinstance(value, list) and all(
            _converted(example[0] if example else "", item) is not None for item in value
        )
        return value if fits else None
    if isinstance(example, bool) or isinstance(value, bool):
        return value if isinstance(example, bool) and isinstance(value, bool) else None
    if isinstance(example, str):
        return value if isinstance(value, str) else None
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    if isinstance(example, float):
        return float(value)
    # A spreadsheet holds 90 as 90.0.
    return int(value) if value == int(value) else None
