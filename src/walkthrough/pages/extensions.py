"""The Markdown extensions of a site, read from its ``mkdocs.yml`` as MkDocs reads them.

There is no second list: what the site's file adds, leaves out or sets is what the pages are read with. What
plugins and hooks add while the site is built is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from walkthrough import config
from walkthrough.config import CONFIG
from walkthrough.errors import UserError

_KEY = "markdown_extensions"


@dataclass(frozen=True, eq=False)
class Extensions:
    """What reads a site's pages.

    :param names: in the order in which Markdown gets them, those that MkDocs always has included.
    :param configs: the options of those that have any.
    """

    names: tuple[str, ...]
    configs: Mapping[str, Mapping[str, Any]]

    def options(self, name: str) -> dict[str, Any] | None:
        """The options of an extension; none where the site does not have it."""
        return dict(self.configs.get(name) or {}) if name in self.names else None


def of(root: Path) -> Extensions:
    """The extensions of the site whose ``mkdocs.yml`` stands in a folder.

    :raises UserError: the file cannot be read, or an extension in it cannot be loaded.
    """
    file = root / CONFIG
    try:
        return _read(file, file.read_bytes())
    except OSError as error:
        raise UserError(
            f"{CONFIG} cannot be read: {error.strerror}",
            where=str(file),
            fix="begin in the folder of the site",
        ) from None


@lru_cache(maxsize=4)
def _read(file: Path, _content: bytes) -> Extensions:
    # It runs nothing; MkDocs' own reading would run what a tag names.
    config.read(file.parent)
    site = MkDocsConfig(config_file_path=str(file))
    option = dict(MkDocsConfig._schema)[_KEY]
    try:
        with file.open("rb") as source:
            loaded = yaml_load(source, get_yaml_loader(config=site))
        site.load_dict({_KEY: loaded.get(_KEY) or []})
        site["docs_dir"] = str(file.parent / (loaded.get("docs_dir") or "docs"))
        option.pre_validation(site, _KEY)
        names = option.validate(site[_KEY])
    except Exception as error:  # whatever an extension or MkDocs makes of its options
        first = (str(error).strip() or repr(error)).splitlines()[0]
        raise UserError(
            f"the site's extensions cannot be loaded: {first}",
            where=f"{CONFIG}:{_line(file)}",
            fix=f"correct {_KEY}, or install what it names",
        ) from None
    return Extensions(tuple(names), getattr(option, "configdata", {}))


def _line(file: Path) -> int:
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{_KEY}:")), 1)
