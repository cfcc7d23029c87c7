"""Canonical tables, and snapshots of what was known of them on a date."""

from dealerml.tables.canonical import make_tables
from dealerml.tables.columns import Column
from dealerml.tables.control import measure_filling, sum_months
from dealerml.tables.engine import Lazy, open_connection, persist
from dealerml.tables.example import example_tables
from dealerml.tables.schemas import (
    CHANNELS,
    KNOWN,
    LEAVING_NOTES,
    LINE_KINDS,
    NOTE_KINDS,
    SCHEMAS,
    SURVEY_KINDS,
)
from dealerml.tables.snapshot import Snapshot, Tables
from dealerml.tables.successors import rename_dealers

__all__ = [
    "CHANNELS",
    "KNOWN",
    "LEAVING_NOTES",
    "LINE_KINDS",
    "NOTE_KINDS",
    "SCHEMAS",
    "SURVEY_KINDS",
    "Column",
    "Lazy",
    "Snapshot",
    "Tables",
    "example_tables",
    "make_tables",
    "measure_filling",
    "open_connection",
    "persist",
    "rename_dealers",
    "sum_months",
]
