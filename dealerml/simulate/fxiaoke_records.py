"""The records of a simulated network as 纷享销客 keeps them, one frame for each of its objects."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from dealerml.simulate.lists import copy_order
from dealerml.simulate.network import Network

# What each of our words is called, as the value of an option and as its label.
Words = Mapping[str, tuple[str, str]]
NORMAL: Final = ("normal", "正常")
VOID: Final = ("invalid", "作废")
IN_REVIEW: Final = ("under_review", "审核中")
IN_CHANGE: Final = ("in_change", "变更中")
UNLOCKED, LOCKED = ("0", "未锁定"), ("1", "锁定")
USUAL_TYPE: Final = ("default__c", "预设业务类型")
LINE_TYPES: Final[Words] = {
    "freight": ("freight__c", "运费"),
    "service": ("service__c", "服务"),
    "sample": ("sample__c", "样品"),
    "adjustment": ("adjustment__c", "整单折扣"),
    "rebate": ("rebate__c", "返利货"),
    "project": ("project__c", "工程"),
}
ROLES: Final[Words] = {
    "dealer": ("dealer", "经销商"),
    "sub-dealer": ("sub-dealer", "二级经销商"),
    "outlet": ("outlet", "门店"),
}
TIERS: Final[Words] = {
    "gold": ("gold", "金牌"),
    "silver": ("silver", "银牌"),
    "bronze": ("bronze", "铜牌"),
}
STATES: Final[Words] = {"active": ("active", "合作中"), "inactive": ("inactive", "已停止合作")}
CHANNELS: Final[Words] = {
    "visit": ("visit", "拜访"),
    "call": ("call", "电话"),
    "meeting": ("meeting", "会议"),
    "message": ("chat", "微信"),
    "other": ("other", "其他"),
}
TRADED: Final[Words] = {"yes": ("2", "多次成交"), "no": ("1", "未成交")}
# No two customers may have one name: whoever came before is marked.
MARKS: Final = ("", "（停用）", "（旧）", "（已注销）")
ID_LENGTH: Final = 24


def list_records(network: Network, *, zh: bool) -> dict[str, pd.DataFrame]:
    """Which records does each object hold? Keys as in ``OBJECTS`` of ``fxiaoke_labels.py``.

    Values of options are labels in Chinese and codes else; dates and amounts are still values.
    """
    lines = _list_lines(network, zh=zh)
    back = lines.groupby("order_id")["net_amount"].transform("max") < 0
    returns = lines[back].assign(quantity=-lines["quantity"], net_amount=-lines["net_amount"])
    orders = _add_unfinished(lines[~back], zh=zh)
    visited = network.contacts["channel"] == "visit"
    return {
        "accounts": _list_accounts(network, zh=zh),
        "products": _list_products(network, zh=zh),
        "heads": _list_heads(orders),
        "lines": orders,
        "return_heads": _list_heads(returns),
        "return_lines": returns,
        "visits": _list_contacts(network, network.contacts[visited], zh=zh),
        "records": _list_contacts(network, network.contacts[~visited], zh=zh),
        **_list_payments(network, zh=zh),
        "cases": _list_cases(network, zh=zh),
        "deals": _list_deals(network, zh=zh),
        "leads": _list_leads(network, zh=zh),
        "targets": _with_account(network, network.targets).assign(life_status=NORMAL[zh]),
        "contracts": _with_account(network, network.contracts).assign(life_status=NORMAL[zh]),
    }


def record_ids(kind: str, own: Iterable[Any]) -> list[str]:
    """Which record id, 24 digits of base 16, has each of our ids? Blank where there is none.

    Examples
    --------
    >>> [len(text) for text in record_ids("AccountObj", ["D0001", None])]
    [24, 0]
    """
    return [
        "" if pd.isna(one) else hashlib.sha256(f"{kind}:{one}".encode()).hexdigest()[:ID_LENGTH]
        for one in own
    ]


def list_names(network: Network) -> dict[str, str]:
    """Under which name, no two alike, is each listed dealer kept?

    Examples
    --------
    >>> from dealerml.simulate import simulate_network
    >>> network = simulate_network(dealers=20, years=2)
    >>> [list_names(network)[dealer] for dealer in ("D0009", "D0020")]
    ['宁波顺凯装饰材料有限公司（停用）', '宁波顺凯装饰材料有限公司']
    """
    dealers = network.dealers[["dealer_id", "dealer_name"]]
    place = dealers.groupby("dealer_name").cumcount(ascending=False)
    names = dealers["dealer_name"] + place.map(dict(enumerate(MARKS)))
    return dict(zip(dealers["dealer_id"], names, strict=True))


def _list_accounts(network: Network, *, zh: bool) -> pd.DataFrame:
    dealers = network.dealers
    last = network.order_lines.groupby("dealer_id")["order_date"].max()
    latest = dealers["dealer_id"].map(last)
    traded = latest.notna().map({True: "yes", False: "no"})
    frame = dealers.assign(
        record_id=record_ids("AccountObj", dealers["dealer_id"]),
        listed_name=dealers["dealer_id"].map(list_names(network)),
        role=say(dealers["role"], ROLES, zh=zh),
        tier_current=say(dealers["tier_current"], TIERS, zh=zh),
        status_current=say(dealers["status_current"], STATES, zh=zh),
        location="121.47#%$31.23#%$" + dealers["city"],
        deal_status=say(traded, TRADED, zh=zh),
        last_deal_date=latest,
        transfers=1,
        completeness="95.0",
    )
    return _with_owner(frame, zh=zh)


def _list_products(network: Network, *, zh: bool) -> pd.DataFrame:
    products = network.products
    record_id = record_ids("ProductObj", products["product_id"])
    return products.assign(record_id=record_id, unit="件", life_status=NORMAL[zh])


def _list_lines(network: Network, *, zh: bool) -> pd.DataFrame:
    """Each line with what stands on its order."""
    lines = network.order_lines
    gift = lines["line_kind"].eq("gift")
    each = lines["net_amount"] / lines["quantity"].astype("float64")
    usual = dict.fromkeys(lines["line_kind"].unique(), USUAL_TYPE)
    frame = _with_account(network, lines).assign(
        line_name=lines["order_id"] + "-" + lines["line_no"].astype("str"),
        product_record=record_ids("ProductObj", lines["product_id"]),
        product=lines["product_id"].map(_product_names(network)),
        price=each.round(4),
        discount="100.0",
        is_gift=gift.map({True: ("true", "是")[zh], False: ("false", "否")[zh]}),
        line_type=say(lines["line_kind"], {**usual, **LINE_TYPES}, zh=zh),
        line_status=NORMAL[zh],
    )
    return _with_order_record(_with_owner(frame, zh=zh))


def _add_unfinished(lines: pd.DataFrame, *, zh: bool) -> pd.DataFrame:
    """The orders, one of them once more and void, one in review; one is being changed."""
    last = lines["order_id"].iloc[-1]
    changed = lines["order_id"].eq(last).map({True: IN_CHANGE[zh], False: NORMAL[zh]})
    void = copy_order(lines, 0, "V").assign(life_status=VOID[zh])
    draft = copy_order(lines, -1, "W").assign(life_status=IN_REVIEW[zh])
    extra = _with_order_record(pd.concat([void, draft]))
    extra["line_name"] = extra["order_id"] + "-" + extra["line_no"].astype("str")
    return pd.concat([lines.assign(life_status=changed), extra], ignore_index=True)


def _list_heads(lines: pd.DataFrame) -> pd.DataFrame:
    sums = lines.groupby("order_id")["net_amount"].sum().round(2)
    heads = lines.drop_duplicates("order_id")
    amounts = heads["order_id"].map(sums)
    return heads.assign(record_id=heads["order_record"], order_amount=amounts)


def _list_contacts(network: Network, contacts: pd.DataFrame, *, zh: bool) -> pd.DataFrame:
    clock = pd.to_timedelta(contacts["contact_time"].fillna("00:00") + ":00")
    moment = contacts["contact_date"] + clock
    frame = _with_account(network, contacts).assign(
        scene=("1", "客户拜访")[zh],
        channel=say(contacts["channel"], CHANNELS, zh=zh),
        moment=moment,
        followed=moment,
        # Typed in at the end of the day.
        created=contacts["contact_date"] + pd.Timedelta(hours=18),
    )
    return _with_owner(frame, zh=zh)


def _list_payments(network: Network, *, zh: bool) -> dict[str, pd.DataFrame]:
    """The payments, which order and plan each was for, and the plans."""
    payments = network.payments
    plan = "P" + payments["dealer_id"] + "-" + payments["due_date"].dt.strftime("%Y%m%d")
    frame = _with_account(network, payments).assign(
        part_id=payments["payment_id"] + "-1",
        payment_key=record_ids("PaymentObj", payments["payment_id"]),
        order_record=record_ids("SalesOrderObj", payments["order_id"]),
        plan=plan,
        plan_key=record_ids("PaymentPlanObj", plan),
        life_status=NORMAL[zh],
    )
    plans = frame.drop_duplicates("plan")
    return {"payments": frame, "payment_parts": frame, "payment_plans": plans}


def _list_cases(network: Network, *, zh: bool) -> pd.DataFrame:
    cases = network.cases
    frame = _with_account(network, cases).assign(
        product_record=record_ids("ProductObj", cases["product_id"]),
        product=cases["product_id"].map(_product_names(network)),
    )
    return _with_owner(frame, zh=zh)


def _list_deals(network: Network, *, zh: bool) -> pd.DataFrame:
    deals = network.deals
    # Where the number has no column, the name is it.
    name = "商机" + deals["deal_id"] if zh else deals["deal_id"]
    frame = _with_account(network, deals).assign(deal_no=deals["deal_id"], deal_name=name)
    return _with_owner(frame, zh=zh)


def _list_leads(network: Network, *, zh: bool) -> pd.DataFrame:
    leads = network.leads
    frame = _with_account(network, leads).assign(
        record_id=record_ids("LeadsObj", leads["lead_id"]),
        person="未知",
        company="潜在客户" + leads["lead_id"],
        owner=None,
    )
    return _with_owner(frame, zh=zh)


def say(values: "pd.Series[str]", words: Words, *, zh: bool) -> "pd.Series[str]":
    """What does the system call each value?"""
    return values.map({value: pair[zh] for value, pair in words.items()})


def _with_account(network: Network, frame: pd.DataFrame) -> pd.DataFrame:
    """The customer of each row; one that nobody listed goes by its code."""
    ids = frame["dealer_id"]
    names = ids.map(list_names(network))
    return frame.assign(
        account_key=record_ids("AccountObj", ids), account=names.where(names.notna(), ids)
    )


def _with_owner(frame: pd.DataFrame, *, zh: bool) -> pd.DataFrame:
    """Who is in charge, for which department, and in which state the record is."""
    regions = frame["region"] if "region" in frame else pd.Series(None, index=frame.index)
    return frame.assign(
        owner_key=_as_list(frame["owner"]),
        # Where its owner works today, which need not be where the record belongs.
        owner_department="总部",
        region_key=_as_list(regions),
        life_status=NORMAL[zh],
        lock_status=UNLOCKED[zh],
    )


def _with_order_record(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(order_record=record_ids("SalesOrderObj", frame["order_id"]))


def _as_list(values: "pd.Series[str]") -> list[str]:
    """Employees and departments as API dumps have them: a list, here of one number."""
    keys = {one: str(1000 + n) for n, one in enumerate(sorted(values.dropna().unique()))}
    return ["" if pd.isna(one) else f'["{keys[one]}"]' for one in values]


def _product_names(network: Network) -> dict[str, str]:
    products = network.products
    return dict(zip(products["product_id"], products["product_name"], strict=True))
