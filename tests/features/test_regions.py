import pandas as pd
import pytest

from dealerml.features.regions import dated_regions

MOVE = """\
dealer_id order_date posted_date region net_amount
A         2025-01-10 2025-01-10  north  1
A         2025-03-10 2025-03-10  south  1
A         2025-03-10 2025-03-10  east   1
A         2025-04-10 2025-05-10  west   1
A         2025-06-10 2025-06-10  .      1
B         2025-06-10 2025-06-10  .      1"""


def regions(tables, *dates):
    snapshot = tables.as_of("2025-06-30").at(*dates)
    index = pd.MultiIndex.from_product(
        [pd.DatetimeIndex(dates).as_unit("s"), ["A", "B"]], names=["as_of", "dealer_id"]
    )
    return dated_regions(snapshot, index)


@pytest.mark.parametrize(
    ("date", "region"),
    [
        ("2025-03-09", "north"),
        ("2025-03-10", "east"),  # of two regions on one day the first by name
        ("2025-05-09", "east"),  # the move to the west was not posted yet
        ("2025-05-10", "west"),
        ("2025-06-30", "west"),  # a line without a region does not move a dealer
    ],
)
def test_a_dealer_is_where_its_latest_known_line_was(tables_of, date, region):
    found = regions(tables_of(order_lines=MOVE), date)
    assert found.loc[date, "A"] == region
    assert pd.isna(found.loc[date, "B"])


def test_many_dates_see_what_each_alone_sees(tables_of):
    found = regions(tables_of(order_lines=MOVE), "2025-03-09", "2025-05-10")
    assert found.xs("A", level="dealer_id").to_list() == ["north", "west"]


def test_todays_dealer_list_is_not_asked(tables_of):
    tables = tables_of(
        order_lines="dealer_id order_date net_amount\nA 2025-01-10 1",
        dealers="dealer_id region\nA north",
    )
    assert regions(tables, "2025-06-30").isna().all()
