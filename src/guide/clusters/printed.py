"""What other programs print as JSON: what was asked for, or an error that says whose words it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from walkthrough.errors import UserError
from walkthrough.machine.command import Result


def mapping(answer: Result, *, tell: bool = True) -> dict[str, Any]:
    """The mapping that a program has printed.

    :param tell: whether an error may say the beginning of it.
    :raises UserError: it has printed something else, though it ended well.
    """
    try:
        found = json.loads(answer.stdout)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _odd(answer, "no mapping of JSON", tell=tell)
    return found


def listed(answer: Result, key: str, *, tell: bool = True) -> list[dict[str, Any]]:
    """The mappings that stand in a list of the mapping under a key.

    :param tell: whether an error may say the beginning of what was printed.
    :raises UserError: the program has printed something else, though it ended well.
    """
    found = mapping(answer, tell=tell).get(key)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _odd(answer, f"JSON without a list of mappings under {key!r}", tell=tell)
    return found


@contextmanager
def as_described(answer: Result) -> Iterator[None]:
    """Read what the mappings of an answer hold in them, as the program's documentation describes it.

    :raises UserError: it is not so.
    """
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _odd(answer, f"JSON of another form ({type(error).__name__})", tell=False) from error


def _odd(answer: Result, what: str, *, tell: bool) -> UserError:
    program, first = answer.argv[0], answer.words(1)[:100]
    said = f"{what}: {first!a}" if tell else what
    return UserError(
        f"{program} printed {said if first else 'nothing'}",
        where=answer.command,
        fix=f"see what is called {program} on PATH, and what it prints by itself",
    )


def inside(value: Any, *keys: str) -> Any:
    """What stands under some keys, one in the other; nothing where one is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
