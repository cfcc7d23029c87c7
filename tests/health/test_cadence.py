import pandas as pd
import pytest

from dealerml.health.cadence import check_cadence

AS_OF = "2025-06-30"


def frame(recency, made, **columns):
    index = pd.Index([f"D{n}" for n in range(len(recency))], name="dealer_id")
    facts = {"status": "active", "contact_recency_days": recency, "contacts_90d": made}
    return pd.DataFrame(facts | {"net_amount_365d": 100.0} | columns, index=index)


def classes(x, name):
    return pd.Series(name, x.index)


def test_each_class_is_held_to_its_own_limits():
    x = frame([45.0, 45.0, 45.0], [1, 1, 1])
    found = check_cadence(x, as_of=AS_OF, classes=pd.Series(["A", "B", "C"], x.index))
    assert found.table["contact_state"].to_dict() == {"D0": "overdue", "D1": "kept", "D2": "kept"}
    assert found.table.loc["D0", "overdue_days"] == 15
    assert found.classes.loc["A", "kept_share"] == 0


def test_too_often_and_never_are_told_apart():
    x = frame([1.0, None], [40, 0])
    found = check_cadence(x, as_of=AS_OF, classes=classes(x, "A"))
    assert found.table["contact_state"].to_dict() == {"D0": "overloaded", "D1": "never"}
    assert "1 were never contacted" in found.text
    assert "过于频繁" in found.text_in("zh")


def test_who_no_longer_buys_needs_no_visit():
    x = frame([100.0, 100.0], [0, 0], status=["lapsed", "active"])
    assert check_cadence(x, as_of=AS_OF, classes=classes(x, "A")).table.index.tolist() == ["D1"]


def test_the_schedule_keeps_to_what_an_owner_can_do(policy):
    x = frame([200.0] * 7, [0] * 7)
    two = policy.changed({"contacts.visits_per_week": 2})
    owners = pd.Series("Li", x.index)
    found = check_cadence(x, as_of=AS_OF, classes=classes(x, "A"), owners=owners, policy=two)
    weeks = pd.to_datetime(found.table["next_date"]).dt.isocalendar().week.value_counts()
    assert weeks.max() <= 2
    assert found.owners.loc["Li", "weeks_of_work"] == 4
    assert all(day.weekday() < 5 for day in found.table["next_date"])


def test_figures_add_up_by_owner_and_by_class(sample_x):
    owners = pd.Series([f"O{n % 5}" for n in range(len(sample_x))], sample_x.index)
    found = check_cadence(sample_x, as_of=AS_OF, owners=owners)
    for groups in (found.owners, found.classes):
        assert groups["dealers"].sum() == len(found.table)
        late = found.table["contact_state"].isin(["overdue", "never"]).sum()
        assert groups["overdue"].sum() == late


def test_without_contacts_nothing_is_judged(sample_x):
    x = sample_x.drop(columns="contact_recency_days")
    found = check_cadence(x, as_of=AS_OF)
    assert found.table.empty
    assert "has no contacts" in found.text


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_dealers_changes_nothing(sample_x, order):
    one, other = (check_cadence(x, as_of=AS_OF).table for x in (sample_x, sample_x.iloc[::order]))
    pd.testing.assert_frame_equal(one, other)
