import base64

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from dealerml.review.pages import answer_of, read_notebook, render_page, title_of
from dealerml.review.telling import show, tell

TITLE = "# 02 · How did it sell?\n\n卖得如何？"
PIXEL = base64.b64encode(b"not really a picture").decode()


def result(source, shown, *, hidden=False):
    data = {"text/plain": repr(shown)}
    if hasattr(shown, "_repr_html_"):
        data["text/html"] = shown._repr_html_()
    else:
        data["text/markdown"] = shown.markdown
    output = v4.new_output("execute_result", data=data, execution_count=1)
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return v4.new_code_cell(source, outputs=[output], execution_count=1, metadata=metadata)


@pytest.fixture
def notebook(tmp_path):
    names = pd.DataFrame({"dealer_name": ["<script>alert(1)</script>", "喆"]})
    picture = v4.new_output("display_data", data={"image/png": PIXEL, "text/plain": "<Figure>"})
    cells = [
        v4.new_markdown_cell(TITLE),
        result('dml.tell("notebook.answer", LANG)', tell("notebook.answer", finding="A * B"),
               hidden=True),
        result("dml.show(names)", show(names)),
        v4.new_code_cell("dml.plot(x)", outputs=[picture], execution_count=2),
    ]  # fmt: skip
    path = tmp_path / "02_x.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def test_a_page_needs_no_script_and_no_request(notebook):
    html = render_page(notebook)
    assert "<script" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html
    assert "&lt;script&gt;alert(1)" in html


def test_cells_that_only_tell_show_no_code(notebook):
    html = render_page(notebook)
    assert html.count("<details") == 2
    assert "notebook.answer" not in html


def test_a_picture_is_described_by_the_heading_above_it(notebook):
    assert 'alt="The answer"' in render_page(notebook)


def test_the_question_stands_first_in_the_language_of_the_reader(notebook):
    english, chinese = render_page(notebook), render_page(notebook, lang="zh")
    assert english.index("How did it sell?</h1>") < english.index("<p>卖得如何？")
    assert chinese.index("卖得如何？</h1>") < chinese.index("<p>How did it sell?")
    assert 'lang="zh-CN"' in chinese
    content = read_notebook(notebook)
    assert title_of(content) == "02 · How did it sell?"
    assert title_of(content, "zh") == "02 · 卖得如何？"


def test_chinese_is_drawn_without_a_font_of_the_machine(notebook):
    assert "@font-face" in render_page(notebook)


def test_the_answer_is_what_stands_below_its_heading(notebook):
    assert answer_of(read_notebook(notebook)) == "A * B"


def test_the_same_notebook_makes_the_same_page(notebook):
    assert render_page(notebook) == render_page(notebook)
