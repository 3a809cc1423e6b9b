"""``guide serve``, ``check``, ``new`` and ``screens``: for who writes the pages."""

from __future__ import annotations

import sys

import click

from guide.cli import machines
from guide.paths import DOCS, ROOT
from walkthrough.exits import FAILED, tell_all
from walkthrough.progress import Progress
from walkthrough.unseen import visible


@click.command()
@click.option("--port", default=8000, show_default=True, help="The first port to try.")
def serve(port: int) -> None:
    """Show the guide in a browser, both languages, with live reload."""
    from guide import serving

    sys.exit(serving.serve(port))


@click.command()
@click.option(
    "--site",
    "keep_site",
    is_flag=True,
    help="Keep the site that is built, in build/site; hooks, plugins and templates of the checkout run.",
)
def check(keep_site: bool) -> None:
    """Check pages, languages, manifests, pins and contracts, without a cluster. Each finding names page:line.

    Facts about originals that were read in another version than the pinned one are listed, and fail nothing.
    """
    from guide import checks

    with Progress() as progress:
        found = checks.check(progress, keep_site=keep_site)
    for group in found.unread:
        click.echo(visible(f"unread: {group}"), err=True)
    if tell_all(found.errors):
        click.echo(f"{len(found.errors)} found", err=True)
        sys.exit(FAILED)
    click.echo(f"all is well: {found.counts}")


@click.command()
@click.argument("page")
@click.option("--nb", metavar="TITLE", help="The title in Bokmål; the page's name otherwise.")
@click.option("--en", metavar="TITLE", help="The title in English; the page's name otherwise.")
@click.option(
    "--after", metavar="PAGE", help="The page it follows; by default it comes before the cleaning up."
)
def new(page: str, nb: str | None, en: str | None, after: str | None) -> None:
    """Begin a PAGE: a file in each language, a first step, and its place in the reading order."""
    from guide import authoring
    from walkthrough.project import Project

    project = Project(ROOT)
    plain = page.replace("-", " ").capitalize()
    for path in authoring.new_page(project, page, {"nb": nb or plain, "en": en or plain}, after):
        click.echo(project.relative(path))
    click.echo(f"Next: write it, look at it (make serve), run it (guide verify {page} --update)", err=True)


@click.command()
@machines.cluster_options
def screens(provider: str, name: str, kubeconfig: str | None) -> None:
    """Take the pictures of the platform's own pages, in a cluster that was kept after the chain."""
    from guide.screens import take
    from walkthrough import whole

    folder = DOCS / "assets" / "screens"
    with Progress() as progress:
        chosen = machines.get(provider, machines.options(name, kubeconfig, keep=True), progress)
        with progress.task("Taking pictures", estimate=15):
            taken = take(chosen)
    for picture, data in taken.items():
        whole.write(folder / f"{picture}.webp", data)
        click.echo(f"{folder.relative_to(ROOT)}/{picture}.webp  {len(data) / 1000:.1f} kB: look at it")
