"""What are columns usually called? Synonyms in two languages, and the labels of known sources."""

import itertools
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeAlias

from dealerml.exports.labels import normalise_label
from dealerml.exports.mapping import LOOKUP, UNUSED, FileKind, Mapping
from dealerml.tables import SCHEMAS

UNIT = re.compile(
    r"\((?:人民币|单位[::]?)?(?:[千万亿百]*元|rmb|cny|usd|eur|箱|件|瓶|个|台|kg|分钟|天|%)\)"
)
SAID_BY_SIGN = (("-", ""), ("%", "percent"), ("#", "no"))
WORD = re.compile(r"\{(\w+)\}")
# What databases put around the names of columns: kingdee's F, yonyou's c, d and i, and so on.
TYPE_LETTER = re.compile(r"^(?:F_?|[cdi])(?=[A-Z])")
ABBREVIATED = {"cd": "code", "dt": "date", "nm": "name", "amt": "amount", "qty": "quantity"}
CUSTOM = re.compile(r"__[cr]$")
ID_ENDING = re.compile(r"_?(?:ID|Id|id)$")
RETURN_WORDS = ("退货", "实退", "销退", "returned", "salesreturn", "creditnote", "creditmemo")
# What a label says by itself: the field and nothing else, or one of several things.
SURE, MAYBE = 1.0, 0.72
# A label by which systems mean more fields than this is like "name": it says little.
MOST_MEANINGS = 2
# Labels this alike are taken for misspelt or longer forms of each other, never for sure.
ALIKE = 80.0
LONGEST_ALIKE = 0.6
SHORTEST_ALIKE = 3
# A label that ends in a known one, by the letters of that; a Chinese character counts for two.
SHORT_END, LONG_END = 4, 8
SHORT_ENDING, LONG_ENDING = 0.55, 0.65

# Label → how much it speaks for a field, and its place among the labels of the field.
Names: TypeAlias = dict[str, tuple[float, int]]


@dataclass(frozen=True)
class Known:
    """How far a label speaks for a field.

    Parameters
    ----------
    strength
        0 to 1.
    label
        The known label it equals or resembles.
    rank
        Place of that label among those of the field; the first is preferred.
    similar
        Whether it is only alike.
    """

    strength: float
    label: str
    rank: int = 0
    similar: bool = False


@dataclass(frozen=True)
class Knowledge:
    """Table → field → the labels it goes by; and the labels that are known to be no field.

    ``spreads`` is label → in how many tables it means something.
    """

    tables: MappingType[str, MappingType[str, Names]]
    ignored: frozenset[str]
    spreads: MappingType[str, int]

    def fits(self, table: str, label: str) -> dict[str, Known]:
        """For which fields of a table does a label speak, and how much?"""
        key, fields = label_key(label), self.tables[table]
        exact = {f: Known(*_turned(names[key], key)) for f, names in fields.items() if key in names}
        if exact or key in self.ignored:
            return exact
        spelt = (label, *spell_out(label))
        return self._technical(table, label) or _ending(spelt, fields) or _alike(key, fields)

    def _technical(self, table: str, label: str) -> dict[str, Known]:
        """For which fields does the name of a column in a database speak? Never for sure."""
        fields, found = self.tables[table], {}
        for key in map(label_key, spell_out(label)):
            for field, names in fields.items():
                if key in names and field not in found:
                    strength, rank = names[key]
                    found[field] = Known(min(strength, MAYBE), key, rank, similar=True)
        return found

    def knows(self, label: str) -> bool:
        """Is this very label known at all, as a field of any table or as none?"""
        if label_key(label) in self.ignored:
            return True
        return any(map(self.spread, (label, *spell_out(label))))

    def spread(self, label: str) -> int:
        """In how many tables does this very label mean something?"""
        return self.spreads.get(label_key(label), 0)


