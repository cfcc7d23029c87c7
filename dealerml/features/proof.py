"""The proof, on the export at hand, that no feature knows what came after its as-of date."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from dealerml.dates import as_date, to_day
from dealerml.features.build import build_features
from dealerml.features.laws import differing_columns, with_wild_future, without_future
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    from dealerml.policy import Policy
    from dealerml.tables import Tables

CHANGES = {"unseen": without_future, "nonsense": with_wild_future}


@dataclass(frozen=True)
class FutureProof(Spoken):
    """Which features changed when the future was taken away, or turned into nonsense.

    Parameters
    ----------
    table
        One row per column of `build_features`: ``feature``, ``unseen`` and ``nonsense``, whether it
        stayed the same, value for value, when later lines were deleted and when they were changed.
    later_rows
        Order lines that became known after the as-of date; without any, nothing is proven.
    """

    later_rows: int

    @property
    def holds(self) -> bool:
        """Whether every feature stayed the same both times."""
        return bool(self.table[list(CHANGES)].to_numpy().all())


def prove_no_future(
    tables: "Tables", as_of: str | dt.date, *, policy: "Policy | None" = None
) -> FutureProof:
    """Does any feature change if what came after its as-of date is deleted, or made nonsense?

    Parameters
    ----------
    as_of
        A date with order lines after it.

    Examples
    --------
    >>> from dealerml.tables import example_tables
    >>> proof = prove_no_future(example_tables(), "2025-05-15")
    >>> proof.later_rows, proof.holds
    (4, True)
    """
    day = as_date(as_of)
    features = build_features(tables.as_of(day), policy=policy)
    table = pd.DataFrame({"feature": pd.Series(list(features.columns), dtype="str")})
    for name, change in CHANGES.items():
        again = build_features(change(tables, day).as_of(day), policy=policy)
        changed = differing_columns(features, again)
        shape = set(changed) - set(features.columns)
        table[name] = ~table["feature"].isin(changed) & (not shape)
    later = tables.lines.filter(nw.col("known_day") > to_day(day)).select(rows=nw.len())
    rows = int(later.collect("pyarrow").to_native().to_pylist()[0]["rows"])
    values = {"as_of": day, "rows": rows, "n": len(table), "dealers": len(features)}
    return FutureProof(table, _say(table, values), rows)


def _say(table: pd.DataFrame, values: dict[str, object]) -> tuple[Sentence, ...]:
    if not values["rows"]:
        return (Sentence("notebook.proof.no_future", values),)
    moved = {name: int((~table[name]).sum()) for name in CHANGES}
    return (Sentence("notebook.proof.told", values | moved),)
