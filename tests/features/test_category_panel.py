import pytest

from dealerml.churn import backtest_churn, choose_model
from dealerml.errors import HistoryError, TableError
from dealerml.features import build_category_panel

PRODUCTS = """\
product_id category
p          paint
c          cement"""
LINES = """\
dealer_id order_date product_id net_amount
A         2024-06-01 p           100
A         2024-07-01 p           100
A         2024-07-31 p           100
A         2024-09-29 c            50
A         2024-10-29 c            50
A         2024-11-28 c            50
A         2024-11-28 c           -20
A         2025-01-15 c            60
B         2024-12-01 p            70"""
DATE = "2024-12-28"


@pytest.fixture(scope="module")
def panel(tables_of):
    tables = tables_of(order_lines=LINES, products=PRODUCTS)
    return build_category_panel(tables.as_of("2025-06-30"), [DATE]).droplevel("as_of")


def test_a_category_has_a_rhythm_of_its_own_beside_that_of_its_dealer(panel):
    paint, cement = panel.loc[("A", "paint")], panel.loc[("A", "cement")]
    assert (paint["gap_days"], paint["recency_days"], paint["overdue_ratio"]) == (30, 150, 5)
    assert (cement["gap_days"], cement["recency_days"], cement["overdue_ratio"]) == (30, 30, 1)
    assert paint["dealer_recency_days"] == cement["dealer_recency_days"] == 30
    assert paint["category_amount_share"] == pytest.approx(300 / 450)


def test_a_category_is_given_up_where_it_is_not_ordered_again(panel):
    assert panel["cohort"].to_dict() == {
        ("A", "cement"): True, ("A", "paint"): True, ("B", "paint"): False,
    }  # fmt: skip
    assert panel["churned"].fillna(-1).to_dict() == {
        ("A", "cement"): 0, ("A", "paint"): 1, ("B", "paint"): -1,
    }  # fmt: skip


def test_later_lines_change_labels_only(tables_of):
    later = LINES + "\nA         2025-02-01 p           900"
    panels = [
        build_category_panel(
            tables_of(order_lines=text, products=PRODUCTS).as_of("2025-06-30"), [DATE]
        )
        for text in (LINES, later)
    ]
    known = panels[0].columns.drop(["churned", "orders_next"])
    assert panels[0][known].equals(panels[1][known])
    assert panels[1].loc[(DATE, "A", "paint"), "churned"] == 0


def test_dates_that_are_not_over_and_exports_without_categories_are_refused(tables_of):
    tables = tables_of(order_lines=LINES, products=PRODUCTS)
    with pytest.raises(HistoryError, match="too recent"):
        build_category_panel(tables.as_of("2025-01-31"), [DATE])
    bare = tables_of(order_lines=LINES)
    with pytest.raises(TableError, match="no categories"):
        build_category_panel(bare.as_of("2025-06-30"), [DATE])


def test_churn_models_take_categories_as_they_take_dealers(sample_snapshot):
    from dealerml.dates import quarter_ends

    found = build_category_panel(sample_snapshot, quarter_ends("2023-06", "2024-12"))
    backtest = backtest_churn(found, n_bootstrap=50)
    name = choose_model(backtest, found).name
    assert name in ("penalised_logistic", "additive_boosting", "interacting_boosting")
    assert 0.3 < backtest.table.loc[name, "pr_auc"] < 0.75  # better would be a leak
