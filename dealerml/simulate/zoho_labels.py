"""What Zoho CRM calls its modules and columns: in English, in Chinese, and in its API."""

from typing import Final

# An organisation renames modules and columns as it likes; these are plausible, not official.
CHINESE: Final = {
    # Modules, as they stand in file names.
    "Accounts": "客户",
    "Sales_Orders": "销售订单",
    "Ordered_Items": "订购项目",
    "Products": "产品",
    "Calls": "通话",
    "Meetings": "会议",
    "Tasks": "任务",
    "Cases": "工单",
    "Deals": "商机",
    "Deals_": "商机_阶段历史",
    "Leads": "线索",
    "Contacts": "联系人",
    "Users": "用户",
    # Columns that several modules share.
    "Record Id": "记录ID",
    "Account Name": "客户名称",
    "Subject": "主题",
    "Status": "状态",
    "Currency": "币种",
    "Exchange Rate": "汇率",
    "Related To": "关联到",
    "Created Time": "创建时间",
    "Modified Time": "修改时间",
    "Last Activity Time": "最近活动时间",
    "Tag": "标签",
    "Locked": "已锁定",
    "Description": "描述",
    "Email": "电子邮件",
    "Phone": "电话",
    "Created By": "创建人",
    "Modified By": "修改人",
    "Layout": "布局",
    "Profile": "配置文件",
    "Role": "角色",
    "First Name": "名",
    "Last Name": "姓",
    # Accounts.
    "Account Owner": "客户所有者",
    "Account Number": "客户编码",
    "Account Type": "客户类型",
    "Parent Account": "上级客户",
    "Dealer ID": "经销商编号",
    "Parent Dealer ID": "上级经销商编号",
    "Dealer Tier": "经销商等级",
    "Dealer Status": "经销商状态",
    "Signed Date": "签约日期",
    "Tax Number": "统一社会信用代码",
    "Billing State": "开票省份",
    "Billing City": "开票城市",
    # Sales orders, their items and products.
    "Sales Order Owner": "销售订单所有者",
    "SO Number": "销售订单编号",
    "Order Date": "下单日期",
    "Sub Total": "小计",
    "Discount": "折扣",
    "Tax": "税额",
    "Adjustment": "调整",
    "Grand Total": "总计",
    "Parent": "父级",
    "Sequence Number": "序号",
    "Product Name": "产品名称",
    "Quantity": "数量",
    "List Price": "标价",
    "Total": "合计",
    "Total After Discount": "折后金额",
    "Net Total": "净总计",
    "Line Type": "行类型",
    "Product Owner": "产品所有者",
    "Product Code": "产品编码",
    "Product Category": "产品类别",
    "Manufacturer": "制造商",
    "Unit Price": "单价",
    "Product Active": "产品有效",
    # Activities.
    "Activity Number": "活动编号",
    "Call Owner": "通话所有者",
    "Call Type": "通话类型",
    "Call Start Time": "通话开始时间",
    "Call Duration (in seconds)": "通话时长（秒）",
    "Call Result": "通话结果",
    "Call Status": "通话状态",
    "Scheduled Date": "计划日期",
    "Host": "主持人",
    "Title": "标题",
    "From": "从",
    "To": "到",
    "Meeting Venue": "会议地点类型",
    "Meeting Result": "会议结果",
    "Duration (Minutes)": "时长（分钟）",
    "Task Owner": "任务所有者",
    "Task Type": "任务类型",
    "Task Result": "任务结果",
    "Due Date": "截止日期",
    "Closed Time": "关闭时间",
    "Priority": "优先级",
    # Cases, deals, leads.
    "Case Owner": "工单所有者",
    "Case Number": "工单编号",
    "Case Origin": "工单来源",
    "Type": "类型",
    "First Response Time": "首次响应时间",
    "Case Closed Time": "工单关闭时间",
    "Deal Owner": "商机所有者",
    "Deal Name": "商机名称",
    "Deal Number": "商机编号",
    "Amount": "金额",
    "Closing Date": "预计成交日期",
    "Stage": "阶段",
    "Probability (%)": "可能性（%）",
    "Sales Cycle Duration": "销售周期",
    "Moved To": "变更为",
    "Duration (Days)": "持续天数",
    "Lead Owner": "线索所有者",
    "Lead Number": "线索编号",
    "Company": "公司",
    "Lead Source": "线索来源",
    "Lead Status": "线索状态",
    "State": "省份",
    "Is Converted": "已转换",
    "Converted Account": "转换客户",
    "Converted Time": "转换时间",
    # What is picked from lists.
    "Dealer": "经销商",
    "Sub-Dealer": "二级经销商",
    "Outlet": "门店",
    "Delivered": "已交货",
    "Sample": "样品",
    "Freight": "运费",
    "Service": "服务",
    "Rebate": "货返",
    "Project": "工程",
    "Outbound": "呼出",
    "Completed": "已完成",
    "Client location": "客户现场",
    "In-office": "公司内",
    "WeChat": "微信",
    "Other": "其他",
    "true": "是",
    "false": "否",
}
# The API says these with other words than the label.
API: Final = {"Record Id": "Id", "Related To": "What_Id", "Host": "Owner", "Parent": "Parent_Id"}
SPELLING: Final = str.maketrans({" ": "_", "(": None, ")": None, "%": None})
# Columns whose values are picked from a list, and so are shown in the language of the user.
PICKED: Final = {
    "Account Type",
    "Status",
    "Line Type",
    "Call Type",
    "Call Status",
    "Task Type",
    "Meeting Venue",
    "Is Converted",
    "Locked",
    "Product Active",
}


def chinese_label(label: str) -> str:
    """What does a column of this label say in an organisation that works in Chinese?

    Examples
    --------
    >>> chinese_label("Account Name.id")
    '客户名称.id'
    """
    base, dot, key = label.partition(".id")
    return CHINESE.get(base, base) + dot + key


def api_name(label: str) -> str:
    """What does the API call a column of this label? A lookup is its key there.

    Examples
    --------
    >>> api_name("Account Name.id"), api_name("Sales Order Owner.id"), api_name("SO Number")
    ('Account_Name', 'Owner', 'SO_Number')
    """
    base = label.removesuffix(".id")
    if base.endswith(" Owner"):
        return "Owner"
    return API.get(base, base.translate(SPELLING))
