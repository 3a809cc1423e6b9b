"""Matches lines with an expectation that leaves something open, in a time that grows with their length.

An expectation may come from anybody, and what a step prints from anything. So nothing here goes back and
forth within a line, and what goes back over lines is counted: beyond :data:`EFFORT` it gives up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from walkthrough.compare.like import shape

ELLIPSIS = "…"

#: How many comparisons of two lines are made for one output, a long line counting as several.
EFFORT = 2_000_000

#: Above this many pairs of lines, or of a line and a character, nothing is aligned.
_PAIRS = 1_000_000
_CHARACTERS = 50_000_000


class TooMuchError(Exception):
    """What is to be compared is more than there is time for."""


@dataclass(frozen=True)
class Line:
    """A line, and what is left of it when all that floats has been replaced.

    :param shape: the line itself where nothing floats.
    """

    text: str
    shape: str


Matcher = Callable[[Line, Line], bool]


def lines(text: str, match: str) -> list[Line]:
    """The lines of a text, for a way of comparing."""
    return [Line(line, shape(line) if match == "like" else line) for line in text.split("\n")]


def with_ellipsis(expected: str, actual: str) -> bool:
    """Whether two lines are equal, where ``…`` in the expected one stands for any text."""
    if expected == actual:
        return True
    first, *parts = re.split(f"{ELLIPSIS}+", expected)
    if not parts:
        return False
    *middle, last = parts
    if len(actual) < len(first) + len(last) or not (actual.startswith(first) and actual.endswith(last)):
        return False
    position, end = len(first), len(actual) - len(last)
    for part in middle:
        found = actual.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _equal(expected: Line, actual: Line) -> bool:
    return expected.text == actual.text


def _open(expected: Line, actual: Line) -> bool:
    return with_ellipsis(expected.text, actual.text)


def _alike(expected: Line, actual: Line) -> bool:
    return with_ellipsis(expected.text, actual.text) or with_ellipsis(expected.shape, actual.shape)


MATCHERS: dict[str, Matcher] = {"exact": _equal, "ellipsis": _open, "like": _alike}


def is_gap(line: Line, match: str) -> bool:
    """Whether an expected line stands for any number of lines."""
    return line.text.strip() == ELLIPSIS and match != "exact"


def lines_match(expected: list[Line], actual: list[Line], match: str) -> bool:
    """Whether the lines match, a line of ``…`` taking any number of lines.

    :raises TooMuchError: that cannot be told with :data:`EFFORT`.
    """
    matcher = MATCHERS[match]
    effort = e = a = 0
    gap: tuple[int, int] | None = None
    while a < len(actual):
        effort += 1 + len(actual[a].text) // 1024
        if effort > EFFORT:
            raise TooMuchError
        if e < len(expected) and is_gap(expected[e], match):
            gap = (e, a)
            e += 1
        elif e < len(expected) and matcher(expected[e], actual[a]):
            e, a = e + 1, a + 1
        elif gap is not None:
            gap = (gap[0], gap[1] + 1)
            e, a = gap[0] + 1, gap[1]
        else:
            return False
    return all(is_gap(line, match) for line in expected[e:])


def aligned(expected: str, actual: str, match: str) -> str:
    """``actual`` with each line that an expected line still matches replaced by that expected line."""
    old, new = expected.split("\n"), actual.split("\n")
    if match == "exact" or len(old) * len(new) > _PAIRS or len(old) * len(actual) > _CHARACTERS:
        return actual
    return "\n".join(_cheapest(lines(expected, match), lines(actual, match), match))


def _cheapest(before: list[Line], after: list[Line], match: str) -> list[str]:
    """The fewest changes that turn ``before`` into an expectation of ``after``."""
    matcher = MATCHERS[match]
    old, new = [line.text for line in before], [line.text for line in after]
    gaps = [is_gap(line, match) for line in before]
    same = [
        [not gap and matcher(line, other) for other in after] for line, gap in zip(before, gaps, strict=True)
    ]
    # cost[i][j]: changes needed from old[i:] to meet new[j:].
    cost = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    cost[len(old)] = list(range(len(new), -1, -1))
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
