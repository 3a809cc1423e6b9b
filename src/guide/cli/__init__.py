"""The command line: ``guide``. How it ends: :mod:`walkthrough.exits`.

A command's own modules are imported where it runs: most commands need few of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from guide.cli import cluster, export, pages, pins, programs, proof, verify
from guide.paths import ROOT
from walkthrough import exits, folders
from walkthrough.errors import UserError

#: What MkDocs takes for the file of a site.
_SITES = ("mkdocs.yml", "mkdocs.yaml")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
@click.version_option(package_name="gitops-guide")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Read the guide, prove it, and look at what was proven.

    Exit codes: 0 all is well, 1 something failed, 2 the command line was wrong,
    3 something is missing on this machine, 130 interrupted.
    """
    context.obj = debug
    if context.invoked_subcommand != "cluster":
        _in_the_checkout()


for command in (
    pages.serve,
    pages.check,
    verify.verify,
    verify.checkpoints,
    cluster.cluster,
    proof.proof,
    proof.contracts,
    pages.new,
    pages.screens,
    export.export,
    programs.pack,
    pins.upstream,
    pins.pins,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    folders.hand_on_paths_only()
    exits.run(cli, list(sys.argv[1:] if arguments is None else arguments), "guide")


def _in_the_checkout() -> None:
    """All commands but those about clusters are about this guide: no other project is to take their answer.

    :raises UserError: the working folder is not in the checkout that this program belongs to.
    """
    here = Path.cwd()
    own = next(
        (folder for folder in (here, *here.parents) if any((folder / name).is_file() for name in _SITES)),
        here,
    )
    if own != ROOT and (own != here or not here.is_relative_to(ROOT)):
        raise UserError(
            f"this folder is not in the guide that this program belongs to, {ROOT}",
            where=str(own),
            fix=f"cd {ROOT}, or use the program of the checkout that you are in: .venv/bin/guide",
        )
