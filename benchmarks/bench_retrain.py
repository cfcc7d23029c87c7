"""Eight past quarters of retraining on iowa_liquor, as they would have gone, and what each costs.

Every quarter end from 2017-12-31 to 2019-09-30 is retrained in turn, with only what was known then,
into one store: 28 past dates at most, every recipe, intervals, drift, card. Each retraining is a
process of its own, so that its time and memory are those of the command.

    DEALERML_DATA=… python benchmarks/bench_retrain.py [QUARTERS]
"""

import sys
import tempfile
from pathlib import Path

from measuring import data, itself, markdown, run_once, tell

ENDS = ("2017-12", "2019-09")


def run_quarter(store: str, as_of: str) -> None:
    """One retraining, as the command does it."""
    import dealerml as dml

    policy = dml.load_policy().changed({"definitions.active_days": 90})
    tables = dml.read_export(data("iowa_liquor"))
    found = dml.retrain(tables, store, as_of=as_of, policy=policy)
    promotion = found.promotion
    tell("slices", len(found.churn.slices))
    tell("events", found.churn.events)
    for name in ("replace", "refresh"):
        if name in promotion.table.index:
            for column in ("difference", "low", "high"):
                tell(f"{name}_{column}", promotion.table.loc[name, column])
    table = found.backtest.table
    if promotion.recipe in table.index:
        tell("pr_auc", table.loc[promotion.recipe, "pr_auc"])
    changes = found.changes.table["list_change"].value_counts()
    for name in ("entered", "left"):
        tell(name, changes.get(name, 0))
    Path(store, f"{as_of}.txt").write_text(f"{promotion.kind} {promotion.recipe}")


def main(quarters: int) -> None:
    """Replay the quarters and print a table."""
    from dealerml.dates import quarter_ends

    rows = []
    with tempfile.TemporaryDirectory() as store:
        for date in quarter_ends(*ENDS)[-quarters:]:
            run = run_once(itself(__file__, store, str(date)))
            kind, recipe = Path(store, f"{date}.txt").read_text().split()
            rows.append(_row(str(date), kind, recipe, run.inner, run.wall, run.peak))
            print(rows[-1], file=sys.stderr, flush=True)
    heads = (
        "as of", "decision", "recipe", "past dates", "stopped", "PR-AUC", "best other − present",
        "anew − as it is", "entered, left", "wall, s", "peak, MiB",
    )  # fmt: skip
    print(markdown(heads, rows))


def _row(date: str, kind: str, recipe: str, found: dict, wall: float, peak: float) -> list[str]:
    return [
        date, kind, recipe, f"{found['slices']:.0f}", f"{found['events']:.0f}",
        f"{found['pr_auc']:.3f}" if "pr_auc" in found else "", _gap(found, "replace"),
        _gap(found, "refresh"), f"{found['entered']:.0f}, {found['left']:.0f}", f"{wall:.0f}",
        f"{peak:,.0f}",
    ]  # fmt: skip


def _gap(found: dict, name: str) -> str:
    if f"{name}_difference" not in found:
        return ""
    values = [found[f"{name}_{column}"] for column in ("difference", "low", "high")]
    return "{:+.3f} ({:+.3f} to {:+.3f})".format(*values)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_quarter(sys.argv[1], sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
