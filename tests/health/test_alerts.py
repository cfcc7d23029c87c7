import datetime as dt

import numpy as np
import pandas as pd
import pytest

from dealerml.errors import PolicyError
from dealerml.health import playbook_steps, raise_alerts
from dealerml.health.alerts import COLUMNS
from dealerml.health.facts import SPOKEN_METRIC
from dealerml.policy import load_policy
from dealerml.words import LANGUAGES, has_entry

AS_OF = "2025-06-30"
# A dealer about which no rule has anything to say.
QUIET = {
    "status": "active",
    "recency_days": 8.0,
    "gap_days": 10.0,
    "gap_p90_days": 14.0,
    "order_days": 30.0,
    "overdue_ratio": 0.8,
    "year_ratio_90d": 1.0,
    "net_amount_90d": 50.0,
    "net_amount_90d_last_year": 50.0,
    "order_days_90d_last_year": 8.0,
    "categories_lost": 0.0,
    "categories_180d": 4.0,
    "returns_share_90d": 0.01,
    "returns_share_365d": 0.01,
    "seasonal_pause": 0.0,
    "late_paid_share_90d": 0.1,
    "days_beyond_terms_365d": 2.0,
    "cases_90d": 1.0,
    "cases_365d": 4.0,
    "nps_score": 8.0,
    "nps_score_change": 0.0,
    "contact_recency_days": 20.0,
    "stock_cover_days": 40.0,
    "contract_days_left": 300.0,
    "target_run_rate": 1.0,
    "target_attainment_last": 1.0,
    "forecast_low_ratio": 2.0,
    "below_floor_share_365d": 0.0,
    "region": "North",
    "net_amount_365d": 200.0,
    "deal_stalled_days": 10.0,
    "contacts_90d": 6.0,
    "order_days_90d": 8.0,
    "churn_risk": 0.02,
    "abc_class": "A",
    "loss_expected": 10.0,
}
LATE = {"recency_days": 30.0, "overdue_ratio": 3.0}
SPOILT = {
    "overdue_order": LATE,
    "sharp_drop": {"year_ratio_90d": 0.2, "net_amount_90d": 10.0},
    "lost_category": {"categories_lost": 2.0},
    "returns_surge": {"returns_share_90d": 0.3},
    "a_class_at_risk": {"churn_risk": 0.6},
    "overdue_payment": {"late_paid_share_90d": 0.7, "days_beyond_terms_365d": 40.0},
    "complaint_surge": {"cases_90d": 3.0},
    "satisfaction_drop": {"nps_score_change": -3.0, "nps_score": 5.0},
    "contact_lapse": {"contact_recency_days": 75.0},
    "stock_high": {"stock_cover_days": 200.0},
    "contract_expiry": {"contract_days_left": 30.0},
    "target_miss": {"target_run_rate": 0.4, "target_attainment_last": 0.7},
    "below_forecast": {"forecast_low_ratio": 0.9},
    "price_floor": {"below_floor_share_365d": 0.1},
    "stalled_deal": {"deal_stalled_days": 90.0},
    "contact_overload": {"contacts_90d": 30.0},
}


def frame(*dealers):
    index = pd.Index(["ABCDEFGH"[i] for i in range(len(dealers))], name="dealer_id", dtype="str")
    return pd.DataFrame([{**QUIET, **dealer} for dealer in dealers], index=index)


def kinds_of(**changes):
    return raise_alerts(frame(changes, {}), as_of=AS_OF).table["kind"].tolist()


@pytest.mark.parametrize(("kind", "changes"), SPOILT.items())
def test_each_kind_is_raised_by_what_it_is_about_and_by_nothing_else(kind, changes):
    assert kinds_of(**changes) == [kind]


def test_a_region_that_hangs_on_one_dealer_is_said():
    x = frame({"net_amount_365d": 400.0}, {}, {}, {}, {})
    table = raise_alerts(x, as_of=AS_OF).table
    assert table[["kind", "dealer_id"]].to_numpy().tolist() == [["region_dependency", "A"]]
    assert "33.3 % of what its region buys hangs on this dealer." in table["reason"][0]


