"""What the command ``check`` shows of an inspection: sections with sentences and short tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from dealerml.exports import Ingest
from dealerml.exports.inspecting.inspection import Inspection
from dealerml.exports.narration import exact, rule_words
from dealerml.review.ledger import name_outcomes
from dealerml.review.page import Table, show_table
from dealerml.review.record import plain
from dealerml.tables import SCHEMAS
from dealerml.words import Sentence, say

# So many rows of a list are shown; the command writes the whole lists where asked.
MOST_ROWS: Final = 8
MOST_OF: Final = {"filling": 40, "first_rows": 400, "control": 12}
# So many files are described one by one, and so many rules of each.
MOST_FILES, MOST_RULES = 30, 4
ALIKE: Final = ("dealer_id", "dealer_name", "other_id", "other_name", "link_method", "certainty")
SUSPECTS: Final = (
    "group",
    "alike",
    "file",
    "row",
    "order_id",
    "dealer_id",
    "order_date",
    "product_id",
    "net_amount",
)
# Frame of an inspection → the columns of it that a page of 120 characters has room for.
LISTS: Final = {
    "unread": ("file", "why"),
    "gaps": ("file", "table", "gap", "from_date", "until_date", "workdays"),
    "control": ("month", "basis", "amount", "ours", "difference", "share"),
    "filling": ("table", "column", "rows", "filled", "filled_share"),
    "dealers_without_orders": ("dealer_id", "dealer_name", "owner", "signed_date"),
    "orders_without_dealers": ("dealer_id", "rows", "amount", "first_date", "last_date"),
    "suspects": SUSPECTS,
    "alike": ALIKE,
    "owners": (
        "owner",
        "dealers",
        "filled_share",
        "modified_days",
        "contact_days",
        "without_contact",
    ),
    "first_rows": ("table", "column", "label", "row_1", "row_2", "row_3"),
}


@dataclass(frozen=True)
class Block:
    """One section of the page: its heading, sentences, and at most one table."""

    heading: str
    sentences: Sequence[str] = field(default=())
    table: Table | None = None


def make_checkup(inspection: Inspection, ingest: Ingest, lang: str = "en") -> list[Block]:
    """What does the page say, section by section? What is empty is said to be so."""
    outcomes = name_outcomes(ingest, lang)
    return [
        Block(_heading("files", lang), list(_describe_files(inspection, ingest, lang))),
        Block(_heading("outcomes", lang), table=outcomes),
        *(_list_block(inspection, name, lang) for name in LISTS),
    ]


def describe_inspection(inspection: Inspection, lang: str = "en") -> dict[str, Any]:
    """All of an inspection for machines: every frame in full, and what is said of it."""
    frames = ("files", *LISTS)
    found = {name: plain(_rows(getattr(inspection, name))) for name in frames}
    counts = {name: getattr(inspection, name) for name in ("exact", "near", "groups")}
    dated = {"as_of": inspection.as_of.isoformat(), "absent": list(inspection.absent)}
    return {**found, **dated, "suspects_in_all": counts, "said": inspection.text_in(lang)}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    days = [str(name) for name in table if pd.api.types.is_datetime64_any_dtype(table[name])]
    texts = {name: table[name].dt.strftime("%Y-%m-%d") for name in days}
    table = table.assign(**texts)
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _list_block(inspection: Inspection, name: str, lang: str) -> Block:
    table: pd.DataFrame = getattr(inspection, name).rename(columns={"method": "link_method"})
    said = list(_notes(inspection, name, lang))
    if table.empty:
        return Block(_heading(name, lang), said or [say("inspection.nothing", lang)])
    most = MOST_OF.get(name, MOST_ROWS)
    if name == "control":
        table = table.sort_values("share", ascending=False, kind="stable")
    if name == "filling":
        table = table[table["filled"] < table["rows"]]
    note = ""
    if len(table) > most:
        note = say("inspection.more_where", lang, n=len(table) - most)
    shown = show_table(table.head(most), LISTS[name], title="", lang=lang, note=note)
    return Block(_heading(name, lang), said, _to_the_cent(table, shown, name))


def _to_the_cent(table: pd.DataFrame, shown: Table, name: str) -> Table:
    """Money that is held against books is not rounded."""
    if name != "control" or not shown.rows:
        return shown
    rows = [
        [replace(cell, text=_money(row, at, cell.text)) for at, cell in enumerate(cells)]
        for row, cells in zip(_rows(table), shown.rows, strict=False)
    ]
    return replace(shown, rows=rows)


def _money(row: dict[str, Any], at: int, text: str) -> str:
    name = LISTS["control"][at]
    return exact(Decimal(str(row[name]))) if name in ("amount", "ours", "difference") else text


def _notes(inspection: Inspection, name: str, lang: str) -> Iterator[str]:
    """What is said above a list."""
    if name == "suspects" and inspection.groups:
        counts = {n: getattr(inspection, n) for n in ("exact", "near", "groups")}
        yield say("inspection.groups", lang, **counts)
    if name == "owners" and len(inspection.owners):
        yield say("inspection.ages", lang, as_of=inspection.as_of)
    if name == "control":
        yield inspection.said[0].text_in(lang)
    if name == "filling":
        full = int((inspection.filling["filled"] == inspection.filling["rows"]).sum())
        yield say("inspection.full_columns", lang, n=full, of=len(inspection.filling))


def _describe_files(inspection: Inspection, ingest: Ingest, lang: str) -> Iterator[str]:
    rows = _rows(inspection.files)
    pairs = sorted(zip(rows, ingest.files, strict=True), key=lambda p: _rank(p[0]["table"]))
    for row, file in pairs[:MOST_FILES]:
        said = [sentence.text_in(lang) for sentence in _describe_file(row)]
        yield (" " if lang == "en" else "").join(said)
        stopped = [count for count in file.counts if count.set_aside]
        for count in stopped[:MOST_RULES]:
            args = {"rule": rule_words(count.rule), "rows": count.rows}
            args |= {"amount": exact(count.amount), "example": f"#{count.row}: {count.example}"}
            yield f"  {say('inspection.file.set_aside', lang, **args)}"
        if len(stopped) > MOST_RULES:
            yield f"  {say('inspection.more', lang, n=len(stopped) - MOST_RULES)}"
    if len(rows) > MOST_FILES:
        yield say("inspection.more", lang, n=len(rows) - MOST_FILES)


def _rank(table: str) -> int:
    """Order lines come first, then lists, as in the codebook."""
    return list(SCHEMAS).index(table) if table in SCHEMAS else len(SCHEMAS)


def _describe_file(row: dict[str, Any]) -> Iterator[Sentence]:
    columns = {"needed": row["needed_columns"], "known": row["known_columns"]}
    place = {"columns": row["all_columns"], "row": row["header_row"], "encoding": row["encoding"]}
    named = {"file": row["file"], "kind": row["taken_for"], "source": row["source"]}
    yield Sentence("inspection.file.why", named | columns | place)
    money = {"amount": row["amount"], "kept": row["amount_kept"]}
    if row["table"] == "order_lines":
        counts = {"rows": row["rows"], "kept_rows": row["rows_kept"]}
        told = {name: f"{value:,.2f}" for name, value in money.items()}
        yield Sentence("inspection.file.amounts", counts | told)
    else:
        counts = {"rows": row["rows"], "kept_rows": row["rows_kept"]}
        yield Sentence("inspection.file.rows", counts)
    if not pd.isna(row["first_date"]):
        span = {"first": row["first_date"], "last": row["last_date"]}
        yield Sentence("inspection.file.span", span)
    for name in ("titles", "factors", "written"):
        if row[name]:
            yield Sentence(f"inspection.file.{name}", {name: row[name]})
    if row["own_totals"]:
        totals = {"n": row["own_totals"], "agree": row["own_totals_agree"]}
        yield Sentence("inspection.file.own_totals", totals)
    if row["unused"]:
        yield Sentence("inspection.file.unused", {"labels": row["unused"]})


def _heading(name: str, lang: str) -> str:
    return say(f"inspection.section.{name}", lang)
