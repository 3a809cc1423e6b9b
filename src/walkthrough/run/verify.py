"""Runs pages: what a command line calls."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.pages.languages import compare_all
from walkthrough.pages.loading import Site, load_all
from walkthrough.pages.rules import Kind
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.terminal import keyboard, pasted, reading

#: What pytest runs or heeds beside a page, or above it: on this machine, whatever the pages are run on.
_HEEDED = frozenset(
    (
        *("conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"),
        *("pyproject.toml", "tox.ini", "setup.cfg"),
    )
)

#: What the environment says to every pytest.
_FOR_OTHERS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_DEBUG")


@contextmanager
def _asked_by_us_only() -> Iterator[None]:
    """Without what the environment asks of any pytest: meant for other tests, it could leave out blocks."""
    mine = {name: os.environ.pop(name) for name in _FOR_OTHERS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(mine)


def problems(project: Project, names: Sequence[str] | None = None) -> tuple[Site, list[UserError]]:
    """The pages, and everything that is wrong with them before anything is run.

    :param names: only these pages; all by default.
    """
    site = load_all(project, names)
    errors = [*_heeded(project), *site.errors, *compare_all(project, site), *_in_a_terminal(site)]
    return site, errors


def _heeded(project: Project) -> Iterator[UserError]:
    """Files among the pages that would be run here, and not where the pages are run."""
    for path in sorted(project.docs.rglob("*")):
        if path.name in _HEEDED:
            yield UserError(
                "pytest, which runs the pages, would run this file, or heed it, on this machine",
                where=project.relative(path),
                fix="take it away: among the pages are pages; what is the site's own stands at its root",
            )


def _in_a_terminal(site: Site) -> list[UserError]:
    """What a step does in a terminal and not in a file, as the shells that this machine has read it."""
    blocks = list(pasted.blocks(site))
    ran = [block for block in pasted.blocks(site, checks=True) if block.runs]
    return [
        *pasted.too_deep(site),
        *reading.findings(blocks, reading.available()),
        *keyboard.findings(blocks),
        *reading.unfinished(block for block in ran if block.kind is Kind.CHECK),
        *reading.untils(ran),
    ]


def run(
    project: Project,
    pages: Sequence[str],
    provider: str,
    options: Options,
    update: bool = False,
    extra_pytest_args: Sequence[str] = (),
    *,
    twice: bool = False,
    typed: str | None = None,
    interrupted: str | None = None,
    resume: bool = False,
    checkpoints: bool = False,
    watch: bool = False,
) -> int:
    """Run pages, and those they stand on, against a throwaway cluster.

    :param pages: names such as ``certificates``; none means the whole chain.
    :param update: rewrite expected outputs instead of failing on a difference; no proof is written then.
    :param twice: run each page's blocks once more after it (:mod:`walkthrough.run.again`).
    :param typed: paste each step into one interactive shell, bash or zsh (:mod:`walkthrough.terminal.typed`).
    :param interrupted: end each step at a moment by chance before it runs whole
        (:mod:`walkthrough.run.interruption`).
    :param resume: begin behind the last page before ``pages`` that has a checkpoint, if one has.
    :param checkpoints: keep one behind each page.
    :param watch: run them again whenever one of their files is saved (:mod:`walkthrough.run.watching`).
    :param extra_pytest_args: such as ``--junitxml=build/junit.xml``.
    :returns: pytest's exit code: 0 all held, or there was nothing to run; 1 a block failed, 2 interrupted,
        3 an error in the harness, 4 something is wrong with the pages or the arguments, so nothing was run.
    :raises UserError: there is no such page; or something among the pages is no page, and would be run here.
    """
    from walkthrough.checkpoints.standing import find
    from walkthrough.run.request import Request

    if watch:
        from walkthrough.run import watching

        def once() -> int:
            # The site's configuration may be another one since.
            return run(
                Project(project.root),
                pages,
                provider,
                options,
                update,
                extra_pytest_args,
                twice=twice,
                typed=typed,
                interrupted=interrupted,
                resume=resume,
                checkpoints=checkpoints,
            )

        return watching.watch(project.root, once, Progress().line)
    for heeded in _heeded(project):
        # Before pytest begins: it loads these as it does.
        raise heeded
    chain = project.chain(pages)
    standing = None
    if resume and pages:
        standing, options = find(project, pages, provider, options)
        if standing is not None:
            chain = chain[chain.index(standing.checkpoint.page) + 1 :]
    files = [project.page_path(page, language) for page in chain for language in project.languages]
    arguments = [str(path) for path in files if harmless.is_file(path)]
    arguments += [f"--rootdir={project.root}", f"--cluster={provider}"]
    # A site needs no conftest.py for it; one that names the plugin gets it once.
    arguments += ["-p", "walkthrough.run.plugin"]
    # Our own progress and report in place of pytest's, which would write over each other.
    arguments += ["--override-ini=addopts=", "--capture=no", "-p", "no:terminal", "-p", "no:cacheprovider"]
    request = Request(
        project, chain, provider, options, update, twice, typed, interrupted, standing, checkpoints
    )
    with _asked_by_us_only():
        code = pytest.main([*arguments, *extra_pytest_args], plugins=[request])
    return 0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else int(code)
