"""One small made-up network, reviewed and written once for all tests of the review."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from dealerml.exports import read_export
from dealerml.review import Review, review_dealers, write_review
from dealerml.simulate import simulate_network, write_network
from dealerml.tables import Tables, make_tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AS_OF = "2025-06-30"
CHROMIUM = "/usr/bin/chromium"
# D0001 is 上海恒达建材有限公司 and D0002 is 杭州王喆贸易有限公司; these two join them.
HOSTILE = {"D0004": "=HYPERLINK Trading", "D0005": "@Home"}
PERSONAL = {"contact_name": "Zhao Contact", "contact_phone": "13800013800"}


def everything(path: Path) -> bytes:
    """Every byte of a file; of a workbook or slides those of the parts inside."""
    if path.suffix not in (".xlsx", ".pptx"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


@pytest.fixture(scope="session")
def small_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty dealers and three years, with hostile names and personal data on the dealer list."""
    folder = tmp_path_factory.mktemp("small") / "export"
    write_network(simulate_network(dealers=60, years=3, random_state=1), folder)
    path = folder / "dealers.csv"
    dealers = pd.read_csv(path, dtype="str", encoding="utf-8-sig")
    names = dealers["dealer_id"].map(HOSTILE)
    dealers["dealer_name"] = names.fillna(dealers["dealer_name"])
    dealers.assign(**PERSONAL).to_csv(path, index=False, encoding="utf-8-sig")
    return folder


@pytest.fixture(scope="session")
def small_tables(small_export: Path) -> Tables:
    return read_export(small_export)


@pytest.fixture(scope="session")
def small_review(small_tables: Tables) -> Review:
    return review_dealers(small_tables, as_of=AS_OF)


@pytest.fixture(scope="session")
def written(small_review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small review on disk, in English."""
    return write_review(small_review, tmp_path_factory.mktemp("reviews") / "en")


@pytest.fixture(scope="session")
def written_zh(small_review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small review on disk, in Chinese."""
    return write_review(small_review, tmp_path_factory.mktemp("reviews") / "zh", lang="zh")


@pytest.fixture(scope="session")
def short_review() -> Review:
    """Two months of history: much cannot be said."""
    network = simulate_network(dealers=40, years=1, end="2025-06-30", random_state=2)
    lines = network.order_lines
    recent = lines[pd.to_datetime(lines["order_date"]) >= "2025-05-01"]
    return review_dealers(make_tables(order_lines=recent), as_of=AS_OF)


@pytest.fixture
def review_of() -> Callable[..., Review]:
    """A review of order lines written as text: ``dealer_id order_date net_amount``."""

    def make(text: str, as_of: str = AS_OF) -> Review:
        rows = [line.split() for line in text.strip().splitlines()]
        lines = pd.DataFrame(rows, columns=["dealer_id", "order_date", "net_amount"])
        return review_dealers(make_tables(order_lines=lines), as_of=as_of)

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium; tests that want it are skipped where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()
