"""The simulated network as SAP saves lists: tabs between cells, titles above, subtotals below."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from dealerml.simulate.lists import (
    Labels,
    Rows,
    copy_order,
    list_rows,
    name_dealers,
    name_lines,
    write_dates,
    write_tabbed,
)
from dealerml.simulate.network import Network

ENCODING: Final = "utf-16-le"
BILLING: Final[Labels] = {
    "order_id": ("VBELN", "出具发票凭证"),
    "line_no": ("POSNR", "项目"),
    "document_type": ("FKART", "开票类型"),
    "order_date": ("FKDAT", "开票日期"),
    "dealer_id": ("KUNAG", "售达方"),
    "dealer_name": ("NAME1", "名称 1"),
    "organisation": ("VKORG", "销售组织"),
    "region": ("BZTXT", "销售地区"),
    "owner": ("SALES_EMPLOYEE", "销售员"),
    "product_id": ("MATNR", "物料"),
    "item_text": ("ARKTX", "物料描述"),
    "item_category": ("PSTYV", "项目类别"),
    "quantity": ("FKIMG", "开票数量"),
    "unit": ("VRKME", "销售单位"),
    "net_amount": ("NETWR", "净值"),
    "currency": ("WAERK", "凭证货币"),
    "cost_amount": ("WAVWR", "成本"),
    "posted_date": ("ERDAT", "创建日期"),
}
CUSTOMERS: Final[Labels] = {
    "dealer_id": ("KUNNR", "客户"),
    "dealer_name": ("NAME1", "名称 1"),
    "role": ("KTOKD", "账户组"),
    "parent_id": ("HKUNNR", "上级客户"),
    "region": ("BZTXT", "销售地区"),
    "city": ("ORT01", "城市"),
    "owner": ("SALES_EMPLOYEE", "销售员"),
    "tier_current": ("KUKLA", "客户分类"),
    "status_current": ("ZZSTATUS", "客户状态"),
    "signed_date": ("ZZSIGNED", "签约日期"),
    "dealer_code": ("ALTKN", "旧账号"),
    "tax_number": ("STCD5", "税号 5"),
    "modified_date": ("UPDAT", "更改日期"),
}
MATERIALS: Final[Labels] = {
    "product_id": ("MATNR", "物料"),
    "product_name": ("MAKTX", "物料描述"),
    "category": ("WGBEZ", "物料组"),
    "brand": ("EXTWG", "外部物料组"),
    "unit": ("MEINS", "基本计量单位"),
}
ITEMS: Final[Labels] = {
    "payment_id": ("BELNR", "凭证编号"),
    "document_type": ("BLART", "凭证类型"),
    "paid_date": ("BUDAT", "过账日期"),
    "dealer_id": ("KUNNR", "客户"),
    "side": ("SHKZG", "借/贷标识"),
    "paid_amount": ("DMBTR", "本币金额"),
    "due_date": ("FAEDT", "净到期日"),
    "order_id": ("VBELN", "开票凭证"),
    "method": ("ZLSCH", "付款方式"),
}
NOTIFICATIONS: Final[Labels] = {
    "case_id": ("QMNUM", "通知单"),
    "notification_type": ("QMART", "通知单类型"),
    "opened_date": ("QMDAT", "通知日期"),
    "responded_date": ("ZZRESPONDED", "响应日期"),
    "closed_date": ("QMDAB", "完成日期"),
    "dealer_id": ("KUNUM", "客户"),
    "kind": ("QMCOD", "编码"),
    "severity": ("PRIOKX", "优先级"),
    "product_id": ("MATNR", "物料"),
    "owner": ("PARNR_NAME", "负责人"),
    "status_current": ("STTXT", "系统状态"),
}
# List → its file and title in English and in Chinese.
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "billing": ("VBRK_VBRP", "开票凭证清单"),
    "customers": ("KNA1", "客户主数据"),
    "materials": ("MARA_MAKT", "物料主数据"),
    "items": ("BSID_BSAD", "客户行项目"),
    "notifications": ("QMEL", "质量通知单"),
}
TITLES: Final = ("Dynamic List Display", "动态清单显示")
DOWNLOADED: Final = "01.07.2025"
INVOICE, RETURN, PRO_FORMA = "F2", "RE", "F5"
ITEM_CATEGORIES: Final = {"gift": "TANN", "sample": "ZSMP"}
GROUPS: Final = {"dealer": "ZDLR", "sub-dealer": "ZSUB", "outlet": "ZOUT"}
STATES: Final = {"active": "启用", "inactive": "停用"}
CHARGES: Final = {"freight": "运费", "service": "安装服务费", "adjustment": "销售折扣"}
PAYMENT, INVOICED, CREDIT, DEBIT = "DZ", "RV", "H", "S"


def write_sap(network: Network, folder: Path, lang: str) -> list[Path]:
    """Which files does SAP save? In English under technical names.

    A blank column goes before the others, in which subtotals are marked with ``*``.
    """
    zh = lang == "zh"
    dealers = network.dealers.assign(role=network.dealers["role"].map(GROUPS))
    if zh:
        dealers = dealers.assign(status_current=dealers["status_current"].map(STATES))
    tables = {
        "billing": _subtotal(_list_billing(network), lang),
        "customers": _indent(_dotted(dealers), CUSTOMERS, lang),
        "materials": _indent(network.products.assign(unit="ST"), MATERIALS, lang),
        "items": _indent(_list_items(network), ITEMS, lang),
        "notifications": _indent(_list_notifications(network), NOTIFICATIONS, lang),
    }
    return [
        write_tabbed(folder / f"{LISTS[name][zh]}.txt", [*_titles(name, zh=zh), *rows], ENCODING)
        for name, rows in tables.items()
    ]


def format_number(value: float, decimals: int = 2) -> str:
    """How does SAP write a number in German style? A minus stands behind it.

    Examples
    --------
    >>> format_number(-1234.5), format_number(7, 0)
    ('1.234,50-', '7')
    """
    text = f"{abs(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{text}-" if value < 0 else text


def _titles(name: str, *, zh: bool) -> Rows:
    return [[DOWNLOADED, "", TITLES[zh], "", 1], [], [LISTS[name][zh]], []]


def _indent(frame: pd.DataFrame, labels: Labels, lang: str) -> Rows:
    """The rows behind a blank column, and one blank line below the header."""
    header, *rows = (["", *row] for row in list_rows(frame, labels, lang))
    return [header, [], *rows]


def _dotted(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its dates as day, month and year with dots."""
    dates = [name for name in frame if str(name).endswith("_date")]
    return frame.assign(**{str(name): write_dates(frame[name], "dot") for name in dates})


