"""The network as objects of Salesforce: every column under the name of its field."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from dealerml.simulate.cells import Texts, as_day, as_number, as_text, translate
from dealerml.simulate.crm import LINE_TYPES, ROLES
from dealerml.simulate.network import Network
from dealerml.simulate.salesforce_records import Keys, as_utc, record_key

TASK_TYPES: Final = {"call": "Call", "message": "WeChat", "other": "Other"}
EVENT_TYPES: Final = {"visit": "Visit", "meeting": "Meeting"}


def list_accounts(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the dealers look as accounts?"""
    dealers = network.dealers
    return pd.DataFrame(
        {
            "Id": keys.of("Account", dealers["dealer_id"]),
            "IsDeleted": "0",
            "Name": as_text(dealers["dealer_name"]),
            "Type": translate(as_text(dealers["role"]), ROLES),
            "ParentId": keys.of("Account", dealers["parent_id"]),
            "BillingState": as_text(dealers["region"]),
            "BillingCity": as_text(dealers["city"]),
            "AccountNumber": as_text(dealers["dealer_code"]),
            "OwnerId": keys.of("User", dealers["owner"]),
            "CreatedDate": as_utc(dealers["signed_date"]),
            "LastModifiedDate": as_utc(dealers["modified_date"]),
            "LastActivityDate": as_day(dealers["modified_date"]),
            "IsPartner": "1",
            "Dealer_ID__c": as_text(dealers["dealer_id"]),
            "Parent_Dealer_ID__c": as_text(dealers["parent_id"]),
            "Dealer_Tier__c": as_text(dealers["tier_current"]),
            "Dealer_Status__c": as_text(dealers["status_current"]),
            "Signed_Date__c": as_day(dealers["signed_date"]),
            "Tax_Number__c": as_text(dealers["tax_number"]),
        }
    )


