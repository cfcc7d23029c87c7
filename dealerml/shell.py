"""What every command of the shell shares: its options, its messages and its exit status."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from dealerml.errors import DealermlError

if TYPE_CHECKING:
    from dealerml.policy import Policy

BAD_INPUT, BEYOND_LIMITS = 2, 3
err = Console(stderr=True, highlight=False)


class Language(StrEnum):
    """The languages of the catalogue, as the shell offers them."""

    en = "en"
    zh = "zh"


Exports = Annotated[list[Path], typer.Argument(help="Folders or files of one or more systems.")]
Source = Annotated[
    list[str] | None,
    typer.Option(help="Name of a source, or a mapping file; recognised if not given. Repeatable."),
]
AsOf = Annotated[
    str | None, typer.Option(help="Last day that counts, as 2025-06-30; else last whole month.")
]
PolicyDir = Annotated[
    Path | None, typer.Option("--policy", help="Folder with changed policy files.")
]
Horizon = Annotated[int | None, typer.Option(min=1, help="Days ahead that stopping means.")]
ActiveDays = Annotated[
    int | None, typer.Option(min=1, help="Days without an order after which a dealer has lapsed.")
]
Period = Annotated[str | None, typer.Option(help="Period reported on: month, quarter or year.")]
Lang = Annotated[Language, typer.Option(help="Language of what is written and said.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]


def read_policy(folder: Path | None, changes: dict[str, object]) -> "Policy":
    """The policy of a folder, with what the options change of its definitions."""
    from dealerml.policy import load_policy

    given = {f"definitions.{k}": value for k, value in changes.items() if value is not None}
    return load_policy(folder).changed(given)


def read_tables(
    exports: list[Path], source: list[str] | None, policy: "Policy", tell: Callable[[str], None]
) -> Any:
    """The tables of an export, as the options name it."""
    from dealerml.exports import read_export

    tell("read")
    return read_export(exports, source=source or None, policy=policy)


def print_lines(*paragraphs: str) -> None:
    """Print each on a line of its own."""
    for paragraph in paragraphs:
        typer.echo(paragraph)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object for machines."""
    from dealerml.review import write_json

    typer.echo(write_json(value), nl=False)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what the user can mend in one message, without a traceback."""
    try:
        yield
    except (DealermlError, OSError) as error:
        err.print(f"[bold red]{type(error).__name__}[/]: {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None


@contextmanager
def show_progress(lang: str) -> Iterator[Callable[[str], None]]:
    """Show the step at work on a terminal; stay silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from dealerml.words import say

    with err.status("…") as status:
        yield lambda step: status.update(say(f"review.step.{step}", lang))
