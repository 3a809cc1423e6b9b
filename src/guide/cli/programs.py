"""``guide programs``: the embedded cluster's programs, packed for others."""

from __future__ import annotations

from pathlib import Path

import click

from walkthrough.exits import prerequisites
from walkthrough.progress import Progress


@click.command("programs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def pack(folder: Path) -> None:
    """Build the embedded cluster's programs, and pack them into FOLDER with the list that is to be signed."""
    from guide import programs
    from guide.sandbox.binaries import Recipe, ensure, recipes

    programs.never()
    names = [name for name, recipe in recipes().items() if isinstance(recipe, Recipe)]
    with Progress() as progress:
        with prerequisites():
            built = ensure(names, progress)
        with progress.task("Packing them"):
            listed = programs.pack({path.parent.name: path for path in built.values()}, folder)
    click.echo(f"{listed}: {len(built)} programs")
