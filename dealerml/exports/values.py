r"""How does a raw value become text, a decimal or a date? As expressions of the embedded engine.

Every expression gives NULL where the value is missing or cannot be read; which of the two it was is
asked separately, so that both can be counted.
"""

from collections.abc import Mapping

from dealerml.exports.sql import quote_text

DECIMAL = "DECIMAL(18, 4)"
WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
UNSIGNED_TYPES = tuple(f"U{name}" for name in WHOLE_TYPES)
SMALL_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
FRACTION_TYPES = ("FLOAT", "DOUBLE")
# Blanks that exports put around values. A plain trim takes spaces of every width away and is quick;
# only text that holds one of the rarer ones, such as the tab that keeps Excel from rounding a long
# id, is trimmed in the thorough and slow way.
RARE_BLANKS = ("\t", "\n", "\r", "\u200b", "\ufeff")
BLANKS = quote_text("".join(RARE_BLANKS) + " \u00a0\u3000")
PLAIN_NUMBER = quote_text(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
GROUPED_NUMBER = quote_text(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
# 2025-01-31, 2025/1/31, 2025.1.31, 2025年1月31日, each with or without a time, and 20250131.
SPLIT_DATE = quote_text(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?([ T].*)?$")
SOLID_DATE = quote_text(r"^(\d{4})(\d{2})(\d{2})$")
FIRST_DATE, LAST_DATE = "DATE '1900-01-01'", "DATE '2199-12-31'"
# Type of a column of days that are all within these: to be read as it is, so that the engine can
# skip the parts of a file that lie outside a period.
USUAL_DATE = "USUAL DATE"


def read_text(raw: str, dtype: str) -> str:
    """Which text does a raw value hold, blanks around it left out?

    A whole number stored as a fraction, which is what spreadsheets make of ids, loses its ".0".
    """
    if dtype == "VARCHAR":
        rare = " OR ".join(f"contains({raw}, {quote_text(blank)})" for blank in RARE_BLANKS)
        return f"nullif(CASE WHEN {rare} THEN trim({raw}, {BLANKS}) ELSE trim({raw}) END, '')"
    text = f"CAST({raw} AS VARCHAR)"
    if dtype not in FRACTION_TYPES:
        return text
    whole = f"abs({raw}) < 1e15 AND {raw} = trunc({raw})"
    return f"CASE WHEN {whole} THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE {text} END"


def read_decimal(raw: str, dtype: str) -> str:
    """Which number does a raw value hold, to four decimals?"""
    if dtype.startswith("DECIMAL") or dtype in (*WHOLE_TYPES, *UNSIGNED_TYPES, *FRACTION_TYPES):
        return f"TRY_CAST({raw} AS {DECIMAL})"
    if dtype != "VARCHAR":
        return f"CAST(NULL AS {DECIMAL})"
    text = read_text(raw, dtype)
    return (
        f"TRY_CAST(CASE WHEN regexp_full_match({text}, {PLAIN_NUMBER}) THEN {text} "
        f"WHEN regexp_full_match({text}, {GROUPED_NUMBER}) THEN replace({text}, ',', '') END "
        f"AS {DECIMAL})"
    )


def read_date(raw: str, dtype: str) -> str:
    """Which day does a raw value hold? Days outside 1900 to 2199 are not read."""
    if dtype == USUAL_DATE:
        return raw
    if dtype == "DATE":
        date = raw
    elif dtype == "TIMESTAMP WITH TIME ZONE":
        date = f"CAST({raw} AT TIME ZONE 'UTC' AS DATE)"
    elif dtype.startswith("TIMESTAMP"):
        date = f"TRY_CAST({raw} AS DATE)"
    else:
        text = read_text(raw, dtype)
        split = rf"regexp_replace({text}, {SPLIT_DATE}, '\1-\2-\3')"
        parts = rf"regexp_replace({split}, {SOLID_DATE}, '\1-\2-\3')"
        # The engine would also take words such as "epoch" for dates.
        is_digit = f"left({text}, 1) BETWEEN '0' AND '9'"
        date = f"CASE WHEN {is_digit} THEN TRY_CAST({parts} AS DATE) END"
    return f"CASE WHEN {date} BETWEEN {FIRST_DATE} AND {LAST_DATE} THEN {date} END"


def read_value(raw: str, dtype: str, kind: str) -> str:
    """Which value of a kind (text, decimal or date) does a raw value hold?"""
    return {"text": read_text, "decimal": read_decimal, "date": read_date}[kind](raw, dtype)


def is_unreadable(raw: str, dtype: str, kind: str) -> str:
    """Is there a value, and yet none of this kind? ``false`` where that cannot be."""
    if (dtype, kind) == (USUAL_DATE, "date") or (dtype in SMALL_TYPES and kind == "decimal"):
        return "false"
    value = read_text(raw, dtype) if dtype == "VARCHAR" else raw
    return f"({value} IS NOT NULL AND {read_value(raw, dtype, kind)} IS NULL)"


def clean_text(text: str, how: Mapping[str, object], values: Mapping[str, str]) -> str:
    """Which text is left once prefixes and decimals are stripped and values renamed?"""
    prefixes = how.get("strip_prefix", ())
    for prefix in prefixes if isinstance(prefixes, list) else ():
        start = f"starts_with({text}, {quote_text(prefix)})"
        text = f"CASE WHEN {start} THEN substr({text}, {len(prefix) + 1}) ELSE {text} END"
    if how.get("strip_decimal"):
        text = rf"regexp_replace({text}, '^(\d+)\.0+$', '\1')"
    if values:
        cases = " ".join(
            f"WHEN lower({quote_text(seen)}) THEN {quote_text(meant)}"
            for seen, meant in values.items()
        )
        text = f"CASE lower({text}) {cases} ELSE {text} END"
    return text
