"""The ways in which a text may be read: without what a terminal adds, with escapes resolved, as a dump.

A :class:`Reading` is what is read, and knows where each part of it stands in the text itself.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from walkthrough.masking.unpacked import LEVELS, unpacked

#: How often one format is looked for inside another: JSON in a string of JSON in a shell's quotes.
_LEVELS = 3

#: What may stand inside a secret: what lines are marked with, control sequences, spaces, what nobody sees.
_NOISE = re.compile(
    rb"(?:\r?\n[ \t]*[|>#*+:-]{1,2}(?=[ \t])|\\\r?\n|[\s\0\x08\x1e]"
    rb"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]"
    rb"|\xc2[\xa0\xad]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81\xa0|\xef\xbb\xbf)+"
)
_ESCAPES = re.compile(
    rb"%(?P<percent>[0-9a-fA-F]{2})|\\x(?P<byte>[0-9a-fA-F]{2})|\\(?P<octal>[0-3][0-7]{2})"
    rb"|\\u\{(?P<braced>[0-9a-fA-F]{1,6})\}|\\U(?P<long>[0-9a-fA-F]{8})"
    rb"|(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u(?P<short>[0-9a-fA-F]{4})"
    rb"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});)|\\(?P<space>[abefnrtv])|\\(?P<plain>[!-~])"
)
_QUOTES = re.compile(rb"[\\'\"`]+")
#: What stands between the bytes of a key or digest in hexadecimal.
_BETWEEN = re.compile(rb"(?:[:,.-]|0x|\\x)+")
_HEXADECIMAL = re.compile(rb"(?i)(?:[0-9a-f]{2}(?:[:,.-]|0x|\\x)+){5}")
_DUMPED = re.compile(
    rb"(?im)^[ \t]*[0-9a-f]{6,16}(?:"
    rb":[ \t]+(?P<bytes>[0-9a-f]{2,8}(?: {1,2}[0-9a-f]{2,8})*)(?: {2,}[^\n]*)?"
    rb"|[ \t]+(?P<numbers>[0-9a-f]{2,8}(?: {1,2}[0-9a-f]{2,8})*)(?: +[|>][^\n]*)?"
    rb"|[ \t]+(?P<letters>[^ \n]{1,3}(?: +[^ \n]{1,3})*)"
    rb")[ \t\r]*$"
)
#: Commands to a terminal, without what they say.
_COMMANDS = re.compile(rb"(?:[\s\0\x07]|\x1b\]|\x1b\\|\xc2\x9b[0-?]*[ -/]*[@-~]|\x1b\[[0-?]*[ -/]*[@-~])+")
#: A letter that another is printed over: bold, or underlined.
_OVERSTRUCK = re.compile(rb"(?:[ -~]|[\xc2-\xf4][\x80-\xbf]+)\x08")
#: What a line begins with that was numbered, dated or compared.
_NUMBERED = re.compile(
    rb"(?m)(?:^\d{4}-\d\d-\d\dT[\d:.]+Z? |^[ \t]*\d{1,6}(?:\t|[:-]|[ ]{1,2})|^[+<>-](?=\S))(?=\S)"
    rb"|[ \t]*\|\r?\n[ \t]*\|"
)
#: Bytes as numbers, as Go and Python print them.
_DECIMAL = re.compile(rb"(?<![\d.])\d{1,3}(?:(?:[,;]|[ ]{1,3}|, |\r?\n)\d{1,3}){7,}(?![\d.])")
#: Signs one by one, with the same between any two: ``h.u.n.t.e.r``, ``'h', 'u', 'n'``.
_APART = re.compile(rb"[!-~](?P<between>[,.:;/_|'\" -]{1,4})(?:[!-~](?P=between)){4,}[!-~]")
#: What od prints where nothing else is asked for: two bytes as one number, in octal.
_OCTAL = re.compile(rb"[01][0-7]{5}")


class Reading:
    """What a text says, read in one way.

    :param data: what is read.
    :param before: the reading that it was made from; none for the text itself.
    """

    def __init__(self, data: bytes, before: Reading | None = None) -> None:
        self.data = data
        self._before = before
        # Of each part: where it begins here, where in the reading before, and how long it was if it changed.
        self._here: list[int] = []
        self._there: list[int] = []
        self._changed: list[int] = []

    def part(self, here: int, there: int, changed: int = 0) -> None:
        """Say where a part of it comes from."""
        self._here.append(here)
        self._there.append(there)
        self._changed.append(changed)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text itself something stands that was found here."""
        if self._before is None:
            return start, end
        return self._before.place(self._edge(start)[0], self._edge(end - 1)[1])

    def _edge(self, at: int) -> tuple[int, int]:
        part = bisect_right(self._here, at) - 1
        there, changed = self._there[part], self._changed[part]
        if changed:
            return there, there + changed
        there += at - self._here[part]
        return there, there + 1


