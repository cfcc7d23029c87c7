"""Exports of a CRM or ERP become canonical tables, and say where every row went."""

from dealerml.exports.formulas import safe_cell
from dealerml.exports.ingest import FileIngest, Ingest, RuleCount, Unmatched
from dealerml.exports.inspecting.control_totals import compare_control_totals
from dealerml.exports.inspecting.inspection import Inspection, inspect_export
from dealerml.exports.inspecting.worklists import write_worklists
from dealerml.exports.mapping import FileKind, Mapping, Rule
from dealerml.exports.mapping_file import SOURCES, list_sources, load_mapping
from dealerml.exports.proposal import Proposal, propose_mapping, write_proposal
from dealerml.exports.reading import read_export
from dealerml.exports.set_aside import write_set_aside

__all__ = [
    "SOURCES",
    "FileIngest",
    "FileKind",
    "Ingest",
    "Inspection",
    "Mapping",
    "Proposal",
    "Rule",
    "RuleCount",
    "Unmatched",
    "compare_control_totals",
    "inspect_export",
    "list_sources",
    "load_mapping",
    "propose_mapping",
    "read_export",
    "safe_cell",
    "write_proposal",
    "write_set_aside",
    "write_worklists",
]
