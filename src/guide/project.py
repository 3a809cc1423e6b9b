"""A guide on disk: its root, its languages, its reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from guide.errors import GuideError
from guide.inputs import Data, read_text, read_yaml
from guide.inputs.schema import held
from guide.seen import Styles

#: The language that runs, and the one that is compared with it.
NB = "nb"
EN = "en"
LANGUAGES = (NB, EN)

CONFIG = "mkdocs.yml"


#: What MkDocs acts on when it reads its file, and nothing here does. Others could run anything.
_TAGS = re.compile(r"!ENV|!relative|tag:yaml\.org,2002:python/name:(?:material|pymdownx)\.[\w.]+")


def read_config(root: Path) -> Data:
    """``mkdocs.yml``, as far as the guide itself builds on it.

    :raises GuideError: it is not there or not right, or has a tag by which reading it could run something.
    """
    return held(read_yaml(root / CONFIG, CONFIG, tags=_TAGS), "mkdocs")


@dataclass(frozen=True)
class Project:
    """One guide, found by its ``mkdocs.yml``.

    :param root: the folder that holds ``mkdocs.yml``; includes are relative to it.
    """

    root: Path

    @classmethod
    def of(cls, path: Path) -> Project:
        """The guide that a file belongs to: the nearest folder above it with a ``mkdocs.yml``."""
        for folder in (path, *path.parents):
            if (folder / CONFIG).is_file():
                return cls(folder)
        raise GuideError(
            f"there is no {CONFIG} above this file", where=str(path), fix="run the guide in its own checkout"
        )

    @property
    def docs(self) -> Path:
        """The prose, one folder a language."""
        return self.root / "docs"

    @property
    def manifests(self) -> Path:
        """What runs in the cluster."""
        return self.root / "manifests"

    @property
    def proofs(self) -> Path:
        """Where proofs are written."""
        return self.root / "build" / "proof"

    @property
    def kept_proofs(self) -> Path:
        """Where proofs are kept for every clone: part of the repository."""
        return self.root / "proofs"

    def relative(self, path: Path) -> str:
        """A path as messages show it: relative to the root, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    @cached_property
    def _file(self) -> Data:
        return read_config(self.root)

    @property
    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = self._file.value
        return config

    @cached_property
    def nav(self) -> tuple[str, ...]:
        """The pages in reading order, relative to a language's folder (``certificates.md``).

        :raises GuideError: there is no ``nav``, or a page stands in it twice.
        """
        pages = [entry for entry, _ in _leaves(self._config.get("nav")) if "://" not in entry]
        if not pages:
            raise GuideError("the guide has no reading order", where=CONFIG, fix="list the pages under 'nav'")
        for page in pages:
            if pages.count(page) > 1:
                where = self.nav_place(page, last=True)
                raise GuideError(f"{page} stands twice in nav", where=where, fix="list each page once")
        return tuple(pages)

    def nav_place(self, page: str = "", *, last: bool = False) -> str:
        """``mkdocs.yml:line`` of a page in ``nav``; of ``nav`` itself for one that is not there.

        :param last: where it stands for the last time, not for the first.
        """
        try:
            places = [path for entry, path in _leaves(self._config.get("nav"), ("nav",)) if entry == page]
        except GuideError:
            return CONFIG
        return self._file.where(places[-1 if last else 0] if places else ("nav",))

    @cached_property
    def styles(self) -> Styles:
        """What the site's own style sheets hide."""
        sheets = [self.docs / str(name) for name in self._config.get("extra_css") or []]
        return Styles.of(read_text(path) for path in sheets if path.is_file())

    def page_path(self, page: str, language: str) -> Path:
        """The file of a page in one language."""
        return self.docs / language / page

    def language_of(self, path: Path) -> str:
        """The language a page's file is written in: the first folder under ``docs``."""
        return path.relative_to(self.docs).parts[0]

    def page_of(self, path: Path) -> str:
        """A page's name from its file: the path below the language's folder."""
        return PurePosixPath(*path.relative_to(self.docs).parts[1:]).as_posix()

    def page_named(self, name: str) -> str:
        """The page that a person means by ``certificates``, ``certificates.md`` or a path of it."""
        plain = PurePosixPath(Path(name).as_posix())
        if plain.is_absolute():
            plain = PurePosixPath(self.relative(Path(name)))
        parts = [part for part in plain.parts if part != "."]
        if parts[:1] == ["docs"]:
            parts = parts[1:]
        if parts[:1] and parts[0] in LANGUAGES:
            parts = parts[1:]
        page = "/".join(parts).removesuffix(".md") + ".md"
        if page not in self.nav:
            known = ", ".join(entry.removesuffix(".md") for entry in self.nav)
            raise GuideError(
                f"there is no page {name!r} in the guide", where=CONFIG, fix=f"choose among {known}"
            )
        return page

    def chain(self, names: Sequence[str] = ()) -> tuple[str, ...]:
        """The pages to run for the named ones: each stands on all that come before it.

        :param names: none means the whole chain.
        """
        if not names:
            return self.nav
        last = max(self.nav.index(self.page_named(name)) for name in names)
        return self.nav[: last + 1]


def _leaves(nav: Any, path: tuple[str | int, ...] = ()) -> Iterable[tuple[str, tuple[str | int, ...]]]:
    """The pages of ``nav``, with their places; titles are none."""
    if isinstance(nav, str):
        yield nav, path
    elif isinstance(nav, list):
        for number, entry in enumerate(nav):
            yield from _leaves(entry, (*path, number))
    elif isinstance(nav, dict):
        for title, entry in nav.items():
            yield from _leaves(entry, (*path, title))
