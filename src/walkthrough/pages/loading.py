"""All pages of a site, in all languages, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from walkthrough import config, harmless, hooks, patience
from walkthrough.errors import UserError
from walkthrough.pages import theme
from walkthrough.pages.block import Block, page_sha256
from walkthrough.pages.blocks import duplicate_ids, read
from walkthrough.pages.document import PageDocument
from walkthrough.project import Project


@dataclass(frozen=True)
class Page:
    """One page in one language.

    :param name: the same in all languages, such as ``certificates.md``.
    :param meta: its front matter.
    :param pins: the digest of what it takes from the files of pins.
    """

    name: str
    language: str
    path: str
    meta: dict[str, Any]
    blocks: tuple[Block, ...]
    pins: str

    @property
    def sha256(self) -> str:
        """The digest of its blocks: it changes when what the page asks for changes, not with prose."""
        return page_sha256(block.sha256() for block in self.blocks)

    @property
    def alone(self) -> bool:
        """Whether it stands on no other page, and none on it (``chain: own``)."""
        return self.meta.get("chain") == "own"

    @property
    def products(self) -> frozenset[str]:
        """What the page needs in the cluster."""
        return frozenset(self.meta.get("products") or ())


@dataclass
class Site:
    """The pages that could be read, by language and name, and the errors of all.

    :param languages: the one that runs first.
    """

    languages: tuple[str, ...]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    errors: list[UserError] = field(default_factory=list)

    def blocks(self, language: str) -> Iterator[Block]:
        """All blocks of a language, in reading order."""
        for (other, _), page in self.pages.items():
            if other == language:
                yield from page.blocks

    @property
    def running(self) -> list[Page]:
        """The pages in the language that runs, in reading order."""
        return [page for (language, _), page in self.pages.items() if language == self.languages[0]]


#: What reading one page may take of the processor; the longest known takes less than one.
SECONDS = 15
#: What :func:`each_once` has read, while it lasts.
_READ: ContextVar[dict[Path, tuple[Page, list[UserError]]] | None] = ContextVar("read", default=None)


@contextmanager
def each_once() -> Iterator[None]:
    """Read each page once while this lasts: for one look at files, which many parts take."""
    before = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(before)


def load(path: Path) -> tuple[Page, list[UserError]]:
    """Read one page; its blocks are those that are right.

    :raises UserError: the page cannot be read, or an include cannot be expanded.
    """
    found = _READ.get()
    if found is None:
        return _load(path)
    if path not in found:
        found[path] = _load(path)
    page, errors = found[path]
    return page, list(errors)


def _load(path: Path) -> tuple[Page, list[UserError]]:
    try:
        with patience.within(SECONDS):
            return _read_page(path)
    except patience.LateError:
        raise UserError(
            f"nobody gets through this page within {SECONDS} s",
            where=Project.of(path).relative(path),
            fix="look for what repeats itself on it: brackets, headings, lists within lists",
        ) from None


def _read_page(path: Path) -> tuple[Page, list[UserError]]:
    document = PageDocument.parse(str(path))
    blocks, errors = read(document)
    page = Page(
        document.page,
        document.language,
        document.name,
        document.meta,
        tuple(block for _, block in blocks),
        hooks.page_pins(document.project, document.meta, [block.body for _, block in blocks]),
    )
    return page, errors


def load_all(project: Project, names: Sequence[str] | None = None) -> Site:
    """Read every page of the site in every language.

    :param names: only these; all of ``nav``, and whatever else lies in the folders, by default.
    """
    site = Site(project.languages)
    try:
        settings = config.read(project.root).value
        site.errors += theme.errors(project.root, project.docs, settings, project.styles)
    except UserError as error:
        site.errors.append(error)
    for language in project.languages:
        for name in project.nav if names is None else names:
            path = project.page_path(name, language)
            if not harmless.is_file(path):
                where = next(
                    (
                        f"{project.relative(other)}:1"
                        for other in _elsewhere(project, name)
                        if harmless.is_file(other)
                    ),
                    project.nav_place(name),
                )
                site.errors.append(
                    UserError(
                        f"{name} is missing{f' in {language}' if language else ''}",
                        where=where,
                        fix=f"write {project.relative(path)}",
                    )
                )
                continue
            try:
                page, errors = load(path)
            except UserError as error:
                site.errors.append(error)
                continue
            site.pages[language, name] = page
            site.errors += [*errors, *hooks.page_errors(project, page)]
        # An id that is given twice on one page has been reported already.
        site.errors += [
            error for error in duplicate_ids(site.blocks(language)) if str(error) not in map(str, site.errors)
        ]
        if names is None:
            site.errors += _outside_nav(project, language)
    return site


def _elsewhere(project: Project, name: str) -> list[Path]:
    return [project.page_path(name, language) for language in project.languages]


def _outside_nav(project: Project, language: str) -> Iterator[UserError]:
    for path in project.pages_in(language):
        if project.page_of(path) in project.nav:
            continue
        try:
            page, errors = load(path)
        except UserError as error:
            yield error
            continue
        yield from errors
        if page.blocks:
            yield UserError(
                f"{page.name} has blocks and is not in nav, so nothing would run them",
                where=str(page.blocks[0].where),
                fix=f"put {page.name} into nav at {project.nav_place()}",
            )
