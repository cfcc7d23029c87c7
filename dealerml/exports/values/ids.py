"""Did a spreadsheet spoil the ids of a file? What it lost is gone: it is said, never guessed."""

from collections.abc import Iterable, Iterator, Mapping

from dealerml.exports.values.characters import matches
from dealerml.exports.values.forms import Column
from dealerml.exports.workspace import Workspace

# Spreadsheets keep 15 digits of a number; a longer id ends in zeros afterwards.
DIGITS_KEPT = 15
# The smallest numbers in which binary fractions may have lost a digit.
LAST_EXACT = {"DOUBLE": 10**DIGITS_KEPT, "FLOAT": 2**24}
SCIENTIFIC, LONG, ROUNDED = r" *\d([.,]\d+)?[eE]\+\d+ *", r"\d{16,}", r"\d{13,}000"
# A narrow column is printed as a row of these.
NARROW = r"#{3,}"
MIN_ROUNDED, MIN_ROUNDED_SHARE = 3, 0.9
REMEDY = (
    "Export the file again and do not open it in a spreadsheet; if you must, load it there "
    "through Data > From Text/CSV with this column as text."
)


def is_id(name: str) -> bool:
    """Is a field an id or another key, by its name?

    Examples
    --------
    >>> is_id("dealer_id"), is_id("line_no"), is_id("dealer_name")
    (True, True, False)
    """
    return name.endswith(("_id", "_no", "_code", "_key")) or name in ("id", "tax_number")


def find_mangled_ids(
    workspace: Workspace, source_sql: str, columns: Mapping[str, Column]
) -> list[str]:
    """Which id columns of a file has a spreadsheet spoiled? One problem each, in one scan.

    Parameters
    ----------
    columns
        The columns of ids only.
    """
    tests = [
        (column.raw, name, says, test)
        for name, column in columns.items()
        for says, test in _tests(column).items()
    ]
    if not tests:
        return []
    sums = ", ".join(
        f"count_if({test}), min(CASE WHEN {test} THEN CAST({raw} AS VARCHAR) END), "
        f"approx_count_distinct(CASE WHEN {test} THEN {raw} END)"
        for raw, _, _, test in tests
    )
    found = workspace.rows(f"SELECT {sums} FROM {source_sql}")[0]
    counts: dict[str, dict[str, tuple[int, str, int]]] = {name: {} for name in columns}
    for at, (_, name, says, _) in enumerate(tests):
        counts[name][says] = found[3 * at : 3 * at + 3]
    said = ((columns[name].label, by_test) for name, by_test in counts.items())
    return [problem for label, by_test in said for problem in _problems(label, by_test)]


def _tests(column: Column) -> dict[str, str]:
    """What is asked of each value; the quick questions first, since most ids are in order."""
    raw, dtype = column.raw, column.dtype
    if dtype in LAST_EXACT:
        return {"inexact": f"abs({raw}) >= {LAST_EXACT[dtype]}"}
    if dtype not in ("VARCHAR", "BIGINT", "HUGEINT", "UBIGINT"):
        return {}
    text = raw if dtype == "VARCHAR" else f"CAST({raw} AS VARCHAR)"
    is_long = f"strlen({text}) > {DIGITS_KEPT}"
    tests = {
        "long": f"CASE WHEN {is_long} THEN {matches(text, LONG)} END",
        "rounded": f"CASE WHEN {is_long} THEN {matches(text, ROUNDED)} END",
    }
    if dtype == "VARCHAR":
        tests["scientific"] = f"CASE WHEN contains({raw}, '+') THEN {matches(raw, SCIENTIFIC)} END"
        tests["narrow"] = f"CASE WHEN starts_with({raw}, '##') THEN {matches(raw, NARROW)} END"
    return tests


def _problems(label: str, said: Mapping[str, tuple[int, str, int]]) -> Iterator[str]:
    for says, (rows, example, distinct) in said.items():
        if says == "rounded":
            is_chance = distinct < MIN_ROUNDED or rows < MIN_ROUNDED_SHARE * said["long"][0]
            rows = 0 if is_chance else rows
        if rows and says in MANGLED:
            yield f"{label}: {MANGLED[says]} ({rows}, for example {example}). {REMEDY}"


MANGLED = {
    "inexact": "ids stored as fractions, which hold fewer digits than these have",
    "scientific": "ids in scientific notation, whose last digits are lost",
    "rounded": "ids of 16 or more digits that end in 000, as spreadsheets round them",
    "narrow": "ids printed from a column too narrow for them",
}


def find_lost_zeros(
    listed: Iterable[str], used: Iterable[str], *, field: str = "dealer_id"
) -> str | None:
    """Do ids match only once zeros are put in front? A problem, or None where they match as is.

    Parameters
    ----------
    listed
        Ids of the list, such as all dealers.
    used
        Ids of the lines that speak of it.
    """
    there, here = set(listed), set(used)
    for short, full, where in ((here - there, there, "on lines"), (there - here, here, "listed")):
        width = _width(full)
        padded = {i: i.zfill(width) for i in short if i.isdecimal() and len(i) < width}
        lost = sorted(i for i, whole in padded.items() if whole in full)
        if lost:
            return (
                f"{field}: ids {where} have lost their leading zeros ({len(lost)}, for example "
                f"{lost[0]} for {padded[lost[0]]}). Export them again as text, or write "
                f"clean.{field} = {{ pad_zeros = {width} }} in the mapping."
            )
    return None


def _width(ids: Iterable[str]) -> int:
    """How many digits do all ids made of digits have? 0 where they differ."""
    widths = {len(i) for i in ids if i.isdecimal()}
    return widths.pop() if len(widths) == 1 else 0
