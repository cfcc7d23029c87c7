import pandas as pd

from dealerml.simulate import Network
from dealerml.tables import CHANNELS

Planted = dict[str, pd.DataFrame]


def test_contacts_are_of_listed_dealers_within_the_history(network: Network) -> None:
    contacts = network.contacts
    assert contacts["dealer_id"].isin(network.dealers["dealer_id"]).all()
    assert contacts["contact_date"].between("2022-07-01", "2025-06-30").all()
    assert contacts["contact_date"].is_monotonic_increasing
    assert contacts["contact_id"].is_unique


def test_every_channel_is_used_and_only_talks_are_measured(network: Network) -> None:
    contacts = network.contacts
    assert set(contacts["channel"]) == set(CHANNELS)
    measured = contacts["minutes"].notna()
    assert set(contacts.loc[measured, "channel"]) == {"visit", "call", "meeting"}
    minutes = contacts.loc[contacts["channel"] == "call", "minutes"]
    assert (minutes.min(), minutes.max()) == (3, 30)


def test_times_are_of_office_hours_and_some_are_missing(network: Network) -> None:
    times = network.contacts["contact_time"]
    assert times.dropna().str.fullmatch(r"(09|1[0-7]):[0-5][05]").all()
    assert 0.04 < times.isna().mean() < 0.08


def test_most_visits_are_planned_and_near_their_plan(network: Network) -> None:
    visits = network.contacts[network.contacts["channel"] == "visit"]
    late = (visits["contact_date"] - visits["planned_date"]).dt.days
    assert 0.65 < late.notna().mean() < 0.75
    assert (late.min(), late.max(), late.median()) == (-3, 5, 0)


def test_contacts_thin_out_before_a_dealer_fades_away(network: Network, planted: Planted) -> None:
    def last_to_first(event: str) -> float:
        seen = network.contacts.merge(planted[event][["dealer_id", "from_date"]], on="dealer_id")
        after = (seen["contact_date"] - seen["from_date"]).dt.days
        return float(after.between(-60, -1).sum() / after.between(-240, -181).sum())

    assert last_to_first("stopped_gradually") < 0.65
    assert last_to_first("stopped_suddenly") > 0.75


def test_somebody_tries_for_a_while_after_a_stop_but_not_where_we_ended_it(
    network: Network, planted: Planted
) -> None:
    def days_after(event: str) -> pd.Series:
        seen = network.contacts.merge(planted[event][["dealer_id", "from_date"]], on="dealer_id")
        return (seen["contact_date"] - seen["from_date"]).dt.days

    tried = days_after("stopped_suddenly")
    assert (tried >= 0).sum() > 5
    assert tried.max() < 90
    assert days_after("closed_by_us").max() < 0


def test_the_owner_of_the_day_makes_the_contact(network: Network) -> None:
    late = network.contacts[network.contacts["contact_date"] >= "2024-07-01"]
    assert "王伟" in set(network.contacts["owner"])
    assert "王伟" not in set(late["owner"])


def test_who_orders_often_is_seen_often(network: Network) -> None:
    orders = network.order_lines.groupby("dealer_id")["order_date"].nunique()
    seen = network.contacts["dealer_id"].value_counts()
    both = pd.concat([orders, seen], axis=1, join="inner")
    assert both.corr("spearman").iloc[0, 1] > 0.6
