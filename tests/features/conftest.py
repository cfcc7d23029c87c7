from collections.abc import Callable

import pandas as pd
import pytest

from dealerml.features.build import Family, collect
from dealerml.tables import Tables

AS_OF = "2025-06-30"


@pytest.fixture
def seen(tables_of: Callable[..., Tables]) -> Callable[..., pd.DataFrame]:
    """What a family sees of order lines written as text at 2025-06-30, one row per dealer."""

    def look(family: Family, lines: str, *, as_of: str = AS_OF, **others: str) -> pd.DataFrame:
        frame = family(tables_of(order_lines=lines, **others).as_of(as_of))
        assert frame is not None
        return collect(frame).droplevel("as_of")

    return look
