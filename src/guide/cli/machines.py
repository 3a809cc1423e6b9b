"""Which cluster a command is about: its options, the cluster itself, and the room that it needs here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from guide.hooks import PROVIDERS
from walkthrough.machine.base import Cluster, Options
from walkthrough.progress import Progress

#: Known to the registry, offered to nobody: the harness's own tests run on it.
STAND_IN = "local"

Function = TypeVar("Function", bound=Callable[..., Any])


class Provider(click.Choice[str]):
    """A provider's name."""

    def __init__(self) -> None:
        super().__init__(list(PROVIDERS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See :meth:`click.ParamType.convert`."""
        from walkthrough.machine.registry import FOR_TESTS

        if value == STAND_IN and os.environ.get(FOR_TESTS):
            return STAND_IN
        return super().convert(value, param, ctx)


build_option = click.option(
    "--build",
    is_flag=True,
    help="Build all of the embedded cluster's programs here, and take none that others have built.",
)


def build_all(build: bool) -> None:
    """Take no programs that others have built, where that is asked for."""
    from guide import programs

    if build:
        programs.never()


def _called(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """A cluster's name, of which folders and files of its own are called."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", name) is None:
        raise click.BadParameter(f"{name[:60]!a} is no name of a cluster: take letters, digits and hyphens")
    return name


def options(name: str, kubeconfig: str | None, *, keep: bool = False) -> Options:
    """What they say about the cluster."""
    return Options(name=name, keep=keep, extra={"kubeconfig": kubeconfig} if kubeconfig else {})


def cluster_options(function: Function) -> Function:
    """The options that choose a cluster."""
    for option in (
        click.option(
            "--kubeconfig",
            metavar="FILE[:CONTEXT]",
            help="The cluster of --cluster kubeconfig; it must be marked as one that may be thrown away.",
        ),
        click.option(
            "--name",
            default="guide",
            show_default=True,
            callback=_called,
            help="Tells clusters that stand side by side apart.",
        ),
        click.option(
            "--cluster",
            "provider",
            type=Provider(),
            default="sandbox",
            show_default=True,
            help="Which kind of throwaway cluster.",
        ),
    ):
        function = option(function)
    return function


def get(provider: str, chosen: Options, progress: Progress) -> Cluster:
    """The cluster that a command is about."""
    from walkthrough.machine.registry import get_cluster

    return get_cluster(provider, chosen, progress)


def check_room(provider: str, *, proof: bool = False, checkpoints: bool = False) -> None:
    """Look at the disk, the memory and the rights before minutes are spent."""
    import tempfile

    from guide import room
    from guide.paths import PROOFS, cache_dir, state_dir

    needs = [
        room.Need(Path(tempfile.gettempdir()), 64 << 20, "files of a moment"),
        room.Need(state_dir(), 3 << 30 if provider == "sandbox" else 64 << 20, "the cluster"),
        # What was built and fetched before stays; the first time, Go's own cache comes on top of it.
        room.Need(cache_dir(), 64 << 20 if (cache_dir() / "images").is_dir() else 3 << 30, "programs"),
    ]
    if checkpoints:
        needs.append(room.Need(cache_dir(), 2 << 30, "the next checkpoint"))
    if proof:
        needs.append(room.Need(PROOFS, 16 << 20, "the proof"))
    room.check(needs, memory=room.MEMORY if provider == "sandbox" else 0)
