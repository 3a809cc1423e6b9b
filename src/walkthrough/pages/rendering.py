"""Reads the fences of a page a second time, as the site renders them.

:mod:`walkthrough.pages.lexer` finds fences with a pattern; the site finds them with its own Markdown
extensions. Where the two disagree the reader would see something else than what is run, so both are compared
for every fence. The parser is made from the site's ``mkdocs.yml`` (:mod:`walkthrough.pages.extensions`), and
what it writes is read as a browser does (:mod:`walkthrough.pages.seen`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown import Markdown
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from pymdownx.superfences import SuperFencesBlockPreprocessor  # type: ignore[import-untyped]

from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.pages import seen
from walkthrough.pages.active import Brought
from walkthrough.pages.extensions import Extensions
from walkthrough.pages.seen import Place
from walkthrough.pages.styles import Styles

#: Includes are expanded already.
_DONE = ("pymdownx.snippets",)
_FENCES = "fenced_code_block"
_SUPERFENCES = "pymdownx.superfences"


@dataclass(frozen=True)
class RenderedFence:
    """A fence that the site renders.

    :param line: of the opening fence in the expanded page, from 1.
    :param source: its content.
    :param places: where the page shows it, in the order of the page; more than once is a fault.
    """

    line: int
    source: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Rendering:
    """What the site makes of a page.

    :param fences: rendered as code blocks, in the order written.
    :param indented: the first lines of code blocks that are no fences: indented text, or ``<pre>``.
    :param left: text that was to be read as markup and is shown as it is written, with what would read it.
    """

    fences: list[RenderedFence]
    indented: list[str]
    left: list[tuple[str, str]]
    #: What may change what the page shows, or lie over it.
    brought: list[Brought]


class _SuperFences(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Notes each fence that SuperFences accepts, and renders it as a mark."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.found: list[tuple[int, str]] = []

    def _store(self, source: str, code: str, start: int, end: int) -> None:
        mark = seen.mark(len(self.found))
        self.found.append((start + 1, self.rebuild_block(self.code)))
        super()._store(source, mark, start, end)


class _Counting:
    """A pattern that knows which line of the text a match is in, while what was found is being replaced."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.line = 0
        self.lines = 0

    def search(self, text: str, start: int) -> re.Match[str] | None:
        match = self.pattern.search(text, start)
        if match is not None:
            self.line = self.lines - text.count("\n", match.start()) + 1
        return match


class _FencedCode(FencedBlockPreprocessor):
    """Does the same for the fences of Markdown's own extension, which every site has."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md, {})
        self.checked_for_deps = True
        self.found: list[tuple[int, str]] = []

    def run(self, lines: list[str]) -> list[str]:
        counting = _Counting(FencedBlockPreprocessor.FENCED_BLOCK_RE)
        counting.lines = len(lines) - 1
        vars(self)["FENCED_BLOCK_RE"] = self._counting = counting
        return super().run(lines)

    def _escape(self, txt: str) -> str:
        self.found.append((self._counting.line, txt.removesuffix("\n")))
        return seen.mark(len(self.found) - 1)


def _accept(_language: str, inputs: dict[str, Any], options: dict[str, Any], _attrs: Any, _md: Any) -> bool:
    options.update(inputs)
    return True


def _format(*_args: Any, **_kwargs: Any) -> str:
    return ""


@lru_cache(maxsize=4)
def _markdown(extensions: Extensions) -> Markdown:
    configs = {name: dict(config) for name, config in extensions.configs.items()}
    custom = [{"name": "*", "class": "", "validator": _accept, "format": _format}]
    configs.setdefault(_SUPERFENCES, {})["custom_fences"] = custom
    names = [name for name in extensions.names if name not in _DONE]
    return Markdown(extensions=names, extension_configs=configs)


def render(text: str, extensions: Extensions, styles: Styles | None = None, name: str = CONFIG) -> Rendering:
    """The code blocks of a page whose includes are expanded and whose front matter is blank.

    :param styles: what the site's own style sheets hide.
    :param name: what to call the page in messages.
    :raises UserError: the site's extensions cannot make anything of it.
    """
    try:
        md = _markdown(extensions)
        md.reset()
        recorder = _recorder(md)
        md.preprocessors.register(recorder, _FENCES, 25)
        html = md.convert(text)
    except UserError:
        raise
    except Exception as error:
        # Extensions look at their options only when a page needs them, and foresee no odd pages.
        _markdown.cache_clear()
        raise UserError(
            f"the site's extensions cannot read this page: {type(error).__name__}: {_first(error)}",
            where=name,
            fix=f"look at the options of markdown_extensions in {CONFIG}, and at what is odd on the page",
        ) from None
    page = seen.read(html, styles or Styles())
    fences = [
        RenderedFence(line, source, tuple(page.places[number]))
        for number, (line, source) in enumerate(recorder.found)
        # Fences are found in lines, before the parser knows what is a list or a tab. One that turns out to be
        # indented code is given back, and its mark is not in the page.
        if number in page.places
    ]
    return Rendering(fences, page.code, page.left, page.brought)


def _first(error: Exception) -> str:
    return (str(error).strip() or "it says nothing more").splitlines()[0][:200]


def _recorder(md: Markdown) -> _SuperFences | _FencedCode:
    registered: Any = md.preprocessors[_FENCES]
    if isinstance(registered, SuperFencesBlockPreprocessor):
        recorder = _SuperFences(md)
        recorder.config, recorder.extension = registered.config, registered.extension
        return recorder
    if isinstance(registered, FencedBlockPreprocessor):
        return _FencedCode(md)
    raise UserError(
        f"the site's fences are made by {type(registered).__module__}, which the harness cannot read",
        where=CONFIG,
        fix="use pymdownx.superfences",
    )
