"""Do sums hold: dealers, regions and the total, beside models of the total alone, and their ranges?

iowa_liquor, areas of three-digit ZIP codes as regions, the dealers known at each of twelve quarter
ends from 2016-12 to 2019-09, three months ahead. What `forecast_sales` says, bottom-up and
reconciled, against seasonal ARIMA, exponential smoothing and last year on the total alone;
then how often its ranges held on origins that they were not measured on. The total's share has a
binomial interval; its months of one origin are not independent, so that the interval is too narrow.

    DEALERML_DATA=… python benchmarks/bench_sums.py
"""

import numpy as np
import pandas as pd
from measuring import data, markdown

ORIGINS = pd.period_range("2016-12", "2019-09", freq="M")[::3]
MONTHS = 3


def main() -> None:
    """Score every contender at all origins and print two tables."""
    series, areas = _read()
    errors: dict[str, list[np.ndarray]] = {}
    inside: dict[tuple[str, int], list[bool]] = {}
    sizes, worst = [], 0.0
    for origin in ORIGINS:
        known = series.loc[:, :origin]
        known = known[known.notna().any(axis=1)]
        after = series.loc[known.index, origin + 1 : origin + MONTHS]
        came = after.sum().to_numpy()
        sizes.append(came.sum())
        forecast = _ours(known, areas)
        worst = max(worst, _incoherence(forecast.table))
        for name, told in _totals(known, forecast).items():
            errors.setdefault(name, []).append(np.abs(told - came))
        for level, held in _inside(forecast.table, after, areas).items():
            for width, flags in held.items():
                inside.setdefault((level, width), []).extend(flags)
    print(_error_table(errors, np.array(sizes)))
    print("\n" + _coverage_table(inside))
    print(f"\nLargest difference between dealers added up and their total or region: {worst:.4f}.")


def _read() -> tuple[pd.DataFrame, pd.Series]:
    from dealerml.exports import read_export
    from dealerml.features import build_series

    stores = pd.read_parquet(data("iowa_liquor") / "stores.parquet")
    areas = stores.set_index(stores["store_number"].astype(str))["zip_code"].astype(str).str[:3]
    return build_series(read_export(data("iowa_liquor")).as_of("2019-12-31")), areas


def _ours(known: pd.DataFrame, areas: pd.Series):
    from dealerml.growth import forecast_sales

    return forecast_sales(known, horizon=30 * MONTHS, regions=areas)


def _totals(known: pd.DataFrame, forecast) -> dict[str, np.ndarray]:
    """The total of the next months, by each contender."""
    from dealerml.growth.calendar import calendar_facts
    from dealerml.growth.forecasters import FORECASTERS
    from dealerml.growth.sum_models import _facts, fit_ets, fit_sarimax

    total = forecast.table[forecast.table["level"] == "total"].sort_values("month")["mean"]
    y = known.sum().to_numpy()
    months = pd.period_range(known.columns[0], periods=len(y) + 12, freq="M")
    plain, calendar = (
        _facts(facts, len(y)) for facts in (calendar_facts(months) * 0, calendar_facts(months))
    )
    raw = forecast.stay.sum().to_numpy()[:MONTHS]
    told = {
        "forecast_sales": total.to_numpy()[:MONTHS],
        "its dealers before experience and regions": raw,
        "last year repeated": FORECASTERS["seasonal_naive"](y[None], MONTHS)[0],
        "Theta on the total": FORECASTERS["theta"](y[None], MONTHS)[0],
    }
    for name, facts in (("", plain), (" with the calendar", calendar)):
        told[f"ETS on the total{name}"] = np.exp(fit_ets(y, facts, MONTHS).mean)
        told[f"SARIMA on the total{name}"] = np.exp(fit_sarimax(y, facts, MONTHS).mean)
    return told


def _incoherence(table: pd.DataFrame) -> float:
    sums = table.groupby(["level", "month"])["mean"].sum().reset_index()
    wide = sums.pivot_table(index="month", columns="level", values="mean")
    return float(wide.sub(wide["total"], axis=0).abs().max().max())


def _inside(
    table: pd.DataFrame, after: pd.DataFrame, areas: pd.Series
) -> dict[str, dict[int, list[bool]]]:
    known = areas.reindex(after.index).fillna("")
    active = table[(table["level"] == "dealer") & (table["hi80"] > 0)]["key"].unique()
    actual = {
        "dealer": after.loc[after.index.isin(active)],
        "region": after.groupby(known.to_numpy()).sum(),
        "total": after.sum().to_frame("total").T,
    }
    held: dict[str, dict[int, list[bool]]] = {}
    for level, came in actual.items():
        rows = (
            came.rename_axis("key").reset_index().melt("key", var_name="period", value_name="came")
        )
        rows["month"] = rows["period"].astype(str)
        both = rows.merge(table[table["level"] == level], on=["key", "month"])
        held[level] = {
            width: (
                (both[f"lo{width}"] <= both["came"]) & (both["came"] <= both[f"hi{width}"])
            ).tolist()
            for width in (80, 95)
        }
    return held


def _error_table(errors: dict[str, list[np.ndarray]], sizes: np.ndarray) -> str:
    """WAPE of single months, and the difference to ours with origins drawn anew."""
    drawn = np.random.default_rng(0).integers(0, len(sizes), (2000, len(sizes)))
    sums = {name: np.array([each.sum() for each in parts]) for name, parts in errors.items()}
    ours, rows = sums["forecast_sales"], []
    for name, each in sums.items():
        gap = (each - ours)[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
        low, high = np.quantile(gap, (0.025, 0.975))
        cells = f"{(each - ours).sum() / sizes.sum():+.3f} ({low:+.3f} to {high:+.3f})"
        rows.append([name, f"{each.sum() / sizes.sum():.3f}", cells])
    return markdown(("the total", "WAPE", "minus ours (95 %, origins drawn)"), rows)


def _coverage_table(inside: dict[tuple[str, int], list[bool]]) -> str:
    from statsmodels.stats.proportion import proportion_confint

    rows = []
    for level in ("dealer", "region", "total"):
        cells = []
        for width in (80, 95):
            flags = inside[level, width]
            low, high = proportion_confint(sum(flags), len(flags), method="wilson")
            cells.append(f"{100 * np.mean(flags):.1f} % ({100 * low:.0f} to {100 * high:.0f})")
        rows.append([level, f"{len(inside[level, 80]):,}", *cells])
    return markdown(("months within", "n", "80 %", "95 %"), rows)


if __name__ == "__main__":
    main()
