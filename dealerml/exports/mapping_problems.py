"""Everything that can be wrong in a mapping file, each problem in words that say what to do."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from functools import cache
from typing import Any

from dealerml.exports.mapping import FIELD_KINDS, LOOKUP, NUMBER_KINDS, TARGETS, UNUSED, FileKind
from dealerml.tables import LINE_KINDS, SCHEMAS

FIELD = re.compile(r"[a-z][a-z0-9_]*")
# How a text can be cleaned, and what each way is written with.
CLEANERS: MappingType[str, type] = {
    "strip_prefix": list,
    "strip_suffix": list,
    "strip_decimal": bool,
    "pad_zeros": int,
    "code": bool,
    "without_code": bool,
}
READS = ("date_order", "decimal", "factor")
TOP = ("source", "time_zone", "home_currency", "files")
SECTIONS = (
    *("table", "needs", "labels", "kinds", "clean", "values", "derived", "rules"),
    *("reads", "key", "fill", "melt"),
)
RULE_KEYS = ("name", "when", "do", "line_kind")
TESTS: MappingType[str, type] = {
    "missing": bool,
    "in": list,
    "not_in": list,
    "prefix": list,
    "suffix": list,
    "matches": list,
    "zero": bool,
    "negative": bool,
    "positive": bool,
}
NUMBER_TESTS = ("zero", "negative", "positive")
# What each way of deriving a field is written with, beside the name of the way itself.
DERIVED: MappingType[str, tuple[str, ...]] = {
    "multiply": (),
    "add": (),
    "subtract": (),
    "divide": (),
    "join": (),
    "first_of": (),
    "negate": ("when",),
    "without_tax": ("rate",),
    "convert": ("currency", "date"),
    "part": ("split", "at"),
    "constant": (),
    "lookup": ("by", "key", "take"),
}
SEVERAL = ("multiply", "add", "subtract", "divide", "join", "first_of")
ARITHMETIC = ("multiply", "add", "subtract", "divide", "negate", "without_tax")


def _unknown(where: str, given: MappingType[str, Any], known: Iterable[str]) -> Iterator[str]:
    for key in given:
        if key not in known:
            yield f"{where} has {key!r}, which is unknown. Known are {', '.join(known)}."


def mapping_problems(tree: MappingType[str, Any]) -> Iterator[str]:
    """Which keys and values of a mapping file are not as they must be?"""
    yield from _unknown("the file", tree, TOP)
    if not isinstance(tree.get("source"), str) or not tree.get("source"):
        yield 'source is missing. Write source = "name of the system".'
    yield from _zone_problems(tree)
    kinds = tree.get("files")
    if not isinstance(kinds, dict) or not kinds:
        yield "there is no [files.<kind>] section. It must describe at least one kind of file."
        return
    for key, item in kinds.items():
        if not isinstance(item, dict):
            yield f"files.{key} must be a section, [files.{key}]."
        else:
            yield from _kind_problems(f"files.{key}", item)


def _zone_problems(tree: MappingType[str, Any]) -> Iterator[str]:
    zone = tree.get("time_zone", "UTC")
    if not isinstance(zone, str) or zone not in _zones():
        yield f'time_zone is {zone!r}, which is no time zone. Write one such as "Asia/Shanghai".'
    if not isinstance(tree.get("home_currency", ""), str):
        yield 'home_currency must be a text, such as "CNY".'


@cache
def _zones() -> frozenset[str]:
    """The engine's own list, so that no data of the machine are needed."""
    import duckdb

    rows = duckdb.connect().execute("SELECT name FROM pg_timezone_names()").fetchall()
    return frozenset(str(name) for (name,) in rows)


def _kind_problems(where: str, item: MappingType[str, Any]) -> Iterator[str]:
    yield from _unknown(where, item, SECTIONS)
    if item.get("table") not in TARGETS:
        yield f"{where}.table is {item.get('table')!r}; use one of {', '.join(TARGETS)}."
    if not _is_texts(item.get("needs")):
        yield f"{where}.needs must list the fields that a file of this kind always has."
    sections = ("labels", "kinds", "clean", "values", "derived", "reads", "fill", "melt")
    wrong = [name for name in sections if not isinstance(item.get(name, {}), dict)]
    yield from (f"{where}.{name} must be a section." for name in wrong)
    if wrong:
        return
    for field, labels in item.get("labels", {}).items():
        if not _is_texts(labels):
            yield f'{where}.labels.{field} must be a list of labels, such as ["Customer No."].'
    for field, kind in item.get("kinds", {}).items():
        if kind not in FIELD_KINDS:
            yield f"{where}.kinds.{field} is {kind!r}; use one of {', '.join(FIELD_KINDS)}."
    yield from _cleaning_problems(where, item)
    for field, how in item.get("derived", {}).items():
        yield from _derived_problems(f"{where}.derived.{field}", how)
    yield from _rules_problems(where, item)
    yield from _name_problems(where, item)
    yield from shape_problems(where, item)


