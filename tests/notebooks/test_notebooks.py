"""What every notebook in the folder must be: short, honest on any data, stored as it was run."""

import ast
import re
import statistics
from pathlib import Path

import nbformat
import pytest

from dealerml.review.notebooks import SHIPPED, find_notebooks, has_parameters, run_notebooks
from dealerml.review.pages import read_notebook, title_of
from dealerml.simulate import simulate_network, write_network
from dealerml.words import entry_keys, has_entry, say

NUMBERED = find_notebooks()
ALL = [*NUMBERED, SHIPPED / "_template.ipynb"]
MOST_CELLS, LONGEST_CELL, MEDIAN_CELL = 45, 12, 3
PARAMETERS = "EXPORTS AS_OF HORIZON ACTIVE_DAYS POLICY LANG RANDOM_STATE".split()
TOLD = re.compile(r'"(notebook\.[\w.]+)"')
CHINESE = re.compile("[\u4e00-\u9fff]")
# Questions whose answers say most, tried on a second export too.
TRIED = ("00", "02")
SMALL_AS_OF = "2024-12-31"
# Long enough that two exports do not share it by chance.
FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
FIXED = re.compile(r'dml\.tell\("notebook\.[\w.]+", LANG\)')


every = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
numbered = pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines_of(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def outputs_of(notebook):
    return [output for cell in code_of(notebook) for output in cell.outputs]


def texts_of(cell):
    return [output.data.get("text/plain", "") for output in cell.get("outputs", ())]


def figures_of(cell):
    return {figure for text in texts_of(cell) for figure in FIGURE.findall(text)}


@numbered
def test_the_title_is_a_question_in_both_languages(path):
    notebook = read_notebook(path)
    english, chinese = title_of(notebook), title_of(notebook, "zh")
    assert english.startswith(f"{path.name[:2]} · ")
    assert english.endswith("?")
    assert chinese.endswith("？")
    assert CHINESE.search(chinese)


@every
def test_one_cell_holds_all_parameters(path):
    notebook = read_notebook(path)
    assert has_parameters(notebook)
    tree = ast.parse(code_of(notebook)[0].source)
    assert [node.targets[0].id for node in tree.body] == PARAMETERS


@every
def test_it_begins_with_what_is_in_force(path):
    setup = code_of(read_notebook(path))[1].source
    imported = re.findall(r"^(?:import|from) .*", setup, re.MULTILINE)
    assert "import dealerml as dml" in imported
    assert len(imported) <= 4
    assert setup.endswith("dml.tell(start.said, LANG)")


@every
def test_the_answer_comes_first(path):
    told = [key for cell in code_of(read_notebook(path)) for key in TOLD.findall(cell.source)]
    assert told[0] == "notebook.answer"


@numbered
def test_it_ends_with_limits_and_what_to_do(path):
    told = [key for cell in code_of(read_notebook(path)) for key in TOLD.findall(cell.source)]
    assert [key.rpartition(".")[2] for key in told[-2:]] == ["limits", "next"]


@every
def test_it_is_short(path):
    notebook = read_notebook(path)
    # The setup is the same everywhere; what a reader has to follow are the cells after it.
    lengths = [len(lines_of(cell)) for cell in code_of(notebook)]
    assert len(notebook.cells) <= MOST_CELLS
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL


@every
def test_only_the_title_is_fixed_text(path):
    fixed = [cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    assert len(fixed) == 1
    assert not re.search(r"\d", fixed[0].source.partition("·")[2])


@every
def test_it_calls_functions_and_defines_none(path):
    for cell in code_of(read_notebook(path)):
        nodes = list(ast.walk(ast.parse(cell.source.replace(";", ""))))
        assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)]


@every
def test_it_is_stored_as_it_was_run_on_the_sample(path):
    notebook = read_notebook(path)
    assert [cell.execution_count for cell in code_of(notebook)] == list(
        range(1, len(code_of(notebook)) + 1)
    )
    kinds = {output.output_type for output in outputs_of(notebook)}
    assert kinds <= {"execute_result", "display_data"}


