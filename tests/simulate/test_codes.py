import pandas as pd
import pytest

from dealerml.simulate import Network
from dealerml.simulate.codes import DISTRICTS, SIGNS, add_check, register
from dealerml.simulate.places import CITY_NAMES

WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def test_a_published_number_gets_its_own_last_sign() -> None:
    """Weights as GB 32100-2015 lists them; the sum by hand for one that is easy."""
    assert add_check("0" * 17) == "0" * 18
    # One at the first place weighs 1; 30 is missing to 31: the last of the signs.
    assert add_check("1" + "0" * 16) == "1" + "0" * 16 + "Y"
    assert SIGNS[30] == "Y"


def test_an_organisation_has_a_check_digit_of_its_own() -> None:
    """1·3 + 2·7 + 3·9 + 4·10 + 5·5 + 6·8 + 7·4 + 8·2 = 201 = 18·11 + 3, and 11 − 3 = 8."""
    assert register("上海", 12345678)[8:17] == "123456788"


@pytest.mark.parametrize(("serial", "digit"), [(10000000, "8"), (0, "0"), (4, "3"), (6, "X")])
def test_ten_is_written_as_x_and_eleven_as_zero(serial: int, digit: str) -> None:
    assert register("北京", serial)[16] == digit


def test_every_number_is_valid(network: Network) -> None:
    numbers = network.dealers["tax_number"].dropna()
    assert numbers.str.fullmatch(f"91[0-9]{{6}}[{SIGNS}X]{{9}}[{SIGNS}]").all()
    for number in numbers:
        total = sum(SIGNS.index(s) * w for s, w in zip(number, WEIGHTS, strict=False))
        assert (total + SIGNS.index(number[17])) % 31 == 0


def test_every_city_has_a_district() -> None:
    assert set(DISTRICTS) == set(CITY_NAMES)


def test_a_new_code_has_the_number_of_the_old_one(network: Network) -> None:
    dealers = network.dealers.set_index("dealer_id")
    changes = network.successors
    old = dealers.loc[changes["dealer_id"], "tax_number"].tolist()
    assert old == dealers.loc[changes["successor_id"], "tax_number"].tolist()
    assert network.dealers["tax_number"].dropna().nunique() < 297 - len(changes)
    assert network.dealers.groupby("tax_number")["dealer_name"].nunique().max() == 1


def test_codes_differ_and_a_few_are_missing(network: Network) -> None:
    codes = network.dealers["dealer_code"]
    assert codes.dropna().is_unique
    assert codes.dropna().str.fullmatch("10[0-9]{4}").all()
    assert 0 < codes.isna().mean() < 0.05


def test_records_change_between_signing_and_the_last_day(network: Network) -> None:
    dealers = network.dealers
    assert (dealers["modified_date"] >= dealers["signed_date"]).all()
    assert dealers["modified_date"].max() <= pd.Timestamp("2025-06-30")
    untouched = (pd.Timestamp("2025-06-30") - dealers["modified_date"]).dt.days
    by_owner = untouched.groupby(dealers["owner"]).mean()
    assert by_owner.max() > 2 * by_owner.min()
