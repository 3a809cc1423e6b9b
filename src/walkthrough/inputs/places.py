"""What may be included and published: a list of folders, by real path, whatever a page or a link says.

A page of a stranger is checked by reading it. What it can bring to light, on the site or in a report, is what
lies in these folders, and that is all in the repository for everyone to see.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.inputs.text import LIMIT
from walkthrough.unseen import unseen, visible

#: The folders whose files a page may include.
INCLUDED = ("snippets", "manifests")
#: The folders that are read or published as they are.
READ = ("docs", "pictures", "theme", *INCLUDED)
#: What the site publishes besides pages, which have a folder for each language.
ASSETS = "assets"
PUBLISHED = frozenset({".css", ".ico", ".jpg", ".js", ".png", ".svg", ".webp", ".woff2"})


def refused(file: Path, root: Path, folders: Sequence[str] = INCLUDED) -> str:
    """Why a file may not be included; empty where it may.

    :param folders: those whose files may.
    """
    top = root.resolve()
    real = _real(file)
    for folder in folders:
        if real.is_relative_to(top / folder):
            hidden = [part for part in real.relative_to(top / folder).parts if part.startswith(".")]
            return f"{hidden[0]} is hidden" if hidden else _unreadable(real)
    return f"it lies outside of {' and '.join(f'{folder}/' for folder in folders)}"


def _unreadable(real: Path) -> str:
    """Why reading what is there would not end, or end this program; empty for what reads as a text or not."""
    try:
        status = real.stat()
    except (OSError, ValueError):
        return ""  # told by who reads it
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        return "it is neither a file nor a folder"
    return f"it has more than {LIMIT >> 20} MiB" if status.st_size > LIMIT else ""


def errors(root: Path, docs: Path | None = None) -> Iterator[UserError]:
    """Links that lead out of their folder, what is no file, and what would be published by mistake.

    :param docs: where the site has its pages, if that is not ``docs``.
    """
    docs = docs or root / "docs"
    yield from unread(root, docs)
    yield from _published(docs, root)


def unread(root: Path, docs: Path) -> Iterator[UserError]:
    """What is not to be read: links that lead out of their folder, and what is no file."""
    for folder in dict.fromkeys((docs, *(root / name for name in READ))):
        if folder.is_symlink():
            yield _leads_out(folder, root)
        elif folder.is_dir():
            yield from _links(folder, root)


def led_out(root: Path, names: Sequence[str]) -> Iterator[UserError]:
    """The links among files and folders of the checkout, and in them, that lead out of it.

    Whoever reads such a file may say a part of it, in what is wrong with it.
    """
    top = root.resolve()
    for name in names:
        within = (root / name).rglob("*") if (root / name).is_dir() else ()
        for path in (root / name, *sorted(within)):
            if path.is_symlink() and not _real(path).is_relative_to(top):
                yield UserError(
                    "this link leads out of the checkout",
                    where=_name(path, root),
                    fix="put a copy in its place",
                )


def _links(top: Path, root: Path) -> Iterator[UserError]:
    real = top.resolve()
    for folder, folders, names in os.walk(top):
        for name in sorted([*folders, *names]):
            path = Path(folder, name)
            if any(map(unseen, name)):
                yield UserError(
                    "the name of this has a sign that nobody sees, or is no text in UTF-8",
                    where=visible(_name(path, root), keep=""),
                    fix="give it another name",
                )
            elif path.is_symlink():
                # MkDocs follows links to folders, and one that leads up has no end.
                if path.is_dir() or not _real(path).is_relative_to(real):
                    yield _leads_out(path, root)
                elif not path.exists():
                    # MkDocs ends where it would copy it.
                    yield UserError(
                        f"this link leads to {path.readlink()}, which is not there",
                        where=_name(path, root),
                        fix="write that file, or take the link away",
                    )
            elif not path.is_dir() and not path.is_file():
                yield UserError(
                    "this is neither a file nor a folder", where=_name(path, root), fix="take it away"
                )


def _real(path: Path) -> Path:
    """Where a path leads; the root of all, which is in no folder, for a link that leads back to itself."""
    try:
        return path.resolve(strict=False)
    except (OSError, RuntimeError):
        return Path("/")


def _leads_out(path: Path, root: Path) -> UserError:
    return UserError(
        f"this link leads to {path.readlink()}: a link may lead to a file of its own top folder only",
        where=_name(path, root),
        fix="put a copy in its place",
    )


def _published(docs: Path, root: Path) -> Iterator[UserError]:
    for path in sorted(docs.rglob("*")):
        inside = path.relative_to(docs)
        # MkDocs leaves out what is hidden.
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        page = path.suffix == ".md" and inside.parts[0] != ASSETS
        if not page and (inside.parts[0] != ASSETS or path.suffix not in PUBLISHED):
            known, name = " ".join(sorted(PUBLISHED)), _name(docs, root)
            yield UserError(
                "the site would publish this file as it is",
                where=_name(path, root),
                fix=f"move it out of {name}/; published are pages, and in {name}/{ASSETS}: {known}",
            )


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
