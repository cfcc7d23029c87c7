import pytest

from dealerml.growth.receivables import age_receivables

LINES = """
order_id dealer_id order_date net_amount
1 A 2025-01-10 100
2 A 2025-03-10 200
3 A 2025-06-20 300
4 B 2025-06-01 50
5 A 2025-04-01 -20
6 C 2025-02-01 80
""".strip()
PAID = """
payment_id dealer_id paid_date paid_amount
1 A 2025-02-01 90
2 B 2025-06-02 70
3 C 2025-07-05 80
""".strip()


@pytest.fixture
def tables(tables_of):
    return tables_of(order_lines=LINES, payments=PAID)


def test_the_oldest_bills_are_settled_first(tables):
    found = age_receivables(tables.as_of("2025-06-30"))
    row = found.table.loc["A"]
    # 110 settle the first bill and 10 of the second, which is 82 days beyond its 30.
    assert row["receivable_amount"] == 490
    assert row["overdue_90"] == 190
    assert row["not_due"] == 300
    assert row["overdue_amount"] == 190
    assert found.table.loc["B", "prepaid_amount"] == 20
    assert found.table.loc["C", "overdue_older"] == 80


def test_what_is_owed_is_what_was_billed_less_what_was_paid(tables):
    found = age_receivables(tables.as_of("2025-06-30"))
    owed = found.table["receivable_amount"].sum() - found.table["prepaid_amount"].sum()
    assert owed == 100 + 200 + 300 + 50 - 20 + 80 - 90 - 70


def test_a_date_knows_no_later_payment(tables):
    june, july = (age_receivables(tables.as_of(d)) for d in ("2025-06-30", "2025-07-31"))
    assert "C" in june.table.index
    assert "C" not in july.table.index
    assert june.trend["receivable_amount"].iloc[-2] == 100 + 200 + 80 - 90


def test_terms_and_tax_are_the_company_s(tables, policy):
    taxed = policy.changed({"definitions.tax_share": 0.1, "definitions.terms_days": 120})
    found = age_receivables(tables.as_of("2025-06-30"), policy=taxed)
    assert found.table.loc["C", "receivable_amount"] == 88
    assert found.table.loc["C", "overdue_30"] == 88


def test_the_sample_has_a_trend(sample_snapshot):
    found = age_receivables(sample_snapshot)
    assert len(found.trend) == 8
    ages = ["not_due", "overdue_30", "overdue_60", "overdue_90", "overdue_older"]
    total = found.table[ages].sum(axis=1)
    assert total.to_numpy() == pytest.approx(found.table["receivable_amount"].to_numpy())
    for lang in ("en", "zh"):
        assert found.text_in(lang)


def test_without_payments_there_is_nothing(example):
    found = age_receivables(example.as_of("2025-06-30"))
    assert found.table.empty
    assert found.trend.empty
    assert "请提供回款" in found.text_in("zh")
