"""What a site's file may name, so that reading it runs and reads nothing that is not the site's.

Whoever checks a site reads the ``mkdocs.yml`` of whoever wrote it. Python-Markdown imports what an extension
is called, and calls what stands after a colon with the options; and several extensions read files that an
option names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown.util import get_installed_extensions

from walkthrough.errors import UserError

_PYTHON = r"tag:yaml\.org,2002:python/"
#: What MkDocs acts on when it reads its file, and nothing here does: its own two tags, and the functions that
#: the makers of extensions offer for options. Others that can be named could run anything.
TAGS = re.compile(
    r"!ENV|!relative"
    rf"|{_PYTHON}name:(?:material\.extensions|pymdownx)\.emoji\.(?:twemoji|gemoji|emojione|to_\w+)"
    rf"|{_PYTHON}name:pymdownx\.superfences\.(?:fence_\w+_format|highlight_validator)"
    rf"|{_PYTHON}name:pymdownx\.arithmatex\.\w+_format"
    rf"|{_PYTHON}(?:name|object/apply):pymdownx\.slugs\.(?:slugify|gfm|gfm_encoded|uslugify\w*)"
)
#: Where Python keeps what somebody has installed; nothing of a checkout is imported from such a folder.
_INSTALLED = {"site-packages", "dist-packages"}
_CLASS = re.compile(r"[A-Za-z_]\w*")
#: Reads no file: its options are parts of addresses.
_NO_FILES = frozenset({"pymdownx.pathconverter"})
#: Options that are parts of addresses.
_ADDRESS = re.compile(r"url|image_path")


def no_extension(name: str) -> str:
    """Why an extension may not be loaded; empty where it may, or where there is none of that name.

    One that is installed as such may, and one whose source, which is not run for that, is an extension's.
    """
    if any(point.name == name for point in get_installed_extensions()):
        return ""
    module, _, kind = name.partition(":")
    top, *parts = module.split(".")
    try:
        spec = find_spec(top) if top else None
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return ""  # it cannot be loaded, as whoever tries says
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    places = folders or [Path(spec.origin or "/")]
    if not all(_INSTALLED & {*place.parts} for place in places):
        return "it is not installed, and would be run from where it lies"
    sources = [_source(folder.joinpath(*parts)) for folder in folders] if folders or parts else [places[0]]
    wanted = rf"^class {re.escape(kind)}\s*\(.*Extension" if kind else r"^(def |.*\bas )?makeExtension\b"
    if kind and not _CLASS.fullmatch(kind):
        return f"{kind} is no name of a class"
    for source in sources:
        try:
            text = source.read_text("utf-8", "replace") if source.suffix == ".py" else ""
        except OSError:
            continue
        if re.search(wanted, text, re.MULTILINE):
            return ""
    return "it is no extension of Markdown, and loading it would run it"


def _source(module: Path) -> Path:
    return module / "__init__.py" if module.is_dir() else module.with_name(f"{module.name}.py")


def leads_out(value: str | os.PathLike[str], root: Path, *, links: bool = True) -> bool:
    """Whether a path, from the root of a site, leads out of it.

    :param links: by a symbolic link as well.
    """
    try:
        path = Path(os.path.normpath(root / value))
        if not path.is_relative_to(root):
            return True
        return links and not path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return True


def is_file(path: Path) -> bool:
    """Whether there is a file by a name that somebody wrote; what no file can be called is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def files_outside(name: str, options: Any, root: Path) -> Iterator[str]:
    """The options of an extension that are files or folders of this machine outside of a site.

    :param options: as the extension gets them.
    """
    for key, value in () if name in _NO_FILES else texts(options):
        if not _ADDRESS.search(key) and leads_out(value, root) and _is_there(value, root):
            yield f"{key}: {os.fspath(value)}"


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str | os.PathLike[str]]]:
    """The texts and paths in some settings, each with the name that it stands under."""
    if isinstance(value, str | os.PathLike):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner, key)


def _is_there(value: str | os.PathLike[str], root: Path) -> bool:
    try:
        return os.path.lexists(root / value)
    except ValueError:
        return False


def of_file(name: str, where: str, why: str) -> UserError:
    """The error for an extension that may not be loaded."""
    return UserError(
        f"the extension {name} is not loaded: {why}",
        where=where,
        fix="name an extension of Markdown that is installed; one of your own as a package, in the group "
        "markdown.extensions of its entry points",
    )
