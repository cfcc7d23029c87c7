import pytest

from dealerml.exports.linking.chinese_places import CITIES, PROVINCE_OF
from dealerml.exports.linking.company_names import normalise_company, place_name, read_company

HENGDA = "上海恒达建材有限公司"


@pytest.mark.parametrize(
    "written",
    [
        "上海恒達建材有限公司",
        "上海恒达建材有限责任公司",
        "上海恒达建材責任有限公司",
        " 上海恒达 建材有限公司\t",
        "上海恒达建材有限公司（停用）",
        "上海恒达建材有限公司【已停用 2024-05】",
        "[作废]上海恒达建材有限公司",
        "停用-上海恒达建材有限公司",
        "上海恒达建材有限公司(C00017)",
        "A001 上海恒达建材有限公司",
        "00017-上海恒达建材有限公司",
        "KH0017上海恒达建材有限公司",
        "上海恒达建材有限公司。",
    ],
)
def test_chinese_names_that_differ_in_spelling_only_are_equal(written):
    assert normalise_company(written) == HENGDA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Best Tile Co., Ltd.", "ＢＥＳＴ  TILE COMPANY LIMITED"),
        ("Smith, Brown & Sons Ltd", "Smith Brown and Sons Limited (old)"),
        ("O'Neil L.L.C.", "ONeil LLC"),
        ("Fliesen Groß GmbH & Co. KG", "FLIESEN GROSS GMBH CO KG"),
        ('"Best Tile" Trading Inc.', "Best Tile Trading, Incorporated"),
    ],
)
def test_western_names_that_differ_in_spelling_only_are_equal(one, other):
    assert normalise_company(one) == normalise_company(other)


@pytest.mark.parametrize(
    "other",
    [
        "杭州恒达建材有限公司",
        "恒达建材有限公司",
        "上海恒大建材有限公司",
        "上海恒达建材股份有限公司",
        "上海恒达建材有限公司杭州分公司",
        "上海恒达建材集团有限公司",
        "上海市恒达建材有限公司",
    ],
)
def test_other_companies_and_uncertain_ones_are_not_equal(other):
    assert normalise_company(other) != HENGDA


@pytest.mark.parametrize(
    "name", ["3m中国有限公司", "58 同城", "7 eleven", "& Sons", "360 security"]
)
def test_numbers_and_words_that_belong_to_a_name_stay(name):
    assert normalise_company(name).split()[0] == name.replace("& ", "and ").split()[0].replace(
        "58", "58同城"
    )


def test_a_name_of_nothing_but_a_remark_or_a_form_is_still_a_name():
    assert [normalise_company(text) for text in ("(停用)", "公司", "Co Ltd", "")] == [
        "停用",
        "公司",
        "co ltd",
        "",
    ]


def test_the_core_leaves_out_place_and_form_and_says_which():
    name = read_company("浙江省杭州市余杭区恒达建材有限责任公司")
    assert (name.core, name.places, name.form) == ("恒达建材", ("浙江", "杭州"), "有限公司")
    assert read_company("恒达（上海）建材公司").core == read_company("恒达建材").core
    assert read_company("恒达（上海）建材公司").places == ("上海",)


def test_only_a_city_of_the_province_before_it_is_a_place():
    assert read_company("中山中山建材店").core == "中山建材店"
    assert read_company("吉林省吉林市恒达建材").core == "吉林市恒达建材"
    assert read_company("上海大连建材").places == ("上海",)


def test_a_name_does_not_vanish_into_its_place():
    assert read_company("上海市").core == "上海市"
    assert read_company("安康").core == "安康"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("恒达建材有限公司", "恒达建材有限公司城东分店"),
        ("恒达建材一店", "恒达建材二店"),
        ("Tile House 1", "Tile House 2"),
        ("恒达建材有限公司", "恒达建材集团有限公司"),
    ],
)
def test_numbers_and_branches_are_marks(one, other):
    assert read_company(one).marks != read_company(other).marks


def test_normalising_twice_changes_nothing():
    for name in (
        "A001 上海恒達建材（停用）",
        "Smith & Sons Co., Ltd.",
        "旧-恒达",
        "KG GmbH & Co. KG",
    ):
        once = normalise_company(name)
        assert normalise_company(once) == once


def test_places_are_called_alike_with_and_without_their_rank():
    assert [place_name(text) for text in ("杭州市", "浙江省", "廣西壯族自治區", "Wien")] == [
        "杭州",
        "浙江",
        "广西",
        "wien",
    ]


def test_every_city_has_one_province_and_is_written_simplified():
    listed = [city for cities in CITIES.values() for city in cities.split()]
    assert len(set(listed)) == len(listed)
    assert [name for name in PROVINCE_OF if place_name(name) != name or len(name) < 2] == []
