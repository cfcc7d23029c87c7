"""What dealers did at this time of past years, and how even their amounts are."""

import narwhals as nw

from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import within
from dealerml.features.windows import LAST_YEAR, MONTH, MONTHS, PAUSE, QUARTER, window_sums
from dealerml.tables import Lazy, Snapshot


def season(snapshot: Snapshot) -> Lazy:
    """What did each dealer do at this time of past years, and how even are its amounts?

    Returns
    -------
    One row per as-of date and dealer with any line:
        ``order_days_ahead_last_year``  count; order days in the 90 days that followed the same
                                        day last year
        ``net_amount_ahead_last_year``  money; net amount of the 90 days that followed the same
                                        day last year
        ``seasonal_pause``              1 or 0; silent for six weeks now, and in the same six weeks
                                        of both past years, though ordering in between
        ``amount_cv_365d``              ratio, ≥ 0; spread ÷ mean of the last twelve 30-day sums,
                                        null for a dealer first seen within them
    """
    silent = {f"days_{n}": within("order_days", n * LAST_YEAR, PAUSE) for n in range(3)}
    between = {
        f"between_{n}": within("order_days", n * LAST_YEAR + PAUSE, LAST_YEAR - PAUSE)
        for n in range(2)
    }
    months = {f"sum_{n}": within("net_amount", MONTH * n, MONTH) for n in range(MONTHS)}
    sums = (
        window_sums(snapshot)
        .group_by(*KEYS)
        .agg(
            oldest=nw.col("oldest_ago").max(),
            order_days_ahead_last_year=within("order_days", LAST_YEAR - QUARTER, QUARTER),
            net_amount_ahead_last_year=within("net_amount", LAST_YEAR - QUARTER, QUARTER),
            **silent,
            **between,
            **months,
        )
    )
    paused = nw.col("oldest") >= 2 * LAST_YEAR + PAUSE
    for name in silent:
        paused = paused & (nw.col(name) == 0)
    for name in between:
        paused = paused & (nw.col(name) > 0)
    values = [nw.col(name).cast(nw.Float64()) for name in months]
    return (
        sums.with_columns(mean=sum(values[1:], values[0]) / len(values))
        .with_columns(
            seasonal_pause=nw.when(paused).then(1).otherwise(0), amount_cv_365d=_variation(values)
        )
        .drop(*silent, *between, *months, "oldest", "mean")
    )


def _variation(values: list[nw.Expr]) -> nw.Expr:
    mean = nw.col("mean")
    squares = [(value - mean) * (value - mean) for value in values]
    spread = (sum(squares[1:], squares[0]) / len(values)).sqrt()
    return nw.when(nw.col("oldest") >= MONTH * MONTHS).then(divide(spread, mean))