@lru_cache(maxsize=65_536)
def label_key(label: str) -> str:
    """What is left of a label to compare: no case, blanks, marks or unit.

    Examples
    --------
    >>> label_key("Customer No."), label_key("金额（元）"), label_key("Account Name.id")
    ('customerno', '金额', 'accountname.id')
    """
    text = UNIT.sub("", unicodedata.normalize("NFKC", label).casefold())
    for sign, word in SAID_BY_SIGN:
        text = text.replace(sign, word)
    return normalise_label(text).strip(".")


def spell_out(label: str) -> tuple[str, ...]:
    """How would the name of a column in a database be said?

    Without the letter in front that tells its type, with "id" and "name" put in words.

    Examples
    --------
    >>> spell_out("FCustomerID.FNumber"), spell_out("iQuantity"), spell_out("account_id__r")
    (('Customer id',), ('Quantity',), ('account name', 'account'))
    >>> spell_out("cust_cd")
    ('cust code',)
    """
    words = [ABBREVIATED.get(word, word) for word in re.split(r"[\s_]+", label.casefold())]
    if not set(words) <= {*re.split(r"[\s_]+", label.casefold())}:
        return (" ".join(words),)
    base, _, last = CUSTOM.sub("", label).partition(".")
    base, last = TYPE_LETTER.sub("", base), TYPE_LETTER.sub("", last)
    if label.endswith("__r"):
        last = "name"
    if last:
        base = ID_ENDING.sub("", base)
        said = last.casefold()
        if said == "name":
            return f"{base} name", base
        return (f"{base} id",) if said in ("number", "id", "code") else ()
    return (base,) if base != label else ()


def make_knowledge(mappings: Iterable[Mapping]) -> Knowledge:
    """What is known about labels, from the synonyms and the labels of these mappings?

    Examples
    --------
    >>> make_knowledge([]).fits("order_lines", "不含税金额")["net_amount"].strength
    1.0
    >>> sorted(make_knowledge([]).fits("order_lines", "价税合计"))
    ['gross_amount']
    """
    tables: dict[str, dict[str, Names]] = {}
    said = _synonyms()
    for strength, section in ((SURE, said["sure"]), (MAYBE, said["maybe"])):
        for table, fields in section.items():
            for field, labels in fields.items():
                spelt = [one for label in labels for one in _spell(label)]
                _add(tables, (table, field), spelt, strength)
    _add_mappings(tables, [said for mapping in mappings for said in _labels_of(mapping)])
    known = {table: tables.get(table, {}) for table in SCHEMAS}
    for table, schema in SCHEMAS.items():
        for field in schema:
            _add(known, (table, field), [field], SURE)
    spreads = Counter(
        key for fields in known.values() for key in set().union(*map(set, fields.values()))
    )
    ignored = frozenset(label_key(label) for label in said["ignored"]["labels"])
    return Knowledge(known, ignored, spreads)


def _add_mappings(
    tables: dict[str, dict[str, Names]], said: Sequence[tuple[str, str, tuple[str, ...]]]
) -> None:
    """Believe the labels of mappings, but less where systems mean several fields by one."""
    meant: dict[str, set[str]] = {}
    for _, field, labels in said:
        for label in labels:
            meant.setdefault(label_key(label), set()).add(field)
    for table, field, labels in said:
        names = tables.get(table, {}).get(field, {})
        new = [one for one in labels if label_key(one) not in names and not says_taxed(one)]
        plain = [one for one in new if len(meant[label_key(one)]) <= MOST_MEANINGS]
        _add(tables, (table, field), plain, SURE)
        _add(tables, (table, field), new, MAYBE)


def says_taxed(label: str) -> bool:
    """Does a label say that tax is included?

    Examples
    --------
    >>> says_taxed("价税合计"), says_taxed("不含税金额"), says_taxed("Net value")
    (True, False, False)
    """
    key = label_key(label)
    for word in _synonyms()["words"]["untaxed"]:
        key = key.replace(label_key(word), "")
    return any(label_key(word) in key for word in _synonyms()["words"]["taxed"])


