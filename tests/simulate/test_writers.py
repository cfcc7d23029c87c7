import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from dealerml.errors import ExportError
from dealerml.exports import read_export
from dealerml.simulate import WRITERS, Network, simulate_network, write_network, write_truth
from dealerml.simulate.writers import PLAIN_TABLES
from dealerml.tables import SCHEMAS

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def written(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_network(network, folder / "plain")
    write_truth(network, folder)
    return folder


@pytest.mark.parametrize("name", [*(f"plain/{table}.csv" for table in PLAIN_TABLES), "truth.csv"])
def test_the_committed_sample_is_what_the_simulator_writes(written: Path, name: str) -> None:
    assert (written / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_the_sample_is_small_and_holds_nothing_else() -> None:
    files = sorted(path.name for path in (SAMPLE / "plain").iterdir())
    assert files == sorted(f"{table}.csv" for table in PLAIN_TABLES)
    total = sum(path.stat().st_size for path in (SAMPLE / "plain").iterdir())
    assert 4_000_000 < total < 6_500_000


def test_what_is_written_reads_back(network: Network, written: Path) -> None:
    lines = pd.read_csv(written / "plain" / "order_lines.csv", dtype={"line_kind": "str"})
    assert lines.columns[0] == "order_id"
    assert len(lines) == len(network.order_lines)
    cents = (lines["net_amount"] * 100).round().astype(int).sum()
    assert cents == (network.order_lines["net_amount"] * 100).round().astype(int).sum()
    names = pd.read_csv(written / "plain" / "dealers.csv")["dealer_name"]
    assert names.tolist() == network.dealers["dealer_name"].tolist()


def test_rates_and_shares_keep_more_than_two_decimals(network: Network, written: Path) -> None:
    rates = pd.read_csv(written / "plain" / "fx.csv")["rate"]
    assert rates.tolist() == network.fx["rate"].tolist()
    text = (written / "plain" / "rebates.csv").read_text("utf-8-sig")
    assert ",0.0150," in text


def test_a_table_without_rows_is_not_written(network: Network, tmp_path: Path) -> None:
    silent = dataclasses.replace(network, cases=network.cases.head(0))
    names = {path.name for path in write_network(silent, tmp_path)}
    assert names == {f"{table}.csv" for table in PLAIN_TABLES if table != "cases"}


def texts_of(name: str, frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows as text in a fixed order: dates as days, numbers to four places, nothing as empty."""
    forms = {"Date": "{:%Y-%m-%d}", "String": "{}"}
    columns = [
        [
            "" if pd.isna(value) else forms.get(str(column.dtype), "{:.4f}").format(value)
            for value in frame[field].tolist()
        ]
        for field, column in SCHEMAS[name].items()
    ]
    return sorted(zip(*columns, strict=True))


def test_every_table_reads_back_equal(tmp_path: Path) -> None:
    network = simulate_network(dealers=20, years=1)
    paths = write_network(network, tmp_path)
    tables = read_export(tmp_path)
    assert {f"{name}.csv" for name in SCHEMAS if tables.table(name) is not None} == {
        p.name for p in paths
    }
    for name in (path.stem for path in paths):
        frame = tables.table(name)
        assert frame is not None
        read = frame.collect("pandas").to_native()
        assert texts_of(name, read) == texts_of(name, getattr(network, name)), name


def test_excel_is_told_that_it_is_utf8_and_lines_end_alike(written: Path) -> None:
    content = (written / "plain" / "dealers.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content


@pytest.mark.parametrize("source", WRITERS)
def test_every_dialect_writes_files_into_a_new_folder(tmp_path: Path, source: str) -> None:
    network = simulate_network(dealers=20, years=1)
    paths = write_network(network, tmp_path / "new" / source, source=source)
    assert paths
    assert all(path.stat().st_size > 0 for path in paths)


def test_an_unknown_dialect_is_refused_with_the_known_ones(
    network: Network, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="use one of plain"):
        write_network(network, tmp_path, source="abacus")
