"""What is noted of the HTML that an author wrote, while Markdown converts a page."""

from __future__ import annotations

import pytest
from markdown import Markdown

from guide.site import links

PAGE = "".join(f'## Heading {n}\n\n<div><a href="x-{n}.html">x</a></div>\n\n' for n in range(9))


def test_html_is_read_once_however_many_headings_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read, wholly = list[str](), links._read

    def noted(html: str) -> links._Found:
        read.append(html)
        return wholly(html)

    monkeypatch.setattr(links, "_read", noted)
    written = links.Written()
    md = Markdown(extensions=["toc", written])
    md.convert(PAGE)
    # The table of contents runs all that comes last for each heading.
    assert read == []
    assert written.addresses == [f"x-{n}.html" for n in range(9)]
    assert len(read) == 9


def test_a_page_has_nothing_of_the_one_before_it() -> None:
    written = links.Written()
    md = Markdown(extensions=["toc", written])
    md.convert(PAGE)
    md.reset().convert("# Only this\n")
    assert written.addresses == []
