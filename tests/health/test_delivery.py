import pytest

from dealerml.health.delivery import measure_deliveries

LINES = "dealer_id order_date net_amount\nA -10 100"
DELIVERIES = """
order_id dealer_id ordered_date promised_date delivered_date
1        A         -40          -30           -30
2        A         -40          -30           -26
3        B         -40          -30           -31
4        B         -20          -10           .
5        B         -3           -0            .
6        A         -900         -890          -880
"""


def test_late_is_what_came_after_its_day_or_is_not_there_yet(tables_of):
    text = DELIVERIES.replace(" -0  ", " 2025-07-05")
    tables = tables_of(order_lines=LINES, deliveries=text)
    found = measure_deliveries(tables.as_of("2025-06-30"))
    assert found.table["deliveries"].to_dict() == {"2025-05": 3, "2025-06": 1}
    assert found.table["on_time_share"].tolist() == pytest.approx([2 / 3, 0.0])
    # The one that is not there waits for ten days; the one promised for July does not count yet.
    assert found.dealers["late_days"].to_dict() == {"A": 4.0, "B": 10.0}
    assert "Of 4 deliveries" in found.text
    assert "1 are late and not there yet" in found.text


def test_what_arrived_later_is_not_known_on_the_day(tables_of):
    tables = tables_of(order_lines=LINES.replace("-10", "-60"), deliveries=DELIVERIES)
    found = measure_deliveries(tables.as_of("2025-06-02"))
    assert found.dealers.loc["A", "late_days"] == 2.0


def test_without_deliveries_it_is_said_what_to_supply(tables_of):
    found = measure_deliveries(tables_of(order_lines=LINES).as_of("2025-06-30"))
    assert found.table.empty
    assert "supply deliveries with ordered_date" in found.text