def test_who_has_too_many_of_a_kind_gets_them_over_several_weeks():
    profile = pd.DataFrame({"dealer_name": "x", "owner": "Li Na"}, index=list("ABCDE"))
    rules = load_policy().as_dict()["alerts"]["rules"]
    rules = [{**rule, "most_per_week": 2} for rule in rules]
    policy = load_policy().changed({"alerts.rules": rules})
    losses = [{**LATE, "loss_expected": 50.0 - n} for n in range(5)]
    table = raise_alerts(frame(*losses), as_of=AS_OF, policy=policy, profile=profile).table
    days = (table["due_date"] - table["as_of"]).dt.days.tolist()
    assert days == [7, 7, 14, 14, 21]
    assert table["dealer_id"].tolist() == list("ABCDE")


def test_a_quiet_dealer_raises_nothing():
    alerts = raise_alerts(frame({}, {}, {}, {}, {}), as_of=AS_OF)
    assert alerts.table.columns.tolist() == list(COLUMNS)
    assert alerts.table.empty
    assert alerts.text == "No alert is raised on this date."


@pytest.mark.parametrize(
    "changes",
    [
        {**LATE, "recency_days": 13.0},  # within its own usual range
        {**LATE, "order_days": 5.0},  # too few gaps to know its range
        {**LATE, "seasonal_pause": 1.0},
        {"year_ratio_90d": 0.2, "order_days_90d_last_year": 2.0},  # too small a base
        {"categories_lost": 1.0, "categories_180d": 9.0},  # one of ten
        {"returns_share_90d": 0.3, "returns_share_365d": 0.25},  # it always returns much
        {"churn_risk": 0.6, "abc_class": "B"},
        {"late_paid_share_90d": 0.7},  # late by a few days
        {"cases_90d": 3.0, "cases_365d": 12.0},  # it always complains
        {"nps_score_change": -3.0, "nps_score": 7.0},
        {"contact_recency_days": 75.0, "abc_class": "B"},
        {"target_run_rate": 0.4},  # it reached the last one
    ],
)
def test_what_only_looks_like_a_case_raises_nothing(changes):
    assert kinds_of(**changes) == []


def test_a_row_holds_all_that_somebody_needs_to_act():
    profile = pd.DataFrame({"dealer_name": ["王喆贸易"], "owner": ["Grace Chen"]}, index=["A"])
    table = raise_alerts(frame(LATE), as_of=AS_OF, profile=profile).table
    assert table.to_dict("records") == [
        {
            "alert_id": "2025-06-30-overdue_order-A",
            "as_of": pd.Timestamp("2025-06-30"),
            "dealer_id": "A",
            "dealer_name": "王喆贸易",
            "kind": "overdue_order",
            "severity": "high",
            "reason": "No order for 30 days; usually there is one every 10 days, and nine of ten "
            "come within 14.",
            "evidence": "overdue_ratio=3;silence_over_p90=2.1429;recency_days=30;gap_days=10;"
            "gap_p90_days=14",
            "loss_expected": 10.0,
            "owner": "Grace Chen",
            "due_date": pd.Timestamp("2025-07-07"),
            "playbook": "overdue_order",
            "status": "open",
        }
    ]


def test_texts_read_in_the_language_and_codes_stay():
    x = frame(LATE)
    english = raise_alerts(x, as_of=AS_OF)
    chinese = raise_alerts(x, as_of=dt.date(2025, 6, 30), lang="zh")
    pd.testing.assert_frame_equal(english.table_in("zh"), chinese.table)
    assert chinese.table["reason"].tolist() == [
        "已 30 天未下单；平时约 10 天一单，九成间隔不超过 14 天。"
    ]
    assert chinese.table["owner"].tolist() == ["客户负责人"]
    assert english.table["owner"].tolist() == ["account owner"]
    assert chinese.table["kind"].tolist() == ["overdue_order"]


def test_the_one_who_leads_is_named_by_role_where_it_is_not_the_owner():
    profile = pd.DataFrame({"owner": ["Grace Chen"]}, index=["A"])
    table = raise_alerts(frame({"churn_risk": 0.6}), as_of=AS_OF, profile=profile).table
    assert table["owner"].tolist() == ["regional manager"]
    assert table["dealer_name"].tolist() == [""]


def test_a_rule_without_data_is_not_computed_and_this_is_said():
    alerts = raise_alerts(frame(LATE).drop(columns=["churn_risk", "categories_lost"]), as_of=AS_OF)
    assert alerts.table["kind"].tolist() == ["overdue_order"]
    keys = [sentence.key for sentence in alerts.said]
    assert keys.count("health.alerts.not_computed") == 1
    assert "lost category" in alerts.text
    assert "class A at risk" in alerts.text


