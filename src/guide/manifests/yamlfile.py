"""YAML read as Kubernetes reads it, with the line of every field kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from guide.errors import GuideError

#: Where a field is in a document: keys of mappings and indices of lists, from the top.
Path = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader without dates: to Kubernetes ``2026-11-23`` is a string."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


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


def load(text: str, file: str, *, first_line: int = 1) -> list[Document]:
    """The documents of a YAML text; empty ones are left out.

    :param file: what to call it in messages.
    :param first_line: the line of ``file`` that the text begins on.
    :raises GuideError: it is not YAML, or says a thing twice.
    """
    loader = _Loader(text)
    try:
        return list(_documents(loader, file, first_line))
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise GuideError(
            f"this is not YAML: {error.problem or error.context}",
            where=f"{file}:{line}",
            fix="look at the indentation and the quotes on this line and the one above",
        ) from error
    except yaml.YAMLError as error:
        raise GuideError(f"this is not YAML: {error}", where=file) from error
    finally:
        loader.dispose()


def _documents(loader: _Loader, file: str, first_line: int) -> Iterator[Document]:
    while loader.check_node():
        node = loader.get_node()
        assert node is not None
        lines: dict[Path, int] = {(): first_line + node.start_mark.line}
        data = _Reader(loader, file, first_line, lines).read(node, ())
        if data is not None:
            yield Document(file, data, lines)


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
        return self.loader.construct_object(node)

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = self._line(node)
        return self.read(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            where = f"{self.file}:{self._line(key_node)}"
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise GuideError(
                    "this key is not a plain word", where=where, fix="write the fields out; use no merge keys"
                )
            key = str(self.loader.construct_object(key_node))
            if key in data:
                raise GuideError(
                    f"{key} stands twice in the same place, and only the last one would count",
                    where=where,
                    fix=f"remove one; the first is on line {self.lines[(*path, key)]}",
                )
            self.lines[(*path, key)] = self._line(key_node)
            data[key] = self.read(value_node, (*path, key))
        return data

    def _line(self, node: yaml.Node) -> int:
        return int(self.first_line + node.start_mark.line)
