"""Functions that are called where bash stops at nothing in them, whatever fails, and tells nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.substitutions import Said, may_fail, short
from walkthrough.terminal.syntax import text


def calls(root: Node) -> Iterator[Said]:
    """A function called where nothing in it stops at a failure: in a condition, before && or ||, in $(…)."""
    unstopped = {
        name: statement
        for name, function in syntax.functions(root).items()
        if (statement := _first_that_may_fail(function)) is not None
    }
    for command in syntax.commands(root):
        statement = unstopped.get(command.name)
        if statement is not None and _unheard(command.node):
            yield (
                command.node,
                f"where {command.name} stands here, nothing in it stops when {short(statement)} fails",
                f"join its lines with &&, or call {command.name} in a line of its own",
            )


def _first_that_may_fail(function: Node) -> Node | None:
    """The first statement of a function, its last left out, whose failure would end it elsewhere."""
    body = function.child_by_field_name("body")
    own = sequence(body) if body is not None else []
    if own and re.match(r"set -\w*e", text(own[0])):
        return None
    return next((each for each in own[:-1] if may_fail(each) and not _returns(each)), None)


def _returns(node: Node) -> bool:
    """Whether a statement ends the function by itself where it fails: ``… || return``."""
    return (
        node.type == "list"
        and after_or(node)
        and text(node.named_children[-1]).split()[0] in ("return", "exit")
    )


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


def after_or(node: Node) -> bool:
    """Whether the last command of a list is run where one before it failed."""
    return [child.type for child in node.children if child.type in ("&&", "||")][-1:] == ["||"]


def sequence(node: Node) -> list[Node]:
    """The statements of a level; the condition of an if is none of them."""
    children = node.children
    if node.type in ("if_statement", "elif_clause"):
        then = next((n for n, child in enumerate(children) if child.type == "then"), 0)
        children = children[then:]
    kinds = ("comment", "elif_clause", "else_clause", "word", "heredoc_body")
    return [child for child in children if child.is_named and child.type not in kinds]
