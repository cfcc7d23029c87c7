"""All features of 17.7 million order lines, against pandas computing three.

Ours reads the whole iowa_liquor export, says where every row went, and builds every feature of
every dealer as of one day. pandas reads three columns and computes recency, frequency and amount,
in two ways: as `read_parquet` gives them, amounts as Python decimals that are then made floats; and
with columns that stay Arrow's, which its user has to know of. All must agree on the total.

    DEALERML_DATA=… python benchmarks/bench_features.py [RUNS]
"""

import statistics
import sys
import time

from measuring import costs, data, itself, markdown, middle, take_turns, tell

AS_OF = "2019-06-30"
NAMES = ("dealerml", "pandas", "pandas, Arrow columns")
COLUMNS = ["store_number", "date", "dollars"]


def run_dealerml() -> None:
    """Every feature, with the time that reading and building take once all is imported."""
    import duckdb  # noqa: F401
    import pandas  # noqa: F401

    import dealerml as dml

    read, build = dml.read_export, dml.build_features
    start = time.perf_counter()
    tables = read(data("iowa_liquor"))
    done = time.perf_counter()
    x = build(tables.as_of(AS_OF))
    end = time.perf_counter()
    tell("read", done - start)
    tell("build", end - done)
    tell("inside", end - start)
    tell("columns", len(dml.feature_columns(x)))
    tell("amount", round(x["net_amount_ever"].sum(), 2))


def run_pandas(*, arrow: bool) -> None:
    """Recency, frequency and amount of every dealer."""
    import pandas as pd

    start = time.perf_counter()
    as_of = pd.Timestamp(AS_OF)
    folder = data("iowa_liquor") / "lines"
    if arrow:
        lines = pd.read_parquet(folder, columns=COLUMNS, dtype_backend="pyarrow")
        lines = lines.astype({"dollars": "float64[pyarrow]"})
        lines = lines[lines["date"] <= as_of.date()]
    else:
        lines = pd.read_parquet(folder, columns=COLUMNS)
        lines = lines.assign(
            dollars=lines["dollars"].astype("float64"), date=pd.to_datetime(lines["date"])
        )
        lines = lines[lines["date"] <= as_of]
    by_dealer = lines.groupby("store_number")
    x = pd.DataFrame(
        {
            "recency": (as_of - pd.to_datetime(by_dealer["date"].max())).dt.days,
            "frequency": by_dealer["date"].nunique(),
            "amount": by_dealer["dollars"].sum(),
        }
    )
    tell("inside", time.perf_counter() - start)
    tell("columns", len(x.columns))
    tell("amount", round(float(x["amount"].sum()), 2))


def main(runs: int) -> None:
    """Race the three and print two tables."""
    found = take_turns({name: itself(__file__, name) for name in NAMES}, runs=runs)
    if len({run.inner["amount"] for each in found.values() for run in each}) > 1:
        sys.exit("The contenders do not agree on the total amount.")
    rows = []
    ours = statistics.median(run.wall for run in found[NAMES[0]])
    for cost in costs(found):
        of_it = found[cost[0]]
        ratio = statistics.median(run.wall for run in of_it) / ours
        inside, columns = middle(of_it, "inside"), middle(of_it, "columns")
        rows.append([cost[0], f"{columns:.0f}", *cost[1:], f"{inside:.1f}", f"{ratio:.2f}"])
    heads = ("", "columns", "wall, s", "CPU, s", "peak, MiB", "without start, s", "÷ ours")
    print(markdown(heads, rows))
    parts = {name: middle(found[NAMES[0]], name) for name in ("read", "build")}
    print(
        f"\nOf ours, read_export {parts['read']:.1f} s and build_features {parts['build']:.1f} s."
    )


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "5"
    if given == NAMES[0]:
        run_dealerml()
    elif given in NAMES:
        run_pandas(arrow=given == NAMES[2])
    else:
        main(int(given))
