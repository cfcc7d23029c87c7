import datetime as dt

import pytest

from dealerml.features import build_mix

LINES = """\
dealer_id order_date product_id net_amount quantity
A         2025-05-31 P1         1000       100
A         2025-06-01 P1           10         1
A         2025-06-30 P2           20         2
A         2025-06-15 P3            5         1
A         2025-06-15 .             4         .
B         2025-06-15 P3           -3        -1
B         2024-06-15 P1           50         5"""
PRODUCTS = "product_id category\nP1 cement\nP2 cement\nP3 ."
JUNE = (dt.date(2025, 6, 1), dt.date(2025, 6, 30))
LAST_JUNE = (dt.date(2024, 6, 1), dt.date(2024, 6, 30))


def snapshot_of(tables_of, **others):
    return tables_of(order_lines=LINES, **others).as_of("2025-06-30")


def test_a_period_includes_both_its_days_and_nothing_else(tables_of):
    mix = build_mix(snapshot_of(tables_of, products=PRODUCTS), {"this": JUNE})
    assert mix.values.tolist() == [
        ["A", "", "this", 9.0, 1.0],
        ["A", "cement", "this", 30.0, 3.0],
        ["B", "", "this", -3.0, -1.0],
    ]


def test_periods_are_told_apart_and_may_overlap(tables_of):
    periods = {"this": JUNE, "last_year": LAST_JUNE, "both": (LAST_JUNE[0], JUNE[1])}
    mix = build_mix(snapshot_of(tables_of, products=PRODUCTS), periods)
    of_b = mix[mix["dealer_id"] == "B"].set_index(["key", "period"])["net_amount"]
    assert of_b.to_dict() == {
        ("", "both"): -3,
        ("", "this"): -3,
        ("cement", "both"): 50,
        ("cement", "last_year"): 50,
    }


def test_by_product_the_key_is_the_product(tables_of):
    mix = build_mix(snapshot_of(tables_of), {"this": JUNE}, by="product")
    assert mix[mix["dealer_id"] == "A"].set_index("key")["net_amount"].to_dict() == {
        "": 4,
        "P1": 10,
        "P2": 20,
        "P3": 5,
    }


def test_without_a_product_list_all_money_is_of_no_known_category(tables_of):
    mix = build_mix(snapshot_of(tables_of), {"this": JUNE})
    assert mix[["dealer_id", "key", "net_amount"]].values.tolist() == [["A", "", 39], ["B", "", -3]]


@pytest.mark.parametrize("by", ["category", "product"])
def test_each_period_adds_up_to_all_its_money(sample_snapshot, by):
    mix = build_mix(sample_snapshot, {"this": JUNE, "last_year": LAST_JUNE}, by=by)
    lines = sample_snapshot.lines.select("order_date", "net_amount").collect("pandas").to_native()
    dates = lines["order_date"].astype("datetime64[s]").dt.date
    for name, (first, last) in {"this": JUNE, "last_year": LAST_JUNE}.items():
        total = float(lines.loc[(dates >= first) & (dates <= last), "net_amount"].sum())
        mixed = mix.loc[mix["period"] == name, "net_amount"].sum()
        assert mixed == pytest.approx(total, rel=1e-12)


def test_an_empty_period_leaves_an_empty_table_with_its_columns(tables_of):
    far = (dt.date(2020, 1, 1), dt.date(2020, 1, 31))
    mix = build_mix(snapshot_of(tables_of, products=PRODUCTS), {"far": far})
    assert list(mix.columns) == ["dealer_id", "key", "period", "net_amount", "quantity"]
    assert mix.empty