def table_words() -> dict[str, list[str]]:
    """Table → words in the name of a file or sheet that speak for it."""
    words: dict[str, list[str]] = _synonyms()["names"]
    return words


@cache
def value_words(kind: str) -> frozenset[str]:
    """Which values of a status or type column mean this: void, draft, return, gift, yes …?"""
    return frozenset(word.casefold() for word in _synonyms()["values"][kind])


def says_return(text: str) -> bool:
    """Does a label, or the name of a file, speak of goods that came back?

    Examples
    --------
    >>> says_return("实退数量"), says_return("销售退货单"), says_return("订单")
    (True, True, False)
    """
    key = label_key(text)
    return any(word in key for word in RETURN_WORDS)


@cache
def personal_words() -> tuple[str, ...]:
    """Which words in a label say that its values are about people?"""
    return tuple(label_key(word) for word in _synonyms()["personal"]["labels"])


@cache
def surnames() -> frozenset[str]:
    """With which characters do most Chinese names begin?"""
    return frozenset(_synonyms()["personal"]["surnames"])


@cache
def _synonyms() -> dict[str, Any]:
    text = (files("dealerml.exports.proposal") / "synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _spell(label: str) -> Iterator[str]:
    """Every label that a pattern such as ``{dealer}{id}`` stands for."""
    parts = WORD.split(label)
    words = _synonyms()["words"]
    choices = [words[part] if at % 2 else [part] for at, part in enumerate(parts)]
    for chosen in itertools.product(*choices):
        yield "".join(chosen)


def _add(
    tables: dict[str, dict[str, Names]],
    place: tuple[str, str],
    labels: Sequence[str],
    strength: float,
) -> None:
    names = tables.setdefault(place[0], {}).setdefault(place[1], {})
    for label in labels:
        if (key := label_key(label)) and names.get(key, (0.0, 0))[0] < strength:
            names[key] = (strength, len(names))


def _labels_of(mapping: Mapping) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Which labels does a mapping give to which canonical column?"""
    for kind in mapping.files.values():
        if kind.table == UNUSED:
            continue
        for field in (*kind.labels, *kind.derived):
            labels = _labels_behind(kind, field)
            for table in _tables_with(kind, field):
                yield table, field, labels


def _tables_with(kind: FileKind, field: str) -> list[str]:
    # Files that only translate keys are mostly heads of orders.
    table = "order_lines" if kind.table == LOOKUP else kind.table
    return [table] if field in SCHEMAS[table] else []


def _labels_behind(kind: FileKind, field: str) -> tuple[str, ...]:
    own = kind.labels.get(field, ())
    how = kind.derived.get(field)
    if how is None or how.how not in ("first_of", "negate"):
        return own
    return (*own, *(label for name in how.inputs for label in kind.labels.get(name, ())))


def _turned(found: tuple[float, int], key: str) -> tuple[float, str, int]:
    return found[0], key, found[1]


def _ending(labels: Sequence[str], fields: MappingType[str, Names]) -> dict[str, Known]:
    """For which fields does the end of a longer label speak, the longest end first?"""
    found: dict[str, Known] = {}
    for key in map(label_key, labels):
        for start in range(1, len(key)):
            end = key[start:]
            long = 2 * len(end) if not end.isascii() else len(end)
            for field, names in fields.items():
                strength, rank = names.get(end, (0.0, 0))
                if strength >= SURE and long >= SHORT_END and field not in found:
                    known = LONG_ENDING if long >= LONG_END else SHORT_ENDING
                    found[field] = Known(known, end, rank, similar=True)
    return found


def _alike(key: str, fields: MappingType[str, Names]) -> dict[str, Known]:
    from rapidfuzz import fuzz, process

    if len(key) < SHORTEST_ALIKE:
        return {}
    found = {}
    for field, names in fields.items():
        best = process.extractOne(key, list(names), scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is not None:
            strength = LONGEST_ALIKE * best[1] / 100 * names[best[0]][0]
            found[field] = Known(strength, best[0], names[best[0]][1], similar=True)
    return found
