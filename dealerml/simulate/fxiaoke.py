"""The simulated network as 纷享销客 (Fxiaoke) exports it: one workbook for each object."""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from dealerml.simulate.fxiaoke_labels import FLAT, OBJECTS, PARTNERS
from dealerml.simulate.fxiaoke_records import list_records
from dealerml.simulate.lists import Labels, Rows, add_tax, blank_repeats
from dealerml.simulate.network import Network
from dealerml.simulate.sheets import Range, write_workbook

# China has had one time for decades; API dumps count milliseconds in Greenwich.
HOURS_AHEAD: Final = pd.Timedelta(hours=8)
END_CUSTOMER: Final = "终端客户"
DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%d %H:%M"
# What stands once for all lines of an order: the first columns of the flat sheet.
ORDER_CELLS: Final = tuple(FLAT)[: tuple(FLAT).index("line_no")]


def write_fxiaoke(network: Network, folder: Path, lang: str) -> list[Path]:
    """Which workbooks does 纷享销客 save? Orders and their products are two of them.

    In Chinese with its labels; in English as a dump of the API: API names, option codes, days as
    milliseconds, amounts as text, employees as lists.
    """
    records = list_records(network, zh=lang == "zh")
    return [
        _write_object(folder, records[key], key, lang)
        for key, (api_name, _, _) in OBJECTS.items()
        if len(records[key]) and (api_name or lang == "zh")
    ]


def write_fxiaoke_flat(network: Network, folder: Path) -> list[Path]:
    """Which workbooks does it save where orders and products are one sheet?

    An order stands on its first line only, in cells merged over all its lines. Prices include tax,
    which a column of the tenant's own tells.
    """
    records = list_records(network, zh=True)
    tax, gross = add_tax(records["lines"]["net_amount"])
    lines = records["lines"].assign(tax=tax, gross=gross)
    rows = list_cells(blank_repeats(lines, [*ORDER_CELLS[1:], ORDER_CELLS[0]]), FLAT, "zh")
    merged = _merge_orders(lines["order_id"])
    path = folder / "销售订单.xlsx"
    write_workbook(path, {"销售订单数据": rows}, merged={"销售订单数据": merged})
    others = [key for key in OBJECTS if key not in ("heads", "lines") and len(records[key])]
    return [path, *(_write_object(folder, records[key], key, "zh") for key in others)]


def write_fxiaoke_partner(network: Network, folder: Path) -> list[Path]:
    """Which workbooks does it save where the dealer is the 合作伙伴, the 客户 its end customer?"""
    records = list_records(network, zh=True)
    own = [_write_sheet(folder, "合作伙伴", list_cells(records["accounts"], PARTNERS, "zh"))]
    for key in ("heads", "return_heads"):
        heads = records[key].assign(partner=records[key]["account"], account=END_CUSTOMER)
        labels = {**OBJECTS[key][2], "partner": ("", "合作伙伴")}
        own.append(_write_sheet(folder, OBJECTS[key][1], list_cells(heads, labels, "zh")))
    others = ("lines", "return_lines", "products")
    return [*own, *(_write_object(folder, records[key], key, "zh") for key in others)]


def list_cells(frame: pd.DataFrame, labels: Labels, lang: str) -> Rows:
    """Which cells does a sheet hold, its labels first? Columns without a label are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [pd.Timestamp("2025-01-31 09:30")], "b": [1.5], "c": ["x"]})
    >>> labels = {"a": ("time", "时间"), "b": ("sum", "合计"), "c": ("", "备注")}
    >>> list_cells(frame, labels, "zh")
    [['时间', '合计', '备注'], ['2025-01-31 09:30', 1.5, 'x']]
    >>> list_cells(frame, labels, "en")
    [['time', 'sum'], [1738287000000, '1.5']]
    """
    shown = {field: names[lang == "zh"] for field, names in labels.items()}
    fields = [field for field, label in shown.items() if label]
    columns = [[_cell(value, lang) for value in frame[field]] for field in fields]
    header: list[object] = [shown[field] for field in fields]
    return [header, *(list(row) for row in zip(*columns, strict=True))]


def _cell(value: Any, lang: str) -> object:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        if lang == "zh":
            return value.strftime(DAY if value == value.normalize() else MOMENT)
        return (value - HOURS_AHEAD - pd.Timestamp(0)) // pd.Timedelta(milliseconds=1)
    if lang == "zh" or isinstance(value, str):
        return value
    return str(value)


def _write_object(folder: Path, frame: pd.DataFrame, key: str, lang: str) -> Path:
    api_name, chinese, labels = OBJECTS[key]
    rows = list_cells(frame, labels, lang)
    if lang == "zh":
        return _write_sheet(folder, chinese, rows)
    return write_workbook(folder / f"{api_name}.xlsx", {api_name: rows})


def _write_sheet(folder: Path, name: str, rows: Rows) -> Path:
    return write_workbook(folder / f"{name}.xlsx", {f"{name}数据": rows})


def _merge_orders(orders: "pd.Series[str]") -> list[Range]:
    """The cells of each order of several lines, column by column, as one."""
    sizes = orders.groupby(orders, sort=False).size()
    merged, first = [], 1
    for size in sizes.tolist():
        if size > 1:
            merged += [(first, n, first + size - 1, n) for n in range(len(ORDER_CELLS))]
        first += size
    return merged
