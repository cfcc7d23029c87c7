import numpy as np
import pandas as pd
import pytest

from dealerml.errors import PolicyError
from dealerml.health import score_health
from dealerml.policy import load_policy
from dealerml.words import LANGUAGES

# All points in every part; each test spoils what it is about.
HEALTHY = {
    "status": "active",
    "year_ratio_90d": 1.05,
    "overdue_ratio": 1.0,
    "order_days_90d": 8.0,
    "order_days_90d_last_year": 8.0,
    "products_90d": 5.0,
    "products_365d": 10.0,
    "categories_180d": 4.0,
    "categories_lost": 0.0,
    "returns_share_365d": 0.0,
    "margin_share_365d": 0.3,
    "late_paid_share_365d": 0.0,
    "contact_recency_days": 10.0,
    "cases_90d": 0.0,
    "nps_score": 10.0,
    "training_recency_days": 30.0,
    "stock_cover_days": 30.0,
    "below_floor_share_365d": 0.0,
    "net_amount_365d": 100.0,
    "recency_days": 10.0,
    "gap_days": 10.0,
    "net_amount_90d": 21.0,
    "net_amount_90d_last_year": 20.0,
}


def frame(*dealers):
    rows = [{**HEALTHY, **dealer} for dealer in dealers]
    index = pd.Index(["ABCDEFGH"[i] for i in range(len(rows))], name="dealer_id", dtype="str")
    return pd.DataFrame(rows, index=index)


def health_of(**changes):
    return score_health(frame(changes)).table["health"]["A"]


def test_a_dealer_without_a_fault_has_all_points():
    table = score_health(frame({})).table
    assert table["health"].tolist() == [100.0]
    assert table["band"].tolist() == ["green"]
    assert table["reasons"].tolist() == [""]


def test_points_follow_the_weights_of_the_policy():
    # Half as much as last year is the bad anchor of trend and region, which weigh 32 of 100.
    assert health_of(year_ratio_90d=0.5) == 68.0
    # Twice its usual gap is half way between on time (1) and far too late (3); rhythm weighs 25.
    assert health_of(overdue_ratio=2.0) == 87.5


def test_a_collapse_of_sales_alone_is_never_green():
    assert score_health(frame({"year_ratio_90d": 0.0})).table["band"].tolist() == ["amber"]


def test_parts_add_up_to_the_score_and_costs_to_the_rest(sample_x):
    health = score_health(sample_x)
    scored = health.table["health"].notna()
    assert scored.sum() > 100
    total = health.points[scored].sum(axis=1)
    assert total.to_numpy() == pytest.approx(health.table["health"][scored].to_numpy(), abs=1e-8)
    rest = health.costs[scored].sum(axis=1) + health.table["health"][scored]
    assert rest.to_numpy() == pytest.approx(100.0, abs=1e-8)
    assert health.points[~scored].isna().all(axis=None)


def test_a_part_nobody_has_data_for_leaves_the_weights_and_is_named_once():
    health = score_health(frame({"year_ratio_90d": 0.5}).drop(columns="margin_share_365d"))
    # 32 of the remaining 96 points are lost.
    assert health.table["health"]["A"] == pytest.approx(100 - 100 * 32 / 96)
    assert health.table["coverage"].tolist() == [1.0]
    assert health.text.count("margin") == 1
    assert [part.name for part in health.parts] == [
        "trend",
        "region",
        "rhythm",
        "frequency",
        "breadth",
        "mix",
        "returns",
        "payment",
        "engagement",
        "service",
        "satisfaction",
        "training",
        "inventory",
        "compliance",
    ]


def test_a_missing_part_changes_no_other_part_and_neither_raises_nor_lowers_a_uniform_score():
    full = score_health(frame({}, {})).table
    gappy = score_health(frame({}, {"margin_share_365d": None})).table
    assert gappy["health"].tolist() == full["health"].tolist()
    assert gappy["coverage"].tolist() == pytest.approx([1.0, 0.96])
    assert gappy["part_trend"].tolist() == full["part_trend"].tolist()


