"""Builds the site strictly, for what MkDocs alone finds: links and anchors that lead nowhere, first of all.

A stranger's page may be checked by this, unless the site is to be kept. Only the guide's own hooks and
plugins run, and the theme is Material's, without the checkout's templates: a template is a program.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs import utils
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException

from guide.site import hooks, reach
from walkthrough.config import CONFIG
from walkthrough.errors import UserError

_PLUGINS = ("search", "i18n")
#: How MkDocs names a page, and what on it is wrong.
_PAGE = re.compile(r"\b((?:nb|en)/[^'\":]+\.md)\b")
#: Said before the error itself.
_ONLY_WHERE = re.compile(r"Error (reading|building) page '[^']*':\s*$")
_TARGET = re.compile(r"link '([^']+)'")


def errors(root: Path, *, keep: bool = False) -> list[UserError]:
    """What a strict build of the site in a folder would stop at; nothing is left of that build.

    :param keep: leave it where the settings say, and build it as whoever reads it has it: with the checkout's
        own hooks, plugins and templates, which run.
    """
    try:
        if outside := reach.refused(root):
            return outside
    except UserError as error:
        return [error]
    with _listening() as said, TemporaryDirectory(prefix="guide-strict-") as folder:
        try:
            own = {} if keep else {"site_dir": folder, **_harmless(root)}
            build(load_config(str(root / CONFIG), strict=True, **own))
        except Abort as stopped:
            said.messages = said.messages or [str(stopped)]
        except MkDocsException as error:
            said.messages.append(str(error))
        except Exception as error:  # Markdown and its extensions fall in ways of their own over odd pages
            said.messages.append(f"the site cannot be built: {type(error).__name__}: {error}")
    told = [message for message in said.messages if not _ONLY_WHERE.match(message)] or said.messages
    return [_error(message, root) for message in dict.fromkeys(told)]


def _harmless(root: Path) -> dict[str, Any]:
    """What is set in place of what the site's file says: the rest is as MkDocs reads it."""
    loaded = reach.settings(root)
    theme = loaded.get("theme")
    return {
        "hooks": [hooks.__file__],
        "watch": [],
        # Each is a template, which Jinja runs.
        "extra_templates": [],
        "plugins": _ours(loaded.get("plugins")),
        "theme": {key: value for key, value in theme.items() if key != "custom_dir"}
        if isinstance(theme, dict)
        else theme,
    }


def _ours(given: Any) -> Any:
    """The plugins of a site that the guide itself has, whether they are a list or a mapping."""
    if isinstance(given, dict):
        return {name: options for name, options in given.items() if name in _PLUGINS}
    return [entry for entry in given if _named(entry) in _PLUGINS] if isinstance(given, list) else given


def _named(entry: Any) -> str:
    return str(next(iter(entry), "") if isinstance(entry, dict) else entry)


def _error(message: str, root: Path) -> UserError:
    """A message of MkDocs as an error at the page, and the line where what it names stands."""
    what = re.sub(r"\s+", " ", message).strip()
    found = _PAGE.search(what)
    if found is None or not (root / "docs" / found[1]).is_file():
        return UserError(f"the site: {what}", where=CONFIG, fix="fix what it names; then: mkdocs build")
    text = (root / "docs" / found[1]).read_text("utf-8", "replace")
    line = 1
    if target := _TARGET.search(what):
        # As HTML may write it, with entities and in pieces, which a browser puts together.
        pieces, text = r"\s*".join(map(re.escape, target[1])), unescape(text)
        if at := re.search(pieces, text):
            line = text.count("\n", 0, at.start()) + 1
    return UserError(f"the site: {what}", where=f"docs/{found[1]}:{line}", fix="fix what it names")


class MessageRecorder(logging.Handler):
    """Notes each warning and error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note its message."""
        self.messages.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[MessageRecorder]:
    """Hear what MkDocs says, in place of whoever else would; and put back what static-i18n changes."""
    logger, recorder, clean = logging.getLogger("mkdocs"), MessageRecorder(), utils.clean_directory
    before, propagate = list(logger.handlers), logger.propagate
    logger.handlers, logger.propagate = [recorder], False
    try:
        yield recorder
    finally:
        logger.handlers, logger.propagate = before, propagate
        # It empties the folder of neither language while it builds both, and after an error never again.
        utils.clean_directory = clean
