"""The simulated network as 金蝶 K/3 Cloud exports it: one workbook for each form."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from dealerml.simulate.lists import (
    TAX_PER_CENT,
    Labels,
    add_tax,
    add_total,
    blank_repeats,
    copy_order,
    list_rows,
    name_dealers,
    name_lines,
    write_dates,
)
from dealerml.simulate.network import Network
from dealerml.simulate.sheets import write_workbook

HEAD: Final[Labels] = {
    "order_id": ("FBillNo", "单据编号"),
    "order_date": ("FDate", "日期"),
    "document_status": ("FDocumentStatus", "单据状态"),
    "cancel_status": ("FCancelStatus", "作废状态"),
    "organisation": ("FSaleOrgId.FName", "销售组织"),
    "region": ("FSaleDeptID.FName", "销售部门"),
    "owner": ("FSalesManID.FName", "销售员"),
    "posted_date": ("FApproveDate", "审核日期"),
}
BODY: Final[Labels] = {
    "line_no": ("FEntity_FSeq", "行号"),
    "product_id": ("FMaterialID.FNumber", "物料编码"),
    "product_name": ("FMaterialID.FName", "物料名称"),
    "tax_rate": ("FEntryTaxRate", "税率%"),
    "tax": ("FEntryTaxAmount", "税额"),
    "net_amount": ("FAmount", "金额"),
    "gross": ("FAllAmount", "价税合计"),
    "cost_amount": ("FEntryCostAmount", "总成本"),
    "is_gift": ("FIsFree", "是否赠品"),
    "remark": ("FEntryNote", "备注"),
}
OUTBOUND: Final[Labels] = {
    **HEAD,
    "document_type": ("FBillTypeID.FName", "单据类型"),
    "dealer_id": ("FCustomerID.FNumber", "客户编码"),
    "dealer_name": ("FCustomerID.FName", "客户"),
    "quantity": ("FRealQty", "实发数量"),
    **BODY,
}
RETURNS: Final[Labels] = {
    **HEAD,
    "dealer_id": ("FRetcustId.FNumber", "退货客户编码"),
    "dealer_name": ("FRetcustId.FName", "退货客户"),
    "quantity": ("FRealQty", "实退数量"),
    **BODY,
}
CUSTOMERS: Final[Labels] = {
    "dealer_id": ("FNumber", "客户编码"),
    "dealer_name": ("FName", "名称"),
    "customer_group": ("FCustTypeId.FName", "客户类别"),
    "role": ("F_DealerRole", "经销商类型"),
    "parent_id": ("FGROUPCUSTID.FNumber", "上级经销商编码"),
    "region": ("FSALDEPTID.FName", "销售部门"),
    "city": ("FCity.FName", "城市"),
    "owner": ("FSELLER.FName", "销售员"),
    "tier_current": ("FCustLevel", "客户级别"),
    "status_current": ("FForbidStatus", "禁用状态"),
    "signed_date": ("F_SignedDate", "签约日期"),
    "dealer_code": ("F_CRMCode", "CRM客户编码"),
    "tax_number": ("FSOCIALCRECODE", "统一社会信用代码"),
    "modified_date": ("FModifyDate", "修改日期"),
}
MATERIALS: Final[Labels] = {
    "product_id": ("FNumber", "编码"),
    "product_name": ("FName", "名称"),
    "category": ("FMaterialGroup.FName", "物料分组"),
    "brand": ("F_Brand", "品牌"),
    "unit": ("FBaseUnitId.FName", "基本单位"),
}
PAYMENT: Final[Labels] = {
    "payment_id": ("FBillNo", "单据编号"),
    "paid_date": ("FDATE", "业务日期"),
    "document_status": ("FDOCUMENTSTATUS", "单据状态"),
    "dealer_id": ("FCONTACTUNIT.FNumber", "往来单位编码"),
    "dealer_name": ("FCONTACTUNIT.FName", "往来单位"),
    "method": ("FSETTLETYPEID.FName", "结算方式"),
    "due_date": ("FENDDATE", "到期日"),
    "order_id": ("FSRCBILLNO", "源单编号"),
}
RECEIPTS: Final[Labels] = {**PAYMENT, "paid_amount": ("FREALRECAMOUNTFOR_D", "表体-实收金额")}
REFUNDS: Final[Labels] = {**PAYMENT, "paid_amount": ("FREALREFUNDAMOUNTFOR_D", "表体-实退金额")}
FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "outbound": ("SAL_OUTSTOCK", "销售出库单"),
    "returns": ("SAL_RETURNSTOCK", "销售退货单"),
    "customers": ("BD_Customer", "客户"),
    "materials": ("BD_MATERIAL", "物料"),
    "receipts": ("AR_RECEIVEBILL", "收款单"),
    "refunds": ("AR_REFUNDBILL", "收款退款单"),
}
# What a state is called in a list, and its code behind it: English first, as everywhere here.
APPROVED, IN_REVIEW = ("C", "已审核"), ("B", "审核中")
IN_FORCE, VOID = ("A", "未作废"), ("B", "作废")
ENABLED, DISABLED = ("A", "否"), ("B", "是")
ROLES: Final = {"dealer": "经销商", "sub-dealer": "二级经销商", "outlet": "门店"}
CHARGES: Final = {"freight": "运费", "service": "安装服务费", "adjustment": "销售折扣"}
DEPARTMENT: Final = "销售部"
# What stands on the first line of a document only.
FIRST_ONLY: Final = (*HEAD, "document_type", "dealer_id", "dealer_name")
SUMS: Final = ("quantity", "tax", "net_amount", "gross", "cost_amount")


def write_kingdee(network: Network, folder: Path, lang: str) -> list[Path]:
    """Which workbooks does K/3 Cloud save?

    In Chinese as a list shows them, with the head of a document on its first line and a total at
    the end; in English as the query interface gives them: names of fields, codes of states.
    """
    zh = lang == "zh"
    lines = _write_lines(network, zh=zh)
    back = lines["quantity"].lt(0).fillna(value=False)
    returns = lines[back].assign(**{name: -lines[name] for name in SUMS})
    payments = _write_payments(network, zh=zh)
    refunds = payments["paid_amount"].lt(0)
    tables = {
        "outbound": _list_bills(_add_unfinished(lines[~back], zh=zh), OUTBOUND, lang),
        "returns": _list_bills(returns, RETURNS, lang),
        "customers": list_rows(_write_customers(network, zh=zh), CUSTOMERS, lang),
        "materials": list_rows(network.products.assign(unit="Pcs"), MATERIALS, lang),
        "receipts": list_rows(payments[~refunds], RECEIPTS, lang),
    }
    if refunds.any():
        amounts = payments["paid_amount"].abs()
        tables["refunds"] = list_rows(payments.assign(paid_amount=amounts)[refunds], REFUNDS, lang)
    return [
        write_workbook(folder / f"{FORMS[form][zh]}.xlsx", {FORMS[form][zh]: rows})
        for form, rows in tables.items()
    ]


def _list_bills(frame: pd.DataFrame, labels: Labels, lang: str) -> Sequence[Sequence[object]]:
    if lang != "zh":
        return list_rows(frame, labels, lang)
    frame = blank_repeats(frame, [field for field in FIRST_ONLY if field in labels])
    return add_total(list_rows(frame, labels, lang), "合计", labels=labels, sums=SUMS)


def _write_lines(network: Network, *, zh: bool) -> pd.DataFrame:
    lines = network.order_lines
    tax, gross = add_tax(lines["net_amount"])
    gift = lines["line_kind"].eq("gift")
    style = "slash" if zh else "iso_time"
    return lines.assign(
        order_date=write_dates(lines["order_date"], style),
        posted_date=write_dates(lines["posted_date"], style),
        document_type="标准销售出库单",
        document_status=APPROVED[zh],
        cancel_status=IN_FORCE[zh],
        organisation="总公司",
        region=lines["region"] + DEPARTMENT,
        dealer_name=name_dealers(lines["dealer_id"], network.dealers),
        product_name=name_lines(lines, network.products, CHARGES),
        tax_rate=TAX_PER_CENT,
        tax=tax,
        gross=gross,
        is_gift=gift.map({True: "是", False: "否"} if zh else {True: "true", False: "false"}),
        remark=lines["line_kind"].map({"sample": "样品"}),
    )


def _add_unfinished(lines: pd.DataFrame, *, zh: bool) -> pd.DataFrame:
    """The notes that went out, one of them written a second time and void, one not yet approved."""
    void = copy_order(lines, 0, "V").assign(cancel_status=VOID[zh])
    draft = copy_order(lines, -1, "W").assign(document_status=IN_REVIEW[zh], posted_date=None)
    return pd.concat([lines, void, draft], ignore_index=True)


def _write_customers(network: Network, *, zh: bool) -> pd.DataFrame:
    dealers = network.dealers
    style = "slash" if zh else "iso_time"
    roles = dealers["role"].map(ROLES)
    states = {"active": ENABLED[zh], "inactive": DISABLED[zh]}
    return dealers.assign(
        customer_group="普通销售客户",
        role=roles if zh else dealers["role"],
        region=dealers["region"] + DEPARTMENT,
        status_current=dealers["status_current"].map(states),
        signed_date=write_dates(dealers["signed_date"], style),
        modified_date=write_dates(dealers["modified_date"], style),
    )


def _write_payments(network: Network, *, zh: bool) -> pd.DataFrame:
    payments = network.payments
    style = "slash" if zh else "iso_time"
    return payments.assign(
        document_status=APPROVED[zh],
        dealer_name=name_dealers(payments["dealer_id"], network.dealers),
        paid_date=write_dates(payments["paid_date"], style),
        due_date=write_dates(payments["due_date"], style),
    )
