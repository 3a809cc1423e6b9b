"""Where a block ends well before its end, and where a loop gives up without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import (
    LEVELS,
    after,
    after_or,
    ends_well,
    goes_well,
    may_fail,
    only_fails,
    passes_on,
    sequence,
)
from walkthrough.terminal.forgiven import excused
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import text

#: What stands in a shell of its own: it ends that one.
_OWN_SHELL = ("subshell", "command_substitution", "process_substitution")
_SKIPPED = "what comes after this is not run, and all is well"


def ended(root: Node, known: Mapping[str, Node]) -> Iterator[Said]:
    """``exit 0`` with more after it, or after ``||``: what comes then is not run, and nobody hears of it.

    :param known: the functions that earlier blocks have left in the shell.
    """
    functions = {
        name
        for name, function in {**known, **syntax.functions(root)}.items()
        if any(_exits(node) and _function(node) == function for node in syntax.walk(function))
    }
    for node in syntax.walk(root):
        if node.type != "command":
            continue
        called = syntax.command(node).name in functions
        if (_exits(node) or called) and (told := _skips(node)) is not None:
            yield told
        if syntax.command(node).name == "return":
            yield from _returned(node)
        if syntax.command(node).name in ("break", "continue"):
            yield from _left(node)


def _exits(node: Node) -> bool:
    """Whether a command ends the shell, and well: ``exit 0``, or ``exec`` with a program."""
    if node.type != "command":
        return False
    words = list(syntax.command(node).words)
    if words[:1] == ["exit"] and (ends_well(words) or (passes_on(node) and goes_well(node))):
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
            if not passes_on(node) or goes_well(node):
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
    """``return`` in a function: with more after it, or as if all were well where something has failed."""
    outer, part = node.parent, node
    while outer is not None and outer.type == "compound_statement" and outer.parent is not None:
        if outer.parent.type != "list":
            break
        outer, part = outer.parent, outer
    if outer is None:
        return
    if outer.type == "list" and after_or(outer) and outer.named_children[-1].id == part.id:
        if goes_well(node) and not excused(outer, asked=True):
            yield outer, "where this fails, the function ends as if all were well", "let it fail: || return"
    elif outer.type in LEVELS and outer.parent is not None and outer.parent.type == "function_definition":
        well = passes_on(node) or ends_well(syntax.command(node).words)
        if well and sequence(outer)[-1].id != node.id:
            yield node, _SKIPPED, "take it away"


def _left(node: Node) -> Iterator[Said]:
    """``break`` or ``continue`` with more after it in its loop."""
    if node.parent is not None and node.parent.type == "do_group" and any(map(may_fail, after(node))):
        yield node, _SKIPPED, "take it away"
