"""In which encoding is a text file written? By trial on every byte, and by what people write."""

import codecs
import struct
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dealerml.errors import ExportError

CHUNK = 1 << 20
# So much of the text beyond ASCII is weighed; all of it is decoded.
SAMPLE = 1 << 18
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UTF_8 = ("utf-8", "utf-8-sig")
KNOWN = ("utf-8", "utf-16", "gb18030", "cp950", "cp1252")
# Two-byte Chinese: first and last lead byte of punctuation and of the characters that nearly all
# text consists of, then of rarer ones. Text taken for the wrong one is mostly neither.
LEADS = {"gb18030": (0xA1, 0xD7), "cp950": (0xA1, 0xC6)}
RARE_LEADS = {"gb18030": (0xD8, 0xF7), "cp950": (0xC9, 0xF9)}
OFTEN, KNOWN_SHARE = 0.5, 0.9
# Western letters beyond ASCII stand alone between others; those of other scripts in rows.
ALONE_SHARE = 0.5


def detect_encoding(path: Path, name: str) -> str:
    """Which encoding reads every byte of a file into plausible text?

    Raises
    ------
    ExportError
        If the file holds zero bytes, or is in none of the known encodings.
    """
    for encoding in _candidates(path):
        if decodes(path, name, encoding):
            return encoding
    message = (
        f"{name} is written in an encoding that is not known (tried {', '.join(KNOWN)}). "
        "Open it in the program it comes from and save it again as CSV UTF-8."
    )
    raise ExportError(message)


def _candidates(path: Path) -> Iterator[str]:
    """The encodings to try, each only named once those before it did not fit."""
    with path.open("rb") as stream:
        start = stream.read(SAMPLE)
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS if start.startswith(mark)]
    wide = marked or _wide(start)
    yield from wide
    if not wide:
        yield "utf-8"
        sample = _sample(path)
        yield from _two_byte(sample)
        if _is_western(sample):
            yield "cp1252"


def decodes(path: Path, name: str, encoding: str) -> bool:
    """Does every byte of the file belong to a character?"""
    wide = encoding.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            if not wide and _has_zero(block):
                raise ExportError(_zero_bytes(name))
            if encoding in UTF_8 and _is_utf8(block):
                continue
            if "\0" in decoder.decode(bytes(block)):
                raise ExportError(_zero_bytes(name))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(block: memoryview | bytes) -> bool:
    """Is a block UTF-8? Several times as fast as decoding it."""
    import pyarrow as pa

    ends = pa.py_buffer(struct.pack("<ii", 0, len(block)))
    text = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(block)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _has_zero(block: memoryview) -> bool:
    import numpy as np

    return len(block) > 0 and not np.frombuffer(block, np.uint8).min()


def _zero_bytes(name: str) -> str:
    return f"{name} holds zero bytes: it is damaged or no text at all. Export it again."


def _wide(start: bytes) -> list[str]:
    """UTF-16 without a mark: line ends, digits and separators have a zero beside them."""
    low, high = start[1::2].count(0), start[::2].count(0)
    if not low and not high:
        return []
    encoding = "utf-16-le" if low > high else "utf-16-be"
    text = start[: len(start) // 2 * 2].decode(encoding, errors="ignore")
    usual = _common()
    plain = sum(n for character, n in Counter(text).items() if character < "\x7f")
    known = sum(n for character, n in Counter(text).items() if character in usual)
    return [encoding] if plain and plain + known >= KNOWN_SHARE * len(text) else []


def _two_byte(sample: bytes) -> list[str]:
    """The Chinese encodings in which the text makes sense, the likelier one first."""
    shares = {encoding: _shares(sample, encoding) for encoding in LEADS}
    fits = [e for e, (often, ever) in shares.items() if often >= OFTEN and ever >= KNOWN_SHARE]
    return sorted(fits, key=lambda encoding: shares[encoding], reverse=True)


def _shares(sample: bytes, encoding: str) -> tuple[float, float]:
    """Which shares of the characters beyond ASCII are common ones, and at least in the core set?"""
    text = sample.decode(encoding, errors="replace")
    counts = Counter(character for character in text if character > "\x7f")
    whole = sum(counts.values())
    if not whole:
        return 0.0, 0.0
    common, rare = _common(), _characters(encoding, *RARE_LEADS[encoding])
    often = sum(count for character, count in counts.items() if character in common)
    seldom = sum(count for character, count in counts.items() if character in rare - common)
    return often / whole, (often + seldom) / whole


@cache
def _common() -> frozenset[str]:
    """Punctuation and common characters, traditional and simplified: both occur in GB18030."""
    return frozenset[str]().union(*(_characters(e, *leads) for e, leads in LEADS.items()))


@cache
def _characters(encoding: str, first: int, last: int) -> frozenset[str]:
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF)) if encoding == "cp950" else range(0xA1, 0xFF)
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in trails)
    return frozenset(pair.decode(encoding, errors="ignore") for pair in pairs)


def _is_western(sample: bytes) -> bool:
    """Whether most bytes beyond ASCII stand alone."""
    beyond = [byte > 0x7F for byte in sample]
    sides = zip([False, *beyond], beyond, [*beyond[1:], False], strict=False)
    alone = sum(here and not before and not after for before, here, after in sides)
    return alone >= ALONE_SHARE * sum(beyond)


def _sample(path: Path) -> bytes:
    """The first lines of the file that go beyond ASCII."""
    sample = b""
    for block in _blocks(path):
        lines = bytes(block).splitlines(keepends=True)
        sample += b"".join(line for line in lines if not line.isascii())
        if len(sample) >= SAMPLE:
            break
    return sample[:SAMPLE]


def _blocks(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, cut behind line ends so that no character is cut.

    One buffer is used again and again, so a block is only good until the next one.
    """
    buffer = bytearray(2 * CHUNK)
    view = memoryview(buffer)
    kept = 0
    with path.open("rb") as stream:
        while count := stream.readinto(view[kept : kept + CHUNK]):
            filled = kept + count
            end = buffer.rfind(b"\n", 0, filled) + 1 or (filled if filled > CHUNK else 0)
            yield view[:end]
            view[: filled - end] = bytes(view[end:filled])
            kept = filled - end
    yield view[:kept]
