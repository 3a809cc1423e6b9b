"""``guide proof`` and ``guide contracts``: what was proven, and what it relies on."""

from __future__ import annotations

import click

from guide.cli.machines import Provider
from guide.paths import ROOT
from walkthrough.unseen import visible


@click.command()
@click.option("--cluster", "provider", type=Provider(), help="Only the proof from this kind of cluster.")
@click.option("--json", "as_json", is_flag=True, help="The whole proof, as its file has it.")
@click.option(
    "--keep", is_flag=True, help="Keep the last whole proof in the repository (of the sandbox, by default)."
)
def proof(provider: str | None, as_json: bool, keep: bool) -> None:
    """Say what the last runs proved, what ran in place of what, and what was not proven."""
    from guide import archivist
    from walkthrough.project import Project
    from walkthrough.proof import report

    if keep and as_json:
        raise click.UsageError("--keep says where the proof is, which is no JSON: leave out one of them")
    if keep:
        path = archivist.keep(provider or "sandbox")
        click.echo(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes, to be committed")
        return
    click.echo(report.show(Project(ROOT), provider, as_json=as_json), nl=False)


@click.command()
@click.option("--open", "only_open", is_flag=True, help="Only the facts that no test holds, and why.")
@click.option("--unread", "only_unread", is_flag=True, help="Only the facts that are to be read again.")
def contracts(only_open: bool, only_unread: bool) -> None:
    """List what the guide relies on of the things that the sandbox replaces, and the test of each fact."""
    from guide.contracts import listing

    click.echo(visible(listing.show(ROOT, only_open=only_open, only_unread=only_unread)), nl=False)
