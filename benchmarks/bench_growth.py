"""How does the cost of all order-based features grow with the number of order lines?

Made-up Parquet exports of 5, 10, 20 and 50 million lines over five years, ten lines to an order:
more lines mean more dealers, as they do in life. Each is read and turned into features of one day
in a fresh process. Prints a table and the exponent of a straight line through the logarithms, and
draws it into `growth.svg`: 1 is twice the time for twice the lines.

    python benchmarks/bench_growth.py [RUNS]
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from measuring import costs, itself, markdown, middle, take_turns, tell

MILLIONS = (5, 10, 20, 50)
LINES_PER_DEALER, LINES_PER_ORDER, DAYS, PRODUCTS = 10_000, 10, 1_825, 5_000
AS_OF = "2025-06-30"


def write_lines(path: Path, lines: int) -> None:
    """Write an export of so many order lines, spread evenly and the same every time."""
    import duckdb

    dealers = lines // LINES_PER_DEALER
    query = f"""
        SELECT 'O' || (n // {LINES_PER_ORDER}) AS order_id,
               'D' || lpad(CAST(hash(n // {LINES_PER_ORDER}) % {dealers} AS VARCHAR), 6, '0')
                   AS dealer_id,
               DATE '2020-07-01' + CAST(n * {DAYS} // {lines} AS INTEGER) AS order_date,
               'P' || hash(n + 7) % {PRODUCTS} AS product_id,
               CAST(1 + hash(n + 3) % 20 AS INTEGER) AS quantity,
               CAST(CAST(100 + hash(n + 5) % 90000 AS BIGINT) / 100 AS DECIMAL(12, 2)) AS net_amount
        FROM range({lines}) AS numbers(n)
    """
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def run(path: str) -> None:
    """Read one export and build its features."""
    import dealerml as dml

    start = time.perf_counter()
    tables = dml.read_export(path, source="plain")
    read = time.perf_counter()
    x = dml.build_features(tables.as_of(AS_OF))
    tell("read", read - start)
    tell("build", time.perf_counter() - read)
    tell("dealers", len(x))


def main(runs: int) -> None:
    """Measure every size, print the table and draw the line."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {f"{n} M lines": Path(folder) / f"lines_{n}.parquet" for n in MILLIONS}
        for path, millions in zip(paths.values(), MILLIONS, strict=True):
            write_lines(path, millions * 1_000_000)
        contenders = {name: itself(__file__, str(path)) for name, path in paths.items()}
        found = take_turns(contenders, runs=runs)
    rows = []
    for name, *cost in costs(found):
        parts = [f"{middle(found[name], part):.1f}" for part in ("read", "build")]
        rows.append([name, f"{middle(found[name], 'dealers'):,.0f}", *cost, *parts])
    heads = ("", "dealers", "wall, s", "CPU, s", "peak, MiB", "read, s", "build, s")
    print(markdown(heads, rows))
    seconds = [middle(found[name], "read") + middle(found[name], "build") for name in found]
    slope, start = np.polyfit(np.log(MILLIONS), np.log(seconds), 1)
    print(f"\nExponent {slope:.2f}.")
    draw(seconds, float(slope), float(start))


def draw(seconds: list[float], slope: float, start: float) -> None:
    """Draw the sizes and their times on logarithmic axes, with the line through them."""
    import matplotlib.pyplot as plt

    import dealerml as dml
    from dealerml.theme import INK, PALETTE, figure_svg

    dml.set_theme()
    figure, ax = plt.subplots(figsize=(6, 4))
    sizes = np.array(MILLIONS)
    ax.plot(sizes, np.exp(start) * sizes**slope, color=INK, linewidth=1)
    ax.scatter(sizes, seconds, color=PALETTE[0], zorder=3)
    ax.set(xscale="log", yscale="log", xlabel="Order lines, millions", ylabel="Seconds")
    ax.set_xticks(sizes, [str(size) for size in sizes])
    title = f"Twice the lines take {2**slope:.2f} times as long"
    ax.set_title(title)
    Path(__file__).with_name("growth.svg").write_text(figure_svg(figure, title), "utf-8")


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "2"
    if given.endswith(".parquet"):
        run(given)
    else:
        main(int(given))
