import pytest

from dealerml.exports.linking.tax_numbers import check_character, normalise_tax_number

VALID = "91350100M000100Y43"


@pytest.mark.parametrize(
    "written", [VALID, VALID.lower(), f" {VALID[:8]} {VALID[8:]}", f"'{VALID}"]
)
def test_a_valid_code_is_read_however_it_is_written(written):
    assert normalise_tax_number(written) == VALID


@pytest.mark.parametrize(
    "written", ["", "无", "0" * 18, "1" * 18, VALID[:-1], "9.13501E+17", "DE123456789", VALID + "0"]
)
def test_what_is_no_valid_code_is_no_evidence(written):
    assert normalise_tax_number(written) == ""


def test_every_single_mistyped_character_is_noticed():
    for place, right in enumerate(VALID):
        for wrong in "0123456789AY":
            if wrong != right:
                assert normalise_tax_number(VALID[:place] + wrong + VALID[place + 1 :]) == ""


def test_the_check_character_ends_a_code():
    code = "91310000MA1FL0001"
    assert normalise_tax_number(code + check_character(code)) == code + check_character(code)
