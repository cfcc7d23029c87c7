import csv

from dealerml.exports import read_export, safe_cell, write_set_aside

TEXT = """\
order_id,dealer_id,order_date,net_amount
O1,A,2025-01-31,10
=cmd(),,2025-01-31,-20
O3,,2025-01-31,30
O4,A,never,40
"""


def _written(folder):
    rows = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows[path.name] = list(csv.reader(stream))
    return rows


def test_every_set_aside_row_is_written_by_file_and_rule(write, tmp_path):
    ingest = read_export(write("jan/a.csv", TEXT)).ingest
    paths = write_set_aside(ingest, tmp_path / "out")
    written = _written(tmp_path / "out")
    assert [path.name for path in paths] == list(written)
    assert written["jan_a.csv.bad_date.csv"][1] == ["5", "O4", "A", "never", "40"]
    dealerless = written["jan_a.csv.no_dealer.csv"]
    assert dealerless[0][:3] == ["row", "order_id", "dealer_id"]
    assert dealerless[1:] == [
        ["3", "'=cmd()", "", "2025-01-31", "-20"],
        ["4", "O3", "", "2025-01-31", "30"],
    ]


def test_nothing_is_written_where_nothing_was_set_aside(write, tmp_path, lines):
    ingest = read_export(write("a.csv", lines)).ingest
    assert write_set_aside(ingest, tmp_path / "out") == ()
    assert not (tmp_path / "out").exists()


def test_paths_that_look_alike_get_files_of_their_own(write, tmp_path):
    write("a b.csv", TEXT)
    ingest = read_export(write("a_b.csv", TEXT.replace("O3", "P3"))).ingest
    paths = write_set_aside(ingest, tmp_path / "out")
    assert len({path.name for path in paths}) == 4
    assert sum(len(rows) - 1 for rows in _written(tmp_path / "out").values()) == 6


def test_no_cell_starts_a_formula():
    for start in "=+-@\t\r\n＝＋－＠":
        assert safe_cell(f"{start}SUM(A1)").startswith("'")
    assert safe_cell("-1,234.5") == "-1,234.5"
    assert safe_cell("名称") == "名称"


def test_a_column_that_no_field_reads_stays_behind(tmp_path):
    (tmp_path / "order_lines.csv").write_text(
        "dealer_id,order_date,net_amount,contact_phone\nA,2025-06-30,1,13900002222\n"
        "A,never,2,13900002222\n"
    )
    ingest = read_export(tmp_path).ingest
    (path,) = write_set_aside(ingest, tmp_path / "aside")
    text = path.read_text("utf-8-sig")
    assert "never" in text
    assert "13900002222" not in text
    assert "contact_phone" not in text
