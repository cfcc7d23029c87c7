"""The list people work through: a workbook with drop-downs, and what they wrote into it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dealerml.churn.saving import CALLED, NO_CHURN
from dealerml.errors import TableError
from dealerml.exports.books import write_book
from dealerml.exports.opening.workbook import cell_text, read_workbook
from dealerml.health import Alerts
from dealerml.review.sheet import fill_sheet
from dealerml.review.showing import show_code
from dealerml.words import LANGUAGES, Sentence, column_label, say

if TYPE_CHECKING:
    from dealerml.review.run import Review

SHOWN: Final = tuple(
    """alert_id dealer_id dealer_name kind severity reason loss_expected owner due_date status
    """.split()
)
FILLED: Final = ("handled_date", "result", "true_reason", "remark")
RESULTS: Final = ("kept", "lost", "no_answer", "later")
TRUE_REASONS: Final = ("price", "competitor", "service", "stock", "credit", "demand", *NO_CHURN)
# An alert that was handled is not raised again for so many days.
QUIET_DAYS: Final = 30
MOST_LISTED: Final = 10_000
CODES: Final = {"result": RESULTS, "true_reason": TRUE_REASONS}
WORDS: Final = {"result": "result_of_call", "true_reason": "true_reason"}


def write_alert_book(review: "Review", path: Path, *, lang: str = "en") -> None:
    """Write all alerts with empty columns for what was done: date, result, true reason, remark.

    Result and reason are chosen from lists; `read_alert_book` reads the file in either language.
    """
    shown = review.alerts.table_in(lang)[list(SHOWN)]
    for name in ("kind", "severity"):
        shown[name] = [show_code(name, code, lang) for code in shown[name]]
    shown["status"] = [say(f"health.status.{code}", lang) for code in shown["status"]]
    empty = dict.fromkeys(FILLED, pd.Series("", index=shown.index, dtype="str"))
    table, wrap = shown.assign(**empty), {"reason": 60.0, "remark": 30.0}
    title, words = say("review.sheet.lists", lang), _words(lang)
    with write_book(path) as book:
        sheet = fill_sheet(
            book, say("review.sheet.alerts", lang), table, lang=lang, wrap=wrap, to_fill=FILLED
        )
        lists = book.add_sheet(title)
        lists.hide()
        for place, (name, texts) in enumerate(words.items()):
            for row, text in enumerate(texts):
                book.put(lists, (row, place), text)
            letter, column = "AB"[place], len(SHOWN) + FILLED.index(name)
            allowed = f"='{title}'!${letter}$1:${letter}${len(texts)}"
            choice = {"validate": "list", "source": allowed}
            sheet.data_validation(1, column, max(len(table), 1), column, choice)


def read_alert_book(path: str | Path) -> pd.DataFrame:
    """What was done about each alert of an earlier list?

    Parameters
    ----------
    path
        A workbook of `write_alert_book`, filled in; rows may be sorted, added columns are passed
        over. It is read as untrusted as any export.

    Returns
    -------
    One row per alert: ``alert_id, as_of, dealer_id, kind``; ``handled_date`` (empty: not yet),
    ``result`` (kept, lost, no_answer, later), ``reason`` (codes of `TRUE_REASONS`, or free text).

    Raises
    ------
    TableError
        If it is no such workbook, or an entry cannot be read; with the first place.
    """
    path = Path(path)
    if not path.is_file():
        message = f"There is no list of alerts at {path}."
        raise TableError(message)
    head, rows = _find_table(path)
    records = list(_records(path, head, rows))
    columns = ["alert_id", "as_of", "dealer_id", "kind", "handled_date", "result", "reason"]
    table = pd.DataFrame(records, columns=columns)
    for name in ("as_of", "handled_date"):
        table[name] = pd.to_datetime(table[name]).dt.as_unit("s")
    return table.drop_duplicates("alert_id", keep="last").reset_index(drop=True)


def to_calls(log: pd.DataFrame) -> pd.DataFrame:
    """Which dealers were called, for `dealerml retrain --calls`?

    Returns
    -------
    ``as_of, dealer_id, treatment, reason`` of the alerts that were handled, one row per dealer.
    """
    handled = log[log["handled_date"].notna()]
    calls = handled[["as_of", "dealer_id", "reason"]].assign(treatment=CALLED)
    return calls.drop_duplicates(["as_of", "dealer_id"]).reset_index(drop=True)


def carry_alerts(alerts: Alerts, log: pd.DataFrame) -> Alerts:
    """Which alerts are new, which were open before, and which are quiet or over?

    Returns
    -------
    The alerts with ``status`` open or repeated: a repeated one keeps the id it had when it was
    first raised. One handled within thirty days is left out. How many, and how many of
    the earlier list are over by themselves, is said.
    """
    table = alerts.table
    as_of = pd.Timestamp(table["as_of"].iloc[0]) if len(table) else log["as_of"].max()
    before = log.set_index(["dealer_id", "kind"])
    before = before[~before.index.duplicated(keep="last")]
    keys = pd.MultiIndex.from_frame(table[["dealer_id", "kind"]])
    old = before.reindex(keys).reset_index(drop=True).set_index(table.index)
    handled = old["handled_date"].notna()
    quiet = handled & ((as_of - old["handled_date"]).dt.days <= QUIET_DAYS)
    repeated = old["alert_id"].notna() & ~handled
    kept = table.assign(
        alert_id=table["alert_id"].mask(repeated, old["alert_id"]),
        status=table["status"].mask(repeated, "repeated"),
    )[~quiet]
    unhandled = before[before["handled_date"].isna()].index
    facts = {"new": int((~repeated & ~quiet).sum()), "repeated": int(repeated.sum())}
    facts |= {"quiet": int(quiet.sum()), "over": len(unhandled.difference(keys))}
    places = [n for n, gone in enumerate(quiet) if not gone]
    return replace(
        alerts,
        table=kept.reset_index(drop=True),
        said=(*alerts.said, Sentence("review.alerts_carried", facts)),
        reasons=tuple(alerts.reasons[n] for n in places),
        regions=alerts.regions.iloc[places].reset_index(drop=True),
        roles=tuple(alerts.roles[n] for n in places),
    )


def _words(lang: str) -> dict[str, list[str]]:
    return {
        name: [say(f"review.{WORDS[name]}.{code}", lang) for code in codes]
        for name, codes in CODES.items()
    }


def _find_table(path: Path) -> tuple[dict[str, int], list[list[Any]]]:
    """Place of each column, and the rows below the header."""
    for sheet in read_workbook(path, path.name).values():
        if not sheet.rows:
            continue
        head = [cell_text(cell).strip() for cell in sheet.rows[0]]
        for lang in LANGUAGES:
            names = {column_label(name, lang): name for name in (*SHOWN, *FILLED)}
            found = {names[text]: at for at, text in enumerate(head) if text in names}
            if {"alert_id", "handled_date", "result", "true_reason"} <= set(found):
                return found, _bounded(path, sheet.rows[1:])
    message = (
        f"{path.name} is no list of alerts: no sheet has the columns of alerts.xlsx. Fill in the "
        "file that a review wrote, and keep its first row."
    )
    raise TableError(message)


def _bounded(path: Path, rows: list[list[Any]]) -> list[list[Any]]:
    filled = [row for row in rows if any(cell_text(cell).strip() for cell in row)]
    if len(filled) > MOST_LISTED:
        message = (
            f"{path.name} has {len(filled):,} rows; a list of alerts has at most {MOST_LISTED:,}. "
            "Take the file that a review wrote, and no sum of several."
        )
        raise TableError(message)
    return rows


def _records(path: Path, head: dict[str, int], rows: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    words = {
        name: {
            say(f"review.{WORDS[name]}.{code}", lang): code for code in codes for lang in LANGUAGES
        }
        for name, codes in CODES.items()
    }
    for number, row in enumerate(rows, start=2):
        cells = {name: cell_text(row[at]).strip() for name, at in head.items() if at < len(row)}
        told = cells.get("alert_id", "")
        if not told:
            continue
        date, kind, dealer = _split_id(path, number, told)
        result, reason = cells.get("result", ""), cells.get("true_reason", "")
        if result and result not in words["result"] and result not in RESULTS:
            message = (
                f"{path.name}, row {number}: the result {result!r} is unknown. Choose one of "
                f"{', '.join(words['result'])}."
            )
            raise TableError(message)
        handled = _date(path, number, cells.get("handled_date", ""))
        yield (
            told, date, dealer, kind, handled,
            words["result"].get(result, result) or None,
            words["true_reason"].get(reason, reason) or None,
        )  # fmt: skip


def _split_id(path: Path, number: int, told: str) -> tuple[str, str, str]:
    date, rest = told[:10], told[11:].split("-", 1)
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        rest = []
    if len(rest) != 2:
        message = (
            f"{path.name}, row {number}: {told!r} is no id of an alert. Leave ids as they are."
        )
        raise TableError(message)
    return date, rest[0], rest[1]


def _date(path: Path, number: int, text: str) -> str | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        message = (
            f"{path.name}, row {number}: {text!r} is no date. Write it as a date of the "
            "spreadsheet, or as 2025-06-30."
        )
        raise TableError(message) from error
