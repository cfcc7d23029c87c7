"""What was planted in made-up networks: how much of it do features and segments find?

Three networks of 1,000 dealers over three years, each with its own seed. For every kind of event a
plain reading of one feature or stage is held against the truth that the simulator writes: precision
is the share of what was found that had been planted, recall the share of what had been planted
that was found; both over all three networks, with 95 % intervals (Wilson).

    python benchmarks/bench_truth.py
"""

from collections.abc import Iterator

import pandas as pd
from measuring import markdown

import dealerml as dml
from dealerml.features.regions import dated_owners
from dealerml.segments.cohorts import measure_interval

SEEDS = (1, 2, 3)
DEALERS, YEAR, OFTEN = 1_000, 365, 24
TABLES = ("order_lines", "dealers", "products", "notes", "successors")
AS_OF, WINTER = "2025-06-30", "2025-01-31"
EXCESS = 0.10  # of a quarter's sales in its last ten days beyond the dealer's own past


def main() -> None:
    """Count over the networks and print one row per kind of event."""
    counts: dict[str, list[int]] = {}
    for seed in SEEDS:
        for name, found, planted in readings(seed):
            hits = counts.setdefault(name, [0, 0, 0])
            hits[0] += len(found & planted)
            hits[1] += len(found)
            hits[2] += len(planted)
    rows = [
        [name, f"{planted:,}", f"{found:,}", share(both, found), share(both, planted)]
        for name, (both, found, planted) in counts.items()
    ]
    print(
        markdown(("planted, and how it is read", "planted", "found", "precision", "recall"), rows)
    )


def share(part: int, whole: int) -> str:
    """A share with its interval."""
    lo, hi = measure_interval(part, whole)
    return f"{part / whole:.2f} ({lo:.2f}–{hi:.2f})" if whole else "–"


def readings(seed: int) -> Iterator[tuple[str, set[str], set[str]]]:
    """Dealers found and dealers planted, for each kind of event."""
    network = dml.simulate_network(dealers=DEALERS, random_state=seed)
    tables = dml.make_tables(**{name: getattr(network, name) for name in TABLES})
    truth = network.truth.assign(
        until_date=lambda frame: frame["until_date"].fillna(pd.Timestamp("2100-01-01"))
    )
    snapshot = tables.as_of(AS_OF)
    x = dml.build_features(snapshot)
    stage = dml.place_lifecycle(x).table["lifecycle"]
    day = pd.Timestamp(AS_OF)

    def planted(*events: str, first: int, last: int = 0) -> set[str]:
        """Dealers whose event began so many days before the as-of date."""
        rows = truth[truth["event"].isin(events)]
        ago = (day - rows["from_date"]).dt.days
        return set(rows.loc[(ago <= first) & (ago >= last), "dealer_id"]) & set(x.index)

    def of(mask: pd.Series) -> set[str]:
        return set(mask.index[mask.fillna(value=False).astype("bool")])

    gone = planted("stopped_gradually", "stopped_suddenly", first=900, last=90)
    yield (
        "stopped 90 days ago or longer: dormant or lapsed",
        of(stage.isin(["dormant", "lapsed"])),
        (gone | planted("closed_by_us", first=2_000, last=90) | away(truth, day, x)),
    )
    # A new code that continues an old one is no newcomer; those that nobody recorded look like one.
    young = of(x["tenure_days"] < YEAR)
    yield "first order within a year: tenure_days", young, planted("newcomer", first=YEAR - 1)
    lost = planted("lost_category", first=544, last=180)
    ordering = of(x["status"].isin(["new", "active"]))
    yield (
        "category lost 180 to 544 days ago: categories_lost",
        (of(x["categories_lost"] > 0) & ordering),
        lost & ordering,
    )
    often = of(x["order_days_365d"] >= OFTEN) & ordering
    yield (
        f"the same of dealers that order {OFTEN} days a year or more",
        (of(x["categories_lost"] > 0) & often),
        lost & often,
    )
    yield loading(truth, x, day)
    yield judged_loading(tables, truth, x)
    yield winter(tables, truth)
    yield handed_over(tables, truth, x)
    recorded = set(truth.loc[truth["event"] == "code_change", "dealer_id"])
    listed = set(tables.as_of(AS_OF).successors)
    yield "code changed and recorded: old code continued by the new", listed, recorded


