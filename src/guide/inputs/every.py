"""Reads every file that people write, each with its own reader, and says what is wrong with all of them.

What is read later anyway is read here first: the site, a run and the search at its end stand on these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from guide import contracts, leaks, terms, upstream
from guide.pins import lockfile, versions
from guide.sandbox import binaries, downloads, image_table, images, repositories
from guide.site import norwegian, pictures, sources
from walkthrough.errors import UserError
from walkthrough.inputs import places
from walkthrough.project import Project
from walkthrough.terminal import swallowed, table


def errors(root: Path) -> Iterator[UserError]:
    """What is wrong with the files of a checkout, the reading order first."""
    project = Project(root)
    sandbox, manifests = root / "sandbox", root / "manifests"
    readers: list[Callable[[], Any]] = [
        lambda: project.nav,
        partial(versions.load, root),
        partial(terms.load, root),
        norwegian.load,
        leaks.allowed,
        table.table,
        swallowed.allowances,
        partial(binaries.recipes, sandbox),
        partial(image_table.Table, sandbox),
        partial(images.replacements, frozenset(), sandbox=sandbox),
        partial(downloads.replacements, frozenset(), sandbox=sandbox),
        partial(repositories.table, sandbox),
        partial(upstream.lock, manifests / "upstream.lock"),
        partial(lockfile.load, root / lockfile.NAME),
        partial(contracts.load, root),
    ]
    for read in readers:
        yield from _tried(read)
    yield from pictures.errors(root)
    try:
        docs, languages = project.docs, project.languages
    except UserError:  # told above
        yield from places.errors(root)
        return
    yield from places.errors(root, docs)
    if docs.is_dir():
        yield from sources.problems(docs, languages)


def _tried(read: Callable[[], Any]) -> Iterable[UserError]:
    try:
        read()
    except UserError as error:
        return [error]
    return []
