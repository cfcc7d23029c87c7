"""No row and no cent is lost: held against a count and a sum made in plain Python."""

import csv
import html
import io
import os
from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dealerml.exports import read_export
from dealerml.simulate.sheets import write_workbook
from tests.exports.test_dirt import lines_of

# Exports of up to MOST_FILES files each; `make fuzz` asks for more of them.
EXAMPLES = int(os.environ.get("DEALERML_CONSERVATION", "8"))
MOST_FILES = 16
LABELS = ("order_id", "dealer_id", "order_date", "net_amount", "region", "quantity")
# What a person reads in each amount, beside how it is written; None: no amount can be read.
AMOUNTS = {
    "100": "100",
    "-20.25": "-20.25",
    "1,234.50": "1234.50",
    "(7.5)": "-7.5",
    "１２": "12",
    " 3 ": "3",
    "¥ 8.08": "8.08",
    "9-": "-9",
    "-": "0",
    "0": "0",
    "2.5万": "25000",
    "1e3": "1000",
    "": None,
    "N/A": None,
    "much": None,
    "1.2.3": None,
    "12345678901234567890": None,
    "#REF!": None,
}
# "¥" is not in GB 2312.
READ = {**AMOUNTS, " 8.08": "8.08"}
DAYS = ("2025-01-31", "2025/2/28", "2025年3月31日", "20250430", "2025-05-31 08:00:00", "45688")
NO_DAYS = ("", "someday", "0000-00-00", "2025-13-45", "无")
DEALERS = ("A001", "上海恒达建材有限公司", 'Smith & "Sons", Ltd', "Total Foods", "0012", "a;b|c\td")
NO_DEALERS = ("", "N/A", " ", "\u3000")
ANY_TEXT = st.text(
    st.sampled_from("aZ09é'\"<&;,|=+-@ \t\n。（）上海経\u00a0\u200b\ufeff　％😀"), max_size=8
)
LAYOUT = (
    ("total_row", {"order_id": "合计", "net_amount": "5"}),
    ("repeated_header", dict(zip(LABELS, LABELS, strict=True))),
    ("note_row", {"order_id": "制表人：王"}),
)


@st.composite
def real_rows(draw):
    """A row as any system may write it; most can be kept."""
    pick = st.sampled_from
    return {
        "order_id": draw(ANY_TEXT.map(lambda text: f"O{text}")),
        "dealer_id": draw(pick(DEALERS * 3 + NO_DEALERS)),
        "order_date": draw(pick(DAYS * 3 + NO_DAYS)),
        "net_amount": draw(pick(tuple(AMOUNTS))),
        "region": draw(ANY_TEXT),
        "quantity": draw(pick(("1", "2.5", "-3", "", "x"))),
    }


@st.composite
def dirty_files(draw):
    """A file: order of the columns, rows, format and encoding."""
    labels = draw(st.permutations(LABELS))
    rows = draw(st.lists(real_rows() | st.sampled_from(LAYOUT), max_size=9))
    form = draw(st.sampled_from(("csv", "csv", "tsv", "xlsx", "html")))
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "gb18030")))
    if encoding == "gb18030":  # what is rare in it would not tell it from other encodings
        rows = [_common(row) if isinstance(row, dict) else row for row in rows]
    return labels, rows, form, encoding


def _common(row):
    return {name: text.encode("gb2312", "ignore").decode("gb2312") for name, text in row.items()}


def table_of(labels, rows):
    cells = (row if isinstance(row, dict) else row[1] for row in rows)
    return [list(labels), *([row.get(name, "") for name in labels] for row in cells)]


def write_file(folder, number, file):
    """Write a file and return its name in reports."""
    labels, rows, form, encoding = file
    table, path = table_of(labels, rows), folder / f"f{number:03d}.{form}"
    if form == "xlsx":
        write_workbook(path, {"S": table})
        return f"{path.name}#S"
    if form == "html":
        body = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in table
        )
        path.write_bytes(f"<table>{body}</table>".encode(encoding))
        return f"{path.name}#1"
    sink = io.StringIO()
    csv.writer(sink, delimiter="\t" if form == "tsv" else ",").writerows(table)
    path.write_bytes(sink.getvalue().encode(encoding))
    return path.name


def expected_of(rows):
    """By hand: how many rows there are, their money, and the amounts of those to be kept."""
    amounts, kept = [], []
    for row in rows:
        if not isinstance(row, dict):
            continue  # a total holds no money of its own
        amount = READ[row["net_amount"]]
        amounts.append(amount)
        if (
            row["dealer_id"].strip() not in ("", "N/A")
            and row["order_date"] in DAYS
            and amount is not None
        ):
            kept.append(Decimal(amount))
    return len(rows), sum(map(Decimal, filter(None, amounts)), Decimal(0)), kept


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(dirty_files(), min_size=5, max_size=MOST_FILES))
def test_every_row_is_kept_or_set_aside_and_every_cent_is_counted(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("dirty")
    # Copies of a file are left out as a whole, which is told elsewhere.
    for number, (labels, rows, _, _) in enumerate(files):
        rows.insert(0, {**dict.fromkeys(LABELS, ""), **_sound(number)})
        assert set(labels) == set(LABELS)
    names = [write_file(folder, number, file) for number, file in enumerate(files)]
    tables = read_export(folder, source="plain")
    check_files(tables, dict(zip(names, files, strict=True)))


def _sound(number):
    return {
        "order_id": f"F{number}",
        "dealer_id": "上海恒达建材有限公司",
        "order_date": "2025-01-31",
        "net_amount": "100",
        "region": "华东地区",
    }


def check_files(tables, files):
    told = {file.name: file for file in tables.ingest.files}
    assert sorted(told) == sorted(files)
    whole = []
    for name, (_, rows, _, _) in files.items():
        count, amount, kept = expected_of(rows)
        file = told[name]
        seen = Counter(c.set_aside for c in file.counts for _ in range(c.rows))
        assert (name, file.rows, file.amount) == (name, count, amount)
        assert (name, seen[False], seen[True]) == (name, len(kept), count - len(kept))
        assert file.amount_where(set_aside=False) == sum(kept, Decimal(0))
        layout = Counter(row[0] for row in rows if not isinstance(row, dict))
        aside = Counter({c.rule: c.rows for c in file.counts if c.set_aside})
        # A real row with one or two cells left is taken for a note as well.
        assert all(aside[rule] >= rows for rule, rows in layout.items())
        whole += kept
    amounts = sorted(line[5] for line in lines_of(tables))
    assert amounts == sorted(whole)
