"""Functions that are called where bash stops at nothing in them, whatever fails, and tells nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import may_fail, returns, sequence, unstopped
from walkthrough.terminal.scripts import evaluated
from walkthrough.terminal.substitutions import Said, short
from walkthrough.terminal.syntax import text

_JOIN = "join them with &&"


def calls(root: Node, known: Mapping[str, Node]) -> Iterator[Said]:
    """A function called where nothing in it stops at a failure: in a condition, before && or ||, in $(…).

    :param known: the functions that earlier blocks have left.
    """
    functions = {**known, **syntax.functions(root)}
    found = without_stop(functions)
    for command in syntax.commands(root):
        off = _unheard(command.node)
        if command.name == "eval" and off and (script := evaluated(command.node)):
            inner = syntax.parse(f"{script}\n")
            for lost in unstopped(inner):
                yield command.node, f"where eval stands here, nothing stops when {short(lost)} fails", _JOIN
                break
            called = [each.name for each in syntax.commands(inner)]
        elif (starter := functions.get(command.name)) is not None:
            # retry f: what it is given, it runs where it runs that.
            runs = _runs(starter)
            given = command.words[1:] if runs and (off or any(map(_unheard, runs))) else ()
            called = [*([command.name] if off else []), *given]
        else:
            continue
        for name in called:
            if name in found:
                yield (
                    command.node,
                    f"where {name} stands here, nothing in it stops when {short(found[name])} fails",
                    f"join its lines with &&, or call {name} in a line of its own",
                )
                break


def _runs(function: Node) -> list[Node]:
    """Where a function runs what it is given: ``"$@"``."""
    return [each.node for each in syntax.commands(function) if each.words[:1] in (("$@",), ("$*",), ("$1",))]


def without_stop(functions: Mapping[str, Node]) -> dict[str, Node]:
    """The functions in which something may fail that nothing stops at, or that call such a one."""
    read = {name: _read(function) for name, function in functions.items()}
    found = {name: each.first for name, each in read.items() if each.first is not None}
    while True:
        more = {
            name: found[called]
            for name, each in read.items()
            if name not in found and not each.stops
            for called in each.calls
            if called in found
        }
        if not more:
            return found
        found |= more


@dataclass(frozen=True)
class _Function:
    """What is asked of a function.

    :param stops: whether it says itself that it stops.
    :param first: its first statement whose failure would end it elsewhere.
    :param calls: the names of the commands in it, as written.
    """

    stops: bool
    first: Node | None
    calls: tuple[str, ...]


# Each block asks of all functions of those before it.
@lru_cache(maxsize=4096)
def _read(function: Node) -> _Function:
    called = dict.fromkeys(command.name for command in syntax.commands(function))
    return _Function(_stops(function), _first_that_may_fail(function), tuple(called))


def _first_that_may_fail(function: Node) -> Node | None:
    """The first statement of a function, its last left out, whose failure would end it elsewhere."""
    body = function.child_by_field_name("body")
    own = sequence(body) if body is not None else []
    if _stops(function):
        return None
    return next((each for each in own[:-1] if may_fail(each) and not returns(each)), None)


def _stops(function: Node) -> bool:
    """Whether a function says itself that it stops: it begins with ``set -e``."""
    body = function.child_by_field_name("body")
    first = next(iter(sequence(body)), None) if body is not None else None
    return first is not None and re.match(r"set -\w*e", text(first)) is not None


def _unheard(node: Node) -> bool:
    """Whether a command stands where bash turns ``errexit`` off for all that it calls."""
    for outer, part in syntax.above(node):
        if outer.type == "function_definition":
            return False
        if outer.type in ("command_substitution", "negated_command"):
            return True
        if outer.type == "list" and outer.named_children[0].id == part.id:
            return True
        if outer.type in ("if_statement", "elif_clause", "while_statement"):
            begun = ("then", "do_group")
            body = next((child for child in outer.children if child.type in begun), None)
            if body is not None and part.start_byte < body.start_byte:
                return True
    return False