def test_trend_and_rhythm_are_always_needed():
    unknown = {"year_ratio_90d": None}
    table = score_health(frame({}, unknown, {"overdue_ratio": None})).table
    assert table["health"].isna().tolist() == [False, True, True]
    assert table["no_score"].tolist()[1:] == ["part_missing", "part_missing"]


def test_too_little_coverage_gives_no_score():
    policy = load_policy().changed({"health.min_coverage": 0.97})
    table = score_health(frame({}, {"margin_share_365d": None}), policy=policy).table
    assert table["no_score"].tolist()[1] == "low_coverage"
    assert table["band"].isna().tolist() == [False, True]


def test_new_lapsed_and_silent_forever_stand_apart():
    x = frame({}, {"status": "new"}, {"status": "lapsed"}, {"status": "never"})
    health = score_health(x)
    assert health.table["health"].notna().tolist() == [True, False, False, False]
    assert "New dealers, shown without a score: 1." in health.text


def test_a_seasonal_pause_is_compared_with_the_same_weeks_of_last_year():
    pause = {
        "overdue_ratio": 9.0,
        "seasonal_pause": 1.0,
        "year_ratio_90d": None,
        "year_ratio_365d": 1.05,
        "order_days_90d": 0.0,
        "order_days_90d_last_year": 0.0,
        "products_90d": 5.0,
    }
    health = score_health(frame(pause))
    assert health.table["part_rhythm"].tolist() == [100.0]
    assert health.table["part_trend"].tolist() == [100.0]
    assert "seasonal pause" in health.text
    late = score_health(frame({**pause, "order_days_90d_last_year": 3.0}))
    assert "In its seasonal pause: 0 order days in the last 90 days, 3" in late.reasons_text()["A"]


def test_the_percentile_stands_beside_and_the_score_does_not_depend_on_other_dealers():
    x = frame({"year_ratio_90d": 0.5}, {}, {"overdue_ratio": 2.0})
    table = score_health(x).table
    assert table["health_percentile"].round(1).tolist() == [33.3, 100.0, 66.7]
    alone = score_health(x.loc[["A"]]).table
    assert alone["health"]["A"] == table["health"]["A"]


def test_the_churn_risk_is_never_read():
    x = frame({}, {"year_ratio_90d": 0.7})
    certain = score_health(x.assign(churn_risk=[1.0, 0.0]))
    pd.testing.assert_frame_equal(certain.table, score_health(x).table)
    named = [name for part in certain.parts for name in part.metrics]
    assert not [name for name in named if "risk" in name]


def test_the_order_of_rows_does_not_matter(sample_x):
    table = score_health(sample_x).table
    shuffled = score_health(sample_x.sample(frac=1, random_state=1)).table
    pd.testing.assert_frame_equal(shuffled.sort_index(), table)


@pytest.mark.parametrize("rows", [0, 1])
def test_one_dealer_or_none_is_enough(sample_x, rows):
    health = score_health(sample_x.iloc[:rows])
    assert len(health.table) == rows
    assert health.text_in("zh")


def test_unknown_features_give_no_score_instead_of_an_error(sample_x):
    numbers = sample_x.select_dtypes("number").columns
    health = score_health(sample_x.assign(**dict.fromkeys(numbers, np.nan)))
    assert health.table["health"].isna().all()
    assert "No dealer could be given a health score." in health.text


def test_reasons_name_the_costliest_parts_with_their_numbers_in_both_languages():
    spoilt = {
        "year_ratio_90d": 0.5,
        "net_amount_90d": 10_000.0,
        "net_amount_90d_last_year": 20_000.0,
        "overdue_ratio": 2.6,
        "recency_days": 47.0,
        "gap_days": 18.0,
        "returns_share_365d": 0.04,
    }
    health = score_health(frame(spoilt))
    assert health.table["reasons"]["A"] == "trend;rhythm"
    assert health.reasons_text()["A"] == (
        "Sales of the last 90 days are −50.0 % on the same days of last year: "
        "10.0 K after 20.0 K. The last order was 47 days ago; usually there is one every 18 days."
    )
    assert "距上次下单 47 天，平时约 18 天一单" in health.reasons_text("zh")["A"]
    assert [sentence.key for sentence in health.reason_sentences("A")] == [
        "health.reason.year_ratio_90d",
        "health.reason.overdue_ratio",
    ]


