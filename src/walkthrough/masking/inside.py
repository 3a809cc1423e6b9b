"""The secrets inside one: what a value says when it is decoded, and the fields of a file that it is."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

_SECRET = re.compile(r"(?i)(password|passwd|token|secret|key|auth|credential)s?$")
_LINE = re.compile(r"^\s*[\"']?(?P<name>[\w.-]+)[\"']?\s*[:=]\s*[\"']?(?P<value>[^\s\"',]+)")
#: The password in an address, or after a user's name.
_PASSWORD = re.compile(r"://[^/\s:@]*:(?P<address>[^/\s@]+)@|^[^\s:/]+:(?P<login>[^\s:/]{6,})$")
#: Shorter texts are in base64 or hexadecimal by chance.
_ENCODED = 12


def fields(text: str) -> Iterator[str] | None:
    """The secret fields of a value that is JSON, or has a name and a value on each line; none of another."""
    text = text.strip()
    if text.startswith(("{", "[")):
        # What nests too deep, or has a number of thousands of digits, is no file of anybody's.
        with suppress(ValueError, RecursionError):
            return _leaves(json.loads(text))
    if "\n" not in text or text.startswith("-----"):
        return None
    found = (_LINE.match(line) for line in text.splitlines())
    return (match["value"] for match in found if match and _SECRET.search(match["name"]))


def decoded(value: str) -> Iterator[str]:
    """What a value says to whoever decodes it, and the password in it."""
    value = value.strip()
    for match in _PASSWORD.finditer(value):
        yield match["address"] or match["login"]
    if "%" in value:
        yield unquote(value)
    if "\\n" in value:
        # A key in one line.
        yield from value.replace("\\n", "\n").splitlines()
    if len(value) < _ENCODED:
        return
    with suppress(ValueError, binascii.Error):
        yield from _text(
            base64.b64decode(value.translate(_STANDARD) + "=" * (-len(value) % 4), validate=True)
        )
    with suppress(ValueError):
        yield from _text(bytes.fromhex(value))


_STANDARD = str.maketrans("-_", "+/")


def _text(data: bytes) -> Iterator[str]:
    text = data.decode()
    if text.strip() and all(each.isprintable() or each in "\r\n\t" for each in text):
        yield text
        yield from (match["address"] or match["login"] for match in _PASSWORD.finditer(text.strip()))


def _leaves(found: Any) -> Iterator[str]:
    # By a list of what is left, in order: what was read may nest as deep as this program may call.
    left: list[tuple[str, Any]] = [("", found)]
    while left:
        name, value = left.pop()
        if isinstance(value, dict):
            left += reversed(value.items())
        elif isinstance(value, list):
            left += ((name, inner) for inner in reversed(value))
        elif isinstance(value, str) and _SECRET.search(name):
            yield value
            yield from decoded(value)
