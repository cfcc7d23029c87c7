"""A mapping is proposed for files of systems nobody mapped, and for those of known ones unseen."""

import tomllib
from collections import defaultdict

import openpyxl
import pandas as pd
import pytest

from dealerml.errors import ExportError
from dealerml.exports import list_sources, load_mapping, propose_mapping, read_export
from dealerml.exports.labels import normalise_label
from dealerml.exports.mapping_file import parse_mapping
from dealerml.exports.opening.archive import open_archives
from dealerml.exports.opening.found import find_files
from dealerml.exports.proposal import write_proposal
from dealerml.exports.recognition import recognise_one
from dealerml.exports.staging import inspect_file
from dealerml.exports.workspace import open_workspace
from dealerml.simulate import simulate_network, write_network
from dealerml.tables import SCHEMAS

LINES = """\
单据编号,单据日期,客户编码,客户名称,存货编码,数量,金额,税额,价税合计,单据状态,备注,电话
X1,2025-01-03,C001,甲五金商行,P1,2,200.00,26.00,226.00,已审核,急,13812345678
X1,2025-01-03,C001,甲五金商行,P2,1,50.50,6.57,57.07,已审核,,13812345678
X2,2025-01-09,C002,乙建材公司,P1,-1,-100.00,-13.00,-113.00,已审核,,13912345678
X3,2025-02-01,C002,乙建材公司,P1,3,300.00,39.00,339.00,已作废,,13912345678
"""
RETURNS = "单据编号,日期,退货客户编码,物料编码,实退数量,不含税金额\n"
DEALERS = "客户编码,客户名称,大区\nC001,甲五金商行,华东\nC002,乙建材公司,华南\n"


