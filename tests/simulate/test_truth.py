import pandas as pd
import pytest

from dealerml.simulate import Network
from dealerml.simulate.truth import EVENTS

Planted = dict[str, pd.DataFrame]


def gap_after(buying: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Lines of the dealers of some events, with the days since their event began."""
    lines = buying.merge(events[["dealer_id", "from_date", "until_date"]], on="dealer_id")
    return lines.assign(after=(lines["order_date"] - lines["from_date"]).dt.days)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_planted(planted: Planted, event: str) -> None:
    rows = planted[event]
    assert len(rows) >= 3
    assert (rows["from_date"] <= pd.Timestamp("2025-06-30")).all()
    assert not (rows["until_date"] < rows["from_date"]).any()


def test_no_event_is_planted_twice(network: Network) -> None:
    assert not network.truth.duplicated(["dealer_id", "event", "from_date", "detail"]).any()


@pytest.mark.parametrize(
    "event",
    [
        "stopped_gradually",
        "stopped_suddenly",
        "closed_by_us",
        "code_change",
        "code_change_unrecorded",
    ],
)
def test_nobody_orders_after_a_stop(buying: pd.DataFrame, planted: Planted, event: str) -> None:
    lines = gap_after(buying, planted[event])
    assert lines["dealer_id"].nunique() == planted[event]["dealer_id"].nunique()
    assert lines["after"].max() < 0


def test_who_fades_orders_less_before_the_stop(buying: pd.DataFrame, planted: Planted) -> None:
    def last_to_first(event: str) -> float:
        lines = gap_after(buying, planted[event])
        last = lines[lines["after"] >= -60]["net_amount"].sum()
        return float(last / lines[lines["after"].between(-240, -181)]["net_amount"].sum())

    assert last_to_first("stopped_gradually") < 0.5
    assert last_to_first("stopped_suddenly") > 0.7


def test_who_is_won_back_pauses_and_returns(buying: pd.DataFrame, planted: Planted) -> None:
    lines = gap_after(buying, planted["won_back"])
    silent = lines["order_date"].between(lines["from_date"], lines["until_date"])
    assert not silent.any()
    due = planted["won_back"][planted["won_back"]["until_date"] < pd.Timestamp("2025-04-01")]
    back = lines[lines["order_date"] > lines["until_date"]]["dealer_id"].unique()
    assert set(due["dealer_id"]) <= set(back)


def test_winter_stops_are_silent_in_the_same_weeks(buying: pd.DataFrame, planted: Planted) -> None:
    stops = planted["winter_stop"]
    lines = gap_after(buying, stops)
    assert not lines["order_date"].between(lines["from_date"], lines["until_date"]).any()
    whole = stops[stops["until_date"] < pd.Timestamp("2025-06-30")]
    weeks = whole.groupby("dealer_id")["from_date"].agg(lambda day: day.dt.day_of_year.nunique())
    assert (whole.groupby("dealer_id").size() == 3).all()
    assert weeks.max() == 1


def test_loading_lifts_the_last_ten_days_of_a_quarter(
    buying: pd.DataFrame, planted: Planted
) -> None:
    lines = gap_after(buying, planted["loading"])
    left = (lines["order_date"].dt.to_period("Q").dt.end_time - lines["order_date"]).dt.days

    def last_days_share(part: pd.Series) -> float:
        amount = lines["net_amount"]
        return float(amount[part & (left < 10)].sum() / amount[part].sum())

    assert last_days_share(lines["after"] < 0) < 0.2
    assert last_days_share(lines["after"] >= 0) > 0.35


def test_a_surge_of_returns_stands_out(network: Network, planted: Planted) -> None:
    lines = network.order_lines[network.order_lines["line_kind"] == "goods"]
    lines = gap_after(lines, planted["returns_surge"])
    surging = lines["order_date"].between(lines["from_date"], lines["until_date"])

    def returned(part: pd.DataFrame) -> float:
        amount = part["net_amount"]
        return float(-amount[amount < 0].sum() / amount[amount > 0].sum())

    assert returned(lines[surging]) > 0.08
    assert returned(lines[lines["after"] < 0]) < 0.03


def test_a_lost_category_is_bought_before_and_never_after(
    network: Network, buying: pd.DataFrame, planted: Planted
) -> None:
    lost = planted["lost_category"].rename(columns={"detail": "lost"})
    lines = buying.merge(network.products, on="product_id").merge(lost, on="dealer_id")
    lines = lines[lines["category"] == lines["lost"]]
    assert (lines["order_date"] < lines["from_date"]).all()
    assert lines["dealer_id"].nunique() == len(lost)
    # The category that is lost was the dealer's first.
    assert lines.groupby("dealer_id")["order_date"].nunique().min() >= 2


def test_a_decline_halves_the_orders_for_a_while(buying: pd.DataFrame, planted: Planted) -> None:
    lines = gap_after(buying, planted["declined"])
    days = lines.drop_duplicates(["dealer_id", "order_date"])
    during = days["order_date"].between(days["from_date"], days["until_date"]).sum()
    spans = planted["declined"]
    length = (spans["until_date"] - spans["from_date"]).dt.days
    end = (pd.Timestamp("2025-06-30") - spans["from_date"]).dt.days
    length = length.clip(upper=end)
    before = days["after"].between(-180, -1).sum()
    assert during / length.sum() < 0.65 * before / (180 * len(spans))


def test_who_moves_has_orders_in_both_regions(buying: pd.DataFrame, planted: Planted) -> None:
    lines = buying.merge(planted["moved"], on="dealer_id")
    old, new = (lines["detail"].str.split("→").str[place] for place in (0, 1))
    expected = old.where(lines["order_date"] < lines["from_date"], new)
    assert (lines["region"] == expected).all()
    assert (old != new).all()


def test_a_handover_names_the_heir_on_later_orders(buying: pd.DataFrame, planted: Planted) -> None:
    lines = gap_after(buying, planted["owner_changed"])
    assert (lines.loc[lines["after"] >= 0, "owner"] == "Grace Chen").all()
    assert "王伟" not in set(buying.loc[buying["order_date"] > "2024-06-30", "owner"])
    assert "王伟" in set(lines["owner"])


def test_new_codes_continue_the_old_ones(
    network: Network, buying: pd.DataFrame, planted: Planted
) -> None:
    recorded, hidden = planted["code_change"], planted["code_change_unrecorded"]
    assert network.successors["dealer_id"].tolist() == recorded["dealer_id"].tolist()
    assert not set(hidden["dealer_id"]) & set(network.successors["dealer_id"])
    changes = pd.concat([recorded, hidden])
    new_code = changes["detail"].str.split(":").str[0]
    first = buying.groupby("dealer_id")["order_date"].min()
    waited = (first.loc[new_code].to_numpy() - changes["from_date"].to_numpy()).astype("m8[D]")
    assert waited.astype(int).min() >= 0
    names = network.dealers.set_index("dealer_id")["dealer_name"]
    assert names[new_code].tolist() == names[changes["dealer_id"]].tolist()


def test_newcomers_order_soon_after_they_came(buying: pd.DataFrame, planted: Planted) -> None:
    first = buying.groupby("dealer_id")["order_date"].min()
    came = planted["newcomer"].set_index("dealer_id")["from_date"]
    waited = (first.reindex(came.index) - came).dt.days.dropna()
    assert waited.between(0, 10).all()
    assert len(waited) >= len(came) - 3


def test_products_are_sold_only_after_their_launch(network: Network, planted: Planted) -> None:
    for launch in planted["product_launched"].itertuples():
        sold = network.order_lines[network.order_lines["product_id"] == launch.detail]
        goods = sold[sold["line_kind"] == "goods"]
        assert len(goods) > 20
        assert goods["order_date"].min() >= launch.from_date


def test_the_festival_moves_between_january_and_february(buying: pd.DataFrame) -> None:
    month = buying.groupby(buying["order_date"].dt.to_period("M"))["net_amount"].sum()
    assert month["2024-01"] > 2 * month["2024-02"]
    assert month["2023-01"] < 1.3 * month["2023-02"]
