"""Reads YAML, TOML and JSON: plain values, and the line of each where it is known."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from walkthrough.errors import UserError
from walkthrough.inputs import yamlfile
from walkthrough.inputs.text import name_of, read_text

_LINE = re.compile(r"\bline (\d+)")
_DEEP = "it nests too deep to be read"


@dataclass(frozen=True)
class Data:
    """What a file says.

    :param name: what to call the file in messages.
    :param value: plain Python values; every number is finite, every key a string.
    """

    name: str
    value: Any
    line_of: Callable[[Iterable[str | int]], int | None] = field(default=lambda _path: None)

    def where(self, path: Iterable[str | int] = ()) -> str:
        """``file:line`` of a value, or the file."""
        line = self.line_of(path)
        return f"{self.name}:{line}" if line else self.name


def read_yaml(
    path: Path, name: str | None = None, *, tags: yamlfile.Tags = None, fix: str | None = None
) -> Data:
    """The one document of a YAML file; nothing where it is empty.

    :param tags: those that are let through, and stand for nothing.
    :raises UserError: see :func:`parse_yaml`, :func:`walkthrough.inputs.read_text`.
    """
    return parse_yaml(read_text(path, name, fix=fix), name or name_of(path), tags=tags)


def parse_yaml(text: str, name: str, *, first_line: int = 1, tags: yamlfile.Tags = None) -> Data:
    """The one document of a YAML text.

    :raises UserError: it is no YAML, or holds more than one document.
    """
    documents = yamlfile.load(text, name, first_line=first_line, tags=tags)
    if not documents:
        return Data(name, None)
    if len(documents) > 1:
        raise UserError(
            "there is a second document",
            where=f"{name}:{documents[1].line(())}",
            fix="take the line --- away",
        )
    document = documents[0]
    return Data(name, document.data, lambda path: document.line(tuple(path)))


def read_toml(path: Path, name: str | None = None) -> Data:
    """The table of a TOML file.

    :raises UserError: it is no TOML; see :func:`walkthrough.inputs.read_text` as well.
    """
    name = name or name_of(path)
    text = read_text(path, name)
    try:
        value = tomllib.loads(text)
    except RecursionError:
        raise UserError(_DEEP, where=name, fix="write it flatter") from None
    except ValueError as error:  # tomllib's own are of this kind
        line = _LINE.search(str(error))
        raise UserError(
            f"this is no TOML: {error}",
            where=f"{name}:{line[1]}" if line else name,
            fix="look at the quotes and brackets on this line and the one above",
        ) from None
    _finite(value, name)
    return Data(name, value)


def read_json(path: Path, name: str | None = None, *, fix: str | None = None) -> Data:
    """What a JSON file says.

    :raises UserError: it is no JSON; see :func:`walkthrough.inputs.read_text` as well.
    """
    name = name or name_of(path)
    fix = fix or "take it back from git, or have it written again"
    text = read_text(path, name, fix=fix)

    def no_number(said: str) -> NoReturn:
        raise ValueError(f"{said} is no number of JSON")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
            raise ValueError(f"{twice!r} stands twice in the same place")
        return found

    try:
        value = json.loads(text, parse_constant=no_number, object_pairs_hook=once)
        # Half a character can be written in JSON, and nowhere else.
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise UserError(_DEEP, where=name, fix=fix) from None
    except UnicodeEncodeError:
        raise UserError("it holds half a character, which is no text", where=name, fix=fix) from None
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        said = error.msg if isinstance(error, json.JSONDecodeError) else error
        raise UserError(f"this is no JSON: {said}", where=f"{name}{line}", fix=fix) from None
    _finite(value, name)
    return Data(name, value)


def texts(
    value: Any, at: tuple[str | int, ...] = (), *, keys: bool = False
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each text in some plain values, with the keys and numbers that lead to it.

    :param keys: those of mappings as well, each at its mapping.
    """
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if keys:
                yield from texts(key, at)
            yield from texts(inner, (*at, str(key)), keys=keys)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, (*at, number), keys=keys)


def _finite(value: Any, name: str) -> None:
    if not yamlfile.countable(value):
        said = value if isinstance(value, float) else "one of more than thirty digits"
        raise UserError(f"{said} is no number to count with", where=name, fix="write a finite one")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _finite(part, name)
