"""What ``mkdocs.yml`` may name of this machine: files and folders of the checkout, and nothing beside it.

MkDocs copies all of ``theme.custom_dir`` into the site, empties ``site_dir`` before it builds, runs ``hooks``
and ``extra_templates``, and hands plugins what they are to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from guide.site import addresses
from walkthrough import config, git, harmless
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import places, read_text
from walkthrough.pages import extensions

#: What is named from the folder of ``mkdocs.yml``, and what from the pages'.
_FROM_ROOT = ("site_dir", "hooks", "watch")
#: The day that a build is to be of.
_DAY = "SOURCE_DATE_EPOCH"
#: What a checkout has of its own, whether git knows it or not: no site is built over it.
_KEPT = (
    *(".git", ".github", "src", "tests", "tools", "bench", "sandbox", "docs-dev", "proofs", "build/proof"),
    *places.READ,
)
_FROM_DOCS = ("extra_css", "extra_javascript", "extra_templates")


def errors(given: Mapping[str, Any], root: Path) -> Iterator[UserError]:
    """Each path that leads out of a checkout, and each address that may not stand on its pages.

    :param given: what :func:`settings` says.
    """
    theme = given.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, Mapping) else None
    docs = root / str(given.get("docs_dir") or "docs")
    named = [(key, value, root) for key, value in _of(given, _FROM_ROOT)]
    named += [("custom_dir", custom, root)] if isinstance(custom, str | os.PathLike) else []
    named += [(key, value, docs) for key, value in _of(given, _FROM_DOCS)]
    for key, value, base in named:
        if not config.is_address(os.fspath(value)) and harmless.leads_out(
            # What is run or watched is not shown, and shared by the copies of a site that its tests make.
            value,
            base,
            links=key not in ("hooks", "watch"),
        ):
            yield _error(f"{key}: {os.fspath(value)}", root, os.fspath(value))
    for _, value in _of(given, ("site_dir",)):
        if why := _emptied(root / value, root):
            yield _emptying(value, why, root)
    for name, options in config.plugins(given):
        for outside in harmless.files_outside(name, options, root):
            yield _error(f"plugins: {name}: {outside}", root, outside.partition(": ")[2])
    yield from addresses.errors(given, root)
    yield from _no_day()


def _no_day() -> Iterator[UserError]:
    """The day of the build, where the environment says one that MkDocs cannot make anything of."""
    said = os.environ.get(_DAY)
    try:
        datetime.fromtimestamp(int("0" if said is None else said), UTC)
    except (ValueError, OverflowError, OSError):
        yield UserError(
            f"{_DAY} is no day: {(said or '')[:40]!r}",
            where=f"the variable {_DAY} of the environment",
            fix=f"set it to the seconds since the beginning of 1970; or unset {_DAY}",
        )


def refused(root: Path) -> list[UserError]:
    """What MkDocs is not even to read its file with, which it would say in its own way, or not at all.

    :raises UserError: the file is wrong, or names what may not be loaded.
    """
    extensions.of(root)  # it runs nothing; MkDocs' own reading would run what a tag or an extension names
    return list(errors(settings(root), root))


def settings(root: Path) -> dict[str, Any]:
    """What the file says, as MkDocs reads it: with what its own tags put in.

    :raises UserError: it cannot be read that way.
    """
    read_text(root / CONFIG, CONFIG)  # it is a file, and text
    try:
        with (root / CONFIG).open("rb") as source:
            return dict(yaml_load(source, get_yaml_loader(config=MkDocsConfig(str(root / CONFIG)))) or {})
    except OSError:
        raise
    except Exception as error:  # what it or its tags make of the file
        said = " ".join(str(error).split())[:200]
        raise UserError(
            f"MkDocs cannot read this: {said or type(error).__name__}",
            where=CONFIG,
            fix="see what guide check says",
        ) from error


def published(root: Path, docs: Path, site: Path) -> list[UserError]:
    """All that a build is not to begin with: it would be published, or more than the site be emptied.

    :param site: where it is to be built, which may stand on MkDocs' command line.
    """
    try:
        named = list(errors(settings(root), root))
    except UserError as error:
        named = [error]
    if not named and (why := _emptied(site, root)):
        named = [_emptying(site, why, root)]
    return [*named, *places.errors(root, docs)]


def _emptied(site: Path, root: Path) -> str:
    """Why a folder is none to build a site in, which empties it; empty where it is one."""
    if site.exists() and not site.is_dir():
        return "a file stands there"
    real = site.resolve()
    for name in _KEPT:
        kept = (root / name).resolve()
        if real == kept or real in kept.parents or kept in real.parents:
            return f"{name} is there"
    if site.is_dir() and (known := git.answer(root, "ls-files", "-z", "--", str(real))):
        return f"git keeps {known.partition(chr(0))[0]} there"
    return ""


def _emptying(site: str | os.PathLike[str], why: str, root: Path) -> UserError:
    return UserError(
        f"site_dir: MkDocs empties the folder that it builds in, and {why}",
        where=_place(os.fspath(site), root),
        fix="build into build/site",
    )


def _of(given: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, str | os.PathLike[str]]]:
    for key in keys:
        yield from ((key, value) for _, value in harmless.texts(given.get(key)))


def _error(what: str, root: Path, value: str) -> UserError:
    return UserError(
        f"{what} leads out of where the site has its files",
        where=_place(value, root),
        fix="name what lies in the checkout by its path from there; scripts and styles by theirs from docs",
    )


def _place(value: str, root: Path) -> str:
    """``file:line`` of a setting."""
    lines = read_text(root / CONFIG, CONFIG).split("\n")
    return f"{CONFIG}:{next((number for number, line in enumerate(lines, 1) if value in line), 1)}"
