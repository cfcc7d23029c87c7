"""How the conditions of a mapping file are asked of the engine: a closed vocabulary, never code."""

from collections.abc import Callable, Iterable, Mapping

from dealerml.exports.mapping import Condition
from dealerml.exports.sql import quote_text


def all_hold(conditions: Iterable[Condition], fields: Mapping[str, str]) -> str:
    """Do all conditions hold for a row?

    Parameters
    ----------
    fields
        Field → its expression. A field that the files at hand do not have is missing in every row.

    Examples
    --------
    >>> all_hold([Condition("price", "zero", True)], {"price": "price"})
    'coalesce((price = 0), false)'
    """
    tests = (TESTS[c.test](fields.get(c.column, "NULL"), c.value) for c in conditions)
    return " AND ".join(f"coalesce({test}, false)" for test in tests) or "true"


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else (str(value),)


def _missing(field: str, value: object) -> str:
    return f"({field} IS {'' if value else 'NOT '}NULL)"


def _is_in(field: str, value: object) -> str:
    return f"(lower({field}) IN ({', '.join(_lower(text) for text in _texts(value))}))"


def _not_in(field: str, value: object) -> str:
    return f"(NOT {_is_in(field, value)})"


def _prefix(field: str, value: object) -> str:
    tests = (f"starts_with(lower({field}), {_lower(text)})" for text in _texts(value))
    return f"({' OR '.join(tests)})"


def _suffix(field: str, value: object) -> str:
    tests = (f"ends_with(lower({field}), {_lower(text)})" for text in _texts(value))
    return f"({' OR '.join(tests)})"


def _matches(field: str, value: object) -> str:
    tests = (rf"lower({field}) LIKE lower({_pattern(text)}) ESCAPE '\'" for text in _texts(value))
    return f"({' OR '.join(tests)})"


def _pattern(text: str) -> str:
    for plain in ("\\", "%", "_"):
        text = text.replace(plain, "\\" + plain)
    return quote_text(text.replace("*", "%").replace("?", "_"))


def _compare(operator: str) -> Callable[[str, object], str]:
    return lambda field, value: f"({'' if value else 'NOT '}{field} {operator} 0)"


def _lower(text: str) -> str:
    return f"lower({quote_text(text)})"


TESTS: Mapping[str, Callable[[str, object], str]] = {
    "missing": _missing,
    "in": _is_in,
    "not_in": _not_in,
    "prefix": _prefix,
    "suffix": _suffix,
    "matches": _matches,
    "zero": _compare("="),
    "negative": _compare("<"),
    "positive": _compare(">"),
}
