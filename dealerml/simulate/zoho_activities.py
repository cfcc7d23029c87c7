"""Calls, meetings, tasks, cases, deals with their history, and leads as Zoho CRM lists them."""

from typing import Final

import pandas as pd

from dealerml.simulate.cells import Texts, as_day, as_number, as_text, translate
from dealerml.simulate.network import Network
from dealerml.simulate.zoho_records import Records, record_id, system_columns

OPENING: Final = " 09:00:00"
# A meeting at the dealer's place is a visit. What is neither call nor meeting is a task.
VENUES: Final = {"visit": "Client location", "meeting": "In-office"}
TASK_TYPES: Final = {"message": "WeChat", "other": "Other"}


def list_calls(network: Network, records: Records) -> pd.DataFrame:
    """How do the calls look?"""
    calls = network.contacts[network.contacts["channel"] == "call"]
    return pd.DataFrame(
        {
            "Record Id": [record_id("Calls", n) for n in range(1, len(calls) + 1)],
            "Call Owner.id": records.of("Users", calls["owner"]),
            "Call Owner": as_text(calls["owner"]),
            "Subject": "Call",
            "Activity Number": as_text(calls["contact_id"]),
            "Call Type": "Outbound",
            **_related(network, records, calls),
            "Call Start Time": _start_times(calls),
            "Call Duration (in seconds)": as_number(calls["minutes"] * 60, decimals=0),
            "Scheduled Date": as_day(calls["planned_date"]),
            "Call Result": as_text(calls["outcome"]),
            "Call Status": "Completed",
            **system_columns(as_day(calls["contact_date"], clock=OPENING)),
        }
    )


def list_meetings(network: Network, records: Records) -> pd.DataFrame:
    """How do meetings and visits look?"""
    meetings = network.contacts[network.contacts["channel"].isin(list(VENUES))]
    return pd.DataFrame(
        {
            "Record Id": [record_id("Meetings", n) for n in range(1, len(meetings) + 1)],
            "Host.id": records.of("Users", meetings["owner"]),
            "Host": as_text(meetings["owner"]),
            "Title": "Meeting",
            "Activity Number": as_text(meetings["contact_id"]),
            **_related(network, records, meetings),
            "From": _start_times(meetings),
            "Duration (Minutes)": as_number(meetings["minutes"], decimals=0),
            "Scheduled Date": as_day(meetings["planned_date"]),
            "Meeting Venue": translate(as_text(meetings["channel"]), VENUES),
            "Meeting Result": as_text(meetings["outcome"]),
            **system_columns(as_day(meetings["contact_date"], clock=OPENING)),
        }
    )


def list_tasks(network: Network, records: Records) -> pd.DataFrame:
    """How do messages and everything else that was done with a dealer look?"""
    tasks = network.contacts[network.contacts["channel"].isin(list(TASK_TYPES))]
    return pd.DataFrame(
        {
            "Record Id": [record_id("Tasks", n) for n in range(1, len(tasks) + 1)],
            "Task Owner.id": records.of("Users", tasks["owner"]),
            "Task Owner": as_text(tasks["owner"]),
            "Subject": "Task",
            "Activity Number": as_text(tasks["contact_id"]),
            "Task Type": translate(as_text(tasks["channel"]), TASK_TYPES),
            **_related(network, records, tasks),
            "Due Date": as_day(tasks["planned_date"]),
            "Status": "Completed",
            "Priority": "Normal",
            "Closed Time": _start_times(tasks),
            "Task Result": as_text(tasks["outcome"]),
            **system_columns(as_day(tasks["contact_date"], clock=OPENING)),
        }
    )


