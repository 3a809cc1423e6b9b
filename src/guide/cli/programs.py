"""``guide programs``: the embedded cluster's programs, packed for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from walkthrough import whole
from walkthrough.exits import prerequisites
from walkthrough.progress import Progress


class _Folder(click.Path):
    """A folder, there or not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See :meth:`click.ParamType.convert`: an empty name would be the folder that one is in."""
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


@click.command("programs")
@click.argument("folder", type=_Folder(file_okay=False, path_type=Path))
def pack(folder: Path) -> None:
    """Build the embedded cluster's programs, and pack them into FOLDER with the list that is to be signed."""
    from guide import programs
    from guide.sandbox.binaries import Recipe, ensure, recipes

    whole.ask(folder / "programs.txt")  # before minutes are spent
    programs.never()
    names = [name for name, recipe in recipes().items() if isinstance(recipe, Recipe)]
    with Progress() as progress:
        with prerequisites():
            built = ensure(names, progress)
        with progress.task("Packing them"):
            listed = programs.pack({path.parent.name: path for path in built.values()}, folder)
    click.echo(f"{listed}: {len(built)} programs")
