import pandas as pd

from dealerml.exports.linking.alike import find_alike

TAX = "91350100M000100Y43"


def dealers(*rows, columns=("dealer_id", "dealer_name")):
    return pd.DataFrame(rows, columns=list(columns))


def found(table):
    return list(zip(table.dealer_id, table.other_id, table.method, table.certainty, strict=True))


def test_codes_of_one_dealer_are_found_by_number_name_and_likeness():
    columns = ("dealer_id", "dealer_name", "tax_number")
    listed = dealers(
        ("7", "上海恒达建材有限公司", ""),
        ("007", "恒达建材（上海）", ""),
        ("20", "杭州王喆贸易有限公司", ""),
        ("21", "杭州王喆貿易有限公司(停用)", ""),
        ("30", "广州金源五金有限公司", TAX),
        ("31", "广州远景有限公司", TAX),
        ("40", "成都宏瑞建筑材料有限公司", ""),
        ("41", "成都宏瑞建筑建材料有限公司", ""),
        columns=columns,
    )
    assert found(find_alike(listed)) == [
        ("007", "7", "code", 1.0),
        ("20", "21", "name", 1.0),
        ("30", "31", "tax_number", 0.95),
        ("40", "41", "similar_name", 0.95),
    ]


def test_of_many_that_are_equal_each_is_beside_the_first():
    listed = dealers(*[(f"{n}", "上海恒达建材有限公司") for n in range(4)])
    assert [pair[:2] for pair in found(find_alike(listed))] == [("0", "1"), ("0", "2"), ("0", "3")]


def test_a_bucket_of_small_customers_is_no_suspicion():
    assert len(find_alike(dealers(*[(f"{n}", "零星散客") for n in range(99)]))) == 0


def test_a_known_successor_is_no_news():
    listed = dealers(("1", "上海恒达建材有限公司"), ("2", "上海恒达建材有限公司"))
    known = pd.DataFrame({"dealer_id": ["2"], "successor_id": ["1"]})
    assert len(find_alike(listed)) == 1
    assert len(find_alike(listed, successors=known)) == 0


def test_fewer_names_are_alike_the_more_alike_they_must_be():
    listed = dealers(("1", "成都宏瑞建材有限公司"), ("2", "成都宏端建材有限公司"))
    assert [len(find_alike(listed, least_certainty=least)) for least in (0.9, 0.93)] == [1, 0]


def test_an_empty_list_has_no_pairs():
    table = find_alike(dealers())
    assert len(table) == 0
    assert list(table.columns)[:3] == ["dealer_id", "dealer_name", "other_id"]
