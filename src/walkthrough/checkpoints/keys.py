"""What a checkpoint depends on, as one key: whatever was run up to there, and what it was run by.

It is a chain, as in :mod:`walkthrough.proof.staleness`: a page's key holds that of the page before. Prose is
no part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

from walkthrough.errors import UserError
from walkthrough.pages.loading import Page, load
from walkthrough.project import Project

#: The form in which a checkpoint is kept: one of another form is none.
FORM = 1

#: What hands the shell's state from step to step.
_DRIVER = ("driver.bash", "shell.py")


def of_pages(pages: Iterable[Page], fingerprint: Mapping[str, str]) -> dict[str, str]:
    """The key behind each page that has blocks.

    :param pages: in reading order, from the first on.
    :param fingerprint: what the provider says that its machine depends on.
    """
    driver = [files("walkthrough.machine").joinpath(name).read_text("utf-8") for name in _DRIVER]
    key = _hash([FORM, driver, sorted(fingerprint.items())])
    found = {}
    for page in pages:
        if page.blocks and not page.alone:
            key = found[page.name] = _hash([key, page.name, page.sha256, page.pins])
    return found


def pages_of(project: Project, names: Iterable[str]) -> Iterator[Page]:
    """These pages as far as each is right: behind one that is not nothing can be begun."""
    for name in names:
        try:
            page, errors = load(project.page_path(name, project.primary))
        except UserError:
            return
        if errors:
            return
        yield page


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
