"""Builds the site for an edition, into a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError

from guide.site import reach
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.project import Project


@contextmanager
def built(project: Project) -> Iterator[Path]:
    """The site with addresses that name files (``cluster.html``); its folder is gone afterwards.

    :raises UserError: the site does not build strictly.
    """
    for wrong in reach.refused(project.root):
        raise wrong
    with TemporaryDirectory(prefix="guide-edition-") as folder:
        try:
            build(load_config(str(project.root / CONFIG), site_dir=folder, use_directory_urls=False))
        except (Abort, ConfigurationError) as error:
            raise UserError(
                f"the site does not build: {error}", where=CONFIG, fix="run: make check"
            ) from error
        except OSError:
            raise
        except Exception as error:  # plugins and extensions fall in ways of their own over odd pages
            raise UserError(
                f"the site cannot be built: {type(error).__name__}: {error}",
                where=CONFIG,
                fix="run: make check",
            ) from error
        yield Path(folder)