def _name_problems(where: str, item: MappingType[str, Any]) -> Iterator[str]:
    for name in (*item.get("labels", {}), *item.get("derived", {})):
        if not FIELD.fullmatch(name):
            yield f"{where}: {name!r} is no field name. Use small letters, digits and _."


def _cleaning_problems(where: str, item: MappingType[str, Any]) -> Iterator[str]:
    for field, how in item.get("clean", {}).items():
        if not isinstance(how, dict):
            yield f"{where}.clean.{field} must be a table, such as {{ strip_decimal = true }}."
            continue
        yield from _unknown(f"{where}.clean.{field}", how, CLEANERS)
        for name, value in how.items():
            wanted = CLEANERS.get(name, object)
            if wanted is list and not _is_texts(value):
                yield f'{where}.clean.{field}.{name} must be a list, such as ["zcrm_"].'
            elif wanted is bool and not isinstance(value, bool):
                yield f"{where}.clean.{field}.{name} must be true or false."
            elif wanted is int and (isinstance(value, bool) or value not in range(1, 65)):
                yield f"{where}.clean.{field}.{name} must be a whole number from 1 to 64."
    for field, values in item.get("values", {}).items():
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            yield f'{where}.values.{field} must say "what the file says" = "what it means".'


def _derived_problems(where: str, how: Any) -> Iterator[str]:
    ways = [way for way in DERIVED if isinstance(how, dict) and way in how]
    if len(ways) != 1:
        yield f"{where} must be made in exactly one way of {', '.join(DERIVED)}."
        return
    way = ways[0]
    yield from _unknown(where, how, (way, *DERIVED[way]))
    several = way in SEVERAL
    if several and not (_is_texts(how[way]) and len(how[way]) > 1):
        yield f"{where}.{way} must list at least two fields."
    if not several and not isinstance(how[way], str):
        yield f"{where}.{way} must be a text."
    if way == "lookup" and not (
        isinstance(how.get("by"), str) and isinstance(how.get("take"), str)
    ):
        yield f"{where} needs by (the field here) and take (the field there)."
    yield from _beside_problems(where, way, how)
    yield from _conditions_problems(f"{where}.when", how.get("when", []))


def _beside_problems(where: str, way: str, how: MappingType[str, Any]) -> Iterator[str]:
    needed = {"without_tax": ("rate",), "convert": ("currency", "date"), "part": ("split",)}
    for name in needed.get(way, ()):
        if not isinstance(how.get(name), str) or not how[name]:
            yield f"{where} needs {name}, a text."
    at = how.get("at", 1)
    if way == "part" and (isinstance(at, bool) or not isinstance(at, int) or at < 1):
        yield f"{where}.at must be a whole number from 1."


def _rules_problems(where: str, item: MappingType[str, Any]) -> Iterator[str]:
    rules = item.get("rules", [])
    if not isinstance(rules, list):
        yield f"{where}.rules must be written as [[{where}.rules]]."
        return
    for number, rule in enumerate(rules, start=1):
        at = f"{where}.rules[{number}]"
        yield from _unknown(at, rule, RULE_KEYS)
        if not isinstance(rule.get("name"), str) or not FIELD.fullmatch(rule["name"]):
            yield f"{at}.name must be small letters, digits and _, such as no_dealer."
        if rule.get("do") not in ("keep", "set_aside"):
            yield f'{at}.do is {rule.get("do")!r}; use "keep" or "set_aside".'
        if "line_kind" in rule and (item["table"], rule.get("do")) != ("order_lines", "keep"):
            yield f"{at}.line_kind is only for order lines that are kept."
        elif rule.get("line_kind", "goods") not in LINE_KINDS:
            yield f"{at}.line_kind is unknown; use one of {', '.join(LINE_KINDS)}."
        if not rule.get("when"):
            yield f"{at}.when is missing; without a condition it would take every row."
        yield from _conditions_problems(f"{at}.when", rule.get("when", []))


def _conditions_problems(where: str, conditions: Any) -> Iterator[str]:
    if not isinstance(conditions, list) or not all(isinstance(c, dict) for c in conditions):
        yield f'{where} must be a list such as [{{ column = "price", zero = true }}].'
        return
    for condition in conditions:
        tests = [key for key in condition if key != "column"]
        yield from _unknown(where, condition, ("column", *TESTS))
        if len(tests) != 1 or not isinstance(condition.get("column"), str):
            yield f"{where}: each condition has a column and one test of {', '.join(TESTS)}."
        elif tests[0] in TESTS and not _fits(condition[tests[0]], TESTS[tests[0]]):
            kind = "true or false" if TESTS[tests[0]] is bool else "a text or a list of texts"
            yield f"{where}: {tests[0]} must be {kind}."


def _fits(value: Any, kind: type) -> bool:
    return isinstance(value, bool) if kind is bool else isinstance(value, str) or _is_texts(value)


