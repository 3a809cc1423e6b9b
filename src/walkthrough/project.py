"""A site on disk: its root, its languages, its reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse
from pathlib import Path, PurePosixPath
from typing import Any

from walkthrough import config, harmless
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import Data, frontmatter, places, read_text
from walkthrough.pages import theme
from walkthrough.pages.styles import Styles

#: The plugin that says which languages a site has, and what it does where its options do not say.
_I18N, _STRUCTURE = "i18n", "suffix"


@dataclass(frozen=True)
class Project:
    """One site, found by its ``mkdocs.yml``.

    :param root: the folder that holds ``mkdocs.yml``; includes are relative to it.
    """

    root: Path

    @classmethod
    def of(cls, path: Path) -> Project:
        """The site that a file belongs to: the nearest folder above it with a ``mkdocs.yml``."""
        for folder in (path, *path.parents):
            if (folder / CONFIG).is_file():
                return cls(folder)
        raise UserError(
            f"there is no {CONFIG} in this folder or above it",
            where=str(path),
            fix="begin in the folder of a site, or below it",
        )

    @property
    def docs(self) -> Path:
        """The pages."""
        return self.root / str(self._config.get("docs_dir", "docs"))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages as the site's i18n plugin has them, the default first; one without a name where
        there is no such plugin.

        :raises UserError: ``mkdocs.yml`` cannot be read.
        """
        listed = [each for each in self._i18n.get("languages", ()) if each.get("build", True)]
        listed.sort(key=lambda each: not each.get("default", False))
        return tuple(dict.fromkeys(str(each["locale"]) for each in listed)) or ("",)

    @property
    def machines(self) -> tuple[str, ...]:
        """What its author says that the pages may be run on: ``extra: {walkthrough: {machines: …}}``."""
        return tuple(self._own.get("machines", ()))

    @property
    def placeholders(self) -> dict[str, str]:
        """What a run writes in place of which text of any page; a page's front matter may say otherwise."""
        return dict(self._own.get("placeholders", {}))

    @property
    def included(self) -> tuple[str, ...]:
        """The folders whose files pages may include: ``extra: {walkthrough: {includes: …}}``."""
        return tuple(self._own.get("includes", places.INCLUDED))

    @property
    def _own(self) -> dict[str, Any]:
        return dict((self._config.get("extra") or {}).get("walkthrough", {}))

    @property
    def primary(self) -> str:
        """The language whose blocks run; those of the others are compared with them."""
        return self.languages[0]

    @cached_property
    def _i18n(self) -> dict[str, Any]:
        return next((options for name, options in config.plugins(self._config) if name == _I18N), {})

    @property
    def _folders(self) -> bool:
        """Whether each language has a folder of its own; else a suffix tells them apart: ``page.en.md``."""
        return bool(self._i18n.get("docs_structure", _STRUCTURE) == "folder") and self.languages != ("",)

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
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()

    @cached_property
    def _file(self) -> Data:
        return config.read(self.root)

    @property
    def _config(self) -> dict[str, Any]:
        value: dict[str, Any] = self._file.value
        return value

    @cached_property
    def nav(self) -> tuple[str, ...]:
        """The pages in reading order, the same in all languages (``certificates.md``).

        :raises UserError: there is no ``nav``, or a page stands in it twice.
        """
        entries = [entry for entry, _ in config.pages_of(self._config.get("nav"))]
        pages = list(filterfalse(config.is_address, entries))
        if not pages:
            raise UserError("the site has no reading order", where=CONFIG, fix="list the pages under 'nav'")
        for page in pages:
            if pages.count(page) > 1:
                where = self.nav_place(page, last=True)
                raise UserError(f"{page} stands twice in nav", where=where, fix="list each page once")
        return tuple(pages)

    def nav_place(self, page: str = "", *, last: bool = False) -> str:
        """``mkdocs.yml:line`` of a page in ``nav``; of ``nav`` itself for one that is not there.

        :param last: where it stands for the last time, not for the first.
        """
        nav = self._config.get("nav")
        try:
            places = [path for entry, path in config.pages_of(nav, ("nav",)) if entry == page]
        except UserError:
            return CONFIG
        return self._file.where(places[-1 if last else 0] if places else ("nav",))

    @cached_property
    def styles(self) -> Styles:
        """What the style sheets of the site and of its theme do to elements."""
        own = map(read_text, _sheets(self.docs, self._file))
        return theme.with_its(own, self.root, self.docs, self._config)

    def page_path(self, page: str, language: str) -> Path:
        """The file of a page in one language."""
        if self._folders:
            return self.docs / language / page
        if language == self.primary:
            return self.docs / page
        return self.docs / f"{page.removesuffix('.md')}.{language}.md"

    def language_of(self, path: Path) -> str:
        """The language a page's file is written in: its folder's, or its suffix's."""
        inside = path.relative_to(self.docs)
        if self._folders:
            return inside.parts[0]
        return next((each for each in self.languages if inside.name.endswith(f".{each}.md")), self.primary)

    def page_of(self, path: Path) -> str:
        """A page's name from its file, without what tells its language."""
        inside = PurePosixPath(path.relative_to(self.docs).as_posix())
        if self._folders:
            return PurePosixPath(*inside.parts[1:]).as_posix()
        suffix = f".{self.language_of(path)}.md"
        return f"{str(inside).removesuffix(suffix)}.md" if str(inside).endswith(suffix) else str(inside)

    def pages_in(self, language: str) -> Iterator[Path]:
        """Every page that lies in a language, in ``nav`` or not."""
        top = self.docs / language if self._folders else self.docs
        return (path for path in sorted(top.rglob("*.md")) if self.language_of(path) == language)

    def page_named(self, name: str) -> str:
        """The page that a person means by ``certificates``, ``certificates.md`` or a path of it."""
        plain = PurePosixPath(Path(name).as_posix())
        if plain.is_absolute():
            plain = PurePosixPath(self.relative(Path(name)))
        parts = [part for part in plain.parts if part != "."]
        if parts[:1] == [self.docs.name]:
            parts = parts[1:]
        if self._folders and parts[:1] and parts[0] in self.languages:
            parts = parts[1:]
        page = "/".join(parts).removesuffix(".md") + ".md"
        if not self._folders and page not in self.nav and parts[:1] != ["/"]:
            page = self.page_of(self.docs / page)
        if page not in self.nav:
            known = ", ".join(entry.removesuffix(".md") for entry in self.nav)
            raise UserError(
                f"there is no page {name[:60]!r} on the site", where=CONFIG, fix=f"choose among {known}"
            )
        return page

    @cached_property
    def alone(self) -> frozenset[str]:
        """The pages that stand on no other, and that none stands on: their front matter says ``chain: own``.

        What is wrong with one is told by who reads the pages.
        """
        paths = {page: self.page_path(page, self.primary) for page in self.nav}
        return frozenset(page for page, path in paths.items() if _has_own_chain(path, self.relative(path)))

    def chain(self, names: Sequence[str] = ()) -> tuple[str, ...]:
        """The pages to run for the named ones: each stands on all that come before it, but for those alone.

        :param names: none means the whole chain.
        """
        if not names:
            return self.nav
        named = {self.page_named(name) for name in names}
        if named <= self.alone:
            return tuple(page for page in self.nav if page in named)
        last = max(map(self.nav.index, named))
        return tuple(page for page in self.nav[: last + 1] if page in named or page not in self.alone)


def _sheets(docs: Path, file: Data) -> Iterator[Path]:
    """The style sheets that are the site's own and there.

    :raises UserError: one lies elsewhere.
    """
    for number, name in enumerate(file.value.get("extra_css") or []):
        if config.is_address(name):
            continue
        if harmless.leads_out(name, docs):
            raise UserError(
                f"the style sheet {name} is none of the site's",
                where=file.where(("extra_css", number)),
                fix=f"put it below {docs.name}/, and write its path from there; or a whole address",
            )
        if harmless.is_file(path := docs / name.partition("?")[0]):
            yield path


def _has_own_chain(page: Path, where: str) -> bool:
    try:
        _, data = frontmatter.split(read_text(page), where)
    except UserError:
        return False
    return data is not None and data.value.get("chain") == "own"
