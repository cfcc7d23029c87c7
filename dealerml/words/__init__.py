"""Every sentence a reader sees, in English and Chinese, from one catalogue."""

from dealerml.words.catalogue import LANGUAGES, column_label, entry_keys, has_entry, say, topics
from dealerml.words.formatting import format_value
from dealerml.words.sentence import ColumnName, Sentence, Spoken

__all__ = [
    "LANGUAGES",
    "ColumnName",
    "Sentence",
    "Spoken",
    "column_label",
    "entry_keys",
    "format_value",
    "has_entry",
    "say",
    "topics",
]
