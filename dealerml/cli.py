"""The shell: parses, calls, prints. Exit status 0; 2 bad input; 3 data beyond a policy limit."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from dealerml import cli_models
from dealerml.shell import (
    BAD_INPUT,
    BEYOND_LIMITS,
    ActiveDays,
    AsOf,
    Exports,
    Horizon,
    Json,
    Lang,
    Language,
    Period,
    PolicyDir,
    Source,
    err,
    plain_errors,
    print_json,
    print_lines,
    read_policy,
    read_tables,
    show_progress,
)

if TYPE_CHECKING:
    from dealerml.exports import Ingest, Inspection, Proposal
    from dealerml.policy import Policy
    from dealerml.review.page import Table as PageTable
    from dealerml.tables import Tables

# Columns of text where no terminal tells how wide it is.
PAGE_WIDTH = 120


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.command("retrain", epilog=cli_models.RETRAIN_EXAMPLE)(cli_models.retrain)
app.add_typer(cli_models.app, name="models")


@app.callback()
def start() -> None:
    """Who are our dealers, who is about to stop ordering, and what should whom do about it?"""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that lacks a sign shows a question mark instead of ending the command.
            stream.reconfigure(errors="replace")


@app.command(epilog="Example: `dealerml review data/raw --as-of 2025-06-30 --out reports/q2`")
def review(
    exports: Exports,
    source: Source = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    active_days: ActiveDays = None,
    period: Period = None,
    policy: PolicyDir = None,
    lang: Lang = Language.en,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the review; reports/<as-of date> if not given.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Folder of models: score with its champion, see retrain.")
    ] = None,
    handled: Annotated[
        Path | None, typer.Option(help="The last review's alerts.xlsx, filled in.")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="Folder of the last review: was it right, what changed?")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="region or owner: a page and a workbook for each as well.")
    ] = None,
    pseudonymise: Annotated[
        str | None,
        typer.Option(help="A secret text: dealers get codes made with it, for sharing."),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print the page as review.pdf too.")] = False,
    json_: Json = False,
) -> None:
    """Review all dealers at one date: report, workbook, tables and alerts in one folder."""
    with plain_errors(), show_progress(lang) as tell:
        from dealerml.review import review_dealers, write_review
        from dealerml.review.alert_book import carry_alerts, read_alert_book
        from dealerml.review.previous import compare_reviews, read_previous
        from dealerml.review.pseudonyms import hide_dealers
        from dealerml.review.swap import repair_swap

        settings = read_policy(policy, {"active_days": active_days, "period": period})
        log = read_alert_book(handled) if handled is not None else None
        last = read_previous(previous) if previous is not None else None
        if out is not None:
            repair_swap(out)  # a folder that may not be written is refused before the work
        tables = read_tables(exports, source, settings, tell)
        shown = tables if pseudonymise is None else hide_dealers(tables, pseudonymise)
        ends: dict[str, Any] = {"as_of": as_of, "horizon": horizon, "policy": settings}
        found = review_dealers(shown, **ends, store=store, tell=tell)
        if log is not None:
            found = replace(found, alerts=carry_alerts(found.alerts, log))
        if last is not None:
            found = replace(found, comparison=compare_reviews(found, last, log=log))
        asked = out or Path("reports") / str(found.as_of)
        folder = write_review(found, asked, lang=lang, pdf=pdf, split=split, tell=tell)
    broken = _breaches(tables, settings, lang)
    if json_:
        record = json.loads((folder / "review.json").read_text(encoding="utf-8"))
        print_json({"folder": str(folder), "beyond_limits": broken, "review": record})
    else:
        from dealerml.review import summarise_review

        carried = [found.alerts.said[-1].text_in(lang)] if log is not None else []
        print_lines(*summarise_review(found, lang), *carried, _where(folder, asked, lang))
    raise typer.Exit(BEYOND_LIMITS if broken else 0)


@app.command(epilog="Example: `dealerml check data/raw --out lists`")
def check(
    exports: Exports,
    source: Source = None,
    policy: PolicyDir = None,
    lang: Lang = Language.en,
    out: Annotated[Path | None, typer.Option(help="Folder for the lists to review.")] = None,
    json_: Json = False,
) -> None:
    """Read an export and say where every row and every cent went, and what to look at."""
    with plain_errors(), show_progress(lang) as tell:
        from dealerml.exports import inspect_export, write_worklists
        from dealerml.review import describe_export, describe_inspection, find_last_day

        settings = read_policy(policy, {})
        tables = read_tables(exports, source, settings, tell)
        found = inspect_export(tables, as_of=find_last_day(tables)[0], policy=settings)
        if out is not None:
            write_worklists(found, tables.ingest, out)
    broken = _breaches(tables, settings, lang)
    if json_:
        record = {"export": describe_export(tables.ingest), "beyond_limits": broken}
        print_json(record | {"inspection": describe_inspection(found, lang)})
    else:
        print_lines(tables.ingest.text_in(lang), found.text_in(lang), "")
        print_lines(_checkup(found, tables.ingest, lang), *broken, _pace(tables, settings, lang))
        if out is not None:
            from dealerml.words import say

            print_lines(say("inspection.written", lang, folder=str(out)))
    raise typer.Exit(BEYOND_LIMITS if broken else 0)


@app.command(epilog="Example: `dealerml sheet D0001 data/sample/plain --out D0001.html`")
def sheet(
    dealer: Annotated[str, typer.Argument(help="Id of the dealer to meet.")],
    exports: Exports,
    source: Source = None,
    as_of: AsOf = None,
    policy: PolicyDir = None,
    lang: Lang = Language.en,
    out: Annotated[
        Path | None, typer.Option(help="File to write; reports/sheet-<dealer>.html if not given.")
    ] = None,
) -> None:
    """Write one page to lay before a dealer: sales, target, next tier, range, open cases."""
    with plain_errors(), show_progress(lang) as tell:
        from dealerml.review import find_last_day
        from dealerml.review.cards import date_line
        from dealerml.review.meeting import make_sheet
        from dealerml.review.report import render_cards
        from dealerml.review.splitting import safe_name

        settings = read_policy(policy, {})
        tables = read_tables(exports, source, settings, tell)
        tell("features")
        snapshot = tables.as_of(as_of or find_last_day(tables)[0])
        card = make_sheet(snapshot, dealer, policy=settings, lang=lang)
        html = render_cards(
            [card], title=card.title, date=date_line(snapshot.as_of, lang), lang=lang
        )
        path = out or Path("reports") / f"sheet-{safe_name(dealer)}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8", newline="\n")
    print_lines(str(path))


@app.command("map", epilog="Example: `dealerml map data/raw -o mapping.toml`")
def map_(
    exports: Exports,
    out: Annotated[Path, typer.Option("--out", "-o", help="Mapping file to write.")] = Path(
        "mapping.toml"
    ),
    lang: Lang = Language.en,
    json_: Json = False,
) -> None:
    """Propose a mapping for files of an unknown system, to be corrected and passed as --source."""
    with plain_errors():
        from dealerml.errors import ExportError
        from dealerml.exports import propose_mapping, write_proposal

        if out.exists():  # refused before the work
            message = f"{out} is there already and was not replaced. Name another file with -o."
            raise ExportError(message)
        proposal = propose_mapping(exports, source=out.stem)
        write_proposal(proposal, out, lang=lang)
    if json_:
        print_json(proposal.record_in(lang) | {"mapping": str(out)})
    else:
        from dealerml.words import say

        print_lines(_columns(proposal, lang), proposal.text_in(lang), "")
        print_lines(say("proposal.written", lang, path=str(out)))
    if not proposal.has_lines:
        err.print(escape(proposal.said[0].text_in(lang)), soft_wrap=True)
        raise typer.Exit(BAD_INPUT)


@app.command(epilog="Example: `dealerml simulate made-up --dealers 50 --years 3`")
def simulate(
    folder: Annotated[Path, typer.Argument(help="Folder for the export and what was planted.")],
    source: Annotated[str, typer.Option(help="Dialect to write.")] = "plain",
    dealers: Annotated[int, typer.Option(min=1, help="Number of dealers.")] = 300,
    years: Annotated[int, typer.Option(min=1, help="Years of history.")] = 3,
    end: Annotated[str, typer.Option(help="Last day.")] = "2025-06-30",
    seed: Annotated[int, typer.Option(help="Seed: the same seed gives the same bytes.")] = 0,
    lang: Annotated[Language, typer.Option(help="Language of the system's labels.")] = Language.en,
    truth: Annotated[bool, typer.Option(help="Write beside it what was planted.")] = True,
) -> None:
    """Make up a dealer network, as an export, with the truth of what was planted beside it."""
    with plain_errors():
        from dealerml.simulate import simulate_network, write_network, write_truth

        network = simulate_network(dealers=dealers, years=years, end=end, random_state=seed)
        paths = write_network(network, folder / source, source=source, lang=lang)
        if truth:
            paths.append(write_truth(network, folder))
    print_lines(*(str(path) for path in paths))


@app.command(epilog="Example: `dealerml sources`")
def sources(lang: Lang = Language.en, json_: Json = False) -> None:
    """List the kinds of exports that are recognised, and those that must be named."""
    with plain_errors():
        from dealerml.exports.mapping_file import ASKED_FOR, SOURCES
        from dealerml.words import say
    if json_:
        print_json({"sources": [*SOURCES], "by_name_only": [*ASKED_FOR]})
        return
    print_lines(
        *(f"{name}: {say(f'exports.source.{name}', lang)}" for name in (*SOURCES, *ASKED_FOR))
    )


@app.command(
    epilog="Example: `dealerml init my-policy`, edit, `dealerml review … --policy my-policy`"
)
def init(folder: Annotated[Path, typer.Argument(help="Folder for the policy files.")]) -> None:
    """Write out the policy, commented, to edit what your company decides otherwise."""
    with plain_errors():
        from dealerml.policy import write_policy

        paths = write_policy(folder)
    print_lines(*(str(path) for path in paths))


@app.command(
    epilog="Example: `dealerml notebooks data/raw --as-of 2025-06-30 --out reports/notebooks`"
)
def notebooks(
    exports: Exports,
    as_of: AsOf = None,
    horizon: Horizon = None,
    active_days: ActiveDays = None,
    policy: PolicyDir = None,
    lang: Lang = Language.en,
    out: Annotated[Path, typer.Option(help="Folder for notebooks and pages.")] = Path(
        "reports/notebooks"
    ),
) -> None:
    """Run copies of the notebooks on an export and render each as a page."""
    with plain_errors(), show_progress(lang) as tell:
        from dealerml.review import run_notebooks

        tell("notebooks")
        pages = run_notebooks(
            exports,
            out,
            as_of=as_of,
            horizon=horizon,
            active_days=active_days,
            policy=policy,
            lang=lang,
        )
    print_lines(*(str(page) for page in pages))


def _breaches(tables: "Tables", policy: "Policy", lang: str) -> list[str]:
    from dealerml.exports import compare_control_totals
    from dealerml.review import find_breaches

    control = compare_control_totals(tables)
    found = find_breaches(tables.ingest, policy, control=control)
    return [sentence.text_in(lang) for sentence in found]


def _pace(tables: "Tables", policy: "Policy", lang: str) -> str:
    """How often dealers usually order, where anything can be said of it."""
    from dealerml.features import usual_gap
    from dealerml.words import say

    gap, n = usual_gap(tables.as_of(tables.span()[1]))
    return say("review.usual_gap", lang, gap=gap, n=n, **_clocks(policy)) if n else ""


def _clocks(policy: "Policy") -> dict[str, Any]:
    return {name: policy.definitions[name] for name in ("active_days", "horizon")}


def _where(folder: Path, asked: Path, lang: str) -> str:
    """Where to look, and why it is not where it was asked for."""
    from dealerml.words import say

    key = "review.written" if folder == asked else "review.written_beside"
    return say(key, lang, path=str(folder / "review.html"), asked=str(asked))


def _checkup(found: "Inspection", ingest: "Ingest", lang: str) -> str:
    """The page of `check`: a heading, sentences and a table for each section."""
    from rich.text import Text

    from dealerml.review import make_checkup

    page = Console(width=None if sys.stdout.isatty() else PAGE_WIDTH, highlight=False)
    with page.capture() as written:
        for block in make_checkup(found, ingest, lang):
            page.print(Text(block.heading, style="bold"))
            for sentence in block.sentences:
                page.print(Text(sentence, overflow="fold"))
            if block.table is not None:
                page.print(_grid(block.table))
                page.print(Text(block.table.note))
            page.print()
    lines = [line.rstrip() for line in written.get().splitlines()]
    return "".join(f"{line}\n" for at, line in enumerate(lines) if line or lines[at - 1])


def _grid(table: "PageTable") -> Any:
    """A table as lines under each other; Chinese takes two places a character."""
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in table.heads:
        is_number = head.kind == "number"
        justify: Any = "right" if is_number else "left"
        shown.add_column(head.text, justify=justify, no_wrap=is_number, overflow="fold")
    for row in table.rows:
        shown.add_row(*(escape(cell.text) for cell in row))
    return shown


def _columns(proposal: "Proposal", lang: str) -> str:
    """What each column was taken for, as lines under each other; only the reasons are broken."""
    from rich.table import Table

    from dealerml.words import column_label

    names = ("file", "source_column", "taken_for", "certainty", "why")
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        shown.add_column(column_label(name, lang), no_wrap=name != "why", overflow="fold")
    for row in proposal.rows_in(lang):
        shown.add_row(*map(escape, row))
    page = Console(width=None if sys.stdout.isatty() else PAGE_WIDTH, highlight=False)
    with page.capture() as written:
        page.print(shown)
    return "".join(f"{line.rstrip()}\n" for line in written.get().splitlines())


if __name__ == "__main__":
    app()