def _numbers(values: pd.Series, decimals: int = 2) -> list[Any]:
    """Of pieces no thousands are set apart, so that 1.234 cannot be taken for a fraction."""
    texts = [None if pd.isna(v) else format_number(float(v), decimals) for v in values]
    return texts if decimals else [text and text.replace(".", "") for text in texts]


def _list_billing(network: Network) -> pd.DataFrame:
    """The billed lines by customer, behind them one invoice that was pro forma."""
    lines = network.order_lines
    back = lines["quantity"].lt(0).fillna(value=False)
    lines = _dotted(lines).assign(
        document_type=back.map({True: RETURN, False: INVOICE}),
        dealer_name=name_dealers(lines["dealer_id"], network.dealers),
        organisation="1000",
        item_text=name_lines(lines, network.products, CHARGES),
        item_category=lines["line_kind"].map(ITEM_CATEGORIES).fillna("TAN"),
        unit="ST",
        currency="CNY",
    )
    pro_forma = copy_order(lines, -1, "P").assign(document_type=PRO_FORMA)
    lines = pd.concat([lines, pro_forma], ignore_index=True)
    return lines.sort_values("dealer_id", kind="stable")


def _subtotal(lines: pd.DataFrame, lang: str) -> Rows:
    written = lines.assign(
        quantity=_numbers(lines["quantity"], 0),
        net_amount=_numbers(lines["net_amount"]),
        cost_amount=_numbers(lines["cost_amount"]),
    )
    header, blank, *rows = _indent(written, BILLING, lang)
    return [header, blank, *_with_totals(rows, lines)]


def _with_totals(rows: Sequence[list[object]], lines: pd.DataFrame) -> Iterator[list[object]]:
    """The rows with a line ``*`` after each customer and a line ``**`` at the end."""
    dealers = lines["dealer_id"].tolist()
    cents = (lines["net_amount"] * 100).round().astype("int64").tolist()
    place, part = list(BILLING).index("net_amount") + 1, 0
    for row, dealer, amount, after in zip(rows, dealers, cents, [*dealers[1:], None], strict=True):
        yield row
        part += amount
        if dealer != after:
            yield _total("*", place, part)
            part = 0
    yield _total("**", place, sum(cents))


def _total(mark: str, place: int, cents: int) -> list[object]:
    row: list[object] = [""] * (len(BILLING) + 1)
    row[0], row[place] = mark, format_number(cents / 100)
    return row


def _list_items(network: Network) -> pd.DataFrame:
    """What was paid, and before it one of the invoices, as the items of accounting hold both."""
    payments = network.payments
    back = payments["paid_amount"].lt(0)
    paid = _dotted(payments).assign(
        document_type=PAYMENT,
        side=back.map({True: DEBIT, False: CREDIT}),
        paid_amount=_numbers(payments["paid_amount"].abs()),
    )
    invoice = paid.iloc[:1].assign(document_type=INVOICED, side=DEBIT)
    return pd.concat([invoice.assign(payment_id=invoice["payment_id"] + "V"), paid])


def _list_notifications(network: Network) -> pd.DataFrame:
    return _dotted(network.cases).assign(notification_type="Q1")
