"""What a page says of itself is text: the theme writes it as it is, into pages that have blocks."""

from __future__ import annotations

import pytest

from walkthrough.errors import UserError
from walkthrough.inputs import frontmatter

from .conftest import SmallGuide

REFUSED = {
    "a script in a title": ("---\ndescription: x\ntitle: <script>x</script>\n---\n", "title", 3),
    "a picture in a title": ("---\ntitle: A <img src=x onerror=x>\n---\n", "title", 2),
    "an end of the title": ("---\ntitle: A </title><b>\n---\n", "title", 2),
    "a comment": ("---\ntitle: A <!-- b\n---\n", "title", 2),
    "a quote in a description": (
        "---\ndescription: '0;url=https://x.test\" http-equiv=\"refresh'\n---\n",
        "description",
        2,
    ),
    "a quote in an author": ("---\nauthor: 'a\" http-equiv=\"refresh'\n---\n", "author", 2),
    "what only some themes show": ("---\ntitle: x\nstatus: '\"><script>x</script>'\n---\n", "status", 3),
    "deeper": ("---\ntitle: x\na: {b: [c, '<script>']}\n---\n", "a.b.1", 3),
    "without lines around it": ("title: <script>x</script>\n\nText\n", "title", 1),
    "with a line that MkDocs takes for no end": ("---\ntitle: x\n---", "", 0),
}


@pytest.mark.parametrize("what", REFUSED)
def test_front_matter_with_markup(what: str) -> None:
    text, key, line = REFUSED[what]
    if not line:
        assert frontmatter.split(text, "a.md")[1] is not None
        return
    with pytest.raises(UserError) as told:
        frontmatter.split(text, "a.md")
    assert key in told.value.what
    assert told.value.where == f"a.md:{line}"
    assert told.value.fix


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 'A \"quote\", 3 < 4, a <- b and & more'\ndescription: It's 5 > 4\n---\n",
        "---\ntitle: x\nplaceholders: {'<your-name>': '\"ann\"'}\n---\n",
        "# No front matter\n\n<b>Text</b>\n",
    ],
)
def test_front_matter_that_is_text(text: str) -> None:
    frontmatter.split(text, "a.md")


@pytest.mark.parametrize(
    "head", ["key: value\n", "---\n---\nb: |\n", "---\nb: |\n"], ids=["bare", "twice", "in it"]
)
def test_what_mkdocs_takes_for_front_matter_is_not_seen(guide: SmallGuide, head: str) -> None:
    fence = "    ```{.bash .step #index-a}\n    ls\n    ```\n"
    end = "---\n" if head.startswith("---") else ""
    text = f"{head}{fence}{end}\n```{{.bash .step #index-b}}\nls\n```\n"
    (block,) = guide.blocks(text)
    assert block.id == "index-b"
    assert block.where.line == text.split("\n").index("```{.bash .step #index-b}") + 1
