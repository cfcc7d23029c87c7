import pytest

from dealerml.errors import PolicyError
from dealerml.policy import bounds, load_policy


def test_the_defaults_are_within_bounds():
    assert bounds.find_broken_bounds(load_policy().as_dict()) == []


@pytest.mark.parametrize("path", [*bounds.KEY_BOUNDS, *bounds.CHOICES])
def test_every_bound_is_about_a_key_that_exists(path):
    assert path in {found for found, _ in bounds._values(load_policy().as_dict(), "")}


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (
            "definitions.horizon",
            0,
            "definitions.horizon is 0; it must be at least 1 and at most 730.",
        ),
        ("definitions.fiscal_year_start", 13, "must be at least 1 and at most 12"),
        ("definitions.period", "week", "is 'week'; it must be one of month, quarter, year."),
        (
            "limits.set_aside_share",
            20,
            "set_aside_share is 20.0; it must be at least 0 and at most 1.",
        ),
        ("costs.contact_cost", -1, "contact_cost is -1.0; it must be at least 0."),
        (
            "classes.a_share",
            0.96,
            "a_share is 0.96; it must be below classes.b_share, which is 0.95.",
        ),
        ("health.amber_from", 70, "amber_from is 70; it must be below health.green_from"),
        ("segments.k_min", 9, "k_min is 9; it must not be above segments.k_max, which is 8."),
    ],
)
def test_a_value_that_cannot_be_meant_is_told(path, value, problem):
    with pytest.raises(PolicyError) as caught:
        load_policy().changed({path: value})
    assert len(caught.value.problems) == 1
    assert problem in caught.value.problems[0]


@pytest.mark.parametrize(
    ("topic", "rows", "row", "key", "value", "problem"),
    [
        ("health", "parts", 0, "weight", 99, "it must add up to 100"),
        ("alerts", "rules", 0, "playbook", "pray", "playbook 'pray' is unknown. Known: "),
        ("alerts", "rules", 0, "severity", "huge", "must be one of high, medium, low"),
        ("tiers", "tiers", 0, "at_least", 0.5, "each below the one before"),
        ("tiers", "tiers", 2, "at_least", 0.1, "the last is 0"),
        ("tiers", "tiers", 1, "name", "gold", "'gold' is there more than once"),
    ],
)
def test_a_table_that_cannot_be_meant_is_told(topic, rows, row, key, value, problem):
    table = load_policy().as_dict()[topic][rows]
    table[row][key] = value
    with pytest.raises(PolicyError) as caught:
        load_policy().changed({f"{topic}.{rows}": table})
    assert problem in str(caught.value)


def test_a_part_needs_two_anchors():
    parts = load_policy().as_dict()["health"]["parts"]
    parts[0]["bad"] = parts[0]["good"]
    with pytest.raises(PolicyError, match="bad and good are both"):
        load_policy().changed({"health.parts": parts})


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("accept", ["code", "similar_name"], "must be one of code, tax_number, name"),
        ("similar_from", 0.4, "it must be at least 0.5 and at most 1"),
        ("authority.contacts", ["crm", "erp", "crm"], "'crm' is there more than once"),
        ("authority.visits", ["crm"], "exports.authority.visits is unknown. "),
    ],
)
def test_what_cannot_be_meant_of_several_systems_is_told(key, value, problem):
    with pytest.raises(PolicyError) as caught:
        load_policy().changed({f"exports.{key}": value})
    assert len(caught.value.problems) == 1
    assert problem in caught.value.problems[0]


def test_systems_of_ones_own_are_believed_and_no_link_need_count():
    policy = load_policy().changed(
        {"exports.accept": [], "exports.authority.contacts": ["our_crm", "zoho"]}
    )
    assert policy.exports["accept"] == []
    assert policy.exports["authority"]["contacts"] == ["our_crm", "zoho"]


def test_every_table_that_two_systems_may_have_has_its_authority():
    from dealerml.exports.systems import OWN_TABLES
    from dealerml.tables import SCHEMAS

    told = set(load_policy().exports["authority"]) - {"default"}
    assert told == set(SCHEMAS) - set(OWN_TABLES)
