"""How names and texts get into a query without ever being read as part of it."""

from collections.abc import Iterable


def quote_name(name: str) -> str:
    """How is a column called in a query, whatever characters its name has?

    Examples
    --------
    >>> quote_name('the "net" amount')
    '"the ""net"" amount"'
    """
    return '"' + name.replace("\0", "").replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """How is a text written in a query, whatever characters it has?

    Examples
    --------
    >>> quote_text("d'Or")
    "'d''Or'"
    """
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def quote_texts(texts: Iterable[str]) -> str:
    """How is a list of texts written in a query?

    Examples
    --------
    >>> quote_texts(["a", "b"])
    "['a', 'b']"
    """
    return "[" + ", ".join(quote_text(text) for text in texts) + "]"
