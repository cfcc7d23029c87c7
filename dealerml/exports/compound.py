"""Which streams does a compound file (the shell of .xls) hold? Read without trusting its chains."""

import struct
from dataclasses import dataclass
from pathlib import Path

from dealerml.errors import ExportError

MAX_SIZE = 256 << 20
HEADER, ENTRY, SMALL_SECTOR = 512, 128, 64
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
IN_HEADER = 109
MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
STREAM, ROOT = 2, 5


@dataclass(frozen=True)
class _Shell:
    """The bytes of a compound file, the size of a sector, and which sector follows which."""

    data: bytes
    sector: int
    following: tuple[int, ...]
    name: str


def read_streams(path: Path, name: str) -> dict[str, bytes]:
    """Which streams does a compound file hold, by name?

    Raises
    ------
    ExportError
        If the file is damaged or larger than any honest workbook.
    """
    if path.stat().st_size > MAX_SIZE:
        message = f"{name} is larger than an .xls workbook can be. It was not read."
        raise ExportError(message)
    data = path.read_bytes()
    try:
        return _streams(data, name)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ExportError(_damaged(name)) from error


def write_stream(title: str, content: bytes) -> bytes:
    """The bytes of a compound file that holds one stream and nothing else."""
    sectors = max(-(-len(content) // HEADER), 8)
    fats = 1
    while fats * (HEADER // 4) < sectors + 1 + fats:
        fats += 1
    chain = [*range(1, sectors), END, END, *[FREE - 2] * fats]
    chain += [FREE] * (fats * (HEADER // 4) - len(chain))
    first_fat = sectors + 1
    listed = list(range(first_fat, first_fat + fats))
    return b"".join(
        (
            _header(sectors, listed),
            content.ljust(sectors * HEADER, b"\0"),
            _entry("Root Entry", ROOT, END, 0, child=1),
            _entry(title, STREAM, 0, max(len(content), 8 * HEADER)),
            bytes(HEADER - 2 * ENTRY),
            struct.pack(f"<{len(chain)}L", *chain),
        )
    )
