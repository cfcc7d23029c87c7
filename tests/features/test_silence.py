import math

import numpy as np
import pytest

from dealerml.features.build import collect
from dealerml.features.silence import PRIOR_GAPS, silence


def lines(**dealers):
    """One order line of 1 for each of the days ago on which each dealer ordered."""
    body = [f"{name} -{ago} 1" for name, days in dealers.items() for ago in days]
    return "\n".join(["dealer_id order_date net_amount", *body])


# Weekly, weekly but silent for eight weeks, once a month, and a single order each.
NETWORK = {
    "weekly": [3, 10, 17, 24, 31, 38, 45],
    "silent": [56, 63, 70, 77, 84, 91, 98],
    "monthly": [20, 50, 81, 110, 142],
    "lately": [0],
    "long_ago": [300],
}


def test_the_same_silence_alarms_where_orders_come_weekly_and_not_where_they_come_monthly(seen):
    now = lines(**NETWORK) + "".join(f"\nyearly -{20 + 350 * n} 1" for n in range(4))
    x = seen(silence, now)["silence_probability"]
    assert x["yearly"] > x["monthly"] > 0.9
    assert x["weekly"] > 0.9
    assert x["silent"] < 0.01


def test_a_dealer_without_a_gap_is_judged_by_all_others(seen):
    x = seen(silence, lines(**NETWORK))["silence_probability"]
    assert x["lately"] > 0.99
    assert x["long_ago"] < 0.05


def test_it_is_the_formula_of_its_notes(seen):
    """The same in plain numpy, from the gaps as they stand."""
    gaps = {"weekly": [7] * 6, "silent": [7] * 6, "monthly": [30, 31, 29, 32]}
    logs = {name: np.log(values) for name, values in gaps.items()}
    n = {name: len(values) for name, values in logs.items()}
    around = {name: ((own - own.mean()) ** 2).sum() for name, own in logs.items()}
    within = sum(around.values()) / sum(size - 1 for size in n.values())
    means = np.array([own.mean() for own in logs.values()])
    noise = within * np.mean([1 / size for size in n.values()])
    prior = within / max(means.var(ddof=1) - noise, within / 1000)
    x = seen(silence, lines(**NETWORK))["silence_probability"]
    for name, recency in (("weekly", 3), ("silent", 56), ("monthly", 20)):
        expected = (logs[name].sum() + prior * means.mean()) / (n[name] + prior)
        variance = (PRIOR_GAPS * within + around[name]) / (PRIOR_GAPS + n[name] - 1)
        deviation = math.sqrt(variance * (1 + 1 / (n[name] + prior)))
        steps = (math.log(recency + 0.5) - expected) / deviation * math.pi / math.sqrt(3)
        assert x[name] == pytest.approx(1 / (1 + math.exp(steps)), abs=0.002)


def test_where_no_dealer_has_two_gaps_nothing_is_known(seen):
    x = seen(silence, lines(A=[10, 20], B=[5]))
    assert x["silence_probability"].isna().all()


def test_all_gaps_alike_leave_no_spread_and_no_claim(seen):
    x = seen(silence, lines(A=[5, 12, 19], B=[1, 8, 15]))
    assert x["silence_probability"].isna().all()


def test_dealers_of_another_date_are_not_asked(tables_of):
    tables = tables_of(order_lines=lines(**NETWORK))
    both = collect(silence(tables.as_of("2025-06-30").at("2025-04-30", "2025-06-30")))
    alone = collect(silence(tables.as_of("2025-04-30")))
    assert both.loc["2025-04-30"].equals(alone.droplevel("as_of"))
