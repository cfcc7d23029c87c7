"""Exports of a CRM or ERP become canonical tables, and say where every row went."""

from dealerml.exports.reading import read_export

__all__ = ["read_export"]
