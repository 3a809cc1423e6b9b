"""Reads the fences of a page a second time, as the site renders them.

:mod:`guide.lexer` finds fences with a pattern; the site finds them with SuperFences inside a Markdown
parser. Where the two disagree the reader would see something else than what is run, so both are
compared for every fence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown import Markdown
from pymdownx.superfences import SuperFencesBlockPreprocessor  # type: ignore[import-untyped]

#: What shapes a page around a fence. Others of the site's extensions work inside a line.
_EXTENSIONS = [
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "pymdownx.details",
    "pymdownx.superfences",
    "pymdownx.tabbed",
]
_MARK = re.compile(r'<guide-fence n="(\d+)">')
_CODE = re.compile(r"<pre[\s>](?:\s*<code[^>]*>)?\s*([^\n<]*)")


@dataclass(frozen=True)
class RenderedFence:
    """A fence that the site renders.

    :param line: of the opening fence in the expanded page, from 1.
    :param source: its content.
    """

    line: int
    source: str


@dataclass(frozen=True)
class Rendering:
    """What the site makes of a page.

    :param fences: rendered as code blocks, in order.
    :param indented: the first lines of code blocks that are no fences: indented text, or ``<pre>``.
    """

    fences: list[RenderedFence]
    indented: list[str]


class _Recorder(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Notes each fence that SuperFences accepts, and renders it as a mark."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.fences: list[RenderedFence] = []

    def _store(self, source: str, code: str, start: int, end: int) -> None:
        mark = f'<guide-fence n="{len(self.fences)}"></guide-fence>'
        self.fences.append(RenderedFence(start + 1, self.rebuild_block(self.code)))
        super()._store(source, mark, start, end)


def _accept(_language: str, inputs: dict[str, Any], options: dict[str, Any], _attrs: Any, _md: Any) -> bool:
    options.update(inputs)
    return True


def _format(*_args: Any, **_kwargs: Any) -> str:
    return ""


@lru_cache(maxsize=1)
def _markdown() -> Markdown:
    custom = [{"name": "*", "class": "", "validator": _accept, "format": _format}]
    return Markdown(
        extensions=_EXTENSIONS,
        extension_configs={
            "pymdownx.superfences": {"custom_fences": custom},
            "pymdownx.tabbed": {"alternate_style": True},
        },
    )


def render(text: str) -> Rendering:
    """The code blocks of a page whose includes are expanded and whose front matter is blank."""
    md = _markdown()
    md.reset()
    recorder = _Recorder(md)
    registered: Any = md.preprocessors["fenced_code_block"]
    recorder.config, recorder.extension = registered.config, registered.extension
    md.preprocessors.register(recorder, "fenced_code_block", 25)
    html = md.convert(text)
    # SuperFences works on lines, before the parser knows what is a list or a tab. A fence that turns out
    # to be indented code is given back, and its mark is not in the page.
    shown = {int(number) for number in _MARK.findall(html)}
    fences = [fence for number, fence in enumerate(recorder.fences) if number in shown]
    return Rendering(fences, [match.strip() for match in _CODE.findall(html)])
