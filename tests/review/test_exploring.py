import numpy as np
import pandas as pd
import pytest

from dealerml.review.exploring import explore_segments
from dealerml.theme import set_theme


@pytest.fixture(autouse=True)
def _themed():
    set_theme()


@pytest.fixture
def x() -> pd.DataFrame:
    draws = np.random.default_rng(0)
    days = draws.integers(1, 60, 90)
    order = draws.lognormal(5, 1, 90)
    return pd.DataFrame(
        {
            "status": "active",
            "region": ["华东"] * 50 + ["North"] * 40,
            "recency_days": draws.integers(0, 100, 90).astype(float),
            "order_days_365d": days,
            "net_amount_per_order_day_365d": order,
            "net_amount_365d": days * order,
        },
        index=[f"d{n:02d}" for n in range(90)],
    )


def test_every_control_changes_what_is_shown(x):
    features, number, region, result = explore_segments(x).children
    pages = [result.value]
    assert "<svg" in pages[0]
    assert "90 dealers that order" in pages[0]
    region.value = "华东"
    pages.append(result.value)
    assert "50 dealers that order" in pages[1]
    number.value = 4
    pages.append(result.value)
    assert "fall into 4 segments" in pages[2]
    features.value = ("recency_days",)
    pages.append(result.value)
    assert "Days since the last order" in pages[3]
    assert len(set(pages)) == 4


def test_names_of_regions_are_shown_as_text_and_chinese_is_spoken(x):
    set_theme("zh")
    x["region"] = "<b>华东</b>"
    page = explore_segments(x, lang="zh").children[-1].value
    assert "客群" in page
    assert "<b>" not in page


def test_too_few_dealers_are_said_instead_of_drawn(x):
    page = explore_segments(x.head(5)).children[-1].value
    assert "No segments were learnt" in page
    assert "<svg" not in page
