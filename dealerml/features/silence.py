"""How unusual the present silence of each dealer is, given the pauses it usually makes."""

import math

import narwhals as nw

from dealerml.features.orders import KEYS, divide, order_days
from dealerml.tables import Lazy, Snapshot

# Logs of gaps are counted in ten-thousandths: whole numbers add up the same in any order.
SCALE = 10_000
# A dealer's own spread counts beside that of so many gaps of the average dealer.
PRIOR_GAPS = 5
# 19 gaps in 20 stay below the limit: the logistic distribution has that at the log of 19.
LIMIT_STEPS = math.log(19)
# The spread of a logistic distribution with scale 1.
LOGISTIC_SPREAD = math.pi / math.sqrt(3)


def silence(snapshot: Snapshot) -> Lazy:
    """How likely is it that a usual pause of this dealer lasts longer than its present silence?

    Returns
    -------
    One row per as-of date and dealer with an order day:
        ``silence_probability``  probability, 0–1; that a gap of this dealer is longer than the
                                 days since its last order; small is a silence unlike it, null
                                 where no dealer has two gaps
        ``gap_limit_days``       days; the silence that 95 in 100 of its gaps stay below, from the
                                 same distribution

    Notes
    -----
    Gaps between order days are taken as log-logistic, each dealer with a middle and a spread of its
    own. Both are drawn towards those of all dealers known by the as-of date: the middle by the
    ratio of the variance within dealers to that between them, so that a dealer with two gaps says
    little and one with fifty speaks for itself. The silence is counted half a day longer than it
    is, because orders come in whole days.

    References
    ----------
    Bennett, S. (1983), Log-logistic regression models for survival data,
    https://doi.org/10.2307/2347295
    Efron, B. and Morris, C. (1975), Data analysis using Stein's estimator and its generalizations,
    https://doi.org/10.1080/01621459.1975.10479864

    Examples
    --------
    After gaps of 10 and 20 days dealer A is silent for 30; after gaps of 10, 357 and 10 days dealer
    B is for 8; dealer C is for 191 after a single gap of 20 days.

    >>> from dealerml.tables import example_tables
    >>> x = silence(example_tables().as_of("2025-06-30")).collect("pandas").to_native()
    >>> x.sort_values("dealer_id").set_index("dealer_id")["silence_probability"].round(2).to_dict()
    {'A': 0.39, 'B': 0.71, 'C': 0.09}
    """
    own = _own_gaps(snapshot)
    return _probability(own.join(_all_gaps(own), on="as_of_day", how="left"))


def _own_gaps(snapshot: Snapshot) -> Lazy:
    """Number, sum and sum of squares of each dealer's logs of gaps; their mean and spread."""
    log = (nw.col("gap_days").cast(nw.Float64()).log() * SCALE).round().cast(nw.Int64())
    days = order_days(snapshot).with_columns(log=log)
    sums = (
        days.with_columns(square=nw.col("log") * nw.col("log"))
        .group_by(*KEYS)
        .agg(
            recency=nw.col("days_ago").min(),
            n=nw.col("log").count(),
            total=nw.col("log").sum(),
            squares=nw.col("square").sum(),
        )
    )
    n, total = nw.col("n"), nw.col("total").cast(nw.Float64())
    around = nw.col("squares").cast(nw.Float64()) - total * total / n
    return sums.with_columns(
        mean=nw.when(n > 0).then((total / n).round()).cast(nw.Int64()),
        # Whole numbers again: they are added up over dealers.
        around=nw.when(n > 0).then(around.round()).otherwise(0.0).cast(nw.Int64()),
        parts=nw.when(n > 0).then((SCALE / n).round()).cast(nw.Int64()),
    )


def _all_gaps(own: Lazy) -> Lazy:
    """At each as-of date, the middle of all dealers, and the variance within and between them."""
    mean = nw.col("mean")
    sums = (
        own.filter(~mean.is_null())
        .with_columns(mean_square=mean * mean, freedom=nw.col("n") - 1)
        .group_by("as_of_day")
        .agg(
            dealers=nw.len(),
            means=mean.sum(),
            mean_squares=nw.col("mean_square").sum(),
            parts=nw.col("parts").sum(),
            around=nw.col("around").sum(),
            freedom=nw.col("freedom").sum(),
        )
    )
    k, means = nw.col("dealers").cast(nw.Float64()), nw.col("means").cast(nw.Float64())
    spread = nw.col("mean_squares").cast(nw.Float64()) - means * means / k
    within = divide(nw.col("around"), nw.col("freedom"))
    noise = nw.col("within") * nw.col("parts").cast(nw.Float64()) / SCALE / k
    between = nw.when(k > 1).then(spread / (k - 1)).otherwise(0.0) - noise
    return sums.with_columns(within=within).select(
        "as_of_day",
        "within",
        middle=means / k,
        # Dealers alike in all but chance: a thousandth keeps the ratio finite.
        between=nw.max_horizontal(between, nw.col("within") / 1000),
    )


def _probability(joined: Lazy) -> Lazy:
    n = nw.col("n").cast(nw.Float64())
    within = nw.col("within")
    weight = n + within / nw.col("between")
    prior = within / nw.col("between") * nw.col("middle")
    freedom = PRIOR_GAPS + nw.max_horizontal(n - 1, nw.lit(0.0))
    variance = (PRIOR_GAPS * within + nw.col("around").cast(nw.Float64())) / freedom
    silent = (nw.col("recency").cast(nw.Float64()) + 0.5).log() * SCALE
    frame = joined.with_columns(
        expected=(nw.col("total").fill_null(0).cast(nw.Float64()) + prior) / weight,
        deviation=(variance + variance / weight).sqrt(),
        silent=silent,
    )
    steps = (nw.col("silent") - nw.col("expected")) / nw.col("deviation") * LOGISTIC_SPREAD
    known = nw.when(nw.col("deviation") > 0)
    limit = nw.col("expected") + nw.col("deviation") * (LIMIT_STEPS / LOGISTIC_SPREAD)
    return frame.select(
        *KEYS,
        silence_probability=known.then(1 / (1 + steps.exp())),
        gap_limit_days=known.then((limit / SCALE).exp() - 0.5),
    )
