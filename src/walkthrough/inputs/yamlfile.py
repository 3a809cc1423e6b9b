"""YAML read with the line of every field kept.

What is harmless to some readers and not to others is refused: references that multiply, numbers that are not
finite, what nests too deep, and dates that are none, which the site's own reader does not take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from walkthrough.errors import UserError

#: Where a field is in a document: keys of mappings and indices of lists, from the top.
Path = tuple[str | int, ...]


#: No file of people nests deeper; more would end the program that reads it.
DEPTH = 100
#: What is repeated by references may come to so many values; the largest upstream file has a tenth.
VALUES = 2_000_000


#: No number that anybody writes is as large; the arithmetic of who reads one ends before.
LARGEST = 10**30


#: Tags that only say what a value is.
_CORE = re.compile(r"!|tag:yaml\.org,2002:(?:map|seq|str|int|float|bool|null|binary|timestamp)")
#: Tags that are let through; nothing ever acts on one.
Tags = re.Pattern[str] | None


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader without dates: ``2026-11-23`` is a string."""


_DATE = "tag:yaml.org,2002:timestamp"
#: Knows a date where it sees one.
_DATES = yaml.SafeLoader("")

_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _DATE]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class _TagLoader(_Loader):
    """The same, for which a tag such as ``!ENV`` says nothing."""


def _plain(loader: _TagLoader, _tag: str, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_TagLoader.add_multi_constructor("", _plain)


@dataclass(frozen=True)
class Document:
    """One YAML document.

    :param file: what to call the file in messages.
    :param data: what it says, in plain Python values.
    :param lines: the line (from 1) of every field and list item.
    """

    file: str
    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of the field at ``path``, or of the nearest field around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def load(text: str, file: str, *, first_line: int = 1, tags: Tags = None) -> list[Document]:
    """The documents of a YAML text; empty ones are left out.

    :param file: what to call it in messages.
    :param first_line: the line of ``file`` that the text begins on.
    :param tags: those that are let through, and say nothing; all others are refused.
    :raises UserError: it is not YAML, says a thing twice, or what cannot be read further.
    """
    loader = None
    try:
        _refuse(text, file, first_line, tags)
        loader = _TagLoader(text) if tags else _Loader(text)
        return list(_documents(loader, file, first_line))
    except yaml.MarkedYAMLError as error:
        # What is never closed is noticed after the last line.
        last = text.rstrip().count("\n")
        line = first_line + min(error.problem_mark.line if error.problem_mark else 0, last)
        raise UserError(
            f"this is not YAML: {error.problem or error.context}",
            where=f"{file}:{line}",
            fix="look at the indentation and the quotes on this line and the one above",
        ) from error
    except yaml.YAMLError as error:
        raise UserError(f"this is not YAML: {error}", where=file, fix="save it as UTF-8") from error
    finally:
        if loader is not None:
            loader.dispose()


def _refuse(text: str, file: str, first_line: int, tags: Tags) -> None:
    """Find what would end or stall the reader, before anything is made of it."""
    # What is open: its anchor, and how many values it holds once all references are written out.
    opened: list[tuple[str | None, int]] = []
    known: dict[str, int] = {}
    for event in yaml.parse(text, yaml.CSafeLoader):
        where = f"{file}:{first_line + (event.start_mark.line if event.start_mark else 0)}"
        anchor, size, tag = getattr(event, "anchor", None), 1, getattr(event, "tag", None)
        if tag is not None and not _CORE.fullmatch(tag) and not (tags and tags.fullmatch(tag)):
            raise UserError(f"the tag {tag} is not known here", where=where, fix="take it away")
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((anchor, 1))
            if len(opened) > DEPTH:
                raise UserError("it nests too deep to be read", where=where, fix="write it flatter")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, size = opened.pop()
        elif isinstance(event, yaml.AliasEvent):
            if anchor in [name for name, _ in opened]:
                raise UserError(f"*{anchor} is a part of itself", where=where, fix="write it out")
            anchor, size = None, known.get(str(anchor), 1)
        elif not isinstance(event, yaml.ScalarEvent):
            continue
        if anchor is not None:
            known[anchor] = size
        if opened:
            name, before = opened[-1]
            opened[-1] = name, before + size
            if before + size > VALUES:
                raise UserError(
                    f"it comes to more than {VALUES} values", where=where, fix="use fewer references"
                )


def _documents(loader: _Loader, file: str, first_line: int) -> Iterator[Document]:
    while loader.check_node():
        node = loader.get_node()
        assert node is not None
        lines: dict[Path, int] = {(): first_line + node.start_mark.line}
        data = _Reader(loader, file, first_line, lines).read(node, ())
        if data is not None:
            yield Document(file, data, lines)


def countable(value: Any) -> bool:
    """Whether a value, if it is a number, can be counted with: finite, and none that only fills a page."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or abs(value) < LARGEST


class _Reader:
    """Turns the nodes of one document into plain values, and notes where each came from."""

    def __init__(self, loader: _Loader, file: str, first_line: int, lines: dict[Path, int]) -> None:
        self.loader = loader
        self.file = file
        self.first_line = first_line
        self.lines = lines

    def read(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(child, (*path, number)) for number, child in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.loader.construct_object(node)
        except yaml.YAMLError:
            raise
        except Exception as error:  # PyYAML trusts that a value is of the form that its tag says
            raise self._error(node, f"{str(node.value)[:60]} is not what it looks like: {error}") from None
        if value is not None and not isinstance(value, str | int | float):
            # Bytes or a day, which a tag asked for: what builds on this knows neither.
            raise self._error(node, f"{str(node.value)[:60]} is made something else by the tag {node.tag}")
        if not countable(value):
            raise self._error(node, f"{str(node.value)[:60]} is no number to count with")
        if isinstance(node, yaml.ScalarNode) and isinstance(value, str) and value[:1].isdigit():
            self._date(node)
        return value

    def _date(self, node: yaml.ScalarNode) -> None:
        """Refuse a date that is none: other readers of YAML end there."""
        if not node.style and _DATES.timestamp_regexp.match(node.value):
            try:
                _DATES.construct_yaml_timestamp(node)
            except ValueError as error:
                raise self._error(node, f"{node.value} is no date: {error}") from None

    def _error(self, node: yaml.Node, what: str) -> UserError:
        where = f"{self.file}:{self._line(node)}"
        return UserError(what, where=where, fix="put it in quotes, or write what it should be")

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = self._line(node)
        return self.read(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            where = f"{self.file}:{self._line(key_node)}"
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise UserError(
                    "this key is not a plain word", where=where, fix="write the fields out; use no merge keys"
                )
            key = str(self._scalar(key_node))
            if key in data:
                raise UserError(
                    f"{key} stands twice in the same place, and only the last one would count",
                    where=where,
                    fix=f"remove one; the first is on line {self.lines[(*path, key)]}",
                )
            self.lines[(*path, key)] = self._line(key_node)
            data[key] = self.read(value_node, (*path, key))
        return data

    def _line(self, node: yaml.Node) -> int:
        return int(self.first_line + node.start_mark.line)
