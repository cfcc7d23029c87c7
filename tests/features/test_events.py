"""What tables beside orders say: contacts, cases, surveys, training, payments."""

import math

import pytest

from dealerml.features.build import collect
from dealerml.features.cases import cases
from dealerml.features.contacts import contacts
from dealerml.features.payments import payments
from dealerml.features.surveys import surveys
from dealerml.features.training import training

ORDERS = """\
dealer_id order_date net_amount
A         -10        100
B         -20        100"""
# A row of another dealer that makes the table reach back over all windows.
CONTACTS = """\
dealer_id contact_date planned_date channel
C         -400         .            visit
A         -100         -103         visit
A         -89          .            call
A         -3           -1           visit
A         -3           -3           message"""


def test_contacts_by_hand(seen):
    x = seen(contacts, ORDERS, contacts=CONTACTS).loc["A"]
    assert (x["contacts_90d"], x["contacts_365d"], x["contact_recency_days"]) == (3, 4, 3)
    assert (x["visits_90d"], x["calls_90d"], x["visit_recency_days"]) == (1, 1, 3)
    assert x["planned_contact_share_365d"] == 0.75
    assert x["contact_delay_days_365d"] == pytest.approx((3 - 2 + 0) / 3)


def test_a_dealer_nobody_spoke_to_has_zero_contacts_and_no_last_one(seen):
    x = seen(contacts, ORDERS, contacts=CONTACTS).loc["B"]
    assert (x["contacts_90d"], x["contacts_365d"]) == (0, 0)
    assert math.isnan(x["contact_recency_days"])
    assert "C" not in seen(contacts, ORDERS, contacts=CONTACTS).index


def test_a_window_that_begins_before_the_table_is_unknown_not_zero(seen):
    young = CONTACTS.replace("-400", "-99").replace("-103", ".")
    x = seen(contacts, ORDERS, contacts=young)
    assert x.loc["B", "contacts_90d"] == 0
    assert x["contacts_365d"].isna().all()


def test_what_the_export_does_not_tell_is_absent(seen, tables_of):
    bare = "dealer_id contact_date\nA -3"
    assert list(seen(contacts, ORDERS, contacts=bare).columns) == [
        "contacts_90d",
        "contacts_365d",
        "contact_recency_days",
    ]
    snapshot = tables_of(order_lines=ORDERS).as_of("2025-06-30")
    families = (contacts, cases, surveys, training, payments)
    assert [family(snapshot) for family in families] == [None] * len(families)


CASES = """\
dealer_id opened_date responded_date closed_date kind
C         -500        -499           -490        quality
A         -300        -298           -290        quality
A         -220        .              .           quality
A         -120        -116           -100        delivery
A         -100        .              -95         quality"""


def test_cases_by_hand(seen):
    x = seen(cases, ORDERS, cases=CASES).loc["A"]
    assert (x["cases_90d"], x["cases_365d"], x["cases_open"]) == (0, 4, 1)
    assert x["case_oldest_open_days"] == 220
    # The second came 80 days after the first; the last 120 days after the second.
    assert x["cases_repeat_365d"] == 1
    assert x["case_response_days_365d"] == pytest.approx((2 + 220 + 4 + 100) / 2)
    assert x["case_resolution_days_365d"] == pytest.approx((10 + 220 + 20 + 5) / 3)


def test_a_case_that_was_closed_later_is_open_at_the_date_before(tables_of):
    snapshot = tables_of(order_lines=ORDERS, cases=CASES).as_of("2025-06-30")
    x = collect(cases(snapshot.at("2025-03-20", "2025-06-30"))).xs("A", level="dealer_id")
    assert x.index.empty or x["cases_open"].to_list()[-1] == 1
    early = tables_of(order_lines=ORDERS.replace("-10 ", "-200"), cases=CASES)
    both = collect(cases(early.as_of("2025-06-30").at("2025-03-20", "2025-06-30")))
    # On 20 March (102 days before) the case of 120 days ago waits for its close, 100 days ago.
    assert both.xs("A", level="dealer_id")["cases_open"].to_list() == [2, 1]


def test_two_cases_of_a_kind_on_one_day_are_one_repeat(seen):
    text = "dealer_id opened_date kind\nC -500 x\nA -10 quality\nA -10 quality\nA -10 ."
    assert seen(cases, ORDERS, cases=text).loc["A", "cases_repeat_365d"] == 1


def test_no_case_is_zero_where_cases_are_known_and_waiting_times_are_empty(seen):
    x = seen(cases, ORDERS, cases=CASES).loc["B"]
    assert (x["cases_365d"], x["cases_open"], x["cases_repeat_365d"]) == (0, 0, 0)
    assert math.isnan(x["case_response_days_365d"])


SURVEYS = """\
dealer_id survey_date kind score
A         -200        nps  9
A         -50         nps  4
A         -50         nps  6
A         -20         csat 4
B         -30         csat 2"""


def test_surveys_by_hand(seen):
    x = seen(surveys, ORDERS, surveys=SURVEYS)
    assert x.loc["A"].to_dict() == {
        "nps_score": 5,
        "nps_score_change": -4,
        "csat_score": 4,
        "survey_recency_days": 20,
    }
    assert x.loc["B"].isna().to_list() == [True, True, False, False]


def test_answers_without_a_kind_tell_only_when(seen):
    x = seen(surveys, ORDERS, surveys="dealer_id survey_date score\nA -5 3")
    assert x.loc["A"].to_dict() == {"survey_recency_days": 5}


def test_training_by_hand(seen):
    text = "dealer_id training_date hours\nC -400 1\nA -364 2\nA -365 4\nA -9 8"
    x = seen(training, ORDERS, training=text)
    assert x.loc["A"].to_dict() == {
        "trainings_365d": 2,
        "training_recency_days": 9,
        "training_hours_365d": 10,
    }
    assert x.loc["B", "trainings_365d"] == 0


PAYMENTS = """\
dealer_id paid_date due_date paid_amount
A         -10       -20      100
A         -100      -100     300
A         -200      -230     100
A         -300      .        500
A         -5        -50      -70
B         -400      -410     100"""


def test_payments_by_hand(seen):
    x = seen(payments, ORDERS, payments=PAYMENTS).loc["A"]
    # 100 came 10 days late, 300 on the day, 100 30 days late; the refund and 500 without a date
    # do not count.
    assert x["days_beyond_terms_365d"] == pytest.approx((100 * 10 + 100 * 30) / 500)
    assert x["late_paid_share_365d"] == pytest.approx(200 / 500)
    assert x["late_paid_share_90d"] == 1
    assert x["days_beyond_terms_change"] == pytest.approx(1000 / 400 - 30)
    assert x["paid_ratio_365d"] == pytest.approx(1000 / 100)
    assert x["payment_recency_days"] == 10


def test_a_payment_before_the_window_says_nothing_of_lateness_now(seen):
    x = seen(payments, ORDERS, payments=PAYMENTS).loc["B"]
    assert x[["days_beyond_terms_365d", "late_paid_share_365d"]].isna().all()
    assert (x["payment_recency_days"], x["paid_ratio_365d"]) == (400, 0)


def test_without_due_dates_only_the_money_is_told(seen):
    x = seen(payments, ORDERS, payments="dealer_id paid_date paid_amount\nA -1 50")
    assert x.loc["A"].to_dict() == {"payment_recency_days": 1, "paid_ratio_365d": 0.5}
