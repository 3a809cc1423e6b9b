"""What a session is asked to run: by a command line of the harness's, or by pytest's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.registry import named
from walkthrough.project import Project
from walkthrough.proof.record import CHECKPOINTS, NORMAL

if TYPE_CHECKING:
    import pytest

    from walkthrough.checkpoints.standing import Standing


@dataclass(frozen=True, eq=False)
class Request:
    """What :func:`walkthrough.run.verify.run` asks of a session; a plugin object, so that pytest carries it.

    :param chain: the pages, in reading order.
    :param twice: run each page's blocks once more after it.
    :param typed: paste each step into one interactive shell: ``bash`` or ``zsh``.
    :param interrupted: the seed of the moments at which each step is ended before it runs whole.
    :param standing: the checkpoint to begin at; its pages are not in ``chain``.
    :param checkpoints: keep one behind each page.
    """

    project: Project
    chain: Sequence[str]
    provider: str
    options: Options
    update: bool
    twice: bool = False
    typed: str | None = None
    interrupted: str | None = None
    standing: Standing | None = None
    checkpoints: bool = False

    @classmethod
    def of(cls, config: pytest.Config) -> Request:
        """What a session was given, or its arguments name where it was started by hand.

        :raises UserError: they leave out a page that another stands on.
        """
        given = (each for each in config.pluginmanager.get_plugins() if isinstance(each, cls))
        return next(given, None) or _by_hand(config)

    @property
    def mode(self) -> str:
        """What kind of run it is: each has a proof of its own."""
        if self.typed:
            return f"typed-{self.typed}"
        if self.interrupted is not None:
            return "interrupted"
        if self.checkpoints or self.standing is not None:
            return CHECKPOINTS
        return "twice" if self.twice else NORMAL


def add_options(parser: pytest.Parser) -> None:
    """The options of a session that is started by hand."""
    group = parser.getgroup("walkthrough", "pages whose blocks are run")
    group.addoption("--cluster", metavar="PROVIDER", help="run the pages' blocks on this cluster")
    group.addoption("--cluster-name", metavar="NAME", default=Options.name, help="tells clusters apart")
    group.addoption(
        "--cluster-option", metavar="NAME=VALUE", action="append", default=[], help="for one provider only"
    )
    group.addoption("--keep", action="store_true", help="leave the cluster up")
    group.addoption("--update-outputs", action="store_true", help="rewrite the expected outputs")


def _by_hand(config: pytest.Config) -> Request:
    project = Project.of(config.rootpath)
    options = Options(
        name=config.getoption("cluster_name"),
        keep=config.getoption("keep"),
        extra=dict(each.partition("=")[::2] for each in config.getoption("cluster_option")),
    )
    asked = {project.page_of(path) for path in _pages(config, project)}
    chain = [page for page in project.nav if page in asked]
    if not chain:
        raise UserError(
            "none of the site's pages is among what is to be run",
            where=" ".join(config.args),
            fix=f"name pages, or {project.docs.name} for all; or run '{hooks.program()} verify'",
        )
    absent = [page for page in project.chain(chain) if page not in asked]
    if absent:
        raise UserError(
            f"{chain[-1]} stands on {', '.join(absent)}",
            where=" ".join(config.args),
            fix=f"run '{hooks.program()} verify {chain[-1].removesuffix('.md')}'",
        )
    provider = named(config.getoption("cluster"), project.machines)
    return Request(project, chain, provider, options, config.getoption("update_outputs"))


def _pages(config: pytest.Config, project: Project) -> Iterator[Path]:
    for argument in config.args:
        path = config.invocation_params.dir / argument.partition("::")[0]
        found = [path] if path.suffix == ".md" else path.rglob("*.md")
        yield from (page for page in found if page.is_relative_to(project.docs))
