import ast
import re
from pathlib import Path

import pytest

import dealerml
from dealerml.words import catalogue
from dealerml.words.catalogue import LANGUAGES, column_label, entry_keys, has_entry, say, topics

PACKAGE = Path(dealerml.__file__).parent
ALL_KEYS = [key for topic in topics() for key in entry_keys(topic)]
FILE_ENDINGS = ("toml", "csv", "xlsx", "parquet", "json", "html", "py", "j2", "css", "md", "ipynb")
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_a_sentence_reads_in_both_languages():
    assert say("common.dealers", n=1234) == "1,234 dealers"
    assert say("common.dealers", lang="zh", n=1234) == "1,234 家经销商"


def test_an_unknown_key_names_the_nearest_known_one():
    with pytest.raises(LookupError, match=r"common\.dealer'.*nearest: .*common\.dealers"):
        say("common.dealer", n=1)
    with pytest.raises(LookupError, match=r"'nothing' is none of .*common"):
        say("nothing.at_all")


def test_a_missing_value_names_what_the_sentence_takes():
    with pytest.raises(TypeError, match=r"common\.dealers needs n, .*It takes: n\."):
        say("common.dealers", m=1)


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(ValueError, match="'de' is unknown; use one of en, zh"):
        say("common.dealers", "de", n=1)
    with pytest.raises(ValueError, match="'de' is unknown"):
        column_label("owner", "de")


def test_columns_have_labels_and_ones_own_features_keep_their_names():
    assert column_label("owner") == "Owner"
    assert column_label("owner", "zh") == "负责人"
    assert column_label("days_since_visit", "zh") == "days_since_visit"


@pytest.mark.parametrize("name", ["{n.__class__}", "{n[0]}", "{0}", "{}", "{n!r}", "{n:>9}"])
def test_a_template_cannot_reach_into_a_value(name):
    with pytest.raises(ValueError, match=r"x\.y: .* cannot be filled"):
        catalogue._entry("x.y", {"en": f"See {name}.", "zh": "见。"})


def test_a_template_takes_no_lang_and_pairs_its_braces():
    with pytest.raises(ValueError, match="cannot be filled"):
        catalogue._entry("x.y", {"en": "{lang}", "zh": "{lang}"})
    with pytest.raises(ValueError, match="a brace without its partner"):
        catalogue._entry("x.y", {"en": "{n", "zh": "{n}"})


@pytest.mark.parametrize(
    "item", [{"en": "a"}, {"en": "a", "zh": ""}, {"en": "a", "zh": "b", "x": "c"}]
)
def test_an_entry_has_exactly_the_two_languages(item):
    with pytest.raises(ValueError, match=r"x\.y must have exactly en and zh"):
        catalogue._entry("x.y", item)


def test_values_are_shown_and_never_interpreted(monkeypatch):
    entry = catalogue._entry("x.y", {"en": "{who} left.", "zh": "{who}离开了。"})
    monkeypatch.setattr(catalogue, "find_entry", lambda key: entry)
    assert say("x.y", who="{who.__class__} {0} %s\n") == "{who.__class__} {0} %s left."


@pytest.mark.parametrize("key", ALL_KEYS)
def test_both_languages_take_the_same_values_in_the_same_format(key):
    entry = catalogue.find_entry(key)
    assert entry.arguments("en") == entry.arguments("zh")
    specs = dict(entry.arguments())
    assert len(specs) == len(entry.arguments()), "one value in two formats"


def test_english_is_english_and_sentences_end_as_their_language_ends_them():
    odd = []
    for key in ALL_KEYS:
        english, chinese = (catalogue.find_entry(key).templates[lang] for lang in LANGUAGES)
        if CHINESE.search(english) or english.strip() != english or chinese.strip() != chinese:
            odd.append(key)
        if english.endswith(".") != chinese.endswith("。"):
            odd.append(f"{key}: a full stop in one language only")
    assert not odd


def test_no_column_is_called_differently_by_two_topics():
    labels = {}
    for key in ALL_KEYS:
        if ".column." in key:
            labels.setdefault(key.partition(".")[2], set()).add(
                tuple(catalogue.find_entry(key).templates.values())
            )
    assert not {name: found for name, found in labels.items() if len(found) > 1}


def test_nothing_in_the_package_says_a_sentence_that_is_not_there():
    missing = [
        f"{path.relative_to(PACKAGE)}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent.name != "policy"
        for text in _key_like(path)
        if not (has_entry(text) or _starts_a_key(text) or _is_module(text))
    ]
    assert not missing


def _is_module(text: str) -> bool:
    # The public names load from "review.telling" and the like.
    return (PACKAGE / text.replace(".", "/")).with_suffix(".py").is_file()


def _starts_a_key(text: str) -> bool:
    # "health.band." is completed by a code at run time.
    return text.endswith((".", "_")) and any(key.startswith(text) for key in ALL_KEYS)


def _key_like(path: Path) -> list[str]:
    pattern = re.compile(rf"(?:{'|'.join(topics())})(?:\.\w+)*\.?")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # A policy path such as "definitions.horizon" is the only other dotted name in quotes.
    changes = {
        id(key)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "changed"
        for key in ast.walk(node)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in changes
    ]
    return [
        t
        for t in texts
        if pattern.fullmatch(t) and "." in t and t.rpartition(".")[2] not in FILE_ENDINGS
    ]
