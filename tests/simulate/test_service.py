import pandas as pd

from dealerml.simulate import Network
from dealerml.tables import SURVEY_KINDS

Planted = dict[str, pd.DataFrame]


def test_cases_are_answered_and_closed_in_turn(network: Network) -> None:
    cases = network.cases
    waited = (cases["responded_date"] - cases["opened_date"]).dt.days
    assert (waited.min(), waited.max()) == (0, 9)
    assert ((cases["closed_date"] - cases["responded_date"]).dt.days.dropna() >= 1).all()
    assert not (cases["closed_date"].notna() & cases["responded_date"].isna()).any()
    last = cases[["opened_date", "responded_date", "closed_date"]].max(axis=1)
    assert last.max() <= pd.Timestamp("2025-06-30")


def test_the_status_is_what_the_dates_say(network: Network) -> None:
    cases = network.cases
    said = cases["status_current"]
    assert (said.eq("closed") == cases["closed_date"].notna()).all()
    assert (said.eq("open") == cases["responded_date"].isna()).all()
    assert set(said) == {"open", "in_progress", "closed"}


def test_most_cases_name_a_product_on_sale(network: Network) -> None:
    named = network.cases["product_id"].dropna()
    assert named.isin(network.products["product_id"]).all()
    assert 0.5 < len(named) / len(network.cases) < 0.9
    launched = network.truth.loc[network.truth["event"] == "product_launched", "detail"]
    assert not named.isin(launched).any()


def test_a_surge_of_returns_brings_cases(network: Network, planted: Planted) -> None:
    spans = planted["returns_surge"]
    cases = network.cases.merge(spans[["dealer_id", "from_date", "until_date"]], on="dealer_id")
    during = cases["opened_date"].between(cases["from_date"], cases["until_date"]).sum()
    share = during / len(cases)
    days = (spans["until_date"] - spans["from_date"]).dt.days.sum()
    assert share > 2 * days / (1096 * len(spans))


def test_answers_are_on_the_scale_of_their_kind(network: Network) -> None:
    surveys = network.surveys
    assert set(surveys["kind"]) < set(SURVEY_KINDS)
    nps = surveys.loc[surveys["kind"] == "nps", "score"]
    csat = surveys.loc[surveys["kind"] == "csat", "score"]
    assert nps.between(0, 10).all()
    assert 7 < nps.mean() < 8.5
    assert set(csat) == {1, 2, 3, 4, 5}
    assert surveys["survey_date"].max() <= pd.Timestamp("2025-06-30")


def test_everyone_is_asked_twice_a_year(network: Network) -> None:
    nps = network.surveys[network.surveys["kind"] == "nps"]
    assert set(nps["survey_date"].dt.strftime("%Y-%m")) == {
        f"{year}-{month}" for year, month in [(2022, 11), (2023, "05"), (2023, 11)]
    } | {"2024-05", "2024-11", "2025-05"}
    assert not nps.duplicated(["dealer_id", "survey_date"]).any()


def test_who_is_asked_about_a_case_had_one_closed_before(network: Network) -> None:
    csat = network.surveys[network.surveys["kind"] == "csat"]
    both = csat.merge(network.cases, on="dealer_id")
    waited = (both["survey_date"] - both["closed_date"]).dt.days
    assert set(both.loc[waited.between(1, 5), "survey_id"]) == set(csat["survey_id"])


def test_who_fades_away_is_unhappy_before(network: Network, planted: Planted) -> None:
    nps = network.surveys[network.surveys["kind"] == "nps"]
    seen = nps.merge(planted["stopped_gradually"][["dealer_id", "from_date"]], on="dealer_id")
    before = (seen["from_date"] - seen["survey_date"]).dt.days
    assert seen.loc[before <= 240, "score"].mean() < nps["score"].mean() - 1.5


def test_trainings_have_people_and_hours(network: Network) -> None:
    training = network.training
    assert training["people"].between(1, 12).all()
    assert training["hours"].between(2, 16).all()
    assert training["dealer_id"].isin(network.dealers["dealer_id"]).all()
