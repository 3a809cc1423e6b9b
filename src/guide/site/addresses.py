"""What of the settings and of the environment ends on every page: addresses of the web, and plain texts.

The theme writes them into its templates as they are: a quote ends the attribute, ``javascript:`` makes a
program of a link, and a password before ``@`` would be published, on each page and in the site map.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from walkthrough import config
from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.inputs.data import texts
from walkthrough.inputs.text import no_text

#: Where the environment says the repository's address.
REPOSITORY = "GUIDE_REPOSITORY"
#: No browser or proxy is sure to take a longer one.
LONGEST = 2000
#: What RFC 3986 lets an address have, without the apostrophe, which ends an attribute.
_SIGNS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: What MkDocs fills in for each page.
_FIELD = re.compile(r"\{(?:path|path_noext)(?:!q)?\}")
#: Where a setting is: keys and numbers, from the top.
_At = tuple[str | int, ...]


def whole(value: object, *, base: bool) -> str:
    """Why a value is no address of the web that may be published; empty where it is one.

    :param base: it is one that more is put behind, so it has no question and no anchor.
    """
    if value is None or value == "":
        return "it is empty"
    if why := _text(value):
        return why
    try:
        parts = urlsplit(str(value))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it cannot be read as an address"
    if parts.scheme.lower() not in ("http", "https") or not host:
        return f"it does not begin with https:// and the name of a machine: {_shown(value)}"
    if "@" in parts.netloc:
        # Not shown: it would stand in the log of whoever builds.
        return "it names a user, perhaps with a password, before the @, and every page would publish that"
    if base and (parts.query or parts.fragment or "?" in str(value) or "#" in str(value)):
        return f"it has a ? or a #, and more is put behind it: {_shown(value)}"
    return ""


def link(value: object, *, mail: bool = True) -> str:
    """The same of one that may also be relative, or lead to somebody's mail."""
    if value is None or value == "":
        return ""
    if why := _text(value):
        return why
    text = str(value)
    if mail and text.lower().startswith("mailto:"):
        return ""
    if text.startswith("//"):
        return whole(f"https:{text}", base=False)
    return whole(text, base=False) if _SCHEME.match(text) else ""


def errors(given: Mapping[str, Any], root: Path) -> Iterator[UserError]:
    """Each address that a site would publish and may not.

    :param given: the settings, as MkDocs reads them.
    """
    if why := repository_wrong():
        yield UserError(
            f"{REPOSITORY} is no address of a repository: {why}",
            where=f"the variable {REPOSITORY} of the environment",
            fix=f"set it to an address such as https://forge.example/team/guide; or unset {REPOSITORY}",
        )
    found = [(at, f"is no address: {why}") for at, why in _wrong(given) if why]
    if not found:
        found = [(at, f"has {why}, and the theme writes it as it is") for at, why in _no_texts(given)]
    if not found:
        return
    top = yaml.compose(read_text(root / CONFIG, CONFIG), yaml.CSafeLoader)
    for at, why in found:
        node = _node(top, at)
        line = node.start_mark.line + 1 if node is not None and node.start_mark else 1
        name, variable = ".".join(map(str, at)), _variable(node)
        yield UserError(
            f"{name}{f', which the variable {variable} sets,' if variable else ''} {why}",
            where=f"{CONFIG}:{line}",
            fix=f"set {variable or 'it'} to an address such as https://guide.example/, without a password"
            if "address" in why
            else "write it in plain words, without < and quotes",
        )


def repository_wrong() -> str:
    """Why what the environment says of the repository is none; empty where it is one, or there is nothing."""
    value = os.environ.get(REPOSITORY)
    return whole(value, base=True) if value else ""


def _wrong(given: Mapping[str, Any]) -> Iterator[tuple[_At, str]]:
    """Every setting that is an address, and what is wrong with it."""
    for key in ("site_url", "repo_url"):
        if key in given:
            yield (key,), whole(given[key], base=True)
    yield ("edit_uri",), link(given.get("edit_uri"), mail=False)
    template = given.get("edit_uri_template")
    yield (
        ("edit_uri_template",),
        link(_FIELD.sub("x", template) if isinstance(template, str) else template, mail=False),
    )
    for key in ("extra_css", "extra_javascript"):
        for number, entry in enumerate(_list(given.get(key))):
            if isinstance(entry, dict):
                yield (key, number, "path"), link(entry.get("path"), mail=False)
            elif config.is_address(os.fspath(entry) if isinstance(entry, os.PathLike) else str(entry)):
                yield (key, number), link(entry, mail=False)
    extra = given.get("extra")
    if isinstance(extra, dict):
        yield ("extra", "homepage"), link(extra.get("homepage"))
        for key in ("social", "alternate"):
            for number, entry in enumerate(_list(extra.get(key))):
                if isinstance(entry, dict):
                    yield ("extra", key, number, "link"), link(entry.get("link"))
    for page, at in config.pages_of(given.get("nav")):
        if config.is_address(page):
            yield ("nav", *at), link(page)


def _no_texts(given: Mapping[str, Any]) -> Iterator[tuple[_At, str]]:
    """The texts of all pages that are none, but for ``copyright``, which is HTML by what it says."""
    for key in ("site_name", "site_description", "site_author", "repo_name", "theme", "extra"):
        for at, value in texts(given.get(key), (key,), keys=True):
            if why := no_text(value, quoted=True):
                yield at, why
    for name, options in config.plugins(given):
        for at, value in texts(options, ("plugins",), keys=True) if name == "i18n" else ():
            if why := no_text(value, quoted=True):
                yield at, why
    for _, at in config.pages_of(given.get("nav")):
        # Above it are the titles that it has, and those of the groups around it.
        for part in at:
            if isinstance(part, str) and (why := no_text(part, quoted=False)):
                yield ("nav", *at), why


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if not isinstance(value, str):
        return "it is no text"
    if len(value) > LONGEST:
        return f"it is longer than {LONGEST} signs"
    if not _SIGNS.fullmatch(value):
        signs = sorted({sign for sign in value if not _SIGNS.fullmatch(sign)})
        return (
            f"it has {', '.join(map(ascii, signs[:5]))}, which no address has as it is "
            "(a browser shows in its address line how that is written)"
        )
    return ""


def _shown(value: object) -> str:
    """A value for a message, without what may be a password."""
    return "" if "@" in str(value) else ascii(str(value)[:60])


def _node(top: yaml.Node | None, at: _At) -> yaml.Node | None:
    """Where a setting stands in the file; where the nearest around it does."""
    for part in at:
        if isinstance(top, yaml.MappingNode):
            inner = next((value for key, value in top.value if getattr(key, "value", None) == part), None)
        elif isinstance(top, yaml.SequenceNode) and isinstance(part, int) and part < len(top.value):
            inner = top.value[part]
        else:
            inner = None
        if inner is None:
            return top
        top = inner
    return top


def _variable(node: yaml.Node | None) -> str:
    """The variable of the environment that a setting is from; empty where it is from none."""
    if node is None or node.tag != "!ENV":
        return ""
    if isinstance(node, yaml.SequenceNode):
        # The last of several is what counts where none of the others is set.
        names = [each.value for each in node.value[:-1]]
    else:
        names = [str(node.value)]
    return next((name for name in names if isinstance(name, str) and name in os.environ), "")
