import numpy as np
import pandas as pd
import pytest

from dealerml.growth.bridge import to_units
from dealerml.growth.overview import SalesOverview, summarise_sales
from dealerml.growth.overview_words import rank_regions
from dealerml.tables import Snapshot, Tables
from dealerml.words import LANGUAGES


@pytest.fixture(scope="module")
def overview(sample_snapshot: Snapshot) -> SalesOverview:
    return summarise_sales(sample_snapshot)


def test_june_against_last_june(example: Tables) -> None:
    june = summarise_sales(example.as_of("2025-06-30"), period="month")
    # B bought 200 + 80 in June 2024, and 220 + 220 - 55 in June 2025.
    assert june.total["net_amount"] == 385.0
    assert june.total["net_amount_last_year"] == 280.0
    assert june.total["growth"] == pytest.approx(0.375)
    assert june.basis == "last_year"
    assert june.bridge.set_index("step")["amount"].to_dict() == {
        "last_year": 280.0,
        "stopped": 0.0,
        "reduced": 0.0,
        "new": 0.0,
        "recovered": 0.0,
        "increased": 105.0,
        "period": 385.0,
    }
    assert "+37.5 % on the same months last year" in june.text


def test_categories_show_what_was_bought(example: Tables) -> None:
    june = summarise_sales(example.as_of("2025-06-30"), period="month")
    assert june.categories["net_amount"].to_dict() == {
        "cement": 385.0,
        "paint": 0.0,
        "tools": 0.0,
    }
    last_year = june.categories["net_amount_last_year"].to_dict()
    assert last_year == {"cement": 200.0, "paint": 80.0, "tools": 0.0}
    assert june.table.empty


def test_growth_of_a_dealer_is_empty_with_a_reason(example: Tables) -> None:
    dealers = summarise_sales(example.as_of("2025-06-30"), period="month").dealers
    assert dealers.loc["B", "growth"] == pytest.approx(0.375)
    assert dealers["growth_reason"].fillna("").to_dict() == {
        "A": "no_last_year",
        "B": "",
        "C": "no_last_year",
    }
    assert dealers.loc["C", "net_amount_period"] == 0.0


def test_without_last_year_the_period_before_is_used_and_said(example: Tables) -> None:
    quarter = summarise_sales(example.as_of("2025-06-30"))
    assert quarter.basis == "previous"
    assert np.isnan(quarter.total["growth"])
    assert np.isnan(quarter.total["net_amount_last_year"])
    assert quarter.dealers["net_amount_period_last_year"].isna().all()
    assert "the data begin on 2024-06-10" in quarter.text


def test_a_first_period_has_nothing_to_compare_with(example: Tables) -> None:
    first = summarise_sales(example.as_of("2024-06-30"))
    assert first.basis == ""
    assert first.bridge.empty
    assert first.movers.empty
    assert first.total["net_amount"] == 280.0
    assert first.total["dealers"] == 1
    assert "its first days are missing" in first.text


def test_a_period_before_the_data_is_only_named(example: Tables) -> None:
    nothing = summarise_sales(example.as_of("2024-06-29"))
    assert np.isnan(nothing.total["net_amount"])
    assert nothing.dealers["net_amount_period"].isna().all()
    assert nothing.text.startswith("Nothing can be said about the period from 2024-01-01")


def test_dealers_are_called_by_their_names_where_given(example: Tables) -> None:
    names = pd.Series({"B": "Smith & Sons {Builders}"})
    june = summarise_sales(example.as_of("2025-06-30"), period="month", names=names)
    assert "Smith & Sons {Builders}" in june.text


def test_regions_categories_and_dealers_add_up_to_the_total(overview: SalesOverview) -> None:
    for name in ("net_amount", "net_amount_last_year", "net_amount_previous", "change_amount"):
        total = round(overview.total[name] * 10_000)
        assert to_units(overview.table[name]).sum() == total
        assert to_units(overview.categories[name]).sum() == total
    assert to_units(overview.dealers["change_amount"]).sum() == round(
        overview.total["change_amount"] * 10_000
    )
    assert overview.table["share"].sum() == pytest.approx(1)
    assert overview.table["dealers"].sum() == overview.total["dealers"]


def test_the_bridge_of_the_sample_adds_up(overview: SalesOverview) -> None:
    units = to_units(overview.bridge["amount"])
    assert units.iloc[:-1].sum() == units.iloc[-1]
    steps = overview.dealers["step"].value_counts()
    shown = overview.bridge.set_index("step")["dealers"]
    assert steps.drop("same", errors="ignore").to_dict() == {
        step: n for step, n in shown.iloc[1:-1].items() if n
    }


def test_the_total_is_that_of_the_order_lines(
    overview: SalesOverview, sample_tables: Tables
) -> None:
    lines = sample_tables.order_lines.collect("pandas").to_native()
    day = pd.to_datetime(lines["order_date"])
    start, end = (pd.Timestamp(date) for date in overview.period)
    inside = lines.loc[day.between(start, end), "net_amount"]
    assert overview.total["net_amount"] == pytest.approx(float(inside.sum()), abs=1e-4)


def test_movers_are_the_largest_changes(overview: SalesOverview) -> None:
    change = overview.dealers["change_amount"]
    pull = overview.movers.query("direction == 'pull'")
    drag = overview.movers.query("direction == 'drag'")
    assert pull["change_amount"].tolist() == change.nlargest(10).tolist()
    assert drag["change_amount"].tolist() == change.nsmallest(10).tolist()


def test_regions_are_ranked_by_amount(overview: SalesOverview) -> None:
    change = overview.table["change_amount"]
    assert f"{change.idxmax()} did best" in overview.text
    assert f"{change.idxmin()} worst" in overview.text
    assert rank_regions(overview.table.iloc[:1]) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_said_in_both_languages(
    overview: SalesOverview, example: Tables, lang: str
) -> None:
    results = [overview]
    results += [summarise_sales(example.as_of(day)) for day in ("2025-06-30", "2024-06-29")]
    for result in results:
        text = result.text_in(lang)
        assert text
        assert "nan" not in text


def test_an_export_that_begins_after_the_period_says_so(tables_of) -> None:
    tables = tables_of(order_lines="dealer_id order_date net_amount\nA 2025-05-01 10")
    overview = summarise_sales(tables.as_of("2025-05-31"))
    assert overview.bridge.empty
    assert overview.said
