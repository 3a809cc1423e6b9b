"""What reads the input of the loop or script that it stands in: the rest of that is never gone through."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import Command, text
from walkthrough.terminal.table import table

#: They read a line on purpose, and leave the others.
_LINES = ("read", "mapfile", "readarray", "select")
_FIX = "give it its own input: < /dev/null, ssh -n"


def eaten(root: Node) -> Iterator[Said]:
    """``while read -r host; do ssh "$host" …; done < hosts``: ssh reads all hosts but the first."""
    for loop in syntax.walk(root):
        if loop.type != "while_statement" or not _reads_lines(loop):
            continue
        body = next(child for child in loop.children if child.type == "do_group")
        for command in syntax.commands(body):
            if _reads(command) and _input_of(command.node) == loop:
                yield command.node, "this reads what the loop is to go through", _FIX


def eats(script: Node) -> Node | None:
    """The first command that reads the script that a shell is reading, with more of it to come."""
    commands = [each for each in syntax.commands(script) if each.node.type == "command"]
    for command in commands[:-1]:
        if _reads(command) and syntax.reads_terminal(command.node) is True:
            return command.node
    return None


def _reads(command: Command) -> bool:
    return command.name not in _LINES and table().reads_input(command)


def _reads_lines(loop: Node) -> bool:
    """Whether a loop reads its own input line by line, and not another file's (``<&3``, ``read -u 3``)."""
    body = next((child for child in loop.children if child.type == "do_group"), None)
    if body is None:
        return False
    for command in syntax.commands(loop):
        if command.node.start_byte >= body.start_byte:
            return False
        if command.name == "read":
            outer = command.node.parent
            other = outer is not None and outer.type == "redirected_statement" and "<" in text(outer)
            return not (other or re.search(r"\s-\w*u", text(command.node)))
    return False


def _input_of(node: Node) -> Node | None:
    """The loop whose input a command reads; none where it is given its own."""
    if any(map(syntax.gives_input, node.children)):
        return None
    for outer, part in syntax.above(node):
        if outer.type == "while_statement":
            return outer
        if outer.type in ("redirected_statement", "function_definition"):
            own = [child for child in outer.children if child.id != part.id]
            if outer.type == "function_definition" or any(map(syntax.gives_input, own)):
                return None
        if outer.type == "pipeline" and outer.named_children[0].id != part.id:
            return None
        if outer.type == "heredoc_redirect":
            return None
    return None
