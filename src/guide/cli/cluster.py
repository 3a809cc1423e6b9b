"""``guide cluster``: throwaway clusters by hand."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from guide.cli import machines
from walkthrough.exits import prerequisites
from walkthrough.progress import Progress, seconds
from walkthrough.unseen import visible


@click.group()
def cluster() -> None:
    """Throwaway clusters: start one, get into it, see which there are, remove it."""


@cluster.command()
@machines.cluster_options
@machines.build_option
def up(provider: str, name: str, kubeconfig: str | None, build: bool) -> None:
    """Start a cluster and leave it up."""
    machines.build_all(build)
    with Progress() as progress:
        chosen = machines.get(provider, machines.options(name, kubeconfig, keep=True), progress)
        with prerequisites():
            machines.check_room(provider)
            chosen.preflight()
        chosen.create()
        try:
            chosen.wait_ready()
        except BaseException:
            chosen.destroy()
            raise
    click.echo(f"The cluster is up. Get into it with: {chosen.shell_hint()}")


@cluster.command()
@machines.cluster_options
@click.argument("command", nargs=-1)
def shell(provider: str, name: str, kubeconfig: str | None, command: Sequence[str]) -> None:
    """Open a shell in a cluster that is up, or run a COMMAND there (after --)."""
    chosen = machines.get(provider, machines.options(name, kubeconfig, keep=True), Progress())
    argv = chosen.argv(command) if command else chosen.shell()
    # In our place: signals and the terminal are the shell's alone, and so is the exit code.
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        error.filename = argv[0]  # which the system leaves out
        raise


@cluster.command()
def status() -> None:
    """Say which clusters there are."""
    from guide.clusters import listing

    rows = listing.clusters()
    for row in rows:
        click.echo(visible(f"{row.provider:<12}{row.name:<16}{row.state:<14}{seconds(row.age)}", keep=""))
    if not rows:
        click.echo("no clusters", err=True)


@cluster.command()
@machines.cluster_options
def down(provider: str, name: str, kubeconfig: str | None) -> None:
    """Remove a cluster and everything of it. Removing one that is not there is fine."""
    with Progress() as progress:
        chosen = machines.get(provider, machines.options(name, kubeconfig), progress)
        with progress.task(f"Removing the {provider} cluster {name}"):
            chosen.destroy()
