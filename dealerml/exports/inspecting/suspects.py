"""Order lines that may stand in the data twice, listed so that somebody can decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dealerml.exports.counting import MOST_SORTED
from dealerml.exports.ingest import Ingest
from dealerml.exports.sql import quote_name
from dealerml.exports.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

EXACT, NEAR = "exact", "near"
# What two lines must share to be the same sale under another number.
SAME: Final = ("dealer_id", "order_date", "product_id", "quantity", "net_amount")
SHOWN: Final = ("order_id", "line_no", *SAME)
COLUMNS: Final = ("group", "alike", "file", "row", *SHOWN)
# So many groups of each kind are listed, those with the most money first.
MOST_GROUPS: Final = 200
# Of a group with more lines than this the first ones are listed.
MOST_LINES: Final = 10


@dataclass(frozen=True)
class Suspects:
    """Lines that may be there twice.

    Parameters
    ----------
    table
        The lines of the groups with the most money: ``group`` (number), ``alike`` (exact or near),
        ``file``, ``row`` (as in the file), then the columns of the order line that are there.
    exact
        How many lines equal an earlier one in every column.
    near
        How many lines are there again under another order, with the same dealer, date, product,
        quantity and amount.
    groups
        How many groups of lines there are in all, exact and near.
    """

    table: "pd.DataFrame"
    exact: int
    near: int
    groups: int


def find_suspects(ingest: Ingest, *, most_groups: int = MOST_GROUPS) -> Suspects:
    """Which order lines may be there twice?

    Exact ones agree in every column. Near ones are goods with an amount that another order has on
    the same day for the same dealer: a second entry, or a customer who came twice.
    """
    import pandas as pd

    workspace = ingest.workspace
    columns = [row[0] for row in workspace.rows("DESCRIBE SELECT * FROM order_lines")]
    found: list[pd.DataFrame] = []
    counts = {EXACT: (0, 0), NEAR: (0, 0)}
    asked = {EXACT: _exact(columns) if ingest.repeats else None, NEAR: _near(columns)}
    for alike, how in asked.items():
        if how is None or not _keep_repeated(workspace, how, columns):
            continue
        counts[alike] = _rank_groups(workspace, how, most_groups)
        start = sum(item["group"].nunique() for item in found)
        lines = _list_lines(ingest, columns)
        found.append(lines.assign(alike=alike, group=lines["group"] + start))
    shown = [name for name in COLUMNS if name not in SHOWN or name in columns]
    table = pd.concat([item[shown] for item in found]) if found else pd.DataFrame(columns=shown)
    workspace.connection.execute("DROP TABLE IF EXISTS suspect_lines")
    exact, near = counts[EXACT], counts[NEAR]
    return Suspects(table.reset_index(drop=True), ingest.repeats, near[0], exact[1] + near[1])


@dataclass(frozen=True)
class _How:
    """The key that alike lines share, which lines are asked, and what must differ among them."""

    key: str
    where: str
    again: str


def _exact(columns: Sequence[str]) -> _How:
    return _How(_hash(columns), "true", "count(*) - 1")


def _near(columns: Sequence[str]) -> _How | None:
    if "order_id" not in columns:
        return None
    goods = " AND coalesce(line_kind, 'goods') = 'goods'" if "line_kind" in columns else ""
    where = f"net_amount <> 0 AND order_id IS NOT NULL{goods}"
    return _How(_hash([n for n in SAME if n in columns]), where, "count(DISTINCT order_id) - 1")


def _hash(columns: Iterable[str]) -> str:
    return f"hash({', '.join(map(quote_name, columns))})"


def _keep_repeated(workspace: Workspace, how: _How, columns: Sequence[str]) -> bool:
    """Keep the lines whose hash is there twice in a small table; whether there are any.

    Sorting hashes takes far less memory than grouping millions of lines.
    """
    import pyarrow as pa

    repeated = _repeated_keys(workspace, how)
    if not len(repeated):
        return False
    workspace.connection.register("suspect_keys", pa.table({"key": repeated}))
    shown = ", ".join(quote_name(name) for name in SHOWN if name in columns)
    workspace.connection.execute(
        f'CREATE OR REPLACE TEMP TABLE suspect_lines AS SELECT {how.key} AS key, "at:file", '
        f'"at:row", "raw:row", {shown} FROM placed_order_lines WHERE "judged:set_aside" IS NULL '
        f"AND {how.where} AND {how.key} IN (SELECT key FROM suspect_keys)"
    )
    workspace.connection.unregister("suspect_keys")
    return True


def _repeated_keys(workspace: Workspace, how: _How) -> Any:
    import numpy as np

    rows = workspace.rows("SELECT count(*) FROM order_lines")[0][0]
    parts = 1 + int(rows) // MOST_SORTED
    found = []
    for part in range(parts):
        chosen = f" AND {how.key} % {parts} = {part}" if parts > 1 else ""
        query = f"SELECT {how.key} AS key FROM order_lines WHERE {how.where}{chosen}"
        keys = workspace.connection.execute(query).fetchnumpy()["key"]
        keys.sort()
        found.append(np.unique(keys[1:][keys[1:] == keys[:-1]]))
    return np.concatenate(found)


def _rank_groups(workspace: Workspace, how: _How, most: int) -> tuple[int, int]:
    """Number the groups with the most money, and count all repeating lines and groups."""
    grouped = (
        f"SELECT key, {how.again} AS again, max(abs(net_amount)) AS money, min(order_date) AS day, "
        "min(dealer_id) AS dealer FROM suspect_lines GROUP BY 1 HAVING again > 0"
    )
    place = "row_number() OVER (ORDER BY money * again DESC, day DESC, dealer, key)"
    numbered = f"SELECT *, {place} AS place FROM ({grouped})"
    workspace.connection.execute(f"CREATE OR REPLACE TEMP TABLE suspect_groups AS {numbered}")
    query = "SELECT coalesce(sum(again), 0), count(*) FROM suspect_groups"
    lines, groups = workspace.rows(query)[0]
    workspace.connection.execute(f"DELETE FROM suspect_groups WHERE place > {most}")
    return int(lines), int(groups)


def _list_lines(ingest: Ingest, columns: Sequence[str]) -> "pd.DataFrame":
    """The lines of the numbered groups, in their order, with file and row."""
    import pandas as pd

    names = {str(s.path): s.item.candidate.name for g in ingest.groups for s in g.files}
    shown = [name for name in SHOWN if name in columns]
    query = (
        f'SELECT place, "at:file", "raw:row", {", ".join(map(quote_name, shown))} '
        "FROM suspect_lines JOIN suspect_groups USING (key) QUALIFY row_number() OVER "
        f'(PARTITION BY key ORDER BY "at:file", "at:row") <= {MOST_LINES} '
        'ORDER BY place, "at:file", "at:row"'
    )
    found = [
        (int(place), names[path], int(row), *values)
        for place, path, row, *values in ingest.workspace.rows(query)
    ]
    ingest.workspace.connection.execute("DROP TABLE suspect_groups")
    table = pd.DataFrame(found, columns=["group", "file", "row", *shown])
    money = {n: "float64" for n in ("quantity", "net_amount") if n in shown}
    dates = pd.to_datetime(table["order_date"])
    return table.assign(order_date=dates).astype({"group": "int64", **money})
