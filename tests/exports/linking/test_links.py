import random

import pandas as pd
import pytest

from dealerml.errors import ExportError
from dealerml.exports.linking.chinese_places import PROVINCE_OF
from dealerml.exports.linking.links import accepted_links, propose_links, tell_links
from dealerml.exports.linking.tax_numbers import check_character
from dealerml.simulate.network import simulate_network

VALID_TAX = "91350100M000100Y43"
OTHER_TAX = "91310000MA1FL0001" + check_character("91310000MA1FL0001")


def dealers(*rows, columns=("dealer_id", "dealer_name")):
    return pd.DataFrame(rows, columns=list(columns))


def propose(ours, theirs, **options):
    return propose_links(ours, theirs, source="crm", **options)


def found(links):
    return list(zip(links.dealer_id, links.other_id, links.method, links.certainty, strict=True))


def test_an_equal_name_links_whatever_its_spelling():
    ours = dealers(("1", "上海恒达建材有限公司"), ("2", "杭州王喆贸易有限公司"))
    theirs = dealers(("b", "杭州王喆貿易有限公司（停用）"), ("a", "A01-上海恒达建材有限责任公司"))
    links = propose(ours, theirs)
    assert found(links) == [("1", "a", "name", 1.0), ("2", "b", "name", 1.0)]
    assert list(links["decision"]) == ["", ""]
    assert found(accepted_links(links)) == found(links)


def test_a_code_of_the_other_system_links_names_that_cannot_be_compared():
    columns = ("dealer_id", "dealer_name", "dealer_code")
    ours = dealers(("1", "上海恒达建材有限公司", ""), ("2", "王喆贸易", "X-2"), columns=columns)
    theirs = dealers(
        ("x-1", "Hengda Shanghai", "0001"), ("x-2", "Wangzhe Trading", ""), columns=columns
    )
    links = propose(ours, theirs)
    assert found(links) == [("1", "x-1", "code", 0.95), ("2", "x-2", "code", 0.95)]
    assert len(accepted_links(links)) == 2


def test_codes_that_names_speak_against_wait_for_a_person():
    links = propose(dealers(("1", "上海恒达建材有限公司")), dealers(("1", "广州金源五金有限公司")))
    assert found(links) == [("1", "1", "code", 0.5)]
    assert len(accepted_links(links)) == 0


def test_equal_ids_without_names_count_only_where_the_named_ones_agree():
    ours = dealers(("1", "恒达建材行"), ("2", "金源五金行"), ("3", ""))
    agreeing = dealers(("1", "恒达建材行"), ("2", "金源五金行"), ("3", ""))
    renumbered = dealers(("1", "宏瑞装饰城"), ("2", "和泰涂料行"), ("3", ""))
    assert "3" in set(accepted_links(propose(ours, agreeing))["dealer_id"])
    assert len(accepted_links(propose(ours, renumbered))) == 0


def test_one_tax_number_links_a_company_that_was_renamed():
    columns = ("dealer_id", "dealer_name", "tax_number")
    ours = dealers(("1", "上海恒达建材有限公司", VALID_TAX), columns=columns)
    theirs = dealers(("a", "上海远景新材料有限公司", VALID_TAX.lower()), columns=columns)
    links = propose(ours, theirs)
    assert found(links) == [("1", "a", "tax_number", 0.95)]
    assert len(accepted_links(links)) == 1


def test_two_tax_numbers_are_two_companies_even_of_one_name():
    columns = ("dealer_id", "dealer_name", "tax_number")
    ours = dealers(("1", "上海恒达建材有限公司", VALID_TAX), columns=columns)
    theirs = dealers(("a", "上海恒达建材有限公司", OTHER_TAX), columns=columns)
    links = propose(ours, theirs)
    assert found(links) == [("1", "a", "name", 0.5)]
    assert len(accepted_links(links)) == 0