def test_the_summary_counts_dealers_once():
    both = {**LATE, "churn_risk": 0.6}
    alerts = raise_alerts(frame(both, LATE), as_of=AS_OF)
    assert "Alerts: 3 about 2 different dealers" in alerts.text
    assert "overdue order 2, class A at risk 1" in alerts.text
    assert "expected loss of 20." in alerts.text


def test_closed_and_excluded_dealers_are_left_alone_and_counted():
    note = {"from_date": dt.date(2025, 1, 1), "until_date": None}
    notes = [
        {"dealer_id": "A", "kind": "closed_by_us", **note},
        {"dealer_id": "B", "kind": "excluded", **note},
    ]
    alerts = raise_alerts(frame(LATE, LATE, LATE), as_of=AS_OF, notes=notes)
    assert alerts.table["dealer_id"].tolist() == ["C"]
    assert "Without alerts because a note closes or excludes them: 2." in alerts.text


def test_the_order_of_rows_does_not_matter():
    x = frame(LATE, {"churn_risk": 0.6}, {**LATE, "loss_expected": None}, {"categories_lost": 2.0})
    alerts = raise_alerts(x, as_of=AS_OF)
    again = raise_alerts(x.iloc[::-1], as_of=AS_OF)
    pd.testing.assert_frame_equal(alerts.table, again.table)
    assert alerts.table["alert_id"].is_unique


def test_a_rule_that_reads_another_metric_does_not_tell_the_old_story():
    rules = load_policy().as_dict()["alerts"]["rules"]
    drop = next(rule for rule in rules if rule["kind"] == "sharp_drop")
    drop.update(metric="net_amount_90d", threshold=20.0)
    policy = load_policy().changed({"alerts.rules": rules})
    alerts = raise_alerts(frame({"net_amount_90d": 10.0}), as_of=AS_OF, policy=policy)
    assert alerts.table["kind"].tolist() == ["sharp_drop"]
    assert "10; the limit is 20." in alerts.table["reason"][0]


def test_an_unknown_metric_is_refused_with_the_known_ones():
    rules = load_policy().as_dict()["alerts"]["rules"]
    rules[0]["metric"] = "mood"
    policy = load_policy().changed({"alerts.rules": rules})
    with pytest.raises(PolicyError, match=r"'mood' is unknown. Known: a_class"):
        raise_alerts(frame({}), as_of=AS_OF, policy=policy)


@pytest.mark.parametrize("rows", [0, 1])
def test_one_dealer_or_none_is_enough(sample_x, rows):
    alerts = raise_alerts(sample_x.iloc[:rows], as_of=AS_OF)
    assert alerts.text_in("zh")
    assert len(alerts.reasons) == len(alerts.table)


def test_unknown_features_raise_nothing_instead_of_an_error(sample_x):
    numbers = sample_x.select_dtypes("number").columns
    alerts = raise_alerts(sample_x.assign(**dict.fromkeys(numbers, np.nan)), as_of=AS_OF)
    assert alerts.table.empty


def test_every_kind_has_its_words_and_a_playbook_with_steps_in_both_languages():
    rules = load_policy().alerts["rules"]
    assert {rule["kind"] for rule in rules} == {*SPOILT, "region_dependency"} == set(SPOKEN_METRIC)
    for rule in rules:
        assert has_entry(f"health.kind.{rule['kind']}")
        assert has_entry(f"health.alert.{rule['kind']}")
        assert has_entry(f"health.role.{rule['owner_role']}")
        assert SPOKEN_METRIC[rule["kind"]] == rule["metric"]
        steps = [playbook_steps(rule["playbook"], lang) for lang in LANGUAGES]
        assert len(steps[0]) == len(steps[1]) >= 3
        assert not set(steps[0]) & set(steps[1])


def test_the_sample_raises_alerts_for_a_part_of_its_dealers_only(sample_x):
    table = raise_alerts(sample_x, as_of=AS_OF).table
    assert 0.1 < table["dealer_id"].nunique() / len(sample_x) < 0.4
    assert not table["due_date"].dt.day_of_week.isin([5, 6]).any()
