"""What finance can hold against its own books: sums by month, and how complete each column is."""

import narwhals as nw
import pandas as pd

from dealerml.tables.schemas import SCHEMAS
from dealerml.tables.snapshot import Tables


def sum_months(tables: Tables) -> pd.DataFrame:
    """To what do the order lines of each month add up?

    Returns
    -------
    One row per calendar month with a line, in order:
        ``month``           text, 2025-06; of the business date
        ``rows``            count of order lines
        ``dealers``         count of dealers with a line
        ``billed_amount``   money; sum of the positive amounts
        ``returned_amount`` money, ≤ 0; sum of the negative amounts
        ``net_amount``      money; the sum of both

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> sum_months(example_tables()).tail(2)
         month  rows  dealers  billed_amount  returned_amount  net_amount
    3  2025-05     4        1          310.0              0.0       310.0
    4  2025-06     3        1          440.0            -55.0       385.0
    """
    amount, date = nw.col("net_amount"), nw.col("order_date")
    number = (date.dt.year() * 12 + date.dt.month() - 1).cast(nw.Int64())
    billed = nw.when(amount > 0).then(amount)
    returned = nw.when(amount < 0).then(amount)
    lines = tables.order_lines.with_columns(number=number, billed=billed, returned=returned)
    sums = lines.group_by("number").agg(
        rows=nw.len().cast(nw.Int64()),
        dealers=nw.col("dealer_id").n_unique().cast(nw.Int64()),
        billed_amount=nw.col("billed").sum().cast(nw.Float64()),
        returned_amount=nw.col("returned").sum().cast(nw.Float64()),
        net_amount=amount.sum().cast(nw.Float64()),
    )
    table: pd.DataFrame = sums.collect("pandas").to_native().sort_values("number")
    months = [f"{value // 12}-{value % 12 + 1:02d}" for value in table.pop("number").tolist()]
    table.insert(0, "month", pd.Series(months, index=table.index, dtype="str"))
    return table.fillna({"billed_amount": 0.0, "returned_amount": 0.0}).reset_index(drop=True)


def measure_filling(tables: Tables) -> pd.DataFrame:
    """How complete is each column that the export had?

    Returns
    -------
    One row per supplied column of each table, in the order of the schemas:
        ``table``, ``column``  names
        ``rows``               count of rows of the table
        ``filled``             count of those with a value
        ``filled_share``       0 to 1; NaN for a table without rows

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> measure_filling(example_tables()).set_index("column").loc[["net_amount"], "filled_share"]
    column
    net_amount    1.0
    Name: filled_share, dtype: float64
    """
    found = [
        {"table": name, "column": column, "rows": counts["rows"], "filled": counts[column]}
        for name in SCHEMAS
        if (counts := _count(tables, name))
        for column in SCHEMAS[name]
        if column in counts
    ]
    names = {"table": "str", "column": "str", "rows": "int64", "filled": "int64"}
    table = pd.DataFrame(found, columns=list(names)).astype(names)
    return table.assign(filled_share=table["filled"] / table["rows"].where(table["rows"] > 0))


def _count(tables: Tables, name: str) -> dict[str, int]:
    frame = tables.table(name)
    columns = [column for column in SCHEMAS[name] if f"{name}.{column}" in tables.supplied]
    if frame is None or not columns:
        return {}
    counts = frame.select(rows=nw.len(), **{column: nw.col(column).count() for column in columns})
    row: dict[str, int] = counts.collect("pyarrow").to_native().to_pylist()[0]
    return row
