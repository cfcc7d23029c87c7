"""Fixtures that every test may share: the running example, the sample, and the real data."""

import os
from pathlib import Path

import pandas as pd
import pytest

from dealerml.features import build_features, build_panel, complete_dates
from dealerml.tables import Snapshot, Tables, example_tables

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample" / "plain"
SAMPLE_AS_OF = "2025-06-30"


@pytest.fixture
def example() -> Tables:
    """Twelve order lines of dealers A, B and C."""
    return example_tables()


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
