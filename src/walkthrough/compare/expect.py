"""Compares what a step printed with what the page shows.

In every mode line ends are ``\\n``, spaces at the end of a line do not count (nobody sees them), nor do
empty lines before and after the output.

``exact``
    Line by line the same.
``ellipsis``
    ``…`` in a line stands for any text in that line, none included; ``…`` on a line of its own for any
    number of lines, none included.
``like``
    As ``ellipsis``, and what :mod:`walkthrough.compare.like` lists floats.
``regex``
    The whole output matches the pattern (:func:`re.fullmatch`, ``^`` and ``$`` at each line).
``json``
    Both are JSON and the same value; the order of keys and the spacing do not count. A member
    ``"…": "…"`` says that an object has others, ``"…"`` as a list's last element that the list goes on, a
    value ``"…"`` stands for anything, and ``…`` inside a string for any text.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from typing import Any

from walkthrough.compare.alignment import (
    ELLIPSIS,
    TooMuchError,
    aligned,
    lines,
    lines_match,
    with_ellipsis,
)
from walkthrough.errors import UserError

#: Seconds that a pattern may take: one can be written that never comes to an end.
_PATTERN = 10.0
#: It ends by itself as well, where whoever began it was killed.
_FULL_MATCH = (
    "import json, re, signal, sys; signal.alarm(int(sys.argv[1])); pattern, text = json.load(sys.stdin); "
    "sys.exit(0 if re.fullmatch(pattern, text, re.MULTILINE) else 4)"
)
#: Lines of each side that a difference is made of: making one of more can take for ever.
_SHOWN = 400


def check_expectation(expected: str, match: str, where: str) -> None:
    """Refuse an expectation that no output could meet.

    :raises UserError: at ``where``, a pattern or a JSON text that cannot be read.
    """
    try:
        if match == "regex":
            re.compile(_plain(expected), re.MULTILINE)
        elif match == "json":
            json.loads(expected)
    except (re.error, ValueError, RecursionError, OverflowError) as error:
        raise UserError(
            f"this output is not {'a pattern' if match == 'regex' else 'JSON'}: {error}",
            where=where,
            fix="correct it, or compare in another way: match=exact, ellipsis, like",
        ) from None


def compare(expected: str, actual: str, match: str) -> str | None:
    """The difference between the two, or none.

    :param match: one of :data:`walkthrough.pages.rules.MATCHES`.
    :returns: a unified diff in which what matches is the same on both sides.
    """
    expected, actual = _plain(expected), _plain(actual)
    if match == "regex":
        matches = _full_match(expected, actual)
        if matches:
            return None
        what = "" if matches is False else f"the pattern was not done within {_PATTERN:.0f} s\n"
        return what + _diff(expected, actual, "the pattern", "what was printed")
    if match == "json":
        return _compare_json(expected, actual)
    try:
        if lines_match(lines(expected, match), lines(actual, match), match):
            return None
    except TooMuchError:
        return "there is too much of it to compare with so many lines of …: write more of what is printed\n"
    return _diff(expected, aligned(expected, actual, match), "the page", "what was printed")


def _full_match(pattern: str, text: str) -> bool | None:
    """Whether a pattern matches a text; none where it does not come to an end in time."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _FULL_MATCH, str(int(_PATTERN) + 1)],
            input=json.dumps([pattern, text]),
            text=True,
            capture_output=True,
            timeout=_PATTERN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (0, 4):
        raise UserError(f"the pattern cannot be compared: {done.stderr.strip()}", fix="write another one")
    return done.returncode == 0


def updated(expected: str, actual: str, match: str) -> str | None:
    """The expectation rewritten so that ``actual`` meets it, keeping every line that still matches.

    :returns: none where a person has to do it (``regex``, or JSON that is none).
    """
    expected, actual = _plain(expected), _plain(actual)
    if match == "regex":
        return None
    if match == "json":
        try:
            merged = _merge(json.loads(expected), json.loads(actual))
        except (ValueError, RecursionError):
            return None
        return json.dumps(merged, indent=2, ensure_ascii=False) + "\n"
    text = aligned(expected, actual, match)
    return f"{text}\n" if text else ""


def _plain(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def _diff(expected: str, actual: str, left: str, right: str) -> str:
    old, new = expected.split("\n"), actual.split("\n")
    # What both begin with is found here, in linear time.
    pairs = enumerate(zip(old, new, strict=False))
    same = next((number for number, (a, b) in pairs if a != b), min(len(old), len(new)))
    begin = max(0, same - 3)
    end = begin + _SHOWN
    difference = difflib.unified_diff(old[begin:end], new[begin:end], left, right, lineterm="", n=3)
    shown = [line.rstrip() for line in difference]
    if begin:
        shown.insert(2, f"[{begin} lines that are the same]")
    if max(len(old), len(new)) > end:
        shown.append(f"[what comes after {_SHOWN} lines is not shown]")
    return "\n".join(shown)


# JSON


def _compare_json(expected: str, actual: str) -> str | None:
    try:
        value = json.loads(actual)
        return _compare_values(json.loads(expected), value)
    except (ValueError, RecursionError) as error:
        return f"what was printed is not JSON: {error}\n" + _diff(
            expected, actual, "the page", "what was printed"
        )


def _compare_values(wanted: Any, value: Any) -> str | None:
    if _json_match(wanted, value):
        return None
    return _diff(_dump(wanted), _dump(_merge(wanted, value)), "the page", "what was printed")


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _json_match(expected: Any, actual: Any) -> bool:
    if expected == ELLIPSIS:
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        keys = expected.keys() - {ELLIPSIS}
        complete = keys <= actual.keys() if ELLIPSIS in expected else keys == actual.keys()
        return complete and all(_json_match(expected[key], actual[key]) for key in keys)
    if isinstance(expected, list) and isinstance(actual, list):
        if expected and expected[-1] == ELLIPSIS:
            expected, actual = expected[:-1], actual[: len(expected) - 1]
        return len(expected) == len(actual) and all(map(_json_match, expected, actual))
    if isinstance(expected, str) and isinstance(actual, str):
        return with_ellipsis(expected, actual)
    # In Python True == 1; in JSON they differ.
    return isinstance(expected, bool) == isinstance(actual, bool) and bool(expected == actual)


def _merge(expected: Any, actual: Any) -> Any:
    """``actual`` with every part that ``expected`` still matches written as in ``expected``."""
    if _json_match(expected, actual):
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        open_ended = ELLIPSIS in expected
        merged = {key: _merge(value, actual[key]) for key, value in expected.items() if key in actual}
        if open_ended:
            return {**merged, ELLIPSIS: ELLIPSIS}
        return {**merged, **{key: value for key, value in actual.items() if key not in merged}}
    if isinstance(expected, list) and isinstance(actual, list):
        open_ended = bool(expected) and expected[-1] == ELLIPSIS
        shown = expected[:-1] if open_ended else expected
        merged_list = [_merge(old, new) for old, new in zip(shown, actual, strict=False)]
        return [*merged_list, ELLIPSIS] if open_ended else [*merged_list, *actual[len(shown) :]]
    return actual
