"""Were the alert rules right? Eight past quarters of iowa_liquor, beside random lists as long.

Active 90 days, horizon 90 days; an alert was right when no order followed within the horizon, or
less than half of the same days last year. Risks are those of models that knew nothing later,
classes those of each date. Then the bands of health on the same dates.

    DEALERML_DATA=… python benchmarks/bench_alerts.py
"""

import pandas as pd
from measuring import data, markdown

CHAMPION = "interacting_boosting"
QUARTERS = 8


def main() -> None:
    """One table of rules, and one of health's bands."""
    import dealerml as dml
    from dealerml.churn import CHURN_MODELS
    from dealerml.exports import read_export
    from dealerml.features import build_panel
    from dealerml.policy import load_policy

    policy = load_policy().changed({"definitions.active_days": 90, "churn.test_slices": QUARTERS})
    snapshot = read_export(data("iowa_liquor")).as_of("2019-12-31")
    dates = [date.date() for date in pd.date_range("2013-03-31", "2019-09-30", freq="QE")]
    panel = build_panel(snapshot, dates, horizon=90, policy=policy)
    models = {CHAMPION: CHURN_MODELS[CHAMPION]}
    risk = dml.backtest_churn(panel, models, policy=policy, n_bootstrap=10).predictions[CHAMPION]
    last = panel.index.get_level_values("as_of").unique().sort_values()[-QUARTERS:]
    classes = {day: dml.rank_abc(panel.loc[day], policy=policy).table["abc_class"] for day in last}
    joined = pd.concat([risk.rename("churn_risk"), pd.concat(classes, names=["as_of"])], axis=1)
    records = dml.record_rules(panel, joined=joined, policy=policy)
    print(_rules(records.table))
    print("\n" + _bands(dml.validate_health(panel.loc[last], policy=policy).table))


def _rules(table: pd.DataFrame) -> str:
    rows = []
    for kind, row in table.iterrows():
        right = f"{row['precision']:.2f} ({row['precision_low']:.2f}–{row['precision_high']:.2f})"
        known = row["known"] > 0
        rows.append(
            [
                str(kind),
                f"{row['alerts']:,}",
                right if known else "",
                f"{row['random_precision']:.3f}" if known else "",
                f"{row['times_random']:.1f}" if known else "",
                f"{row['recall']:.2f}",
                f"{row['lead_days']:.0f}" if known else "",
            ]
        )
    heads = ("rule", "alerts", "right (95 %)", "random list", "times", "of those that stopped")
    return markdown((*heads, "days ahead of lapsing, median"), rows)


def _bands(table: pd.DataFrame) -> str:
    rows = [
        [
            str(band),
            f"{row['scores']:,.0f}",
            f"{row['churned_share']:.4f} ({row['lo95']:.4f}–{row['hi95']:.4f})",
            f"{row['amount_change']:+.1%}",
        ]
        for band, row in table.iterrows()
    ]
    return markdown(("band", "scores", "stopped (95 %)", "amount on last year, next 90 days"), rows)


if __name__ == "__main__":
    main()