@every
def test_nothing_tells_of_the_machine_or_the_time(path):
    notebook = read_notebook(path)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags", "jupyter"}
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|[A-Z]:\\\\|0x[0-9a-f]{6,}", text)


def test_every_sentence_they_tell_is_there_and_every_one_there_is_told():
    sources = [cell.source for path in ALL for cell in code_of(read_notebook(path))]
    told = {key for source in sources for key in TOLD.findall(source)}
    assert [key for key in told if not has_entry(key)] == []
    spoken = [key for key in entry_keys("notebook") if re.match(r"notebook\.(q\d|template)", key)]
    assert sorted(set(spoken) - told) == []


@every
def test_what_is_stored_is_what_the_catalogue_says_today(path):
    fixed = [cell for cell in code_of(read_notebook(path)) if FIXED.fullmatch(cell.source)]
    stored = [cell.outputs[0].data["text/markdown"] for cell in fixed]
    assert stored == [say(TOLD.search(cell.source)[1]) for cell in fixed]


def test_the_index_names_every_notebook():
    index = (SHIPPED / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\d) \| \[(.+?)\]\((.+?)\)", index, re.MULTILINE)
    expected = [
        (p.name[:2], title_of(read_notebook(p)).partition(" · ")[2], p.name) for p in NUMBERED
    ]
    assert rows == expected


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """Some notebooks, run on a second, smaller network up to an earlier day."""
    folder = tmp_path_factory.mktemp("small")
    network = simulate_network(dealers=60, years=3, end=SMALL_AS_OF, random_state=5)
    write_network(network, folder / "exports")
    run_notebooks(folder / "exports", folder / "out", as_of=SMALL_AS_OF, only=TRIED)
    return folder / "out"


@pytest.fixture(scope="module", params=TRIED)
def pairs(request, small) -> list[tuple]:
    """Each cell of a notebook, as stored on the sample and as run on the small network."""
    (stored,) = SHIPPED.glob(f"{request.param}_*.ipynb")
    ours, theirs = read_notebook(stored).cells, read_notebook(small / stored.name).cells
    given = [cell for cell in theirs if "injected-parameters" in cell.metadata.get("tags", ())]
    assert len(given) == 1
    return list(zip(ours, [cell for cell in theirs if cell not in given], strict=True))


@pytest.mark.slow
def test_no_figure_of_the_sample_is_told_of_another_export(pairs):
    ours, theirs = (
        {f for cell in cells for f in figures_of(cell)} for cells in zip(*pairs, strict=True)
    )
    assert ours
    assert ours & theirs == set()


def test_what_is_told_with_a_figure_differs_and_what_is_fixed_does_not(pairs):
    for our, their in pairs:
        assert our.source == their.source
        # What has to be noticed on one export may not exist on the other.
        for ours, theirs in zip(texts_of(our), texts_of(their), strict=False):
            if FIXED.fullmatch(our.source):
                assert ours == theirs
            elif re.search(r"\d", ours) and not ours.startswith("<Figure"):
                assert ours != theirs


def test_another_export_runs_without_a_warning(small):
    for path in sorted(small.glob("*.ipynb")):
        assert {output.output_type for output in outputs_of(read_notebook(path))} <= {
            "execute_result",
            "display_data",
        }


def test_pages_need_nothing_but_themselves(small):
    pages = sorted(small.glob("*.html"))
    assert [page.name for page in pages][-1] == "index.html"
    assert len(pages) == len(TRIED) + 1
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert "<script" not in html
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html)
        assert "Content-Security-Policy" in html
        assert str(small) not in html


def test_the_contents_answer_every_question(small):
    html = (small / "index.html").read_text(encoding="utf-8")
    for number in TRIED:
        assert f'<a href="{number}_' in html
    assert SMALL_AS_OF in html
