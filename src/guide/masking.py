"""Keeps secrets out of everything that the guide writes.

A step makes a value secret by putting it in a variable whose name says so (``GITEA_PASSWORD``,
``api_token``), or by naming its variable on the fence (``secret=CODE``). From then on the value is
written as ``***``, also where it stands in base64 or in an address.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

MASK = "***"

#: Names of variables that hold secrets, as bash patterns on the name in capitals.
NAMES = ("*PASSWORD*", "*PASSWD*", "*TOKEN*", "*SECRET*", "*CREDENTIAL*", "*_KEY", "*APIKEY*")

#: Shorter values are not masked: they would blank out words that mean nothing.
SHORTEST = 6


class Masker:
    """Replaces secrets in texts. Values can be added at any time."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, values: Iterable[str]) -> None:
        """Mask these values from now on. Each line of a value is a secret too (a key in PEM)."""
        forms = {
            form for value in values for part in (value, *value.splitlines()) for form in _forms(part.strip())
        }
        if not forms <= self._forms:
            self._forms |= forms
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def _forms(value: str) -> Iterator[str]:
    if len(value) < SHORTEST or value.startswith("-----"):
        return
    yield value
    yield quote(value, safe="")
    data = value.encode()
    # In base64 a value looks different at each of three offsets (as in "user:password"). What comes
    # before and after it changes the characters at its edges: those are left alone.
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data).decode()
        first = -(-offset * 8 // 6)
        last = (offset + len(data)) * 8 // 6
        if last - first >= SHORTEST:
            yield encoded[first:last]
