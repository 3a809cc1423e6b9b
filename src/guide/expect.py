"""Compares what a step printed with what the page shows.

In every mode line ends are ``\\n``, spaces at the end of a line do not count (nobody sees them), nor do
empty lines before and after the output.

``exact``
    Line by line the same.
``ellipsis``
    ``…`` in a line stands for any text in that line, none included; ``…`` on a line of its own for any
    number of lines, none included.
``like``
    As ``ellipsis``, and what :mod:`guide.like` lists floats.
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
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from guide.errors import GuideError
from guide.like import shape

ELLIPSIS = "…"

#: Above this many pairs of lines a difference is shown without aligning what floats.
_ALIGNABLE = 1_000_000


def check_expectation(expected: str, match: str, where: str) -> None:
    """Refuse an expectation that no output could meet.

    :raises GuideError: at ``where``, a pattern or a JSON text that cannot be read.
    """
    try:
        if match == "regex":
            re.compile(_plain(expected), re.MULTILINE)
        elif match == "json":
            json.loads(expected)
    except (re.error, json.JSONDecodeError) as error:
        raise GuideError(
            f"this output is not {'a pattern' if match == 'regex' else 'JSON'}: {error}",
            where=where,
            fix="correct it, or compare in another way: match=exact, ellipsis, like",
        ) from None


def compare(expected: str, actual: str, match: str) -> str | None:
    """The difference between the two, or none.

    :param match: one of :data:`guide.attributes.MATCHES`.
    :returns: a unified diff in which what matches is the same on both sides.
    """
    expected, actual = _plain(expected), _plain(actual)
    if match == "regex":
        if re.fullmatch(expected, actual, re.MULTILINE):
            return None
        return _diff(expected, actual, "the pattern", "what was printed")
    if match == "json":
        return _compare_json(expected, actual)
    if _lines_match(expected.split("\n"), actual.split("\n"), _MATCHERS[match]):
        return None
    return _diff(expected, _aligned(expected, actual, match), "the page", "what was printed")


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
        except json.JSONDecodeError:
            return None
        return json.dumps(merged, indent=2, ensure_ascii=False) + "\n"
    text = _aligned(expected, actual, match)
    return f"{text}\n" if text else ""


def _plain(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def _diff(expected: str, actual: str, left: str, right: str) -> str:
    lines = difflib.unified_diff(expected.split("\n"), actual.split("\n"), left, right, lineterm="", n=3)
    return "\n".join(line.rstrip() for line in lines)


# Lines: exact, ellipsis, like


def _equal(expected: str, actual: str) -> bool:
    return expected == actual


def _with_ellipsis(expected: str, actual: str) -> bool:
    return expected == actual or (
        ELLIPSIS in expected and _ellipsis_pattern(expected).fullmatch(actual) is not None
    )


def _alike(expected: str, actual: str) -> bool:
    return _with_ellipsis(expected, actual) or _with_ellipsis(shape(expected), shape(actual))


@lru_cache(maxsize=4096)
def _ellipsis_pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, re.split(f"{ELLIPSIS}+", line))))


_Matcher = Callable[[str, str], bool]
_MATCHERS: dict[str, _Matcher] = {"exact": _equal, "ellipsis": _with_ellipsis, "like": _alike}


def _is_gap(line: str, matcher: _Matcher) -> bool:
    return line.strip() == ELLIPSIS and matcher is not _equal


def _lines_match(expected: list[str], actual: list[str], matcher: _Matcher) -> bool:
    """Whether the lines match, a line of ``…`` taking any number of lines; linear in both lengths
    but for going back to the last ``…``."""
    e = a = 0
    gap: tuple[int, int] | None = None
    while a < len(actual):
        if e < len(expected) and _is_gap(expected[e], matcher):
            gap = (e, a)
            e += 1
        elif e < len(expected) and matcher(expected[e], actual[a]):
            e, a = e + 1, a + 1
        elif gap is not None:
            gap = (gap[0], gap[1] + 1)
            e, a = gap[0] + 1, gap[1]
        else:
            return False
    return all(_is_gap(line, matcher) for line in expected[e:])


def _aligned(expected: str, actual: str, match: str) -> str:
    """``actual`` with each line that an expected line still matches replaced by that expected line."""
    matcher = _MATCHERS[match]
    old, new = expected.split("\n"), actual.split("\n")
    if matcher is _equal or len(old) * len(new) > _ALIGNABLE:
        return actual
    return "\n".join(_cheapest(old, new, matcher))


def _cheapest(old: list[str], new: list[str], matcher: _Matcher) -> list[str]:
    """The fewest changes that turn ``old`` into an expectation of ``new``."""
    gaps = [_is_gap(line, matcher) for line in old]
    # cost[i][j]: changes needed from old[i:] to meet new[j:].
    cost = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    cost[len(old)] = list(range(len(new), -1, -1))
    same = [[not gap and matcher(line, other) for other in new] for line, gap in zip(old, gaps, strict=True)]
    for i in range(len(old) - 1, -1, -1):
        cost[i][len(new)] = cost[i + 1][len(new)] + (0 if gaps[i] else 1)
        for j in range(len(new) - 1, -1, -1):
            if gaps[i]:
                cost[i][j] = min(cost[i][j + 1], cost[i + 1][j])
            else:
                match_cost = cost[i + 1][j + 1] + (0 if same[i][j] else 1)
                cost[i][j] = min(match_cost, 1 + cost[i + 1][j], 1 + cost[i][j + 1])
    result: list[str] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i == len(old):
            result.append(new[j])
            j += 1
        elif gaps[i]:
            if j < len(new) and cost[i][j] == cost[i][j + 1] and cost[i + 1][j] != cost[i][j]:
                j += 1
            else:
                result.append(old[i])
                # The lines that it takes: as many as keep the cost.
                while j < len(new) and cost[i][j] != cost[i + 1][j]:
                    j += 1
                i += 1
        elif j == len(new):
            i += 1
        elif same[i][j] and cost[i][j] == cost[i + 1][j + 1]:
            result.append(old[i])
            i, j = i + 1, j + 1
        elif cost[i][j] == 1 + cost[i + 1][j + 1]:
            result.append(new[j])
            i, j = i + 1, j + 1
        elif cost[i][j] == 1 + cost[i][j + 1]:
            result.append(new[j])
            j += 1
        else:
            i += 1
    return result


# JSON


def _compare_json(expected: str, actual: str) -> str | None:
    try:
        value = json.loads(actual)
    except json.JSONDecodeError as error:
        return f"what was printed is not JSON: {error}\n" + _diff(
            expected, actual, "the page", "what was printed"
        )
    wanted = json.loads(expected)
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
        return _with_ellipsis(expected, actual)
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
