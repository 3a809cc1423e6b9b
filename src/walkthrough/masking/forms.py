"""How a secret may be written: as it is, in base64, in hexadecimal, and in pieces."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator

from walkthrough.masking.readings import bare, unquoted

#: A form that is shorter, once spaces and quotes are left out, stands in texts by chance.
SHORTEST = 6
#: Characters in a row that give a secret away; of one that people made up, words are left alone.
_PIECE = 12
#: Fewer different characters than these say nothing: a row of zeros.
_DIFFERENT = 6

#: Letters of either case are one, and so are the two alphabets of base64.
_FOLDED = bytes(range(256)).lower().translate(bytes.maketrans(b"-_", b"+/"))


def folded(data: bytes) -> bytes:
    """A text in which what is written in two ways is one."""
    return data.translate(_FOLDED)


def wholes(value: str) -> Iterator[bytes]:
    """The forms of a whole secret, folded, as they stand in one of the readings of a text."""
    for form in _forms(value):
        if len(form) >= SHORTEST:
            yield folded(form)


def pieces(value: str) -> Iterator[bytes]:
    """What of a secret gives it away by itself where it was cut: as it is, in hexadecimal, in base64."""
    data = value.encode(errors="surrogateescape")
    for form in {bare(data), unquoted(bare(data))}:
        yield from _pieces(form, _PIECE)
    # Two characters are one of the secret's.
    yield from _pieces(data.hex().encode(), 2 * _PIECE)
    for form in _base64(data):
        yield from _pieces(form, 2 * _PIECE)


def _pieces(form: bytes, size: int) -> Iterator[bytes]:
    for start in range(len(form) - size + 1):
        piece = form[start : start + size]
        if len(set(piece)) >= _DIFFERENT and any(each in b"0123456789" for each in piece):
            yield folded(piece)


def _forms(value: str) -> Iterator[bytes]:
    for text in {value, unicodedata.normalize("NFC", value), unicodedata.normalize("NFD", value)}:
        yield from _encoded(text.encode(errors="surrogateescape"))
    if " " in value:
        yield bare(value.replace(" ", "+").encode())
    if not value.isascii():
        # As Python escapes it: \\xe5 is the character, not a byte of it.
        mixed = b"".join(
            bytes([ord(each)]) if ord(each) < 0x100 else each.encode(errors="replace") for each in value
        )
        yield from (bare(mixed), unquoted(bare(mixed)))
    # As PowerShell has it in base64.
    yield from _base64(value.encode("utf-16-le", errors="replace"))


def _encoded(data: bytes) -> Iterator[bytes]:
    yield bare(data)
    yield unquoted(bare(data))
    yield data.hex().encode()
    yield from _base32(data)
    # A Secret in a Secret is in base64 twice.
    for once in _base64(data):
        yield once
        yield from _base64(once)


def _base64(data: bytes) -> Iterator[bytes]:
    """A text looks different at each of three offsets (as in "user:password"). What comes before and after it
    changes the characters at its edges: those are left alone."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data)
        first, last = -(-offset * 8 // 6), (offset + len(data)) * 8 // 6
        if last - first >= SHORTEST:
            yield encoded[first:last]


def _base32(data: bytes) -> Iterator[bytes]:
    for offset in range(5):
        encoded = base64.b32encode(bytes(offset) + data)
        first, last = -(-offset * 8 // 5), (offset + len(data)) * 8 // 5
        if last - first >= SHORTEST:
            yield encoded[first:last]