@pytest.mark.parametrize(
    "other",
    [
        "上海恒达建才有限公司",
        "上海市恒达建材有限公司",
        "恒达（上海）建材有限公司",
        "上海恒达建材公司",
    ],
)
def test_similar_names_are_proposed_and_never_accepted(other):
    links = propose(dealers(("1", "上海恒达建材有限公司")), dealers(("a", other)))
    assert list(links["method"]) == ["similar_name"]
    assert links["certainty"].between(0.9, 0.95).all()
    assert len(accepted_links(links)) == 0
    assert len(accepted_links(links, accept=["similar_name"])) == 0


@pytest.mark.parametrize(
    "other",
    [
        "杭州恒达建材有限公司",
        "上海恒达建材有限公司城东分店",
        "上海恒达建材二店",
        "上海金源贸易有限公司",
        "",
    ],
)
def test_another_place_branch_number_or_name_is_not_proposed(other):
    assert len(propose(dealers(("1", "上海恒达建材有限公司")), dealers(("a", other)))) == 0


def test_a_province_in_front_is_no_other_place():
    ours = dealers(("1", "杭州恒达建材有限公司"))
    links = propose(ours, dealers(("a", "浙江省杭州市恒达建材有限公司")))
    assert found(links) == [("1", "a", "similar_name", 0.95)]
    assert len(propose(ours, dealers(("a", "浙江恒达建材有限公司")))) == 1
    assert len(propose(ours, dealers(("a", "江苏恒达建材有限公司")))) == 0


def test_the_city_decides_between_names_that_are_equally_alike():
    columns = ("dealer_id", "dealer_name", "city")
    ours = dealers(("1", "恒达建材", "杭州"), ("2", "恒达建材", "上海"), columns=columns)
    theirs = dealers(("a", "恒达建材", "上海市"), columns=columns)
    links = propose(ours, theirs)
    assert found(links) == [("2", "a", "name", 0.95)]
    assert len(accepted_links(links)) == 1


def test_a_short_name_without_a_form_may_be_that_of_many_people():
    assert found(propose(dealers(("1", "王伟")), dealers(("a", "王伟")))) == [
        ("1", "a", "name", 0.8)
    ]
    columns = ("dealer_id", "dealer_name", "city")
    ours, theirs = (dealers((key, "王伟", "西安"), columns=columns) for key in "1a")
    assert found(propose(ours, theirs)) == [("1", "a", "name", 0.95)]


def test_ties_are_all_listed_and_none_counts():
    ours = dealers(("1", "上海恒达建材有限公司"), ("2", "上海恒达建材有限公司"))
    links = propose(ours, dealers(("a", "上海恒达建材有限公司")))
    assert found(links) == [("1", "a", "name", 0.5), ("2", "a", "name", 0.5)]
    assert len(accepted_links(links)) == 0


def test_a_dealer_is_linked_once_by_the_best_that_speaks_for_it():
    columns = ("dealer_id", "dealer_name", "dealer_code")
    ours = dealers(
        ("1", "上海恒达建材有限公司", "a"), ("2", "上海恒达建材有限公司", ""), columns=columns
    )
    theirs = dealers(("a", "上海恒达建材有限公司", ""), columns=columns)
    assert found(propose(ours, theirs)) == [("1", "a", "code", 1.0)]


def test_a_bucket_that_many_dealers_share_links_nobody():
    ours = dealers(*[(f"{n}", "零星散客") for n in range(9)])
    theirs = dealers(*[(f"c{n}", "零星散客") for n in range(9)])
    assert len(propose(ours, theirs)) == 0


def test_a_no_is_never_proposed_again_and_stays_in_the_list():
    ours = dealers(("1", "上海恒达建材有限公司"), ("2", "上海恒达建材有限公司"))
    theirs = dealers(("a", "上海恒达建材有限公司"))
    decided = propose(ours, theirs).assign(decision=["no", ""])
    links = propose(ours, theirs, decided=decided)
    assert list(zip(links.dealer_id, links.certainty, links.decision, strict=True)) == [
        ("2", 1.0, ""),
        ("1", 0.5, "no"),
    ]
    assert list(accepted_links(links)["dealer_id"]) == ["2"]


