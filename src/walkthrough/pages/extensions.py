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

from walkthrough import config, harmless
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.text import read_bytes
from walkthrough.pages import environment

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
    return _read(file, read_bytes(file, CONFIG, fix="begin in the folder of the site"))


@lru_cache(maxsize=4)
def _read(file: Path, _content: bytes) -> Extensions:
    # It runs nothing; MkDocs' own reading would run what a tag names.
    config.read(file.parent)
    for name, line in environment.secret_variables(read_text(file, CONFIG)):
        raise UserError(
            f"the site would show {name} of the environment, which is called as a secret is",
            where=f"{CONFIG}:{line}",
            fix="take it away, or call the variable something else",
        )
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
    configs = getattr(option, "configdata", {})
    for name, options in configs.items():
        for outside in harmless.files_outside(name, options, file.parent):
            raise UserError(
                f"{name} would read what is not the site's: {outside}",
                where=f"{CONFIG}:{_line(file, name)}",
                fix="name a file or folder of the site, by its path from mkdocs.yml",
            )
    return Extensions(tuple(names), configs)


def _line(file: Path, name: str = "") -> int:
    """The line of an extension below the key, or of the key itself."""
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    key = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{_KEY}:")), 1)
    named = (number for number, line in enumerate(lines, 1) if number > key and name in line)
    return next(named, key) if name else key
