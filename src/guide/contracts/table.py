"""Reads ``sandbox/contracts.toml``: facts about what the sandbox replaces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from walkthrough.errors import UserError
from walkthrough.inputs import read_text, read_toml

#: Relative to the checkout.
NAME = "sandbox/contracts.toml"

_FIX = "see the table's head"
_HEADER = re.compile(r"\[\[\s*original\s*(\.\s*fact\s*)?\]\]")
_ANY = "…"
_NOTHING = "none"
#: What the schema refuses, in the words of who writes the table.
_SAID = {
    "says": "what it says is one sentence on one line, with a full stop",
    "for": "'for' goes with a whole commit, or with another repository: an original's own tag needs none",
    "repository": "a repository is OWNER/NAME",
    "pin": "a pin is product:…, image:…, program:… or none",
}


@dataclass(frozen=True)
class Fact:
    """One row; the head of the table says what the columns are.

    :param of: the replaced thing, with "…" for what changes in its name.
    :param read_for: the value of ``pin`` when it was read; the version itself where that is a tag.
    :param where: the row's place, ``file:line``.
    """

    of: str
    says: str
    repository: str
    version: str
    file: str
    line: int
    where: str
    pin: str = ""
    read_for: str = ""
    test: str = ""
    open: str = ""

    @property
    def source(self) -> str:
        """Where it was read, for people."""
        return f"{self.repository} {self.version[:12]} {self.file}:{self.line}"

    def is_about(self, replaced: str) -> bool:
        """Whether a row of the table of replacements names this original."""
        return _pattern(self.of).fullmatch(replaced) is not None


@lru_cache(maxsize=256)
def _pattern(of: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, of.split(_ANY))))


def load(root: Path) -> list[Fact]:
    """The facts of a checkout; none where it has no such table.

    :raises UserError: the first thing that is wrong with the table, at its line.
    """
    path = root / NAME
    if not path.exists() and not path.is_symlink():
        return []
    data = read_toml(path, NAME).value
    lines = _Lines(read_text(path, NAME))
    if (wrong := best_match(_validator().iter_errors(data))) is not None:
        raise UserError(_words(wrong), where=f"{NAME}:{lines.of(wrong.absolute_path)}", fix=_FIX)
    facts = list(_facts(data, lines))
    said: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if (first := said.setdefault((fact.of, fact.says), fact)) is not fact:
            raise UserError(f"{first.where} says the same", where=fact.where, fix="leave one of them")
    return facts


def _facts(data: dict[str, Any], lines: _Lines) -> Iterator[Fact]:
    for index, original in enumerate(data.get("original", [])):
        common = {key: original[key] for key in ("repository", "pin") if key in original}
        for number, row in enumerate(original["fact"]):
            where = f"{NAME}:{lines.of(('original', index, 'fact', number))}"
            columns = {**common, **row}
            if "repository" not in columns:
                raise UserError("it lacks its repository", where=where, fix=_FIX)
            columns["read_for"] = columns.pop("for", columns["version"])
            if columns.get("pin") == _NOTHING:
                del columns["pin"]
            yield Fact(of=original["of"], where=where, **columns)


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    schema = files("guide.contracts").joinpath("contracts.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(schema))


def _words(error: ValidationError) -> str:
    if error.validator == "oneOf" and isinstance(error.instance, dict):
        if error.instance.keys() >= {"test", "open"}:
            return "it has both a test and 'open', which says why none holds it"
        return "it lacks the test that holds it, or 'open', which says why none does"
    if error.validator == "pattern":
        keys = [key for key in error.absolute_path if isinstance(key, str)]
        key = "for" if keys[-1] == "version" else keys[-1]
        return _SAID.get(key, error.message)
    return error.message


class _Lines:
    """Where the rows of the table stand, which the reader of TOML does not tell."""

    def __init__(self, text: str) -> None:
        self._text = text.splitlines()
        #: The line of each original, and of each of its facts.
        self._rows: list[tuple[int, list[int]]] = []
        for number, line in enumerate(self._text, start=1):
            if (header := _HEADER.match(line)) is None:
                continue
            if header[1] is None:
                self._rows.append((number, []))
            elif self._rows:
                self._rows[-1][1].append(number)

    def of(self, path: Sequence[object]) -> int:
        """The line of a value: of its key where it stands in a row, else of the row."""
        keys = list(path)
        if len(keys) < 2 or not isinstance(keys[1], int) or keys[1] >= len(self._rows):
            return 1
        start, facts = self._rows[keys[1]]
        rest = keys[2:]
        if len(rest) > 1 and rest[0] == "fact" and isinstance(rest[1], int) and rest[1] < len(facts):
            start, rest = facts[rest[1]], rest[2:]
        if rest:
            for number, line in enumerate(self._text[start:], start=start + 1):
                if _HEADER.match(line):
                    break
                if re.match(rf"\s*{re.escape(str(rest[0]))}\s*=", line):
                    return number
        return start
