"""What a site's theme, and the templates that the site puts over it, do to the blocks of a page.

Of the theme only the style sheets are read, and of them what hides an element by a class alone. A template of
the site's own is read as a page is, with the page's content where it stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mkdocs import utils

from walkthrough import harmless
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.pages import seen
from walkthrough.pages import sheets as css
from walkthrough.pages.styles import Styles

_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BLOCK = re.compile(r"\{%-?\s*(?:block\s+(\w+)|(endblock)).*?%\}")
_LINK = re.compile(r"<link\b[^>]*stylesheet[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"href=[\"']?\s*(?:\{\{\s*[\"'])?([^\"'{}|>\s]+)")


def name_of(config: Mapping[str, Any]) -> str:
    """The theme that a site has."""
    theme = config.get("theme") or "mkdocs"
    return str(theme.get("name") or "") if isinstance(theme, dict) else str(theme)


def folder(root: Path, config: Mapping[str, Any]) -> Path | None:
    """The folder of the site's own templates."""
    theme = config.get("theme")
    own = theme.get("custom_dir") if isinstance(theme, dict) else None
    # One that leads out is told of elsewhere, and not read.
    if not own or harmless.leads_out(str(own), root):
        return None
    return root / str(own) if (root / str(own)).is_dir() else None


@lru_cache(maxsize=4)
def of(name: str) -> Styles:
    """What an installed theme hides."""
    if name not in utils.get_theme_names():
        return Styles()
    top = Path(utils.get_theme_dir(name))
    return Styles.of_theme(path.read_text("utf-8", "replace") for path in sorted(top.rglob("*.css")))


def with_its(own: Iterable[str], root: Path, docs: Path, config: Mapping[str, Any]) -> Styles:
    """What a site's own style sheets do, those of its templates and its theme included."""
    templates = folder(root, config)
    brought = sheets(templates, docs) if templates is not None else ()
    return _done((*own, *brought), name_of(config))


# Each page is read with a project of its own, and all of them have the same sheets.
@lru_cache(maxsize=4)
def _done(sheets: tuple[str, ...], name: str) -> Styles:
    return Styles.of(sheets).and_(of(name))


def sheets(templates: Path, docs: Path) -> Iterator[str]:
    """The style sheets that the site's own templates bring, and those that lie among them."""
    for path in sorted(templates.rglob("*.css")):
        yield read_text(path)
    for path in sorted(templates.rglob("*.html")):
        text = _without_comments(read_text(path))
        yield from css.in_html(text)
        for link in _LINK.findall(text):
            address = _ADDRESS.search(link)
            for top in (docs, templates):
                if address and harmless.is_file(top / address[1].lstrip("/")):
                    yield read_text(top / address[1].lstrip("/"))


def errors(root: Path, docs: Path, config: Mapping[str, Any], styles: Styles) -> Iterator[UserError]:
    """What a template of the site's own does to all blocks of all pages, or brings unread."""
    templates = folder(root, config)
    if templates is None:
        return
    for path in sorted(templates.rglob("*.html")):
        text = _without_comments(read_text(path))
        where = path.relative_to(root).as_posix()
        for value in _VALUE.finditer(text):
            if re.search(r"\bpage\.content\s*(\||\.|\[)", value[1]):
                line = text.count("\n", 0, value.start()) + 1
                yield UserError(
                    "this shows other text than the page has, and so other blocks than are run",
                    where=f"{where}:{line}",
                    fix="show page.content as it is",
                )
        for link in _LINK.finditer(text):
            address = _ADDRESS.search(link[0])
            if not address or not any(
                harmless.is_file(top / address[1].lstrip("/")) for top in (docs, templates)
            ):
                yield UserError(
                    f"this style sheet is not read, and may hide a block: {link[0]}",
                    where=f"{where}:{text.count(chr(10), 0, link.start()) + 1}",
                    fix="put the sheet into the site, and name it in extra_css",
                )
        yield from _hides(text, where, styles)


def _hides(text: str, where: str, styles: Styles) -> Iterator[UserError]:
    content = _with_content(text)
    page = seen.read(content.replace("\0", seen.mark(0)), styles)
    line = content.count("\n", 0, max(content.find("\0"), 0)) + 1
    for place in page.places.get(0, ()):
        if place.hidden or place.folded:
            yield UserError(
                f"the reader does not see what pages show here: {place.hidden or 'it is folded up'}",
                where=f"{where}:{line}",
                fix="put the page's content where everyone sees it",
            )
    if "\0" in content:
        for each in page.brought:
            if each.tag in ("meta", "base") and "<head" not in content:
                continue
            # A template has its own head and body.
            if each.tag not in ("script", "link", "html", "body"):
                at = content.find(each.text.split("\n")[0])
                line = content.count("\n", 0, max(at, 0)) + 1
                yield UserError(f"{each.what}: {each.text}", where=f"{where}:{line}", fix=each.fix)


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", lambda each: "\n" * each[0].count("\n"), text, flags=re.DOTALL)


def _with_content(text: str) -> str:
    """A template as HTML: where the page's content stands is marked, lines are kept."""
    inside: list[str] = []
    parts: list[str] = []
    for part in re.split(r"(\{%.*?%\}|\{\{.*?\}\})", text, flags=re.DOTALL):
        block = _BLOCK.match(part)
        if block and block[1]:
            inside.append(block[1])
        elif block and inside:
            inside.pop()
        if part.startswith("{{"):
            whole = "super()" in part and inside[-1:] and inside[-1] in ("content", "container", "site_nav_")
            parts.append("\0" if "page.content" in part or whole else "x")
        elif not part.startswith("{%"):
            parts.append(part)
        parts[-1:] = [parts[-1] + "\n" * part.count("\n")] if part.startswith("{") and parts else parts[-1:]
    return "".join(parts)
