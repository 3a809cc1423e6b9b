"""When each page was last changed, as git has it, and where a reader says that something is wrong.

No date is better than a wrong one: there is none without a repository of the checkout's own, in a shallow
clone, which knows the age of nothing, and for a page that has been changed since its last commit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from urllib.parse import quote

from guide.site import addresses
from guide.site.badge import in_words
from guide.site.texts import Locale, text
from walkthrough import git

#: What a commit's day stands behind in git's answer.
_MARK = "//"


def days(root: Path, folder: str = "docs") -> dict[str, date]:
    """The day of the last commit of each file below a folder, by its path from the root.

    :param root: the checkout.
    """
    top = git.answer(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != root.resolve():
        return {}
    if (git.answer(root, "rev-parse", "--is-shallow-repository") or "").strip() != "false":
        return {}
    # -z: as they are, without quotes; the day as the committer's clock had it, the same on every machine. No
    # path begins with the mark, whatever else the name of a file may hold.
    log = git.answer(root, "log", "-z", f"--format={_MARK}%cs", "--name-only", "--no-renames", "--", folder)
    changed = git.answer(root, "status", "--porcelain", "-z", "--no-renames", "--", folder)
    if log is None or changed is None:
        return {}
    found: dict[str, date | None] = {}
    day = None
    for entry in filter(None, (part.lstrip("\n") for part in log.split("\0"))):
        if entry.startswith(_MARK):
            day = _day(entry.removeprefix(_MARK).strip())
        else:
            found.setdefault(entry, day)
    for entry in filter(None, changed.split("\0")):
        found.pop(entry[3:], None)
    return {name: day for name, day in found.items() if day is not None}


def _day(text: str) -> date | None:
    """The day of a commit; nothing where it is none, or to come: whoever commits writes what they like."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Somewhere it is tomorrow already.
    return day if day <= datetime.now(UTC).date() + timedelta(days=1) else None


def repository(configured: str | None) -> str:
    """Where issues go: what the environment says, else ``repo_url``; empty where neither says so.

    ``repo_url`` itself stays unset in ``mkdocs.yml``: with it the theme asks the forge's API at each visit.
    """
    return os.environ.get(addresses.REPOSITORY) or configured or ""


def line(path: str, known: Mapping[str, date], repository: str, locale: Locale) -> str:
    """What stands below a page, as HTML; empty where nothing is known.

    :param path: the page's file, from the root.
    :param repository: the address of the repository that takes issues; empty where there is none.
    """
    parts = []
    if day := known.get(path):
        parts.append(text(locale, "changed", day=f'<time datetime="{day}">{in_words(day, locale)}</time>'))
    if repository:
        title = quote(text(locale, "feedback-title", page=path), safe="")
        address = escape(f"{repository.rstrip('/')}/issues/new?title={title}")
        parts.append(f'<a href="{address}">{text(locale, "feedback")}</a>')
    return f'<p class="guide-changed">{" ".join(parts)}</p>' if parts else ""
