"""Scorecards of regions and of our own people: how their dealers do, and what could be expected."""

from dataclasses import dataclass

import pandas as pd

from dealerml.features.peers import size_deciles
from dealerml.segments.columns import (
    ORDERING_STATUSES,
    need_columns,
    read_numbers,
    read_scope,
)
from dealerml.words import ColumnName, Sentence, Spoken

NOW, BEFORE, RISK = "net_amount_365d", "net_amount_365d_last_year", "churn_risk"
# With fewer dealers a growth rate is that of one or two of them.
SMALL = 5
# Where one dealer brings more than this, the group's growth is that dealer's.
SINGLE = 0.5


@dataclass(frozen=True)
class Scorecard(Spoken):
    """One row per region or owner, the largest first.

    ``table`` is indexed by the value of ``by``, "" for dealers without one:
        ``dealers``           int, dealers ever seen; ``ordering``, ``new``, ``lapsed``: of them
        ``amount``            float, net amount of 12 months
        ``amount_share``      float 0-1, part of all groups
        ``growth``            float, 12 months ÷ the 12 before - 1; missing where that is not
                              above 0
        ``growth_stayed``     float, the same of dealers that bought in the 12 months before
        ``growth_expected``   float, what those would have had, had each grown like all dealers of
                              its size
        ``growth_beyond``     float, the difference: what is not explained by the size of dealers
        ``top_share``         float 0-1, part of the group's amount that its largest dealer brings
        ``stops_expected``    float, sum of the churn risks; missing without them
        ``is_small``          bool, fewer than five dealers bought in the 12 months before: read its
                              growth as that of single dealers
    """

    by: str


def score_groups(x: pd.DataFrame, *, by: str = "region") -> Scorecard:
    """How do the dealers of each region or owner do, and did they do better than their kind?

    Parameters
    ----------
    x
        Features, one row per dealer; with ``churn_risk`` joined where there is one.
    by
        ``region``, or a column joined from `dealer_profile` such as ``owner``. What is listed
        today is not what held a year ago: a handed-over dealer counts for its present owner.

    Notes
    -----
    A group of small dealers grows otherwise than one of large ones. Each dealer that bought in the
    12 months before is expected to grow like all dealers of its tenth by size together; what a
    group's dealers add to that is theirs, or chance.

    Raises
    ------
    TableError
        If a column is not among the features.

    Examples
    --------
    >>> x = pd.DataFrame(
    ...     {
    ...         "region": ["North", "North", "South"],
    ...         "status": "active",
    ...         "net_amount_365d": [30.0, 30.0, 40.0],
    ...         "net_amount_365d_last_year": [25.0, 25.0, 50.0],
    ...     }
    ... )
    >>> score_groups(x).table[["dealers", "amount_share", "growth"]]
            dealers  amount_share  growth
    region
    North         2           0.6     0.2
    South         1           0.4    -0.2
    """
    need_columns(x, [by, "status", NOW, BEFORE])
    rows = pd.DataFrame(
        {
            by: read_scope(x, by),
            "now": read_numbers(x, NOW).fillna(0.0),
            "before": read_numbers(x, BEFORE).fillna(0.0),
            "risk": read_numbers(x, RISK),
            "ordering": x["status"].isin(ORDERING_STATUSES),
            "new": x["status"] == "new",
            "lapsed": x["status"] == "lapsed",
        }
    ).sort_index()
    table = _score(rows, by)
    return Scorecard(table, _say(table, by), by)


def expect_growth(rows: pd.DataFrame) -> pd.Series:
    """What would each dealer have bought, had it grown like all dealers of its size?

    Returns
    -------
    float, ``before`` times the growth of its tenth; 0 where ``before`` is not above zero.
    """
    stayed = rows[rows["before"] > 0]
    tenth = size_deciles(stayed["before"])
    sums = stayed[["now", "before"]].groupby(tenth).transform("sum")
    expected = stayed["before"] * sums["now"] / sums["before"]
    return expected.reindex(rows.index, fill_value=0.0)


def _score(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    stayed = rows["before"] > 0
    rows = rows.assign(
        expected=expect_growth(rows),
        kept=rows["now"].where(stayed, 0.0),
        base=rows["before"].where(stayed, 0.0),
        stayed=stayed,
    )
    groups = rows.groupby(by)
    sums = groups[["now", "before", "expected", "kept", "base"]].sum()
    base = sums["base"].where(sums["base"] > 0)
    counts = groups[["ordering", "new", "lapsed"]].sum().astype("int64")
    counts.insert(0, "dealers", groups.size())
    total = float(sums["now"].sum())
    positive = sums["now"].where(sums["now"] > 0)
    table = counts.assign(
        amount=sums["now"],
        amount_share=sums["now"] / total if total > 0 else float("nan"),
        growth=sums["now"] / sums["before"].where(sums["before"] > 0) - 1,
        growth_stayed=sums["kept"] / base - 1,
        growth_expected=sums["expected"] / base - 1,
        growth_beyond=(sums["kept"] - sums["expected"]) / base,
        top_share=(groups["now"].max() / positive).clip(0.0, 1.0),
        stops_expected=groups["risk"].sum(min_count=1),
        is_small=groups["stayed"].sum() < SMALL,
    )
    return table.sort_values("amount", ascending=False, kind="stable")


def _say(table: pd.DataFrame, by: str) -> tuple[Sentence, ...]:
    told = table[table.index != ""]
    if told.empty:
        return (Sentence("segments.scorecard_nothing", {"by": ColumnName(by)}),)
    first = told.iloc[0]
    values = {
        "by": ColumnName(by),
        "n": len(told),
        "name": str(told.index[0]),
        "share": float(first["amount_share"]),
        "dealers": int(first["dealers"]),
    }
    said = [Sentence("segments.scorecard_summary", values)]
    judged = told[~told["is_small"] & told["growth_beyond"].notna() & (told["top_share"] < SINGLE)]
    if len(judged) > 1:
        ranked = judged["growth_beyond"].sort_values(kind="stable")
        values = {
            "best": str(ranked.index[-1]),
            "worst": str(ranked.index[0]),
            "above": float(ranked.iloc[-1]),
            "below": float(ranked.iloc[0]),
        }
        said.append(Sentence("segments.scorecard_beyond", values))
    if "" in table.index:
        said.append(Sentence("segments.scorecard_without", {"n": int(table["dealers"][""])}))
    return tuple(said)
