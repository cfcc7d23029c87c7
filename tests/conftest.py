"""Fixtures that every test may share: the running example, the sample, and the real data."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from dealerml.features import build_features, build_panel, complete_dates
from dealerml.policy import Policy, load_policy
from dealerml.tables import Snapshot, Tables, example_tables, make_tables

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample" / "plain"
SAMPLE_AS_OF = "2025-06-30"
# Set on a machine that has no time for everything, see .ci/run.
QUICK = "DEALERML_QUICK"
RUN_ANYWAY = ("00_", "16_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the long tests where there is no time for them; each is skipped and says why."""
    if not os.environ.get(QUICK):
        return
    reason = pytest.mark.skip(reason=f"{QUICK} is set: no time for the long tests")
    for item in items:
        is_notebook = item.path.suffix == ".ipynb" and not item.path.name.startswith(RUN_ANYWAY)
        if is_notebook or item.get_closest_marker("slow") or item.get_closest_marker("data"):
            item.add_marker(reason)


@pytest.fixture
def example() -> Tables:
    """Twelve order lines of dealers A, B and C."""
    return example_tables()


@pytest.fixture(scope="session")
def tables_of() -> Callable[..., Tables]:
    """Tables from text: the first line names the columns, a dot is missing.

    A date may be written as ``-30``: thirty days before 2025-06-30.
    """

    def read(**texts: str) -> Tables:
        return make_tables(**{name: _read(text) for name, text in texts.items()})

    return read


def _read(text: str) -> pa.Table:
    head, *rows = [line.split() for line in text.strip().splitlines()]
    cells = {name: [row[n] for row in rows] for n, name in enumerate(head)}
    return pa.table({name: [_cell(name, cell) for cell in cells[name]] for name in head})


def _cell(column: str, cell: str) -> str | None:
    if column.endswith("_date") and cell.startswith("-"):
        return str(dt.date.fromisoformat(SAMPLE_AS_OF) + dt.timedelta(days=int(cell)))
    return None if cell == "." else cell


@pytest.fixture(scope="session")
def sample_tables() -> Tables:
    """The made-up export that the README's first command reads."""
    from dealerml.exports import read_export

    return read_export(SAMPLE)


@pytest.fixture(scope="session")
def sample_snapshot(sample_tables: Tables) -> Snapshot:
    return sample_tables.as_of(SAMPLE_AS_OF)


@pytest.fixture(scope="session")
def sample_x(sample_snapshot: Snapshot) -> pd.DataFrame:
    return build_features(sample_snapshot)


@pytest.fixture(scope="session")
def sample_panel(sample_snapshot: Snapshot) -> pd.DataFrame:
    dates = complete_dates(sample_snapshot, horizon=90)
    return build_panel(sample_snapshot, dates, horizon=90)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Where the real exports lie; tests that need them skip without it."""
    folder = os.environ.get("DEALERML_DATA")
    if not folder:
        pytest.skip("DEALERML_DATA is not set; data/README.md says where the real data are")
    return Path(folder)


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()
