"""Totals that a file states itself, held against our own sum of the rows they stand for."""

from collections.abc import Collection
from decimal import Decimal

from dealerml.exports.ingest import NOTHING, OwnTotal
from dealerml.exports.shape import TOTAL_ROW
from dealerml.exports.sql import quote_text
from dealerml.exports.views import Group
from dealerml.exports.workspace import Workspace

CENT = Decimal("0.01")


def check_own_totals(
    workspace: Workspace, group: Group, files: Collection[str]
) -> dict[str, tuple[OwnTotal, ...]]:
    """Do the totals that files state themselves agree with the rows above them?

    A total stands for the rows since the total before it, or for all rows above it; the nearer of
    the two is taken. A difference of up to a cent of the file's own unit per row is rounding.

    Parameters
    ----------
    files
        Staged files in which rows were taken for totals.
    """
    own = [str(staged.path) for staged in group.files if str(staged.path) in files]
    amount = "net_amount"
    is_lines = group.kind.table == "order_lines"
    if not own or not is_lines or amount not in group.fields.expressions:
        return {}
    paths = ", ".join(map(quote_text, own))
    real = f'CASE WHEN "raw:layout" IS NULL THEN {amount} END'
    above = 'OVER (PARTITION BY "at:file" ORDER BY "at:row")'
    query = (
        f'SELECT "at:file", "raw:row", {amount}, coalesce(sum({real}) {above}, 0), '
        f'count({real}) {above} FROM ({group.select(amount)}) WHERE "at:file" IN ({paths}) '
        f'QUALIFY "raw:layout" = {quote_text(TOTAL_ROW)} AND {amount} IS NOT NULL '
        'ORDER BY "at:file", "at:row"'
    )
    factor = group.files[0].factor("net_amount")
    found: dict[str, list[OwnTotal]] = {}
    before: dict[str, Decimal] = {}
    for path, row, stated, summed, rows in workspace.rows(query):
        since = summed - before.get(path, NOTHING)
        near = min((since, summed), key=lambda value: abs(value - stated))
        agrees = abs(near - stated) <= CENT * factor * max(1, rows)
        found.setdefault(path, []).append(OwnTotal(int(row), stated, near, agrees))
        before[path] = summed
    return {path: tuple(totals) for path, totals in found.items()}
