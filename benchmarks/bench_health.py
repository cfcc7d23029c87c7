"""Was the health score right? Bands, tenths and weights on past dates of three kinds of channel.

iowa_liquor (active 90 days, eight quarter ends), online_retail_ii (active 365 days, month ends) and
five made-up networks of 300 dealers (eight quarter ends). Gaps between bands are paired: dealers
are drawn with all their dates, 500 times.

    DEALERML_DATA=… python benchmarks/bench_health.py
"""

from collections.abc import Iterator

import pandas as pd
from measuring import data, markdown

import dealerml as dml
from dealerml.exports import read_export
from dealerml.features import build_panel
from dealerml.health import HealthValidation
from dealerml.policy import Policy, load_policy

SETS = {
    "iowa_liquor": ("iowa_liquor", "2019-12-31", "QE", "2017-12-31", "2019-09-30", 90),
    "online_retail_ii": (
        "online_retail_ii/online_retail_ii.parquet", "2011-12-09", "ME", "2010-09-30",
        "2011-08-31", 365,
    ),
}  # fmt: skip
SEEDS = (1, 2, 3, 4, 5)
TABLES = ("order_lines", "dealers", "products", "notes", "successors")


def main() -> None:
    """One table of bands and one of gaps, then the weights on iowa_liquor."""
    panels = {name: (panel, policy) for name, panel, policy in gather()}
    found = {name: dml.validate_health(panel, policy=p) for name, (panel, p) in panels.items()}
    print(
        markdown(("data", "band", "scores", "stopped", "95 %", "sales on last year"), bands(found))
    )
    print(
        "\n" + markdown(("data", "outcome", "band", "worse than the next by", "95 %"), gaps(found))
    )
    for name, check in found.items():
        print(
            f"\n{name}: tenths out of order {int(check.tenths['inverted'].sum())}, {check.verdict}"
        )
    for name, (panel, policy) in panels.items():
        weights = dml.check_weights(panel, policy=policy)
        print(f"\n{name}\n\n```\n{weights.table.round(2).to_string()}\n```\n\n{weights.text}")


def gather() -> Iterator[tuple[str, pd.DataFrame, Policy]]:
    """The past slices of each channel with what followed."""
    for name, (folder, end, freq, first, last, active) in SETS.items():
        policy = load_policy().changed({"definitions.active_days": active})
        dates = [date.date() for date in pd.date_range(first, last, freq=freq)]
        snapshot = read_export(data(folder)).as_of(end)
        yield name, build_panel(snapshot, dates, horizon=90, policy=policy), policy
    policy, parts = load_policy(), []
    dates = [date.date() for date in pd.date_range("2023-03-31", "2024-12-31", freq="QE")]
    for seed in SEEDS:
        network = dml.simulate_network(dealers=300, years=4, random_state=seed)
        tables = dml.make_tables(**{name: getattr(network, name) for name in TABLES})
        panel = build_panel(tables.as_of("2025-06-30"), dates, horizon=90, policy=policy)
        names = {dealer: f"{seed}-{dealer}" for dealer in panel.index.levels[1]}
        parts.append(panel.rename(index=names, level="dealer_id"))
    yield "five made-up networks", pd.concat(parts), policy


def bands(found: dict[str, HealthValidation]) -> Iterator[list[str]]:
    """What became of each band."""
    for name, check in found.items():
        for band, row in check.table.iterrows():
            yield [
                name,
                str(band),
                f"{row['scores']:,.0f}",
                f"{row['churned_share']:.4f}",
                f"{row['lo95']:.4f}–{row['hi95']:.4f}",
                f"{row['amount_change']:+.1%}",
            ]


def gaps(found: dict[str, HealthValidation]) -> Iterator[list[str]]:
    """How much worse each band fared than the next."""
    for name, check in found.items():
        for (outcome, band), row in check.gaps.iterrows():
            low, high = row["gap_low"], row["gap_high"]
            yield [name, outcome, band, f"{row['band_gap']:+.3f}", f"{low:+.3f} to {high:+.3f}"]


if __name__ == "__main__":
    main()
