"""Are planted events caught by the alert of their kind, and how many alerts have a planted cause?

Three made-up networks of 300 dealers over four years, reviewed at the end of each of the last 24
months. An event is caught where an alert of its kind names its dealer between 60 days before (a
dealer fades before its last order) and 200 days after it began; of a lost category 240, as half a
year must pass first. Events that leave no trace are counted apart: of dealers with fewer than six
order days before, surges in which nothing was returned, categories lost too late to be seen.

An alert is a spell: the same kind about the same dealer in months that follow each other counts
once. It has a planted cause where one of the events it stands for began up to 400 days before or 60
days after it.

    python benchmarks/bench_planted.py
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from measuring import markdown

import dealerml as dml
from dealerml.segments.cohorts import measure_interval

SEEDS, DEALERS, FEWEST = (1, 2, 3), 300, 6
TABLES = ("order_lines", "dealers", "products", "notes", "successors")
DATES = pd.date_range("2023-07-31", "2025-06-30", freq="ME")
BEGUN = ("2023-08-01", "2025-03-01")
SILENT = ("overdue_order", "sharp_drop")
EXPECTED = {
    "stopped_gradually": SILENT,
    "stopped_suddenly": SILENT,
    "won_back": SILENT,  # silent for a while before
    "declined": SILENT,
    "returns_surge": ("returns_surge",),
    "lost_category": ("lost_category",),
}
# What else makes a dealer silent or smaller: true alarms that nobody would call an event's own.
ALSO = {
    "overdue_order": ("closed_by_us", "code_change", "code_change_unrecorded", "winter_stop"),
    "sharp_drop": ("closed_by_us", "code_change", "code_change_unrecorded", "loading"),
    "lost_category": ("stopped_gradually", "stopped_suddenly", "won_back", "declined"),
    "returns_surge": (),
}


def main() -> None:
    """One table of events caught, one of alerts with a cause."""
    caught: dict[str, list[bool | None]] = {}
    caused: dict[str, list[bool]] = {}
    for seed in SEEDS:
        truth, lines, alerts = review(seed)
        for event, hit in find(truth, lines, alerts):
            caught.setdefault(event, []).append(hit)
        for kind, hit in explain(truth, spells(alerts)):
            caused.setdefault(kind, []).append(hit)
    seen = {event: [hit for hit in hits if hit is not None] for event, hits in caught.items()}
    unseen = sum(hit is None for hits in caught.values() for hit in hits)
    print(markdown(("planted", "events", "caught (95 %)"), rows(seen)))
    print(f"\nWithout a trace: {unseen}")
    print("\n" + markdown(("alert", "spells", "with a planted cause (95 %)"), rows(caused)))


def rows(found: dict[str, list[bool]]) -> Iterator[list[str]]:
    """A row for each name and one for all."""
    everything = [hit for hits in found.values() for hit in hits]
    for name, hits in [*found.items(), ("all", everything)]:
        low, high = measure_interval(sum(hits), len(hits))
        yield [name, str(len(hits)), f"{sum(hits) / len(hits):.2f} ({low:.2f}–{high:.2f})"]


def review(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What was planted, the order lines, and the alerts of 24 month ends."""
    network = dml.simulate_network(dealers=DEALERS, years=4, random_state=seed)
    tables = dml.make_tables(**{name: getattr(network, name) for name in TABLES})
    notes, found = tables.as_of("2025-06-30").notes, []
    for date in DATES:
        day = str(date.date())
        x = dml.build_features(tables.as_of(day))
        alerts = dml.raise_alerts(x, as_of=day, notes=notes).table
        found.append(alerts[["as_of", "dealer_id", "kind"]])
    lines = network.order_lines.assign(order_date=pd.to_datetime(network.order_lines["order_date"]))
    return network.truth, lines, pd.concat(found)


def find(
    truth: pd.DataFrame, lines: pd.DataFrame, alerts: pd.DataFrame
) -> Iterator[tuple[str, bool | None]]:
    """Whether each planted event was caught; None where it left no trace."""
    begun = truth[truth["from_date"].between(*BEGUN) & truth["event"].isin(list(EXPECTED))]
    for row in begun.itertuples():
        days = 240 if row.event == "lost_category" else 200
        ago = (alerts["as_of"] - row.from_date).dt.days
        near = alerts["dealer_id"].eq(row.dealer_id) & ago.between(-60, days)
        hit = bool(alerts["kind"][near].isin(EXPECTED[row.event]).any())
        yield row.event, hit if hit or leaves_trace(row, lines) else None


def leaves_trace(event: Any, lines: pd.DataFrame) -> bool:
    """Whether the orders of the dealer show the event at all."""
    own = lines[lines["dealer_id"] == event.dealer_id]
    bought, before = own["net_amount"] > 0, own["order_date"] < event.from_date
    if own["order_date"][bought & before].nunique() < FEWEST:
        return False
    if event.event == "returns_surge":
        during = own["order_date"].between(event.from_date, event.until_date)
        return bool((during & ~bought).any())
    late = event.from_date + pd.Timedelta(days=240) > DATES[-1]
    return not (event.event == "lost_category" and late)


def spells(alerts: pd.DataFrame) -> pd.DataFrame:
    """The first alert of each row of months."""
    ordered = alerts.sort_values(["kind", "dealer_id", "as_of"])
    gap = ordered.groupby(["kind", "dealer_id"])["as_of"].diff().dt.days
    return ordered[~(gap <= 40)]


def explain(truth: pd.DataFrame, alerts: pd.DataFrame) -> Iterator[tuple[str, bool]]:
    """Whether each alert has a planted cause."""
    for kind, also in ALSO.items():
        own = [event for event, kinds in EXPECTED.items() if kind in kinds]
        causes = truth[truth["event"].isin([*own, *also])]
        for row in alerts[alerts["kind"] == kind].itertuples():
            of = causes[causes["dealer_id"] == row.dealer_id]
            since = (row.as_of - of["from_date"]).dt.days
            yield kind, bool(since.between(-60, 400).any())


if __name__ == "__main__":
    main()
