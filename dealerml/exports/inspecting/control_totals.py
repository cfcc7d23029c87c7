"""The books of finance, held against the order lines that were kept, month by month."""

from typing import TYPE_CHECKING, Final

from dealerml.tables import Tables, sum_months
from dealerml.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("month", "basis", "amount", "ours", "difference", "share")
TABLE: Final = "control_totals"
# Less than this is the rounding of sums, not a difference.
CENT: Final = 0.005


def compare_control_totals(tables: Tables) -> "pd.DataFrame":
    """How far do our order lines lie from what finance has booked?

    Amounts of one month and basis are added up. Returned money may be written with either sign.

    Returns
    -------
    One row per month and basis of ``control_totals``, in order; none without such a table:
        ``month``       text, 2025-06
        ``basis``       net, billed (positive lines) or returned (negative lines)
        ``amount``      money; what finance says, ≤ 0 for returned
        ``ours``        money; the sum of the kept order lines of that month
        ``difference``  money; ours − amount, 0 where it is below a cent
        ``share``       absolute difference ÷ absolute amount, ≥ 0; 1 where finance has nothing

    Examples
    --------
    >>> import pandas as pd
    >>> from dealerml.tables import make_tables
    >>> lines = {"dealer_id": ["A"], "order_date": ["2025-06-05"], "net_amount": ["90"]}
    >>> booked = {"month": ["2025-06-30"], "amount": ["100"]}
    >>> compare_control_totals(
    ...     make_tables(order_lines=pd.DataFrame(lines), control_totals=pd.DataFrame(booked))
    ... )
         month basis  amount  ours  difference  share
    0  2025-06   net   100.0  90.0       -10.0    0.1
    """
    booked = _read_booked(tables)
    if not len(booked):
        return booked.assign(ours=[], difference=[], share=[]).astype(
            dict.fromkeys(COLUMNS[2:], "float64")
        )
    sums = sum_months(tables).set_index("month")
    wide = sums[["net_amount", "billed_amount", "returned_amount"]]
    known = {
        (month, str(name).removesuffix("_amount")): float(value)
        for name, column in wide.items()
        for month, value in column.items()
    }
    pairs = zip(booked["month"], booked["basis"], strict=True)
    ours = [known.get(pair, 0.0) for pair in pairs]
    table = booked.assign(ours=ours)
    difference = (table["ours"] - table["amount"]).round(4)
    table["difference"] = difference.where(difference.abs() >= CENT, 0.0)
    base = table["amount"].abs()
    share = table["difference"].abs() / base.where(base > 0)
    table["share"] = share.fillna((table["difference"] != 0).astype("float64"))
    return table[list(COLUMNS)]


def say_control_totals(control: "pd.DataFrame", limit: float) -> Sentence:
    """Do finance and the order lines agree, in one sentence?"""
    if not len(control):
        return Sentence("inspection.control_absent")
    differing = control[control["difference"] != 0]
    if not len(differing):
        return Sentence("inspection.control_agrees", {"n": len(control)})
    counts = {"n": len(control), "differing": len(differing)}
    beyond = {"beyond": int((control["share"] > limit).sum()), "limit": limit}
    return Sentence("inspection.control_differs", {**counts, **beyond, **worst_total(control)})


def worst_total(control: "pd.DataFrame") -> dict[str, object]:
    """Which month and basis differs most, as a share of what finance says?"""
    worst = control.sort_values(["share", "month", "basis"], ascending=[False, True, True]).iloc[0]
    return {
        "month": worst["month"],
        "basis": Sentence(f"inspection.basis.{worst['basis']}"),
        "amount": float(worst["amount"]),
        "ours": float(worst["ours"]),
        "share": float(worst["share"]),
    }


def _read_booked(tables: Tables) -> "pd.DataFrame":
    import pandas as pd

    frame = tables.table(TABLE)
    rows = [] if frame is None else frame.collect("pyarrow").to_native().to_pylist()
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (f"{row['month']:%Y-%m}", row["basis"] or "net")
        amount = float(row["amount"])
        taken = -abs(amount) if key[1] == "returned" else amount
        sums[key] = sums.get(key, 0.0) + taken
    found = [(*key, sums[key]) for key in sorted(sums)]
    table = pd.DataFrame(found, columns=list(COLUMNS[:3]))
    return table.astype({"month": "str", "basis": "str", "amount": "float64"})
