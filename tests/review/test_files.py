import datetime as dt

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from dealerml.review.files import write_csv, write_parquet

TABLE = pd.DataFrame(
    {
        "dealer_id": ["0007", "=1+1"],
        "name": ["恒达", None],
        "amount": [-1.5, np.nan],
        "day": pd.to_datetime(["2025-06-30", None]),
        "on": [dt.date(2025, 6, 30), None],
    }
)


def test_a_csv_is_quoted_text_plain_numbers_and_empty_cells(tmp_path):
    write_csv(TABLE, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8-sig").splitlines() == [
        '"dealer_id","name","amount","day","on"',
        '"0007","恒达",-1.5,"2025-06-30","2025-06-30"',
        '"\'=1+1","","","",""',
    ]


def test_parquet_is_the_exact_table_without_index_or_clock(tmp_path):
    write_parquet(TABLE, tmp_path / "a.parquet")
    write_parquet(TABLE.set_axis([5, 9]), tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    read = pq.read_table(tmp_path / "a.parquet")
    assert read.column_names == list(TABLE.columns)
    assert read["dealer_id"].to_pylist() == ["0007", "=1+1"]
    assert read["amount"].to_pylist()[0] == -1.5
