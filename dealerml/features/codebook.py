"""The generated part of the codebook: every canonical column and every feature, as Markdown.

``python -m dealerml.features.codebook data/README.md`` writes it between its two marks.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dealerml.errors import DealermlError
from dealerml.features.glossary import list_features, question_of, read_returns
from dealerml.features.labels import build_panel
from dealerml.tables import (
    CHANNELS,
    KNOWN,
    LINE_KINDS,
    NOTE_KINDS,
    SCHEMAS,
    SURVEY_KINDS,
    Column,
)
from dealerml.tables.schemas import POSTED

BEGIN = "<!-- written by `python3 bootstrap.py codebook`: do not edit -->"
END = "<!-- end of what is written by `python3 bootstrap.py codebook` -->"

TABLES = {
    "order_lines": "One row per order line. A return is a line of its own, with a negative amount.",
    "dealers": "One row per dealer, as the company's system lists it today.",
    "products": "One row per product. Its attributes count as stable.",
    "notes": f"What people know and orders do not tell. Kinds: {', '.join(NOTE_KINDS)}.",
    "successors": "Dealer codes that were replaced; the new code continues the old history.",
    "contacts": f"One row per visit, call, meeting or message. Channels: {', '.join(CHANNELS)}.",
    "cases": "One row per complaint or request for service.",
    "payments": "One row per payment, or part of one, that came in.",
    "deals": "One row per opportunity; how it stood on a past date is in its stages.",
    "deal_stages": "One row per opportunity and stage that it entered.",
    "leads": "One row per company that may become a dealer.",
    "surveys": f"One row per answer. Kinds: {', '.join(SURVEY_KINDS)}.",
    "deliveries": "One row per delivery, or promise of one.",
    "training": "One row per dealer and training.",
    "support_spend": "One row per sum of money spent to help a dealer sell.",
    "targets": "One row per target: of a dealer, a region or an employee, or of the company.",
    "rebates": "One row per dealer, period and step of a rebate.",
    "contracts": "One row per contract; one that was renewed has a row for each time.",
    "inventory_counts": "One row per dealer, day and product counted.",
    "sell_out": "One row per sale of a dealer to its own customers, or per month's sum of them.",
    "prices": "One row per product and date from which a price holds.",
    "fx": "One row per currency and date from which a rate holds.",
    "dealer_links": "Which dealer of one system is which of another, proposed and decided by hand.",
    "control_totals": "One row per month and basis, as finance has booked it; only compared.",
}


def render_codebook() -> str:
    """Which Markdown describes the canonical tables, the features and what followed?"""
    return "\n\n".join([_tables(), _features(), _labels()])


def write_codebook(path: Path) -> None:
    """Write the codebook between the two marks of a file and leave the rest of it alone.

    Raises
    ------
    DealermlError
        If the file does not hold both marks.
    """
    text = path.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        message = f"{path.name} does not hold the marks {BEGIN} and {END}. Put them back."
        raise DealermlError(message)
    path.write_text(f"{before}{BEGIN}\n\n{render_codebook()}\n\n{END}{after}", encoding="utf-8")


def _tables() -> str:
    parts = ["## Canonical tables", _notes_on_tables()]
    for name, columns in SCHEMAS.items():
        rows = [
            (
                f"`{column}`",
                _type_name(str(described.dtype)),
                "always" if described.required else "",
                _known(described),
                described.meaning,
            )
            for column, described in columns.items()
        ]
        head = ("column", "type", "needed", "known", "meaning")
        parts += [f"### {name}", f"{TABLES[name]}{_known_since(name)}", table(head, rows)]
    return "\n\n".join(parts)


def _known(described: Column) -> str:
    if described.current_state:
        return "today"
    return f"from `{described.known_from}`" if described.known_from else ""


def _known_since(name: str) -> str:
    """The sentence about the date from which the rows of a table are known."""
    if name not in KNOWN:
        return ""
    if name in POSTED:
        return f" Known from the later of `{KNOWN[name]}` and `{POSTED[name]}`."
    return f" Known from `{KNOWN[name]}` on."


def _notes_on_tables() -> str:
    return (
        "Whatever a source calls its columns, inside they have these names. Only order lines are "
        "needed; what else an export does not have is said to be absent. A column marked "
        "*today* carries no date: it is shown, and never a feature, a segment or a score, because "
        "a past date could not have known it. One marked *from* a date is empty until then. "
        "Amounts are decimals with four places, exchange rates with eight; ids are text. "
        f"Kinds of lines are {', '.join(LINE_KINDS)}; only goods make an order."
    )


def _features() -> str:
    features = list_features()
    parts = [
        "## Features",
        "One row per dealer and as-of date (`dealerml.build_features`). A window of *w* days "
        "holds the as-of date and the *w* − 1 days before it; last year's window is shifted by "
        "364 days, so that the same weekdays are compared. Missing is empty, never zero.",
    ]
    for family, group in features.groupby("family", sort=False):
        names = [f"`{name}`" for name in group["feature"]]
        rows = list(zip(names, group["unit"], group["meaning"], strict=True))
        head = ("column", "unit", "meaning")
        parts += [f"### {family}: {group['question'].iloc[0]}", table(head, rows)]
    return "\n\n".join(parts)


def _labels() -> str:
    rows = [(f"`{name}`", unit, meaning) for name, unit, meaning in read_returns(build_panel)]
    return "\n\n".join(
        [
            "## What followed",
            f"Only `dealerml.build_panel` looks past a date: {question_of(build_panel)}",
            table(("column", "unit", "meaning"), rows),
        ]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Which Markdown table holds these rows?

    Examples
    --------
    >>> print(table(("column", "unit"), [("`a`", "days")]))
    | column | unit |
    |---|---|
    | `a` | days |
    """
    lines = [head, ["---"] * len(head), *rows]
    first, rule, *body = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([first, rule.replace(" ", ""), *body])


def _type_name(dtype: str) -> str:
    names = {"String": "text", "Date": "date"}
    return names.get(dtype, "decimal")


if __name__ == "__main__":
    import sys

    write_codebook(Path(sys.argv[1]))
