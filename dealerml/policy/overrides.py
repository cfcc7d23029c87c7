"""A company's own policy folder, read file by file: TOML, CSV or a spreadsheet."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Any, Final

from dealerml.policy.merging import columns_of, is_table_list, unknown

# Spreadsheets save CSV in the code page of the machine: Chinese ones in GB 18030.
ENCODINGS: Final = ("utf-8-sig", "gb18030")
SUFFIXES: Final = (".toml", ".csv", ".xlsx")
LIST_SEPARATOR: Final = ";"
YES: Final = ("true", "yes", "1", "是")
NO: Final = ("false", "no", "0", "否")


def read_overrides(folder: Path, defaults: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What does a policy folder change, and which of its files cannot be read?

    Parameters
    ----------
    folder
        Holds files named like the policy's topics. Hidden files and office lock files (``~$``) are
        passed over; anything else that is not a policy file is a problem.
    defaults
        Topic → content, which says what the tables and columns are.

    Returns
    -------
    Topic → changed keys, and the problems found.
    """
    if not folder.is_dir():
        return {}, [f"The policy folder {folder} does not exist. Make one with: dealerml init DIR"]
    changes: dict[str, Any] = {}
    problems: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.startswith((".", "~$")):
            continue
        try:
            found = _read(path, defaults)
        except ValueError as error:
            problems.append(f"{path.name}: {error}")
            continue
        topic = changes.setdefault(path.stem, {})
        twice = sorted(set(topic) & set(found))
        problems += [f"{path.name}: {key} is also in another file of {path.stem}." for key in twice]
        topic.update(found)
    return changes, problems


def _read(path: Path, defaults: dict[str, Any]) -> dict[str, Any]:
    if path.stem not in defaults or path.suffix not in SUFFIXES:
        known = [f"{name}.toml" for name in defaults]
        raise ValueError(unknown("this file", path.name, known))
    if path.suffix == ".toml":
        try:
            return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            message = "this file is not UTF-8; save it as UTF-8."
            raise ValueError(message) from error
    lists = [key for key, value in defaults[path.stem].items() if is_table_list(value)]
    if not lists:
        message = f"{path.stem} is not a table; write it as {path.stem}.toml."
        raise ValueError(message)
    cells = _csv_cells(path) if path.suffix == ".csv" else _xlsx_cells(path)
    named = _list_of(cells, {key: columns_of(defaults[path.stem][key]) for key in lists})
    return {named: _rows(cells, columns_of(defaults[path.stem][named]))}


def _list_of(cells: list[list[object]], lists: dict[str, dict[str, list[Any]]]) -> str:
    """Which of a topic's lists a table is: the one that knows most of its columns."""
    header = {_text(cell) for row in cells[:1] for cell in row}
    return max(lists, key=lambda key: len(header & set(lists[key])))


def _csv_cells(path: Path) -> list[list[object]]:
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
    message = f"the text is in none of {', '.join(ENCODINGS)}; save it as CSV UTF-8."
    raise ValueError(message)


def _xlsx_cells(path: Path) -> list[list[object]]:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except python_calamine.CalamineError as error:
        message = f"this is not a readable workbook ({error})."
        raise ValueError(message) from error
    return [list(row) for row in sheet.to_python()]


def _rows(cells: list[list[object]], columns: dict[str, list[Any]]) -> list[dict[str, object]]:
    filled = [row for row in cells if any(_text(cell) for cell in row)]
    header = [_text(cell) for cell in filled[0]] if filled else []
    return [
        {
            name: _value(cell, columns.get(name, [""])[0])
            for name, cell in zip(header, row, strict=False)
            # An empty cell is a key that is not given, but a list may well be empty.
            if _text(cell) or isinstance(columns.get(name, [""])[0], list)
        }
        for row in filled[1:]
    ]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _value(cell: object, example: object) -> object:
    text = _text(cell)
    if isinstance(example, bool):
        return True if text.lower() in YES else False if text.lower() in NO else text
    if isinstance(example, list):
        return [item.strip() for item in text.split(LIST_SEPARATOR) if item.strip()]
    if isinstance(example, (int, float)):
        try:
            return float(text)
        except ValueError:
            return text
    return text
