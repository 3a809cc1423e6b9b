"""``guide verify`` and ``guide checkpoints``: the pages are run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from guide.cli import machines
from guide.paths import ROOT
from walkthrough import ways
from walkthrough.exits import FAILED, INTERRUPTED, OK, prerequisites
from walkthrough.progress import Progress
from walkthrough.unseen import visible


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
@machines.cluster_options
@click.option(
    "--keep", is_flag=True, help="Leave the cluster up, also after a failure, and print how to get into it."
)
@machines.build_option
@ways.options
@click.option(
    "--pytest", "extra", multiple=True, metavar="ARG", help="An argument for pytest; may be repeated."
)
def verify(
    pages: Sequence[str],
    provider: str,
    name: str,
    kubeconfig: str | None,
    keep: bool,
    build: bool,
    extra: Sequence[str],
    **way: Any,
) -> None:
    """Run the pages on a throwaway cluster, and write the proof.

    A PAGE is a name such as 'certificates'; the pages that it stands on come along, but for those before a
    checkpoint. Without one: all of them, from nothing.
    """
    from walkthrough.project import Project
    from walkthrough.run import verify as verification

    machines.build_all(build)
    asked = ways.arguments(**way)
    options = machines.options(name, kubeconfig, keep=keep)
    project = Project(ROOT)
    project.chain(pages)  # before any time is spent: a name of no page ends it
    with Progress() as progress, prerequisites():
        machines.check_room(provider, proof=True, checkpoints=asked["checkpoints"])
        machines.get(provider, options, progress).preflight()
    code = verification.run(
        project,
        pages,
        provider,
        options,
        extra_pytest_args=extra,
        **asked,
    )
    sys.exit({0: OK, 2: INTERRUPTED}.get(code, FAILED))


@click.group()
def checkpoints() -> None:
    """States that 'guide verify --checkpoints' has kept behind pages, to begin at."""


@checkpoints.command("list")
def checkpoints_list() -> None:
    """List them, the oldest first: page, day, commit (+: with changes), size, cost, and whether each holds.

    GUIDE_CHECKPOINTS_GB says how many GB they may take together (10); the oldest go first.
    """
    from walkthrough.checkpoints import listing
    from walkthrough.project import Project

    lines = list(listing.rows(Project(ROOT)))
    for line in lines:
        click.echo(visible(line))
    if not lines:
        click.echo("no checkpoints", err=True)


@checkpoints.command("drop")
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
def checkpoints_drop(pages: Sequence[str]) -> None:
    """Remove those behind each PAGE and behind all pages after it; without one: all."""
    from walkthrough.checkpoints import listing, store
    from walkthrough.project import Project

    chosen = listing.chosen(Project(ROOT), pages)
    with Progress() as progress:
        store.drop(chosen, progress)
    click.echo(f"{len(chosen)} checkpoints were removed: {sum(one.size for one in chosen) / 1e6:.0f} MB")
