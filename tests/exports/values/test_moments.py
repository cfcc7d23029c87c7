import duckdb

from dealerml.exports.values.moments import has_offset, number_text, tidy_moment


def _ask(sql, value, dtype="VARCHAR"):
    query = f"SELECT {sql} FROM (SELECT CAST(? AS {dtype}) AS raw)"
    return duckdb.connect().execute(query, [value]).fetchone()[0]


def test_every_way_to_write_an_offset_is_the_same_moment():
    ways = ["2025-01-31 20:00z", "2025-01-31t21:00+0100", "2025/1/31 22:00 utc+02"]
    ways += ["2025.1.31 20:00:00.000 gmt", "2025-01-31 15:00:00 -05:00"]
    for text in ways:
        assert _ask(has_offset("raw"), text), text
        moment = f"epoch({tidy_moment('raw')})"
        assert _ask(moment, text) == 1738353600, text


def test_a_day_or_a_time_of_the_wall_has_no_offset():
    for text in ("2025-01-31", "2025-01-31 20:00", "2025-01-31-05"):
        assert not _ask(has_offset("raw"), text)


def test_whole_numbers_are_written_without_decimals():
    assert _ask(number_text("raw", "DOUBLE"), 12.0, "DOUBLE") == "12"
    assert _ask(number_text("raw", "DOUBLE"), 12.5, "DOUBLE") == "12.5"
    assert _ask(number_text("raw", "DECIMAL(9,2)"), "12.00", "DECIMAL(9,2)") == "12"
    assert _ask(number_text("raw", "BIGINT"), 12, "BIGINT") == "12"