def write(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def propose(folder, **files):
    return propose_mapping(write(folder, **files), known=[])


def read(proposal, folder, tmp_path):
    target = write_proposal(proposal, tmp_path / "own.toml")
    return read_export(folder, source=target)


def rows(tables, *columns):
    frame = tables.order_lines.select(*columns)
    return sorted(frame.collect().rows() if hasattr(frame, "collect") else frame.fetchall())


def fields(proposal):
    table = proposal.table
    return {row["column"]: row["field"] for row in table.to_dict("records")}


def test_what_is_proposed_reads_the_files(tmp_path):
    folder = tmp_path / "export"
    proposal = propose(folder, lines=LINES, dealers=DEALERS)
    assert proposal.has_lines
    ingest = read(proposal, folder, tmp_path).ingest
    assert (ingest.rows, ingest.rows_where(set_aside=True)) == (4, 1)
    assert str(ingest.amount_where(set_aside=False)) == "150.5000"
    assert ingest.unmatched.dealers_not_listed == 0


def test_the_table_says_what_each_column_is_and_why(tmp_path):
    table = propose(tmp_path / "e", lines=LINES).table
    assert list(table.columns) == [
        *("file", "sheet", "column", "field", "certainty", "level", "why", "example"),
    ]
    amount = table.set_index("column").loc["金额"]
    assert (amount["field"], amount["level"]) == ("order_lines.net_amount", "sure")
    assert "add up" in amount["why"]
    assert table.set_index("column").loc["备注", "field"] == ""


def test_nothing_about_people_gets_out(tmp_path):
    proposal = propose(tmp_path / "e", lines=LINES)
    said = proposal.toml + proposal.toml_in("zh") + proposal.text + proposal.table.to_string()
    assert "13812345678" not in said
    assert "电话" in said


def test_the_same_files_give_the_same_bytes_in_both_languages(tmp_path):
    folder = write(tmp_path / "e", lines=LINES, dealers=DEALERS)
    first, second = (propose_mapping(folder) for _ in range(2))
    assert first.toml == second.toml
    assert first.toml_in("zh") == second.toml_in("zh")
    assert tomllib.loads(first.toml) == tomllib.loads(first.toml_in("zh"))


def test_only_exact_words_make_a_rule_and_others_are_comments(tmp_path):
    text = LINES.replace(
        "X1,2025-01-03,C001,甲五金商行,P2,1,50.50,6.57,57.07,已审核",
        "X1,2025-01-03,C001,甲五金商行,P2,1,50.50,6.57,57.07,待复核",
    )
    proposal = propose(tmp_path / "e", lines=text)
    rules = tomllib.loads(proposal.toml)["files"]["lines"]["rules"]
    assert [(rule["name"], rule["when"][0]["in"]) for rule in rules] == [("void", ["已作废"])]
    assert '# when = [{ column = "document_status", in = ["已审核", "待复核"] }]' in proposal.toml


def test_what_is_not_sure_says_so_behind_its_line(tmp_path):
    text = "日期,客户,金额,数量\n2025-01-03,C001,10.5,1\n2025-01-04,C002,11.5,2\n"
    toml = propose(tmp_path / "e", lines=text).toml
    assert 'net_amount = ["金额"]  # likely (0.70): the label often means it' in toml
    assert "TO DECIDE: 金额 does not say whether tax is included" in toml


def test_an_amount_with_tax_is_made_net_by_the_tax_or_its_rate(tmp_path):
    head, row = "单据日期,客户编码,价税合计", "2025-01-03,C001,113.00"
    by_tax = propose(tmp_path / "a", lines=f"{head},税额\n{row},13.00\n")
    assert 'net_amount = { subtract = ["gross_amount", "tax_amount"] }  # likely' in by_tax.toml
    by_rate = propose(tmp_path / "b", lines=f"{head},税率\n{row},13%\n")
    assert 'without_tax = "gross_amount", rate = "tax_rate"' in by_rate.toml
    assert by_rate.has_lines
    assert str(read(by_tax, tmp_path / "a", tmp_path).ingest.amount) == "100.0000"


def test_an_amount_with_tax_alone_has_to_be_decided(tmp_path):
    proposal = propose(tmp_path / "e", lines="单据日期,客户编码,价税合计\n2025-01-03,C001,113.00\n")
    assert not proposal.has_lines
    assert "nothing was found for net_amount" in proposal.text
    assert "TO DECIDE: 价税合计 includes tax" in proposal.toml
    with pytest.raises(ExportError, match="does not say what net_amount is"):
        parse_mapping(proposal.toml, "own")


def test_price_and_quantity_make_the_money_where_there_is_no_amount(tmp_path):
    text = "订单日期,客户编码,数量,单价\n2025-01-03,C001,2,10.50\n"
    assert '{ multiply = ["quantity", "price"] }' in propose(tmp_path / "e", lines=text).toml


def test_returns_written_as_positive_numbers_are_turned(tmp_path):
    text = (
        "单据编号,日期,退货客户编码,物料编码,实退数量,不含税金额\nR1,2025-01-03,C001,P1,2,100.00\n"
    )
    folder = tmp_path / "e"
    proposal = propose(folder, returns=text)
    assert 'net_amount = { negate = "returned_amount" }  # likely (0.80)' in proposal.toml
    assert str(read(proposal, folder, tmp_path).ingest.amount) == "-100.0000"


def test_returns_written_as_negative_numbers_stay(tmp_path):
    text = f"{RETURNS}R1,2025-01-03,C001,P1,-2,-100.00\n"
    assert "negate" not in propose(tmp_path / "e", returns=text).toml


def test_heads_and_lines_of_orders_are_joined_and_counted_once(tmp_path):
    heads = "Order No,Order Date,Customer No,Total Amount\n" + "".join(
        f"SO-{n},2025-01-0{n},C{n},{n}00.50\n" for n in range(1, 5)
    )
    lines = "Parent,Product Code,Quantity,Line Net Amount\n" + "".join(
        f"SO-{n},P1,{n},{n}00.50\n" for n in range(1, 5)
    )
    folder = tmp_path / "e"
    proposal = propose(folder, heads=heads, lines=lines)
    assert 'dealer_id = { lookup = "orders", by = "order_id", key = "order_id"' in proposal.toml
    tables = read(proposal, folder, tmp_path)
    assert (tables.ingest.rows, str(tables.ingest.amount)) == (4, "1002.0000")
    assert str(tables.ingest.first_date) == "2025-01-01"


def test_dealers_known_by_name_are_looked_up_on_the_list(tmp_path):
    sold = "2025-01-03,甲五金商行,1,10.5\n2025-01-04,乙建材公司,1,2.5\n"
    lines = f"订单日期,客户名称,数量,不含税金额\n{sold}"
    folder = tmp_path / "e"
    proposal = propose(folder, lines=lines, dealers=DEALERS)
    assert 'by = "dealer_label", key = "dealer_name", take = "dealer_id"' in proposal.toml
    assert read(proposal, folder, tmp_path).ingest.unmatched.dealers_not_listed == 0
    alone = propose(tmp_path / "alone", lines=lines)
    assert 'dealer_id = ["客户名称"]  # likely (0.65)' in alone.toml


def test_codes_of_the_system_are_translated_into_those_of_people(tmp_path):
    dealers = "Record Id,Customer Code,Customer Name\n" + "".join(
        f"900{n},D{n},Name{n} Ltd\n" for n in range(1, 5)
    )
    lines = "Order Date,Account Name.id,Quantity,Net Sales\n" + "".join(
        f"2025-01-0{n},900{n},1,{n}.50\n" for n in range(1, 5)
    )
    folder = tmp_path / "e"
    proposal = propose(folder, lines=lines, dealers=dealers)
    assert 'by = "dealer_key", key = "dealer_key", take = "dealer_id"' in proposal.toml
    assert read(proposal, folder, tmp_path).ingest.unmatched.dealers_not_listed == 0


def test_titles_above_the_header_and_merged_cells_are_seen(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "销售明细"
    for row in (
        ["销售明细表"],
        ["单据编号", "单据日期", "客户编码", "存货编码", "数量", "不含税金额"],
        ["X1", "2025-01-03", "C001", "P1", 1, 10.5],
        [None, None, None, "P2", 1, 20.5],
        ["X2", "2025-01-04", "C002", "P1", 1, 30.5],
        [None, None, None, "P2", 1, 40.5],
    ):
        sheet.append(row)
    folder = tmp_path / "e"
    folder.mkdir()
    book.save(folder / "a.xlsx")
    proposal = propose_mapping(folder, known=[])
    assert 'fields = ["dealer_id", "order_date"]' in proposal.toml
    assert proposal.table["sheet"].unique().tolist() == ["销售明细"]
    assert str(read(proposal, folder, tmp_path).ingest.amount_where(set_aside=False)) == "102.0000"


def test_months_side_by_side_are_proposed_to_be_melted(tmp_path):
    text = (
        "客户编码,客户名称,2025年1月,2025年2月\nC001,甲五金商行,10.5,20.5\nC002,乙建材公司,1.5,\n"
    )
    folder = tmp_path / "e"
    proposal = propose(folder, matrix=text)
    assert 'melt = { period = "order_date"' in proposal.toml
    assert str(read(proposal, folder, tmp_path).ingest.amount_where(set_aside=False)) == "32.5000"


def test_money_that_another_file_may_hold_too_is_not_read(tmp_path):
    bare = "单据编号,日期,客户编码,金额\nS1,2025-01-05,C001,500.5\nS2,2025-01-06,C002,20.5\n"
    folder = tmp_path / "e"
    proposal = propose(folder, lines=LINES, bare=bare)
    assert "TO DECIDE: bare.csv has amounts but says nothing of what was sold" in proposal.text
    assert list(tomllib.loads(proposal.toml)["files"]) == ["lines_2"]
    assert "# [files.lines]" in proposal.toml


def test_two_files_of_goods_sold_are_left_to_a_person(tmp_path):
    again = LINES.replace("单据日期", "开票日期")
    proposal = propose(tmp_path / "e", lines=LINES, again=again)
    assert "TO DECIDE: again.csv, lines.csv all hold order lines" in proposal.text
    assert len(tomllib.loads(proposal.toml)["files"]) == 2


def test_files_of_no_table_are_listed_with_their_columns(tmp_path):
    proposal = propose(tmp_path / "e", lines=LINES, other="aaa,bbb\n1,x\n")
    assert "# other.csv: taken for no table. Its columns:" in proposal.toml
    assert "Taken for no table: other.csv" in proposal.text


def test_without_order_lines_the_first_sentence_says_so(tmp_path):
    proposal = propose(tmp_path / "e", dealers=DEALERS)
    assert not proposal.has_lines
    assert proposal.text.startswith("No file looks like order lines")
    assert proposal.text_in("zh").startswith("没有文件像订单明细")
    assert "[files.dealers]" in proposal.toml


def test_a_label_cannot_break_out_of_its_line(tmp_path):
    folder = tmp_path / "e"
    hostile = '"weird ""label""\n[files.x]"'
    proposal = propose(
        folder, lines=f"订单日期,客户编码,数量,不含税金额,{hostile}\n2025-01-03,C1,1,2.5,x\n"
    )
    assert set(tomllib.loads(proposal.toml)["files"]) == {"lines"}


def test_an_existing_file_is_never_replaced(tmp_path):
    proposal = propose(tmp_path / "e", lines=LINES)
    target = tmp_path / "own.toml"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="there already"):
        write_proposal(proposal, target)
    assert target.read_text(encoding="utf-8") == "mine"


# Headers of systems that no mapping is shipped for, each with what its columns are.
FOREIGN = {
    "business central": (
        "Document No.,Line No.,Sell-to Customer No.,Posting Date,Quantity,Line Amount Excl. VAT",
        "order_id line_no dealer_id order_date quantity net_amount",
    ),
    "dynamics": (
        "Invoice,Item number,Invoice account,Invoice date,Invoiced quantity,Net amount",
        "order_id product_id dealer_id order_date quantity net_amount",
    ),
    "inspur": (
        "销售订单号,订单行号,客户代码,订单日期,订购数量,未税金额",
        "order_id line_no dealer_id order_date quantity net_amount",
    ),
    "tiptop": (
        "出货单号,项次,账款客户编号,出货日期,出货数量,原币未税金额",
        "order_id line_no dealer_id order_date quantity net_amount",
    ),
    "warehouse": (
        "order_no,sku_cd,dealer_cd,sale_dt,sale_qty,sale_amt_excl_tax",
        "order_id product_id dealer_id order_date quantity net_amount",
    ),
}


VALUES = {
    "order_id": "SO-{}",
    "line_no": "{}",
    "dealer_id": "C00{}",
    "product_id": "P{}",
    "order_date": "2025-01-0{}",
    "quantity": "{}",
    "net_amount": "{}.50",
}


@pytest.mark.parametrize("system", FOREIGN)
def test_order_lines_of_systems_nobody_mapped_are_understood(system, tmp_path):
    head, wanted = FOREIGN[system]
    values = [[VALUES[field].format(n) for field in wanted.split()] for n in range(1, 5)]
    text = "".join(f"{','.join(row)}\n" for row in [head.split(","), *values])
    found = fields(propose(tmp_path / "e", data=text))
    expected = [f"order_lines.{field}" for field in wanted.split()]
    assert [found[label] for label in head.split(",")] == expected


# Leave one source out: its own mapping is unknown, and says only what would have been right.
KNOWN_SYSTEMS = ("fxiaoke", "kingdee", "salesforce", "sap", "yonyou", "zoho")
NEEDED = ("dealer_id", "order_date", "net_amount")
# Ways in which a field is another one in a different form.
SAME = ("first_of", "negate", "lookup", "join")


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Source → table, field, whether it was placed right, and how sure, of its Chinese export."""
    network = simulate_network(dealers=12, years=1, random_state=0)
    folder = tmp_path_factory.mktemp("unseen")
    return {source: pd.DataFrame(_judge(network, folder, source)) for source in KNOWN_SYSTEMS}


def _judge(network, folder, source):
    write_network(network, folder / source, source=source, lang="zh")
    others = [m for m in list_sources() if not m.source.startswith(source)]
    proposal = propose_mapping(folder / source, known=others)
    kinds = {part.name: kind for kind in proposal.kinds for part in kind.parts}
    for name, shipped in _recognised(folder / source, load_mapping(source)):
        ours, meant = kinds.get(name), _meant(shipped)
        for field, labels in meant.items():
            verdict = _verdict(ours, field, labels)
            sure = verdict["sure"] or _misnamed(ours, labels, meant)
            yield {"table": shipped.kind.table, "field": field} | verdict | {"sure": sure}


def _recognised(folder, mapping):
    found, left = find_files([folder])
    workspace = open_workspace(file.path for file in found)
    found, _ = open_archives(found, left, workspace.folder)
    for file in found:
        for candidate in inspect_file(workspace, file):
            item = recognise_one(candidate, mapping)
            if item is not None and item.kind.table != "unused":
                yield candidate.name, item


def _meant(item):
    """Canonical column → the labels in the file that it may be taken from."""
    schema = SCHEMAS["order_lines" if item.kind.table == "lookup" else item.kind.table]
    meant = defaultdict(set)
    for field in item.positions:
        known = {normalise_label(label) for label in item.kind.labels[field]}
        labels = {label for label in item.labels if normalise_label(label) in known}
        todo, seen = {field}, set()
        while todo:
            name = todo.pop()
            seen.add(name)
            if name in schema:
                meant[name] |= labels
            derived = item.kind.derived.items()
            todo |= {n for n, how in derived if name in how.inputs and how.how in SAME} - seen
    return meant


def _verdict(kind, field, labels):
    names = (field, f"returned_{field.partition('_')[2]}", "returned_quantity")
    names += (field.replace("_id", "_key"), field.replace("_id", "_label"))
    placed = [kind.placed[n] for n in names if n in kind.placed] if kind else []
    if any(item.column.label in labels for item in placed):
        return {"right": True, "sure": False}
    derived = bool(kind) and field in kind.derived and "lookup" in kind.derived[field].how
    return {"right": derived, "sure": any(item.level == "sure" for item in placed)}


def _misnamed(kind, labels, meant):
    """Whether a column is surely called another field than any that it is taken for."""
    if kind is None:
        return False
    return any(
        item.level == "sure"
        and item.column.label in labels
        and name in SCHEMAS["order_lines" if kind.table == "lookup" else kind.table]
        and item.column.label not in meant.get(name, ())
        for name, item in kind.placed.items()
    )


def test_needed_fields_of_order_lines_are_found_in_most_unseen_systems(judged):
    lines = {
        source: table[(table["table"] == "order_lines") & table["field"].isin(NEEDED)]
        for source, table in judged.items()
    }
    right = [source for source, table in lines.items() if len(table) and table["right"].all()]
    assert len(right) >= 5, {s: t[~t["right"]].to_dict("records") for s, t in lines.items()}


def test_most_fields_of_unseen_systems_are_found(judged):
    shares = {source: table["right"].mean() for source, table in judged.items()}
    assert sum(shares.values()) / len(shares) > 0.8, shares
    assert min(shares.values()) > 0.5, shares


def test_nothing_wrong_is_ever_called_sure(judged):
    wrong = pd.concat(table[~table["right"] & table["sure"]] for table in judged.values())
    assert wrong.to_dict("records") == []
