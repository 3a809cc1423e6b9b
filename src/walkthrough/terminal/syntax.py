"""The syntax tree of what the reader pastes, as tree-sitter's grammar of bash sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

#: What starts another command, and the options of each that take a value in the next word.
_STARTERS: dict[str, tuple[str, ...]] = {
    "sudo": ("-u", "-g", "-p", "-h", "--user", "--group"),
    "env": ("-u", "-C", "--unset", "--chdir"),
    "time": (),
    "nohup": (),
    "command": (),
    "exec": ("-a",),
    "xargs": ("-n", "-I", "-L", "-P", "-d", "-a", "-s"),
    "timeout": ("-s", "-k", "--signal", "--kill-after"),
    "nice": ("-n",),
    "builtin": (),
}


#: Far more than a step nests, a long list joined by && included; Python itself ends at a thousand.
_DEEPEST = 300


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


@lru_cache(maxsize=1024)
def parse(body: str) -> Node:
    """The tree of a block's body."""
    return _parser().parse(body.encode()).root_node


def text(node: Node) -> str:
    """A node as it is written."""
    return (node.text or b"").decode()


def line(node: Node) -> int:
    """The line that it begins on, from 1."""
    return node.start_point.row + 1


def walk(node: Node) -> Iterator[Node]:
    """A node and everything in it, in the order written."""
    left = [node]
    while left:
        node = left.pop()
        yield node
        left += reversed(node.children)


def nests_too_deep(root: Node) -> bool:
    """Whether what walks a tree would come to the end of what Python lets functions call each other."""
    below = [(root, 0)]
    while below:
        node, depth = below.pop()
        if depth > _DEEPEST:
            return True
        below += [(child, depth + 1) for child in node.children]
    return False


def broken(root: Node) -> Node | None:
    """The first statement of a tree that the grammar cannot read; none where it reads all."""
    for node in walk(root) if root.has_error else ():
        if node.type == "ERROR" or node.is_missing:
            return next((part for outer, part in above(node) if outer.id == root.id), root)
    return None


def above(node: Node) -> Iterator[tuple[Node, Node]]:
    """Each node around it, from the inside, with the part of it that the node is in."""
    inner = node
    while inner.parent is not None:
        yield inner.parent, inner
        inner = inner.parent


#: What stands in ``$'…'`` after a backslash, as far as it matters where a word ends.
_ESCAPED, _SIGNS = re.compile(r"\\(.)", re.DOTALL), {"n": "\n", "r": "\r", "t": "\t"}


def plain(node: Node) -> str:
    """A word without its quotes; expansions in it stay as they are written."""
    if node.type == "raw_string":
        return text(node)[1:-1]
    if node.type == "string":
        return text(node)[1:-1]
    if node.type == "ansi_c_string":
        return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), text(node)[2:-1])
    if node.type == "concatenation":
        return "".join(map(plain, node.named_children))
    word = text(node)
    return re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL) if "\\" in word else word


@dataclass(frozen=True)
class Command:
    """A command in a tree, by what it starts.

    :param node: where it stands; the starter (``sudo``) included.
    :param words: its name and its arguments, without quotes.
    """

    node: Node
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it starts."""
        return self.words[0].rpartition("/")[2] if self.words else ""

    def is_(self, pattern: str) -> bool:
        """Whether it is what a pattern of ``commands.toml`` names: ``git diff --quiet``."""
        name, *rest = pattern.split()
        if self.name != name:
            return False
        operands = [word for word in self.words[1:] if not word.startswith("-") or word == "-"]
        wanted = [word for word in rest if not word.startswith("-")]
        options = [word for word in rest if word.startswith("-")]
        return operands[: len(wanted)] == wanted and all(map(self.has, options))

    def has(self, option: str) -> bool:
        """Whether it has an option: alone, with a value, or among others of one letter."""
        for word in self.words[1:]:
            if word == option or word.startswith(f"{option}="):
                return True
            if re.fullmatch(r"-\w", option) and re.fullmatch(r"-[A-Za-z]+", word) and option[1] in word:
                return True
        return False


def command(node: Node) -> Command:
    """The command of a node of type ``command`` or ``test_command``."""
    if node.type == "test_command":
        return Command(node, (text(node.children[0]), *(plain(child) for child in node.named_children)))
    if node.type == "declaration_command":
        return Command(node, tuple(text(node).split()))
    words = [
        plain(child.named_children[0] if child.type == "command_name" and child.named_children else child)
        for child in node.named_children
        if child.type
        not in ("variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect")
    ]
    return started(node, words)


def started(node: Node, words: Sequence[str]) -> Command:
    """The command that words are, or start."""
    return Command(node, tuple(_started(list(words))))


def starters(node: Node) -> tuple[str, ...]:
    """The first word as it stands, before what it starts is looked at: ``sudo``."""
    name = next((child for child in node.named_children if child.type == "command_name"), None)
    return (text(name),) if name is not None else ()


def _started(words: list[str]) -> list[str]:
    """What ``sudo``, ``env`` and the like start; themselves where that is nothing."""
    while words and (name := words[0].rpartition("/")[2]) in _STARTERS:
        takes = _STARTERS[name]
        rest = words[1:]
        while rest and (rest[0].startswith("-") or re.match(r"\w+=", rest[0])):
            if name == "command" and rest[0] in ("-v", "-V"):
                return words
            rest = rest[2:] if rest[0] in takes else rest[1:]
        if name == "timeout":
            rest = rest[1:]
        if not rest:
            return words
        words = rest
    return words


def commands(root: Node) -> Iterator[Command]:
    """Every command of a tree, also in substitutions and functions."""
    for node in walk(root):
        if node.type in ("command", "test_command"):
            yield command(node)


def function_of(node: Node) -> Node | None:
    """The definition of the innermost function that a node stands in."""
    return next((outer for outer, _ in above(node) if outer.type == "function_definition"), None)


def name_of(function: Node) -> str:
    """The name of a function that is defined."""
    name = function.child_by_field_name("name")
    return text(name) if name is not None else ""


def functions(root: Node) -> dict[str, Node]:
    """The functions that a tree defines."""
    return {name_of(node): node for node in walk(root) if node.type == "function_definition"}


def statements(node: Node) -> list[Node]:
    """What stands one after the other in a program, a group or a branch, comments left out."""
    return [child for child in node.named_children if child.type not in ("comment", "variable_name")]


#: The terminal by a name of its own.
_TERMINAL = re.compile(r"0?<\s*/dev/(tty|stdin|fd/0)")


def gives_input(redirect: Node) -> bool:
    """Whether a redirection is of standard input."""
    if redirect.type in ("heredoc_redirect", "herestring_redirect"):
        return True
    if redirect.type != "file_redirect" or _TERMINAL.fullmatch(text(redirect)):
        return False
    return re.match(r"0?<(?![(])", text(redirect)) is not None


def reads_terminal(node: Node) -> bool | Node:
    """Whether a command's standard input is the terminal; the function it stands in, where that decides."""
    if any(map(gives_input, node.children)):
        return False
    for outer, part in above(node):
        if outer.type in ("command", "redirected_statement", "function_definition"):
            own = [child for child in outer.children if child.id != part.id]
            if part.type not in ("file_redirect", "heredoc_redirect") and any(map(gives_input, own)):
                return False
        if outer.type == "pipeline" and outer.named_children[0].id != part.id:
            return False
        if outer.type == "heredoc_redirect":
            return False  # what stands after the heredoc's word: a pipe, in the grammar's eyes a part of it
        if outer.type == "function_definition":
            return outer
    return True
