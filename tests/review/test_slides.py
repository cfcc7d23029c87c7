import pytest
from pptx import Presentation

from dealerml.review.page import make_page
from dealerml.review.slides import write_slides


@pytest.fixture(scope="module", params=["en", "zh"])
def deck(request, written, written_zh, small_review):
    folder = {"en": written, "zh": written_zh}[request.param]
    return Presentation(folder / "review.pptx"), make_page(small_review, request.param)


def texts_of(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield from (paragraph.text for paragraph in shape.text_frame.paragraphs)
            if shape.has_table:
                for row in shape.table.rows:
                    yield from (cell.text for cell in row.cells)


def test_slides_say_what_the_page_says(deck):
    deck, page = deck
    texts = {text.replace("\u00a0", " ") for text in texts_of(deck)}
    assert page.title in texts
    assert page.lead in texts
    for tile in page.tiles:
        assert {tile.label, tile.value} <= texts
    for section in page.sections:
        assert section.title in texts
        for row in section.tables:
            for table in row:
                shown = {cell.text for line in table.rows for cell in line if cell.text}
                assert shown <= texts


def test_pictures_and_tables_can_be_read_out(deck):
    deck, page = deck
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == sum(len(section.pictures) for section in page.sections)
    for shape in pictures:
        assert len(shape._element._nvXxPr.cNvPr.get("descr")) > 10


def test_nothing_stands_beyond_the_slide(deck):
    deck, _ = deck
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width


def test_the_same_page_gives_the_same_bytes(small_review, tmp_path):
    page = make_page(small_review, "en")
    for name in ("a", "b"):
        write_slides(page, tmp_path / name, lang="en")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
