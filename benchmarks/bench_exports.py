"""From a CSV of 10 million order lines to canonical tables, and a workbook of 100,000 rows.

The first part reads a made-up CSV of ours, with every row and cent accounted for, beside DuckDB
copying the same file to Parquet with the types given. The second reads a workbook of 100,000 rows
and six columns beside calamine, alone and behind pandas, which only hand over its cells. Limits:
twice the copy and 1.5 GiB; 1.5 times calamine.

    python benchmarks/bench_exports.py [RUNS] [LINES]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from measuring import costs, itself, markdown, middle, take_turns, tell

CSV, BOOK = "lines.csv", "lines.xlsx"
BOOK_ROWS = 100_000
TYPES = {
    "order_id": "VARCHAR",
    "line_no": "VARCHAR",
    "dealer_id": "VARCHAR",
    "order_date": "DATE",
    "product_id": "VARCHAR",
    "quantity": "DECIMAL(18,4)",
    "net_amount": "DECIMAL(18,4)",
    "region": "VARCHAR",
}


def make_csv(path: Path, lines: int) -> None:
    """Order lines of 3,000 dealers over five years, three to an order."""
    import duckdb

    duckdb.sql(
        "COPY (SELECT 'SO' || lpad(CAST(i // 3 AS VARCHAR), 8, '0') AS order_id, "
        "i % 3 + 1 AS line_no, 'D' || lpad(CAST(i * 7919 % 3000 AS VARCHAR), 5, '0') AS dealer_id, "
        f"DATE '2020-01-01' + CAST(i * 1826 // {lines} AS INTEGER) AS order_date, "
        "'P' || lpad(CAST(i * 31 % 900 AS VARCHAR), 4, '0') AS product_id, "
        "i * 13 % 40 + 1 AS quantity, "
        "CAST((i * 104729 % 1000000) / 100.0 AS DECIMAL(18, 2)) AS net_amount, "
        f"['华东', '华南', '华北'][1 + i % 3] AS region FROM range({lines}) AS t(i)) "
        f"TO '{path}' (HEADER)"
    )


def make_book(path: Path) -> None:
    """A sheet of six columns: two texts, a date, a text, a whole number and money."""
    import datetime as dt

    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("lines")
    sheet.append(["order_id", "dealer_id", "order_date", "product_id", "quantity", "net_amount"])
    first = dt.date(2020, 1, 1)
    for i in range(BOOK_ROWS):
        day = first + dt.timedelta(days=i * 1826 // BOOK_ROWS)
        money = i * 104729 % 1_000_000 / 100
        sheet.append(
            [f"SO{i // 3:08d}", f"D{i % 3000:05d}", day, f"P{i % 900:04d}", i % 40 + 1, money]
        )
    book.save(path)


def read_ours(path: Path) -> None:
    """All that `read_export` does, once the engine is imported."""
    import duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    from python_calamine import CalamineWorkbook  # noqa: F401

    from dealerml.exports import list_sources, read_export

    list_sources()
    start = time.perf_counter()
    ingest = read_export(path).ingest
    tell("inside", time.perf_counter() - start)
    tell("rows", ingest.rows)


def copy_typed(path: Path) -> None:
    """The same file as Parquet, by the engine alone and told every type."""
    import duckdb

    columns = ", ".join(f"'{name}': '{dtype}'" for name, dtype in TYPES.items())
    connection = duckdb.connect()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        copied = connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', header = true, auto_detect = false, "
            f"columns = {{{columns}}})) TO '{folder}/lines.parquet' (FORMAT parquet)"
        ).fetchall()
        tell("inside", time.perf_counter() - start)
    tell("rows", copied[0][0])


def read_calamine(path: Path) -> None:
    """The cells of the sheet as Python values, and nothing done with them."""
    from python_calamine import CalamineWorkbook

    start = time.perf_counter()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("lines").to_python()
    tell("inside", time.perf_counter() - start)
    tell("rows", len(rows) - 1)


def read_pandas(path: Path) -> None:
    """The cells as a frame: calamine behind pandas, as most analysts call it."""
    import pandas as pd
    import python_calamine  # noqa: F401

    start = time.perf_counter()
    rows = pd.read_excel(path, engine="calamine")
    tell("inside", time.perf_counter() - start)
    tell("rows", len(rows))


def compare(title: str, path: Path, peers: tuple[str, ...], runs: int) -> None:
    """One table: ours beside its peers, wall, CPU and memory, and the ratios of the insides."""
    names = ("dealerml", *peers)
    found = take_turns({name: itself(__file__, name, str(path)) for name in names}, runs=runs)
    rows = {name: middle(of_name, "rows") for name, of_name in found.items()}
    if len(set(rows.values())) != 1:
        sys.exit(f"The contenders read different numbers of rows: {rows}")
    inside = {name: middle(of_name, "inside") for name, of_name in found.items()}
    print(f"\n{title}: {rows['dealerml']:,.0f} rows\n")
    heads = ["", "wall, s", "CPU, s", "peak, MiB", "without start, s"]
    table = [[*row, f"{inside[row[0]]:.2f}"] for row in costs(found)]
    print(markdown(heads, table))
    for peer in peers:
        ratios = [
            ours.inner["inside"] / other.inner["inside"]
            for ours, other in zip(found["dealerml"], found[peer], strict=True)
        ]
        spread = f"{min(ratios):.2f}–{max(ratios):.2f}"
        print(f"\nRatio to {peer} without start: {statistics.median(ratios):.2f} ({spread})")


def main(runs: int = 3, lines: int = 10_000_000) -> None:
    """Make both files, measure both pairs."""
    with tempfile.TemporaryDirectory() as folder:
        csv, book = Path(folder) / CSV, Path(folder) / BOOK
        make_csv(csv, lines)
        compare("CSV", csv, ("typed copy",), runs)
        make_book(book)
        compare("Workbook", book, ("calamine", "calamine in pandas"), runs)


CONTENDERS = {
    "dealerml": read_ours,
    "typed copy": copy_typed,
    "calamine": read_calamine,
    "calamine in pandas": read_pandas,
}

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in CONTENDERS:
        CONTENDERS[sys.argv[1]](Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:]))
