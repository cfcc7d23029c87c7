import duckdb

from dealerml.exports.values.characters import FULL_WIDTH, HALF_WIDTH, bind, is_given, tidy_text


def _ask(sql, text):
    return duckdb.connect().execute(f"SELECT {sql} FROM (SELECT ? AS raw)", [text]).fetchone()[0]


def test_a_bound_expression_is_used_by_its_name():
    assert _ask(bind("trim(raw)", "t", "t || t"), " a ") == "aa"
    assert _ask(bind("trim(raw)", "t", "coalesce(t, 'none')"), None) == "none"


def test_every_full_width_sign_has_its_half():
    assert len(FULL_WIDTH) == len(HALF_WIDTH) == 94
    assert (FULL_WIDTH[0], HALF_WIDTH[0], FULL_WIDTH[-1], HALF_WIDTH[-1]) == ("！", "!", "～", "~")


def test_tidy_text_is_empty_where_nothing_is_left():
    assert _ask(tidy_text("raw"), "\u200b \u3000") == ""
    assert _ask(tidy_text("raw"), " a\tb ") == "a b"


def test_a_value_is_given_unless_it_says_nothing():
    assert [_ask(is_given("raw"), text) for text in ("x", "0", " N/A ", "", None)] == [
        *[True, True],
        *[False, False, False],
    ]
