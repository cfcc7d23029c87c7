from dealerml.review.ledger import name_outcomes, sum_outcomes


def test_outcomes_add_up_to_the_files(small_tables):
    table = sum_outcomes(small_tables.ingest)
    assert table["rows"].sum() == sum(file.rows for file in small_tables.ingest.files)
    lines = table[table["table"] == "order_lines"]
    amounts = lines["exact_amount"].replace("", "0").str.replace(",", "").str.replace("−", "-")
    total = float(small_tables.ingest.amount)
    assert abs(amounts.astype("float64").sum() - total) < 0.005 * len(lines)


def test_order_lines_come_first(small_tables):
    tables = sum_outcomes(small_tables.ingest)["table"].tolist()
    assert tables[0] == "order_lines"
    assert "order_lines" not in tables[tables.index("dealers") :]


def test_a_person_reads_names_and_short_examples(small_tables):
    table = name_outcomes(small_tables.ingest, "zh")
    assert [head.text for head in table.heads][:2] == ["表", "处理"]
    assert table.rows[0][:2][0].text == "订单明细"
    assert max(len(cell.text) for row in table.rows for cell in row) <= 60
