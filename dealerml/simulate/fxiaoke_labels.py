"""What 纷享销客 calls the columns of its objects: API name and Chinese label, blank for neither."""

from collections.abc import Mapping
from typing import Final

from dealerml.simulate.lists import Labels

# Fields of a tenant's own have an API name that says nothing, so they are in Chinese files only.
OWNED: Final[Labels] = {
    "owner_key": ("owner", ""),
    "owner": ("owner__r", "负责人（必填）"),
    "owner_department": ("owner_department", "负责人主属部门"),
    "region_key": ("data_own_department", ""),
    "region": ("data_own_department__r", "归属部门"),
    "life_status": ("life_status", "生命状态"),
    "lock_status": ("lock_status", "锁定状态"),
}
ACCOUNT: Final[Labels] = {
    "account_key": ("account_id", ""),
    "account": ("account_id__r", "客户名称（必填）"),
}
ACCOUNTS: Final[Labels] = {
    "record_id": ("_id", ""),
    "listed_name": ("name", "*客户名称"),
    "dealer_id": ("account_no", "客户编号"),
    "role": ("account_type", "客户类型"),
    "tier_current": ("account_level", "客户级别"),
    "status_current": ("account_status", "客户状态"),
    "parent_id": ("", "上级客户编号"),
    "city": ("city", "市"),
    "location": ("location", "定位"),
    "signed_date": ("", "签约日期"),
    "dealer_code": ("", "ERP客户编码"),
    "tax_number": ("uniform_social_credit_code", "统一社会信用代码"),
    "deal_status": ("deal_status", "成交状态"),
    "last_deal_date": ("last_deal_closed_time", "最后一次成交时间"),
    "transfers": ("transfer_count", "转手次数"),
    "completeness": ("completion_rate", "客户资料完善度"),
    **OWNED,
    "modified_date": ("last_modified_time", "最后修改时间"),
}
# Written in Chinese only.
PARTNERS: Final[Labels] = {
    "listed_name": ("", "合作伙伴名称*"),
    "dealer_id": ("", "合作伙伴编号"),
    "role": ("", "合作伙伴类型"),
    "tier_current": ("", "合作伙伴级别"),
    "city": ("", "市"),
    **OWNED,
    "modified_date": ("", "最后修改时间"),
}
PRODUCTS: Final[Labels] = {
    "record_id": ("_id", ""),
    "product_name": ("name", "产品名称(必填)"),
    "product_id": ("product_code", "产品编码"),
    "category": ("category", "分类"),
    "brand": ("", "品牌"),
    "unit": ("unit", "单位"),
    "life_status": ("life_status", "生命状态"),
}
HEADS: Final[Labels] = {
    "record_id": ("_id", ""),
    "order_id": ("name", "销售订单编号（必填）"),
    **ACCOUNT,
    "order_date": ("order_time", "下单日期（必填）"),
    "order_amount": ("order_amount", "销售订单金额（元）"),
    **OWNED,
    "posted_date": ("create_time", "创建时间"),
}
LINES: Final[Labels] = {
    "line_name": ("name", "订单产品编号"),
    "order_record": ("order_id", ""),
    "order_id": ("order_id__r", "销售订单（必填）"),
    "line_no": ("", "行号"),
    "product_record": ("product_id", ""),
    "product": ("product_id__r", "*产品名称"),
    "quantity": ("quantity", "数量*"),
    "price": ("sales_price", "销售单价（元）"),
    "discount": ("discount", "折扣"),
    "net_amount": ("subtotal", "小计（元）"),
    "is_gift": ("is_giveaway", "是否赠品"),
    "line_type": ("record_type", "业务类型"),
    "line_status": ("life_status", "生命状态"),
}
RETURN_HEADS: Final[Labels] = {
    "record_id": ("_id", ""),
    "order_id": ("name", "退货单编号（必填）"),
    **ACCOUNT,
    "order_date": ("returned_goods_time", "退货日期"),
    "order_amount": ("returned_goods_inv_amount", "退货总金额（元）"),
    **OWNED,
    "posted_date": ("create_time", "创建时间"),
}
RETURN_LINES: Final[Labels] = {
    "line_name": ("name", "退货单产品编号"),
    "order_record": ("returned_goods_inv_id", ""),
    "order_id": ("returned_goods_inv_id__r", "退货单（必填）"),
    "line_no": ("", "行号"),
    "product_record": ("product_id", ""),
    "product": ("product_id__r", "*产品名称"),
    "quantity": ("quantity", "数量*"),
    "net_amount": ("subtotal", "小计（元）"),
    "line_status": ("life_status", "生命状态"),
}
# One sheet, in Chinese only, of a tenant whose prices include tax and say so.
FLAT: Final[Labels] = {
    "order_id": ("", "销售订单编号（必填）"),
    "account": ("", "客户名称（必填）"),
    "order_date": ("", "下单日期（必填）"),
    "posted_date": ("", "创建时间"),
    "owner": ("", "负责人（必填）"),
    "region": ("", "归属部门"),
    "life_status": ("", "生命状态"),
    "line_no": ("", "行号"),
    "product": ("", "*产品名称"),
    "quantity": ("", "数量*"),
    "gross": ("", "小计（元）"),
    "tax": ("", "税额（元）"),
    "is_gift": ("", "是否赠品"),
    "line_type": ("", "业务类型"),
}
VISITS: Final[Labels] = {
    "contact_id": ("name", "外勤编号"),
    "account_key": ("customer_id", ""),
    "account": ("customer_id__r", "客户（必填）"),
    "scene": ("checkins_scene", "外勤场景"),
    "planned_date": ("new_stat_date", "计划日期"),
    "moment": ("checkin_time", "签到时间"),
    "minutes": ("", "时长（分钟）"),
    "outcome": ("", "拜访结果"),
    "owner_key": ("owner", ""),
    "owner": ("owner__r", "负责人（必填）"),
    "life_status": ("life_status", "生命状态"),
}
RECORDS: Final[Labels] = {
    "contact_id": ("name", "销售记录编号"),
    "account_key": ("account_id", ""),
    "account": ("account_id__r", "客户（必填）"),
    "channel": ("interactive_types", "互动类型"),
    "followed": ("", "跟进时间"),
    "minutes": ("", "时长（分钟）"),
    "outcome": ("", "跟进结果"),
    "owner_key": ("owner", ""),
    "owner": ("owner__r", "负责人（必填）"),
    "life_status": ("life_status", "生命状态"),
    "created": ("create_time", "创建时间"),
}
PAYMENTS: Final[Labels] = {
    "payment_id": ("name", "回款编号"),
    **ACCOUNT,
    "paid_date": ("payment_time", "回款日期（必填）"),
    "paid_amount": ("payment_amount", "本次回款总金额（元）"),
    "method": ("payment_term", "回款方式"),
    "life_status": ("life_status", "生命状态"),
}
PAYMENT_PARTS: Final[Labels] = {
    "part_id": ("name", "回款明细编号"),
    "payment_key": ("payment_id", ""),
    "payment_id": ("payment_id__r", "回款编号（必填）"),
    "order_record": ("order_id", ""),
    "order_id": ("order_id__r", "订单编号"),
    "plan_key": ("payment_plan_id", ""),
    "plan": ("payment_plan_id__r", "回款计划编号"),
    "paid_amount": ("payment_amount", "本次回款金额（元）"),
}
PAYMENT_PLANS: Final[Labels] = {
    "plan": ("name", "回款计划编号"),
    **ACCOUNT,
    "due_date": ("plan_payment_time", "计划回款日期（必填）"),
}
CASES: Final[Labels] = {
    "case_id": ("name", "工单编号"),
    **ACCOUNT,
    "opened_date": ("create_time", "创建时间"),
    "responded_date": ("", "首次响应时间"),
    "closed_date": ("", "完成时间"),
    "kind": ("", "工单类型"),
    "severity": ("", "优先级"),
    "product_record": ("product_id", ""),
    "product": ("product_id__r", "产品名称"),
    "owner_key": ("owner", ""),
    "owner": ("owner__r", "负责人（必填）"),
    "status_current": ("case_status", "工单状态"),
    "life_status": ("life_status", "生命状态"),
}
DEALS: Final[Labels] = {
    "deal_no": ("", "商机编号"),
    "deal_name": ("name", "商机名称（必填）"),
    **ACCOUNT,
    "deal_amount": ("amount", "商机金额（元）"),
    "close_date": ("close_date", "结单日期"),
    "stage_current": ("sales_stage", "商机阶段"),
    "owner_key": ("owner", ""),
    "owner": ("owner__r", "负责人（必填）"),
    "life_status": ("life_status", "生命状态"),
    "created_date": ("create_time", "创建时间"),
}
LEADS: Final[Labels] = {
    "record_id": ("_id", ""),
    "lead_id": ("", "线索编号"),
    "person": ("name", "姓名（必填）"),
    "company": ("company", "公司"),
    "source": ("source", "来源"),
    "status_current": ("leads_stage", "线索阶段"),
    "account_key": ("account_id", ""),
    "account": ("account_id__r", "转换客户"),
    "converted_date": ("transform_time", "转换时间"),
    "region_key": ("data_own_department", ""),
    "region": ("data_own_department__r", "归属部门"),
    "life_status": ("life_status", "生命状态"),
    "created_date": ("create_time", "创建时间"),
}
TARGETS: Final[Labels] = {
    "account": ("", "客户名称"),
    "region": ("", "大区"),
    "owner": ("", "目标人员"),
    "from_date": ("", "开始日期（必填）"),
    "until_date": ("", "结束日期（必填）"),
    "target_amount": ("", "目标金额（元）"),
    "life_status": ("", "生命状态"),
}
CONTRACTS: Final[Labels] = {
    "contract_id": ("", "合同编号"),
    "account": ("", "客户名称（必填）"),
    "signed_date": ("", "签订日期"),
    "from_date": ("", "开始日期"),
    "until_date": ("", "结束日期"),
    "minimum_amount": ("", "最低采购额（元）"),
    "life_status": ("", "生命状态"),
}
# Object → API name, Chinese name and columns; blank where a dump has no such file.
OBJECTS: Final[Mapping[str, tuple[str, str, Labels]]] = {
    "accounts": ("AccountObj", "客户", ACCOUNTS),
    "products": ("ProductObj", "产品", PRODUCTS),
    "heads": ("SalesOrderObj", "销售订单", HEADS),
    "lines": ("SalesOrderProductObj", "订单产品", LINES),
    "return_heads": ("ReturnedGoodsInvoiceObj", "退货单", RETURN_HEADS),
    "return_lines": ("ReturnedGoodsInvoiceProductObj", "退货单产品", RETURN_LINES),
    "visits": ("CheckinsObj", "高级外勤", VISITS),
    "records": ("ActiveRecordObj", "销售记录", RECORDS),
    "payments": ("PaymentObj", "回款", PAYMENTS),
    "payment_parts": ("OrderPaymentObj", "回款明细", PAYMENT_PARTS),
    "payment_plans": ("PaymentPlanObj", "回款计划", PAYMENT_PLANS),
    "cases": ("CasesObj", "服务工单", CASES),
    "deals": ("NewOpportunityObj", "商机2.0", DEALS),
    "leads": ("LeadsObj", "销售线索", LEADS),
    "targets": ("", "销售目标", TARGETS),
    "contracts": ("", "合同", CONTRACTS),
}
