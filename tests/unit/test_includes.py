"""Includes are expanded as the site expands them, and every line knows where it came from."""

from __future__ import annotations

import os
import re

import pytest
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.pages import extensions
from walkthrough.pages.includes import Expansion, expand
from walkthrough.pages.origins import Origin
from walkthrough.project import Project

from .conftest import SmallGuide


class _Catch(Preprocessor):
    """Keeps the lines as they are right after the snippets extension."""

    def run(self, lines: list[str]) -> list[str]:
        self.lines = list(lines)
        return lines


def as_the_site(text: str, project: Project) -> list[str]:
    """The page as the real extension leaves it in a real Markdown run."""
    options = {
        **(extensions.of(project.root).options("pymdownx.snippets") or {}),
        "base_path": [str(project.root)],
        "check_paths": True,
    }
    md = Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": options})
    catch = _Catch(md)
    md.preprocessors.register(catch, "catch", 31.9)
    md.convert(text)
    return catch.lines


@pytest.fixture
def files(guide: SmallGuide) -> SmallGuide:
    guide.write("snippets/three.sh", "one\ntwo\nthree\n")
    guide.write("snippets/no-end.sh", "last line without an end")
    guide.write("snippets/empty.sh", "")
    guide.write("snippets/crlf.sh", b"one\r\ntwo\r\n")
    guide.write("snippets/sv\u00e6r.sh", "echo æøå\n")
    guide.write("snippets/outer.sh", 'before\n  --8<-- "snippets/three.sh"\nafter\n')
    guide.write(
        "snippets/sections.sh",
        """\
        # --8<-- [start:first]
          indented
          more
        # --8<-- [end:first]
        between
        # ;--8<-- [start:shown]
        # --8<-- [start:nested]
        in it
        # --8<-- [end:nested]
        """,
    )
    return guide


FORMS = {
    "whole": '--8<-- "snippets/three.sh"',
    "single quotes": "--8<-- 'snippets/three.sh'",
    "many dashes": '----8<---- "snippets/three.sh"',
    "lines": '--8<-- "snippets/three.sh:2:3"',
    "first lines": '--8<-- "snippets/three.sh::2"',
    "without the last, empty line": '--8<-- "snippets/three.sh:1:-2"',
    "two ranges": '--8<-- "snippets/three.sh:1:1,3:3"',
    "section": '--8<-- "snippets/sections.sh:first"',
    "file with sections": '--8<-- "snippets/sections.sh"',
    "section with escape": '--8<-- "snippets/sections.sh:nested"',
    "nested": '--8<-- "snippets/outer.sh"',
    "nested lines": '--8<-- "snippets/outer.sh:2:3"',
    "escaped": ';--8<-- "snippets/three.sh"',
    "commented": '--8<-- "; snippets/three.sh"',
    "block": "--8<--\nsnippets/three.sh\n\n; snippets/empty.sh\nsnippets/no-end.sh:1:1\n--8<--",
    "indented": '- item\n\n    ```\n    --8<-- "snippets/three.sh"\n    ```',
    "by a tab": '\t--8<-- "snippets/three.sh"',
    "no end": '--8<-- "snippets/no-end.sh"',
    "empty": 'a\n--8<-- "snippets/empty.sh"\nb',
    "CRLF": '--8<-- "snippets/crlf.sh"',
    "æ": '--8<-- "snippets/svær.sh"',
    "twice": '--8<-- "snippets/three.sh"\n--8<-- "snippets/three.sh:2:2"',
    "in words": 'see --8<-- "snippets/three.sh" here',
}


