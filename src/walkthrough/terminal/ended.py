"""Where a block ends well before its end, and where a loop gives up without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import (
    LEVELS,
    OUT,
    after_or,
    ends_well,
    is_test,
    may_fail,
    only_fails,
    sequence,
)
from walkthrough.terminal.forgiven import excused
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import text

#: What stands in a shell of its own: it ends that one.
_OWN_SHELL = ("subshell", "command_substitution", "process_substitution")
_SKIPPED = "what comes after this is not run, and all is well"


def ended(root: Node) -> Iterator[Said]:
    """``exit 0`` with more after it, or after ``||``: what comes then is not run, and nobody hears of it."""
    functions = {
        name
        for name, function in syntax.functions(root).items()
        if any(_exits(node) and _function(node) == function for node in syntax.walk(function))
    }
    for node in syntax.walk(root):
        if node.type != "command":
            continue
        called = syntax.command(node).name in functions
        if (_exits(node) or called) and (told := _skips(node)) is not None:
            yield told
        words = list(syntax.command(node).words)
        if words[:1] == ["return"] and len(words) > 1 and ends_well(words):
            yield from _returned(node)


def given_up(root: Node) -> Iterator[Said]:
    """``for i in 1 2 3; do if A; then break; fi; done``: where A never holds, the block goes on."""
    for node in syntax.walk(root):
        if node.type not in ("for_statement", "c_style_for_statement", "while_statement"):
            continue
        body = next((child for child in node.children if child.type == "do_group"), None)
        if body is None or _for_ever(node):
            continue
        steps = sequence(body)
        outer = node.parent
        if (
            outer is not None
            and outer.type == "program"
            and not _after(node)
            and steps[-1:]
            and steps[-1].type == "list"
        ):
            steps = steps[:-1]  # then the loop ends as it does, and the block
        for each in steps:
            asked = _breaks(each)
            if asked is not None and not _looked_at_later(node, asked) and not only_fails(_after(node)):
                yield (
                    asked,
                    "where this never holds, the loop ends and the block goes on",
                    "ask once more after the loop, so that it fails there",
                )


def _exits(node: Node) -> bool:
    """Whether a command ends the shell, and well: ``exit 0``, or ``exec`` with a program."""
    if node.type != "command":
        return False
    words = list(syntax.command(node).words)
    if words[:1] == ["exit"] and ends_well(words):
        return True
    words = text(node).split()
    operands = [child for child in node.named_children if not child.type.endswith("redirect")]
    return words[:1] == ["exec"] and len(operands) > 1


def _function(node: Node) -> Node | None:
    """The function that a command ends with its shell; none where it is a shell of its own."""
    for outer, _ in syntax.above(node):
        if outer.type in _OWN_SHELL:
            return None
        if outer.type == "function_definition":
            return outer
    return None


def _skips(node: Node) -> Said | None:
    """What is not run because of it."""
    asked = False
    for outer, part in syntax.above(node):
        if outer.type in _OWN_SHELL:
            return None
        if outer.type == "list" and after_or(outer) and outer.named_children[-1].id == part.id:
            # exit alone says what has failed.
            if text(node) != "exit":
                return outer, "where this fails, the block ends as if all were well", "let it fail"
            return None
        asked = asked or outer.type in ("list", "if_statement", "elif_clause", "case_item")
        if outer.type == "function_definition":
            return None  # told of where it is called
        if outer.type in LEVELS:
            later = [each for each in sequence(outer) if each.start_byte >= part.end_byte]
            if not later or (asked and outer.type == "do_group" and not any(map(may_fail, later))):
                continue
            if asked and only_fails(later):
                return None
            return node, _SKIPPED, "put what comes after it into the else" if asked else "take it away"
    return None


def _returned(node: Node) -> Iterator[Said]:
    """``return 0`` in a function: with more after it, or where something has failed."""
    outer = node.parent
    if outer is None:
        return
    if outer.type == "list" and after_or(outer) and outer.named_children[-1].id == node.id:
        if not excused(outer, asked=True):
            yield outer, "where this fails, the function ends as if all were well", "let it fail: || return"
    elif (
        outer.type in LEVELS
        and outer.parent is not None
        and outer.parent.type == "function_definition"
        and sequence(outer)[-1].id != node.id
    ):
        yield node, _SKIPPED, "take it away"


def _for_ever(node: Node) -> bool:
    """Whether a loop ends by a break alone."""
    condition = [child for child in node.children if child.is_named and child.type != "do_group"]
    if node.type != "while_statement":
        return node.type == "c_style_for_statement" and text(node).replace(" ", "").startswith("for((;;))")
    return [text(each) for each in condition] in (["true"], [":"]) or node.children[0].type == "until"


def _breaks(node: Node) -> Node | None:
    """What a loop asks in a statement, and goes out where it holds, with nothing else done about it."""
    if node.type == "list" and [c.type for c in node.children if c.type in ("&&", "||")] == ["&&"]:
        asked, then = node.named_children[0], [node.named_children[-1]]
    elif node.type == "if_statement" and not any(c.type == "elif_clause" for c in node.children):
        before = [c for c in node.named_children if c.end_byte <= _then(node)]
        if len(before) != 1:
            return None
        asked, then = before[0], sequence(node)
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
    return asked if may_fail(asked) or is_test(asked) else None


def _after(loop: Node) -> list[Node]:
    """What comes after a loop in its level."""
    outer = loop.parent
    return [each for each in sequence(outer) if each.start_byte >= loop.end_byte] if outer is not None else []


def _then(node: Node) -> int:
    return next((child.start_byte for child in node.children if child.type == "then"), node.start_byte)


def _looked_at_later(loop: Node, asked: Node) -> bool:
    """Whether what a loop waits for is asked once more after it, or something is asked of its variables."""
    root = next((outer for outer, _ in syntax.above(loop) if outer.type == "program"), loop)
    rest = [each for each in syntax.walk(root) if each.start_byte >= loop.end_byte]
    names = {
        text(each).strip("${}")
        for each in syntax.walk(loop)
        if each.type in ("variable_name", "simple_expansion")
    }
    wanted = text(asked).lstrip("! ").split()[:2]
    words = {*text(asked).split()} - {"test", "[", "[[", "]", "]]", "!", "="}
    return any(
        (not is_test(asked) and each.type == "command" and text(each).split()[:2] == wanted)
        or (is_test(each) and any(re.search(rf"\$\{{?{name}\b", text(each)) for name in names))
        or (
            is_test(each)
            and is_test(asked)
            and any(not word.startswith("-") for word in words & {*text(each).split()})
        )
        for each in rest
    )
