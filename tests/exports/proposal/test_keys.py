from dealerml.exports.layout import Header
from dealerml.exports.proposal.evidence import look_at
from dealerml.exports.proposal.keys import find_references
from dealerml.exports.proposal.samples import Column, Sample


def sample(name, **columns):
    made = tuple(
        Column(label, at, look_at(label, cells.split()))
        for at, (label, cells) in enumerate(columns.items())
    )
    return Sample(name, made, Header(0, 0, tuple(columns), {}))


def references(*samples):
    return [
        (r.here.name, r.column.label, r.there.name, r.key.label) for r in find_references(samples)
    ]


def test_a_column_refers_to_the_file_whose_rows_it_names():
    heads = sample("heads", number="SO-1 SO-2 SO-3", who="A B A")
    lines = sample("lines", order="SO-1 SO-1 SO-2 SO-3")
    assert references(heads, lines) == [("lines", "order", "heads", "number")]


def test_a_prefix_of_the_system_makes_no_difference():
    heads = sample("heads", id="zcrm_5236023000000001 zcrm_5236023000000002 zcrm_5236023000000003")
    lines = sample("lines", order="5236023000000001 5236023000000002 5236023000000003 " * 2)
    assert references(heads, lines) == [("lines", "order", "heads", "id")]


def test_small_numbers_are_the_same_keys_only_under_like_labels():
    heads = sample("heads", place="1 2 3 4")
    assert references(heads, sample("lines", quantity="1 2 3 1")) == []
    assert references(heads, sample("lines", place_key="1 2 3 1")) != []


def test_parts_of_one_table_do_not_refer_to_each_other():
    assert references(sample("a", id="SO-1 SO-2"), sample("b", id="SO-1 SO-2")) == []


def test_dates_and_amounts_are_no_keys():
    heads = sample("heads", day="2025-01-01 2025-01-02 2025-01-03", sum="1.5 2.5 3.5")
    lines = sample("lines", on="2025-01-01 2025-01-02 2025-01-03", net="1.5 2.5 3.5")
    assert references(heads, lines) == []
