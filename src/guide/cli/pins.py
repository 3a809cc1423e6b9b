"""``guide pins`` and ``guide upstream``: what others have made, pinned by digest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.exits import prerequisites, tell_all
from walkthrough.progress import Progress
from walkthrough.unseen import visible

if TYPE_CHECKING:
    from guide.manifests.rendering import Renderer


@click.group()
def upstream() -> None:
    """Files of others that the guide applies: pinned by SHA-256 in manifests/upstream.lock."""


@upstream.command("lock")
@click.argument("urls", nargs=-1, metavar="[URL]…")
def upstream_lock(urls: Sequence[str]) -> None:
    """Pin what is behind each URL today; without one, whatever the guide uses and has not pinned."""
    from guide import upstream as files
    from guide.manifests import used_addresses

    pins = files.lock()
    wanted = list(urls) or [url for url in used_addresses() if url not in pins]
    for url, digest in files.pin(wanted).items():
        before = pins.get(url)
        said = "pinned" if before is None else "as before" if before == digest else f"was {before}"
        click.echo(f"{digest}  {url}  {said}")
    if not wanted:
        click.echo("every address that the guide uses is pinned", err=True)


@upstream.command("fetch")
def upstream_fetch() -> None:
    """Fetch and check every pinned file, so that later runs need no network."""
    from guide import upstream as files

    errors: list[UserError] = []
    for url in files.lock():
        try:
            click.echo(f"{files.fetch(url)}")
        except UserError as error:
            errors.append(error)
    sys.exit(tell_all(errors))


@click.group(invoke_without_command=True)
@click.pass_context
def pins(context: click.Context) -> None:
    """Container images that the guide brings: pinned by digest in manifests/images.lock.

    Without a command: list them.
    """
    if context.invoked_subcommand is None:
        context.invoke(pins_list)


@pins.command("list")
def pins_list() -> None:
    """List the images, the digest of each, where it was seen, and the files that bring it."""
    from guide.pins import lockfile

    pinned = lockfile.load()
    for pin in pinned.values():
        click.echo(visible(f"{pin.image}\n  {pin.digest or 'not pinned yet'}"))
        for source in (pin.registry, *pin.records):
            if source:
                click.echo(visible(f"  seen {pin.day}: {source}"))
        for file in pin.used:
            click.echo(visible(f"  used: {file}"))
    count = sum(1 for pin in pinned.values() if pin.digest)
    click.echo(f"{count} of {len(pinned)} images are pinned by digest", err=True)


@pins.command("lock")
def pins_lock() -> None:
    """Bring the list in step with what manifests and steps bring, and write the known digests there."""
    from guide.pins import maintenance

    with Progress() as progress:
        changed = maintenance.lock(_renderer(progress))
    _tell_changed(changed)


@pins.command("resolve")
def pins_resolve() -> None:
    """Ask each image's registry what its tag means today, and pin that."""
    from guide.pins import maintenance

    with Progress() as progress:
        said = maintenance.resolve(_renderer(progress), progress)
    for line in said.changes:
        click.echo(line)
    _tell_changed(said.files)
    sys.exit(tell_all(said.errors))


@pins.command("check")
@click.option("--online", is_flag=True, help="Ask the registries as well whether a tag has moved.")
def pins_check(online: bool) -> None:
    """Check that the list is whole and every file carries its digests; with --online, that no tag moved."""
    from guide.pins import lockfile, maintenance

    with Progress() as progress:
        found = list(maintenance.errors(_renderer(progress)))
        if online and not found:
            found += maintenance.moved(lockfile.load(), progress)
    sys.exit(tell_all(found))


def _renderer(progress: Progress) -> Renderer:
    from guide.manifests.rendering import Renderer
    from guide.sandbox.binaries import ensure

    with prerequisites():
        return Renderer(ensure(["kustomize"], progress)["kustomize"], progress)


def _tell_changed(files: Sequence[Path]) -> None:
    for file in files:
        click.echo(f"changed: {file.relative_to(ROOT)}", err=True)
