"""Which rows of a file are none of its table: totals, headers repeated, notes below the last row.

They are asked of the raw cells, before anything is read out of them, and only where a row lacks
what every real row has: a dealer may well be called Total.
"""

from collections.abc import Sequence
from typing import Final

from dealerml.exports.mapping import NUMBER_KINDS, FileKind
from dealerml.exports.sql import quote_text
from dealerml.exports.staging import Staged, is_blank, raw_name
from dealerml.tables import SCHEMAS

TOTAL_ROW, REPEATED_HEADER = "total_row", "repeated_header"
NOTE_ROW, BLANK_ROW = "note_row", "blank_row"
# Rules about how a file is laid out: their rows hold no money of their own.
LAYOUT_RULES: Final = (TOTAL_ROW, REPEATED_HEADER, NOTE_ROW, BLANK_ROW)
TOTAL: Final = quote_text(
    r"(?i)\s*(?:\*{1,3}|(?:.{1,60}[\s:：_-]*)?(?:合\s*计|小\s*计|总\s*计|累\s*计|合計|小計|總計|累計|总和|汇总)"
    r"|(?:.{1,60}\s+)?(?:(?:grand|sub|running|overall|page|report)[\s-]*)?totals?"
    r"|totals?\s+(?:of|for)\s.{1,60}|gesamt(?:ergebnis|summe)?|summe)"
    r"\s*(?:[(（].{0,40}[)）])?\s*[:：]?\s*"
)
NOTE: Final = quote_text(
    r"(?is)\s*(?:制表|制单|审核|复核|打印|导出|筛选|过滤|查询条件|数据来源|统计口径|备注\s*[:：]|注\s*[:：]|说明\s*[:：]"
    r"|第\s*\d+\s*页|共\s*\d+\s*[条页行]|confidential|copyright|©|generated|exported|printed|prepared"
    r"|filtered|filters?\s*:|page\s+\d+|end of report|report\s*:|source\s*:|note\s*:).*"
)
FEW_CELLS: Final = 2


def tell_layout(staged: Staged) -> str:
    """Which rows of a staged file are no rows of its table? As an expression; NULL for all others.

    A row is judged by the cells that name it, such as dealer and date, as far as they are read
    straight from a column: one that has them all is a real row.
    """
    naming = _naming_places(staged)
    if not naming:
        return "CAST(NULL AS VARCHAR)"
    texts = [at for at, dtype in enumerate(staged.types) if dtype == "VARCHAR"]
    missing = " OR ".join(is_blank(raw_name(at), staged.types[at]) for at in naming)
    alone = naming[0] if len(naming) == 1 and naming[0] in texts else None
    suspect = missing if alone is None else f"{missing} OR {_fits(alone, TOTAL)}"
    is_total = " OR ".join(_fits(at, TOTAL) for at in texts) or "false"
    cases = f"WHEN {is_total} THEN {quote_text(TOTAL_ROW)} {_note_case(staged, texts, missing)}"
    return f"CASE WHEN {suspect} THEN CASE {cases} END {_header_case(staged, naming)} END"


def _naming_places(staged: Staged) -> list[int]:
    """Positions of the required fields that are no numbers, or of what they are looked up by."""
    kind, places = staged.item.kind, []
    for field in _required(kind):
        at = staged.item.positions.get(_source_of(kind, field))
        if at is not None and at not in places:
            places.append(at)
    return places


def _required(kind: FileKind) -> list[str]:
    columns = SCHEMAS.get(kind.table, {})
    fields = [name for name, column in columns.items() if column.required] or list(kind.needs)
    melted = kind.melt.period if kind.melt else ""
    return [n for n in fields if kind.field_kind(n) not in NUMBER_KINDS and n != melted]


def _source_of(kind: FileKind, field: str) -> str:
    """The field with labels that a field is made from, through lookups and first choices."""
    seen: set[str] = set()
    while field in kind.derived and field not in kind.labels and field not in seen:
        seen.add(field)
        if kind.derived[field].how == "constant":
            return ""
        field = kind.derived[field].inputs[0]
    return field


def _fits(at: int, pattern: str) -> str:
    return f"coalesce(regexp_full_match({raw_name(at)}, {pattern}), false)"


def _note_case(staged: Staged, texts: Sequence[int], missing: str) -> str:
    """A note fills one or two cells, and lacks what names a row or begins as notes do."""
    filled = " + ".join(
        f"CASE WHEN {is_blank(raw_name(at), staged.types[at])} THEN 0 ELSE 1 END"
        for at in range(len(staged.types))
    )
    blank = f"WHEN ({filled}) = 0 THEN {quote_text(BLANK_ROW)}"
    if len(staged.types) <= FEW_CELLS:
        return blank
    begins = " OR ".join(_fits(at, NOTE) for at in texts) or "false"
    numbers = [
        staged.item.positions[field]
        for field in staged.item.positions
        if staged.item.kind.field_kind(field) == "decimal"
    ]
    no_number = " AND ".join(is_blank(raw_name(at), staged.types[at]) for at in numbers) or "true"
    note = quote_text(NOTE_ROW)
    is_note = f"(({missing}) AND ({no_number}) OR {begins})"
    return f"{blank} WHEN ({filled}) <= {FEW_CELLS} AND {is_note} THEN {note}"


def _header_case(staged: Staged, naming: Sequence[int]) -> str:
    """A header repeated on every page: the naming cells hold their own labels."""
    if any(staged.types[at] != "VARCHAR" for at in naming):
        return ""
    same = " AND ".join(
        f"trim({raw_name(at)}) = {quote_text(staged.item.labels[at].strip())}" for at in naming
    )
    return f"WHEN {same} THEN {quote_text(REPEATED_HEADER)}"
