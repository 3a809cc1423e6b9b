"""The table of what commands do: ``commands.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from walkthrough.inputs import read_toml
from walkthrough.inputs.schema import held
from walkthrough.terminal.syntax import Command


@dataclass(frozen=True)
class Table:
    """What commands do; the lists are described in the file."""

    verifies: tuple[str, ...]
    looks: tuple[str, ...]
    changes: tuple[str, ...]
    generates: tuple[str, ...]
    answers: tuple[str, ...]
    stores: tuple[str, ...]
    refuses: tuple[str, ...]
    reads: dict[str, Any]

    def is_any(self, command: Command, kind: str) -> str | None:
        """The entry of a list that names a command."""
        patterns: tuple[str, ...] = getattr(self, kind)
        return next((pattern for pattern in patterns if command.is_(pattern)), None)

    def reads_input(self, command: Command) -> bool:
        """Whether a command reads its standard input."""
        name, reads = command.name, self.reads
        if any(map(command.has, reads["unless"].get(name, ()))):
            return False
        if any(command.is_(pattern) for pattern in reads["always"]):
            return True
        if any(map(command.has, reads["with"].get(name, ()))):
            return True
        operands = _operands(command, reads["values"].get(name, ()))
        if any("/dev/stdin" in word for word in command.words) or (
            name in ("kubectl", "curl") and _dash(command)
        ):
            return True
        if name not in reads["operands"]:
            return False
        wanted = reads["operands"][name] - sum(map(command.has, reads["instead"].get(name, ())))
        return len(operands) < wanted or "-" in operands


def _operands(command: Command, valued: list[str]) -> list[str]:
    operands, words = [], list(command.words[1:])
    while words:
        word = words.pop(0)
        if word in valued and words:
            words.pop(0)
        elif not word.startswith("-") or word == "-":
            operands.append(word)
    return operands


def _dash(command: Command) -> bool:
    """Whether an option's value says standard input: ``-f -``, ``--filename=-``, ``--json @-``."""
    if command.name not in ("kubectl", "curl"):
        return False
    for option, value in pairwise([*command.words[1:], ""]):
        if (option in ("-f", "--filename") and value == "-") or option == "--filename=-":
            return True
        if option.startswith(("-d", "--data", "--json", "-K", "--config")) and value in ("@-", "-"):
            return True
    return False


@lru_cache(maxsize=1)
def table() -> Table:
    """The table."""
    data = held(read_toml(Path(__file__).with_name("commands.toml")), "commands").value
    lists = {name: tuple(value) for name, value in data.items() if name != "reads"}
    return Table(reads=data["reads"], **lists)
