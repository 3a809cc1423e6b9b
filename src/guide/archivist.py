"""Keeps the proof of a whole run in the repository, and says what those that are kept are worth.

Kept is a run from nothing in which every block held, of the pages as they are. Whoever commits the file makes
a new commit, so the one that it names is an older one: what the proof is of, its digests say.
"""

from __future__ import annotations

import getpass
import re
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from guide.paths import ROOT, cache_dir, state_dir
from guide.site import norwegian
from walkthrough import git
from walkthrough.errors import UserError
from walkthrough.folders import home
from walkthrough.inputs import read_text
from walkthrough.project import Project
from walkthrough.proof import archive, staleness, storage
from walkthrough.proof.record import BlockVerdict, Proof
from walkthrough.proof.staleness import State

#: Where a run does not begin with nothing: the harness's stand-in, and a cluster that was there before.
_NOT_FROM_NOTHING = ("local", "kubeconfig")
#: What a path of somebody's machine begins with.
_PATHS = re.compile(r"/(?:home|root|Users)/|\b[A-Za-z]:\\\\")


def keep(provider: str, project: Project | None = None) -> Path:
    """Keep the last whole proof of a provider; the file that it is kept in.

    :raises UserError: there is none, or it is not one of a whole run from nothing of the pages as they are.
    """
    project = project or Project(ROOT)
    made = storage.load(provider, project=project)
    where = project.relative(storage.path_of(provider, project=project))
    if made is None:
        partial = storage.path_of(provider, complete=False, project=project).is_file()
        others = "; the one of some pages is not kept" if partial else ""
        raise UserError(
            f"there is no proof of a whole run on {provider}{others}",
            where=where,
            fix=f"run 'guide verify --cluster {provider}'",
        )
    if (why := _why_not(made, project)) is not None:
        raise UserError(
            f"this proof cannot be kept: {why}",
            where=where,
            fix=f"commit everything, and run 'guide verify --cluster {provider}', all of it",
        )
    return archive.write(_without_names(made, project), project)


def _why_not(made: Proof, project: Project) -> str | None:
    if made.provider in _NOT_FROM_NOTHING:
        return f"on {made.provider} a run does not begin with nothing"
    if made.failure is not None:
        return f"the run failed at {made.failure['where']}"
    commit = made.guide["commit"]
    if commit is None:
        return "the run was of no commit"
    if made.guide["dirty"]:
        return "the run was of files that differed from the commit"
    for language in project.languages:
        standing = staleness.Standing(made, project, language)
        for name in project.nav:
            status = staleness.page_status(made, name, language, project=project, standing=standing)
            prose = status.state is State.NONE and not status.counts and name in made.chain
            if status.state is not State.VERIFIED and not prose:
                return f"{language}/{name}: {status.reason}"
    if git.answer(project.root, "--version") is None:
        return "git, which knows the commits, does not run"
    if git.answer(project.root, "merge-base", "--is-ancestor", commit, "HEAD") is None:
        why = f"the run was of {commit[:12]}, which is no commit that the checked out one stands on"
        shallow = (project.root / ".git/shallow").exists()
        return f"{why}, as far as this shallow clone knows (git fetch --unshallow)" if shallow else why
    return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""  # a user without a name


def _without_names(made: Proof, project: Project) -> Proof:
    """The proof without what names this machine, its user or a folder of theirs."""
    folders = {project.root, home(), Path(tempfile.gettempdir()), cache_dir(), state_dir()} - {Path("/")}
    # "root" is a word of the pages' own, and everybody's.
    words = {socket.gethostname(), socket.getfqdn(), _user()} - {"", "root", "localhost"}
    longest = sorted({*map(str, folders), *words}, key=len, reverse=True)
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(of) for key, of in value.items()}
        if isinstance(value, list):
            return [plain(of) for of in value]
        if not isinstance(value, str):
            return value
        # A sentence of the guide's own names nobody, but for what it was filled in with.
        filled = [wording.values(value) or {} for wording in norwegian.load().of(value)]
        if filled and not any(named.search(each) for values in filled for each in values.values()):
            return value
        return named.sub("…", value)

    def block(of: BlockVerdict) -> BlockVerdict:
        # Why a block is skipped everywhere stands on the page.
        return of if of.kind == "skip" else replace(of, reason=plain(of.reason))

    pages = {
        name: {
            language: replace(page, blocks=[block(each) for each in page.blocks])
            for language, page in languages.items()
        }
        for name, languages in made.pages.items()
    }
    return replace(made, pages=pages, cluster={**plain(made.cluster), "provider": made.provider})


def check(project: Project | None = None) -> tuple[list[str], list[UserError]]:
    """What the kept proofs are worth for the pages as they are, for people; and what is wrong with the files.

    That a page has changed since is not wrong: the site says so until a later run is kept.
    """
    project = project or Project(ROOT)
    said: list[str] = []
    errors: list[UserError] = []
    for path in sorted(project.kept_proofs.glob("*.json")):
        try:
            made = archive.read(path, project)
        except UserError as error:
            errors.append(error)
            continue
        errors += _named(path, project)
        said.append(f"{project.relative(path)}, of {made.finished[:10]}, {_worth(made, project)}")
    return said, errors


def _named(path: Path, project: Project) -> Iterator[UserError]:
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if found := _PATHS.search(line):
            yield UserError(
                f"this names a folder of somebody's machine: {found[0]}",
                where=f"{project.relative(path)}:{number}",
                fix="let what the run says do without it, and run and keep it again",
            )


def _worth(made: Proof, project: Project) -> str:
    standing = staleness.Standing(made, project, project.primary)
    chapters = [name for name in made.chain if made.pages[name][project.primary].blocks]
    stale: dict[str, str] = {}
    for name in chapters:
        try:
            status = staleness.page_status(made, name, project.primary, project=project, standing=standing)
        except UserError as error:
            stale[name] = error.what
            continue
        if status.state is not State.VERIFIED:
            stale[name] = status.reason
    if not stale:
        return f"holds for all {len(chapters)} chapters"
    first, why = next(iter(stale.items()))
    return f"is stale for {len(stale)} of {len(chapters)} chapters, from {first} on: {why}"
