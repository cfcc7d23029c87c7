"""How a mapping file becomes a mapping, and everything that is wrong with it at once."""

import tomllib
from collections.abc import Mapping as MappingType
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dealerml.errors import ExportError
from dealerml.exports.mapping import Condition, Derived, FileKind, Fill, Mapping, Melt, Rule
from dealerml.exports.mapping_problems import DERIVED, mapping_problems, reference_problems


def load_mapping(source: str | Path) -> Mapping:
    """What does a shipped source, or a mapping file of one's own, say?

    Parameters
    ----------
    source
        A name of ``SOURCES`` or ``ASKED_FOR``, or the path of a TOML file.

    Raises
    ------
    ExportError
        If the file cannot be found or read, with every unknown key and wrong value in it.

    Examples
    --------
    >>> load_mapping("online_retail").files["lines"].labels["order_id"]
    ('Invoice', 'InvoiceNo')
    """
    name = str(source)
    if name in (*SOURCES, *ASKED_FOR):
        return _load_shipped(name)
    if name.endswith(".toml"):
        return parse_mapping(_read(Path(source)), name)
    message = (
        f"Source {name!r} is unknown. Known are {', '.join((*SOURCES, *ASKED_FOR))}; for a mapping "
        "of your own give the path of its .toml file."
    )
    raise ExportError(message)


def list_sources() -> tuple[Mapping, ...]:
    """Which sources are known without a mapping file of one's own?"""
    return tuple(load_mapping(name) for name in SOURCES)


def parse_mapping(text: str, name: str) -> Mapping:
    """What does the text of a mapping file say? `name` is what error messages call it."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name} is not a TOML file: {error}."
        raise ExportError(message) from error
    problems = [f"{name}: {problem}" for problem in mapping_problems(tree)]
    if problems:
        raise ExportError(problems)
    shared = {
        "source": tree["source"],
        "time_zone": tree.get("time_zone", ""),
        "home_currency": tree.get("home_currency", ""),
    }
    kinds = {key: replace(_file_kind(key, item), **shared) for key, item in tree["files"].items()}
    problems = [f"{name}: {p}" for kind in kinds.values() for p in reference_problems(kind, kinds)]
    if problems:
        raise ExportError(problems)
    return Mapping(tree["source"], kinds)


@cache
def _load_shipped(name: str) -> Mapping:
    text = (files("dealerml.exports") / "sources" / f"{name}.toml").read_text(encoding="utf-8")
    return parse_mapping(text, name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The mapping file {path} cannot be read ({type(error).__name__})."
        raise ExportError(message) from error


def _file_kind(name: str, item: MappingType[str, Any]) -> FileKind:
    return FileKind(
        name=name,
        table=item["table"],
        needs=tuple(item["needs"]),
        labels={field: tuple(labels) for field, labels in item.get("labels", {}).items()},
        kinds=item.get("kinds", {}),
        clean=item.get("clean", {}),
        values=item.get("values", {}),
        derived={field: _derived(how) for field, how in item.get("derived", {}).items()},
        rules=tuple(_rule(rule) for rule in item.get("rules", ())),
        reads=item.get("reads", {}),
        key=tuple(item.get("key", ())),
        fill=_fill(item.get("fill")),
        melt=_melt(item.get("melt")),
    )


def _fill(item: MappingType[str, Any] | None) -> Fill | None:
    return Fill(item["within"], tuple(item["fields"])) if item else None


def _melt(item: MappingType[str, Any] | None) -> Melt | None:
    if not item:
        return None
    return Melt(item["period"], {name: _texts(labels) for name, labels in item["measures"].items()})


def _derived(how: MappingType[str, Any]) -> Derived:
    way = next(way for way in DERIVED if way in how)
    if way == "lookup":
        by = how["by"]
        key = how.get("key", by)
        return Derived(way, (by,), lookup=how["lookup"], key=key, take=how["take"])
    beside = (how[name] for name in DERIVED[way] if name in ("rate", "currency", "date"))
    return Derived(
        way,
        (*_texts(how[way]), *beside),
        when=_conditions(how.get("when", [])),
        split=how.get("split", ""),
        at=how.get("at", 1),
    )


def _rule(rule: MappingType[str, Any]) -> Rule:
    aside = rule["do"] == "set_aside"
    return Rule(rule["name"], _conditions(rule["when"]), aside, rule.get("line_kind"))


def _conditions(items: list[MappingType[str, Any]]) -> tuple[Condition, ...]:
    return tuple(
        Condition(item["column"], test, value if isinstance(value, bool) else _texts(value))
        for item in items
        for test, value in item.items()
        if test != "column"
    )


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


SOURCES = (
    "plain",
    "online_retail",
    "iowa_liquor",
    "adventureworks",
    "zoho",
    "salesforce",
    "kingdee",
    "yonyou",
    "sap",
    "fxiaoke",
)
# Labelled as another source is, so that files cannot tell which of the two it is: only by name.
ASKED_FOR = ("fxiaoke_partner",)
