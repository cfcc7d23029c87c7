from decimal import Decimal

from dealerml.exports import read_export

HEADER = "order_id,line_no,dealer_id,order_date,net_amount"
JANUARY = "O1,1,A,2025-01-15,10\nO2,1,A,2025-01-31,20\n"
FEBRUARY = "O3,1,A,2025-02-15,30\n"
KEYED = """\
source = "keyed"
[files.lines]
table = "order_lines"
needs = ["dealer_id", "order_date", "net_amount"]
key = ["order_id", "line_no"]
[files.lines.labels]
order_id = ["order_id"]
line_no = ["line_no"]
dealer_id = ["dealer_id"]
order_date = ["order_date"]
net_amount = ["net_amount"]
"""


def rules_of(ingest):
    table = ingest.table
    return {(row.file, row.outcome, row.rule): row.rows for row in table.itertuples()}


def keyed(write, tmp_path):
    (tmp_path / "keyed.toml").write_text(KEYED)
    return tmp_path / "keyed.toml"


def test_a_file_contained_in_another_is_left_out_as_a_whole(write):
    write("half_year.csv", f"{HEADER}\n{JANUARY}{FEBRUARY}")
    ingest = read_export(write("january.csv", f"{HEADER}\n{JANUARY}")).ingest
    assert rules_of(ingest) == {
        ("half_year.csv", "kept", ""): 3,
        ("january.csv", "set_aside", "overlap"): 2,
    }
    assert ingest.amount_where(set_aside=False) == 60
    assert ingest.set_aside_share == 0
    assert "whole file contained in another (2 rows, 30.00)" in ingest.text


def test_of_two_equal_files_in_other_order_the_later_is_left_out(write):
    write("a.csv", f"{HEADER}\n{JANUARY}")
    swapped = "".join(reversed(JANUARY.splitlines(keepends=True)))
    ingest = read_export(write("b.csv", f"{HEADER}\n{swapped}")).ingest
    assert rules_of(ingest)["b.csv", "set_aside", "overlap"] == 2


def test_files_that_share_some_lines_are_kept_without_a_key(write, tmp_path):
    (tmp_path / "keyless.toml").write_text(KEYED.replace('key = ["order_id", "line_no"]\n', ""))
    write("a.csv", f"{HEADER}\n{JANUARY}")
    other = "O2,1,A,2025-01-31,20\nO9,1,A,2025-01-20,5\n"
    folder = write("b.csv", f"{HEADER}\n{other}")
    ingest = read_export(folder, source=tmp_path / "keyless.toml").ingest
    assert ingest.rows_where(set_aside=True) == 0
    assert ingest.repeats == 1


def test_a_declared_key_tells_lines_exported_twice_and_restated_ones(write, tmp_path):
    write("a.csv", f"{HEADER}\n{JANUARY}")
    other = "O1,1,A,2025-01-15,10\nO2,1,A,2025-01-31,25\nO9,1,A,2025-01-20,5\n"
    folder = write("b.csv", f"{HEADER}\n{other}")
    ingest = read_export(folder, source=keyed(write, tmp_path)).ingest
    assert rules_of(ingest) == {
        ("a.csv", "set_aside", "exported_twice"): 1,
        ("a.csv", "set_aside", "restated"): 1,
        ("b.csv", "kept", ""): 3,
    }
    assert ingest.amount_where(set_aside=False) == Decimal(40)


def test_equal_lines_of_one_file_stay(write, tmp_path):
    twice = "O1,1,A,2025-01-15,10\n" * 2
    folder = write("a.csv", f"{HEADER}\n{twice}")
    ingest = read_export(folder, source=keyed(write, tmp_path)).ingest
    assert ingest.rows_where(set_aside=False) == 2
