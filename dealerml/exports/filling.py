"""Cells left blank below the first row of an order, filled from it and never beyond its order."""

from collections.abc import Sequence

from dealerml.exports.sql import quote_name, quote_text
from dealerml.exports.staging import Staged, is_blank, raw_name
from dealerml.exports.workspace import Workspace


def needs_filling(workspace: Workspace, files: Sequence[Staged]) -> bool:
    """Does any of these equal files leave a cell blank that is told once for an order?"""
    fill, positions = files[0].item.kind.fill, files[0].item.positions
    if fill is None or fill.within not in positions:
        return False
    places = [positions[name] for name in (fill.within, *fill.fields) if name in positions]
    blank = " OR ".join(
        is_blank(quote_name(files[0].columns[place]), files[0].types[place]) for place in places
    )
    paths = ", ".join(quote_text(str(staged.path)) for staged in files)
    query = f"SELECT count(*) FROM (SELECT 1 FROM read_parquet([{paths}]) WHERE {blank} LIMIT 1)"
    return bool(workspace.rows(query)[0][0])


def fill_down(staged: Staged, rows: str) -> str:
    """The rows with the order of each row in every row, and other cells from its first one.

    A blank row of an order takes the number of the row above; rows of totals and notes belong to no
    order, and end the one above.
    """
    within, fill = _within(staged), staged.item.kind.fill
    assert within is not None
    assert fill is not None
    real = '"raw:layout" IS NULL'
    blank = is_blank(raw_name(within), staged.types[within])
    starts = f"CASE WHEN {blank} AND {real} THEN 0 ELSE 1 END"
    above = 'PARTITION BY "at:file" ORDER BY "at:row" ROWS UNBOUNDED PRECEDING'
    numbered = f'(SELECT *, sum({starts}) OVER ({above}) AS "fill:order" FROM {rows})'
    of_order = 'PARTITION BY "at:file", "fill:order" ORDER BY "at:row"'
    named = _replaced(staged, [within], f"first_value({{raw}}) OVER ({of_order})", real)
    known = f"(SELECT * REPLACE ({named}) FROM {numbered})"
    others = [staged.item.positions[f] for f in fill.fields if f in staged.item.positions]
    others = [at for at in dict.fromkeys(others) if at != within]
    if not others:
        return known
    same = f'PARTITION BY "at:file", {raw_name(within)} ORDER BY "at:row"'
    first = f"first_value({{value}} IGNORE NULLS) OVER ({same} ROWS UNBOUNDED PRECEDING)"
    given = f"{real} AND NOT ({is_blank(raw_name(within), staged.types[within])})"
    return f"(SELECT * REPLACE ({_replaced(staged, others, first, given)}) FROM {known})"


def _replaced(staged: Staged, places: Sequence[int], value: str, where: str) -> str:
    parts = []
    for at in places:
        raw, blank = raw_name(at), is_blank(raw_name(at), staged.types[at])
        filled = value.format(raw=raw, value=f"CASE WHEN {blank} THEN NULL ELSE {raw} END")
        parts.append(f"CASE WHEN {blank} AND {where} THEN {filled} ELSE {raw} END AS {raw}")
    return ", ".join(parts)


def _within(staged: Staged) -> int | None:
    fill = staged.item.kind.fill
    return staged.item.positions.get(fill.within) if fill else None
