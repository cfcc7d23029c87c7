"""The files of a review: a contract that others build on."""

from pathlib import Path
from typing import Final

from dealerml.errors import ReviewError
from dealerml.exports import write_set_aside
from dealerml.exports.linking.link_file import write_links
from dealerml.review.alert_book import write_alert_book
from dealerml.review.alert_calendar import write_calendar
from dealerml.review.cards import GROUPS, date_line, dealer_cards, group_cards
from dealerml.review.dealers import dealers_in
from dealerml.review.files import write_csv, write_parquet
from dealerml.review.page import make_page
from dealerml.review.paper import print_page
from dealerml.review.record import make_record, write_json
from dealerml.review.report import render_cards, render_page
from dealerml.review.run import Review, Tell
from dealerml.review.slides import write_slides
from dealerml.review.splitting import KEYS, write_split
from dealerml.review.swap import RECORD, replace_review
from dealerml.review.workbook import write_workbook
from dealerml.review.write_back import write_back
from dealerml.words import say
from dealerml.words.catalogue import check_language

STEM: Final = "review"


def write_review(
    review: Review,
    folder: str | Path,
    *,
    lang: str = "en",
    pdf: bool = False,
    split: str | None = None,
    tell: Tell | None = None,
) -> Path:
    """Where does the finished review stand on disk?

    Parameters
    ----------
    folder
        Absent, empty, or an earlier review, which is replaced as a whole.
    lang
        Language of every sentence and label; codes in files stay English.
    pdf
        Whether the page is printed as ``review.pdf`` too, by an installed Chromium, Chrome or Edge.
    split
        ``region`` or ``owner``: one more page and workbook for each, of its dealers alone.

    Returns
    -------
    The folder; or ``<folder>.new`` where the old review is open in another program.

    Raises
    ------
    ReviewError
        If the folder holds anything but a review, or there is no browser to print with.
    ValueError
        If the language is unknown.
    """
    check_language(lang)
    if split is not None and split not in KEYS:
        message = f"Reviews are split by {' or '.join(KEYS)}, not by {split!r}."
        raise ReviewError(message)
    tell = tell or (lambda step: None)

    def write(part: Path) -> None:
        tell("tables")
        _write_tables(review, part, lang)
        tell("report")
        page = make_page(review, lang)
        html = part / f"{STEM}.html"
        html.write_text(render_page(page, lang), encoding="utf-8")
        write_slides(page, part / f"{STEM}.pptx", lang=lang)
        if pdf:
            print_page(html, part / f"{STEM}.pdf")
        _write_cards(review, part / "cards", lang)
        if split is not None:
            write_split(review, part / "split", by=split, lang=lang)
        write_workbook(review, part / "review.xlsx", lang=lang)
        record = write_json(make_record(review, lang=lang))
        (part / RECORD).write_text(record, encoding="utf-8", newline="\n")

    return replace_review(Path(folder), write)


def _write_cards(review: Review, folder: Path, lang: str) -> None:
    """One page per dealer to see, per owner and per region, to be printed."""
    folder.mkdir()
    kinds = {"dealers": dealer_cards(review, lang)}
    kinds |= {f"{by}s": group_cards(review, by, lang) for by in GROUPS}
    date = date_line(review.as_of, lang)
    for name, cards in kinds.items():
        if cards:
            title = say(f"review.card.title_{name}", lang)
            html = render_cards(cards, title=title, date=date, lang=lang)
            (folder / f"{name}.html").write_text(html, encoding="utf-8", newline="\n")


def _write_tables(review: Review, part: Path, lang: str) -> None:
    dealers = dealers_in(review, lang)
    write_parquet(dealers, part / "dealers.parquet")
    write_csv(dealers, part / "dealers.csv")
    write_parquet(review.forecast.table, part / "forecast.parquet")
    write_parquet(review.background.mix, part / "months.parquet")
    write_csv(review.alerts.table_in(lang), part / "alerts.csv")
    write_alert_book(review, part / "alerts.xlsx", lang=lang)
    write_back(review, part / "crm", lang=lang)
    (part / "alerts.ics").write_bytes(write_calendar(review.alerts, lang=lang))
    if review.ingest is not None:
        write_set_aside(review.ingest, part / "set_aside")
        if review.ingest.links is not None:
            write_links(review.ingest.links.table, part / "dealer_links.csv")
