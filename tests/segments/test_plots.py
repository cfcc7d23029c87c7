import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from dealerml import segments as sg
from dealerml.policy import load_policy
from dealerml.segments import plots
from dealerml.theme import set_theme

POLICY = load_policy().changed({"segments.resamples": 2, "segments.k_max": 4})


@pytest.fixture(autouse=True)
def _themed():
    set_theme()
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def x() -> pd.DataFrame:
    draws = np.random.default_rng(0)
    days = draws.integers(1, 60, 80)
    order = draws.lognormal(5, 1, 80)
    return pd.DataFrame(
        {
            "status": ["lapsed"] * 8 + ["never"] * 2 + ["active"] * 70,
            "recency_days": draws.integers(0, 100, 80).astype(float),
            "order_days": days,
            "order_days_365d": days,
            "net_amount_per_order_day_365d": order,
            "net_amount_365d": days * order,
            "year_ratio_90d": draws.uniform(0.4, 1.8, 80),
        },
        index=[f"d{n:02d}" for n in range(80)],
    )


def test_pareto_ends_at_one_and_its_title_is_the_finding(x):
    result = sg.rank_abc(x)
    ax = plots.plot_pareto(result)
    heights = ax.lines[0].get_ydata()
    assert heights[0] == 0
    assert heights[-1] == pytest.approx(1.0)
    assert f"{result.classes['dealers']['A']} of 80 dealers bring" in ax.get_title(loc="left")


def test_the_grid_shows_every_scored_dealer(x):
    result = sg.score_rfm(x)
    ax = plots.plot_rfm_grid(result, lang="zh")
    assert sum(int(text.get_text()) for text in ax.texts) == result.table["r"].notna().sum()
    assert "家经销商" in ax.get_title(loc="left")


def test_the_map_draws_every_dealer_that_orders_once(x):
    result = sg.fit_segments(x, policy=POLICY)
    ax = plots.plot_segments(result, lang="zh")
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == 70
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == [sg.describe_segment(code).text_in("zh") for code in result.model.names]


def test_ticks_of_the_map_are_plain_figures(x):
    ax = plots.plot_segments(sg.fit_segments(x, policy=POLICY))
    ax.figure.canvas.draw()
    labels = ax.get_xticklabels(which="both") + ax.get_yticklabels(which="both")
    assert not [label.get_text() for label in labels if "$" in label.get_text()]
    assert sum(bool(label.get_text()) for label in ax.get_xticklabels()) >= 3


def test_the_map_without_segments_says_why(x):
    result = sg.fit_segments(x.iloc[:20], policy=POLICY)
    assert "No segments were learnt" in plots.plot_segments(result).get_title(loc="left")


def test_lifecycle_bars_are_the_counts(x):
    result = sg.place_lifecycle(x)
    ax = plots.plot_lifecycle(result)
    assert [bar.get_width() for bar in ax.patches] == result.stages["dealers"].drop(
        "never"
    ).tolist()


def test_migration_counts_and_names_codes(x):
    before = sg.rank_abc(x).table.join(x["net_amount_365d"])
    ax = plots.plot_migration(sg.migrate(before, before, column="abc_class"), lang="zh")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["A类", "B类", "C类"]
    assert ax.get_title(loc="left") == "80 家经销商中 0 家变动"


@pytest.mark.parametrize("column", ["tier", "segment"])
def test_migration_names_tiers_and_segments(column):
    code = {"tier": "gold", "segment": "large_frequent"}[column]
    frame = pd.DataFrame({column: [code, None], "net_amount_365d": [1.0, 2.0]})
    ax = plots.plot_migration(sg.migrate(frame, frame, column=column))
    expected = {"tier": "Gold", "segment": "Large · frequent"}[column]
    assert [label.get_text() for label in ax.get_yticklabels()] == [expected, "none"]


def test_pictures_of_one_dealer_and_of_nobody_do_not_fail(x):
    for part in (x.iloc[:1], x.iloc[:0]):
        drawn = [
            plots.plot_pareto(sg.rank_abc(part)),
            plots.plot_rfm_grid(sg.score_rfm(part)),
            plots.plot_segments(sg.fit_segments(part, policy=POLICY)),
            plots.plot_lifecycle(sg.place_lifecycle(part)),
        ]
        assert all(ax.get_title(loc="left") for ax in drawn)


def test_a_plot_sets_no_style_and_draws_where_it_is_told(x):
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    assert plots.plot_pareto(sg.rank_abc(x), ax=ax) is ax
    assert dict(mpl.rcParams) == before
