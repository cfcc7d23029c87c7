"""One contender that needs an environment of its own: three columns by openretailscience.

Called by `bench_features.py` with the Python that the variable DEALERML_PEERS names, where
`pip install openretailscience==0.48.0` was done: it needs an older pandas than ours. It reads the
same Parquet files through Ibis on DuckDB, its quickest road, and gives recency, frequency and
amount of every dealer; a dealer-day counts as one transaction, as it does for us.

    DEALERML_DATA=… DEALERML_PEERS=… python benchmarks/bench_features.py
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path

FOLDER = Path(os.environ["DEALERML_DATA"]) / "iowa_liquor" / "lines"


def main(as_of: str) -> None:
    """Compute, and print what was measured for `measuring.run_once` to read."""
    import ibis
    from openretailscience.segmentation.rfm import RFMSegmentation

    start = time.perf_counter()
    lines = ibis.duckdb.connect().read_parquet(str(FOLDER / "*.parquet"))
    lines = lines.filter(lines.date <= dt.date.fromisoformat(as_of))
    lines = lines.filter(lines.store_number.notnull())
    dealer = lines.store_number.cast("string")
    table = lines.select(
        customer_id=dealer,
        transaction_date=lines.date,
        transaction_id=dealer + lines.date.cast("string"),
        unit_spend=lines.dollars.cast("float64"),
    )
    x = RFMSegmentation(table, current_date=as_of).df
    print("measured", "inside", time.perf_counter() - start, sep="\t")
    print("measured", "columns", 3, sep="\t")
    print("measured", "amount", round(float(x["monetary"].sum()), 2), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
