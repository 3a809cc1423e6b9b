"""Which variables hold secrets, and what a shell tells of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from walkthrough.masking import too_short

#: Names of variables that hold secrets, as bash patterns on the name in capitals.
NAMES = (
    *("*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*_PASS", "*_PIN"),
    *("*AUTHORIZATION*", "*BEARER*", "*COOKIE*", "*_PAT"),
    *("*TOKEN*", "*SECRET*", "*CREDENTIAL*", "*_KEY", "*_KEYS", "*APIKEY*"),
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FUNCTION = re.compile(r"\(\)|\bfunction\b")


def is_secret(name: str, patterns: Iterable[str] = NAMES) -> bool:
    """Whether a variable is called as one that holds a secret."""
    return any(fnmatchcase(name.upper(), pattern) for pattern in patterns)


class Named:
    """The names of secret variables, as they grow with the steps."""

    def __init__(self) -> None:
        #: Names that a fence declared secret.
        self.declared: list[str] = []
        self._in_functions: set[str] = set()

    @property
    def patterns(self) -> str:
        """Patterns of bash and zsh on a name in capitals, separated by |."""
        return "|".join(self._patterns())

    def watched(self, body: str) -> list[str]:
        """Names that a step, or a function of an earlier one, may use while it runs and then take away."""
        patterns = self._patterns()
        names = {name for name in _NAME.findall(body) if is_secret(name, patterns)}
        if _FUNCTION.search(body):
            self._in_functions |= names
        return sorted(names | self._in_functions)

    def _patterns(self) -> list[str]:
        return [*NAMES, *(name.upper() for name in self.declared)]


@dataclass(frozen=True)
class Told:
    """What a shell told of its secrets: names and values."""

    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The values, each once."""
        return tuple(dict.fromkeys(value for _, value in self.pairs))

    @property
    def unmaskable(self) -> tuple[str, ...]:
        """The names of those that are too short to be masked."""
        return tuple(dict.fromkeys(name for name, value in self.pairs if too_short(value)))


def split(data: bytes) -> Told:
    """What a shell wrote: each ``NAME=VALUE`` with a zero byte after it."""
    told = (each.partition("=") for each in data.decode(errors="replace").split("\0") if each)
    return Told(tuple((name, value) for name, _, value in told if value))
