import re
from pathlib import Path

import pytest

from dealerml.features.build import LABELS
from dealerml.features.codebook import BEGIN, END, render_codebook
from dealerml.growth.forecast import TABLE_COLUMNS
from dealerml.health.alerts import COLUMNS as ALERT_COLUMNS
from dealerml.review.dealers import COLUMNS as DEALER_COLUMNS
from dealerml.tables import SCHEMAS

README = Path(__file__).parents[1] / "data" / "README.md"
TEXT = README.read_text("utf-8")


def columns_under(title, text=TEXT):
    """The names in the first cells of the table below a title."""
    section = re.split(r"^#+ ", text.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[
        0
    ]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_codebook_is_what_the_code_says():
    written = TEXT.partition(BEGIN)[2].partition(END)[0].strip()
    same = written == render_codebook()
    assert same, "data/README.md is out of date. Write it again: python3 bootstrap.py codebook"


@pytest.mark.parametrize(
    ("title", "columns"),
    [
        ("dealers.csv, dealers.parquet", ("dealer_id", *DEALER_COLUMNS)),
        ("forecast.parquet", TABLE_COLUMNS),
        ("alerts.csv", ALERT_COLUMNS),
        *((table, tuple(columns)) for table, columns in SCHEMAS.items()),
    ],
)
def test_every_column_is_in_the_codebook_once_and_in_order(title, columns):
    assert columns_under(title) == list(columns)


def test_every_label_is_in_the_codebook():
    assert sorted(columns_under("What followed")) == sorted(LABELS)


@pytest.mark.parametrize("folder", ["iowa_liquor", "online_retail_ii", "adventureworks", "cdnow"])
def test_the_folders_of_the_real_data_are_as_described(folder, data_dir):
    assert f"`{folder}/`" in TEXT
    assert (data_dir / folder).is_dir()


def test_everything_that_lies_in_the_data_folder_is_described():
    for path in (path for path in README.parent.iterdir() if path.name != "README.md"):
        assert f"`{path.name}/" in TEXT
