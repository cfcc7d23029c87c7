"""The notebooks, run on one's own exports: a copy of each, and a page that anybody can open."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import dealerml
from dealerml.errors import ReviewError
from dealerml.review.pages import read_notebook, render_contents, render_page
from dealerml.review.start import Exports, start_analysis

PARAMETERS: Final = "parameters"
KERNEL: Final = "python3"
SHIPPED: Final = Path(dealerml.__file__).parents[1] / "notebooks"


def run_notebooks(
    exports: Exports,
    out: str | Path,
    *,
    as_of: str | None = None,
    horizon: int | None = None,
    active_days: int | None = None,
    policy: str | Path | None = None,
    lang: str = "en",
    only: Iterable[str] = (),
) -> list[Path]:
    """What do the notebooks find in these exports?

    Parameters
    ----------
    exports
        Folders or files of one source.
    out
        Folder for a copy of each notebook, a page of each, and ``index.html`` with the answers.
    as_of
        The last day that counts; the last complete month of the export where None.
    only
        Numbers of the notebooks to run, such as ``02``; all where empty.

    Returns
    -------
    The pages, ``index.html`` first.

    Raises
    ------
    ExportError, PolicyError, HistoryError
        If the exports, the policy or the date cannot be used.
    ReviewError
        If a notebook cannot be run; the others are finished before it is said.
    """
    folder, chosen = Path(out), find_notebooks(only)
    if folder.resolve() == SHIPPED.resolve():
        message = f"{folder} holds the notebooks themselves. Name another folder for the copies."
        raise ReviewError(message)
    settings = {"as_of": as_of, "horizon": horizon, "active_days": active_days, "policy": policy}
    start = start_analysis(exports, **settings)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    parameters = _parameters(exports, folder, settings | {"as_of": str(start.as_of)}, lang)
    done, problems = {}, []
    for path in chosen:
        problem = execute_notebook(path, folder / path.name, parameters)
        if problem:
            problems.append(problem)
            continue
        done[path.stem] = page = folder / f"{path.stem}.html"
        page.write_text(render_page(folder / path.name, lang=lang), encoding="utf-8")
    contents = folder / "index.html"
    contents.write_text(render_contents(folder, list(done), start, lang=lang), encoding="utf-8")
    if problems:
        raise ReviewError(problems)
    return [contents, *done.values()]


def store_notebooks(only: Iterable[str] = ()) -> list[Path]:
    """Run the notebooks on the sample, in place, so that they are stored with what they show."""
    paths = find_notebooks(only) + ([] if only else [SHIPPED / "_template.ipynb"])
    problems = [execute_notebook(path, path, {}) for path in paths]
    if any(problems):
        raise ReviewError([problem for problem in problems if problem])
    return paths


def find_notebooks(only: Iterable[str] = (), *, folder: Path = SHIPPED) -> list[Path]:
    """Which notebooks are there, in the order of their numbers?

    Raises
    ------
    ReviewError
        If there are none beside the package, or none of the numbers asked for.
    """
    numbered = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not numbered:
        message = (
            f"There are no notebooks in {folder}. They come with the source, not with an installed "
            "package: clone the repository and run this there."
        )
        raise ReviewError(message)
    wanted = list(only)
    known = {path.name[:2]: path for path in numbered}
    unknown = [number for number in wanted if number not in known]
    if unknown:
        message = f"There is no notebook {', '.join(unknown)}. Known: {', '.join(known)}."
        raise ReviewError(message)
    return [known[number] for number in sorted(set(wanted))] if wanted else numbered


def execute_notebook(path: Path, target: Path, parameters: Mapping[str, Any]) -> str:
    """Run one notebook in a process of its own and store it without times and paths.

    Returns
    -------
    What went wrong: notebook, cell and error; empty where all went well.

    Raises
    ------
    ReviewError
        If the notebook has no parameters to replace, or the packages to run it are missing.
    """
    try:
        import nbformat
        import papermill
    except ImportError as error:
        message = (
            f"Running notebooks needs the package {error.name}: pip install dealerml[notebooks]"
        )
        raise ReviewError(message) from error
    if not has_parameters(read_notebook(path)):
        message = (
            f"{path.name} needs exactly one cell tagged {PARAMETERS!r}; without it the parameters "
            "would be ignored in silence."
        )
        raise ReviewError(message)
    problem = ""
    try:
        papermill.execute_notebook(
            path,
            target,
            parameters=dict(parameters),
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            extra_arguments=["--log-level=CRITICAL"],
            cwd=target.parent,
        )
    except papermill.PapermillExecutionError as error:
        problem = f"{path.name}, cell {error.exec_count}: {error.ename}: {error.evalue}"
    nbformat.write(clean_notebook(read_notebook(target)), target)  # type: ignore[no-untyped-call]
    return problem


def has_parameters(notebook: Any) -> bool:
    """Has a notebook exactly one cell of parameters?"""
    tagged = [cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", ())]
    return len(tagged) == 1


def clean_notebook(notebook: Any) -> Any:
    """The same notebook without anything that differs from run to run or tells of the machine."""
    notebook.metadata = type(notebook.metadata)(
        kernelspec={"display_name": "Python 3", "language": "python", "name": KERNEL},
        language_info={"name": "python"},
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number:02d}"
        cell.metadata = type(cell.metadata)(_kept(cell.metadata))
    return notebook


def _kept(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What may stay of a cell's metadata: tags, and whether its code is folded away."""
    kept: dict[str, Any] = {"tags": metadata["tags"]} if metadata.get("tags") else {}
    hidden = metadata.get("jupyter", {}).get("source_hidden")
    return kept | ({"jupyter": {"source_hidden": True}} if hidden else {})


def _parameters(
    exports: Exports, folder: Path, settings: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """The parameters of every notebook, with paths as seen from the folder they run in."""
    paths = [exports] if isinstance(exports, str | Path) else list(exports)
    places = [_from(folder, path) for path in paths]
    policy = settings["policy"]
    return {
        "EXPORTS": places[0] if len(places) == 1 else places,
        "AS_OF": settings["as_of"],
        "HORIZON": settings["horizon"],
        "ACTIVE_DAYS": settings["active_days"],
        "POLICY": policy and _from(folder, policy),
        "LANG": lang,
    }


def _from(folder: Path, path: str | Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of a Windows machine
        return str(Path(path).resolve())
