"""Every fence is found, with the text that the site shows, whatever it stands in."""

from __future__ import annotations

import pytest

from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.pages import extensions
from walkthrough.pages.block import Block
from walkthrough.pages.blocks import BlockParser, read
from walkthrough.pages.document import PageDocument
from walkthrough.pages.lexer import AttributeFenceLexer, strip_indentation
from walkthrough.pages.rendering import render

from .conftest import SmallGuide

STEP = "{.bash .step #index-a}"

PLACES = {
    "plain": f"```{STEP}\nBODY\n```\n",
    "space before the braces": f"``` {STEP}\nBODY\n```\n",
    "tildes": f"~~~{STEP}\nBODY\n~~~\n",
    "five backticks": f"`````{STEP}\nBODY\n`````\n",
    "list": f"1. item\n\n    ```{STEP}\n    BODY\n    ```\n\n2. item\n",
    "list in a list": f"- item\n\n    - inner\n\n        ```{STEP}\n        BODY\n        ```\n",
    "tab": f'=== "Linux"\n\n    ```{STEP}\n    BODY\n    ```\n\n=== "macOS"\n\n    text\n',
    "admonition": f'!!! note "Title"\n\n    ```{STEP}\n    BODY\n    ```\n',
    "details": f'???+ note "Title"\n\n    ```{STEP}\n    BODY\n    ```\n',
    "tab in an admonition": f'!!! note\n\n    === "A"\n\n        ```{STEP}\n        BODY\n        ```\n',
    "quote": f"> ```{STEP}\n> BODY\n> ```\n",
}

