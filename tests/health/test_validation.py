import pandas as pd
import pytest

from dealerml.dates import quarter_ends
from dealerml.features import build_panel
from dealerml.health import validate_health
from dealerml.health.validation import judge_order
from dealerml.policy import load_policy
from dealerml.tables import make_tables, open_connection

# Overdue ratio and trend that put a dealer into each band.
IN_BAND = {"green": (1.0, 1.1), "amber": (2.0, 0.75), "red": (3.0, 0.5)}


def panel(*dealers, as_of="2025-03-31"):
    """One row per (band, churned, amount next, amount a year before)."""
    rows = [
        {
            "overdue_ratio": IN_BAND[band][0],
            "year_ratio_90d": IN_BAND[band][1],
            "churned": churned,
            "net_amount_next": amount,
            "net_amount_ahead_last_year": before,
        }
        for band, churned, amount, before in dealers
    ]
    ids = [f"D{number:03d}" for number in range(len(rows))]
    index = pd.MultiIndex.from_product([[pd.Timestamp(as_of)], ids], names=["as_of", "dealer_id"])
    return pd.DataFrame(rows, index=index)


def test_each_band_tells_what_became_of_its_dealers():
    table = validate_health(
        panel(
            ("red", 1.0, 0.0, 10.0),
            ("red", 0.0, 5.0, 10.0),
            ("amber", 0.0, 8.0, 10.0),
            ("green", 0.0, 12.0, 10.0),
        )
    ).table
    assert table.index.tolist() == ["red", "amber", "green"]
    assert table["scores"].tolist() == [2, 1, 1]
    assert table["churned_share"].tolist() == [0.5, 0.0, 0.0]
    assert table["amount_change"].round(6).tolist() == [-0.75, -0.2, 0.2]


def test_only_dealers_with_a_known_outcome_and_amounts_of_last_year_are_compared():
    table = validate_health(
        panel(("red", None, 9.0, 9.0), ("red", 1.0, 0.0, 0.0), ("red", 1.0, 5.0, 10.0))
    ).table
    assert table["scores"]["red"] == 2
    assert table["net_amount_before"]["red"] == 10.0
    assert table["amount_change"]["red"] == -0.5


def test_the_same_dealer_on_two_dates_is_one_dealer_and_two_scores():
    both = pd.concat([panel(("red", 1.0, 0, 1)), panel(("red", 0.0, 1, 1), as_of="2025-06-30")])
    validation = validate_health(both)
    assert validation.table.loc["red", ["scores", "dealers"]].tolist() == [2, 1]
    # Worked by hand from Wilson's formula for one of two, with z = 1.96.
    assert validation.table.loc["red", ["lo95", "hi95"]].tolist() == pytest.approx(
        [0.095, 0.905], abs=1e-3
    )
    assert validation.by_date["churned_share"].tolist() == [1.0, 0.0]


def bands(shares, width, scores=(9, 9, 9)):
    index = pd.Index(["red", "amber", "green"], name="band")
    share = pd.Series(shares, index=index)
    low, high = share - width, share + width
    return pd.DataFrame({"scores": scores, "churned_share": share, "lo95": low, "hi95": high})


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        (bands([0.6, 0.3, 0.1], 0.05), "apart"),
        (bands([0.6, 0.3, 0.1], 0.12), "ordered"),
        (bands([0.6, 0.1, 0.1], 0.01), "not_ordered"),
        (bands([0.1, 0.3, 0.6], 0.01), "not_ordered"),
        (bands([0.6, 0.3, 0.1], 0.05, (9, 0, 9)), "missing_band"),
        (bands([0.6, 0.3, 0.1], 0.05, (0, 0, 0)), "nothing"),
    ],
)
def test_the_verdict_follows_shares_and_intervals(table, verdict):
    assert judge_order(table) == verdict


def test_bands_in_the_wrong_order_are_said_plainly():
    rows = [("green", 1.0, 0, 1), ("amber", 0.0, 1, 1), ("red", 0.0, 1, 1)]
    validation = validate_health(panel(*rows))
    assert validation.verdict == "not_ordered"
    assert "do not rely on these bands" in validation.text
    assert "请勿依赖" in validation.text_in("zh")


def test_an_empty_band_is_said():
    assert (
        "No dealer was amber" in validate_health(panel(("red", 1.0, 0, 1), ("green", 0, 1, 1))).text
    )


def test_without_outcomes_nothing_is_claimed():
    empty = panel(("red", 1.0, 0, 1)).iloc[:0]
    unknown = panel(("red", None, None, None)).astype("float64")
    for rows in (empty, unknown):
        validation = validate_health(rows)
        assert validation.verdict == "nothing"
        assert validation.table["scores"].tolist() == [0, 0, 0]


def test_amounts_are_compared_only_for_the_horizon_the_features_look_back_at():
    policy = load_policy().changed({"definitions.horizon": 60})
    table = validate_health(panel(("red", 1.0, 5.0, 10.0)), policy=policy).table
    assert table["amount_change"].isna().all()
    assert table["churned_share"]["red"] == 1.0


def test_on_the_sample_red_dealers_stopped_most_often_beyond_chance(sample_panel):
    validation = validate_health(sample_panel)
    assert validation.verdict in ("apart", "ordered")
    assert validation.table["lo95"]["red"] > 3 * validation.table["hi95"]["green"]


@pytest.mark.data
def test_on_real_stores_red_amber_and_green_are_apart(data_dir):
    connection = open_connection()
    lines = connection.sql(
        f"""SELECT store_number::VARCHAR AS dealer_id, date::DATE AS order_date,
        item_number AS product_id, dollars AS net_amount
        FROM read_parquet('{data_dir}/iowa_liquor/lines/201[6-9].parquet')"""
    )
    policy = load_policy().changed({"definitions.active_days": 90})
    lines.create("lines")
    snapshot = make_tables(connection, order_lines=connection.table("lines")).as_of("2019-12-31")
    real = build_panel(snapshot, quarter_ends("2018-06", "2019-09"), policy=policy)
    validation = validate_health(real, policy=policy)
    assert validation.verdict == "apart"
    assert validation.table["scores"].min() > 50
    assert validation.table["amount_change"].is_monotonic_increasing
