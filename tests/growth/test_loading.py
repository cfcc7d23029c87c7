import datetime as dt

import pandas as pd
import pytest

from dealerml.growth.loading import find_loading


def steady(dealer, *, until="2025-09-15", load=(), dip=()):
    """100 every five days; 400 more on the last days named, and nothing in the months named."""
    day, rows = dt.date(2022, 1, 3), []
    while day <= dt.date.fromisoformat(until):
        if f"{day:%Y-%m}" not in dip:
            rows.append((dealer, day.isoformat(), 100.0))
        day += dt.timedelta(days=5)
    return rows + [(dealer, date, 400.0) for date in load]


def tables(tables_of, *dealers):
    rows = [row for dealer in dealers for row in dealer]
    told = [f"{n} {a} {b} {c}" for n, (a, b, c) in enumerate(rows)]
    return tables_of(order_lines="\n".join(["order_id dealer_id order_date net_amount", *told]))


@pytest.fixture
def network(tables_of):
    return tables(
        tables_of,
        steady("calm"),
        steady("loader", load=["2025-06-28"], dip=["2025-07"]),
        steady("grower", load=["2025-06-28", "2025-07-10", "2025-08-10"]),
        steady(
            "usual",
            load=[f"{y}-{m}-28" for y in range(2022, 2026) for m in ("03", "06", "09", "12")][:14],
        ),
    )


def test_a_jump_is_suspected_until_the_weeks_after_are_known(network):
    early = find_loading(network.as_of("2025-06-30")).table.set_index(["period", "dealer_id"])
    assert early.loc["current"].index.tolist() == ["grower", "loader"]
    assert set(early.loc["current", "loading_status"]) == {"suspected"}
    assert early.loc[("current", "loader"), "excess_amount"] == pytest.approx(400, abs=100)


def test_the_dip_after_confirms_and_business_as_usual_disproves(network):
    late = find_loading(network.as_of("2025-08-31")).table.set_index(["period", "dealer_id"])
    status = late.loc["current", "loading_status"]
    assert status.to_dict() == {"grower": "disproved", "loader": "confirmed"}


def test_who_always_orders_at_the_end_is_not_loading(network):
    assert "usual" not in set(find_loading(network.as_of("2025-06-30")).table["dealer_id"])


def test_counted_stock_decides(network):
    stock = pd.Series({"loader": 20.0, "grower": 90.0, "calm": 30.0, "usual": 30.0})
    found = find_loading(network.as_of("2025-06-30"), stock_days=stock).table
    status = found[found["period"] == "current"].set_index("dealer_id")["loading_status"]
    assert status.to_dict() == {"grower": "confirmed", "loader": "disproved"}


def test_growth_stands_beside_growth_without_the_excess(network):
    found = find_loading(network.as_of("2025-06-30"))
    row = found.totals.loc["current"]
    assert row["growth_without_excess"] < row["growth"]
    assert "loading is suspected" in found.text
    assert "压货" in found.text_in("zh")


def test_too_few_periods_find_nobody(tables_of):
    young = tables(tables_of, [row for row in steady("new") if row[1] > "2025-01-01"])
    found = find_loading(young.as_of("2025-06-30"))
    assert found.table.empty
    assert "stand out" in found.text
