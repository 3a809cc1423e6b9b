"""Loops that give up, or are left, without a word: what they wait for, or go through, has failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.constant import constant
from walkthrough.terminal.counting import counts, looked_at_later
from walkthrough.terminal.failing import (
    OUT,
    after,
    conditions_of,
    ends_well,
    is_arithmetic,
    is_test,
    may_fail,
    only_fails,
    parts,
    sequence,
)
from walkthrough.terminal.forgiven import failing
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import Command, text
from walkthrough.terminal.telling import says

_LOOPS = ("for_statement", "c_style_for_statement", "while_statement")
_NEVER = "where this never holds, the loop ends and the block goes on"
_ONCE_MORE = "ask once more after the loop, so that it fails there"
_LEFT = "where this fails, the loop is left and the block goes on"


def given_up(root: Node, known: Mapping[str, Node], *, compared: bool = False) -> Iterator[Said]:
    """Each of them: ``for i in 1 2 3; do if A; then break; fi; done``, ``until A; do break; done``.

    :param known: the functions that earlier blocks have left in the shell.
    :param compared: whether what the block prints is compared with an output.
    """
    functions = {**known, **syntax.functions(root)}
    for node in syntax.walk(root):
        body = next((child for child in node.children if child.type == "do_group"), None)
        if node.type not in _LOOPS or body is None:
            continue
        if only_fails(after(node)) or _fails_inside(node, body, functions):
            continue
        found = (*_never(node, body), *_at_once(node, body, functions), *_left(node, body, functions))
        for asked, what in found:
            if not (looked_at_later(node, asked) or (compared and _is_printed(asked))):
                yield asked, what, _ONCE_MORE


def _never(node: Node, body: Node) -> Iterator[tuple[Node, str]]:
    """A loop that ends after some time, also where what it waits for is never so."""
    waited = _waited_for(node)
    bounded = not _for_ever(node) and waited is None
    if waited is not None and any(counts(each, node) for each in waited[1]):
        yield from ((each, _NEVER) for each in waited[0])
        return
    steps = sequence(body)
    outer = node.parent
    if bounded and outer is not None and outer.type == "program" and not after(node):
        steps = steps[:-1] if steps and steps[-1].type == "list" else steps  # it ends as it does

    def leaves(command: Command) -> bool:
        own = command.words[:1] == ("break",) and _loop_of(command.node) == node
        return own or ends_well(command.words)

    gives_up = bounded or any(counts(each, node) for each in _reasons(body, leaves))
    if not gives_up:
        return
    if waited is not None:
        yield from ((each, _NEVER) for each in waited[0])
    for each in steps if waited is None else ():
        asked = _breaks(each)
        if asked is not None and not counts(asked, node):
            yield asked, _NEVER


def _at_once(node: Node, body: Node, functions: Mapping[str, Node]) -> Iterator[tuple[Node, str]]:
    """``until A; do break; done``: ``A || true`` in other words."""
    waited = _waited_for(node)
    *before, last = sequence(body) or [body]
    if waited is None or text(last) not in OUT:
        return
    if all(says(each, functions) for each in before):
        yield from ((each, _LEFT) for each in waited[0])


def _left(node: Node, body: Node, functions: Mapping[str, Node]) -> Iterator[tuple[Node, str]]:
    """``for x in a b; do A "$x" || break; done``; a loop without end asks so whether it is to go on."""
    if _for_ever(node) or (node.type == "while_statement" and _waited_for(node) is not None):
        return
    for each in syntax.walk(body):
        if _loop_of(each) != node:
            continue
        if each.type == "list" and [c.type for c in each.children if c.type in ("&&", "||")] == ["||"]:
            steps = _steps(each.named_children[-1])
            left = each.named_children[0]
        elif each.type == "if_statement" and len(conditions_of(each)) == 1:
            (left,) = conditions_of(each)
            others = any(child.type in ("elif_clause", "else_clause") for child in each.children)
            if left.type != "negated_command" or others:
                continue
            left, steps = left.named_children[0], sequence(each)
        else:
            continue
        *before, last = steps or [each]
        if text(last).split()[:1] == ["break"] and all(says(one, functions) for one in before):
            yield from ((one, _LEFT) for one in failing(left, compared=False, joined=True))


def _waited_for(node: Node) -> tuple[list[Node], list[Node]] | None:
    """What an ``until`` or a ``while !`` waits for, and what it counts beside it; none of other loops."""
    conditions = conditions_of(node)
    if node.type != "while_statement" or len(conditions) != 1 or _for_ever(node):
        return None
    until = node.children[0].type == "until"
    found: list[Node] = []
    tests: list[Node] = []
    for each in parts(conditions[0]):
        turned = each.type == "negated_command"
        inner = each.named_children[0] if turned else each
        if is_test(inner) and counts(inner, node):
            tests.append(inner)
        elif turned != until and (may_fail(inner) or is_test(inner)):
            found.append(inner)
    return (found[:1], tests) if found else None


def _reasons(body: Node, ends: Callable[[Command], bool]) -> Iterator[Node]:
    """What is asked in a loop where it goes out of itself.

    :param ends: whether a command does.
    """
    for command in syntax.commands(body):
        if not ends(command):
            continue
        for outer, part in syntax.above(command.node):
            if outer.id == body.id:
                break
            if outer.type == "list" and outer.named_children[-1].id == part.id:
                yield from parts(outer.named_children[0])
            if outer.type in ("if_statement", "elif_clause"):
                for each in conditions_of(outer):
                    yield from parts(each)


def _loop_of(node: Node) -> Node | None:
    """The loop that a break ends."""
    for outer, _ in syntax.above(node):
        if outer.type in (*_LOOPS, "function_definition", "subshell", "command_substitution"):
            return outer
    return None


def _for_ever(node: Node) -> bool:
    """Whether a loop ends by a break alone."""
    if node.type == "c_style_for_statement":
        return text(node).replace(" ", "").startswith("for((;;))")
    conditions = conditions_of(node)
    if node.type != "while_statement" or len(conditions) != 1:
        return False
    return constant(conditions[0]) is (node.children[0].type == "while")


def _breaks(node: Node) -> Node | None:
    """What a loop asks in a statement, and goes out where it holds, with nothing else done about it."""
    kinds = [child.type for child in node.children if child.type in ("&&", "||")]
    if kinds == ["||"] and node.named_children[0].type == "list" and says(node.named_children[-1], {}):
        return _breaks(node.named_children[0])  # A && break || sleep 1
    if node.type == "list" and kinds == ["&&"]:
        asked, then = node.named_children[0], _steps(node.named_children[-1])
    elif node.type == "if_statement" and not any(c.type == "elif_clause" for c in node.children):
        conditions = conditions_of(node)
        if len(conditions) != 1:
            return None
        asked, then = conditions[0], sequence(node)
        other = next((child for child in node.children if child.type == "else_clause"), None)
        if asked.type == "negated_command" and other is not None:
            asked, then = asked.named_children[0], sequence(other)
    else:
        return None
    words = [text(each).split() for each in then]
    if (
        not words
        or " ".join(words[-1]) not in OUT
        or any(may_fail(each) or "=" in text(each) for each in then[:-1])
    ):
        return None
    if any(each[:1] not in (["echo"], ["printf"]) for each in words[:-1]):
        return None
    # A || [ "$n" -gt 5 ]: the first of them is what it waits for.
    asked = next(parts(asked)) if asked.type == "list" and "||" in text(asked) else asked
    return asked if may_fail(asked) or is_test(asked) else None


def _steps(node: Node) -> list[Node]:
    group = node.type == "compound_statement" and not is_arithmetic(node)
    return sequence(node) if group else [node]


def _fails_inside(loop: Node, body: Node, functions: Mapping[str, Node]) -> bool:
    """Whether a loop says itself that it has failed where it has gone on for too long: ``exit 1`` in it."""

    def fails(command: Command) -> bool:
        function = functions.get(command.name)
        inside = syntax.commands(function) if function is not None else (command,)
        return any(
            each.words == ("false",)
            or (
                each.words[:1] in (("exit",), ("return",))
                and len(each.words) > 1
                and not ends_well(each.words)
            )
            for each in inside
        )

    return any(counts(each, loop) for each in _reasons(body, fails))


def _is_printed(asked: Node) -> bool:
    """Whether the reader sees what a loop waits for."""
    quiet = any(command.has("-q") or command.has("--quiet") for command in syntax.commands(asked))
    return asked.type in ("command", "pipeline") and not is_test(asked) and not quiet