def shape_problems(where: str, item: MappingType[str, Any]) -> Iterator[str]:
    """What is wrong in the sections that say how rows are laid out?"""
    for field, how in item.get("reads", {}).items():
        if not isinstance(how, dict):
            yield f'{where}.reads.{field} must be a table, such as {{ date_order = "dmy" }}.'
            continue
        yield from _unknown(f"{where}.reads.{field}", how, READS)
        if how.get("date_order", "dmy") not in ("dmy", "mdy"):
            yield f'{where}.reads.{field}.date_order must be "dmy" or "mdy".'
        if how.get("decimal", ".") not in (".", ","):
            yield f'{where}.reads.{field}.decimal must be "." or ",".'
        factor = how.get("factor", 1)
        if isinstance(factor, bool) or not isinstance(factor, int | float) or factor <= 0:
            yield f"{where}.reads.{field}.factor must be a number above 0."
    if "key" in item and not _is_texts(item["key"]):
        yield f'{where}.key must list fields, such as ["order_id", "line_no"].'
    fill, melt = item.get("fill", {}), item.get("melt", {})
    yield from _unknown(f"{where}.fill", fill, ("within", "fields"))
    if fill and not (isinstance(fill.get("within"), str) and _is_texts(fill.get("fields"))):
        yield f"{where}.fill needs within (a field) and fields (a list of fields)."
    yield from _unknown(f"{where}.melt", melt, ("period", "measures"))
    measures = melt.get("measures")
    named = isinstance(measures, dict) and measures and all(map(_is_texts, measures.values()))
    if melt and not (isinstance(melt.get("period"), str) and named):
        yield f"{where}.melt needs period (a field) and measures (field = labels)."


def _is_texts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(text, str) and text and "\0" not in text for text in value)
    )


def reference_problems(kind: FileKind, kinds: MappingType[str, FileKind]) -> Iterator[str]:
    """Which fields does a kind of file speak of that it, or the kind it looks up, does not have?"""
    where, fields = f"files.{kind.name}", {*kind.labels, *kind.derived, *melted_fields(kind)}
    used = set(kind.needs) | {c.column for rule in kind.rules for c in rule.when}
    used |= {*kind.kinds, *kind.clean, *kind.values, *kind.reads, *kind.key}
    if kind.fill:
        used |= {kind.fill.within, *kind.fill.fields}
    for field, how in kind.derived.items():
        inputs = () if how.how == "constant" else how.inputs
        used |= {*inputs, *(c.column for c in how.when)}
        if how.lookup and how.lookup not in kinds:
            yield f"{where}.derived.{field} looks up {how.lookup!r}; there is no such kind of file."
        elif how.lookup:
            there = {*kinds[how.lookup].labels, *kinds[how.lookup].derived}
            for name in sorted({how.key, how.take} - there):
                yield f"{where}.derived.{field}: {how.lookup} has no field {name!r}."
    for field in sorted(used - fields):
        yield f"{where} uses the field {field!r}, which has no labels and is not derived."
    for field in sorted(set(kind.needs) - set(kind.labels)):
        if field in fields:
            yield f"{where}.needs names {field!r}, which is derived. Name what it is made from."
    yield from _derived_order_problems(where, kind)
    yield from _number_problems(where, kind)
    yield from _required_problems(where, kind, fields)
    if kind.name in _looked_up(kind, kinds, set()):
        yield f"{where} looks itself up, perhaps through other kinds. Remove a lookup."


def melted_fields(kind: FileKind) -> tuple[str, ...]:
    """Which fields come from the months of a month matrix?"""
    return (kind.melt.period, *kind.melt.measures) if kind.melt else ()


def _looked_up(kind: FileKind, kinds: MappingType[str, FileKind], seen: set[str]) -> set[str]:
    for how in kind.derived.values():
        if how.lookup in kinds and how.lookup not in seen:
            seen.add(how.lookup)
            _looked_up(kinds[how.lookup], kinds, seen)
    return seen


def _derived_order_problems(where: str, kind: FileKind) -> Iterator[str]:
    known = {*kind.labels, *melted_fields(kind)}
    for field, how in kind.derived.items():
        inputs = () if how.how == "constant" else how.inputs
        for name in inputs:
            if name in kind.derived and name not in known:
                yield f"{where}.derived.{field} uses {name}, which must be derived above it."
        known.add(field)


def _number_problems(where: str, kind: FileKind) -> Iterator[str]:
    numbers = {c.column for rule in kind.rules for c in rule.when if c.test in NUMBER_TESTS}
    for how in kind.derived.values():
        numbers |= set(how.inputs if how.how in ARITHMETIC else ())
        numbers |= {how.inputs[0]} if how.how == "convert" else set()
        numbers |= {c.column for c in how.when if c.test in NUMBER_TESTS}
    for field in sorted(numbers):
        if kind.field_kind(field) not in NUMBER_KINDS:
            yield f'{where} counts with {field!r}. Write {field} = "decimal" under {where}.kinds.'


def _required_problems(where: str, kind: FileKind, fields: set[str]) -> Iterator[str]:
    if kind.table in (LOOKUP, UNUSED):
        return
    for name, column in SCHEMAS[kind.table].items():
        if column.required and name not in fields:
            yield f"{where} does not say what {name} is, which {kind.table} always need."
