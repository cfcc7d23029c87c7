"""Channel loading: orders pushed into the last days of a quarter, and the dip that follows."""

from itertools import pairwise

import narwhals as nw

from dealerml.features.orders import KEYS, divide
from dealerml.features.spans import within
from dealerml.features.windows import DAYS_AFTER, LAST_DAYS, QUARTERS, YEAR, window_sums
from dealerml.tables import Lazy, Snapshot


def loading(snapshot: Snapshot) -> Lazy:
    """Does each dealer order more in the last days of a quarter than it used to, and less after?

    Quarters are those of the fiscal year.

    Returns
    -------
    One row per as-of date and dealer with any line:
        ``quarter_end_share``        share; ordered in the last ten days of the last complete
                                     quarter ÷ in the whole of it, in money, returns subtracted;
                                     about 0.11 where orders come evenly, null where the quarter
                                     brought nothing
        ``quarter_end_share_usual``  share; the same over the four quarters before
        ``quarter_end_excess``       share; the one minus the other, above 0 is loading
        ``after_quarter_end_ratio``  ratio; money of the 30 days after a quarter's end ÷ the usual
                                     30 days of the four quarters up to it, for the last quarter
                                     end with 30 days after it
    """
    end = [nw.col(f"end_{number}") for number in range(QUARTERS)]
    lengths = [older - newer for newer, older in pairwise(end)]
    sums = {
        "last": within("net_amount", end[0], LAST_DAYS),
        "quarter": within("net_amount", end[0], lengths[0]),
        "quarter_past": within("net_amount", end[1], end[-1] - end[1]),
        **{f"last_{k}": within("net_amount", end[k], LAST_DAYS) for k in range(1, QUARTERS - 1)},
    }
    # The dip of the newest quarter end that has the days after it behind it.
    newest = nw.when(end[0] >= DAYS_AFTER)
    ended = newest.then(end[0]).otherwise(end[1])
    year_before = newest.then(end[4]).otherwise(end[5])
    sums["after"] = within("net_amount", ended - DAYS_AFTER, DAYS_AFTER)
    sums["year"] = within("net_amount", ended, year_before - ended)
    added = window_sums(snapshot).group_by(*KEYS).agg(**sums)
    last_past = nw.sum_horizontal(*(nw.col(f"last_{k}") for k in range(1, QUARTERS - 1)))
    shares = added.with_columns(
        quarter_end_share=divide(nw.col("last"), nw.col("quarter")),
        quarter_end_share_usual=divide(last_past, nw.col("quarter_past")),
        after_quarter_end_ratio=divide(nw.col("after"), nw.col("year")) * (YEAR / DAYS_AFTER),
    )
    excess = nw.col("quarter_end_share") - nw.col("quarter_end_share_usual")
    told = ("quarter_end_share", "quarter_end_share_usual")
    return shares.select(*KEYS, *told, "after_quarter_end_ratio", quarter_end_excess=excess)
