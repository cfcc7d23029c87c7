"""When are two company names the same name? What spelling, remarks and legal forms hide."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dealerml.exports.linking.chinese_places import PROVINCE_OF

if TYPE_CHECKING:
    from opencc import OpenCC

# What people write behind, before or in brackets around a dealer they no longer use.
REMARKS = (
    "停用 禁用 作废 废弃 冻结 注销 吊销 暂停 关闭 勿用 不用 重复 停止合作 终止合作 旧 旧编码 "
    "老客户 新编码 已合并 old inactive disabled blocked closed duplicate dup obsolete void"
).split()
_REMARK = rf"(?:已|现已|请)?(?:{'|'.join(sorted(REMARKS, key=len, reverse=True))})"
_CODE = r"[a-z]{0,4}[-_]?\d{3,}"
# 【】〔〕《》 keep their shape in NFKC; round and square ones have become ASCII.
BRACKETED_REMARK = re.compile(
    rf"[(\[{{<【〔〈《「]\s*(?:{_REMARK}(?![a-z])[^)\]}}>】〕〉》」]*|{_CODE})\s*[)\]}}>】〕〉》」]"
)
OUTER_REMARK = re.compile(rf"^{_REMARK}\s*[-_:|/]\s*|[-_:|/]\s*{_REMARK}$")
# Letters with two digits, or four digits: "3m", "58 同城" and "360 security" are names.
LEADING_CODE = re.compile(
    r"^(?:[a-z]{1,4}[-_]?\d{2,}|\d{4,})(?:[-_ :|/.]+|(?=[\u4e00-\u9fff]))(?=..)"
)
BRACKETED_PLACE = re.compile(r"[(\[【]([\u4e00-\u9fff]{2,6})[)\]】]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
BESIDE_CHINESE = re.compile(r" (?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) ")
DOTTED_LETTERS = re.compile(r"\b(?:[a-z]\.){2,}")
NOT_SAID = re.compile(r"[^\w]+|_")

CHINESE_FORM = re.compile(r"(?:(?:股份)?有限|股份)?公司$|个体工商户$|个人独资企业$|有限合伙$")
SAME_FORMS = (
    ("有限责任公司", "有限公司"),
    ("责任有限公司", "有限公司"),
    ("股份公司", "股份有限公司"),
)
LATIN_FORMS = {
    "co": "co company",
    "ltd": "ltd limited pte pty pvt private",
    "inc": "inc incorporated",
    "corp": "corp corporation",
    "llc": "llc",
    "plc": "plc",
    "gmbh": "gmbh mbh",
    "ag": "ag",
    "kg": "kg",
    "bv": "bv",
    "sa": "sa",
    "sas": "sas sarl",
    "srl": "srl",
    "spa": "spa",
}
FORM_OF = {word: form for form, words in LATIN_FORMS.items() for word in words.split()}

PLACE_END = "省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|自治州|特别行政区"
DISTRICT = re.compile(r"[\u4e00-\u9fff]{2}(?:新区|区|县)(?=..)")
# Two companies of one name that differ in these are two companies.
MARKS = re.compile(
    r"\d+|[一二三四五六七八九十]+(?=店|厂|部|号|分)|集团|控股|总店|\bgroup\b|\bbranch\b"
)
MIN_CORE = 2


@dataclass(frozen=True)
class CompanyName:
    """A name taken apart.

    Parameters
    ----------
    key
        The whole name, normalised: equal keys are equal names.
    core
        Without legal form and without the province and city in front or in brackets. Equal cores
        are a hint only: 上海恒达 and 杭州恒达 are two companies.
    places
        Province and city that were left out of ``core``, largest first.
    form
        The legal form; empty where the name has none.
    marks
        Numbers, branches and 集团: names that differ in them are not the same.
    """

    key: str
    core: str
    places: tuple[str, ...] = ()
    form: str = ""
    marks: frozenset[str] = frozenset()


def normalise_company(name: str) -> str:
    """What is left of a company's name once its spelling no longer matters?

    Width, case, blanks and punctuation do not count; traditional characters become simplified.

    >>> normalise_company("上海恒達建材　有限公司 "), normalise_company("ＡＢＣ建材有限公司")
    ('上海恒达建材有限公司', 'abc建材有限公司')

    Remarks, and codes in front or in brackets, are not part of the name.

    >>> [normalise_company(text) for text in ("A001 恒达建材（停用）", "[作废]恒达建材(C0017)")]
    ['恒达建材', '恒达建材']

    Legal forms that mean the same are written alike; other words at the end stay.

    >>> normalise_company("恒达建材有限责任公司"), normalise_company("恒达建材股份公司")
    ('恒达建材有限公司', '恒达建材股份有限公司')
    >>> [normalise_company(text) for text in ("Best Tile Co.,Ltd.", "BEST TILE Company Limited")]
    ['best tile ltd', 'best tile ltd']
    >>> normalise_company("Smith, Brown & Sons (Guangzhou) Ltd.")
    'smith brown and sons guangzhou ltd'

    Places stay: see ``read_company`` for the name without them.

    >>> normalise_company("浙江省杭州市恒达建材有限公司")
    '浙江省杭州市恒达建材有限公司'
    """
    return read_company(name).key


@cache
def read_company(name: str) -> CompanyName:
    """Which parts does a company's name have?

    Examples
    --------
    >>> read_company("浙江省杭州市恒达建材有限责任公司")
    CompanyName(key='浙江省杭州市恒达建材有限公司', core='恒达建材', places=('浙江', '杭州'),
    form='有限公司', marks=frozenset())
    >>> read_company("恒达（杭州）建材有限公司").places, read_company("中山中山建材").core
    (('杭州',), '中山建材')
    >>> read_company("恒达建材有限公司二分店").marks == read_company("恒达建材有限公司").marks
    False
    """
    text = _without_codes(_without_remarks(fold_text(name)))
    key, form = _without_form(_plain(text))
    inner = [place for place in map(_place, BRACKETED_PLACE.findall(text)) if place]
    outside = BRACKETED_PLACE.sub(lambda m: "" if _place(m[1]) else m[0], text)
    core, places = _without_places(_without_form(_plain(outside))[0])
    whole = _joined(key, form)
    return CompanyName(whole, core, (*places, *inner), form, _marks(whole))


def fold_text(text: str) -> str:
    """How does a text read in one width, one case and simplified characters?

    Examples
    --------
    >>> fold_text("ＡＢ臺灣")
    'ab台湾'
    """
    return "".join(map(_simplified, unicodedata.normalize("NFKC", text).casefold())).strip()


def place_name(text: str) -> str:
    """What is a city or province called without 市 and 省?

    Examples
    --------
    >>> place_name("杭州市"), place_name("內蒙古自治區"), place_name("Hangzhou")
    ('杭州', '内蒙古', 'hangzhou')
    """
    folded = fold_text(text)
    return _place(folded) or folded


@cache
def _simplified(character: str) -> str:
    # One by one, so that a character becomes the same one whatever stands beside it.
    return _converter().convert(character) if CHINESE.match(character) else character


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


def _without_remarks(text: str) -> str:
    left = OUTER_REMARK.sub("", BRACKETED_REMARK.sub(" ", text).strip()).strip()
    return left or text


def _without_codes(text: str) -> str:
    return LEADING_CODE.sub("", text)


def _plain(text: str) -> str:
    undotted = DOTTED_LETTERS.sub(lambda found: found[0].replace(".", ""), text)
    spelt = undotted.replace("&", " and ").replace("'", "").replace("’", "")
    return BESIDE_CHINESE.sub("", NOT_SAID.sub(" ", spelt).strip())


def _without_form(text: str) -> tuple[str, str]:
    for written, meant in SAME_FORMS:
        text = text.replace(written, meant)
    found = CHINESE_FORM.search(text)
    if found and found.start():
        return text[: found.start()], found[0]
    words = text.split()
    forms: set[str] = set()
    while len(words) > 1 and (words[-1] in FORM_OF or (forms and words[-1] == "and")):
        forms.add(FORM_OF.get(words.pop(), "co"))
    # "Co., Ltd.", "Company Limited" and "Ltd" are one form; "GmbH & Co. KG" is another than "KG".
    return " ".join(words), " ".join(sorted(forms - {"co"} or forms))


def _joined(name: str, form: str) -> str:
    return f"{name}{form}" if CHINESE.search(form) else f"{name} {form}".strip()


def _without_places(text: str) -> tuple[str, tuple[str, ...]]:
    places: list[str] = []
    while (found := PLACE_FIRST.match(text)) and len(text) - found.end() >= MIN_CORE:
        if places and (found[1] in places or PROVINCE_OF[found[1]] != places[-1]):
            break
        places.append(found[1])
        text = text[found.end() :]
    district = DISTRICT.match(text) if places else None
    return text[district.end() if district else 0 :], tuple(places)


def _place(text: str) -> str:
    found = PLACE_FIRST.fullmatch(text)
    return found[1] if found else ""


def _marks(key: str) -> frozenset[str]:
    tail = key.partition("公司")[2]
    return frozenset(MARKS.findall(key)) | ({tail} if tail else set())


PLACE_FIRST = re.compile(
    rf"({'|'.join(sorted(PROVINCE_OF, key=len, reverse=True))})(?:{PLACE_END})?"
)
