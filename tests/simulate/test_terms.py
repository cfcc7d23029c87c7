import pandas as pd
import pytest

from dealerml.simulate import Network, simulate_network


@pytest.fixture(scope="module")
def midway() -> Network:
    """A history that ends in the middle of a quarter."""
    return simulate_network(dealers=60, years=2, end="2025-05-15")


def quarter_sales(network: Network) -> pd.Series:
    lines = network.order_lines
    cents = (lines["net_amount"] * 100).round().astype("int64")
    begin = lines["order_date"].dt.to_period("Q").dt.start_time.rename("from_date")
    return cents.groupby([lines["dealer_id"], begin]).sum() / 100


def test_targets_are_of_whole_quarters_and_one_more(network: Network) -> None:
    targets = network.targets
    assert (targets["from_date"].dt.to_period("Q").dt.start_time == targets["from_date"]).all()
    ends = targets["from_date"] + pd.offsets.QuarterEnd()
    assert (ends == targets["until_date"]).all()
    assert targets["from_date"].nunique() == 13
    assert targets["from_date"].max() == pd.Timestamp("2025-07-01")
    assert not targets.duplicated(["dealer_id", "from_date"]).any()


def test_the_company_wants_a_little_more_than_all_dealers_together(network: Network) -> None:
    targets = network.targets
    whole = targets[targets["dealer_id"].isna()].set_index("from_date")["target_amount"]
    parts = targets.dropna(subset=["dealer_id"]).groupby("from_date")["target_amount"].sum()
    assert ((whole / parts).between(1.01, 1.02)).all()


def test_a_target_is_a_little_more_than_the_year_before(network: Network) -> None:
    own = network.targets.dropna(subset=["dealer_id"])
    before = quarter_sales(network).rename("before").reset_index()
    before["from_date"] += pd.DateOffset(years=1)
    both = own.merge(before, on=["dealer_id", "from_date"])
    assert len(both) > 1500
    assert (both["target_amount"] <= both["before"] * 1.17).all()
    assert (both["target_amount"] > both["before"] * 1.03 - 1000).all()
    assert (own["target_amount"] % 1000 == 0).all()


def test_only_the_highest_step_that_was_reached_is_paid_to_the_cent(network: Network) -> None:
    sold = quarter_sales(network).rename("sold").reset_index()
    rebates = network.rebates.merge(sold, on=["dealer_id", "from_date"], how="left")
    rebates["sold"] = rebates["sold"].fillna(0)
    paid = rebates[rebates["rebate_amount"] > 0]
    assert len(paid) > 300
    assert not paid.duplicated(["dealer_id", "from_date"]).any()
    assert (paid["sold"] >= paid["threshold_amount"]).all()
    off = paid["sold"] * paid["rebate_share"] - paid["rebate_amount"]
    assert off.between(-1e-6, 0.01).all()
    best = rebates[rebates["sold"] >= rebates["threshold_amount"]]
    assert best.groupby(["dealer_id", "from_date"]).ngroups == len(paid)
    assert best.groupby(["dealer_id", "from_date"])["rebate_share"].max().mean() == (
        pytest.approx(paid["rebate_share"].mean())
    )


def test_a_rebate_of_a_period_that_runs_is_not_known_yet(midway: Network) -> None:
    rebates = midway.rebates
    running = rebates["until_date"] > pd.Timestamp("2025-05-15")
    assert running.any()
    assert (rebates["rebate_amount"].isna() == running).all()
    assert rebates["from_date"].max() == pd.Timestamp("2025-04-01")
    assert midway.targets["from_date"].max() == pd.Timestamp("2025-07-01")


def test_contracts_run_to_the_end_of_the_year(network: Network) -> None:
    contracts = network.contracts
    assert contracts["contract_id"].is_unique
    assert (contracts["until_date"] == contracts["from_date"] + pd.offsets.YearEnd()).all()
    assert contracts["signed_date"].max() <= pd.Timestamp("2025-06-30")
    late = (contracts["signed_date"] - contracts["from_date"]).dt.days
    assert (late.min(), late.max()) == (-25, 15)
    assert (contracts["minimum_amount"].dropna() % 1000 == 0).all()


def test_no_contract_begins_after_a_dealer_was_closed(network: Network) -> None:
    closed = network.truth[network.truth["event"] == "closed_by_us"]
    both = network.contracts.merge(closed, on="dealer_id", suffixes=("", "_of"))
    assert len(both) >= 3
    assert (both["from_date"] < both["from_date_of"]).all()


def test_support_is_spent_on_listed_dealers(network: Network) -> None:
    spend = network.support_spend
    assert spend["dealer_id"].isin(network.dealers["dealer_id"]).all()
    assert spend["spend_amount"].between(500, 20_000).all()
    assert spend["kind"].nunique() == 4