def test_a_yes_stays_even_when_nothing_speaks_for_it_any_more():
    decided = pd.DataFrame(
        {"dealer_id": ["1"], "other_source": ["crm"], "other_id": ["b"], "decision": ["是"]}
    )
    ours = dealers(("1", "上海恒达建材有限公司"))
    theirs = dealers(("a", "上海恒达建材有限公司"), ("b", "金源"))
    links = propose(ours, theirs, decided=decided)
    assert list(links.iloc[0])[:5] == ["1", "上海恒达建材有限公司", "crm", "b", "金源"]
    assert list(links["decision"]) == ["yes"]
    assert list(accepted_links(links)["other_id"]) == ["b"]
    elsewhere = propose(ours, theirs, decided=decided.assign(other_source="erp"))
    assert list(elsewhere["other_id"]) == ["a"]


def test_several_dealers_of_another_source_may_be_one_of_ours_if_somebody_says_so():
    decided = pd.DataFrame(
        {"dealer_id": "1", "other_source": "crm", "other_id": ["a", "b"], "decision": "yes"}
    )
    links = propose(dealers(("1", "x")), dealers(("a", "y"), ("b", "z")), decided=decided)
    assert list(accepted_links(links)["other_id"]) == ["a", "b"]


def test_all_that_is_wrong_with_decisions_is_told_at_once():
    decided = pd.DataFrame(
        [
            ("1", "crm", "a", "maybe"),
            ("1", "crm", "b", "yes"),
            ("2", "crm", "b", "Y"),
            ("3", "crm", "c", "yes"),
            ("3", "crm", "c", "否"),
        ],
        columns=["dealer_id", "other_source", "other_id", "decision"],
    )
    with pytest.raises(ExportError) as caught:
        propose(dealers(("1", "x")), dealers(("a", "y")), decided=decided)
    assert [text.partition(": ")[2][:38] for text in caught.value.problems] == [
        "1 decisions are neither yes nor no, fi",
        "3 and c of crm are decided yes and no.",
        "b of crm is linked with yes to 2 deale",
    ]


