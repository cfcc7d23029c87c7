import openpyxl
import pytest

from dealerml.errors import PolicyError
from dealerml.policy import load_policy

HEALTH = "name,metric,weight,bad,good,needed,fallbacks\n"
PARTS = [
    {"name": "rhythm", "metric": "overdue_ratio", "weight": 60, "bad": 3, "good": 1, "needed": True}
    | {"fallbacks": []},
    {"name": "趋势", "metric": "year_ratio_90d", "weight": 40, "bad": 0.5, "good": 1.1}
    | {"needed": False, "fallbacks": ["trend_ratio_90d", "year_ratio_365d"]},
]
LINES = [
    "rhythm,overdue_ratio,60,3,1,yes,\n",
    "趋势,year_ratio_90d,40,0.5,1.1,否,trend_ratio_90d; year_ratio_365d\n",
    ",,,,,,\n",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_tables_can_be_a_csv_from_any_spreadsheet(tmp_path, encoding):
    (tmp_path / "health.csv").write_text(HEALTH + "".join(LINES), encoding=encoding)
    policy = load_policy(tmp_path)
    assert policy.health["parts"] == PARTS
    assert policy.health["amber_from"] == load_policy().health["amber_from"]


def test_a_list_of_tables_can_be_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(list(PARTS[0]))
    for part in PARTS:
        book.active.append([";".join(v) if isinstance(v, list) else v for v in part.values()])
    book.save(tmp_path / "health.xlsx")
    assert load_policy(tmp_path).health["parts"] == PARTS


def test_toml_and_csv_of_one_topic_add_up_unless_they_say_the_same(tmp_path):
    (tmp_path / "health.csv").write_text(HEALTH + "".join(LINES), encoding="utf-8")
    toml = tmp_path / "health.toml"
    toml.write_text("amber_from = 30\n", encoding="utf-8")
    policy = load_policy(tmp_path)
    assert (policy.health["amber_from"], len(policy.health["parts"])) == (30, 2)
    toml.write_text("[[parts]]\nname = 'x'\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"health\.toml: parts is also in another file of health"):
        load_policy(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("colours.toml", "", r"colours\.toml: this file is unknown\. .*Known: alerts\.toml"),
        ("health.docx", "", r"health\.docx: this file is unknown"),
        (
            "costs.csv",
            "contact_cost\n3\n",
            r"costs\.csv: costs is not a table; write it as costs\.toml",
        ),
        ("costs.toml", "contact_cost = \n", r"costs\.toml: Invalid value"),
        ("health.csv", HEALTH, r"health\.parts must be a list of at least one table"),
        ("health.csv", HEALTH + "a,b,much,3,1,yes,\n", r"row 1, weight is 'much'; it must be a"),
        (
            "health.csv",
            HEALTH + "a,b,1,3,1,perhaps,\n",
            r"row 1, needed is 'perhaps'; it must be true",
        ),
        ("health.xlsx", "no workbook", r"health\.xlsx: this is not a readable workbook"),
    ],
)
def test_a_file_that_cannot_be_meant_is_told(tmp_path, name, content, problem):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError, match=problem):
        load_policy(tmp_path)


def test_toml_in_another_encoding_is_told(tmp_path):
    (tmp_path / "definitions.toml").write_bytes('currency = "人民币"'.encode("gb18030"))
    with pytest.raises(PolicyError, match=r"definitions\.toml: this file is not UTF-8"):
        load_policy(tmp_path)


def test_hidden_and_lock_files_are_passed_over(tmp_path):
    for name in (".DS_Store", "~$health.xlsx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert load_policy(tmp_path) == load_policy()


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(PolicyError, match=r"does not exist\. Make one with: dealerml init DIR"):
        load_policy(tmp_path / "nowhere")
