import datetime as dt

from dealerml.features import build_series
from dealerml.growth.amounts import Amounts, began_by, read_amounts
from dealerml.policy import load_policy
from dealerml.tables import Tables


def read(example: Tables, as_of: str, period: str | None = None) -> Amounts:
    snapshot = example.as_of(as_of)
    return read_amounts(snapshot, build_series(snapshot), policy=load_policy(), period=period)


def test_three_periods_are_read(example: Tables) -> None:
    amounts = read(example, "2025-06-30")
    assert amounts.spans["this"] == (dt.date(2025, 4, 1), dt.date(2025, 6, 30))
    assert amounts.spans["last_year"] == (dt.date(2024, 4, 1), dt.date(2024, 6, 30))
    assert amounts.spans["previous"] == (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    # A 310 and B 440 - 55 now; B 280 last year, in a quarter that the export covers only in part.
    assert (amounts.units.sum() / 10_000).to_dict() == {
        "this": 695.0,
        "last_year": 280.0,
        "previous": 0.0,
    }
    assert amounts.known == {"this", "previous"}
    assert amounts.basis == "previous"


def test_last_year_is_known_where_its_first_month_is(example: Tables) -> None:
    amounts = read(example, "2025-06-30", "month")
    assert amounts.known == {"this", "last_year", "previous"}
    assert amounts.basis == "last_year"


def test_a_period_not_over_is_not_this_period(example: Tables) -> None:
    assert read(example, "2025-06-29").spans["this"][1] == dt.date(2025, 3, 31)


def test_a_dealer_began_with_its_first_order(example: Tables) -> None:
    amounts = read(example, "2025-06-30", "month")
    dealers = amounts.first_month.index.append(amounts.first_month.index[:0])
    assert began_by(amounts, dealers, name="last_year").to_dict() == {
        "A": False,
        "B": True,
        "C": False,
    }
    assert began_by(amounts, dealers, name="previous").all()
