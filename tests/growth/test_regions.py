import pandas as pd
import pyarrow as pa

from dealerml.growth.regions import dealer_regions
from dealerml.tables import make_tables


def test_the_region_is_that_of_the_latest_line_known() -> None:
    lines = pd.DataFrame(
        {
            "dealer_id": ["A", "A", "A"],
            "order_date": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-03-05"]).date,
            "net_amount": [1.0, 1.0, 1.0],
            "region": ["North", "South", "West"],
        }
    )
    table = pa.Table.from_pandas(lines).cast(
        pa.schema(
            [
                ("dealer_id", pa.string()),
                ("order_date", pa.date32()),
                ("net_amount", pa.decimal128(18, 4)),
                ("region", pa.string()),
            ]
        )
    )
    snapshot = make_tables(order_lines=table).as_of("2025-02-28")
    regions = dealer_regions(snapshot, pd.Index(["A", "B"]))
    assert regions["A"] == "South"
    assert pd.isna(regions["B"])
