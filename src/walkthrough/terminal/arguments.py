"""Finds secrets among the arguments of commands, where everyone on the machine sees them with ``ps``.

Only what the shell does itself starts no process: ``echo``, ``printf``. Its pipes, here-strings and ``<(…)``
are no arguments either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tree_sitter import Node

from walkthrough.errors import UserError
from walkthrough.machine.secretnames import is_secret
from walkthrough.pages.block import Block
from walkthrough.terminal import syntax
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.syntax import Command, line, text
from walkthrough.terminal.table import table

#: What bash and zsh do themselves, without a process of its own.
_INSIDE = frozenset(
    (
        *(":", "[", "[[", "alias", "cd", "echo", "eval", "export", "false", "keep", "local"),
        *("printf", "read", "return", "set", "test", "true", "unset"),
    )
)
_SHELLS = ("bash", "sh", "zsh")
_FIX = "hand it over in a pipe: standard input, @-, --config <(…)"


def findings(blocks: Iterable[Block]) -> Iterator[UserError]:
    """Each command that shows a secret, in the order of the blocks."""
    for block in blocks:
        for where in _shown(syntax.parse(block.body)):
            yield finding(block, where, "everyone on the machine sees this secret with ps", _FIX)


def _shown(root: Node) -> Iterator[int]:
    for command in syntax.commands(root):
        if command.name in _INSIDE:
            continue
        if _option(command) or any(map(_secret, _arguments(command.node))):
            yield line(command.node)
        # What another shell is given to run, in quotes; another command may start it.
        if "-c" in command.words[:-1] and any(word.rpartition("/")[2] in _SHELLS for word in command.words):
            script = syntax.parse(command.words[command.words.index("-c") + 1])
            yield from (line(command.node) + inner - 1 for inner in _shown(script))


def _option(command: Command) -> bool:
    """Whether it has an option for secrets with a value, other than an example's."""
    options = table().takes.get(command.name, ())
    for word, value in pairwise((*command.words, "")):
        name, has, rest = word.partition("=")
        if name in options and "$" in (rest if has else value):
            return True
    return False


def _arguments(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type not in ("command_name", "variable_assignment") and "redirect" not in child.type:
            yield child


def _gives() -> re.Pattern[str]:
    """What gives a secret out: in ``$(…)`` it would become part of an argument."""
    words = map(re.escape, table().lists["gives"])
    return re.compile(rf"\b(?:{'|'.join(words)}|\w*_(?:token|password))\b|\$\(cat\)")


def _secret(argument: Node) -> bool:
    """Whether a value in it is a secret: a variable that is called so, or what a command gives out."""
    if argument.type == "process_substitution":
        return False
    if argument.type == "command_substitution":
        return _gives().search(text(argument)) is not None
    if argument.type in ("simple_expansion", "expansion"):
        name = re.search(r"\w+", text(argument))
        return name is not None and is_secret(name[0])
    return any(map(_secret, argument.named_children))
