"""What floats in an output that is compared with ``match=like``.

Two lines are alike when they are equal after each of the following has been replaced by its name, and
each run of two or more spaces (the gap between two columns) by one gap. Everything else is compared
letter for letter.

========== =============================================================================================
uid        ``8-4-4-4-12`` hexadecimal
digest     ``sha256:`` or ``sha512:`` with 64 or more hexadecimal digits; 40 or 64 on their own (a commit)
time       ``2026-11-23T22:41:02Z`` (also with a fraction, an offset, a space for the T);
           ``Mon, 23 Nov 2026 22:41:02 GMT``; ``Nov 23 22:41:02 2026 GMT``; ``Mon Nov 23 22:41:02 UTC 2026``
date       ``2026-11-23``
clock      ``22:41:02``
age        a duration or an age: ``5s``, ``2m3s``, ``4d2h``, ``1.25s``, ``350ms``. A CPU quantity such as
           ``100m`` cannot be told from an age, and floats too
ip         an IPv4 or IPv6 address, with its prefix length; not ``127.0.0.1``, ``0.0.0.0``, ``::1``, ``::``
port       a port of 32768 or more after ``host:``
========== =============================================================================================

Plugins add to it (:func:`walkthrough.hooks.floats`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address

from walkthrough import hooks

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:\.\d+)?"
_HEX = "[0-9a-f]"

_FLOATS = {
    "uid": rf"\b{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}\b",
    "digest": rf"\bsha(?:256|512):{_HEX}{{64,128}}\b|\b(?:{_HEX}{{64}}|{_HEX}{{40}})\b",
    "time": rf"\b\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?:Z|\b ?[+-]\d{{2}}:?\d{{2}}|\b)"
    rf"|\b{_DAY}, \d{{2}} {_MONTH} \d{{4}} {_CLOCK} [A-Z]{{3,4}}\b"
    rf"|\b{_DAY} {_MONTH} [ \d]\d {_CLOCK} [A-Z]{{3,4}} \d{{4}}\b"
    rf"|\b{_MONTH} [ \d]\d {_CLOCK} \d{{4}}(?: [A-Z]{{3,4}}\b)?",
    "date": r"\b\d{4}-\d{2}-\d{2}\b",
    "clock": rf"\b{_CLOCK}\b",
    "ip": r"(?<![\w.])(?!127\.0\.0\.1\b|0\.0\.0\.0\b)(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)(?:/\d{1,3}\b)?",
    "ip6": rf"(?<![\w:.]){_HEX}{{0,4}}(?::{_HEX}{{0,4}}){{2,7}}(?![\w:])(?:/\d{{1,3}}\b)?",
    "port": r"(?<=[\w\].]:)(?:3276[89]|327[7-9]\d|32[89]\d{2}|3[3-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b(?![./\w])",
    "age": r"(?<![\w.:-])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|y))+(?!\w)",
}
_GAP = re.compile(r"(?<=\S) {2,}")


@lru_cache(maxsize=4)
def _floating(_plugins: frozenset[object]) -> re.Pattern[str]:
    patterns = {**_FLOATS, **hooks.floats()}
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items()))


def shape(line: str) -> str:
    """The line with everything that floats replaced by its name."""
    # Times come before gaps: ``Nov  3`` holds two spaces.
    return _GAP.sub("  ", _floating(hooks.plugins()).sub(_name, line))


def _name(match: re.Match[str]) -> str:
    name, text = str(match.lastgroup), match.group()
    if name == "ip6":
        try:
            address = IPv6Address(text.partition("/")[0])
        except ValueError:
            return text
        if int(address) <= 1:
            return text
        name = "ip"
    return f"\0{name}\0"
