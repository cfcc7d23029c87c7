"""Dirt of meaning: items 21 to 33 of the checklist, and what a mapping or the ingest says of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from tests.exports.clean import Export, add_column
from tests.exports.dirty_values import Make, both, cells, expect, made, mapped, with_check


def rule(name: str, when: str, do: str = "set_aside", kind: str = "") -> Make:
    text = f'\n[[files.lines.rules]]\nname = "{name}"\nwhen = [{{ {when} }}]\ndo = "{do}"\n'
    return mapped(text + (f'line_kind = "{kind}"\n' if kind else ""))


def column(name: str, label: str, **values: str) -> Make:
    return lambda export: add_column(export, name, label, {"*": values.pop("other", "")} | values)


def aside(name: str, *orders: str) -> Make:
    """Rows of these orders are set aside under a rule, with their money."""

    def make(export: Export) -> Export:
        rows = [
            replace(row, line=None, rule=name, amount=Decimal(row.line[5]))
            if row.line and row.line[0] in orders
            else row
            for row in export.rows
        ]
        return replace(export, rows=tuple(rows))

    return make


def kept_as(kind: str, *orders: str) -> Make:
    return expect(6, lambda line: kind if line[0] in orders else line[6])


def says(*texts: str) -> Make:
    return lambda export: replace(export, said=(*export.said, *texts))


def beside(name: str, text: str) -> Make:
    return lambda export: replace(export, extra={**export.extra, name: text.encode()})


def amounts(change: Callable[[str, str], str]) -> Make:
    """Other money on the lines, by order and what it was."""
    return expect(5, lambda line: change(line[0], line[5]))


def _gross(export: Export) -> Export:
    """A column with tax beside the one without: the mapping names which one counts."""
    taxed = {f"{r.line[0]}/{r.line[1]}": f"{Decimal(r.line[5]) * 2}" for r in export.rows if r.line}
    return add_column(export, "gross", "含税金额", taxed)


def _negated(export: Export) -> Export:
    """Returns are a document type of their own, with positive numbers."""
    when = 'when = [{ column = "document", in = ["退货单"] }]'
    negated = made("net_amount", "money", f'{{ negate = "money", {when} }}')
    typed = column("document", "单据类型", O3="退货单", other="出库单")(export)
    positive = cells("net_amount", {"O3": "1120.75"})(typed)
    return negated(positive)


def _units(export: Export) -> Export:
    """Boxes hold twelve bottles: a list of units translates quantities into bottles."""
    unit = column("unit", "单位", O5="箱", other="瓶")(export)
    text = """
[files.units]
table = "lookup"
needs = ["unit_name", "pieces"]

[files.units.labels]
unit_name = ["计量单位"]
pieces = ["换算"]

[files.units.kinds]
pieces = "decimal"
"""
    pieces = '{ lookup = "units", by = "unit", key = "unit_name", take = "pieces" }'
    listed_pieces = made("pieces", "pieces", pieces)
    new = made("quantity", "quantity_said", '{ multiply = ["quantity_said", "pieces"] }')
    boxes = expect(4, lambda line: "300" if line[0] == "O5" else line[4])
    listed = beside("units.csv", "计量单位,换算\n箱,12\n瓶,1\n")
    return both(mapped(text), new, listed_pieces, boxes, listed)(unit)


def _rates(export: Export) -> Export:
    """Dollars at the rate of their day, which changes within the year; euros have no rate."""
    money = column("currency", "币别", O2="USD", O6="USD", O5="EUR", other="CNY")(export)
    how = '{ convert = "money", currency = "currency", date = "order_date" }'
    new = made("net_amount", "money", how)
    listed = beside("fx.csv", "currency,from_date,rate\nUSD,2025-01-01,7\nUSD,2025-03-01,8\n")
    worth = {"O2": 7, "O6": 8}
    home = amounts(lambda order, text: str(Decimal(text) * worth.get(order, 1)))
    return both(new, listed, home, aside("no_rate", "O5"), _no_money)(money)


def _no_money(export: Export) -> Export:
    rows = [replace(r, amount=Decimal(0)) if r.rule == "no_rate" else r for r in export.rows]
    return replace(export, rows=tuple(rows))


def _posted_late(tables) -> None:
    """The line of January 13 was posted in March, so nobody knew it at the end of January."""
    lines = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    known = {row["order_id"] for row in lines if str(row["posted_date"]) <= "2025-01-31"}
    assert known == {"O1", "O3"}
    assert "order_lines.posted_date" in tables.supplied


def _current_state(tables) -> None:
    """Only today's tier and owner are known; the lines of the past do not get them."""
    lines = tables.order_lines.collect("pyarrow").to_native().to_pylist()
    assert {row["owner"] for row in lines} == {None}
    assert "order_lines.owner" not in tables.supplied
    assert "dealers.tier_current" in tables.supplied


