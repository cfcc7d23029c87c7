import pytest

from dealerml.policy.merging import merge

DEFAULTS = {
    "days": 90,
    "share": 0.8,
    "kind": "quarter",
    "needed": True,
    "tables": [{"name": "gold", "start": 1, "note": "x"}, {"name": "rest", "start": 0.5}],
    "steps": ["a", "b"],
    "nested": {"low": 1},
}


@pytest.mark.parametrize(
    ("change", "merged"),
    [
        ({"days": 60.0}, {"days": 60}),
        ({"share": 1}, {"share": 1.0}),
        ({"needed": False}, {"needed": False}),
        ({"steps": []}, {"steps": []}),
        ({"nested": {"low": 2}}, {"nested": {"low": 2}}),
        ({"tables": [{"name": "all", "start": 2}]}, {"tables": [{"name": "all", "start": 2}]}),
    ],
)
def test_changes_of_the_right_kind_replace_the_default(change, merged):
    assert merge(DEFAULTS, change) == (DEFAULTS | merged, [])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"day": 1}, "t.day is unknown. Did you mean 'days'? Known: days, kind, needed, nested"),
        ({"days": 1.5}, "t.days is 1.5; it must be a whole number, such as 90."),
        ({"days": True}, "t.days is True; it must be a whole number, such as 90."),
        ({"share": "0.9"}, "t.share is '0.9'; it must be a number, such as 0.8."),
        ({"share": float("nan")}, "t.share is nan; it must be a number"),
        ({"kind": 3}, "t.kind is 3; it must be a text, such as 'quarter'."),
        ({"needed": 1}, "t.needed is 1; it must be true or false, such as True."),
        ({"steps": "a"}, "t.steps is 'a'; it must be a list"),
        ({"steps": [1]}, "t.steps is [1]; it must be a list"),
        ({"nested": 3}, "t.nested must be a table of keys, not 3."),
        ({"nested": {"high": 3}}, "t.nested.high is unknown."),
        ({"tables": []}, "t.tables must be a list of at least one table with the keys name, note"),
        ({"tables": [{"name": "a"}]}, "t.tables, row 1 has no start."),
        (
            {"tables": [{"name": "a", "start": "b"}]},
            "t.tables, row 1, start is 'b'; it must be a num",
        ),
        ({"tables": [{"name": "a", "start": 1, "x": 1}]}, "t.tables.x is unknown."),
    ],
)
def test_what_cannot_be_meant_is_told(change, problem):
    merged, problems = merge(DEFAULTS, change, where="t")
    assert len(problems) == 1
    assert problems[0].startswith(problem)
    assert merged.keys() == DEFAULTS.keys()


def test_the_defaults_themselves_are_not_touched():
    merge(DEFAULTS, {"nested": {"low": 5}, "days": 1})
    assert DEFAULTS["nested"] == {"low": 1}
    assert DEFAULTS["days"] == 90
