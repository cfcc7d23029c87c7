"""The running example of all docstrings: a dozen lines of dealers A, B and C."""

import datetime as dt
from decimal import Decimal

from dealerml.tables.canonical import make_tables
from dealerml.tables.snapshot import Tables

# A is new and orders in May; B orders every June and once sends goods back; C fell silent.
LINES = """\
o1 A 2025-05-01 P1 10 100.00
o1 A 2025-05-01 P2  5  50.00
o2 A 2025-05-11 P1 10 100.00
o3 A 2025-05-31 P2  5  60.00
o4 B 2024-06-10 P1 20 200.00
o5 B 2024-06-20 P3  2  80.00
o6 B 2025-06-12 P1 20 220.00
o7 B 2025-06-22 P1 20 220.00
r1 B 2025-06-25 P1 -5 -55.00
o8 C 2024-12-01 P3  1  40.00
o9 C 2024-12-21 P3  1  40.00
g1 C 2025-01-10 P2  1   0.00"""
DEALERS = {"A": "上海恒达建材有限公司", "B": "Smith & Sons, Builders", "C": "王喆贸易"}
CATEGORIES = {"P1": "cement", "P2": "tools", "P3": "paint"}


def example_tables() -> Tables:
    """Which twelve order lines do all examples read?

    Examples
    --------
    >>> example_tables().span()
    (datetime.date(2024, 6, 10), datetime.date(2025, 6, 25))
    """
    import pyarrow as pa

    rows = [line.split() for line in LINES.splitlines()]
    order_id, dealer_id, date, product_id, quantity, amount = zip(*rows, strict=True)
    lines = {
        "order_id": order_id,
        "dealer_id": dealer_id,
        "order_date": [dt.date.fromisoformat(day) for day in date],
        "product_id": product_id,
        "quantity": [Decimal(value) for value in quantity],
        "net_amount": [Decimal(value) for value in amount],
    }
    dealers = {"dealer_id": list(DEALERS), "dealer_name": list(DEALERS.values())}
    products = {"product_id": list(CATEGORIES), "category": list(CATEGORIES.values())}
    return make_tables(
        order_lines=pa.table(lines), dealers=pa.table(dealers), products=pa.table(products)
    )
