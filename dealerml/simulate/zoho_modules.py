"""Accounts, sales orders with their items, products and users as Zoho CRM lists them."""

from typing import Final

import pandas as pd

from dealerml.simulate.cells import Texts, as_day, as_number, as_text, translate
from dealerml.simulate.crm import LINE_TYPES, ROLES
from dealerml.simulate.network import Network
from dealerml.simulate.zoho_records import Records, record_id, system_columns

TAX_PERCENT: Final = 13
MARK_UP: Final = 5, 4
OPENING: Final = " 09:00:00"


def list_accounts(network: Network, records: Records) -> pd.DataFrame:
    """How do the dealers look as accounts?"""
    dealers = network.dealers
    names = dealers.set_index("dealer_id")["dealer_name"]
    return pd.DataFrame(
        {
            "Record Id": records.of("Accounts", dealers["dealer_id"]),
            "Account Owner.id": records.of("Users", dealers["owner"]),
            "Account Owner": as_text(dealers["owner"]),
            "Account Name": as_text(dealers["dealer_name"]),
            "Phone": "",
            "Account Number": as_text(dealers["dealer_code"]),
            "Account Type": translate(as_text(dealers["role"]), ROLES),
            "Parent Account.id": records.of("Accounts", dealers["parent_id"]),
            "Parent Account": as_text(dealers["parent_id"].map(names)),
            **_own_columns(dealers),
            **system_columns(
                as_day(dealers["signed_date"], clock=OPENING),
                as_day(dealers["modified_date"], clock=OPENING),
            ),
        }
    )


def _own_columns(dealers: pd.DataFrame) -> dict[str, Texts]:
    """What an organisation adds to the accounts, and where they are."""
    return {
        "Dealer ID": as_text(dealers["dealer_id"]),
        "Parent Dealer ID": as_text(dealers["parent_id"]),
        "Dealer Tier": as_text(dealers["tier_current"]),
        "Dealer Status": as_text(dealers["status_current"]),
        "Signed Date": as_day(dealers["signed_date"]),
        "Tax Number": as_text(dealers["tax_number"]),
        "Billing State": as_text(dealers["region"]),
        "Billing City": as_text(dealers["city"]),
    }


def list_orders(network: Network, records: Records) -> pd.DataFrame:
    """How do the orders look, each with the sums of its lines?

    The region is the state billed to, which Zoho copies onto the order when it is made.
    """
    lines = network.order_lines
    amounts = price_items(lines).groupby(lines["order_id"]).sum()
    orders = lines.drop_duplicates("order_id").set_index("order_id", drop=False)
    amounts = amounts.reindex(orders.index)
    names = network.dealers.set_index("dealer_id")["dealer_name"]
    return pd.DataFrame(
        {
            "Record Id": records.of("Sales_Orders", orders["order_id"]),
            "Sales Order Owner.id": records.of("Users", orders["owner"]),
            "Sales Order Owner": as_text(orders["owner"]),
            "SO Number": as_text(orders["order_id"]),
            "Subject": as_text(orders["order_id"]),
            "Account Name.id": records.of("Accounts", orders["dealer_id"]),
            "Account Name": as_text(orders["dealer_id"].map(names)),
            "Order Date": as_day(orders["order_date"]),
            "Status": "Delivered",
            "Billing State": as_text(orders["region"]),
            **_sums(amounts),
            **system_columns(as_day(orders["posted_date"], clock=OPENING)),
        }
    )


def _sums(amounts: pd.DataFrame) -> dict[str, Texts | str]:
    return {
        "Currency": "CNY",
        "Exchange Rate": "1",
        "Sub Total": as_number(amounts["net"] / 100),
        "Discount": "0.00",
        "Tax": as_number(amounts["tax"] / 100),
        "Adjustment": "0.00",
        "Grand Total": as_number((amounts["net"] + amounts["tax"]) / 100),
    }


def list_items(network: Network, records: Records) -> pd.DataFrame:
    """How do the lines look, each under its order, with prices before and after the discount?

    What is no product, such as freight, is an item without product and quantity.
    """
    lines = network.order_lines
    products = network.products.set_index("product_id")["product_name"]
    amounts = price_items(lines)
    return pd.DataFrame(
        {
            "Record Id": [record_id("Ordered_Items", n) for n in range(1, len(lines) + 1)],
            "Parent.id": records.of("Sales_Orders", lines["order_id"]),
            "Sequence Number": as_text(lines["line_no"]),
            "Product Name.id": records.of("Products", lines["product_id"]),
            "Product Name": as_text(lines["product_id"].map(products)),
            "Quantity": as_number(lines["quantity"], decimals=0),
            "List Price": as_number(amounts["price"] / 100),
            "Total": as_number(amounts["gross"] / 100),
            "Discount": as_number((amounts["gross"] - amounts["net"]) / 100),
            "Total After Discount": as_number(amounts["net"] / 100),
            "Tax": as_number(amounts["tax"] / 100),
            "Net Total": as_number((amounts["net"] + amounts["tax"]) / 100),
            "Line Type": translate(as_text(lines["line_kind"]), LINE_TYPES),
            "Description": "",
        }
    )


def price_items(lines: pd.DataFrame) -> pd.DataFrame:
    """What are list price, amount before and after the discount, and tax of each line, in cents?"""
    net = (lines["net_amount"] * 100).round().astype("int64")
    quantity = lines["quantity"].fillna(1).astype("int64")
    up, down = MARK_UP
    price = (net // quantity) * up // down
    tax = net * TAX_PERCENT // 100
    return pd.DataFrame({"price": price, "gross": price * quantity, "net": net, "tax": tax})


def list_products(network: Network, records: Records) -> pd.DataFrame:
    """How do the products look?"""
    products = network.products
    return pd.DataFrame(
        {
            "Record Id": records.of("Products", products["product_id"]),
            "Product Owner.id": record_id("Users", 1),
            "Product Owner": "Admin",
            "Product Name": as_text(products["product_name"]),
            "Product Code": as_text(products["product_id"]),
            "Product Category": as_text(products["category"]),
            "Manufacturer": as_text(products["brand"]),
            "Unit Price": "0.00",
            "Product Active": "true",
            **system_columns(["2020-01-01" + OPENING] * len(products)),
        }
    )


def list_users(records: Records) -> pd.DataFrame:
    """Who works with the system? Chinese names are not taken apart."""
    names = list(records.ids["Users"])
    parts = [name.rpartition(" ") for name in names]
    return pd.DataFrame(
        {
            "Record Id": list(records.ids["Users"].values()),
            "First Name": [first for first, _, _ in parts],
            "Last Name": [last for _, _, last in parts],
            "Email": [f"user{place}@example.com" for place in range(1, len(names) + 1)],
            "Role.id": record_id("Users", 900),
            "Profile": "Standard",
            "Status": "active",
        }
    )
