import pandas as pd
import pytest

from dealerml.health.hours import find_contact_times
from dealerml.tables import make_tables


@pytest.fixture
def tables():
    """Calls on Mondays at nine are followed by an order, those on Fridays by none."""
    mondays = pd.date_range("2024-01-01", periods=60, freq="W-MON")
    fridays = pd.date_range("2024-01-05", periods=60, freq="W-FRI")
    orders = pd.DataFrame({"dealer_id": "A", "order_date": mondays + pd.Timedelta(days=2)})
    contacts = pd.concat(
        [
            pd.DataFrame({"dealer_id": "A", "contact_date": mondays, "contact_time": "09:30"}),
            pd.DataFrame({"dealer_id": "B", "contact_date": fridays, "contact_time": "16:00"}),
        ]
    )
    return make_tables(order_lines=orders.assign(net_amount=10.0), contacts=contacts)


def test_the_day_and_the_hour_after_which_orders_follow_are_found(tables):
    found = find_contact_times(tables.as_of("2025-06-30"))
    assert found.table["contacts"].to_dict() == {1: 60, 5: 60}
    assert found.table["ordered_share"].tolist() == [1.0, 0.0]
    assert found.hours["ordered_share"].to_dict() == {9: 1.0, 16: 0.0}
    assert "After contacts on a Monday an order followed within seven days in 100.0 %" in found.text
    assert "周一联系后" in found.text_in("zh")


def test_contacts_of_the_last_week_wait_for_what_follows(tables):
    early = find_contact_times(tables.as_of("2025-02-19"))
    assert early.table["contacts"].sum() < 120


def test_without_contacts_nothing_is_said(tables_of):
    bare = tables_of(order_lines="dealer_id order_date net_amount\nA -10 100")
    assert "too few contacts" in find_contact_times(bare.as_of("2025-06-30")).text
