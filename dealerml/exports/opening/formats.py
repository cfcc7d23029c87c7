"""Which format is a file in? Told by its content: a suffix is only a wish."""

from pathlib import Path
from zipfile import ZipFile

from dealerml.errors import ExportError
from dealerml.exports.opening.zipped import open_zip

# What each suffix promises. Files with any other suffix are not looked at.
SUFFIXES = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "text"),
    ".parquet": "parquet",
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), "workbook"),
    **dict.fromkeys((".html", ".htm"), "html"),
    ".zip": "zip",
}
START = 1 << 12
# Line ends, separators and digits of UTF-16 come to more than this in any table.
WIDE_SHARE = 0.01
PARQUET, COMPOUND = b"PAR1", bytes.fromhex("D0CF11E0A1B11AE1")
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Beginnings of web pages, and of the XML that Excel 2003 wrote.
MARKUP = (b"<html", b"<table", b"<!doctype html", b"<meta", b"<head", b"<body", b"<div", b"<style")
XML, SHEET_XML = b"<?xml", (b"excel.sheet", b"office:spreadsheet", b"<html")
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def sniff_format(path: Path) -> str:
    """Which format is a file in: text, parquet, workbook, html, zip, unknown or empty?"""
    with path.open("rb") as stream:
        start = stream.read(START)
    if not start:
        return "empty"
    if start.startswith(PARQUET):
        return "parquet"
    if start.startswith(COMPOUND):
        return "workbook"
    if start.startswith(ZIPPED):
        return _sniff_zip(path)
    if _is_markup(start):
        return "html"
    return "unknown" if _is_binary(start) else "text"


def _sniff_zip(path: Path) -> str:
    try:
        with open_zip(path, path.name) as archive:
            return "workbook" if is_workbook(archive) else "zip"
    except ExportError:
        return "unknown"


def is_workbook(archive: ZipFile) -> bool:
    """Is a zip file the package of a workbook?"""
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return any(name.startswith("xl/") for name in names)
    return "mimetype" in names and "content.xml" in names


def _is_markup(start: bytes) -> bool:
    """Whether a file begins like a web page, in an encoding of one byte or of two."""
    plain = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    plain = plain.lower()
    if plain.startswith(XML):
        return any(mark in plain for mark in SHEET_XML)
    while plain.startswith(b"<!--") and b"-->" in plain:
        plain = plain.partition(b"-->")[2].lstrip()
    return plain.startswith(MARKUP)


def _is_binary(start: bytes) -> bool:
    """Whether zero bytes stand where no text has them; UTF-16 has many, on one side only."""
    fewer, more = sorted((start[::2].count(0), start[1::2].count(0)))
    return more > 0 and (fewer > 0 or more < WIDE_SHARE * len(start))
