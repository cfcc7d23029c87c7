import pandas as pd

from dealerml.simulate import Network
from dealerml.simulate.deliveries import SLOW_REGION


def late_share(rows: pd.DataFrame) -> float:
    known = rows.dropna(subset=["delivered_date"])
    return float((known["delivered_date"] > known["promised_date"]).mean())


def test_orders_are_promised_after_they_came_and_no_future_delivery_is_known(network: Network):
    rows = network.deliveries
    assert rows["order_id"].is_unique
    assert (rows["promised_date"] > rows["ordered_date"]).all()
    assert (rows["delivered_date"].dropna() <= network.order_lines["order_date"].max()).all()
    assert 0 < rows["delivered_date"].isna().sum() < 0.02 * len(rows)


def test_winters_and_the_slow_depot_are_late(network: Network):
    lines = network.order_lines.drop_duplicates("order_id").set_index("order_id")
    rows = network.deliveries
    region = rows["order_id"].map(lines["region"])
    recent = rows["ordered_date"] > "2025-02-01"
    winter = rows["ordered_date"].dt.month.isin([11, 12, 1])
    usual = late_share(rows[~winter & ~recent])
    assert late_share(rows[winter & (region != SLOW_REGION)]) > 2 * usual
    assert late_share(rows[recent & (region == SLOW_REGION)]) > 2 * usual