BODY = """\
echo 'æøå'

if true; then
    echo indented
fi
cat <<'EOF'
  all of this
  is indented
EOF"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("place", PLACES)
def test_a_fence_is_found_wherever_it_stands(guide: SmallGuide, place: str, ends: str) -> None:
    before, _, after = PLACES[place].partition("BODY")
    prefix = before.rpartition("\n")[2]
    page = "# Tittel\n\n" + before + f"\n{prefix}".join(BODY.split("\n")) + after
    guide.write("docs/nb/index.md", page.replace("\n", ends).encode())
    (block,) = _blocks(PageDocument.parse(str(guide.project.page_path("index.md", "nb"))))
    assert block.body == BODY + "\n"
    line = next(n for n, text in enumerate(page.split("\n"), 1) if STEP in text)
    assert str(block.where) == f"docs/nb/index.md:{line}"
    assert [origin.line for origin in block.lines] == [*range(line + 1, line + 1 + BODY.count("\n") + 1)]


def _blocks(document: PageDocument) -> list[Block]:
    blocks, errors = read(document)
    assert not errors, "\n".join(map(str, errors))
    return [block for _, block in blocks]


def test_a_fence_shown_in_another_is_its_text(guide: SmallGuide) -> None:
    (block,) = guide.blocks(
        """\
        ````{.markdown .skip #index-shown reason="shows how to write one"}
        ```{.bash .step #never}
        echo never
        ```
        ~~~
        not even closed
        ````
        """
    )
    assert block.id == "index-shown"
    assert block.body.startswith("```{.bash .step #never}\necho never\n```\n~~~\n")


def test_two_fences_with_a_shown_one_between(guide: SmallGuide) -> None:
    blocks = guide.blocks(
        """\
        ```{.bash .step #index-a}
        cat <<'EOF'
        ~~~
        EOF
        ```

        ~~~{.markdown .skip #index-b reason="x"}
        ```bash
        ```
        ~~~

        ```{.bash .step #index-c}
        echo c
        ```
        """
    )
    assert [block.id for block in blocks] == ["index-a", "index-b", "index-c"]


def test_an_included_step_keeps_its_bytes_and_knows_its_file(guide: SmallGuide) -> None:
    guide.write("snippets/x/a.sh", "  echo first\n\n  echo 'æ  ø'   two\n".encode())
    (block,) = guide.blocks(
        """\
        - list

            ```{.bash .step #index-a}
            --8<-- "snippets/x/a.sh"
            ```
        """
    )
    assert block.body == "  echo first\n\n  echo 'æ  ø'   two\n"
    assert str(block.where) == "docs/nb/index.md:3"
    assert [str(origin) for origin in block.lines] == [f"snippets/x/a.sh:{n}" for n in (1, 2, 3)]


def test_a_fence_after_a_long_include_has_its_own_line(guide: SmallGuide) -> None:
    guide.write("snippets/long.sh", "true\n" * 50)
    first, second = guide.blocks(
        """\
        ---
        title: Tittel
        ---
        ```{.bash .step #index-a}
        --8<-- "snippets/long.sh"
        ```

        ```{.bash .step #index-b}
        true
        ```
        """
    )
    assert (first.where.line, second.where.line) == (4, 8)
    document = PageDocument.parse(str(guide.root / "docs/nb/index.md"), BlockParser())
    assert [example.line for example in document] == [4, 8]


@pytest.mark.parametrize(
    ("page", "line", "what"),
    [
        ("```bash\nls\n```\n", 1, "this fence has no kind: bash stands after it"),
        ("text\n\n```\nls\n```\n", 3, "this fence has no kind: nothing stands after it"),
        (f"```{STEP}\nls\n", 1, "never closed"),
        (f"```{STEP} ls\nls\n```\n", 1, "text stands after the attributes"),
        (f"```{STEP}ls```\n", 1, "text stands on the opening line"),
        ("```bash ls ```\n", 1, "text stands on the opening line"),
        (f"a\n\nb ```{STEP}\nls\n```\n", 3, "begins in the middle of this line"),
        (f"```{STEP}\nprintf 'a```'\n```\n\n```{{.text .output}}\na\n```\nb\n```\n", 9, "never closed"),
        (f"```{STEP}\nls\n``` and more\n", 1, "more stands on the line that was to do it"),
        (f"- ```{STEP}\n  ls\n  ```\n", 1, "does not render this fence"),
        (f"text\n\n    ```{STEP}\n    ls\n    ```\n", 3, "does not render this fence"),
        (f"- item\n\n    ```{STEP}\n  ls\n    ```\n", 3, "does not render this fence"),
        ("text\n\n    an indented block\n", 3, "a block of code without a fence"),
        ("text\n\n<pre>raw &amp; so on</pre>\n", 3, "a block of code without a fence"),
        (f"<!--\n```{STEP}\nls\n```\n-->\n", 2, "stands in a comment"),
        (f"```{STEP}\na\tb\n```\n", 1, "a tab"),
        (f"```{STEP}\n\n```\n", 1, "this step is empty"),
    ],
)
def test_a_fence_that_cannot_be_accounted_for_names_its_line(
    guide: SmallGuide, page: str, line: int, what: str
) -> None:
    errors = _errors(guide, page)
    assert any(
        what in error.what and (error.where or "").startswith(f"docs/nb/index.md:{line}") for error in errors
    ), "\n".join(map(str, errors))
    assert all(error.fix for error in errors)


def _errors(guide: SmallGuide, page: str) -> list[UserError]:
    path = guide.write("docs/nb/index.md", page.encode())
    return read(PageDocument.parse(str(path)))[1]


def test_the_marks_of_a_comment_in_the_text_hide_nothing(guide: SmallGuide) -> None:
    assert guide.blocks(
        f"Write `<!--` to begin one.\n\n<!-- closed -->\n\n```{STEP}\nls\n```\n\n<!-- end -->\n"
    )


def test_the_second_reader_is_the_sites_own() -> None:
    text = "```{.bash .step #a}\nls\n```\n\n- x\n\n    ~~~ {.text}\n    y\n    ~~~\n"
    rendering = render(text, extensions.of(ROOT))
    assert [(fence.line, fence.source) for fence in rendering.fences] == [(1, "ls"), (7, "y")]
    assert rendering.indented == []


def test_a_lexer_that_loses_a_fence_is_found_out(guide: SmallGuide, monkeypatch: pytest.MonkeyPatch) -> None:
    original = AttributeFenceLexer.__call__
    monkeypatch.setattr(
        AttributeFenceLexer, "__call__", lambda self, document: list(original(self, document))[:-1]
    )
    error = guide.error(f"```{STEP}\nls\n```\n\n```{{.bash .step #index-b}}\nls\n```\n")
    assert error.what == "the site renders a block of code here that the test does not find"
    assert error.where == "docs/nb/index.md:5"


def test_a_lexer_that_reads_other_text_is_found_out(
    guide: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "walkthrough.pages.lexer.strip_indentation", lambda text, prefix: text.replace("ls", "rm")
    )
    assert "other text" in guide.error(f"```{STEP}\nls\n```\n").what


@pytest.mark.parametrize(
    ("text", "prefix", "plain"),
    [
        ("    a\n\n      b\n", "    ", "a\n\n  b\n"),
        ("  \n  a\n", "  ", "\na\n"),
        ("> a\n>\n> b\n", "> ", "a\n\nb\n"),
        ("a\n  b\n", "", "a\n  b\n"),
    ],
)
def test_only_the_fences_own_indentation_is_taken_away(text: str, prefix: str, plain: str) -> None:
    assert strip_indentation(text, prefix) == plain
