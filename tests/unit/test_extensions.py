"""The second reader is the site's own: what is taken out of its file, or put into it, is noticed."""

from __future__ import annotations

import os
import re

import pytest

from guide.site import reach
from walkthrough.errors import UserError
from walkthrough.pages import extensions
from walkthrough.pages.loading import load_all

from .conftest import EXTENSIONS, SmallGuide, indented

STEP = "```{.bash .step #index-a}\nls\n```\n"
CHECK = "```{.bash .check #index-b}\nls\n```\n"


#: What each extension of the guide's site reads, and the line that is text without it.
READS = {
    "abbr": ("A word: GUI.\n\n*[GUI]: something\n", 3),
    "admonition": ("!!! note\n\n    text\n", 1),
    "attr_list": ("A line.\n{ .wide }\n", 2),
    "def_list": ("Word\n:   what it means\n", 2),
    "footnotes": ("A line[^1].\n\n[^1]: more\n", 1),
    "md_in_html": ("<div markdown>\n\n**x**\n\n</div>\n", 1),
    "pymdownx.details": ("text\n\n??? note\n\n    text\n", 3),
    "pymdownx.snippets": ('x\n\n--8<-- "snippets/a"\n', 3),
    "pymdownx.superfences": (f"- item\n\n{indented(STEP)}", 3),
    "pymdownx.tabbed": ('=== "A"\n\n    text\n', 1),
}


@pytest.mark.parametrize("name", READS)
def test_an_extension_that_is_taken_out_is_missed_where_it_is_used(guide: SmallGuide, name: str) -> None:
    text, line = READS[name]
    guide.write("snippets/a", "text\n")
    path = guide.page(text)
    assert load_all(guide.project).errors == []
    without = re.sub(rf"(?m)^  - {re.escape(name)}\b.*\n(?:      .*\n)*", "", EXTENSIONS)
    assert without != EXTENSIONS
    guide.nav("index.md", more=without)
    errors = load_all(guide.project).errors
    assert f"{guide.project.relative(path)}:{line}" in [str(error.where) for error in errors]


@pytest.mark.parametrize(
    ("added", "text", "line"),
    [
        # Reads its marks in blocks of code, too, so what is shown is not what is written.
        ("pymdownx.critic", "```{.bash .step #index-a}\necho a{--b--}\n```\n", 1),
        # Takes what is indented by two for a list in a list.
        ("pymdownx.blocks.details", f"/// details | Title\n\n{STEP}\n///\n", 3),
        ("pymdownx.blocks.html", f"/// html | div[hidden]\n\n{STEP}\n///\n", 3),
    ],
)
def test_an_extension_that_is_put_in_is_noticed(guide: SmallGuide, added: str, text: str, line: int) -> None:
    guide.nav("index.md", more=f"{EXTENSIONS}  - {added}\n")
    guide.page(text)
    assert f"docs/nb/index.md:{line}" in [error.where for error in load_all(guide.project).errors]


def test_the_fences_of_markdown_itself_are_read_where_the_site_has_no_others(guide: SmallGuide) -> None:
    guide.nav("index.md", more="")
    page = f"# T\n\n~~~text\nx\n~~~\n\n{STEP}\ntext\n\n{CHECK}"
    guide.page(page)
    (error,) = [error for error in load_all(guide.project).errors if error.where == "docs/nb/index.md:3"]
    assert "no kind" in error.what
    guide.page(page.replace("~~~text\nx\n~~~\n", "text\n"))
    assert load_all(guide.project).errors == []
    guide.page(f"- item\n\n{indented(STEP)}")
    assert "does not render" in load_all(guide.project).errors[0].what


def test_an_extension_that_is_not_there_names_the_file_and_the_line(guide: SmallGuide) -> None:
    guide.nav("index.md", more="markdown_extensions:\n  - no_such_extension\n")
    guide.page("x\n")
    with pytest.raises(UserError, match="cannot be loaded") as caught:
        guide.document("x\n")
    assert caught.value.where == "mkdocs.yml:2"


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a link to itself", "not there"])
def test_settings_that_are_no_file_are_told(guide: SmallGuide, kind: str) -> None:
    path = guide.root / "mkdocs.yml"
    path.unlink()
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a link to itself":
        path.symlink_to(path.name)
    for read in (extensions.of, reach.refused):
        with pytest.raises(UserError) as told:
            read(guide.root)
        assert told.value.where == "mkdocs.yml"
        assert told.value.fix
