"""Dirt in the cells: items 13 to 20 of the checklist. Each says which columns it touches."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from tests.exports.clean import Export, Line, Row, add_column, with_rows

Make = Callable[[Export], Export]
WIDE = str.maketrans("0123456789.,-/() ", "０１２３４５６７８９．，－／（）　")
EPOCH, SERIAL_START = dt.datetime(1970, 1, 1), dt.date(1899, 12, 30)  # noqa: DTZ001
MONTH_ENDS = {"01": "31", "02": "28", "03": "31", "12": "31"}
# A lone "-" is no word for "nothing" among numbers but a zero.
MISSING = ("无", "暂无", "--", "/", "N/A", "NULL", "#N/A", "#REF!", "待定", "空", "")


def style(field: str, write: Callable[[str], str]) -> Make:
    """All cells of a column written in another way that means the same."""
    return lambda export: replace(export, styles={**export.styles, field: write})


def amount(write: Callable[[Decimal], str]) -> Make:
    return style("net_amount", lambda text: write(Decimal(text)))


def day(write: Callable[[dt.date], str]) -> Make:
    return style("order_date", lambda text: write(dt.date.fromisoformat(text)))


def cells(field: str, values: Mapping[str, str], rule: str = "") -> Make:
    """Other cells in some rows, by order; rows that are set aside for it, under a rule."""

    def change(row: Row) -> Row:
        order = row.cells.get("order_id", "")
        if row.line is None or order not in values:
            return row
        changed = {**row.cells, field: values[order]}
        if not rule:
            return replace(row, cells=changed)
        lost = Decimal(0) if field == "net_amount" else Decimal(row.line[5])
        return replace(row, cells=changed, line=None, rule=rule, amount=lost)

    return lambda export: with_rows(export, change)


def expect(place: int, change: Callable[[Line], str]) -> Make:
    """Kept lines of which one value is another one."""

    def changed(row: Row) -> Row:
        if row.line is None:
            return row
        new = (*row.line[:place], change(row.line), *row.line[place + 1 :])
        return replace(row, line=new)

    return lambda export: with_rows(export, changed)


def both(*makes: Make) -> Make:
    def make(export: Export) -> Export:
        for one in makes:
            export = one(export)
        return export

    return make


def mapped(text: str, old: str = "", new: str = "") -> Make:
    return lambda export: replace(export, mapping=export.mapping.replace(old, new) + text)


def made(field: str, said: str, how: str) -> Make:
    """A field that is no longer read but made of what its column holds."""

    def make(export: Export) -> Export:
        text = export.mapping.replace(f"\n{field} = [", f"\n{said} = [")
        text = text.replace(f'"{field}"]\nkey', f'"{said}"]\nkey')
        kinds, head = "[files.lines.kinds]\n", "[files.lines.derived]\n"
        text = text.replace(kinds, f'{kinds}{said} = "decimal"\n')
        return replace(export, mapping=text.replace(head, f"{head}{field} = {how}\n"))

    return make


def refused(error: str) -> Make:
    return lambda export: replace(export, error=error)


def _indian(value: Decimal) -> str:
    whole, _, rest = f"{abs(value):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, at - 2) : at] for at in range(len(head), 0, -2)][::-1]
    return "-" * (value < 0) + ",".join([*pairs, tail]) + "." + rest


def _european(value: Decimal) -> str:
    text = f"{abs(value):,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{text}-" if value < 0 else text


def _in_brackets(value: Decimal) -> str:
    return f"({-value:,.2f})" if value < 0 else f"{value:,.2f}"


def _units(name: str, factor: int) -> Make:
    write = amount(lambda value: f"{value / factor:f}")
    return both(write, lambda e: replace(e, labels={**e.labels, "net_amount": f"金额（{name}）"}))


def _title_unit(title: str, factor: int) -> Make:
    write = amount(lambda value: f"{value / factor:f}")
    return both(write, lambda e: replace(e, above=(*e.above, (title,))))


def _mixed_files(export: Export) -> Export:
    """The same sales in a second file, in another year and in 万元 that nobody names."""

    def moved(row: Row, name: str, year: int, factor: int, part: int) -> Row:
        assert row.line is not None
        o, n, d, when, q, a, k = row.line
        day = f"{year}{when[4:]}"
        line = (f"{name}{o}", n, d, day, q, f"{Decimal(a) / factor:.4f}", k)
        new = {"order_id": line[0], "order_date": day, "net_amount": line[5]}
        return replace(row, cells={**row.cells, **new}, line=line, part=part)

    own = [row for row in export.rows if row.line]
    # Fewer than twenty rows in a file say nothing of its unit.
    more = [moved(row, name, 2022, 1, 0) for name in "XY" for row in own]
    small = [moved(row, name, 2021, 10_000, 1) for name in "PQR" for row in own]
    return replace(export, rows=(*export.rows, *more, *small), said=(*export.said, "another unit"))


def _with_tax(rate: str, unit: int = 1) -> Make:
    write = amount(lambda value: f"{value * Decimal('1.13') / unit:f}")
    taxed = made("net_amount", "money", '{ without_tax = "money", rate = "tax_rate" }')
    return both(write, taxed, lambda e: add_column(e, "tax_rate", "税率", {"*": rate}))


def _month(write: Callable[[dt.date], str]) -> Make:
    def end(line: Line) -> str:
        return line[3][:8] + MONTH_ENDS[line[3][5:7]]

    return both(day(write), expect(3, end))


def _ambiguous(export: Export) -> Export:
    """Only days up to the twelfth are left, so that day and month cannot be told apart."""
    first = cells("order_date", {row.cells["order_id"]: "2025-02-03" for row in export.rows})
    return day(lambda d: f"{d:%d/%m/%Y}")(
        refused("could be day/month/year or month/")(first(export))
    )


def _contradicting(export: Export) -> Export:
    slashed = day(lambda d: f"{d:%d/%m/%Y}" if d.month % 2 else f"{d:%m/%d/%Y}")
    return refused("One column cannot be both")(slashed(export))


def _no_days(*words: str) -> Make:
    orders = dict(zip(("O2", "O4", "O5"), words, strict=False))
    # The style of the column must leave words alone.
    return cells("order_date", orders, "no_date")


def _missing_amounts(export: Export) -> Export:
    words = dict(zip(("O2", "O3", "O4", "O5"), MISSING, strict=False))
    return cells("net_amount", words, "no_amount")(export)


def _missing_quantities(words: tuple[str, ...]) -> Make:
    orders = dict(zip(("O2", "O3", "O4", "O5"), words, strict=False))
    blank = expect(4, lambda line: "" if line[0] in orders else line[4])
    return both(cells("quantity", orders), blank)


def _gifts(yes: str, no: str) -> Make:
    rule = """
