import pandas as pd

from dealerml.simulate import Network


def test_keys_are_unique(network: Network) -> None:
    assert not network.order_lines.duplicated(["order_id", "line_no"]).any()
    assert network.dealers["dealer_id"].is_unique
    assert network.successors["dealer_id"].is_unique
    assert not network.notes.duplicated(["dealer_id", "kind"]).any()


def test_an_order_has_one_dealer_one_day_and_lines_from_one(network: Network) -> None:
    orders = network.order_lines.groupby("order_id")
    heads = network.order_lines[["order_id", "dealer_id", "order_date", "posted_date"]]
    assert len(heads.drop_duplicates()) == len(orders)
    assert (orders["line_no"].min() == 1).all()
    assert (orders["line_no"].max() == orders.size()).all()


def test_money_is_whole_cents(network: Network) -> None:
    for column in ("net_amount", "cost_amount"):
        cents = network.order_lines[column].dropna() * 100
        assert (cents - cents.round()).abs().max() < 1e-6


def test_some_values_are_missing_but_cost_is_usable(network: Network) -> None:
    lines = network.order_lines
    goods = lines[lines["line_kind"] == "goods"]
    assert 0.95 < lines["cost_amount"].notna().mean() < 1
    assert 0 < goods["product_id"].isna().mean() < 0.02
    margin = (
        1 - goods["cost_amount"].sum() / goods.loc[goods["cost_amount"].notna()].net_amount.sum()
    )
    assert 0.15 < margin < 0.30


def test_a_few_orders_are_posted_late_and_none_after_the_end(network: Network) -> None:
    lines = network.order_lines
    delay = (lines["posted_date"] - lines["order_date"]).dt.days
    assert delay.min() == 0
    assert delay.max() == 6
    assert 0.02 < (delay > 0).mean() < 0.05
    assert lines["posted_date"].max() <= pd.Timestamp("2025-06-30")


def test_the_list_and_the_orders_do_not_quite_agree(network: Network) -> None:
    listed, ordering = set(network.dealers["dealer_id"]), set(network.order_lines["dealer_id"])
    truth = network.truth
    assert ordering - listed == set(truth.loc[truth["event"] == "unlisted", "dealer_id"])
    assert listed - ordering == set(truth.loc[truth["event"] == "never_ordered", "dealer_id"])
    assert len(listed | ordering) == 300


def test_names_survive(network: Network) -> None:
    names = network.dealers["dealer_name"]
    assert names.iloc[0] == "上海恒达建材有限公司"
    assert names.str.contains("喆").sum() == 1


def test_sub_dealers_have_a_parent_and_dealers_have_none(network: Network) -> None:
    dealers = network.dealers
    assert (dealers["parent_id"].isna() == (dealers["role"] == "dealer")).all()
    assert (dealers["parent_id"] != dealers["dealer_id"]).all()


def test_the_tier_of_today_knows_who_stopped(network: Network) -> None:
    dealers = network.dealers.set_index("dealer_id")
    truth = network.truth
    gone = truth.loc[truth["event"] == "tier_downgraded", "dealer_id"]
    gone = gone[gone.isin(dealers.index)]
    assert (dealers.loc[gone, "tier_current"] == "bronze").all()
    assert (dealers.loc[gone, "status_current"] == "inactive").all()
    assert (dealers.drop(gone)["status_current"] == "active").all()
    assert set(dealers["tier_current"]) == {"gold", "silver", "bronze"}


def test_dealers_are_signed_before_their_first_order(network: Network) -> None:
    first = network.order_lines.groupby("dealer_id")["order_date"].min()
    signed = network.dealers.set_index("dealer_id")["signed_date"]
    both = pd.concat([first, signed], axis=1, join="inner")
    assert (both["signed_date"] < both["order_date"]).all()


def test_terminations_are_noted_with_their_date(network: Network) -> None:
    closed = network.truth[network.truth["event"] == "closed_by_us"].set_index("dealer_id")
    notes = network.notes[network.notes["kind"] == "closed_by_us"].set_index("dealer_id")
    assert sorted(closed.index) == sorted(notes.index)
    assert (pd.to_datetime(notes["from_date"]) == closed["from_date"].loc[notes.index]).all()
