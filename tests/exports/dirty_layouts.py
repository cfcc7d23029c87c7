"""Dirt around the rows: items 7 to 12 of the checklist."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tests.exports.clean import Export, Row, Table, with_rows
from tests.exports.dirty_values import Make, both


def titles(*rows: tuple[str, ...]) -> Make:
    return lambda export: replace(export, above=(*rows, *export.above))


def footers(*texts: str, rule: str = "note_row") -> Make:
    """Rows below the table that hold one cell each."""
    rows = tuple(Row({"order_id": text}, rule=rule) for text in texts)
    return lambda export: replace(export, rows=(*export.rows, *_parted(export, rows)))


def _parted(export: Export, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    last = max(row.part for row in export.rows)
    return tuple(replace(row, part=last) for row in rows)


def totals(word: str, place: str = "order_id", *, last: bool = True) -> Make:
    """A total below the last row, or a subtotal below each order."""

    def total(rows: list[Row]) -> Row:
        amount = sum((Decimal(row.line[5]) for row in rows if row.line), Decimal(0))
        cells = {place: word, "net_amount": f"{amount}"}
        return Row(cells, rule="total_row", part=rows[-1].part)  # no money of its own

    def make(export: Export) -> Export:
        if last:
            return replace(export, rows=(*export.rows, total(list(export.rows))))
        found: list[Row] = []
        for row in export.rows:
            order = row.cells.get("order_id")
            own = [r for r in found if r.cells.get("order_id") == _last_order(found)]
            if own and order and order != own[-1].cells["order_id"] and own[-1].line:
                found.append(total(own))
            found.append(row)
        return replace(export, rows=tuple(found))

    return make


def _last_order(rows: list[Row]) -> str:
    return rows[-1].cells.get("order_id", "") if rows else ""


def repeated_headers(export: Export) -> Export:
    """The header once more after each third row, as on each printed page."""
    rows: list[Row] = []
    for number, row in enumerate(export.rows):
        if number and number % 3 == 0:
            rows.append(Row({}, rule="repeated_header", part=row.part))
        rows.append(row)
    return replace(export, rows=tuple(rows))


def merged_cells(export: Export) -> Export:
    """Order, dealer and day only on the first line of each order."""
    seen: set[tuple[int, str]] = set()

    def blank(row: Row) -> Row:
        order = row.part, row.cells.get("order_id", "")
        if row.line is None or order not in seen:
            seen.add(order)
            return row
        gone = dict.fromkeys(("order_id", "dealer_id", "dealer_name", "order_date"), "")
        return replace(row, cells={**row.cells, **gone})

    return with_rows(export, blank)


def relabel(write: Callable[[str], str], *names: str) -> Make:
    def make(export: Export) -> Export:
        chosen = names or tuple(export.labels)
        labels = {n: write(t) if n in chosen else t for n, t in export.labels.items()}
        return replace(export, labels=labels)

    return make


def _column(name: str, label: str, value: str = "", *, first: bool = False) -> Make:
    """One more column, of which nothing is read."""

    def make(export: Export) -> Export:
        more = {name: label}
        labels = {**more, **export.labels} if first else {**export.labels, **more}
        named = replace(export, labels=labels)
        return with_rows(
            named,
            lambda row: replace(row, cells={**row.cells, name: value}) if row.line else row,
        )

    return make


def _blank_rows(export: Export) -> Export:
    """Rows of separators alone; a workbook or page has none to count."""
    rows: list[Row] = []
    for number, row in enumerate(export.rows):
        if number in (2, 5):
            rows.append(Row({}, rule="blank_row", part=row.part))
        rows.append(row)
    return replace(export, rows=tuple(rows))


def _matrix(*, two_rows: bool) -> Make:
    """A dealer in each row, and for each month a quantity and an amount."""
    labels = {"dealer_id": "客户编码"}
    for month in (1, 2, 3):
        labels |= {f"quantity {month}": f"{month}月 数量", f"net_amount {month}": f"{month}月 金额"}
    sold = {
        "A001": ("10", "100.50", "", "", "2", "20.25"),
        "A002": ("1", "8.00", "3", "1,024.00", "-1", "-8.00"),
        "A003": ("", "", "", "", "", ""),
    }

    def make(export: Export) -> Export:
        upper = ("", "1月", "", "2月", "", "3月", "")
        lower = ("客户编码", *("数量", "金额") * 3)
        rows = []
        for dealer, row in sold.items():
            cells = dict(zip(labels, (dealer, *row), strict=True))
            rows += _months_of(dealer, row, cells)
        found = replace(export, labels=labels, rows=tuple(rows), table=(*export.table, _once))
        above = (*export.above, ("月度销售 2025年",))
        headers = (upper, lower) if two_rows else ()
        return replace(found, above=above, headers=headers, mapping=MATRIX)

    return make


def _months_of(dealer: str, row: tuple[str, ...], cells: dict[str, str]) -> list[Row]:
    """One expected line for each month with a value; a row without any is set aside."""
    lines = []
    for month, at in ((1, 0), (2, 2), (3, 4)):
        if row[at + 1]:
            end, amount = ("31", "28", "31")[month - 1], row[at + 1].replace(",", "")
            day = f"2025-0{month}-{end}"
            lines.append(Row(cells, ("", "", dealer, day, row[at], amount, "goods")))
    return lines or [Row(cells, rule="no_date")]


def _once(table: Table) -> Table:
    """A row stands for several lines here, and is written once."""
    return [row for at, row in enumerate(table) if not at or row != table[at - 1]]


MATRIX = """\
source = "dirty"

