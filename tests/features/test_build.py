import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from dealerml.dates import from_day, to_day
from dealerml.features import build_features, build_panel, feature_columns
from dealerml.features.build import HISTORY_DAYS, LABELS, STATES, build_many
from dealerml.policy import load_policy
from dealerml.tables import LEAVING_NOTES, make_tables

AS_OF = "2025-06-30"


def lines(**dealers):
    """Order lines of ten from the days ago on which each dealer ordered."""
    body = [f"{name} -{ago} 10" for name, days in dealers.items() for ago in days]
    return "\n".join(["dealer_id order_date net_amount", *body])


def features_of(tables_of, text, **others):
    return build_features(tables_of(order_lines=text, **others).as_of(AS_OF))


def test_status_is_the_first_that_fits_at_exact_borders(tables_of):
    text = lines(
        active=[179, 90, 0],
        active_at_the_border=[300, 179],
        lapsed_at_the_border=[300, 180],
        new_at_the_border=[89],
        no_longer_new=[90],
    )
    x = features_of(tables_of, text + "\nnever -5 -1\nnever -4 0")
    assert x["status"].to_dict() == {
        "active": "active",
        "active_at_the_border": "active",
        "lapsed_at_the_border": "lapsed",
        "never": "never",
        "new_at_the_border": "new",
        "no_longer_new": "active",
    }


def test_the_cohort_is_active_with_three_order_days(tables_of):
    text = lines(two=[100, 1], three=[100, 50, 1], lapsed=[500, 400, 300], new=[3, 2, 1])
    cohort = features_of(tables_of, text)["cohort"]
    assert cohort.dtype == "bool"
    assert cohort[cohort].index.to_list() == ["three"]


def test_policy_moves_the_borders(tables_of):
    policy = load_policy().changed(
        {
            "definitions.active_days": 100,
            "definitions.new_days": 30,
            "definitions.min_order_days": 2,
        }
    )
    tables = tables_of(order_lines=lines(A=[99, 100], B=[100], C=[30, 29], D=[29, 28]))
    x = build_features(tables.as_of(AS_OF), policy=policy)
    assert x["status"].to_dict() == {"A": "active", "B": "lapsed", "C": "active", "D": "new"}
    assert x["cohort"].to_list() == [True, False, True, False]


NOTES = """\
dealer_id kind         from_date  until_date
A         closed_by_us -0         .
B         excluded     -20        -0
C         excluded     -20        -1
D         closed_by_us 2025-07-01 .
E         strategic    -20        ."""


def test_dealers_we_closed_or_excluded_leave_the_cohort_while_the_note_holds(tables_of):
    days = {name: [100, 50, 1] for name in "ABCDE"}
    x = features_of(tables_of, lines(**days), notes=NOTES)
    assert x["cohort"].to_dict() == {"A": False, "B": False, "C": True, "D": True, "E": True}
    assert (x["status"] == "active").all()


def test_a_closed_dealer_was_in_the_cohort_before(tables_of):
    note = "dealer_id kind from_date until_date\nA closed_by_us 2025-06-29 ."
    tables = tables_of(order_lines=lines(A=[100, 50, 40]), notes=note)
    many = build_many(tables.as_of(AS_OF).at("2025-06-28", "2025-06-29"))
    assert many["cohort"].to_list() == [True, False]


def test_a_renamed_dealer_keeps_its_history(tables_of):
    moved = "dealer_id successor_id from_date\nold new 2025-06-01"
    x = features_of(tables_of, lines(old=[300, 200], new=[10]), successors=moved)
    assert x.index.to_list() == ["new"]
    assert x.loc["new", ["status", "order_days", "tenure_days"]].to_list() == ["active", 3, 300]


