"""A clean export of eight order lines that dirt is put on, and what must come out of it."""

import csv
import html
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from dealerml.simulate.sheets import write_workbook

Table = list[list[str]]
# What a kept line is: order, line, dealer, day, quantity, amount, kind.
Line = tuple[str, str, str, str, str, str, str]

LABELS = {
    "order_id": "单据编号",
    "line_no": "行号",
    "dealer_id": "客户编码",
    "dealer_name": "客户名称",
    "order_date": "日期",
    "product_id": "物料",
    "quantity": "数量",
    "net_amount": "金额",
}
MAPPING = """\
source = "dirty"
time_zone = "Asia/Shanghai"
home_currency = "CNY"

[files.lines]
table = "order_lines"
needs = ["order_id", "order_date", "net_amount"]
key = ["order_id", "line_no"]
fill = { within = "order_id", fields = ["dealer_id", "order_date"] }

[files.lines.labels]
order_id = ["单据编号", "單據編號", "Order No."]
line_no = ["行号", "行號", "Line"]
dealer_id = ["客户编码", "客戶編碼", "Dealer"]
order_date = ["日期", "Date"]
posted_date = ["审核日期"]
product_id = ["物料", "Product"]
quantity = ["数量", "數量", "Quantity"]
net_amount = ["金额", "金額", "Amount", "价税合计"]
tax_rate = ["税率"]
status = ["单据状态"]
gift = ["赠品"]
document = ["单据类型"]
currency = ["币别"]
unit = ["单位"]
region = ["区域"]

[files.lines.kinds]
tax_rate = "percent"
gift = "boolean"

[files.lines.derived]

[files.dealers]
table = "dealers"
needs = ["dealer_id", "dealer_name", "city"]

[files.dealers.labels]
dealer_id = ["客户编码"]
dealer_name = ["客户名称"]
city = ["城市"]
tier_current = ["等级"]
owner = ["负责人"]
"""
LINES: tuple[Line, ...] = (
    ("O1", "1", "A001", "2024-12-31", "10", "12345.50", "goods"),
    ("O1", "2", "A001", "2024-12-31", "4", "480.25", "goods"),
    ("O2", "1", "A002", "2025-01-13", "100", "1234567.89", "goods"),
    ("O3", "1", "A003", "2025-01-31", "-2", "-1120.75", "goods"),
    ("O4", "1", "A001", "2025-02-03", "3", "0.00", "goods"),
    ("O5", "1", "A004", "2025-02-28", "25", "2500.00", "goods"),
    ("O6", "1", "A002", "2025-03-15", "1", "99.99", "goods"),
    ("O6", "2", "A002", "2025-03-15", "7", "8000.01", "goods"),
)
NAMES = {
    "A001": "上海恒达建材有限公司",
    "A002": 'Smith & "Sons", Ltd.',
    "A003": "北京金源贸易有限公司",
    "A004": "王喆商行",
}


@dataclass(frozen=True)
class Row:
    """A row of the export: its cells by field, and its fate.

    Parameters
    ----------
    line
        The line that must be kept for it; None where it is set aside under ``rule``.
    amount
        What a row that is set aside holds of money.
    part
        In which of several files or sheets it stands.
    """

    cells: Mapping[str, str]
    line: Line | None = None
    rule: str = ""
    amount: Decimal = Decimal(0)
    part: int = 0


