"""Which rows do the tables of a web page hold?"""

from pathlib import Path

from dealerml.exports.workbook import Sheet


def read_html(path: Path, name: str) -> dict[str, Sheet]:
    """Which rows does each table hold?"""
    raise NotImplementedError(path, name)