def away(truth: pd.DataFrame, day: pd.Timestamp, x: pd.DataFrame) -> set[str]:
    """Dealers silent in between that will come back later: nobody can tell them from lost ones."""
    rows = truth[truth["event"] == "won_back"]
    inside = (rows["from_date"] <= day - pd.Timedelta(90, "D")) & (rows["until_date"] >= day)
    return set(rows.loc[inside, "dealer_id"]) & set(x.index)


def loading(
    truth: pd.DataFrame, x: pd.DataFrame, day: pd.Timestamp
) -> tuple[str, set[str], set[str]]:
    """Loading that began within the last quarter: later it is part of the dealer's own past."""
    rows = truth[(truth["event"] == "loading") & (truth["from_date"] <= day)]
    recent = rows[(day - rows["from_date"]).dt.days.between(1, 180) & (rows["until_date"] >= day)]
    enough = x["order_days_90d"] >= 6
    found = set(x.index[(x["quarter_end_excess"] > EXCESS) & enough])
    kind = f"loading begun in the last two quarters: quarter_end_excess > {EXCESS}"
    return kind, found, set(recent["dealer_id"]) & set(x.index[enough])


def judged_loading(
    tables: dml.Tables, truth: pd.DataFrame, x: pd.DataFrame
) -> tuple[str, set[str], set[str]]:
    """Loading begun in the two quarters up to March, as `find_loading` sees it in June."""
    day = pd.Timestamp("2025-03-31")
    found = dml.find_loading(tables.as_of(AS_OF)).table
    status = found[(found["period"] == "previous") & (found["loading_status"] == "confirmed")]
    rows = truth[(truth["event"] == "loading") & (truth["from_date"] <= day)]
    recent = rows[(day - rows["from_date"]).dt.days.between(1, 180) & (rows["until_date"] >= day)]
    often = set(x.index[x["order_days_365d"] >= OFTEN])
    kind = "the same a quarter later, dealers with 24 order days: find_loading, confirmed"
    return kind, set(status["dealer_id"]) & often, set(recent["dealer_id"]) & often


def winter(tables: dml.Tables, truth: pd.DataFrame) -> tuple[str, set[str], set[str]]:
    """Dealers that rest every winter, seen in its middle, from the third winter on."""
    x = dml.build_features(tables.as_of(WINTER))
    day = pd.Timestamp(WINTER)
    rows = truth[truth["event"] == "winter_stop"]
    inside = (rows["from_date"] <= day - pd.Timedelta(42, "D")) & (rows["until_date"] >= day)
    resting = set(rows.loc[inside, "dealer_id"])
    old = set(x.index[x["tenure_days"] >= 770])
    return (
        "winter stop, third winter: seasonal_pause",
        set(x.index[x["seasonal_pause"] > 0]),
        (resting & old),
    )


def handed_over(
    tables: dml.Tables, truth: pd.DataFrame, x: pd.DataFrame
) -> tuple[str, set[str], set[str]]:
    """Dealers whose order lines name another owner than a year before."""
    dates = ("2024-06-30", AS_OF)
    snapshot = tables.as_of(AS_OF).at(*dates)
    days = [pd.Timestamp(date).as_unit("s") for date in dates]
    index = pd.MultiIndex.from_product([days, x.index], names=["as_of", "dealer_id"])
    owners = dated_owners(snapshot, index)
    before, after = (owners.xs(day, level="as_of").dropna() for day in days)
    both = before.index.intersection(after.index)
    changed = both[before[both] != after[both]]
    rows = truth[truth["event"].isin(["owner_changed", "moved"])]
    inside = rows["from_date"].between(days[0], days[1], inclusive="right")
    planted = set(rows.loc[inside, "dealer_id"]) & set(both)
    return "handed over within a year: owner of the order lines", set(changed), planted


if __name__ == "__main__":
    main()