def test_a_window_before_the_first_line_of_all_is_unknown_not_zero(tables_of):
    """Days of history needed: 90 + 90, 364 + 90, 364 + 365, and 364 for the days then ahead."""
    first = to_day("2022-01-01")
    needed = {"previous_90d": 180, "90d_last_year": 454, "365d_last_year": 729, "ahead_": 364}
    ends = {days: from_day(first + days - 1) for n in needed.values() for days in (n - 1, n)}
    tables = tables_of(order_lines="dealer_id order_date net_amount\nA 2022-01-01 10")
    many = build_many(tables.as_of("2024-12-31").at(*ends.values()))
    for window, days in needed.items():
        columns = many.filter(like=f"_{window}")
        assert len(columns.columns) == (1 if window == "365d_last_year" else 2)
        assert columns.loc[str(ends[days - 1])].isna().all(axis=None)
        assert columns.loc[str(ends[days])].notna().all(axis=None)


def test_a_dealer_that_began_after_the_window_has_zeros_in_it(tables_of):
    x = features_of(tables_of, lines(old=[800], young=[1])).loc["young"]
    names = [name for name in HISTORY_DAYS if name.startswith(("net_amount", "order_days"))]
    assert len(names) == 7
    assert (x[names] == 0).all()


def test_a_ratio_needs_as_much_history_as_its_base(tables_of):
    x = features_of(tables_of, lines(old=[178, 100], young=[1]))
    ratios = [name for name in HISTORY_DAYS if "_ratio_" in name]
    assert len(ratios) == 4
    assert x[ratios].isna().all(axis=None)


def test_history_is_judged_by_what_each_date_knew(tables_of):
    text = """\
    dealer_id order_date posted_date net_amount
    A         2025-01-01 2025-01-01  10
    A         2024-01-01 2025-06-30  10"""
    many = build_many(tables_of(order_lines=text).as_of(AS_OF).at("2025-06-29", AS_OF))
    assert many["net_amount_90d_last_year"].isna().to_list() == [True, False]


def test_columns_are_states_then_one_per_feature_and_all_are_numbers(example):
    x = build_features(example.as_of(AS_OF))
    assert tuple(x.columns[:3]) == STATES
    assert feature_columns(x) == list(x.columns[3:])
    assert all(pd.api.types.is_numeric_dtype(x[name]) for name in feature_columns(x))
    assert len(feature_columns(x)) >= 40
    assert not set(LABELS) & set(x.columns)


def test_labels_and_states_are_nothing_to_learn_from():
    frame = pd.DataFrame(columns=[*STATES, "recency_days", *LABELS])
    assert feature_columns(frame) == ["recency_days"]


def test_a_dealer_without_a_row_in_a_family_has_counts_of_zero_and_the_rest_unknown(tables_of):
    text = "dealer_id order_date product_id net_amount\nA -1 P1 1\nB -1 P1 -1"
    x = features_of(tables_of, text, products="product_id category\nP1 cement")
    assert x.loc["B", ["order_days", "products_365d", "categories_180d"]].to_list() == [0, 0, 0]
    assert x.loc["B", ["recency_days", "gap_days"]].isna().all()
    assert x.loc["B", "net_amount_30d"] == -1


def test_optional_columns_that_are_absent_take_their_features_along(tables_of):
    x = features_of(tables_of, lines(A=[1]))
    assert not {"products_90d", "categories_180d", "top_category_share_365d"} & set(x.columns)
    assert x[["quantity_365d", "margin_365d", "region"]].isna().all(axis=None)


def test_one_dealer_with_one_line_is_enough(tables_of):
    x = features_of(tables_of, "dealer_id order_date net_amount\n007 -30 12.34")
    assert x.index.to_list() == ["007"]
    values = x.loc["007", ["status", "recency_days", "net_amount_ever"]].to_list()
    assert values == ["new", 30, 12.34]


