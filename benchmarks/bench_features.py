"""All features of 17.7 million order lines, against pandas computing three.

Ours reads the whole iowa_liquor export, says where every row went, and builds every feature of
every dealer as of one day. pandas reads three columns and computes recency, frequency and amount,
in two ways: as `read_parquet` gives them, amounts as Python decimals that are then made floats; and
with columns that stay Arrow's, which its user has to know of. Where DEALERML_PEERS names a Python
that has openretailscience 0.48, its RFM takes part (see `_peer.py`). All must agree on the
total. Then the same features as of 28 quarter ends against one, and how cost grows with the lines.

    DEALERML_DATA=… [DEALERML_PEERS=…] python benchmarks/bench_features.py [RUNS]
"""

import os
import sys
import time
from pathlib import Path

from measuring import costs, data, itself, markdown, middle, take_turns, tell

AS_OF = "2019-06-30"
NAMES = ("dealerml", "pandas", "pandas, Arrow columns")
PEER = "openretailscience, Ibis"
LABELS = {"days": "dealer days, the table of them included", "all": "all"}
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


def run_dates(*, dates: int) -> None:
    """The dealer-day features, and all of them, as of so many quarter ends."""
    import duckdb  # noqa: F401
    import pandas  # noqa: F401

    import dealerml as dml
    from dealerml.features.build import build_many, collect
    from dealerml.features.loading import loading
    from dealerml.features.pace import pace, recency
    from dealerml.features.season import season
    from dealerml.features.silence import silence
    from dealerml.features.windows import amounts, trend

    ends = dml.quarter_ends("2013-03", "2019-12")[-dates:]
    tables = dml.read_export(data("iowa_liquor"))
    snapshot = tables.as_of(ends[-1]).at(*ends)
    start = time.perf_counter()
    for family in (recency, pace, silence, amounts, trend, season, loading):
        found = family(snapshot)
        if found is not None:
            collect(found)
    done = time.perf_counter()
    build_many(snapshot)
    tell("days", done - start)
    tell("all", time.perf_counter() - start)


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
    """Race the contenders and print three tables."""
    contenders = {name: itself(__file__, name) for name in NAMES}
    if peers := os.environ.get("DEALERML_PEERS"):
        contenders[PEER] = [peers, str(Path(__file__).with_name("_peer.py")), AS_OF]
    found = take_turns(contenders, runs=runs)
    if len({run.inner["amount"] for each in found.values() for run in each}) > 1:
        sys.exit("The contenders do not agree on the total amount.")
    rows = []
    ours = middle(found[NAMES[0]], "build")
    for cost in costs(found):
        inside, columns = middle(found[cost[0]], "inside"), middle(found[cost[0]], "columns")
        rows.append([cost[0], f"{columns:.0f}", *cost[1:], f"{inside:.1f}", f"{inside / ours:.2f}"])
    heads = ("", "columns", "wall, s", "CPU, s", "peak, MiB", "without start, s", "÷ our features")
    print(markdown(heads, rows))
    parts = {name: middle(found[NAMES[0]], name) for name in ("read", "build")}
    print(
        f"\nOf ours, read_export {parts['read']:.1f} s and build_features {parts['build']:.1f} s."
    )
    _compare_dates(runs)


def _compare_dates(runs: int) -> None:
    found = take_turns(
        {number: itself(__file__, "dates", number) for number in ("1", "28")}, runs=runs
    )
    rows = []
    for name in ("days", "all"):
        one, many = (middle(found[number], name) for number in ("1", "28"))
        rows.append([LABELS[name], f"{one:.2f}", f"{many:.2f}", f"{many / one:.1f}"])
    print("\n" + markdown(("features of", "1 date, s", "28 dates, s", "ratio"), rows))


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "5"
    if given == NAMES[0]:
        run_dealerml()
    elif given == "dates":
        run_dates(dates=int(sys.argv[2]))
    elif given in NAMES:
        run_pandas(arrow=given == NAMES[2])
    else:
        main(int(given))
