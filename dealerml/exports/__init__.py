"""Exports of a CRM or ERP become canonical tables, and say where every row went."""

from dealerml.exports.ingest import FileIngest, Ingest, RuleCount, Unmatched
from dealerml.exports.mapping import FileKind, Mapping, Rule
from dealerml.exports.mapping_file import SOURCES, list_sources, load_mapping
from dealerml.exports.proposal import Proposal, propose_mapping, write_proposal
from dealerml.exports.reading import read_export
from dealerml.exports.set_aside import safe_cell, write_set_aside

__all__ = [
    "SOURCES",
    "FileIngest",
    "FileKind",
    "Ingest",
    "Mapping",
    "Proposal",
    "Rule",
    "RuleCount",
    "Unmatched",
    "list_sources",
    "load_mapping",
    "propose_mapping",
    "read_export",
    "safe_cell",
    "write_proposal",
    "write_set_aside",
]
