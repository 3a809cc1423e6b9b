"""Mistakes in ``docs/`` that MkDocs and static-i18n let through without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mkdocs_static_i18n.config import RE_LOCALE  # type: ignore[import-untyped]

from walkthrough.errors import UserError
from walkthrough.inputs import frontmatter, read_text

REQUIRED = ("title", "description")


def problems(docs: Path, locales: Sequence[str]) -> Iterator[UserError]:
    """Everything wrong with the tree under ``docs``.

    :param locales: the languages' folder names, the default first.
    """
    yield from _folders(docs, locales)
    yield from _translations(docs, locales)
    for locale in locales:
        for page in sorted((docs / locale).rglob("*.md")):
            yield from front_matter(page, f"{docs.name}/{page.relative_to(docs).as_posix()}")


def _folders(docs: Path, locales: Sequence[str]) -> Iterator[UserError]:
    for entry in sorted(docs.iterdir()):
        where = f"{docs.name}/{entry.name}"
        if entry.is_dir() and entry.name not in locales and RE_LOCALE.match(entry.name):
            yield UserError(
                f"The folder name «{entry.name}» looks like a language, so the site would drop it silently",
                where=where,
                fix=f"give it a longer name, or move it into {docs.name}/assets",
            )
        elif entry.suffix == ".md":
            yield UserError(
                "A page stands outside the languages' folders",
                where=where,
                fix=f"move it into {' or '.join(f'{docs.name}/{locale}' for locale in locales)}",
            )


def _translations(docs: Path, locales: Sequence[str]) -> Iterator[UserError]:
    pages = {
        locale: {page.relative_to(docs / locale).as_posix() for page in (docs / locale).rglob("*.md")}
        for locale in locales
    }
    for name in sorted(set().union(*pages.values())):
        present = [locale for locale in locales if name in pages[locale]]
        for locale in locales:
            if locale not in present:
                yield UserError(
                    f"The page has no translation: it stands in «{present[0]}», not in «{locale}»",
                    where=f"{docs.name}/{present[0]}/{name}:1",
                    fix=f"write {docs.name}/{locale}/{name}",
                )


def front_matter(page: Path, where: str) -> Iterator[UserError]:
    """What is wrong with one page's front matter.

    :param where: how messages name the page.
    """
    try:
        _, meta = frontmatter.split(read_text(page, where), where)
    except UserError as error:
        yield error
        return
    if meta is None:
        yield UserError(
            "The page has no front matter", where=f"{where}:1", fix="begin it with ---, title: …, ---"
        )
        return
    for key in REQUIRED:
        if not str(meta.value.get(key, "")).strip():
            yield UserError(
                f"The front matter has no {key}", where=f"{where}:1", fix=f"add a line {key}: … to it"
            )
