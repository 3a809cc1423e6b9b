"""``guide export``: the guide for those who are not on the site."""

from __future__ import annotations

import click

from guide.paths import EXPORTS, ROOT
from walkthrough.progress import Progress


@click.group()
def export() -> None:
    """The guide for those who are not on the site: an archive for a disk, or a PDF a language."""


@export.command("offline")
def export_offline() -> None:
    """Write the site as a zip that works from a disk, its search included."""
    from guide.editions import offline
    from walkthrough.project import Project

    target = EXPORTS / "gitops-guide.zip"
    with Progress() as progress, progress.task("Packing the site"):
        count = offline.archive(Project(ROOT), target)
    click.echo(f"{target.relative_to(ROOT)}: {count} files, {target.stat().st_size / 1e6:.1f} MB")


@export.command("pdf")
@click.argument("language", type=click.Choice(["nb", "en"]))
def export_pdf(language: str) -> None:
    """Print all pages of a LANGUAGE into one PDF (needs Chromium)."""
    from guide.editions import pdf
    from guide.site.texts import as_locale
    from walkthrough.project import Project

    target = EXPORTS / f"gitops-guide.{language}.pdf"
    with Progress() as progress, progress.task("Printing the guide"):
        pdf.write(Project(ROOT), as_locale(language), target)
    click.echo(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")
