"""Keeps secrets out of everything that is written.

A step makes a value secret by putting it in a variable whose name says so (``SHOP_PASSWORD``,
``api_token``), or by naming its variable on the fence (``secret=CODE``):
:mod:`walkthrough.machine.secretnames`. The value is written as ``***``.

One idea: **a text is masked whole, before anything is cut from it**, and it is read in all the ways in which
it may be meant (:mod:`walkthrough.masking.readings`), in each of which every form of a secret is looked for
(:mod:`walkthrough.masking.forms`). So a line end, a colour or an escape inside a secret does not hide it, and
what was cut elsewhere (by a terminal, by ``ps``) is found by its pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from walkthrough.machine.capture import Captured
from walkthrough.masking.finding import Index
from walkthrough.masking.forms import SHORTEST, pieces, wholes
from walkthrough.masking.inside import decoded, fields

MASK = "***"

#: Shorter values are not masked, and that is said: one would blank out what means nothing.
WORD = 4
#: Answers to a question, not secrets.
_FLAGS = frozenset(("true", "false", "none", "null", "yes", "no", "on", "off", "0", "1"))


def too_short(value: str) -> bool:
    """Whether a secret cannot be masked, so that it has to be said."""
    return 0 < len(value.strip()) < WORD and not _is_flag(value)


class Masker:
    """Replaces secrets in texts. Values can be added at any time."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._wholes = Index()
        self._all = Index()
        #: What is too short to be looked for inside other words.
        self._words: set[str] = set()
        self._word: re.Pattern[str] | None = None

    def add(self, values: Iterable[str]) -> None:
        """Mask these values from now on, what they say when they are decoded, and each line of them."""
        known = {each for value in values for each in (value, *decoded(value), *(fields(value) or ()))}
        parts = {part.strip() for value in known for part in (value, *value.splitlines())} - self._values
        for part in parts:
            self._values.add(part)
            if (part.startswith("-----") and "\n" not in part) or _is_flag(part):
                continue
            forms = set(wholes(part))
            if len(part) >= SHORTEST and forms:
                self._wholes.add(forms)
                self._all.add(forms)
                if "\n" not in part:
                    self._all.add(pieces(part))
            if len("".join(part.split())) < SHORTEST and len(part) >= WORD:
                self._words.add(part)
                words = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True)))
                self._word = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    @property
    def values(self) -> list[str]:
        """What is masked."""
        return sorted(self._values)

    def mask(self, text: str) -> str:
        """The text without secrets, and without what gives one away."""
        if self._all:
            data = text.encode(errors="surrogatepass")
            text = _without(data, self._all.places(data))
        return self._word.sub(MASK, text) if self._word else text

    def stream(self, captured: Captured) -> str:
        """What a step printed, masked. Where the middle was thrown away a secret may have been cut in two:
        what stands there is thrown away, too."""
        if captured.binary or not captured.truncated:
            return self.mask(captured.text)
        edge = self._wholes.longest
        head, tail = (self.mask(part.decode(errors="ignore")) for part in (captured.head, captured.tail))
        left_out = captured.size - len(captured.head) - len(captured.tail) + 2 * edge
        head = head[: max(0, len(head) - edge)]
        return f"{head}\n[{left_out} bytes of {captured.size} left out]\n{tail[edge:]}"

    def finds(self, data: bytes) -> bool:
        """Whether a whole secret stands in it; it need not be text."""
        return next(self._wholes.places(data), None) is not None


def _is_flag(value: str) -> bool:
    return value.strip().lower() in _FLAGS


def _without(data: bytes, found: Iterable[tuple[int, int]]) -> str:
    out = []
    last = 0
    for start, end in _joined(found):
        # Never half a character.
        while start > last and data[start] & 0xC0 == 0x80:
            start -= 1
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end += 1
        out.append(data[last:start])
        last = end
    out.append(data[last:])
    return MASK.join(part.decode(errors="surrogatepass") for part in out)


def _joined(found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What overlaps as one."""
    start, end = -1, -1
    for each in sorted(set(found)):
        if each[0] >= end:
            if end >= 0:
                yield start, end
            start, end = each
        else:
            end = max(end, each[1])
    if end >= 0:
        yield start, end
