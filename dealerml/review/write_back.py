"""Classes, risks and next steps as files that a CRM imports as they are."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from dealerml.exports.books import write_book
from dealerml.review.files import write_csv
from dealerml.review.lists import next_steps
from dealerml.review.sheet import put_cell
from dealerml.review.workbook import named_table

if TYPE_CHECKING:
    from dealerml.review.run import Review

COLUMNS: Final = (
    "dealer_id", "dealer_name", "abc_class", "tier", "band", "risk_level", "next_action",
    "due_date",
)  # fmt: skip
# From these risks on, in words: a CRM's field holds a level, and reports sort by it.
LEVELS: Final = {"high": 0.3, "medium": 0.1, "low": 0.0}
# The names that the systems' import assistants match by themselves.
ZOHO: Final = {
    "dealer_id": "Record Id",
    "dealer_name": "Account Name",
    "abc_class": "ABC Class",
    "tier": "Dealer Tier",
    "band": "Health Band",
    "risk_level": "Churn Risk Level",
    "next_action": "Next Action",
    "due_date": "Next Action Date",
}
FXIAOKE: Final = {
    "dealer_id": "客户编号",
    "dealer_name": "客户名称",
    "abc_class": "ABC分类",
    "tier": "经销商级别",
    "band": "健康等级",
    "risk_level": "停单风险",
    "next_action": "下一步行动",
    "due_date": "截止日期",
}


def write_back(review: "Review", folder: Path, *, lang: str = "en") -> None:
    """Write ``zoho_accounts.csv``, ``fxiaoke_客户.xlsx`` and ``plain.csv`` for import.

    Zoho updates accounts by Record Id, Fxiaoke customers by 客户编号: both hold the dealer's id as
    the export gave it. Only dealers that buy or bought are in it; what is not known is empty, which
    both leave as it is. Cells that a spreadsheet would run are made harmless.
    """
    folder.mkdir()
    table = list_standing(review, lang)
    write_csv(table, folder / "plain.csv")
    write_csv(table.rename(columns=ZOHO), folder / "zoho_accounts.csv")
    named = named_table(list_standing(review, "zh"), "zh")
    _write_sheet(named.rename(columns=FXIAOKE), folder / "fxiaoke_客户.xlsx")


def list_standing(review: "Review", lang: str = "en") -> pd.DataFrame:
    """What should the CRM know of each dealer?

    Returns
    -------
    ``dealer_id, dealer_name, abc_class, tier, band, risk_level`` (high from 0.3, medium from 0.1,
    low), ``next_action`` (the first step of its most urgent alert, in words), ``due_date``; one row
    per dealer that ever bought, by id.
    """
    dealers = review.dealers[review.dealers["status"] != "never"]
    alerts = review.alerts.table.drop_duplicates("dealer_id").set_index("dealer_id")
    steps = next_steps(review, lang)
    risk = dealers["churn_risk"]
    level = pd.Series(pd.NA, index=dealers.index, dtype="str")
    for name, least in reversed(LEVELS.items()):
        level = level.mask(risk >= least, name)
    table = dealers.assign(
        risk_level=level,
        next_action=pd.Series(steps, dtype="str").reindex(dealers.index),
        due_date=alerts["due_date"].reindex(dealers.index),
    )
    return table.reset_index()[list(COLUMNS)]


def _write_sheet(table: pd.DataFrame, path: Path) -> None:
    with write_book(path) as book:
        sheet = book.add_sheet("客户")
        for column, name in enumerate(table.columns):
            put_cell(book, sheet, (0, column), str(name))
            for row, value in enumerate(table[name].tolist(), start=1):
                if not pd.isna(value) and value != "":
                    put_cell(book, sheet, (row, column), value)
