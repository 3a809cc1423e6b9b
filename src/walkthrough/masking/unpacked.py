"""What stands packed in a text: base64 of what is escaped or compressed, and that in layers."""

from __future__ import annotations

import base64
import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

#: How often one is packed in another.
LEVELS = 3
#: No more is unpacked of one: nothing that is printed comes to it, but what is made to.
_MOST = 1 << 20
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{20,}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]+)*={0,2}")
_HEXADECIMAL = re.compile(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
#: How what is compressed begins, and what gives no more of it than it is asked for.
_COMPRESSED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b\x08": lambda data: zlib.decompressobj(wbits=31).decompress(data, _MOST),
    b"\x78": lambda data: zlib.decompressobj().decompress(data, _MOST),
    b"BZh": lambda data: bz2.BZ2Decompressor().decompress(data, _MOST),
    b"\xfd7zXZ\0": lambda data: lzma.LZMADecompressor(memlimit=64 << 20).decompress(data, _MOST),
}
_STANDARD = bytes.maketrans(b"-_", b"+/")
#: What a text is made of; other bytes are in base64 by chance.
_PRINTED = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]*")


def unpacked(text: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each packed text in another: from where, to where, and what it says."""
    for run in _RUN.finditer(text):
        packed = re.sub(rb"\s", b"", run.group())
        if (said := _said(packed)) is not None:
            yield run.start(), run.end(), said


def _said(packed: bytes) -> bytes | None:
    if _HEXADECIMAL.fullmatch(packed):
        data = bytes.fromhex(packed.decode())
    else:
        bare = packed.rstrip(b"=").translate(_STANDARD)
        bare = bare[: len(bare) - (len(bare) % 4 == 1)]
        data = base64.b64decode(bare + b"=" * (-len(bare) % 4))
    for begin, decompressed in _COMPRESSED.items():
        if data.startswith(begin):
            with suppress(zlib.error, lzma.LZMAError, OSError, EOFError):
                return decompressed(data)
    return data if _PRINTED.fullmatch(data) else None