def test_the_order_of_the_rows_does_not_matter():
    ours = dealers(*[(f"{n}", f"上海恒{c}建材有限公司") for n, c in enumerate("达源发通利")])
    theirs = dealers(*[(f"c{n}", f"上海恒{c}建才有限公司") for n, c in enumerate("利通发源达")])
    links = propose(ours, theirs)
    assert list(links["method"]) == ["similar_name"] * 5
    assert list(links["other_id"]) == ["c0", "c1", "c2", "c3", "c4"]
    assert list(links["dealer_id"]) == ["4", "3", "2", "1", "0"]
    again = propose(ours.iloc[::-1], theirs.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(again, links)


def test_lists_may_be_empty_or_lack_everything_but_ids():
    nobody = dealers()
    assert len(propose(nobody, dealers(("a", "x")))) == 0
    assert len(accepted_links(propose(nobody, nobody))) == 0
    only_ids = dealers(("1",), ("2",), columns=["dealer_id"])
    assert found(propose(only_ids, only_ids)) == [
        ("1", "1", "code", 0.95),
        ("2", "2", "code", 0.95),
    ]


def test_what_is_linked_and_what_waits_is_said_in_both_languages():
    ours = dealers(("1", "上海恒达建材有限公司"), ("2", "杭州王喆贸易有限公司"), ("3", "宁波金源"))
    theirs = dealers(("a", "上海恒达建材有限公司"), ("b", "杭州王喆贸易公司"))
    refused = pd.DataFrame(
        {"dealer_id": ["3"], "other_source": ["crm"], "other_id": ["a"], "decision": ["no"]}
    )
    links = propose(ours, theirs, decided=refused)
    told = tell_links(links, accepted_links(links))
    assert told.text == (
        "1 dealers of crm are linked: 1 by name. 1 proposed links wait for a decision in "
        "dealer_links.csv, the most certain first: 杭州王喆贸易公司 (b) is "
        "杭州王喆贸易有限公司 (2), 95.0 % certain. "
        "1 links were refused by somebody and are not proposed again."
    )
    assert told.text_in("zh").startswith("crm有 1 家经销商已建立对应关系：按名称 1 家。")
    assert list(told.accepted["other_id"]) == ["a"]


# Noise as two systems have it: each changes a name with the probability beside it.
NOISE = (
    ("form", 0.15),
    ("remark", 0.08),
    ("province", 0.12),
    ("no_city", 0.04),
    ("traditional", 0.08),
    ("code", 0.08),
    ("width", 0.1),
    ("typing_error", 0.08),
)


def noisy(name, rng):
    from opencc import OpenCC

    city = next((c for c in PROVINCE_OF if name.startswith(c)), "")
    at = rng.randrange(len(name) - 5)
    kinds = {
        "form": name.replace("有限公司", rng.choice(["有限责任公司", "公司", ""])),
        "remark": rng.choice(["{}(停用)", "[作废]{}", "{}【旧】"]).format(name),
        "province": f"{PROVINCE_OF[city]}省{city}市{name[len(city) :]}" if city else name,
        "no_city": name[len(city) :],
        "traditional": OpenCC("s2t").convert(name),
        "code": f"A{rng.randrange(1000):03d} {name}",
        "width": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
        "typing_error": rng.choice([name[:at] + name[at + 1 :], name[: at + 1] + name[at:]]),
    }
    for kind, probability in NOISE:
        if rng.random() < probability and kinds[kind] != name:
            return noisy(kinds[kind], rng) if kind in ("code", "remark") else kinds[kind]
    return name


def two_systems(seed):
    """Dealers of two systems, of which 15 % are each in one only, and whose id is whose."""
    listed = simulate_network(dealers=300, years=1, random_state=seed).dealers
    rng = random.Random(seed)
    ours = listed[[rng.random() >= 0.15 for _ in range(len(listed))]]
    theirs = listed[[rng.random() >= 0.15 for _ in range(len(listed))]]
    theirs = pd.DataFrame(
        {
            "dealer_id": [f"X{9999 - place}" for place in range(len(theirs))],
            "dealer_name": [noisy(name, rng) for name in theirs["dealer_name"]],
            "city": [city if rng.random() < 0.7 else "" for city in theirs["city"]],
            "was": list(theirs["dealer_id"]),
        }
    )
    # An old and a new code of one dealer have one name: either is right.
    name_of = dict(zip(listed["dealer_id"], listed["dealer_name"], strict=True))
    truth = {key: name_of[was] for key, was in zip(theirs["dealer_id"], theirs["was"], strict=True)}
    columns = ["dealer_id", "dealer_name", "city"]
    return ours[columns], theirs[columns], name_of, truth


@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_accepted_is_right_and_what_is_there_is_found(seed):
    ours, theirs, name_of, truth = two_systems(seed)
    links = propose(ours, theirs)
    accepted = accepted_links(links)
    names = {name_of[dealer] for dealer in ours["dealer_id"]}
    in_both = {key for key, name in truth.items() if name in names}

    def right(rows):
        pairs = zip(rows["dealer_id"], rows["other_id"], strict=True)
        return [name_of[dealer] == truth[other] for dealer, other in pairs]

    assert sum(right(accepted)) == len(accepted)
    assert len(accepted) > 0.6 * len(in_both)
    assert sum(right(links)) > 0.95 * len(links)
    assert len(in_both & set(links["other_id"])) > 0.9 * len(in_both)
