"""Where each sentence is looked up: one TOML file per topic, two languages per entry."""

import difflib
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from dealerml.words.formatting import SPECS, format_value

LANGUAGES: Final = ("en", "zh")
COLUMN_PREFIX: Final = "column."

# A template taken apart: the literal text before an argument, its name and its format spec.
Part = tuple[str, str | None, str]


@dataclass(frozen=True)
class Entry:
    """One sentence in every language, with its templates taken apart once."""

    templates: dict[str, str]
    parts: dict[str, tuple[Part, ...]]

    def arguments(self, lang: str = "en") -> frozenset[tuple[str, str]]:
        """Which arguments does the sentence take, each with its format?"""
        return frozenset((name, spec) for _, name, spec in self.parts[lang] if name is not None)


def say(key: str, /, lang: str = "en", **args: object) -> str:
    """How does a sentence of the catalogue read with these values?

    Values are only ever shown, never interpreted: braces in a dealer's name stay braces.

    Parameters
    ----------
    key
        Topic and entry, such as ``common.dealers``.
    args
        Values of the template. A ``Sentence`` is said in the same language; a list is joined.

    Raises
    ------
    LookupError
        If the key is not in the catalogue, with the nearest known keys.
    TypeError
        If a value is missing, with the names the sentence takes.

    Examples
    --------
    >>> say("common.dealers", n=1234), say("common.dealers", "zh", n=1234)
    ('1,234 dealers', '1,234 家经销商')
    """
    entry = find_entry(key)
    check_language(lang)
    missing = sorted({name for name, _ in entry.arguments(lang)} - set(args))
    if missing:
        message = (
            f"{key} needs {', '.join(missing)}, which was not given. "
            f"It takes: {', '.join(sorted(name for name, _ in entry.arguments(lang)))}."
        )
        raise TypeError(message)
    return "".join(
        literal if name is None else literal + _spoken(args[name], spec, lang)
        for literal, name, spec in entry.parts[lang]
    )


def column_label(name: str, lang: str = "en") -> str:
    """What is a column called in front of readers?

    Labels are the ``[column.<name>]`` entries of all topics. A column that has none, such as a
    feature of one's own, is called by its own name.

    Examples
    --------
    >>> column_label("dealer_id", "zh"), column_label("my_own_feature")
    ('经销商编号', 'my_own_feature')
    """
    check_language(lang)
    for topic in topics():
        entry = read_topic(topic).get(COLUMN_PREFIX + name)
        if entry is not None:
            return entry.templates[lang]
    return name


def has_entry(key: str) -> bool:
    """Is there a sentence of this key?

    Examples
    --------
    >>> has_entry("common.dealers"), has_entry("common.nothing"), has_entry("plain text")
    (True, False, False)
    """
    topic, _, name = key.partition(".")
    return topic in topics() and name in read_topic(topic)


def entry_keys(topic: str) -> tuple[str, ...]:
    """Which sentences does a topic hold, as full keys in the order of its file?"""
    return tuple(f"{topic}.{name}" for name in read_topic(topic))


@cache
def topics() -> tuple[str, ...]:
    """Which topics have a catalogue file?"""
    names = (item.name for item in files("dealerml.words").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def read_topic(topic: str) -> dict[str, Entry]:
    """Which entries does one catalogue file hold, by the key inside the file?

    Raises
    ------
    ValueError
        If a template is not plain text with ``{name}`` or ``{name:spec}``.
    """
    text = (files("dealerml.words") / f"{topic}.toml").read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    return {name: _entry(f"{topic}.{name}", item) for name, item in _leaves(tree, "")}


def find_entry(key: str) -> Entry:
    """Which entry has this key?

    Raises
    ------
    LookupError
        If there is none, naming the nearest known keys.
    """
    topic, _, name = key.partition(".")
    if topic not in topics():
        message = f"No words for {key!r}: {topic!r} is none of {', '.join(topics())}."
        raise LookupError(message)
    entry = read_topic(topic).get(name)
    if entry is None:
        near = difflib.get_close_matches(key, entry_keys(topic), n=3, cutoff=0.3)
        message = f"No words for {key!r} in words/{topic}.toml; nearest: {', '.join(near) or '-'}."
        raise LookupError(message)
    return entry


def check_language(lang: str) -> None:
    """Is this a language of the catalogue?

    Raises
    ------
    ValueError
        If it is not, naming the known ones.
    """
    if lang not in LANGUAGES:
        message = f"Language {lang!r} is unknown; use one of {', '.join(LANGUAGES)}."
        raise ValueError(message)


def _leaves(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, dict[str, object]]]:
    for name, item in tree.items():
        if not isinstance(item, dict):
            message = f"{prefix}{name} must be a table with {' and '.join(LANGUAGES)}."
            raise ValueError(message)
        if any(isinstance(value, str) for value in item.values()):
            yield prefix + name, item
        else:
            yield from _leaves(item, f"{prefix}{name}.")


def _entry(key: str, item: Mapping[str, object]) -> Entry:
    filled = [lang for lang, text in item.items() if isinstance(text, str) and text]
    if sorted(filled) != sorted(LANGUAGES) or len(item) != len(LANGUAGES):
        message = f"{key} must have exactly {' and '.join(LANGUAGES)}; it has {', '.join(item)}."
        raise ValueError(message)
    templates = {lang: str(item[lang]) for lang in LANGUAGES}
    parts = {lang: tuple(_parts(key, text)) for lang, text in templates.items()}
    return Entry(templates, parts)


def _parts(key: str, template: str) -> Iterator[Part]:
    # Only taken apart here, never handed to str.format: attributes, indexes and conversions have
    # no meaning in a template, so nothing that comes out of an export can reach an object.
    try:
        pieces = tuple(string.Formatter().parse(template))
    except ValueError as error:
        message = f"{key}: {template!r} has a brace without its partner."
        raise ValueError(message) from error
    for literal, name, spec, conversion in pieces:
        if name is not None and not (_is_argument(name) and not conversion and spec in SPECS):
            message = (
                f"{key}: {{{name}}} cannot be filled. Write {{name}} or {{name:spec}}, where spec "
                f"is one of {', '.join(s for s in SPECS if s)}."
            )
            raise ValueError(message)
        yield literal, name, spec or ""


def _is_argument(name: str) -> bool:
    # "lang" is the language itself in every call.
    return name.isidentifier() and name != "lang"


def _spoken(value: object, spec: str, lang: str) -> str:
    if hasattr(value, "text_in"):
        return str(value.text_in(lang))
    if isinstance(value, (list, tuple)):
        return format_value([_spoken(item, spec, lang) for item in value], lang=lang)
    return format_value(value, spec, lang=lang)