def test_dealers_come_in_order_of_their_codes_which_are_text(tables_of):
    codes = ["B", "a", "A10", "A9", "王喆", "007", "7", "1e5", "NaN"]
    x = features_of(tables_of, lines(**{code: [1] for code in codes}))
    assert x.index.to_list() == ["007", "1e5", "7", "A10", "A9", "B", "NaN", "a", "王喆"]


def test_ones_own_family_joins_the_others(example):
    def weekend_orders(snapshot):
        weekend = (nw.col("day") + 3) % 7 >= 5  # day 0, 1 January 1970, was a Thursday
        counted = snapshot.days.with_columns(is_weekend=nw.when(weekend).then(1).otherwise(0))
        return counted.group_by("as_of_day", "dealer_id").agg(weekends=nw.col("is_weekend").sum())

    x = build_features(example.as_of(AS_OF), extra=[weekend_orders])
    # A: Saturday 31 May and Sunday 11 May; B: Sunday 22 June; C: Sunday 1 and Saturday 21 December.
    assert x["weekends"].to_dict() == {"A": 2, "B": 1, "C": 2}
    assert "weekends" in feature_columns(x)


def test_the_same_snapshot_twice_gives_the_same_frame(sample_snapshot, sample_x):
    again = build_features(sample_snapshot)
    pd.testing.assert_frame_equal(again, sample_x, check_exact=True)


def test_the_money_of_all_dealers_of_the_sample_is_the_money_of_all_lines(sample_tables, sample_x):
    lines = sample_tables.order_lines.select(total=nw.col("net_amount").sum())
    total = float(lines.collect("pyarrow")["total"].to_list()[0])
    assert sample_x["net_amount_ever"].sum() == pytest.approx(total, rel=1e-12)


LINE = st.fixed_dictionaries(
    {
        "dealer_id": st.sampled_from(["A", "007", "王喆"]),
        "day": st.integers(-900, 60),
        "late": st.sampled_from([0, 0, 1, 45, 400]),
        "net_amount": st.integers(-99, 999),
        "product_id": st.sampled_from(["P1", "P2", None]),
        "region": st.sampled_from(["north", "south", None]),
        "line_kind": st.sampled_from(["goods", "goods", "gift"]),
    }
)


def written(rows):
    end = to_day(AS_OF)
    frame = pd.DataFrame(rows).assign(quantity=1)
    posted = frame["day"] + frame.pop("late")
    frame["order_date"] = [from_day(end + day) for day in frame.pop("day")]
    frame["posted_date"] = [from_day(end + day) for day in posted]
    products = pd.DataFrame({"product_id": ["P1", "P2"], "category": ["cement", "tools"]})
    return make_tables(order_lines=frame, products=products)


# Shrinking an example would take minutes; the whole of it is short enough to read.
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(LINE, min_size=20, max_size=40))
def test_no_line_that_becomes_known_later_changes_a_feature(rows):
    known = [row for row in rows if row["day"] + row["late"] <= 0]
    assume(0 < len(known) < len(rows))
    x = build_features(written(rows).as_of(AS_OF))
    without = build_features(written(known[::-1]).as_of(AS_OF))
    pd.testing.assert_frame_equal(x, without, check_exact=True)
    assert not np.isinf(x[feature_columns(x)]).any(axis=None)


@pytest.mark.parametrize("kind", LEAVING_NOTES)
def test_a_dealer_that_left_by_a_note_has_no_risk_and_is_no_churn(tables_of, kind):
    lines = "dealer_id order_date net_amount\n" + "\n".join(
        f"A -{n} 10" for n in (300, 260, 220, 200)
    )
    notes = f"dealer_id kind from_date\nA {kind} -100"
    tables = tables_of(order_lines=lines, notes=notes)
    assert not build_features(tables.as_of("2025-06-30")).loc["A", "cohort"]
    panel = build_panel(tables.as_of("2025-06-30"), ["2025-01-15"], horizon=90)
    assert panel["cohort"].tolist() == [True]
    assert panel["churned"].isna().tolist() == [True]
