import datetime as dt

import pandas as pd

from dealerml.exports.inspecting.profiles import rate_profiles
from dealerml.tables import make_tables

END = dt.date(2025, 6, 30)
LINES = pd.DataFrame({"dealer_id": ["A"], "order_date": ["2025-06-30"], "net_amount": ["1"]})
DEALERS = pd.DataFrame(
    {
        "dealer_id": ["A", "B", "C"],
        "dealer_name": ["Ann", "Bee", None],
        "city": ["X", None, None],
        "owner": ["Li", "Li", None],
        "modified_date": ["2025-06-20", "2025-06-10", "2026-01-01"],
    }
)
CONTACTS = pd.DataFrame(
    {
        "dealer_id": ["A", "A", "B"],
        "contact_date": ["2025-06-01", "2025-06-29", "2025-06-27"],
    }
)


def test_each_owner_is_rated_by_cells_and_days_up_to_the_last_day():
    tables = make_tables(order_lines=LINES, dealers=DEALERS, contacts=CONTACTS)
    table = rate_profiles(tables, as_of=END)
    assert table["owner"].tolist() == ["Li", ""]
    assert table["dealers"].tolist() == [2, 1]
    assert table["filled_share"].tolist() == [0.75, 0.0]
    assert table["modified_days"].tolist() == [15.0, 0.0]
    assert table["contact_days"].iloc[0] == 2.0
    assert table["without_contact"].tolist() == [0.0, 1.0]


def test_without_contacts_nobody_is_said_to_lack_them():
    table = rate_profiles(make_tables(order_lines=LINES, dealers=DEALERS), as_of=END)
    assert table[["contact_days", "without_contact"]].isna().all(axis=None)


def test_without_a_list_of_dealers_there_is_nothing_to_rate():
    assert len(rate_profiles(make_tables(order_lines=LINES), as_of=END)) == 0