def test_a_metric_of_ones_own_is_explained_by_its_label():
    parts = load_policy().as_dict()["health"]["parts"]
    parts[0] = {**parts[0], "metric": "shelf_space", "bad": 0.0, "good": 10.0, "fallbacks": []}
    policy = load_policy().changed({"health.parts": parts})
    health = score_health(frame({}).assign(shelf_space=4.0), policy=policy)
    assert health.reasons_text()["A"] == "shelf_space is 4; 10 would be good."


def test_a_metric_nobody_knows_is_refused_with_the_known_ones():
    parts = load_policy().as_dict()["health"]["parts"]
    parts[0]["metric"] = "mood"
    policy = load_policy().changed({"health.parts": parts})
    with pytest.raises(PolicyError, match=r"'trend': metric 'mood' is unknown. Known: a_class"):
        score_health(frame({}), policy=policy)


BETTER = {
    "year_ratio_90d": 1,
    "overdue_ratio": -1,
    "order_days_90d": 1,
    "products_90d": 1,
    "categories_lost": -1,
    "returns_share_365d": -1,
    "margin_share_365d": 1,
    "late_paid_share_365d": -1,
    "contact_recency_days": -1,
    "cases_90d": -1,
    "nps_score": 1,
    "training_recency_days": -1,
    "stock_cover_days": -1,
    "below_floor_share_365d": -1,
}


@pytest.mark.parametrize("name", BETTER)
def test_a_better_metric_never_lowers_the_score(name):
    # Values on and around the anchors, where rounding could turn the order.
    random = np.random.default_rng(0)
    steps = np.array([0.0, 1e-16, 0.02, 0.2, 0.5, 1.0, 1.05, 3.0])
    start = pd.DataFrame(random.choice(steps, (2000, len(BETTER))), columns=list(BETTER))
    start = start + random.random(start.shape) * random.choice([0, 1e-15, 1.0], start.shape)
    days = [column for column in BETTER if column.endswith("_days")]
    start[days] = 200 * start[days]
    worse = start.assign(**{k: v for k, v in HEALTHY.items() if k not in BETTER})
    step = random.choice(steps, len(worse)) * (200 if name in days else 1)
    better = worse.assign(**{name: (worse[name] + BETTER[name] * step).clip(lower=0.0)})
    before, after = score_health(worse).table, score_health(better).table
    assert before["health"].notna().all()
    assert (after["health"] >= before["health"]).all()
    # A share of two sums may lose its last bit, which no rounding of the score lets through.
    assert (after.filter(like="part_") >= before.filter(like="part_") - 1e-9).all(axis=None)
    assert (after["health"] > before["health"]).any()


def test_every_metric_of_the_shipped_policy_has_its_own_sentence_and_every_part_a_label():
    from dealerml.health.facts import QUOTED
    from dealerml.words import column_label, has_entry
    from dealerml.words.catalogue import find_entry

    for part in load_policy().health["parts"]:
        assert has_entry(f"health.part.{part['name']}")
        for lang in LANGUAGES:
            assert column_label(f"part_{part['name']}", lang) != f"part_{part['name']}"
        for metric in (part["metric"], *part.get("fallbacks", ())):
            assert has_entry(f"health.reason.{metric}")
            # What quotes no other number quotes the metric itself.
            assert (
                metric in QUOTED
                or "{value" in find_entry(f"health.reason.{metric}").templates["en"]
            )


def test_the_bands_of_the_sample_are_neither_all_red_nor_all_green(sample_x):
    shares = score_health(sample_x).table["band"].value_counts(normalize=True)
    assert 0.03 < shares["red"] < 0.25
    assert 0.4 < shares["green"] < 0.85


