"""What a result says: sentences by key and values, so that any language can be asked for later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dealerml.words.catalogue import column_label, say

if TYPE_CHECKING:
    import pandas as pd

# Chinese sentences end in a full-width stop that carries its own space.
_BETWEEN: Final = {"en": " ", "zh": ""}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the catalogue with its values.

    Parameters
    ----------
    key
        Topic and entry, such as ``common.dealers``.
    args
        Values of the template; another ``Sentence`` among them is said in the same language.

    Examples
    --------
    >>> sentence = Sentence("common.dealers", {"n": 3})
    >>> sentence.text, sentence.text_in("zh")
    ('3 dealers', '3 家经销商')
    """

    key: str
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """How does it read in English?"""
        return self.text_in("en")

    def text_in(self, lang: str) -> str:
        """How does it read in this language?"""
        return say(self.key, lang, **self.args)


@dataclass(frozen=True)
class ColumnName:
    """The label of a column, said in the language of the sentence it stands in.

    Examples
    --------
    >>> ColumnName("dealer_id").text_in("zh")
    '经销商编号'
    """

    name: str

    def text_in(self, lang: str) -> str:
        """What is the column called in this language?"""
        return column_label(self.name, lang)


@dataclass(frozen=True)
class Spoken:
    """A result: a table for machines and a paragraph for people, made together.

    Parameters
    ----------
    table
        The numbers.
    said
        What they mean, in the order in which to say it.
    """

    table: "pd.DataFrame"
    said: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """What does the result say in English?"""
        return self.text_in("en")

    def text_in(self, lang: str) -> str:
        """What does the result say in this language?"""
        return _BETWEEN[lang].join(sentence.text_in(lang) for sentence in self.said)
