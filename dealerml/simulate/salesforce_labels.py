"""What the reports of Salesforce are called, and their columns, in English and Chinese."""

from dataclasses import dataclass
from typing import Final

# Field → its label in English and in Chinese; plausible, as every organisation may rename them.
Labels = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """A report: its title in both languages, and its columns."""

    titles: tuple[str, str]
    labels: Labels


ACTIVITY: Final[Labels] = {
    "Id": ("Activity ID", "活动 ID"),
    "Activity_Number__c": ("Activity Number", "活动编号"),
    "AccountId": ("Account ID", "客户 ID"),
    "OwnerId.Name": ("Assigned", "已分配"),
    "ActivityDate": ("Date", "日期"),
    "Planned_Date__c": ("Planned Date", "计划日期"),
    "Type": ("Type", "类型"),
    "Outcome__c": ("Outcome", "结果"),
}
REPORTS: Final = {
    "Account": Report(
        ("Dealers", "经销商"),
        {
            "Id": ("Account ID", "客户 ID"),
            "Name": ("Account Name", "客户名"),
            "Type": ("Type", "类型"),
            "ParentId": ("Parent Account ID", "父客户 ID"),
            "Dealer_ID__c": ("Dealer ID", "经销商编号"),
            "Parent_Dealer_ID__c": ("Parent Dealer ID", "上级经销商编号"),
            "AccountNumber": ("Account Number", "客户编号"),
            "Tax_Number__c": ("Tax Number", "统一社会信用代码"),
            "BillingState": ("Billing State/Province", "开票省/市/自治区"),
            "BillingCity": ("Billing City", "开票城市"),
            "OwnerId.Name": ("Account Owner", "客户所有人"),
            "Dealer_Tier__c": ("Dealer Tier", "经销商等级"),
            "Dealer_Status__c": ("Dealer Status", "经销商状态"),
            "Signed_Date__c": ("Signed Date", "签约日期"),
            "LastModifiedDate": ("Last Modified Date", "上次修改日期"),
        },
    ),
    "OrderItem": Report(
        ("Orders with Products", "订单及产品"),
        {
            "OrderNumber": ("Order Number", "订单编号"),
            "Line_Number__c": ("Line Number", "行号"),
            "AccountId": ("Account ID", "客户 ID"),
            "AccountId.Name": ("Account Name", "客户名"),
            "Dealer_ID__c": ("Dealer ID", "经销商编号"),
            "EffectiveDate": ("Order Start Date", "订单开始日期"),
            "CreatedDate": ("Created Date", "创建日期"),
            "Status": ("Status", "状态"),
            "IsReductionOrder": ("Reduction Order", "缩减订单"),
            "BillingState": ("Billing State/Province", "开票省/市/自治区"),
            "OwnerId.Name": ("Order Owner", "订单所有人"),
            "ProductCode": ("Product Code", "产品代码"),
            "Product2Id.Name": ("Product Name", "产品名称"),
            "Line_Type__c": ("Line Type", "行类型"),
            "Quantity": ("Quantity", "数量"),
            "UnitPrice": ("Unit Price", "单价"),
            "TotalPrice": ("Total Price", "总价"),
        },
    ),
    "Product2": Report(
        ("Products", "产品"),
        {
            "Id": ("Product ID", "产品 ID"),
            "Name": ("Product Name", "产品名称"),
            "ProductCode": ("Product Code", "产品代码"),
            "Family": ("Product Family", "产品系列"),
            "Brand__c": ("Brand", "品牌"),
        },
    ),
    "Task": Report(
        ("Tasks", "任务"),
        {
            **ACTIVITY,
            "Status": ("Status", "状态"),
            "TaskSubtype": ("Task Subtype", "任务子类型"),
            "CompletedDateTime": ("Completed Date/Time", "完成日期/时间"),
            "CallDurationInSeconds": ("Call Duration", "呼叫持续时间"),
        },
    ),
    "Event": Report(
        ("Events", "事件"),
        {
            **ACTIVITY,
            "StartDateTime": ("Start Date/Time", "开始日期/时间"),
            "DurationInMinutes": ("Duration", "持续时间"),
        },
    ),
    "Case": Report(
        ("Cases", "个案"),
        {
            "CaseNumber": ("Case Number", "个案编号"),
            "AccountId": ("Account ID", "客户 ID"),
            "Type": ("Type", "类型"),
            "Status": ("Status", "状态"),
            "Priority": ("Priority", "优先级"),
            "ProductId": ("Product ID", "产品 ID"),
            "OwnerId.Name": ("Case Owner", "个案所有人"),
            "CreatedDate": ("Date/Time Opened", "打开日期/时间"),
            "First_Response__c": ("First Response", "首次响应"),
            "ClosedDate": ("Date/Time Closed", "关闭日期/时间"),
        },
    ),
    "Opportunity": Report(
        ("Opportunities", "业务机会"),
        {
            "Id": ("Opportunity ID", "业务机会 ID"),
            "Name": ("Opportunity Name", "业务机会名称"),
            "Deal_Number__c": ("Deal Number", "商机编号"),
            "AccountId": ("Account ID", "客户 ID"),
            "StageName": ("Stage", "阶段"),
            "Amount": ("Amount", "金额"),
            "CloseDate": ("Close Date", "结束日期"),
            "OwnerId.Name": ("Opportunity Owner", "业务机会所有人"),
            "CreatedDate": ("Created Date", "创建日期"),
        },
    ),
    "OpportunityHistory": Report(
        ("Opportunity History", "业务机会历史"),
        {
            "OpportunityId": ("Opportunity ID", "业务机会 ID"),
            "StageName": ("To Stage", "至阶段"),
            "CreatedDate": ("Edit Date", "编辑日期"),
        },
    ),
    "Lead": Report(
        ("Leads", "潜在客户"),
        {
            "Id": ("Lead ID", "潜在客户 ID"),
            "Lead_Number__c": ("Lead Number", "线索编号"),
            "LeadSource": ("Lead Source", "潜在客户来源"),
            "Status": ("Lead Status", "潜在客户状态"),
            "State": ("State/Province", "省/市/自治区"),
            "CreatedDate": ("Create Date", "创建日期"),
            "ConvertedDate": ("Converted Date", "转换日期"),
            "ConvertedAccountId": ("Converted Account ID", "转换客户 ID"),
        },
    ),
}
FOOTERS: Final = {
    "en": (
        "Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved.",
        "Confidential Information - Do Not Distribute",
        "Generated By:  Admin",
        "Example Ltd.",
    ),
    "zh": (
        "Copyright (c) 2000-2025 salesforce.com, inc. 保留所有权利。",
        "机密信息 - 请勿分发",
        "生成者:  Admin",
        "示例有限公司",
    ),
}
# What is picked from lists, in the language of the user.
WORDS: Final = {
    "Dealer": "经销商",
    "Sub-Dealer": "二级经销商",
    "Outlet": "门店",
    "Activated": "已激活",
    "Completed": "已完成",
    "Sample": "样品",
    "Freight": "运费",
    "Service": "服务",
    "Adjustment": "调整",
    "Rebate": "货返",
    "Project": "工程",
    "Call": "电话",
    "WeChat": "微信",
    "Other": "其他",
    "Visit": "拜访",
    "Meeting": "会议",
}