def list_cases(network: Network, records: Records) -> pd.DataFrame:
    """How do the cases look? The times of answer and end are columns of the organisation's own."""
    cases = network.cases
    products = network.products.set_index("product_id")["product_name"]
    return pd.DataFrame(
        {
            "Record Id": [record_id("Cases", n) for n in range(1, len(cases) + 1)],
            "Case Owner.id": records.of("Users", cases["owner"]),
            "Case Owner": as_text(cases["owner"]),
            "Case Number": as_text(cases["case_id"]),
            "Subject": as_text(cases["kind"]),
            "Status": as_text(cases["status_current"]),
            "Priority": as_text(cases["severity"]),
            "Type": as_text(cases["kind"]),
            "Case Origin": "Phone",
            "Product Name.id": records.of("Products", cases["product_id"]),
            "Product Name": as_text(cases["product_id"].map(products)),
            **name_account(network, records, cases),
            "First Response Time": as_day(cases["responded_date"], clock=OPENING),
            "Case Closed Time": as_day(cases["closed_date"], clock=OPENING),
            **system_columns(as_day(cases["opened_date"], clock=OPENING)),
        }
    )


def list_deals(network: Network, records: Records) -> pd.DataFrame:
    """How do the opportunities look today?"""
    deals = network.deals
    return pd.DataFrame(
        {
            "Record Id": records.of("Deals", deals["deal_id"]),
            "Deal Owner.id": records.of("Users", deals["owner"]),
            "Deal Owner": as_text(deals["owner"]),
            "Deal Name": as_text(deals["deal_id"]),
            "Deal Number": as_text(deals["deal_id"]),
            **name_account(network, records, deals),
            "Amount": as_number(deals["deal_amount"]),
            "Closing Date": as_day(deals["close_date"]),
            "Stage": as_text(deals["stage_current"]),
            "Probability (%)": "50",
            "Sales Cycle Duration": "30",
            **system_columns(as_day(deals["created_date"], clock=OPENING)),
        }
    )


def list_stages(network: Network, records: Records) -> pd.DataFrame:
    """How does the history of stages look?"""
    stages = network.deal_stages
    return pd.DataFrame(
        {
            "Deal Name.id": records.of("Deals", stages["deal_id"]),
            "Deal Name": as_text(stages["deal_id"]),
            "Moved To": as_text(stages["stage"]),
            "Duration (Days)": "10",
            "Modified Time": as_day(stages["from_date"], clock=OPENING),
        }
    )


def list_leads(network: Network, records: Records) -> pd.DataFrame:
    """How do the leads look?"""
    leads = network.leads
    converted = leads["converted_date"].notna()
    account = name_account(network, records, leads)
    return pd.DataFrame(
        {
            "Record Id": [record_id("Leads", n) for n in range(1, len(leads) + 1)],
            "Lead Owner.id": record_id("Users", 1),
            "Lead Owner": "Admin",
            "Lead Number": as_text(leads["lead_id"]),
            "Company": "Prospect",
            "Last Name": "Unknown",
            "Lead Source": as_text(leads["source"]),
            "Lead Status": as_text(leads["status_current"]),
            "State": as_text(leads["region"]),
            "Is Converted": ["true" if done else "false" for done in converted],
            "Converted Account.id": account["Account Name.id"],
            "Converted Account": account["Account Name"],
            "Converted Time": as_day(leads["converted_date"], clock=OPENING),
            **system_columns(as_day(leads["created_date"], clock=OPENING)),
        }
    )


def name_account(network: Network, records: Records, rows: pd.DataFrame) -> dict[str, Texts]:
    """Which pair of columns names the account of each row?"""
    names = network.dealers.set_index("dealer_id")["dealer_name"]
    return {
        "Account Name.id": records.of("Accounts", rows["dealer_id"]),
        "Account Name": as_text(rows["dealer_id"].map(names)),
    }


def _related(network: Network, records: Records, rows: pd.DataFrame) -> dict[str, Texts]:
    account = name_account(network, records, rows)
    return {"Related To.id": account["Account Name.id"], "Related To": account["Account Name"]}


def _start_times(contacts: pd.DataFrame) -> Texts:
    """The day, and the time of day where it is known."""
    days, times = as_day(contacts["contact_date"]), as_text(contacts["contact_time"])
    return [f"{day} {time}:00" if time else day for day, time in zip(days, times, strict=True)]
