"""What the commands and functions of a step are for: verifying, changing something, making a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.syntax import Command
from walkthrough.terminal.table import table

#: Options by which a command that shows something shows nothing.
_QUIET = ("-q", "--quiet", "-o", "--output", "-O", "--remote-name", "--remote-name-all")


@dataclass
class Known:
    """The functions of the pages so far.

    Whose result is a verification, that change something, that only remove something, that make a value. Of
    those that run what they are given, ``as_admin() { KEY=… "$@"; }``, what they start counts.
    """

    verifies: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    removes: set[str] = field(default_factory=set)
    generates: set[str] = field(default_factory=set)
    starts: set[str] = field(default_factory=set)

    def learn(self, root: Node) -> None:
        """Take in the functions that a block defines."""
        for name, function in syntax.functions(root).items():
            for names in (self.verifies, self.changes, self.removes, self.generates, self.starts):
                names.discard(name)
            inside = list(map(self.command, commands(function)))
            if any(command.words[:1] == ("$@",) for command in inside):
                self.starts.add(name)
            changes = [command for command in inside if self.is_(command, "changes")]
            if changes:
                self.changes.add(name)
                if all(self.is_(command, "removes") for command in changes):
                    self.removes.add(name)
            body = function.child_by_field_name("body")
            for last in syntax.statements(body)[-1:] if body is not None else []:
                if self.verification(last):
                    self.verifies.add(name)
                first = next(commands(last), None)
                if first is not None and self.is_(self.command(first), "generates"):
                    self.generates.add(name)

    def command(self, node: Node) -> Command:
        """The command of a node; of one that a function is given, that one."""
        found = syntax.command(node)
        while found.name in self.starts and len(found.words) > 1:
            found = syntax.started(node, found.words[1:])
        return found

    def is_(self, command: Command, kind: str) -> bool:
        """Whether a command is of a kind, by the table or as a function."""
        if kind == "changes" and any(word.startswith("--dry-run") for word in command.words):
            return False
        return command.name in getattr(self, kind) or table().is_any(command, kind) is not None

    def verification(self, node: Node) -> Node | None:
        """What in a statement verifies something, so that its failure is the statement's."""
        if node.type in ("command", "test_command"):
            return node if self._verifies(node) else None
        if node.type == "list":
            left, right = node.named_children[0], node.named_children[-1]
            if any(child.type == "||" for child in node.children):
                # Anything but a word about it is what to do where it is not so.
                return self.verification(left) if _only_tells(right) else None
            return self.verification(left) or self.verification(right)
        if node.type == "pipeline":
            return next(filter(None, map(self.verification, node.named_children)), None)
        if node.type == "redirected_statement" and any(
            each.type == "||" for each in node.children[0].children
        ):
            return None  # A || B > file, in the grammar's eyes: what to do where it is not so
        if node.type in ("redirected_statement", "negated_command"):
            return self.verification(node.named_children[0])
        if node.type in ("compound_statement", "subshell"):
            return next(filter(None, map(self.verification, syntax.statements(node)[-1:])), None)
        return None

    def verifications(self, node: Node) -> Iterator[Node]:
        """All of them in a statement, where each must hold before what comes after it."""
        if node.type == "list" and all(child.type != "||" for child in node.children):
            yield from self.verifications(node.named_children[0])
            yield from self.verifications(node.named_children[-1])
        elif (one := self.verification(node)) is not None:
            yield one

    def _verifies(self, node: Node) -> bool:
        command = self.command(node)
        if not self.is_(command, "verifies"):
            return False
        if table().is_any(command, "looks") is None or any(map(command.has, _QUIET)):
            return True
        outer = node.parent
        return (
            outer is not None and outer.type == "redirected_statement" and "/dev/null" in syntax.text(outer)
        )

    def changed(self, node: Node) -> Node | None:
        """What in a statement changes something."""
        return next((each for each in commands(node) if self.is_(self.command(each), "changes")), None)

    def changed_after(self, node: Node, part: Node) -> bool:
        """Whether a statement changes something after a part of it."""
        return any(
            each.start_byte >= part.end_byte and self.is_(self.command(each), "changes")
            for each in commands(node)
        )


def commands(node: Node) -> Iterator[Node]:
    """The commands of a statement, or of a function; not of functions that are only defined in it."""
    if node.type in ("command", "test_command"):
        yield node
    for child in node.named_children:
        if child.type != "function_definition":
            yield from commands(child)


def _only_tells(node: Node) -> bool:
    return node.type == "command" and syntax.command(node).name in (
        "echo",
        "printf",
        "exit",
        "return",
        "false",
    )