[[files.lines.rules]]
name = "gift"
when = [{ column = "gift", in = ["true"] }]
do = "keep"
line_kind = "gift"
"""
    column = {"O4/1": yes, "*": no}
    gift = expect(6, lambda line: "gift" if line[0] == "O4" else line[6])
    return both(mapped(rule), gift, lambda e: add_column(e, "gift", "赠品", column))


def _listed(rows: str) -> Make:
    text = f"客户编码,客户名称,城市\n{rows}"
    return lambda e: replace(e, extra={**e.extra, "dealers.csv": text.encode()})


def _reused_code(tables) -> None:
    dealers = tables.dealers.collect("pyarrow").to_native().to_pylist()
    assert [d["dealer_name"] for d in dealers if d["dealer_id"] == "A003"] == ["金源贸易"]
    counts = [c for f in tables.ingest.files for c in f.counts if c.rule == "repeated_id"]
    assert [(c.rows, c.set_aside) for c in counts] == [(1, True)]


def _written(names: Mapping[str, str]) -> Make:
    """Names in another spelling, which the column of names may have: nothing rests on it."""
    return style("dealer_name", lambda text: names.get(text, text))


def with_check(check: Callable[..., None]) -> Make:
    return lambda export: replace(export, check=check)


ITEMS: dict[str, tuple[str, Make]] = {
    "13 full-width digits": ("net_amount", amount(lambda v: f"{v:,.2f}".translate(WIDE))),
    "13 full-width brackets": ("net_amount", amount(lambda v: _in_brackets(v).translate(WIDE))),
    "13 full-width codes": ("dealer_id", style("dealer_id", lambda t: t.translate(WIDE))),
    "13 full-width days": ("order_date", day(lambda d: d.isoformat().translate(WIDE))),
    "13 ideographic blanks": ("dealer_id", style("dealer_id", lambda t: f"　{t}　")),
    "13 unbreakable blanks": ("net_amount", amount(lambda v: f"\u00a0{v}\u00a0")),
    "13 zero-width marks": (
        "dealer_id",
        style("dealer_id", lambda t: f"\ufeff{t[:2]}\u200b{t[2:]}"),
    ),
    "13 line breaks in cells": ("order_id", style("order_id", lambda t: f"{t}\r\n")),
    "13 tabs in cells": ("order_date", day(lambda d: f"\t{d}\t")),
    "14 thousands": ("net_amount", amount(lambda v: f"{v:,.2f}")),
    "14 european": ("net_amount", amount(_european)),
    "14 indian": ("net_amount", amount(_indian)),
    "14 blanks between": ("net_amount", amount(lambda v: f"{v:,.2f}".replace(",", " "))),
    "14 thin blanks": ("net_amount", amount(lambda v: f"{v:,.2f}".replace(",", "\u202f"))),
    "14 apostrophes": ("net_amount", amount(lambda v: f"{v:,.2f}".replace(",", "’"))),
    "14 trailing minus": ("net_amount", amount(lambda v: f"{abs(v)}{'-' * (v < 0)}")),
    "14 brackets": ("net_amount", amount(_in_brackets)),
    "14 dash for zero": ("net_amount", amount(lambda v: f"{v:,.2f}" if v else " - ")),
    "14 long dash for zero": ("net_amount", amount(lambda v: f"{v:,.2f}" if v else "—")),
    "15 yuan sign": ("net_amount", amount(lambda v: f"¥{v:,.2f}")),
    "15 full-width yuan sign": ("net_amount", amount(lambda v: f"￥ {v:,.2f}")),
    "15 dollar sign": ("net_amount", amount(lambda v: f"-${-v:,.2f}" if v < 0 else f"${v:,.2f}")),
    "15 RMB": ("net_amount", amount(lambda v: f"RMB {v:,.2f}")),
    "15 元 behind": ("net_amount", amount(lambda v: f"{v}元")),
    "15 万元 in cells": ("net_amount", amount(lambda v: f"{v / 10000:f}万元")),
    "15 千元 by column": ("net_amount labels", _units("千元", 1000)),
    "15 万元 by column": ("net_amount labels", _units("万元", 10000)),
    "15 亿元 by column": ("net_amount labels", _units("亿元", 10**8)),
    "15 万元 by title": ("net_amount above", _title_unit("单位：万元", 10000)),
    "15 千元 by title": ("net_amount above", _title_unit("销售明细表（单位：千元）", 1000)),
    "15 万元 by title, tax included": (
        "net_amount above mapping",
        both(_title_unit("单位：万元", 10_000), _with_tax("13%", 10_000)),
    ),
    "15 mixed between files": ("net_amount rows", _mixed_files),
    "16 percent 13%": ("net_amount mapping", _with_tax("13%")),
    "16 percent 0.13": ("net_amount mapping", _with_tax("0.13")),
    "16 percent 13": ("net_amount mapping", _with_tax("13")),
    "17 slashes": ("order_date", day(lambda d: f"{d.year}/{d.month}/{d.day}")),
    "17 points": ("order_date", day(lambda d: f"{d.year}.{d.month}.{d.day}")),
    "17 digits": ("order_date", day(lambda d: f"{d:%Y%m%d}")),
    "17 年月日": ("order_date", day(lambda d: f"{d.year}年{d.month}月{d.day}日")),
    "17 serial": ("order_date", day(lambda d: str((d - SERIAL_START).days))),
    "17 month first": ("order_date", day(lambda d: f"{d.month}/{d.day}/{d.year}")),
    "17 day first": ("order_date", day(lambda d: f"{d.day}/{d.month}/{d.year}")),
    "17 german": ("order_date", day(lambda d: f"{d:%d.%m.%Y}")),
    "17 named": ("order_date", day(lambda d: f"{d:%d %b %Y}")),
    "17 midnight": ("order_date", day(lambda d: f"{d} 00:00:00")),
    "17 a moment with offset": ("order_date", day(lambda d: f"{d}T01:00:00+08:00")),
    "17 month by dash": ("order_date", _month(lambda d: f"{d:%Y-%m}")),
    "17 month by 年月": ("order_date", _month(lambda d: f"{d.year}年{d.month}月")),
    "17 month by name": ("order_date", _month(lambda d: f"{d:%b-%y}")),
    "17 thousandths since 1970": (
        "order_date",
        day(lambda d: str(((d - dt.date(1970, 1, 1)).days * 24 - 8) * 3_600_000)),
    ),
    "17 zeros and 1900": ("order_date", _no_days("0000-00-00", "1900-01-00", "1900-01-01")),
    "17 ambiguous": ("order_date all", _ambiguous),
    "17 contradicting": ("order_date all", _contradicting),
    "18 missing amounts": ("net_amount", _missing_amounts),
    "18 missing quantities": ("quantity", _missing_quantities(MISSING[:4])),
    "18 missing dealers": (
        "dealer_id all",
        cells("dealer_id", {"O2": "-", "O4": "N/A", "O5": "无"}, "no_dealer"),
    ),
    "18 error values": ("quantity", _missing_quantities(MISSING[4:8])),
    "18 undecided": ("quantity", _missing_quantities(MISSING[8:])),
    "19 是/否": ("mapping", _gifts("是", "否")),
    "19 Y/N": ("mapping", _gifts("Y", "N")),
    "19 √/blank": ("mapping", _gifts("√", "")),
    "19 1/0": ("mapping", _gifts("1", "0")),
    "20 code and name": (
        "dealer_id mapping",
        both(
            style("dealer_id", lambda t: f"{t} 某某公司"),
            mapped("\n[files.lines.clean]\ndealer_id = { code = true }\n"),
        ),
    ),
    "20 marked as stopped": (
        "dealer_id mapping",
        both(
            style("dealer_id", lambda t: f"{t}(停用)" if t == "A001" else f"{t}（停用）"),
            mapped('\n[files.lines.clean]\ndealer_id = { strip_suffix = ["(停用)"] }\n'),
        ),
    ),
    "20 other spellings": (
        "dealer_name",
        _written({"上海恒达建材有限公司": "上海恆達建材有限责任公司（停用）"}),
    ),
    "20 code listed again": (
        "extra",
        both(
            _listed("A003,金源贸易,北京\nA003,新金源贸易,北京\n"),
            with_check(_reused_code),
        ),
    ),
}
