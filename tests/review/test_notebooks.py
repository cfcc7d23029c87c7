import nbformat
import pytest
from nbformat import v4

from dealerml.errors import ExportError, ReviewError
from dealerml.review.notebooks import (
    SHIPPED,
    _parameters,
    clean_notebook,
    execute_notebook,
    find_notebooks,
    has_parameters,
    run_notebooks,
)
from dealerml.review.pages import read_notebook

TAGGED = {"tags": ["parameters"]}


def write(path, *cells):
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def test_notebooks_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("02_b.ipynb", "00_a.ipynb", "_template.ipynb", "README.md"):
        (tmp_path / name).touch()
    assert [p.name for p in find_notebooks(folder=tmp_path)] == ["00_a.ipynb", "02_b.ipynb"]
    assert [p.name for p in find_notebooks(["02"], folder=tmp_path)] == ["02_b.ipynb"]
    with pytest.raises(ReviewError, match=r"no notebook 05\. Known: 00, 02"):
        find_notebooks(["05"], folder=tmp_path)


def test_an_installed_package_has_no_notebooks_and_says_so(tmp_path):
    with pytest.raises(ReviewError, match="clone the repository"):
        find_notebooks(folder=tmp_path)


def test_the_notebooks_themselves_are_never_overwritten(tmp_path):
    with pytest.raises(ReviewError, match="Name another folder"):
        run_notebooks(tmp_path, SHIPPED)


def test_bad_exports_are_refused_before_anything_is_run(tmp_path):
    with pytest.raises(ExportError, match="does not exist"):
        run_notebooks(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("tags", [[], [["parameters"], ["parameters"]]])
def test_parameters_are_never_ignored_in_silence(tmp_path, tags):
    cells = [v4.new_code_cell("X = 1", metadata={"tags": found}) for found in tags]
    path = write(tmp_path / "00_x.ipynb", *cells)
    assert not has_parameters(read_notebook(path))
    with pytest.raises(ReviewError, match=r"00_x\.ipynb needs exactly one cell tagged"):
        execute_notebook(path, tmp_path / "copy.ipynb", {"X": 2})


def test_what_goes_wrong_is_named_and_the_copy_kept(tmp_path):
    cells = [v4.new_code_cell("X = 1", metadata=TAGGED), v4.new_code_cell("1 / (X - 2)")]
    path = write(tmp_path / "00_x.ipynb", *cells)
    target = tmp_path / "copy.ipynb"
    problem = execute_notebook(path, target, {"X": 2})
    assert problem == "00_x.ipynb, cell 3: ZeroDivisionError: division by zero"
    assert "X = 2" in "".join(cell.source for cell in read_notebook(target).cells)
    assert read_notebook(path).cells[0].source == "X = 1"


def test_nothing_of_the_run_stays_in_the_metadata():
    hidden = {"source_hidden": True, "outputs_hidden": False}
    cells = [
        v4.new_code_cell("1", metadata={**TAGGED, "papermill": {"duration": 0.1}}),
        v4.new_code_cell("2", metadata={"tags": [], "jupyter": hidden, "execution": {"a": "b"}}),
    ]
    notebook = v4.new_notebook(cells=cells, metadata={"papermill": {"output_path": "/somewhere/x"}})
    cleaned = clean_notebook(notebook)
    assert set(cleaned.metadata) == {"kernelspec", "language_info"}
    assert [dict(cell.metadata) for cell in cleaned.cells] == [
        TAGGED,
        {"jupyter": {"source_hidden": True}},
    ]
    assert [cell.id for cell in cleaned.cells] == ["c00", "c01"]


def test_paths_are_given_as_seen_from_the_folder_of_the_copies(tmp_path):
    settings = {"as_of": "2025-06-30", "horizon": None, "active_days": 90, "policy": None}
    found = _parameters([tmp_path / "a", tmp_path / "b"], tmp_path / "out" / "q2", settings, "zh")
    assert found["EXPORTS"] == ["../../a", "../../b"]
    assert (found["ACTIVE_DAYS"], found["POLICY"], found["LANG"]) == (90, None, "zh")
    one = _parameters(tmp_path / "a", tmp_path / "out", settings | {"policy": tmp_path}, "en")
    assert (one["EXPORTS"], one["POLICY"]) == ("../a", "..")
