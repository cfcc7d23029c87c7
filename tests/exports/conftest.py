"""Small exports that a reader can count on fingers."""

from collections.abc import Callable
from pathlib import Path

import pytest

LINES = """\
order_id,dealer_id,order_date,net_amount
O1,A,2025-01-31,100.00
O2,A,2025-02-28,50.50
O3,B,2025-03-31,-10.25
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write one file below a folder of its own and return that folder."""

    def write_file(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return tmp_path / "exports"

    return write_file


@pytest.fixture
def lines() -> str:
    return LINES
