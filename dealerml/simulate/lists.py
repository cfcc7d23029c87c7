"""How the values of canonical columns stand in the cells of an ERP's list export."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pandas as pd

TAX_PER_CENT: Final = 13
# Field → the header of its column in English (or the system's own name of it) and in Chinese.
Labels: TypeAlias = Mapping[str, tuple[str, str]]
Rows: TypeAlias = list[list[object]]
# How a column of dates is written, by the name of the style.
DATE_STYLES: Final = {
    "iso": "{0.year}-{0.month:02}-{0.day:02}",
    "iso_time": "{0.year}-{0.month:02}-{0.day:02}T00:00:00",
    "slash": "{0.year}/{0.month}/{0.day}",
    "dot": "{0.day:02}.{0.month:02}.{0.year}",
}


def list_rows(frame: pd.DataFrame, labels: Labels, lang: str) -> Rows:
    """Which rows does a list show, its header first and missing values as blank cells?

    Parameters
    ----------
    labels
        The columns in their order; each must be in the frame.

    Examples
    --------
    >>> frame = pd.DataFrame({"dealer_id": ["A"], "quantity": [None]})
    >>> list_rows(frame, {"dealer_id": ("FNumber", "编码"), "quantity": ("FQty", "数量")}, "zh")
    [['编码', '数量'], ['A', '']]
    """
    columns = [_plain_values(frame[field]) for field in labels]
    header: list[object] = [names[lang == "zh"] for names in labels.values()]
    return [header, *(list(row) for row in zip(*columns, strict=True))]


def add_total(rows: Rows, word: str, *, labels: Labels, sums: Sequence[str]) -> Rows:
    """How does a list end that adds up some of its columns? `word` stands in its first cell."""
    last: list[object] = [""] * len(labels)
    last[0] = word
    for field in sums:
        place = list(labels).index(field)
        values = [row[place] for row in rows[1:]]
        last[place] = round(sum(v for v in values if isinstance(v, int | float)), 2)
    return [*rows, last]


def blank_repeats(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """How do lines look in a list that names what heads an order on its first line only?"""
    frame = frame.copy()
    again = frame["order_id"].eq(frame["order_id"].shift())
    for field in fields:
        frame[field] = frame[field].astype(object).mask(again, None)
    return frame


def write_dates(dates: pd.Series, style: str) -> pd.Series:
    """How are dates written in a style of ``DATE_STYLES``?

    Examples
    --------
    >>> write_dates(pd.Series(pd.to_datetime(["2025-01-31", None])), "dot").tolist()
    ['31.01.2025', None]
    """
    pattern = DATE_STYLES[style]
    days = pd.to_datetime(dates)
    texts = [None if pd.isna(day) else pattern.format(day) for day in days]
    return pd.Series(texts, index=dates.index, dtype=object)


def add_tax(net: pd.Series) -> tuple[pd.Series, pd.Series]:
    """How much are the tax on net amounts and the amounts with it, to the cent?

    Examples
    --------
    >>> [column.tolist() for column in add_tax(pd.Series([100.0, -0.5]))]
    [[13.0, -0.07], [113.0, -0.57]]
    """
    cents = (net * 100).round().astype("int64")
    sign = cents.lt(0).map({True: -1, False: 1})
    tax = sign * ((cents.abs() * TAX_PER_CENT + 50) // 100)
    return tax / 100, (cents + tax) / 100


def name_lines(
    lines: pd.DataFrame, products: pd.DataFrame, charges: Mapping[str, str]
) -> pd.Series:
    """Under which name does each line stand: its product's, or that of a charge such as freight?

    Parameters
    ----------
    charges
        Kind of line that is no product → the name of the article it is booked on.
    """
    names = lines["product_id"].map(products.set_index("product_id")["product_name"])
    return names.astype(object).where(names.notna(), lines["line_kind"].map(charges))


def name_dealers(ids: pd.Series, dealers: pd.DataFrame) -> pd.Series:
    """Which name stands beside each dealer's code? Blank for a dealer nobody listed."""
    return ids.map(dealers.set_index("dealer_id")["dealer_name"])


def copy_order(lines: pd.DataFrame, place: int, suffix: str) -> pd.DataFrame:
    """How would the order of the line at a place look a second time, under a number of its own?"""
    again = lines[lines["order_id"].eq(lines["order_id"].iloc[place])]
    return again.assign(order_id=again["order_id"] + suffix)


def write_tabbed(path: Path, rows: Iterable[Iterable[object]], encoding: str) -> Path:
    """Which file holds these rows with tabs between the cells, as systems save for Excel?

    UTF-16 gets the mark by which Excel knows it.
    """
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write("\ufeff" if encoding == "utf-16-le" else "")
        csv.writer(stream, delimiter="\t", lineterminator="\r\n").writerows(rows)
    return path


def _plain_values(column: pd.Series) -> list[object]:
    """Whole numbers without a fraction; what is missing is blank."""
    values: list[object] = column.astype(object).where(column.notna(), "").tolist()
    return values
