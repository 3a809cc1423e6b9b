"""Commands that tell a shell, or find, to overlook failures, or to run nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import Command

#: What bash has for telling of failures, and for ending: nothing else may go by these names.
_OWN = frozenset(
    """
    : [ break builtin command continue eval exec exit export false local return set shopt test trap true wait
    """.split()  # noqa: SIM905
)
_TAKEN = "bash's own {} is not what is run after this"
#: Options of find that run a command for each file, whatever became of the one before.
_RUNS = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
#: Of set, with what stands after them.
_OPTIONS_OFF = re.compile(r"\+\w*e\w* .*|\+\w*o (errexit|pipefail)")


def taken(node: Node) -> Iterator[Said]:
    """A function by the name of what tells of failures, or ends a shell."""
    if syntax.name_of(node) in _OWN:
        yield node, _TAKEN.format(syntax.name_of(node)), "give it another name"


def switched_off(node: Node) -> Iterator[Said]:
    """A command after which failures are overlooked, or nothing is run."""
    command = syntax.command(node)
    if command.name == "alias":
        names = [word.partition("=")[0] for word in command.words[1:] if "=" in word]
        yield from ((node, _TAKEN.format(name), "give it another name") for name in names if name in _OWN)
    if command.name == "hash" and command.has("-p"):
        yield node, "another program is run by that name after this", "call the program by its own name"
    if _turns_off(command):
        yield node, "nothing stops at a failure after this", "let what may fail say so: command || …"
    if _reads_only(command):
        yield node, "the shell runs nothing of what comes after this", "take it away"
    if command.name == "find" and _RUNS & {*command.words} and any(w in (";", "\\;") for w in command.words):
        yield node, "find says nothing of it when what it runs fails", "-exec … {} +, or a loop"


def _turns_off(command: Command) -> bool:
    """Whether options are turned off that end a block at a failure: ``set +uo pipefail``."""
    words = command.words[1:]
    if command.name == "shopt":
        letters = "".join(word for word in words if word.startswith("-"))
        return "u" in letters and "o" in letters and bool({"errexit", "pipefail"} & {*words})
    return command.name == "set" and any(
        _OPTIONS_OFF.fullmatch(f"{word} {value}") for word, value in _options(words)
    )


def _reads_only(command: Command) -> bool:
    """Whether a shell is told to run nothing more: ``set -n``."""
    if command.name != "set":
        return False
    return any(
        re.fullmatch(r"-\w*n\w* .*|-\w*o noexec", " ".join(each)) for each in _options(command.words[1:])
    )


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word of options that set is given, and the word after it."""
    for word, value in pairwise([*words, ""]):
        if word == "--" or not word.startswith(("-", "+")):
            if word == "--":
                return
            continue
        yield word, value
