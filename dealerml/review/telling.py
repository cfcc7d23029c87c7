"""What a notebook shows: sentences in the reader's language, and tables that read like a report."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from typing import Final, Protocol

import pandas as pd

from dealerml.review.page import LONG
from dealerml.review.showing import format_of
from dealerml.review.showing import show as show_cell
from dealerml.words import column_label, say

MOST_ROWS: Final = 15
# What Markdown or a formula could read as its own: a dealer's name must stay a name.
MARKS: Final = {mark: f"&#{ord(mark)};" for mark in "\\`*_[]#|$~<>"}
NOWHERE: Final = "–"
PAIR: Final = ("before", "after")
BETWEEN: Final = {"en": " ", "zh": ""}
STYLES: Final = {
    "number": "text-align:right;min-width:4.5em;white-space:nowrap",
    "date": "text-align:left;white-space:nowrap",
    "name": "text-align:left;min-width:10em",
    "text": "text-align:left;min-width:4em",
    "long": "text-align:left;min-width:18em",
}
HEADS: Final = {kind: style.replace(";white-space:nowrap", "") for kind, style in STYLES.items()}
# Names of people, places and methods: words that must not be broken into single characters.
NAMES: Final = ("dealer_name", "method", "model", "file", "feature", "segment")


class HasText(Protocol):
    """A result or a sentence: anything that can say itself in a language."""

    def text_in(self, lang: str) -> str:
        """How does it read in this language?"""


@dataclass(frozen=True)
class Told:
    """Words as Jupyter shows them.

    Parameters
    ----------
    markdown
        The words, values in them escaped.
    """

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        """Read as plain text."""
        return unescape(self.markdown)


@dataclass(frozen=True)
class Shown:
    """A table as Jupyter shows it.

    Parameters
    ----------
    cells
        Every cell as text, the columns by their labels.
    kinds
        A kind of `STYLES` for each column.
    note
        What stands below the table.
    """

    cells: pd.DataFrame
    kinds: tuple[str, ...]
    note: str = ""

    def _repr_html_(self) -> str:
        note = f"<p><small>{escape(self.note)}</small></p>" if self.note else ""
        if self.cells.empty:
            return note
        head = self._row("th", self.cells.columns)
        body = "\n".join(self._row("td", row) for row in self.cells.itertuples(index=False))
        return (
            f'<div style="overflow-x:auto"><table>\n<thead>{head}</thead>\n'
            f"<tbody>\n{body}\n</tbody>\n</table></div>\n{note}"
        )

    def __repr__(self) -> str:
        """Read as plain text."""
        table = "" if self.cells.empty else str(self.cells.to_string(index=False))
        return "\n".join(part for part in (table, self.note) if part)

    def _row(self, tag: str, texts: Iterable[str]) -> str:
        styles = HEADS if tag == "th" else STYLES
        cells = (
            f'<{tag} style="{styles[kind]}">{escape(text)}</{tag}>'
            for kind, text in zip(self.kinds, texts, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"


def tell(
    what: "str | HasText | Iterable[HasText]", lang: str = "en", **args: object
) -> Told | None:
    """How does it read: a result, some sentences, or an entry of the catalogue?

    Parameters
    ----------
    what
        A result such as that of `rank_abc`; or several sentences, which make a list; or a key of
        the catalogue, whose Markdown is kept.
    args
        Values of the catalogue's entry; results and sentences, also several, say themselves.

    Returns
    -------
    What Jupyter shows as Markdown; None where there is nothing to say.

    Examples
    --------
    >>> tell("common.dealers", n=3)
    3 dealers
    """
    if isinstance(what, str):
        return Told(say(what, lang, **{name: _safe(value, lang) for name, value in args.items()}))
    if hasattr(what, "text_in"):
        text = escape_marks(what.text_in(lang))
    else:
        text = "\n".join(f"- {escape_marks(sentence.text_in(lang))}" for sentence in what)
    return Told(text) if text else None


def show(
    table: pd.DataFrame,
    columns: Iterable[str] | None = None,
    lang: str = "en",
    *,
    rows: int = MOST_ROWS,
    exact: bool = False,
) -> Shown:
    """How does a table read to a person?

    Parameters
    ----------
    table
        Any result's table; its index counts as columns where it has a name.
    columns
        Which to show, in this order; all where None. Absent ones and those without a single value
        are left out. A figure with columns ``_lo`` and ``_hi`` beside it is shown with that range.
    rows
        The first so many rows; the rest is counted below.
    exact
        Whether money is shown to the cent, to be held against books.

    Examples
    --------
    >>> table = pd.DataFrame({"dealer_name": ["Hengda", "Smith"], "churn_risk": [0.3, 0.05]})
    >>> show(table, ["dealer_name", "churn_risk"], rows=1)
    Dealer Risk of stopping
    Hengda           30.0 %
    The first 1 of 2 rows.
    """
    named = [name for name in table.index.names if name is not None]
    flat = table.reset_index(level=named) if named else table
    asked = list(flat.columns if columns is None else columns)
    wanted = [name for name in asked if name in flat and (flat.empty or flat[name].notna().any())]
    first = flat.head(rows)
    cells = pd.DataFrame(
        dict(enumerate(_texts(first, name, lang, exact=exact) for name in wanted)), dtype="str"
    )
    kinds = tuple(_kind(flat[name]) for name in wanted)
    note = ""
    if flat.empty:
        note = say("notebook.no_rows", lang)
    elif len(flat) > rows:
        note = say("notebook.more_rows", lang, shown=rows, n=len(flat))
    return Shown(cells.set_axis([label(name, lang) for name in wanted], axis=1), kinds, note)


def show_row(row: pd.Series, lang: str = "en") -> Shown:
    """What is known of one dealer: each column with its label, its value and its name in files?

    Parameters
    ----------
    row
        One row of a table, such as ``x.loc[dealer]``.

    Examples
    --------
    >>> show_row(pd.Series({"recency_days": 12.0, "churn_risk": 0.25}))
                What is known  Value Name in files
    Days since the last order     12  recency_days
             Risk of stopping 25.0 %    churn_risk
    """
    names = [str(name) for name in row.index]
    values = [
        _texts(row.to_frame().T.infer_objects(), name, lang, exact=False)[0] for name in names
    ]
    table = pd.DataFrame({"feature": names, "value": values, "code": names}, dtype="str")
    return show(table, lang=lang, rows=len(table))


def label(name: str, lang: str = "en") -> str:
    """What is a column called, also where it is one of a pair of before and after?

    Examples
    --------
    >>> label("abc_class"), label("abc_class_before")
    ('ABC class', 'ABC class, before')
    """
    own = column_label(name, lang)
    base, _, when = name.rpartition("_")
    if own != name or when not in PAIR:
        return own
    return say(f"notebook.{when}", lang, label=column_label(base, lang))


def escape_marks(text: str) -> str:
    """How is a text written so that Markdown shows it as it is?

    Examples
    --------
    >>> escape_marks("A*B <C>")
    'A&#42;B &#60;C&#62;'
    """
    return "".join(MARKS.get(mark, mark) for mark in text.replace("&", "&amp;"))


def _safe(value: object, lang: str) -> object:
    if hasattr(value, "text_in"):
        return escape_marks(value.text_in(lang))
    if isinstance(value, (list, tuple)):
        return BETWEEN[lang].join(str(_safe(item, lang)) for item in value)
    return escape_marks(value) if isinstance(value, str) else value


def _texts(table: pd.DataFrame, name: str, lang: str, *, exact: bool) -> list[str]:
    """Each cell of a column, and its interval where there is one: half a figure otherwise."""
    if exact and format_of(name) == "money":
        return ["" if pd.isna(value) else f"{value:,.2f}" for value in table[name]]
    if pd.api.types.is_bool_dtype(table[name]):
        return [say("notebook.yes" if value else "notebook.no", lang) for value in table[name]]
    base, _, when = name.rpartition("_")
    # A group without a name is a group all the same.
    nobody = "" if name in LONG else NOWHERE
    texts = [
        nobody if value == "" else show_cell(base if when in PAIR else name, value, lang)
        for value in table[name]
    ]
    ends = [f"{name}_{end}" for end in ("lo", "hi")]
    if not set(ends) <= set(table.columns):
        return texts
    low, high = ([show_cell(name, value, lang) for value in table[end]] for end in ends)
    return [
        f"{text} ({lo}–{hi})" if lo else text for text, lo, hi in zip(texts, low, high, strict=True)
    ]


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values) or values.name in ("month", "as_of"):
        return "date"
    if values.name in NAMES:
        return "name"
    return "long" if values.name in LONG else "text"
