"""The simulated network as 用友 U8 saves its lists: text with tabs under the name of a workbook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.simulate.lists import (
    TAX_PER_CENT,
    Labels,
    Rows,
    add_tax,
    add_total,
    copy_order,
    list_rows,
    name_dealers,
    name_lines,
    write_dates,
    write_tabbed,
)
from dealerml.simulate.network import Network

ENCODING: Final = "gb18030"
DISPATCHES: Final[Labels] = {
    "order_id": ("cDLCode", "发货单号"),
    "order_date": ("dDate", "发货日期"),
    "business_type": ("cBusType", "业务类型"),
    "sales_type": ("cSTName", "销售类型"),
    "dealer_id": ("cCusCode", "客户编码"),
    "dealer_name": ("cCusName", "客户名称"),
    "region": ("cDepName", "销售部门"),
    "owner": ("cPersonName", "业务员"),
    "currency": ("cexch_name", "币种"),
    "line_no": ("iRowNo", "行号"),
    "product_id": ("cInvCode", "存货编码"),
    "product_name": ("cInvName", "存货名称"),
    "quantity": ("iQuantity", "数量"),
    "net_amount": ("iMoney", "无税金额"),
    "tax": ("iTax", "税额"),
    "gross": ("iSum", "价税合计"),
    "tax_rate": ("iTaxRate", "税率"),
    "home_amount": ("iNatMoney", "本币无税金额"),
    "home_gross": ("iNatSum", "本币价税合计"),
    "is_gift": ("bGift", "赠品"),
    "remark": ("cMemo", "表体备注"),
    "end_customer": ("cDefine10", "最终客户"),
    "maker": ("cMaker", "制单人"),
    "approver": ("cVerifier", "审核人"),
    "posted_date": ("dverifydate", "审核日期"),
}
CUSTOMERS: Final[Labels] = {
    "dealer_id": ("cCusCode", "客户编码"),
    "dealer_name": ("cCusName", "客户名称"),
    "customer_group": ("cCCName", "客户分类"),
    "role": ("cCusDefine1", "经销商类型"),
    "parent_id": ("cCusHeadCode", "客户总公司编码"),
    "region": ("cDCName", "所属地区"),
    "city": ("cCusDefine2", "城市"),
    "owner": ("cCusPPerson", "专管业务员"),
    "tier_current": ("cCusCreGrade", "客户级别"),
    "status_current": ("cCusDefine3", "客户状态"),
    "signed_date": ("dCusDevDate", "发展日期"),
    "dealer_code": ("cCusDefine4", "CRM客户编码"),
    "tax_number": ("cCusRegCode", "税号"),
    "modified_date": ("dModifyDate", "变更日期"),
}
INVENTORY: Final[Labels] = {
    "product_id": ("cInvCode", "存货编码"),
    "product_name": ("cInvName", "存货名称"),
    "category": ("cInvCName", "存货大类"),
    "brand": ("cInvDefine1", "品牌"),
    "unit": ("cComUnitName", "主计量单位"),
}
RECEIPTS: Final[Labels] = {
    "voucher_type": ("cVouchType", "单据类型"),
    "payment_id": ("cVouchID", "单据编号"),
    "paid_date": ("dVouchDate", "单据日期"),
    "dealer_id": ("cDwCode", "客户编码"),
    "dealer_name": ("cDwName", "客户名称"),
    "method": ("cSSName", "结算方式"),
    "paid_amount": ("iAmount", "本币金额"),
    "due_date": ("dGatheringDate", "到期日"),
    "order_id": ("cOrderNo", "来源单号"),
    "approver": ("cCheckMan", "审核人"),
}
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "dispatches": ("DispatchList", "发货单列表"),
    "customers": ("Customer", "客户档案"),
    "inventory": ("Inventory", "存货档案"),
    "receipts": ("Ap_CloseBill", "收款单列表"),
}
ROLES: Final = {"dealer": "经销商", "sub-dealer": "二级经销商", "outlet": "门店"}
STATES: Final = {"active": "正常", "inactive": "停用"}
CHARGES: Final = {"freight": "运费", "service": "安装服务费", "adjustment": "销售折扣"}
RECEIPT, REFUND = ("48", "收款单"), ("49", "付款单")
APPROVER: Final = "demo"
SUMS: Final = ("quantity", "net_amount", "tax", "gross", "home_amount", "home_gross")


def write_yonyou(network: Network, folder: Path, lang: str) -> list[Path]:
    """Which files does U8 save?

    In Chinese lists with their title and total; in English the columns of the database. What a
    line cost is in none of these lists.
    """
    zh = lang == "zh"
    lines = _list_lines(network)
    dispatches = list_rows(lines, DISPATCHES, lang)
    if zh:
        dispatches = add_total(dispatches, "合计", labels=DISPATCHES, sums=SUMS)
    products = network.products.assign(unit="件")
    tables: dict[str, Rows] = {
        "dispatches": dispatches,
        "customers": list_rows(_list_customers(network, zh=zh), CUSTOMERS, lang),
        "inventory": list_rows(products, INVENTORY, lang),
        "receipts": list_rows(_list_receipts(network, zh=zh), RECEIPTS, lang),
    }
    return [_write(folder, name, rows, zh=zh) for name, rows in tables.items()]


def _write(folder: Path, name: str, rows: Rows, *, zh: bool) -> Path:
    titles: Rows = [[LISTS[name][1]], []] if zh else []
    return write_tabbed(folder / f"{LISTS[name][zh]}.xls", [*titles, *rows], ENCODING)


def _list_lines(network: Network) -> pd.DataFrame:
    """The dispatch notes, returns in red, and behind them one that nobody has approved yet."""
    lines = network.order_lines
    tax, gross = add_tax(lines["net_amount"])
    back = lines["quantity"].lt(0).fillna(value=False)
    dated = {name: write_dates(lines[name], "iso") for name in ("order_date", "posted_date")}
    lines = lines.assign(
        **dated,
        business_type="普通销售",
        sales_type=back.map({True: "销售退货", False: "经销商销售"}),
        dealer_name=name_dealers(lines["dealer_id"], network.dealers),
        region=lines["region"] + "销售部",
        currency="人民币",
        product_name=name_lines(lines, network.products, CHARGES),
        tax=tax,
        gross=gross,
        tax_rate=TAX_PER_CENT,
        home_amount=lines["net_amount"],
        home_gross=gross,
        is_gift=lines["line_kind"].map({"gift": "是"}),
        remark=lines["line_kind"].map({"sample": "样品"}),
        end_customer=None,
        maker=APPROVER,
        approver=APPROVER,
    )
    draft = copy_order(lines, -1, "W").assign(approver=None, posted_date=None)
    return pd.concat([lines, draft], ignore_index=True)


def _list_customers(network: Network, *, zh: bool) -> pd.DataFrame:
    dealers = network.dealers
    dated = {name: write_dates(dealers[name], "iso") for name in ("signed_date", "modified_date")}
    words = {"role": ROLES, "status_current": STATES} if zh else {}
    named = {name: dealers[name].map(texts) for name, texts in words.items()}
    return dealers.assign(customer_group="经销商", **dated, **named)


def _list_receipts(network: Network, *, zh: bool) -> pd.DataFrame:
    """Money paid back is a voucher of another type with a positive amount."""
    payments = network.payments
    refund = payments["paid_amount"].lt(0)
    return payments.assign(
        voucher_type=refund.map({True: REFUND[zh], False: RECEIPT[zh]}),
        paid_amount=payments["paid_amount"].abs(),
        dealer_name=name_dealers(payments["dealer_id"], network.dealers),
        paid_date=write_dates(payments["paid_date"], "iso"),
        due_date=write_dates(payments["due_date"], "iso"),
        approver=APPROVER,
    )
