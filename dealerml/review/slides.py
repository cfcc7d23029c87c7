"""The leading pages as slides: native tables, text that can be edited, pictures with a voice."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dealerml.exports.books import without_clock
from dealerml.review.page import Page, Picture, Section, Table
from dealerml.review.report import keep_units
from dealerml.review.wording import text_width

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

# Inches of a wide slide, its margin, and where the title ends.
WIDE, HIGH, EDGE, TOP = 13.333, 7.5, 0.45, 1.05
LINE: Final = 0.24
INK, QUIET, ACCENT, SOFT = "1F2933", "52606D", "12355B", "F5F7FA"
FONTS: Final = {"en": "Calibri", "zh": "Microsoft YaHei"}
MOST_ROWS, MANY = 15, 10
TEXT_PLACES: Final = 190
# A few lines of text leave the table below them on their slide, however full it is.
ROOM: Final = 0.8
BOX_FIGURE: Final = {"value": 22, "label": 11, "note": 10}


def write_slides(page: Page, path: Path, *, lang: str) -> None:
    """Write the verdict, then a slide for each leading section, and one more for its tables.

    Text and tables are the program's own and can be edited; each picture carries its title as
    alternative text. The same page gives the same bytes.
    """
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    _verdict(deck, page, lang)
    for section in page.sections:
        _section(deck, section, lang)
    deck.core_properties.title = page.title
    deck.core_properties.author = "dealerml"
    written = io.BytesIO()
    deck.save(written)
    path.write_bytes(without_clock(written.getvalue()))


def _verdict(deck: "Presentation", page: Page, lang: str) -> None:
    slide = _slide(deck, page.title, lang)
    below = _text(slide, [page.lead], TOP, lang=lang, size=16)
    step = (WIDE - 2 * EDGE) / 3
    for place, tile in enumerate(page.tiles):
        across, down = EDGE + step * (place % 3), below + 0.1 + 1.25 * (place // 3)
        _tile(slide, (tile.label, tile.value, tile.note), (across, down, step - 0.15), lang)
    below += 0.2 + 1.25 * -(-len(page.tiles) // 3)
    asked = [each.told(number) for number, each in enumerate(page.decisions, start=1)]
    if asked:
        below = _text(slide, [page.decided], below, lang=lang, size=14, bold=True)
        below = _text(slide, asked, below, lang=lang, size=13)
    _text(slide, [page.trust, *page.notices], below, lang=lang, size=10, colour=QUIET)


def _section(deck: "Presentation", section: Section, lang: str) -> None:
    """What is said and drawn on one slide, tables that do not fit below on slides of their own."""
    slide = _slide(deck, section.title, lang)
    below = _text(slide, section.paragraphs, TOP, lang=lang, size=13)
    below = _pictures(slide, section.pictures, below)
    for row in section.tables:
        high = max(_height(table, WIDE / len(row), lang) for table in row)
        if below + high > HIGH and below > TOP + ROOM:
            slide, below = _slide(deck, section.title, lang), TOP
        step = (WIDE - 2 * EDGE) / len(row)
        for place, table in enumerate(row):
            _table(slide, table, (EDGE + step * place, below, step - 0.15 * (len(row) > 1)), lang)
        below += high + 0.15


def _slide(deck: "Presentation", title: str, lang: str) -> "Slide":
    from pptx.util import Inches

    slide: Slide = deck.slides.add_slide(deck.slide_layouts[5])  # a title and nothing else
    box: Any = slide.shapes.title
    box.left, box.top = Inches(EDGE), Inches(0.3)
    box.width, box.height = Inches(WIDE - 2 * EDGE), Inches(0.65)
    _write(box.text_frame, [title], lang=lang, size=26, bold=True, colour=ACCENT)
    return slide


def _text(
    slide: "Slide",
    texts: Sequence[str],
    top: float,
    *,
    lang: str,
    size: int,
    bold: bool = False,
    colour: str = INK,
) -> float:
    """Write paragraphs across the slide; returns where they end."""
    from pptx.util import Inches

    shown = [text for text in texts if text]
    if not shown:
        return top
    places = TEXT_PLACES * 12 / size * 0.9
    lines = sum(-(-text_width(text) // places) for text in shown)
    high = float(lines * size / 72 * 1.25 + 0.08 * len(shown) + 0.05)
    box = slide.shapes.add_textbox(Inches(EDGE), Inches(top), Inches(WIDE - 2 * EDGE), Inches(high))
    box.text_frame.word_wrap = True
    _write(box.text_frame, shown, lang=lang, size=size, bold=bold, colour=colour)
    return top + high


def _write(
    frame: Any, texts: Sequence[str], *, lang: str, size: int, bold: bool = False, colour: str = INK
) -> None:
    from pptx.enum.text import PP_ALIGN

    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = keep_units(text)
        _font(run.font, lang, size, bold=bold, colour=colour)


def _font(font: Any, lang: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
    from pptx.util import Pt

    font.size, font.bold, font.name = Pt(size), bold, FONTS[lang]
    font.color.rgb = _colour(colour)


def _colour(text: str) -> Any:
    from pptx.dml.color import RGBColor

    red, green, blue = bytes.fromhex(text)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def _tile(
    slide: "Slide", texts: tuple[str, str, str], place: tuple[float, float, float], lang: str
) -> None:
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    left, top, wide = place
    box = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(wide), Inches(1.15)
    )
    box.fill.solid()
    box.fill.fore_color.rgb = _colour(SOFT)
    box.line.fill.background()
    box.shadow.inherit = False
    box.text_frame.word_wrap = True
    sizes = (BOX_FIGURE["label"], BOX_FIGURE["value"], BOX_FIGURE["note"])
    for number, (text, size) in enumerate(zip(texts, sizes, strict=True)):
        frame = box.text_frame
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = keep_units(text)
        is_figure = size == BOX_FIGURE["value"]
        _font(run.font, lang, size, bold=is_figure, colour=INK if is_figure else QUIET)


def _pictures(slide: "Slide", pictures: Sequence[Picture], top: float) -> float:
    """Side by side in what room is left; returns where they end."""
    from pptx.util import Inches

    drawn = [picture.png() for picture in pictures if picture.png is not None]
    if not drawn:
        return top
    each = (HIGH - EDGE - top - 0.1) / len(drawn)
    for number, (data, title) in enumerate(drawn):
        place = Inches(EDGE), Inches(top + 0.05 + each * number)
        shape: Any = slide.shapes.add_picture(io.BytesIO(data), *place, height=Inches(each - 0.1))
        if shape.width > Inches(WIDE - 2 * EDGE):
            shape.height = int(shape.height * Inches(WIDE - 2 * EDGE) / shape.width)
            shape.width = Inches(WIDE - 2 * EDGE)
        shape._element._nvXxPr.cNvPr.set("descr", title)
    return HIGH


def _height(table: Table, wide: float, lang: str) -> float:
    rows = [table.heads, *table.rows[:MOST_ROWS]]
    return LINE * sum(_lines(row, wide, lang) for row in rows) + 0.3 * 2


def _lines(row: Sequence[Any], wide: float, lang: str) -> int:
    """Lines of the fullest cell, where columns share the width by what they hold."""
    places = wide * 13 / max(len(row), 1)
    return max((-(-text_width(cell.text) // max(int(places), 6)) for cell in row), default=1)


def _table(slide: "Slide", table: Table, place: tuple[float, float, float], lang: str) -> None:
    from pptx.util import Inches

    left, top, wide = place
    title = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(wide), Inches(0.3))
    _write(title.text_frame, [table.title], lang=lang, size=12, bold=True)
    shown = table.rows[:MOST_ROWS]
    size = 8 if len(shown) > MANY else 9
    shape: Any = slide.shapes.add_table(
        len(shown) + 1, len(table.heads), Inches(left), Inches(top + 0.3), Inches(wide), Inches(0.2)
    )
    shape._element._nvXxPr.cNvPr.set("descr", table.title)
    grid = shape.table
    widths = [_widest(table, column) for column in range(len(table.heads))]
    for column, width in enumerate(widths):
        grid.columns[column].width = Inches(wide * width / sum(widths))
    for number, row in enumerate([table.heads, *shown]):
        grid.rows[number].height = Inches(LINE)
        for column, cell in enumerate(row):
            last = table.total and number == len(shown)
            colour = "FFFFFF" if number == 0 else INK
            bold = number == 0 or last
            _cell(grid.cell(number, column), cell, lang, (size, bold, colour))


def _widest(table: Table, column: int) -> float:
    texts = [table.heads[column].text, *(row[column].text for row in table.rows[:MOST_ROWS])]
    word = max(text_width(word) for word in table.heads[column].text.split() or [""])
    return float(min(max(max(map(text_width, texts)), word + 2, 7), 36))


def _cell(target: Any, cell: Any, lang: str, look: tuple[int, bool, str]) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    target.margin_left = target.margin_right = Inches(0.05)
    target.margin_top = target.margin_bottom = Inches(0.01)
    paragraph = target.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = keep_units(cell.text)
    size, bold, colour = look
    _font(run.font, lang, size, bold=bold, colour=colour)
    if cell.kind == "number":
        paragraph.alignment = PP_ALIGN.RIGHT
