import numpy as np
import pandas as pd
import pytest

from dealerml.dates import to_day
from dealerml.simulate import Network, simulate_network
from dealerml.simulate import network as module
from dealerml.simulate.rates import tabulate_fx
from dealerml.simulate.story import (
    STREAMS,
    Story,
    count_months,
    draw_events,
    find_dealers,
    first_days,
    open_stream,
    text_where,
    to_cents,
)


@pytest.fixture(scope="module")
def story() -> Story:
    """What all tables of a small network are made from."""
    kept: list[Story] = []

    def keep(story: Story) -> pd.DataFrame:
        kept.append(story)
        return tabulate_fx(story)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(module.TABLES, "fx", keep)
        simulate_network(dealers=30, years=1)
    return kept[0]


def test_every_table_has_a_stream_of_its_own(story: Story) -> None:
    assert len(set(STREAMS.values())) == len(STREAMS)
    first, again, other = (
        open_stream(story, name).integers(0, 2**60) for name in ("fx", "fx", "cases")
    )
    assert first == again != other


def test_the_months_hold_all_orders_to_the_cent(story: Story) -> None:
    assert story.month_cents.sum() == to_cents(story.order_lines["net_amount"]).sum()
    lines = story.order_lines
    one = lines[(lines["dealer_id"] == "D0001") & (lines["order_date"].dt.month == 7)]
    assert story.month_cents[0, 0] == to_cents(one["net_amount"]).sum() > 0


def test_months_are_counted_at_both_ends() -> None:
    assert count_months(to_day("2025-01-31"), to_day("2025-02-01")) == 2
    assert first_days(np.array([(2025 - 1970) * 12])).tolist() == [to_day("2025-01-01")]


def test_nothing_happens_at_the_festival_and_little_on_weekends(story: Story) -> None:
    dealer, day = draw_events(np.random.default_rng(0), story, 200_000)
    dates = pd.Series(day.astype("datetime64[D]"))
    assert not dates.between("2025-01-24", "2025-02-05").any()
    weekend = (dates.dt.day_of_week >= 5).mean()
    assert 0 < weekend < 2 / 7 / 4
    assert (np.diff(day) >= 0).all()
    assert set(dealer) == set(range(30))


def test_nobody_is_served_before_coming_after_leaving_or_unlisted(story: Story) -> None:
    first, plan = story.days[story.is_served.argmax(axis=1)], story.plan
    some = story.is_served.any(axis=1)
    assert (first[some] >= plan.first_day[some]).all()
    assert not (story.is_served & (story.days >= story.stop[:, None])).any()
    assert not story.is_served[plan.has("unlisted")].any()


def test_places_and_texts_are_found(story: Story) -> None:
    assert find_dealers(story, pd.Series(["D0003", "D0001"])).tolist() == [2, 0]
    texts = np.array(["a", "b"], dtype=object)
    assert text_where(texts, np.array([True, False])).tolist() == ["a", None]
    assert texts.tolist() == ["a", "b"]


def test_the_order_of_the_tables_changes_none_of_them(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TABLES", dict(reversed(module.TABLES.items())))
    again = simulate_network()
    for name in ("order_lines", "truth", *module.TABLES):
        pd.testing.assert_frame_equal(getattr(network, name), getattr(again, name))
