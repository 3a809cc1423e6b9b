"""Finds what reads the terminal: it would eat what the reader pastes next, or wait until somebody types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.terminal import syntax
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.table import table


def findings(blocks: Sequence[Block]) -> Iterator[UserError]:
    """Commands whose input is the terminal; a function that reads its input is told where it is called so."""
    functions: set[str] = set()
    for block in blocks:
        root = syntax.parse(block.body)
        functions |= _reading_functions(root, functions)
        commands = list(syntax.commands(root))
        for command in commands:
            if not (table().reads_input(command) or command.name in functions):
                continue
            if syntax.reads_terminal(command.node) is not True:
                continue
            # Where a window of its own is the point, nothing may come after it.
            last = commands[-1].node.start_byte == command.node.start_byte
            if block.kind is Kind.SKIP and last:
                continue
            yield _finding(block, command.node, command.name)
        for node in syntax.walk(root):
            if _is_select(node) and syntax.reads_terminal(node) is True:
                yield _finding(block, node, "select")
            elif _is_xargs(node) and syntax.reads_terminal(node) is True:
                yield _finding(block, node, "xargs")


def _finding(block: Block, node: Node, name: str) -> UserError:
    return finding(
        block,
        syntax.line(node),
        f"{name} reads the terminal, and what the reader pastes after it",
        "give it its input (< file, a pipe, an argument), or < /dev/null, or an option (--yes, "
        "--message); what needs the terminal for itself stands in a block of its own that is .skip",
    )


def _is_select(node: Node) -> bool:
    return node.type == "for_statement" and syntax.text(node.children[0]) == "select"


def _is_xargs(node: Node) -> bool:
    """Whether it is xargs itself, which counts as what it starts elsewhere."""
    if node.type != "command":
        return False
    words = syntax.text(node).split()
    names = [word for word in words if word not in ("sudo", "command", "env", "nice", "time")]
    return names[:1] == ["xargs"] and not any(word.startswith(("-a", "--arg-file")) for word in names)


def _reading_functions(root: Node, known: set[str]) -> set[str]:
    """Functions of a block whose callers' input is read."""
    found: set[str] = set()
    for command in syntax.commands(root):
        if table().reads_input(command) or command.name in known | found:
            function = syntax.reads_terminal(command.node)
            if isinstance(function, Node):
                found.add(syntax.name_of(function))
    return found
