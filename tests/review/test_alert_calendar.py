from dataclasses import replace

from dealerml.review.alert_calendar import FOLD, write_calendar


def unfold(data):
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_every_alert_is_one_event_on_its_due_date(small_review):
    lines = unfold(write_calendar(small_review.alerts))
    table = small_review.alerts.table
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(table)
    due = [line.rpartition(":")[2] for line in lines if line.startswith("DTSTART")]
    assert due == [f"{date:%Y%m%d}" for date in table["due_date"]]
    assert len({line for line in lines if line.startswith("UID:")}) == len(table)


def test_lines_are_folded_within_characters(small_review):
    data = write_calendar(small_review.alerts, lang="zh")
    assert max(map(len, data.split(b"\r\n"))) <= FOLD + 1
    assert data.decode()
    assert "逾期未下单" in "".join(unfold(data))


def test_names_cannot_break_out_of_their_line(small_review):
    names = "a;b,c\r\nATTACH:http://bad"
    table = small_review.alerts.table.assign(dealer_name=names)
    lines = unfold(write_calendar(replace(small_review.alerts, table=table)))
    assert not [line for line in lines if line.startswith("ATTACH")]
    assert any("a\\;b\\,c" in line for line in lines)


def test_the_same_alerts_give_the_same_bytes(small_review):
    assert write_calendar(small_review.alerts) == write_calendar(small_review.alerts)
