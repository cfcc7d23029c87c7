import pandas as pd

from dealerml.simulate import Network
from dealerml.simulate.deals import DECISIONS, STAGES


def test_the_stages_of_a_deal_follow_one_another(network: Network) -> None:
    stages = network.deal_stages
    order = stages["stage"].map({name: n for n, name in enumerate((*STAGES, "won", "lost"))})
    frame = stages.assign(order=order)
    for _, deal in frame.groupby("deal_id"):
        assert deal["from_date"].is_monotonic_increasing
        assert deal["order"].is_monotonic_increasing
        assert deal["stage"].is_unique
    assert stages["from_date"].max() <= pd.Timestamp("2025-06-30")


def test_a_deal_stands_where_its_stages_end(network: Network) -> None:
    last = network.deal_stages.groupby("deal_id").last()
    deals = network.deals.set_index("deal_id")
    assert sorted(last.index) == sorted(deals.index)
    assert (last["stage"].loc[deals.index] == deals["stage_current"]).all()
    first = network.deal_stages.groupby("deal_id")["from_date"].first()
    assert (first.loc[deals.index] == deals["created_date"]).all()


def test_a_decided_deal_was_closed_that_day_and_an_open_one_will_be(network: Network) -> None:
    deals = network.deals.set_index("deal_id")
    decided = deals[deals["stage_current"].isin(DECISIONS)]
    last = network.deal_stages.groupby("deal_id")["from_date"].last()
    assert (decided["close_date"] == last.loc[decided.index]).all()
    still_open = deals.drop(decided.index)
    waits = (still_open["close_date"] - still_open["created_date"]).dt.days
    assert waits.between(60, 149).all()
    assert len(still_open) > 20
    assert 0.3 < decided["stage_current"].eq("won").mean() < 0.6


def test_a_lost_deal_may_end_at_any_stage_and_a_won_one_went_through_all(network: Network) -> None:
    sizes = network.deal_stages.groupby("deal_id").size()
    deals = network.deals.set_index("deal_id")["stage_current"]
    assert set(sizes[deals[deals == "won"].index]) == {4}
    assert set(sizes[deals[deals == "lost"].index]) == {2, 3, 4}


def test_newcomers_were_leads_before_their_first_order(network: Network) -> None:
    leads = network.leads
    became = leads.dropna(subset=["dealer_id"])
    newcomers = network.truth.loc[network.truth["event"] == "newcomer", "dealer_id"]
    listed = newcomers[newcomers.isin(network.dealers["dealer_id"])]
    assert len(listed) > 40
    assert set(listed) <= set(became["dealer_id"])
    first = network.order_lines.groupby("dealer_id")["order_date"].min()
    ordered = became[became["dealer_id"].isin(first.index)]
    assert (ordered["converted_date"].to_numpy() < first.loc[ordered["dealer_id"]].to_numpy()).all()
    assert (became["created_date"] < became["converted_date"]).all()


def test_only_converted_leads_have_a_dealer_and_a_date(network: Network) -> None:
    leads = network.leads
    converted = leads["status_current"] == "converted"
    assert (converted == leads["dealer_id"].notna()).all()
    assert (converted == leads["converted_date"].notna()).all()
    assert set(leads["status_current"]) == {"new", "contacted", "lost", "converted"}
    assert leads["lead_id"].is_unique
    assert leads["created_date"].is_monotonic_increasing
