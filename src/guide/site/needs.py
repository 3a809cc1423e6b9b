"""What the events of a build need of the site's settings, and how MkDocs is told what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from guide.site.texts import DEFAULT, LOCALES
from walkthrough.config import CONFIG
from walkthrough.errors import UserError

#: Plugins that what is built is completed by, and what each is for.
_PLUGINS = {"i18n": "both languages", "search": "the search"}


def check(config: MkDocsConfig) -> None:
    """Stop where a plugin is not there that the pages are completed with, or makes other languages of them.

    :raises PluginError: so it is.
    """
    for name, what in _PLUGINS.items():
        # The theme has its own search, which is called material/search.
        if not any(known.rpartition("/")[2] == name for known in config.plugins):
            error = UserError(
                f"the guide's pages need the plugin {name}, for {what}",
                where=f"{CONFIG}: plugins",
                fix="take it back from git",
            )
            raise PluginError(str(error))
    if wrong := _languages(config.plugins["i18n"].config):
        error = UserError(
            f"the guide's site is of nb, which is the default, and en, each in its folder: {wrong}",
            where=f"{CONFIG}: plugins: i18n",
            fix="write it as it was in git",
        )
        raise PluginError(str(error))
    if not config.extra.get("alternate"):
        error = UserError(
            "nothing leads from one language to the other: i18n makes that for Material alone",
            where=f"{CONFIG}: theme, plugins: i18n: reconfigure_material",
            fix="let the theme be material, and leave that option out",
        )
        raise PluginError(str(error))


def _languages(given: Any) -> str:
    """What is wrong with the languages that are to be built; empty where nothing is."""
    only = given.build_only_locale
    built = [one for one in given.languages if one.build and only in (None, one.locale)]
    if sorted(one.locale for one in built) != sorted(LOCALES):
        return f"those that are built are {', '.join(one.locale for one in built) or 'none'}"
    if wrong := next((one.locale for one in built if one.default != (one.locale == DEFAULT)), ""):
        return f"{wrong} is {'not ' if wrong == DEFAULT else ''}the default"
    return "" if given.docs_structure == "folder" else f"docs_structure is {given.docs_structure}"


@contextmanager
def told(where: str = "") -> Iterator[None]:
    """Let MkDocs say what a person can fix, without a traceback.

    :param where: the page that is at hand.
    """
    try:
        yield
    except UserError as error:
        raise PluginError(f"{where}: {error}" if where else str(error)) from error