def list_orders(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the orders look? What comes back is an order that reduces another."""
    lines = network.order_lines
    orders = lines.drop_duplicates("order_id").set_index("order_id", drop=False)
    totals = lines["net_amount"].groupby(lines["order_id"]).sum().reindex(orders.index)
    return pd.DataFrame(
        {
            "Id": keys.of("Order", orders["order_id"]),
            "IsDeleted": "0",
            "OwnerId": keys.of("User", orders["owner"]),
            "AccountId": keys.of("Account", orders["dealer_id"]),
            "EffectiveDate": as_day(orders["order_date"]),
            "IsReductionOrder": ["1" if total < 0 else "0" for total in totals],
            "Status": "Activated",
            "BillingState": as_text(orders["region"]),
            "OrderNumber": as_text(orders["order_id"]),
            "TotalAmount": as_number(totals),
            "CurrencyIsoCode": "CNY",
            "CreatedDate": as_utc(orders["posted_date"]),
        }
    )


def list_items(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the lines look, each under its order?

    What is no product, such as freight, is a line without product, quantity and price.
    """
    lines = network.order_lines
    prices = lines["net_amount"] / lines["quantity"].astype("Float64")
    places = range(1, len(lines) + 1)
    return pd.DataFrame(
        {
            "Id": [record_key("OrderItem", place) for place in places],
            "IsDeleted": "0",
            "OrderId": keys.of("Order", lines["order_id"]),
            "Product2Id": keys.of("Product2", lines["product_id"]),
            "OrderItemNumber": [f"{place:010d}" for place in places],
            "Line_Number__c": as_text(lines["line_no"]),
            "Quantity": as_number(lines["quantity"], decimals=1),
            "UnitPrice": as_number(prices),
            "TotalPrice": as_number(lines["net_amount"]),
            "Line_Type__c": translate(as_text(lines["line_kind"]), LINE_TYPES),
            "CreatedDate": as_utc(lines["posted_date"]),
        }
    )


def list_products(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the products look?"""
    products = network.products
    return pd.DataFrame(
        {
            "Id": keys.of("Product2", products["product_id"]),
            "Name": as_text(products["product_name"]),
            "ProductCode": as_text(products["product_id"]),
            "IsActive": "1",
            "Family": as_text(products["category"]),
            "Brand__c": as_text(products["brand"]),
            "IsDeleted": "0",
        }
    )


def list_users(network: Network, keys: Keys) -> pd.DataFrame:
    """Who works with the system?"""
    names = list(keys.ids["User"])
    return pd.DataFrame(
        {
            "Id": list(keys.ids["User"].values()),
            "Username": [f"user{place}@example.com" for place in range(1, len(names) + 1)],
            "Name": names,
            "IsActive": "1",
            "ProfileId": "00e" + record_key("User", 1)[3:],
        }
    )


def list_tasks(network: Network, keys: Keys) -> pd.DataFrame:
    """How do calls, messages and everything else done with a dealer look?"""
    contacts = network.contacts
    tasks = contacts[contacts["channel"].isin(list(TASK_TYPES))]
    return pd.DataFrame(
        {
            "Id": [record_key("Task", place) for place in range(1, len(tasks) + 1)],
            **_activity(tasks, keys),
            "Status": "Completed",
            "Type": translate(as_text(tasks["channel"]), TASK_TYPES),
            "TaskSubtype": [
                "Call" if channel == "call" else "Task" for channel in tasks["channel"]
            ],
            "CallDurationInSeconds": as_number(tasks["minutes"] * 60, decimals=0),
            "CompletedDateTime": as_utc(tasks["contact_date"], as_text(tasks["contact_time"])),
        }
    )


def list_events(network: Network, keys: Keys) -> pd.DataFrame:
    """How do visits and meetings look?"""
    contacts = network.contacts
    events = contacts[contacts["channel"].isin(list(EVENT_TYPES))]
    return pd.DataFrame(
        {
            "Id": [record_key("Event", place) for place in range(1, len(events) + 1)],
            **_activity(events, keys),
            "StartDateTime": as_utc(events["contact_date"], as_text(events["contact_time"])),
            "DurationInMinutes": as_number(events["minutes"], decimals=0),
            "Type": translate(as_text(events["channel"]), EVENT_TYPES),
            "IsChild": "0",
        }
    )


def list_cases(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the cases look? When somebody answered is a column of the organisation's own."""
    cases = network.cases
    return pd.DataFrame(
        {
            "Id": [record_key("Case", place) for place in range(1, len(cases) + 1)],
            "IsDeleted": "0",
            "CaseNumber": as_text(cases["case_id"]),
            "AccountId": keys.of("Account", cases["dealer_id"]),
            "ProductId": keys.of("Product2", cases["product_id"]),
            "Type": as_text(cases["kind"]),
            "Status": as_text(cases["status_current"]),
            "Origin": "Phone",
            "Priority": as_text(cases["severity"]),
            "IsClosed": ["1" if closed else "0" for closed in cases["closed_date"].notna()],
            "ClosedDate": as_utc(cases["closed_date"]),
            "OwnerId": keys.of("User", cases["owner"]),
            "CreatedDate": as_utc(cases["opened_date"]),
            "First_Response__c": as_utc(cases["responded_date"]),
        }
    )


def list_deals(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the opportunities look today?"""
    deals = network.deals
    return pd.DataFrame(
        {
            "Id": keys.of("Opportunity", deals["deal_id"]),
            "IsDeleted": "0",
            "AccountId": keys.of("Account", deals["dealer_id"]),
            "Name": as_text(deals["deal_id"]),
            "StageName": as_text(deals["stage_current"]),
            "Amount": as_number(deals["deal_amount"]),
            "Probability": "50",
            "CloseDate": as_day(deals["close_date"]),
            "OwnerId": keys.of("User", deals["owner"]),
            "CurrencyIsoCode": "CNY",
            "CreatedDate": as_utc(deals["created_date"]),
            "Deal_Number__c": as_text(deals["deal_id"]),
        }
    )


def list_stages(network: Network, keys: Keys) -> pd.DataFrame:
    """How does the history of stages look?"""
    stages = network.deal_stages
    return pd.DataFrame(
        {
            "Id": [record_key("OpportunityHistory", n) for n in range(1, len(stages) + 1)],
            "OpportunityId": keys.of("Opportunity", stages["deal_id"]),
            "StageName": as_text(stages["stage"]),
            "CreatedDate": as_utc(stages["from_date"]),
            "IsDeleted": "0",
        }
    )


def list_leads(network: Network, keys: Keys) -> pd.DataFrame:
    """How do the leads look?"""
    leads = network.leads
    return pd.DataFrame(
        {
            "Id": [record_key("Lead", place) for place in range(1, len(leads) + 1)],
            "IsDeleted": "0",
            "LastName": "Unknown",
            "Company": "Prospect",
            "State": as_text(leads["region"]),
            "LeadSource": as_text(leads["source"]),
            "Status": as_text(leads["status_current"]),
            "IsConverted": ["1" if done else "0" for done in leads["converted_date"].notna()],
            "ConvertedDate": as_day(leads["converted_date"]),
            "ConvertedAccountId": keys.of("Account", leads["dealer_id"]),
            "CreatedDate": as_utc(leads["created_date"]),
            "Lead_Number__c": as_text(leads["lead_id"]),
        }
    )


def _activity(rows: pd.DataFrame, keys: Keys) -> dict[str, Texts | str]:
    return {
        "AccountId": keys.of("Account", rows["dealer_id"]),
        "WhatId": keys.of("Account", rows["dealer_id"]),
        "IsDeleted": "0",
        "Subject": "Contact",
        "ActivityDate": as_day(rows["contact_date"]),
        "OwnerId": keys.of("User", rows["owner"]),
        "Planned_Date__c": as_day(rows["planned_date"]),
        "Outcome__c": as_text(rows["outcome"]),
        "Activity_Number__c": as_text(rows["contact_id"]),
    }


OBJECTS: Final[dict[str, Callable[[Network, Keys], pd.DataFrame]]] = {
    "Account": list_accounts,
    "Order": list_orders,
    "OrderItem": list_items,
    "Product2": list_products,
    "User": list_users,
    "Task": list_tasks,
    "Event": list_events,
    "Case": list_cases,
    "Opportunity": list_deals,
    "OpportunityHistory": list_stages,
    "Lead": list_leads,
}
