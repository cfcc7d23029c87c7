"""How is a zip file read without trusting what it says of itself?"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path

from dealerml.errors import ExportError

CHUNK = 1 << 18
# Of the list of members, read as a whole when a zip file is opened: enough for 100,000 of them.
MAX_DIRECTORY = 24 << 20
# How often larger than the file its content may be, once it is larger than what does no harm.
# Repetitive tables reach 100; what exceeds 200 is made of zeros.
MAX_RATIO = 200
HARMLESS = 64 << 20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the standard library raises over damaged or unusual zip files.
FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
)
UTF_8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
END, END_64 = b"PK\x05\x06", b"PK\x06\x06"


def open_zip(path: Path, name: str) -> zipfile.ZipFile:
    """Which members does a zip file list?

    Raises
    ------
    ExportError
        If it is damaged, or its list of members is longer than any honest one.
    """
    if _directory_size(path) > MAX_DIRECTORY:
        message = f"{name} lists more files than any export holds. It was not opened."
        raise ExportError(message)
    try:
        return zipfile.ZipFile(path)
    except FAILURES as error:
        raise ExportError(damaged(name, error)) from error


def read_chunks(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> Generator[bytes, None, None]:
    """What does a member hold, piece by piece as it is decompressed?

    Raises
    ------
    ExportError
        If it is encrypted, damaged, or compressed in an unusual way.
    """
    if member.flag_bits & ENCRYPTED_FLAG:
        message = f"{name} is protected by a password. Save it again without one."
        raise ExportError(message)
    if member.compress_type not in METHODS:
        message = f"{name} is compressed in a way that cannot be read. Pack it again as plain zip."
        raise ExportError(message)
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except FAILURES as error:
        raise ExportError(damaged(name, error)) from error


def most_expanded(path: Path) -> int:
    """How many bytes may the members of a zip file hold together?"""
    return max(HARMLESS, MAX_RATIO * path.stat().st_size)


def damaged(name: str, error: Exception) -> str:
    """What is said of a zip file that cannot be read."""
    return f"{name} is damaged ({error}). Download or export it again."


def member_name(member: zipfile.ZipInfo) -> str:
    """What is a member called? Chinese Windows packs names in GBK without saying so."""
    name = member.orig_filename
    if not member.flag_bits & UTF_8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def is_special(member: zipfile.ZipInfo) -> bool:
    """Is a member a link or a device rather than a file or folder?"""
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR)


def _directory_size(path: Path) -> int:
    """How many bytes the list of members takes, as the end of the file has it."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - (1 << 16) - 200))
        tail = stream.read()
    at, at_64 = tail.rfind(END), tail.rfind(END_64)
    sizes = [0]
    if 0 <= at <= len(tail) - 16:
        sizes.append(struct.unpack_from("<L", tail, at + 12)[0])
    if 0 <= at_64 <= len(tail) - 48:
        sizes[1:] = [struct.unpack_from("<Q", tail, at_64 + 40)[0]]
    return max(sizes)