@dataclass(frozen=True)
class Export:
    """An export with its dirt, and what must become of it.

    Parameters
    ----------
    labels
        Field → the label of its column, in the order of the columns.
    above, headers
        Rows above the header, and the header where it is not simply the labels.
    styles
        Field → how its cells are written; changes real rows and totals alone.
    table
        Last changes to all rows of a part.
    form, suffix, packed
        csv, html or xlsx; the ending of the name where it is another; whether in one zip file.
    extra
        More files beside it.
    error
        What the refusal must say, as a pattern; empty: it must be read.
    said
        What the summary must tell.
    unread
        Files that are not read, each with the reason.
    check
        Asserts whatever else must hold of the tables.
    """

    rows: tuple[Row, ...]
    labels: Mapping[str, str] = field(default_factory=lambda: LABELS)
    above: tuple[tuple[str, ...], ...] = ()
    headers: tuple[tuple[str, ...], ...] = ()
    styles: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    table: tuple[Callable[[Table], Table], ...] = ()
    form: str = "csv"
    suffix: str = ""
    separator: str = ","
    encoding: str = "utf-8"
    packed: bool = False
    finish: Callable[[bytes], bytes] = lambda content: content
    extra: Mapping[str, bytes] = field(default_factory=dict)
    mapping: str = MAPPING
    error: str = ""
    said: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    check: Callable[..., None] | None = None

    @property
    def kept(self) -> list[Line]:
        return sorted(row.line for row in self.rows if row.line)

    @property
    def aside(self) -> dict[str, int]:
        """Rule → rows set aside under it."""
        rules = [row.rule for row in self.rows if row.rule]
        return {rule: rules.count(rule) for rule in sorted(set(rules))}


def clean_row(line: Line) -> Row:
    order, number, dealer, day, quantity, amount, _ = line
    cells = {"order_id": order, "line_no": number, "dealer_id": dealer, "order_date": day}
    cells |= {"dealer_name": NAMES[dealer], "product_id": f"P{number}"}
    return Row(cells | {"quantity": quantity, "net_amount": amount}, line)


def clean_export() -> Export:
    return Export(tuple(map(clean_row, LINES)))


def with_rows(export: Export, change: Callable[[Row], Row]) -> Export:
    return replace(export, rows=tuple(map(change, export.rows)))


def add_column(export: Export, name: str, label: str, values: Mapping[str, str]) -> Export:
    """One more column: by ``order/line`` or order what stands in it, `*` for all others."""

    def add(row: Row) -> Row:
        order, number = row.cells.get("order_id", ""), row.cells.get("line_no", "")
        value = values.get(f"{order}/{number}", values.get(order, values.get("*", "")))
        return replace(row, cells={**row.cells, name: value if number else ""})

    return replace(with_rows(export, add), labels={**export.labels, name: label})


def write_export(export: Export, folder: Path) -> Path:
    """Write an export and what lies beside it; returns the mapping file, which lies elsewhere."""
    target = folder / "exports"
    target.mkdir()
    parts = sorted({0, *(row.part for row in export.rows)})
    files: dict[str, bytes] = dict(export.extra)
    for part in parts:
        name = f"orders_{part + 1}{export.suffix or f'.{export.form}'}"
        files[name] = export.finish(_content(export, part, folder))
    if export.packed:
        (target / "orders.zip").write_bytes(_pack(files))
    else:
        for name, content in files.items():
            (target / name).write_bytes(content)
    mapping = folder / "dirty.toml"
    mapping.write_text(export.mapping, encoding="utf-8")
    return mapping


def render(export: Export, part: int = 0) -> Table:
    """All rows of a part as a person sees them, header and titles included."""
    labels = list(export.labels.values())
    table = [list(row) for row in (*export.above, *(export.headers or (tuple(labels),)))]
    for row in export.rows:
        if row.part == part:
            table.append([_cell(export, row, name) for name in export.labels])
    for change in export.table:
        table = change(table)
    return table


def _cell(export: Export, row: Row, name: str) -> str:
    if row.rule == "repeated_header":
        return export.labels[name]
    text = row.cells.get(name, "")
    is_value = row.line or row.rule not in ("note_row", "blank_row")
    return export.styles[name](text) if name in export.styles and text and is_value else text


def _content(export: Export, part: int, folder: Path) -> bytes:
    table = render(export, part)
    if export.form == "xlsx":
        path = write_workbook(folder / "book.xlsx", {"明细": table})
        return path.read_bytes()
    if export.form == "html":
        rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in table)
        text = f"<html><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></html>"
        return text.encode(export.encoding)
    sink = io.StringIO()
    csv.writer(sink, delimiter=export.separator).writerows(table)
    return sink.getvalue().encode(export.encoding)


def _pack(files: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()
