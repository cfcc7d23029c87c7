"""All that somebody should look at before believing an export, gathered once."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dealerml.errors import ExportError
from dealerml.exports.ingest import Ingest
from dealerml.exports.inspecting.control_totals import compare_control_totals, say_control_totals
from dealerml.exports.inspecting.dealer_sides import (
    list_dealers_without_orders,
    list_orders_without_dealers,
)
from dealerml.exports.inspecting.file_facts import list_files, list_first_rows
from dealerml.exports.inspecting.profiles import rate_profiles
from dealerml.exports.inspecting.silences import find_silences
from dealerml.exports.inspecting.suspects import find_suspects
from dealerml.exports.linking.alike import find_alike
from dealerml.policy import Policy, load_policy
from dealerml.tables import SCHEMAS, Tables, measure_filling
from dealerml.words import Sentence, Spoken

if TYPE_CHECKING:
    import pandas as pd

# Only needed where several systems or currencies meet, or finance gives its sums.
SPECIAL: Final = ("dealer_links", "fx", "control_totals")
# Owners with fewer dealers are not compared: one empty record would decide.
LEAST_DEALERS: Final = 5


@dataclass(frozen=True)
class Inspection(Spoken):
    """What an export holds, what is odd about it, and what it lacks.

    ``table`` and ``files`` are one row per file, see ``list_files``.

    Parameters
    ----------
    gaps
        Stretches without rows, see ``find_silences``.
    unread
        Files that were not read: ``file`` and ``why`` (a code).
    control
        Sums of finance beside ours, see ``compare_control_totals``.
    filling
        How complete each column is, see ``measure_filling``.
    suspects
        Order lines that may be there twice, see ``Suspects``; a bounded list.
    exact, near, groups
        How many such lines and groups there are in all.
    alike
        Dealers that may be one, see ``find_alike``.
    owners
        How well the dealer list is kept, see ``rate_profiles``.
    dealers_without_orders, orders_without_dealers
        Dealers on one side only.
    first_rows
        The first rows of each table as understood, see ``list_first_rows``.
    absent
        Canonical tables that the export does not have.
    as_of
        The last day of the data, from which ages are counted.
    """

    gaps: "pd.DataFrame"
    unread: "pd.DataFrame"
    control: "pd.DataFrame"
    filling: "pd.DataFrame"
    suspects: "pd.DataFrame"
    exact: int
    near: int
    groups: int
    alike: "pd.DataFrame"
    owners: "pd.DataFrame"
    dealers_without_orders: "pd.DataFrame"
    orders_without_dealers: "pd.DataFrame"
    first_rows: "pd.DataFrame"
    absent: tuple[str, ...]
    as_of: dt.date

    @property
    def files(self) -> "pd.DataFrame":
        """One row per file that was read."""
        return self.table


def inspect_export(
    tables: Tables, *, as_of: dt.date | None = None, policy: Policy | None = None
) -> Inspection:
    """What should somebody look at before believing an export?

    Parameters
    ----------
    tables
        As ``read_export`` gives them.
    as_of
        The last day of the data, never today; that of the last order line where None.
    policy
        The topic ``limits`` counts here; the shipped policy if not given.

    Raises
    ------
    ExportError
        If the tables were not read from files.
    """
    ingest = tables.ingest
    if not isinstance(ingest, Ingest):
        message = "These tables were made in Python: only what read_export reads can be inspected."
        raise ExportError(message)
    limits = (policy or load_policy()).limits
    suspects = find_suspects(ingest)
    last = as_of or ingest.last_date or tables.span()[1]
    found = Inspection(
        table=list_files(ingest),
        said=(),
        gaps=find_silences(ingest, least_days=int(limits["gap_days"])),
        unread=_list_unread(ingest),
        control=compare_control_totals(tables),
        filling=measure_filling(tables),
        suspects=suspects.table,
        exact=suspects.exact,
        near=suspects.near,
        groups=suspects.groups,
        alike=_list_alike(tables),
        owners=rate_profiles(tables, as_of=last),
        dealers_without_orders=list_dealers_without_orders(ingest),
        orders_without_dealers=list_orders_without_dealers(ingest),
        first_rows=list_first_rows(ingest),
        absent=tuple(n for n in SCHEMAS if n not in SPECIAL and tables.table(n) is None),
        as_of=last,
    )
    return replace(found, said=tuple(_sentences(found, limits["control_difference_share"])))


def _list_unread(ingest: Ingest) -> "pd.DataFrame":
    import pandas as pd

    rows = [(item.name, item.reason) for item in ingest.unread]
    return pd.DataFrame(rows, columns=["file", "why"], dtype="str")


def _list_alike(tables: Tables) -> "pd.DataFrame":
    import pandas as pd

    small = [
        None if frame is None else frame.collect("pandas").to_native()
        for frame in (tables.dealers, tables.successors)
    ]
    dealers = small[0] if small[0] is not None else pd.DataFrame({"dealer_id": []}, dtype="str")
    return find_alike(dealers, successors=small[1])


def _sentences(found: Inspection, limit: float) -> Iterator[Sentence]:
    yield say_control_totals(found.control, limit)
    if len(found.gaps):
        first = found.gaps.iloc[0]
        span = {"from_date": first["from_date"], "until_date": first["until_date"]}
        place = {"table": Sentence(f"exports.table.{first['table']}")}
        yield Sentence("inspection.gaps", {"n": len(found.gaps), **span, **place})
    if found.near:
        yield Sentence("inspection.near", {"n": found.near})
    if len(found.alike):
        yield Sentence("inspection.alike", {"n": len(found.alike)})
    yield from _say_owners(found)
    if found.absent:
        names = [Sentence(f"exports.table.{name}") for name in found.absent]
        yield Sentence("inspection.absent", {"tables": names})


def _say_owners(found: Inspection) -> Iterator[Sentence]:
    named = found.owners[(found.owners["owner"] != "") & (found.owners["dealers"] >= LEAST_DEALERS)]
    if len(named) < 2 or named["filled_share"].isna().all():
        return
    worst = named.sort_values(["filled_share", "owner"]).iloc[0]
    shares = {"share": worst["filled_share"], "usual": named["filled_share"].median()}
    yield Sentence("inspection.owner", {"owner": worst["owner"], **shares})
