import pytest

from dealerml.errors import DealermlError
from dealerml.features.codebook import BEGIN, END, render_codebook, table, write_codebook


def test_only_what_lies_between_the_marks_is_written(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"mine\n\n{BEGIN}\nold\n{END}\n\nmine too\n", encoding="utf-8")
    write_codebook(path)
    written = path.read_text("utf-8")
    assert written == f"mine\n\n{BEGIN}\n\n{render_codebook()}\n\n{END}\n\nmine too\n"
    write_codebook(path)
    assert path.read_text("utf-8") == written


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}"])
def test_a_file_without_its_marks_is_left_alone(tmp_path, text):
    path = tmp_path / "README.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DealermlError, match=r"README\.md does not hold the marks"):
        write_codebook(path)
    assert path.read_text("utf-8") == text


def test_what_is_known_only_today_is_marked():
    text = render_codebook()
    assert "| `tier_current` | text |  | today | Tier in the company's own system today. |" in text
    assert "| `net_amount` | decimal | always |  | Money net of tax" in text


def test_no_cell_breaks_its_table():
    rows = [line for line in render_codebook().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {4, 6}


def test_a_table_has_a_head_a_rule_and_its_rows():
    assert table(("a", "b"), [("1", "2")]).splitlines() == ["| a | b |", "|---|---|", "| 1 | 2 |"]
