"""The table of what commands do: ``commands.toml``, and what plugins add to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from walkthrough import hooks
from walkthrough.inputs import read_toml
from walkthrough.inputs.schema import held
from walkthrough.terminal.syntax import Command

_OWN = Path(__file__).with_name("commands.toml")
_LISTS = (
    *("verifies", "looks", "changes", "generates", "answers", "stores", "refuses", "removes", "shows"),
    *("gives", "always"),
)


@dataclass(frozen=True)
class Table:
    """What commands do; the lists are described in the file.

    :param lists: by their names; ``always`` is that of ``[reads]``.
    :param takes: options that take a secret, by command.
    :param reads: the tables of ``[reads]``, by their names.
    """

    lists: Mapping[str, tuple[str, ...]]
    takes: Mapping[str, tuple[str, ...]]
    reads: Mapping[str, Mapping[str, Any]]

    def is_any(self, command: Command, kind: str) -> str | None:
        """The entry of a list that names a command."""
        listed = (pattern for pattern in self.lists[kind] if pattern.startswith(command.name))
        return next((pattern for pattern in listed if command.is_(pattern)), None)

    def reads_input(self, command: Command) -> bool:
        """Whether a command reads its standard input."""
        name, reads = command.name, self.reads
        if any(map(command.has, reads["unless"].get(name, ()))):
            return False
        if self.is_any(command, "always") is not None:
            return True
        if any(map(command.has, reads["with"].get(name, ()))):
            return True
        operands = _operands(command, reads["values"].get(name, ()))
        if any("/dev/stdin" in word for word in command.words) or _dash(command, reads["dash"].get(name, ())):
            return True
        if name not in reads["operands"]:
            return False
        wanted = reads["operands"][name] - sum(map(command.has, reads["instead"].get(name, ())))
        return len(operands) < wanted or "-" in operands


def _operands(command: Command, valued: Iterable[str]) -> list[str]:
    operands, words = [], list(command.words[1:])
    while words:
        word = words.pop(0)
        if word in valued and words:
            words.pop(0)
        elif not word.startswith("-") or word == "-":
            operands.append(word)
    return operands


def _dash(command: Command, options: Iterable[str]) -> bool:
    """Whether the value of one of these options says standard input: ``-f -``, ``--json=@-``."""
    for word, value in pairwise([*command.words[1:], ""]):
        if word.startswith(tuple(options)) and (value in ("-", "@-") or word.endswith(("=-", "=@-"))):
            return True
    return False


def table() -> Table:
    """The table, with what the plugins of this process add.

    :raises UserError: one of the files has not its form.
    """
    return _of((_OWN, *hooks.commands()))


@lru_cache(maxsize=4)
def _of(files: tuple[Path, ...]) -> Table:
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(_LISTS, ())
    takes: dict[str, tuple[str, ...]] = {}
    reads: dict[str, dict[str, Any]] = {
        name: {} for name in ("with", "operands", "unless", "instead", "values", "dash")
    }
    for file in files:
        data = dict(held(read_toml(file), "commands").value)
        more = dict(data.pop("reads", {}))
        for command, options in data.pop("takes", {}).items():
            takes[command] = (*takes.get(command, ()), *options)
        for name, words in {**data, "always": more.pop("always", [])}.items():
            lists[name] = (*lists[name], *words)
        for name, of in more.items():
            reads[name] |= of
    return Table(lists, takes, reads)
