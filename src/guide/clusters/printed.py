"""What other programs print as JSON: what was asked for, or an error that says whose words it was."""

from __future__ import annotations

import json
from typing import Any

from walkthrough.errors import UserError
from walkthrough.machine.command import Result


def mapping(answer: Result) -> dict[str, Any]:
    """The mapping that a program has printed.

    :raises UserError: it has printed something else, though it ended well.
    """
    try:
        found = json.loads(answer.stdout)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _odd(answer, "no mapping of JSON")
    return found


def listed(answer: Result, key: str) -> list[dict[str, Any]]:
    """The mappings that stand in a list of the mapping under a key.

    :raises UserError: the program has printed something else, though it ended well.
    """
    found = mapping(answer).get(key)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _odd(answer, f"JSON without a list of mappings under {key!r}")
    return found


def _odd(answer: Result, what: str) -> UserError:
    program, first = answer.argv[0], answer.words(1)[:100]
    return UserError(
        f"{program} printed {f'{what}: {first!a}' if first else 'nothing'}",
        where=answer.command,
        fix=f"see what is called {program} on PATH, and what it prints by itself",
    )


def inside(value: Any, *keys: str) -> Any:
    """What stands under some keys, one in the other; nothing where one is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