def in_region(ratios, region="North"):
    """Dealers of one region, each with 100 last year and its ratio of that now."""
    rows = [
        {"region": region, "year_ratio_90d": r, "net_amount_90d": 100 * r,
         "net_amount_90d_last_year": 100.0}
        for r in ratios
    ]  # fmt: skip
    return frame(*rows)


def test_in_a_weak_region_only_those_weaker_than_it_lose_points_beside_it():
    x = in_region([0.6, 0.6, 0.6, 0.6, 0.3])
    health = score_health(x)
    # The region stands at 2.7 of 5: four beat it, the fifth has 0.3 ÷ 0.54 = 0.5556 of it.
    assert health.table["part_region"].round(2).tolist() == [100, 100, 100, 100, 11.11]
    text = health.reasons_text()["E"]
    assert (
        "It bought 30.0 % of what it did in the same days of last year; its region 54.0 %." in text
    )
    # Four dealers are too few to speak of a region: then its own sales count twice.
    few = score_health(x.iloc[:4]).scored.metrics["region"]
    assert few.tolist() == ["year_ratio_90d"] * 4


def test_a_cap_holds_back_the_band_and_leaves_the_score():
    late = score_health(frame({"days_beyond_terms_365d": 61.0}, {"days_beyond_terms_365d": 60.0}))
    assert late.table["health"].tolist() == [100.0, 100.0]
    assert late.table["band"].tolist() == ["amber", "green"]
    assert late.table["capped_by"].tolist() == ["late_payment", ""]
    assert "Held back a band although their score is better: 1 (payment long after" in late.text
    poor = {"year_ratio_90d": 0.1, "overdue_ratio": 9.0, "order_days_90d": 0.0, "products_90d": 0.0}
    poor["days_beyond_terms_365d"] = 90.0
    assert score_health(frame(poor)).table[["band", "capped_by"]].to_numpy().tolist() == [
        ["red", ""]
    ]


def test_a_cap_that_reads_an_unknown_metric_is_refused():
    caps = load_policy().as_dict()["health"]["caps"]
    caps[0]["metric"] = "mood"
    with pytest.raises(PolicyError, match=r"health\.caps: metric 'mood' is unknown"):
        score_health(frame({}), policy=load_policy().changed({"health.caps": caps}))


def test_anchors_of_a_tier_or_a_role_count_for_its_dealers_alone():
    x = frame({"tier": "gold"}, {"tier": "bronze"}, {"tier": "gold", "role": "outlet"})
    x = x.assign(contact_recency_days=75.0)
    assert score_health(x).table["part_engagement"].round(1).tolist() == [50.0, 77.8, 50.0]
    own = {"part": "engagement", "role": "outlet", "tier": "", "bad": 80.0, "good": 70.0}
    anchors = [*load_policy().as_dict()["health"]["anchors"], own]
    table = score_health(x, policy=load_policy().changed({"health.anchors": anchors})).table
    # Of several that fit, the last counts.
    assert table["part_engagement"].round(1).tolist() == [50.0, 77.8, 50.0]
    anchors[-1] = {**own, "bad": 76.0}
    table = score_health(x, policy=load_policy().changed({"health.anchors": anchors})).table
    assert table["part_engagement"].round(1).tolist() == [50.0, 77.8, 16.7]


def test_the_tier_of_anchors_is_earned_on_each_date_by_itself(sample_x):
    from dealerml.health.standing import with_tier

    anchors = load_policy().health["anchors"]
    both = pd.concat({1: sample_x, 2: sample_x.iloc[::2]}, names=["as_of"])
    tiers = with_tier(both, anchors, policy=load_policy())["tier"]
    alone = with_tier(sample_x.iloc[::2], anchors, policy=load_policy())["tier"]
    assert tiers.loc[2].tolist() == alone.tolist()
    assert set(tiers.dropna()) == {"gold", "silver", "bronze"}


def test_anchors_of_a_part_that_is_not_there_are_said():
    parts = load_policy().as_dict()["health"]["parts"]
    parts = [{**part, "name": "touch"} if part["name"] == "engagement" else part for part in parts]
    health = score_health(frame({}), policy=load_policy().changed({"health.parts": parts}))
    assert "belong to no part in force: engagement" in health.text
