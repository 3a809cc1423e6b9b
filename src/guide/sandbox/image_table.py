"""``sandbox/images.toml``: the table of the images to make, with what is in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from guide.forms import held
from guide.sandbox.binaries import SANDBOX
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml

_IMAGE_KEYS = {
    "ref": str,
    "product": str,
    "debian": list,
    "binaries": dict,
    "links": dict,
    "sources": dict,
    "web": dict,
    "npm": dict,
    "files": str,
    "owned": dict,
    "user": str,
    "entrypoint": list,
    "command": list,
    "env": list,
    "ports": list,
    "volumes": list,
    "workdir": str,
    "stop-signal": str,
    "guide": str,
    "runs": str,
    "why": str,
}
_WEB_KEYS = {"build": list, "result": str, "without": list, "seconds": (int, float)}
_NPM_KEYS = {"without": list, "seconds": (int, float)}
_DEBIAN_KEYS = {"packages": list, "without": list, "on": list, "files": str, "seconds": (int, float)}

#: What names others.
_OF_TEXTS = {"debian", "on", "packages", "binaries", "sources", "web", "npm"}


class Table:
    """``images.toml``: what to make, and for whom.

    :raises UserError: the table is not as its head describes it.
    """

    def __init__(self, sandbox: Path = SANDBOX) -> None:
        self.sandbox = sandbox
        self.path = sandbox / "images.toml"
        table = dict(held(read_toml(self.path), "images").value)
        self.debian: dict[str, dict[str, Any]] = table.pop("debian", {})
        self.web: dict[str, dict[str, Any]] = table.pop("web", {})
        self.npm: dict[str, dict[str, Any]] = table.pop("npm", {})
        self.images: list[dict[str, Any]] = table.pop("image", [])
        for word in table:
            raise self._error(
                f"[{word}] is no table of it", "it has [debian.…], [web.…], [npm.…] and [[image]]"
            )
        for name, row in self.debian.items():
            self._check(f"the layer {name}", row, _DEBIAN_KEYS, {"packages"})
            self._check_layers(f"the layer {name}", row.get("on", []))
            above = list(self.debian)[: list(self.debian).index(name)]
            for other in row.get("on", []):
                if other not in above:
                    raise self._error(
                        f"the layer {name} is on {other}, which does not stand above it",
                        "write the lower layer first: none stands on itself, or on one that stands on it",
                    )
        for name, row in self.web.items():
            self._check(f"the web pages of {name}", row, _WEB_KEYS, {"build", "result", "seconds"})
        for name, row in self.npm.items():
            self._check(f"the packages of {name}", row, _NPM_KEYS, {"seconds"})
        for row in self.images:
            name = row.get("ref", "an image without ref")
            self._check(name, row, _IMAGE_KEYS, {"ref", "guide", "runs", "why"})
            self._check_layers(name, row.get("debian", []))
            for named in (*row.get("sources", {}).values(), *row.get("web", {}).values()):
                if named.partition("/")[0] not in row.get("binaries", {}).values():
                    raise self._error(
                        f"{name} has the sources {named} of a program that it does not have",
                        "add the program to its binaries",
                    )
            for named in row.get("web", {}).values():
                if named not in self.web:
                    raise self._error(
                        f"{name} has web pages of {named}, of which the table has none",
                        f"add [web.{named}], or leave it",
                    )
            for named in row.get("npm", {}).values():
                if named not in self.npm:
                    raise self._error(
                        f"{name} has the packages of {named}, of which the table knows nothing",
                        f"add [npm.{named}], or leave it",
                    )
        refs = [row["ref"] for row in self.images]
        for ref in {ref for ref in refs if refs.count(ref) > 1}:
            raise self._error(f"{ref} is there twice", "leave one of them")

    def select(self, products: frozenset[str]) -> list[dict[str, Any]]:
        """The images that the cluster itself and ``products`` need; with no products all."""
        return [row for row in self.images if not products or row.get("product") in {None, *products}]

    def _check_layers(self, what: str, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.debian:
                raise self._error(
                    f"{what} is on {name}, which is no layer", f"they are {', '.join(self.debian)}"
                )

    def _check(self, what: str, row: Mapping[str, Any], types: Mapping[str, Any], required: set[str]) -> None:
        if unknown := row.keys() - types.keys():
            raise self._error(
                f"{what} has the unknown key {', '.join(sorted(unknown))}", "see the table's head"
            )
        if missing := required - row.keys():
            raise self._error(f"{what} lacks {', '.join(sorted(missing))}", "see the table's head")
        for key, value in row.items():
            if not isinstance(value, types[key]):
                raise self._error(f"{key} of {what} is a {type(value).__name__}", "see the table's head")
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            if key in _OF_TEXTS and not all(isinstance(part, str) for part in parts):
                raise self._error(f"{key} of {what} has what is no text", "put each of it in quotes")

    def _error(self, what: str, fix: str) -> UserError:
        return UserError(what, where=str(self.path), fix=fix)