@pytest.mark.parametrize("dedent", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_expands_as_on_the_site(files: SmallGuide, form: str, dedent: bool) -> None:
    more = f"markdown_extensions:\n  - pymdownx.snippets:\n      dedent_subsections: {str(dedent).lower()}\n"
    files.nav("index.md", more=more)
    text = f"before\n{FORMS[form]}\nafter\n"
    assert expand(text, "docs/nb/index.md", files.project).lines == as_the_site(text, files.project)


@pytest.mark.parametrize("form", FORMS)
def test_every_line_is_found_again_where_it_says_it_stands(files: SmallGuide, form: str) -> None:
    text = f"before\n{FORMS[form]}\nafter\n"
    files.write("docs/nb/index.md", text)
    expansion = expand(text, "docs/nb/index.md", files.project)
    assert len(expansion.lines) == len(expansion.origins) == len(expansion.page_lines)
    for line, origin in zip(expansion.lines, expansion.origins, strict=True):
        source = (files.root / origin.path).read_text("utf-8").split("\n")[origin.line - 1]
        # Indentation is the including line's; an escape loses its mark.
        assert line.strip() in (source.strip(), source.replace(";", "", 1).strip(), "")


def where(expansion: Expansion, text: str) -> tuple[str, int]:
    index = expansion.lines.index(text)
    return str(expansion.origins[index]), expansion.page_lines[index]


def test_a_line_of_an_include_in_an_include(files: SmallGuide) -> None:
    expansion = expand('# Title\n\n    --8<-- "snippets/outer.sh"\n', "docs/nb/index.md", files.project)
    assert where(expansion, "      two") == ("snippets/three.sh:2", 3)
    assert where(expansion, "    after") == ("snippets/outer.sh:3", 3)
    assert where(expansion, "# Title") == ("docs/nb/index.md:1", 1)


def test_a_line_of_a_section(files: SmallGuide) -> None:
    expansion = expand('x\n--8<-- "snippets/sections.sh:nested"\n', "docs/nb/index.md", files.project)
    assert where(expansion, "in it") == ("snippets/sections.sh:8", 2)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ('x\n\n--8<-- "snippets/missing.sh"\n', "page.md:3", "snippets/missing.sh' could not be found"),
        ('--8<-- "snippets/bad.sh"', "page.md:1, in snippets/bad.sh:2", "'nowhere.sh' could not be found"),
        ('--8<-- "snippets/three.sh:nosuch"', "page.md:1", "section 'nosuch' could not be located"),
        ('--8<-- "../outside.sh"', "page.md:1", "'../outside.sh' could not be found"),
        ('--8<-- "https://example.test/x"', "page.md:1", "could not be found"),
        ('--8<-- "snippets"', "page.md:1", "snippets cannot be read"),
        ('--8<-- "snippets/pipe"', "page.md:1", "it is neither a file nor a folder"),
        ("--8<--\nsnippets/pipe\n--8<--", "page.md:2", "it is neither a file nor a folder"),
        ('--8<-- "snippets/huge"', "page.md:1", "it has more than 64 MiB"),
        ('--8<-- "snippets/binary"', "page.md:1", "snippets/binary cannot be read"),
        ('--8<-- "snippets/self.sh"', "page.md:1, in snippets/self.sh:1", "snippets/self.sh includes itself"),
        ('--8<-- "snippets/three.sh" ', "page.md:1", "looks like an include and is none"),
        ("--8<-- snippets/three.sh", "page.md:1", "looks like an include and is none"),
        ("a\n--8<--\nsnippets/missing.sh\n--8<--", "page.md:3", "could not be found"),
        # Past the end: wholly, in part, from the end, and where the numbers are the wrong way round.
        ('--8<-- "snippets/three.sh:9:12"', "page.md:1", "has 3 lines"),
        ('x\n--8<-- "snippets/three.sh:2:40"', "page.md:2", "has 3 lines"),
        ('--8<-- "snippets/three.sh:1:2,9:9"', "page.md:1", "has 3 lines"),
        ('--8<-- "snippets/three.sh:3:2"', "page.md:1", "has 3 lines"),
        ('--8<-- "snippets/three.sh:1:-9"', "page.md:1", "has 3 lines"),
        ('--8<-- "snippets/no-end.sh:2:2"', "page.md:1", "has 1 lines"),
        ('--8<-- "snippets/empty.sh:1:1"', "page.md:1", "has 0 lines"),
        ('--8<-- "snippets/far.sh"', "page.md:1, in snippets/far.sh:2", "has 3 lines"),
        ('--8<-- "snippets/hollow.sh:a"', "page.md:1", "section a of snippets/hollow.sh is empty"),
        ('--8<-- "snippets/hollow.sh:b"', "page.md:1", "section b has no end"),
        # Text that looks like an include.
        ("```\ncat <<'EOF'\n--8<--\nEOF\n```", "page.md:3", "no such line ends it"),
        ("a\n--8<--\n\n", "page.md:2", "no such line ends it"),
        ("a\n# --8<-- [start:x]\n", "page.md:2", "the site leaves this line out"),
        ('--8<-- "snippets/lost.sh"', "page.md:1, in snippets/lost.sh:1", "the site leaves this line out"),
        ("a\n-8<-\ncut here\n-8<-", "page.md:3", "the line page.md:2 began a list"),
        ('a\n--8<--\n--8<-- "snippets/three.sh"\n--8<--', "page.md:3", "in a list of files"),
    ],
)
def test_an_include_that_cannot_be_expanded_names_its_line(
    files: SmallGuide, text: str, place: str, what: str
) -> None:
    files.write("snippets/bad.sh", 'fine\n--8<-- "nowhere.sh"\n')
    files.write("snippets/self.sh", '--8<-- "snippets/self.sh"\n')
    files.write("snippets/lost.sh", "rm x # --8<-- [start:x]\n# --8<-- [end:x]\n")
    files.write("snippets/far.sh", 'fine\n--8<-- "snippets/three.sh:7:8"\n')
    files.write("snippets/hollow.sh", "# --8<-- [start:a]\n# --8<-- [end:a]\n# --8<-- [start:b]\nx\n")
    files.write("snippets/binary", b"\xff\xfe\x00")
    os.mkfifo(files.root / "snippets/pipe")
    os.truncate(files.write("snippets/huge", ""), 1 << 40)
    with pytest.raises(UserError, match=re.escape(what)) as caught:
        expand(text, "page.md", files.project)
    assert caught.value.where == place
    assert caught.value.fix


def test_text_that_looks_like_an_include_is_told_how_to_stay_text(files: SmallGuide) -> None:
    for text in ("--8<--\nEOF\n", "--8<--\nx\n--8<--\n", '--8<-- "x"\n', "--8<-- x\n"):
        with pytest.raises(UserError) as caught:
            expand(text, "page.md", files.project)
        assert "with ;" in str(caught.value.fix)
    assert expand(";--8<--\nEOF", "page.md", files.project).lines == ["--8<--", "EOF"]


def test_includes_of_a_site_that_has_none_are_text(files: SmallGuide) -> None:
    files.nav("index.md", more="")
    with pytest.raises(UserError, match="no includes") as caught:
        expand('a\n--8<-- "snippets/three.sh"', "page.md", files.project)
    assert caught.value.where == "page.md:2"


def test_the_pages_of_this_repository_expand_as_on_the_site() -> None:
    project = Project(ROOT)
    pages = [project.page_path(page, language) for page in project.nav for language in project.languages]
    texts = [path.read_text("utf-8-sig") for path in pages if path.is_file()]
    assert texts
    for text in texts:
        assert expand(text, "page.md", project).lines == as_the_site(text, project)


def test_an_origin_reads_as_people_write_it() -> None:
    assert str(Origin("docs/nb/index.md", 42)) == "docs/nb/index.md:42"
