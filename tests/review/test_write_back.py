import csv

import pytest
from openpyxl import load_workbook

from dealerml.review.write_back import FXIAOKE, ZOHO, list_standing


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_dealer_that_bought_has_its_row(written, small_review):
    bought = small_review.dealers.index[small_review.dealers["status"] != "never"]
    rows = rows_of(written / "crm" / "zoho_accounts.csv")
    assert list(rows[0]) == list(ZOHO.values())
    assert [row["Record Id"] for row in rows] == bought.tolist()
    plain = rows_of(written / "crm" / "plain.csv")
    assert [row["dealer_id"] for row in plain] == bought.tolist()


def test_names_that_a_spreadsheet_would_run_are_harmless(written):
    names = [row["Account Name"] for row in rows_of(written / "crm" / "zoho_accounts.csv")]
    assert not [name for name in names if name[:1] in "=+-@"]
    sheet = load_workbook(written / "crm" / "fxiaoke_客户.xlsx").active
    assert not [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_fxiaoke_reads_chinese_heads_and_words(written):
    sheet = load_workbook(written / "crm" / "fxiaoke_客户.xlsx").active
    heads = [cell.value for cell in sheet[1]]
    assert heads == list(FXIAOKE.values())
    levels = {row[heads.index("停单风险")] for row in sheet.iter_rows(2, values_only=True)}
    assert levels <= {"高", "中", "低", None}


def test_levels_follow_the_risk(small_review):
    table = list_standing(small_review).set_index("dealer_id")
    risk = small_review.dealers["churn_risk"].reindex(table.index)
    assert (table["risk_level"][risk >= 0.3] == "high").all()
    assert (table["risk_level"][risk < 0.1] == "low").all()
    assert table["risk_level"][risk.isna()].isna().all()


@pytest.mark.parametrize("column", ["next_action", "due_date"])
def test_the_next_action_is_that_of_the_most_urgent_alert(small_review, column):
    table = list_standing(small_review).set_index("dealer_id")
    alerted = small_review.alerts.table["dealer_id"].unique()
    assert table[column].notna().sum() == len(set(alerted) & set(table.index))
