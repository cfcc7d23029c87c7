import pandas as pd

from dealerml.simulate import Network
from dealerml.simulate.payments import TERM_DAYS


def cents(amounts: pd.Series) -> pd.Series:
    return (amounts * 100).round().astype("int64")


def test_nobody_pays_more_than_was_billed(network: Network) -> None:
    lines, payments = network.order_lines, network.payments
    billed = cents(lines["net_amount"]).groupby(lines["dealer_id"]).sum()
    paid = cents(payments["paid_amount"]).groupby(payments["dealer_id"]).sum()
    left = billed - paid.reindex(billed.index, fill_value=0)
    assert (left[paid.index] >= 0).all()
    assert 0.85 < paid.sum() / billed.sum() < 0.97


def test_payments_are_whole_cents_and_positive(network: Network) -> None:
    amounts = network.payments["paid_amount"]
    assert (amounts * 100 - cents(amounts)).abs().max() < 1e-6
    assert (amounts > 0).all()


def test_each_dealer_has_one_term_from_the_end_of_the_month(network: Network) -> None:
    found = set()
    for _, due in network.payments.groupby("dealer_id")["due_date"]:
        terms = [d for d in TERM_DAYS if (due - pd.Timedelta(days=d)).dt.is_month_end.all()]
        assert terms
        found.update(terms)
    assert found == set(TERM_DAYS)


def test_some_pay_late_and_some_early(network: Network) -> None:
    late = (network.payments["paid_date"] - network.payments["due_date"]).dt.days
    assert 0.1 < (late > 0).mean() < 0.35
    assert (late.min(), late.max() <= 59 + 24) == (-7, True)
    assert network.payments["paid_date"].max() <= pd.Timestamp("2025-06-30")


def test_a_payment_names_the_order_where_it_is_the_only_one_of_its_month(network: Network) -> None:
    orders = network.order_lines.drop_duplicates("order_id")
    orders = orders.assign(month=orders["order_date"].dt.to_period("M"))
    named = network.payments.dropna(subset=["order_id"])
    both = named.merge(orders, on="order_id", suffixes=("", "_of"))
    assert len(both) == len(named) > 1000
    assert (both["dealer_id"] == both["dealer_id_of"]).all()
    alone = orders.groupby(["dealer_id", "month"])["order_id"].transform("size") == 1
    assert set(named["order_id"]) <= set(orders.loc[alone, "order_id"])
