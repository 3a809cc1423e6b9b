"""The command line of sites that have none of their own: ``walkthrough verify``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from walkthrough import exits, ways
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.exits import FAILED, INTERRUPTED, OK, tell_all
from walkthrough.project import Project
from walkthrough.unseen import visible

#: What a machine is called that is this one.
HERE = "local"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The site's folder; else this one.",
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show where in the program an error arose.")
@click.pass_context
def cli(context: click.Context, folder: Path) -> None:
    """Run the blocks of code on the pages of a MkDocs site, and prove what became of each.

    Exit codes: 0 all is well, 1 something failed, 2 the command line was wrong,
    3 something is missing on this machine, 130 interrupted.
    """
    context.obj = Project.of(folder.resolve())


@cli.command()
@click.pass_obj
def check(project: Project) -> None:
    """Say everything that is wrong with the pages; run nothing of them."""
    from walkthrough.run.verify import problems

    pages, errors = problems(project)
    if code := tell_all(errors):
        sys.exit(code)
    blocks = len(list(pages.blocks(project.primary)))
    languages = f" in each of {len(pages.languages)} languages" if len(pages.languages) > 1 else ""
    click.echo(f"all is well: {len(pages.running)} pages, {blocks} blocks{languages}")


def _machine(project: Project, wanted: str | None) -> str:
    """What to run the steps on: something that both the site and the person have named.

    :raises click.UsageError: they have not.
    """
    try:
        return _named(project, wanted)
    except UserError as error:
        raise click.UsageError(visible(str(error))) from error


def _named(project: Project, wanted: str | None) -> str:
    where = f"{CONFIG}: extra: walkthrough: machines"
    if not project.machines:
        raise UserError(
            "the site does not say what its pages may be run on",
            where=where,
            fix=f"name machines there: [{HERE}] is this one, and every step may do what you may",
        )
    chosen = wanted or project.machines[0]
    if chosen not in project.machines:
        named = ", ".join(project.machines)
        raise UserError(
            f"the site's pages are not for a machine {chosen!r}", where=where, fix=f"choose among {named}"
        )
    return chosen


@cli.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…")
@click.option(
    "--machine",
    metavar="NAME",
    help="What the steps run on, of those that the site names; the first by default. "
    f"'{HERE}' is this machine, with a home of its own and no other wall: for pages that you trust.",
)
@click.option(
    "--name",
    default="walkthrough",
    show_default=True,
    callback=ways.called,
    help="Tells runs side by side apart.",
)
@click.option("--keep", is_flag=True, help="Leave the machine up.")
@ways.options
@click.pass_obj
def verify(
    project: Project,
    /,
    pages: Sequence[str],
    machine: str | None,
    name: str,
    keep: bool,
    **way: Any,
) -> None:
    """Run the pages, those that they stand on as well, and write the proof."""
    from walkthrough.machine.base import Options
    from walkthrough.run import verify as verification

    asked = ways.arguments(**way)
    chosen = _machine(project, machine)
    code = verification.run(project, pages, chosen, Options(name=name, keep=keep), **asked)
    sys.exit({0: OK, 2: INTERRUPTED}.get(code, FAILED))


@cli.command()
@click.argument("machine", required=False)
@click.option("--json", "as_json", is_flag=True, help="The whole proof, as its file has it.")
@click.pass_obj
def proof(project: Project, machine: str | None, as_json: bool) -> None:
    """Say what the last runs proved, and what was not proven."""
    from walkthrough.proof import report

    try:
        report.check_name(machine or "any")
    except UserError as error:
        raise click.UsageError(str(error)) from error
    click.echo(report.show(project, machine, as_json=as_json), nl=False)


def main() -> None:
    """The program ``walkthrough``."""
    exits.run(cli, sys.argv[1:], "walkthrough")