def readings(text: bytes) -> Iterator[Reading]:
    """All ways to read a text."""
    plain = level = _rewritten(Reading(text), _NOISE, lambda _: b"")
    for number in range(_LEVELS + 1):
        if number:
            resolved = _rewritten(level, _ESCAPES, _meaning)
            if resolved.data == level.data:
                break
            level = _rewritten(resolved, _NOISE, lambda _: b"")
        yield level
        if _QUOTES.search(level.data):
            yield _rewritten(level, _QUOTES, lambda _: b"")
    if _HEXADECIMAL.search(plain.data):
        yield _rewritten(plain, _BETWEEN, lambda _: b"")
    if _DUMPED.search(text):
        yield _dumped(text)
    if b"\x1b]" in text or b"\xc2\x9b" in text:
        # What a terminal takes for a title, or for the clipboard, is in a log all the same.
        yield _rewritten(Reading(text), _COMMANDS, lambda _: b"")
    if b"\x08" in text:
        yield _rewritten(_rewritten(Reading(text), _OVERSTRUCK, lambda _: b""), _NOISE, lambda _: b"")
    if _NUMBERED.search(text):
        yield _rewritten(_rewritten(Reading(text), _NUMBERED, lambda _: b""), _NOISE, lambda _: b"")
    if _DECIMAL.search(text):
        yield _rewritten(_rewritten(Reading(text), _DECIMAL, _bytes), _NOISE, lambda _: b"")
    if _APART.search(text):
        together = _rewritten(Reading(text), _APART, lambda run: run[0][:: 1 + len(run["between"])])
        yield _rewritten(together, _NOISE, lambda _: b"")
    yield from _unpacked(Reading(text), LEVELS)


def _unpacked(before: Reading, levels: int) -> Iterator[Reading]:
    """What stands packed in a text; each packed text is a place of its own."""
    found = list(unpacked(before.data))
    if not found or not levels:
        return
    result = Reading(b"", before)
    out = bytearray()
    for start, end, said in found:
        result.part(len(out), start, end - start)
        out += said + b"\0\n"
    result.data = bytes(out)
    level = _rewritten(result, _NOISE, lambda _: b"")
    yield level
    resolved = _rewritten(level, _ESCAPES, _meaning)
    if resolved.data != level.data:
        yield resolved
    yield from _unpacked(result, levels - 1)


def _bytes(match: re.Match[bytes]) -> bytes:
    numbers = [int(each) for each in re.findall(rb"\d+", match.group())]
    return bytes(numbers) if max(numbers) < 256 else match.group()


def bare(value: bytes) -> bytes:
    """A value without what a reading leaves out."""
    return _NOISE.sub(b"", value)


def unquoted(value: bytes) -> bytes:
    """A value without quotes and backslashes."""
    return _QUOTES.sub(b"", value)


def _rewritten(
    before: Reading, pattern: re.Pattern[bytes], meaning: Callable[[re.Match[bytes]], bytes]
) -> Reading:
    out = bytearray()
    result = Reading(b"", before)
    last = 0
    for match in pattern.finditer(before.data):
        if match.start() > last:
            result.part(len(out), last)
            out += before.data[last : match.start()]
        if means := meaning(match):
            result.part(len(out), match.start(), match.end() - match.start())
            out += means
        last = match.end()
    result.part(len(out), last)
    out += before.data[last:]
    result.data = bytes(out)
    return result


def _meaning(match: re.Match[bytes]) -> bytes:
    kind, said = str(match.lastgroup), match[str(match.lastgroup)]
    if kind in ("percent", "byte"):
        return bytes.fromhex(said.decode())
    if kind == "octal":
        return bytes([int(said, 8)])
    if kind in ("short", "long", "braced"):
        number = int(said, 16)
        return chr(number).encode(errors="ignore") if number < 0x110000 else b""
    if kind == "pair":
        high, low = int(said[2:6], 16), int(said[8:12], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00).encode()
    if kind == "entity":
        return html.unescape(said.decode()).encode(errors="ignore")
    return {b"e": b"\x1b"}.get(said, b"") if kind == "space" else said


def _dumped(text: bytes) -> Reading:
    """The bytes that od, xxd or hexdump show; each stands for its whole line."""
    result = Reading(b"", Reading(text))
    out = bytearray()
    for line in _DUMPED.finditer(text):
        result.part(len(out), line.start(), line.end() - line.start())
        for shown in (line["letters"] or b"").split():
            out += _letter(shown)
        for shown in (line["bytes"] or b"").split():
            out += bytes.fromhex(shown.decode()) if len(shown) % 2 == 0 else b""
        for shown in (line["numbers"] or b"").split():
            out += _number(shown)
    result.data = bytes(out)
    return _rewritten(result, _NOISE, lambda _: b"")


def _letter(shown: bytes) -> bytes:
    if len(shown) == 1:
        return shown
    return bytes([int(shown, 8) & 255]) if re.fullmatch(rb"[0-7]{3}", shown) else b""


def _number(shown: bytes) -> bytes:
    """Without a colon after the address these are numbers, their last byte first."""
    if _OCTAL.fullmatch(shown):
        return int(shown, 8).to_bytes(2, "little")
    return bytes.fromhex(shown.decode())[::-1] if len(shown) % 2 == 0 else _letter(shown)