[files.lines]
table = "order_lines"
needs = ["dealer_id"]
melt = { period = "order_date", measures = { net_amount = ["金额"], quantity = ["数量"] } }

[files.lines.labels]
dealer_id = ["客户编码"]
"""

REPORT = titles(("销售明细表 2025年1-12月",), ("制表人：王", "", "审核：李"), ())
ITEMS: dict[str, tuple[str, Make]] = {
    "7 titles": ("above", REPORT),
    "7 title with a quotation mark": ("above", titles(('销售 "明细',), ("2025年1-12月",))),
    "7 blank rows above": ("above", titles((), ("",), ("Sales 2025",))),
    "8 months under merged headers": ("all", _matrix(two_rows=True)),
    "8 months in one header": ("all", _matrix(two_rows=False)),
    "9 merged cells": ("fill", merged_cells),
    "10 合计 at the end": ("total", totals("合计")),
    "10 总计 beside the dealer": ("total", totals("总计：", "dealer_id")),
    "10 Grand Total": ("total", totals("Grand Total", "dealer_name")),
    "10 累计": ("total", totals("本年累计")),
    "10 star": ("total", totals("*")),
    "10 two stars": ("total", totals("**")),
    "10 小计 below each order": ("total fill", totals("小计", last=False)),
    "10 subtotals named": ("total fill", totals("O 小计", last=False)),
    "10 header on each page": ("header", repeated_headers),
    "11 signatures": ("footer", footers("制表：王喆", "审核：李")),
    "11 filter of the report": ("footer", footers("Filtered by: region = East", "Page 1 of 3")),
    "11 a sentence": ("footer", footers("以上数据仅供内部参考")),
    "11 count of rows": ("footer", footers("共 8 条记录")),
    "11 blank rows": ("footer", _blank_rows),
    "12 repeated names": ("columns", _column("again", "金额", "77")),
    "12 numbered name": ("columns", _column("again", "金额.1", "77")),
    "12 trailing blank columns": ("columns", both(_column("b1", ""), _column("b2", ""))),
    "12 leading blank column": ("columns", _column("b0", "", first=True)),
    "12 line breaks in labels": ("labels", relabel(lambda t: f"{t[:1]}\n{t[1:]}")),
    "12 blanks in labels": ("labels", relabel(lambda t: f" {t[0]} {t[1:]}　")),
    "12 必填": ("labels", relabel(lambda t: f"{t}（必填）", "order_id", "dealer_id")),
    "12 stars": ("labels", relabel(lambda t: f"*{t}", "order_date", "net_amount")),
    "12 unit in brackets": ("labels", relabel(lambda t: f"{t}（元）", "net_amount")),
}
