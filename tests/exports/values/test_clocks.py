import duckdb

from dealerml.exports.values.clocks import read_clock


def _clocks(texts, dtype="VARCHAR", **how):
    engine = duckdb.connect()
    # The zone of the session must never matter.
    engine.execute("SET TimeZone = 'America/New_York'")
    sql = read_clock("raw", dtype, **how)
    query = f"SELECT {sql} FROM (SELECT CAST(unnest(?) AS {dtype}) AS raw)"
    return [row[0] for row in engine.execute(query, [list(texts)]).fetchall()]


def _clock(text, dtype="VARCHAR", **how):
    return _clocks([text], dtype, **how)[0]


def test_the_time_of_day_is_read_unless_it_is_midnight():
    clocks = {
        "2025-01-31 08:05": "08:05",
        "2025/1/31 8:05:59": "08:05",
        "31/12/2025 8:05 PM": "20:05",
        "2025-01-31 下午8:05": "20:05",
        "2025年1月31日8时05分": "08:05",
        "12:30 AM": "00:30",
        "中午12:30": "12:30",
        "10:30": "10:30",
        "2025-01-31T20:00:00.000Z": "20:00",
        "2025-01-31 00:00:05": "00:00",
        "45688.75": "18:00",
        "0.5": "12:00",
        "2025-01-31 00:00:00": None,
        "1/31/2025 12:00:00 AM": None,
        "2025-01-31": None,
        "45688": None,
        "x": None,
    }
    assert _clocks(clocks) == list(clocks.values())


def test_a_moment_has_the_time_of_the_zone_asked_for():
    assert _clock("2025-01-30T20:00:00.000Z", zone="Asia/Shanghai") == "04:00"
    assert _clock("1738252800000", zone="Asia/Shanghai") is None
    assert _clock("1738253100000", zone="Asia/Shanghai") == "00:05"
    assert _clock("30/01/2025 20:00 +02:00", zone="Asia/Shanghai") is None


def test_typed_moments_have_times_too():
    assert _clock("2025-01-31 08:05:00", "TIMESTAMP") == "08:05"
    assert _clock("2025-01-31 00:00:00", "TIMESTAMP") is None
    assert _clock("infinity", "TIMESTAMP") is None
    assert _clock("08:05:00", "TIME") == "08:05"
    assert _clock("2025-01-31", "DATE") is None
    assert _clock(0.25, "DOUBLE") == "06:00"
    moment = "2025-01-30 20:00:00+00"
    assert _clock(moment, "TIMESTAMP WITH TIME ZONE", zone="Asia/Shanghai") == "04:00"