def _holidays(tables) -> None:
    """Days are days: no calendar of the reader shifts a month end or the Spring Festival."""
    ingest = tables.ingest
    assert (ingest.first_date, ingest.last_date) == (dt.date(2024, 12, 31), dt.date(2025, 3, 15))


def _listed(rows: str) -> Make:
    return beside("dealers.csv", f"客户编码,客户名称,城市,等级,负责人\n{rows}")


GROUP = 'column = "dealer_id", in = ["A004"]'
DRAFTS = column("status", "单据状态", O4="暂存", O5="作废", O6="已红冲", other="已审核")
ITEMS: dict[str, tuple[str, Make]] = {
    "21 amounts with and without tax": ("columns", _gross),
    "22 order, shipment and invoice dates": (
        "columns",
        both(
            column("shipped", "发货日期", other="2025-06-01"),
            column("invoiced", "开票日期", other="2025/7/1"),
        ),
    ),
    "23 returns as negative amounts": ("none", says("add up to")),
    "23 returns as documents": ("net_amount mapping", _negated),
    "24 void, drafts and red-letter": (
        "mapping aside",
        both(
            DRAFTS,
            rule("void", 'column = "status", matches = ["*作废*", "*红冲*"]'),
            rule("draft", 'column = "status", not_in = ["已审核"]'),
            aside("draft", "O4"),
            aside("void", "O5", "O6"),
            says("void or cancelled document (3 rows"),
        ),
    ),
    "25 amounts of zero as gifts": (
        "mapping",
        both(
            rule("gift", 'column = "net_amount", zero = true', "keep", "gift"),
            kept_as("gift", "O4"),
            says("gift (1 rows"),
        ),
    ),
    "25 freight": (
        "mapping",
        both(
            column("document", "单据类型", O5="运费", other="出库单"),
            rule("freight", 'column = "document", in = ["运费"]', "keep", "freight"),
            kept_as("freight", "O5"),
        ),
    ),
    "26 own companies": (
        "mapping aside",
        both(rule("internal", GROUP), aside("internal", "O5"), says("own company or employee")),
    ),
    "26 walk-in customers": (
        "mapping aside",
        both(rule("walk_in", GROUP), aside("walk_in", "O5"), says("walk-in")),
    ),
    "27 boxes and bottles": ("quantity mapping extra", _units),
    "28 currencies": ("net_amount mapping extra total", _rates),
    "29 current state only": (
        "extra",
        both(_listed("A001,恒达,上海,金,王\n"), with_check(_current_state)),
    ),
    "30 posted late": (
        "columns order_date rows order_id",
        both(
            column("posted", "审核日期", O3="2025-01-31", O1="2025-01-02", other="2025-03-02"),
            with_check(_posted_late),
        ),
    ),
    "31 calendar": ("order_date rows", with_check(_holidays)),
    "32 partial last month": ("order_date rows", says("to 2025-03-15")),
    "33 lists and lines apart": (
        "extra net_amount rows mapping total",
        both(
            _listed("A001,恒达,上海,,\nA002,Smith,北京,,\nA003,金源,北京,,\nA009,无单,上海,,\n"),
            says("1 listed dealers have no order", "1 dealers with orders are not on the list"),
        ),
    ),
}
