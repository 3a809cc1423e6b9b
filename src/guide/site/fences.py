"""Renders the guide's fences.

SuperFences hands a fence's own attributes to a custom formatter, before they are lost in the HTML, and
does so for fences in lists, tabs and admonitions too. So the kinds need no second parser and no
rewriting of finished HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from guide.site.heredocs import coloured
from guide.site.texts import Locale, text

#: Options that the highlighter itself understands; all others are the harness's.
_HIGHLIGHT = ("title", "hl_lines", "linenums")

#: What fits into a page's column on a desk, and from where on an output is a message and no table.
_COLUMN, _MESSAGE = 80, 100
#: An output that is a little wider gets smaller letters there, so that its last column is seen.
_SMALLER = 92

#: A flag, which a line must not break in: the browser would, behind each of its dashes.
_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

#: Blocks that have got their colours in this process: both languages show the same ones, and so does the next
#: reload while a page is written.
_coloured: dict[tuple[Any, ...], str] = {}
#: A name or a flag in prose that even a small phone has room for; in a block the colours stand before it.
_SHORT_CODE = re.compile(r"(?<!</span>)<code>([^<\s]{1,30})</code>")
#: A command in prose: it may break between its words.
_COMMAND = re.compile(r"(?<!</span>)<code>[^<]*--[^<]*</code>")


@dataclass
class FenceRenderer:
    """Turns one fence into HTML.

    :param note: what the proof says about a block, as HTML to put below it; given the page's name and
        the block's id.
    :param page: the page that is being rendered.
    """

    locale: Locale
    note: Callable[[str, str], str] = lambda _page, _id: ""
    page: str = ""
    _step: int = 0

    def begin(self, page: str) -> None:
        """Begin a page: its steps are counted from one."""
        self.page, self._step = page, 0

    def install(self, config: MkDocsConfig) -> None:
        """Make this the formatter of every fence."""
        config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = [
            {"name": "*", "class": "", "validator": _accept, "format": self.render}
        ]

    def render(
        self,
        source: str,
        language: str,
        class_name: str,
        options: dict[str, Any],
        md: Markdown,
        *,
        classes: list[str] | None = None,
        id_value: str = "",
        **_: Any,
    ) -> str:
        """The HTML of one fence (SuperFences' formatter interface)."""
        kinds = classes or []
        kind = next((name for name in ("step", "output", "manifest", "check", "skip") if name in kinds), "")
        code = self._highlight(source, language, options, md, [*kinds, *(["no-copy"] * (kind == "output"))])
        if not kind:  # on the cheat sheet, where every line may break
            return whole_flags(code)
        name = escape(id_value, quote=True)
        # How high and how wide its code is, for a browser that has not laid it out yet.
        lines = source.rstrip("\n").split("\n")
        columns = max(map(len, lines))
        wraps, fits, rows = "", "", len(lines)
        if kind == "output" and columns > _MESSAGE:
            # A long message is read, not compared column by column, and nobody copies it.
            wraps, columns = " guide-wraps", 0
        elif kind == "output" and _COLUMN < columns <= _SMALLER:
            fits = " guide-fits"
        elif kind != "output" and columns > _COLUMN:
            wraps = " guide-wraps-wide"
        if wraps:
            rows = sum(-(-max(len(line), 1) // _COLUMN) for line in lines)
            code = whole_flags(code)
        narrowed = f";--columns:{columns}" if fits else ""
        size = f'style="--lines:{rows}{narrowed}" data-columns="{columns}"'
        identity = f' id="{name}"' if name else ""
        note = self.note(self.page, id_value) if id_value else ""
        if why := options.get("once"):
            told = text(self.locale, "once", reason=escape(str(why)))
            note = f'<p class="guide-note guide-note--once">{told}</p>{note}'
        if options.get("against"):
            note = f'<p class="guide-note guide-note--against">{text(self.locale, "against")}</p>{note}'
        if kind == "check":
            # The answer to an exercise is a check whose name says so: folded as every check is, and run.
            told = text(self.locale, "answer" if name.endswith("-answer") else "check")
            if name:  # two checks in a row are told apart by their names
                told += f' <code class="guide-name">{name}</code>'
            body = f'<summary>{told}</summary><div {size} class="guide-check__code{wraps}">{code}</div>{note}'
            return f'<details class="guide-block guide-check"{identity}>{body}</details>'
        body = f"{self._bar(kind, name, options)}{code}{note}"
        return f'<div {size} class="guide-block guide-{kind}{wraps}{fits}"{identity}>{body}</div>'

    def _highlight(
        self, source: str, language: str, options: dict[str, Any], md: Markdown, classes: list[str]
    ) -> str:
        wanted = {key: options[key] for key in _HIGHLIGHT if key in options}
        key = (source, language, tuple(wanted.items()), tuple(classes))
        if key not in _coloured:
            fenced: Any = md.preprocessors["fenced_code_block"]

            def highlight(text: str, named: str) -> str:
                return str(fenced.highlight(text, named, wanted, md, classes=classes, id_value="", attrs={}))

            html = highlight(source, language)
            _coloured[key] = coloured(html, source, highlight) if language == "bash" else html
        return _coloured[key]

    def _bar(self, kind: str, name: str, options: dict[str, Any]) -> str:
        """The line above a block: what it is, and a link to it."""
        if kind == "skip":
            label = text(self.locale, "skip", reason=escape(str(options.get("reason", ""))))
        elif options.get("when") == "wsl":
            # Some readers' machines alone have this step: the others' numbers go on without it.
            label = text(self.locale, "step-wsl")
        elif kind == "step" or (kind == "manifest" and name):  # the reader's shell writes that manifest
            self._step += 1
            label = text(self.locale, "step", number=str(self._step))
        elif kind == "output":
            label = text(self.locale, "output-err" if options.get("stream") == "stderr" else "output")
        else:
            return ""
        link = ""
        if name:
            title = text(self.locale, "step-link", id=name)
            link = f'<a class="guide-block__link" href="#{name}" aria-label="{title}" title="{name}">#</a>'
        return f'<div class="guide-block__bar" data-search-exclude><span>{label}</span>{link}</div>'


def whole_flags(html: str) -> str:
    """The same code, with each of its flags in one piece."""
    return _FLAG.sub(r'<span class="guide-whole">\g<0></span>', html)


def _accept(
    language: str, inputs: dict[str, Any], options: dict[str, Any], attrs: dict[str, Any], md: Markdown
) -> bool:
    """Keep every attribute for the formatter (SuperFences' validator interface)."""
    options.update(inputs)
    return True


def whole_words(html: str) -> str:
    """Names and flags in the prose of a page that stay in one piece at the end of a line."""
    html = _SHORT_CODE.sub(r'<code class="guide-whole">\1</code>', html)
    return _COMMAND.sub(lambda found: whole_flags(found[0]), html)
