"""The chapters say why before how: what a page must tell its reader beside the blocks, in both languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guide.paths import DOCS, MANIFESTS, ROOT

#: A manifest of more lines than this is explained: prose in its section names fields of it.
LONG = 25
#: So many of them at least.
NAMED = 3
_FENCE = re.compile(r"^[ \t]*```\{(?P<info>[^\n]*)\}\n(?P<body>.*?)^[ \t]*```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ .*\{#([\w-]+)\}$", re.MULTILINE)
_KEPT = re.compile(r"^\s*keep ([\w ]+)$", re.MULTILINE)
#: Lines that stand between a heading and a block and say nothing.
_SILENT = re.compile(r"^(?:===|<div|</div)")


@dataclass(frozen=True)
class Part:
    """A block of a page and what a reader has read before it."""

    page: str
    info: str
    body: str
    section: list[str]  # prose of its section, what follows the block as well
    before: str  # prose of the page so far
    since: str  # prose since the block before it, or since the heading
    first: bool  # whether it is the first block after its heading

    @property
    def name(self) -> str:
        return f"{self.page}: {self.info[:60]}"


def parts(text: str, page: str) -> Iterator[Part]:
    """Every block of a page, in order."""
    end, prose, section = 0, "", list[str]()
    first = True
    for fence in _FENCE.finditer(text):
        between = text[end : fence.start()]
        end = fence.end()
        since = between
        if headings := list(_HEADING.finditer(between)):
            section.append(between[: headings[0].start()])
            since = between[headings[-1].end() :]
            section, first = [], True
        said = "\n".join(line for line in since.splitlines() if not _SILENT.match(line.strip()))
        prose += between
        section.append(said)
        yield Part(page, fence["info"], fence["body"], section, prose, said, first)
        first = False


def every() -> list[Part]:
    """Every block of every page, in both languages."""
    return [
        each
        for path in sorted(DOCS.glob("[ne][bn]/*.md"))
        for each in parts(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    ]


def bare_headings(blocks: Iterable[Part]) -> list[str]:
    """Blocks that stand right below a heading."""
    return [each.name for each in blocks if each.first and not each.since.strip()]


def silent_headings(text: str) -> list[str]:
    """The headings whose first line is a row of a table or the fence of a block, tabs and pictures aside."""
    found = []
    for heading in _HEADING.finditer(text):
        lines = (line.strip() for line in text[heading.end() :].splitlines())
        first = next((line for line in lines if line and not _SILENT.match(line)), "")
        if first.startswith(("|", "```")):
            found.append(heading[1])
    return found


def unexplained(blocks: Iterable[Part], manifests: Path = MANIFESTS) -> list[str]:
    """Long manifests whose section names fewer than :data:`NAMED` of the words in them."""
    found = []
    for each in blocks:
        title = re.search(r'title="([^"]+)"', each.info)
        if ".manifest" not in each.info or title is None or title[1].endswith(".html"):
            continue
        text = (manifests / title[1]).read_text(encoding="utf-8")
        told = {
            word
            for code in _CODE.findall("\n".join(each.section))
            for word in code.split(", ")
            if word.strip("…") in text
        }
        if len(text.splitlines()) > LONG and len(told) < NAMED:
            found.append(f"{each.name} names only {sorted(told)}")
    return found


def unnamed_functions(blocks: Iterable[Part]) -> list[str]:
    """Functions that the reader keeps, and that the page has not named by then."""
    found = []
    for each in blocks:
        for include in re.findall(r'--8<-- "(snippets/[^":]+\.sh)', each.body):
            for names in _KEPT.findall((ROOT / include).read_text(encoding="utf-8")):
                found += [
                    f"{each.name}: {name}" for name in names.split() if name not in _CODE.findall(each.before)
                ]
    return found


def test_no_heading_goes_straight_into_code() -> None:
    assert bare_headings(every()) == []


def test_no_heading_goes_straight_into_a_table_or_a_fence() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): headings
        for path in sorted(DOCS.glob("[ne][bn]/*.md"))
        if (headings := silent_headings(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_manifest_follows_another_without_a_word() -> None:
    found, last = [], ""
    for each in every():
        if ".manifest" in each.info and ".manifest" in last and not each.since.strip():
            found.append(each.name)
        last = each.info
    assert found == []


def test_every_long_manifest_is_explained() -> None:
    assert unexplained(every()) == []


def test_every_function_that_the_reader_keeps_is_introduced() -> None:
    assert unnamed_functions(every()) == []


@pytest.mark.parametrize("between", ["", '=== "Linux"\n\n', '<div data-guide="picture:x"></div>\n\n'])
def test_a_heading_without_a_word_is_found(between: str) -> None:
    page = (
        f"# Page {{#page}}\n\nProse.\n\n## Install {{#install}}\n\n{between}```{{.bash .step #a}}\nx\n```\n"
    )
    assert bare_headings(parts(page, "page")) == ["page: .bash .step #a"]
    assert bare_headings(parts(page.replace("```{", "Why.\n\n```{"), "page")) == []


@pytest.mark.parametrize(
    "below", ["| a | b |\n|---|---|\n", "```text\nx\n```\n", "```{.bash .step #a}\nx\n```\n"]
)
@pytest.mark.parametrize("between", ["", '=== "Linux"\n\n    ', '<div data-guide="picture:x"></div>\n\n'])
def test_a_heading_straight_above_a_table_or_a_fence_is_found(between: str, below: str) -> None:
    page = f"# Page {{#page}}\n\nProse.\n\n## Names {{#names}}\n\n{between}{below}"
    assert silent_headings(page) == ["names"]
    assert silent_headings(page.replace("{#names}", "{#names}\n\nThese are they.")) == []


def test_a_long_manifest_that_nothing_is_said_of_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "".join(f"field{line}: 1\n" for line in range(LONG + 1)), encoding="utf-8"
    )
    page = '# P {#p}\n\n%s\n\n```{.yaml .manifest title="x.yaml"}\n```\n'
    assert unexplained(parts(page % "`field1` does it.", "p"), tmp_path)
    assert not unexplained(parts(page % "`field1`, `field2` and `field3` do it.", "p"), tmp_path)


def test_a_function_that_nobody_named_is_found() -> None:
    page = '# P {#p}\n\n%s\n\n```{.bash .step #a}\n--8<-- "snippets/cluster/shell-file.sh"\n```\n'
    assert _KEPT.search((ROOT / "snippets/troubleshooting/why.sh").read_text(encoding="utf-8"))
    page = page.replace("cluster/shell-file", "troubleshooting/why")
    assert unnamed_functions(parts(page % "It prints.", "p")) == ["p: .bash .step #a: why"]
    assert unnamed_functions(parts(page % "`why` prints.", "p")) == []


#: Headings that chapters share, by id: a reader knows the section by its words.
SHARED = ("summary", "try", "what-can-go-wrong")
_TITLE = re.compile(r"^## (?P<words>.*) \{#(?P<id>[\w-]+)\}$", re.MULTILINE)
#: How a chapter opens: what the reader has at the end, and needs first.
OPENINGS = {
    "nb": ("**Når du er ferdig", "**Du trenger** "),
    "en": ("**At the end", "**You need** "),
}


def headings_of_many_wordings(texts: Iterable[str]) -> dict[str, set[str]]:
    """The shared headings that pages of one language word in more ways than one."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for title in _TITLE.finditer(text):
            if title["id"] in SHARED:
                found.setdefault(title["id"], set()).add(title["words"])
    return {id_: words for id_, words in found.items() if len(words) > 1}


def no_way_on(order: list[str], texts: dict[str, str]) -> list[str]:
    """The pages whose summary has no link to the page after them."""
    return [
        page
        for page, after in itertools.pairwise(order)
        if "{#summary}" in texts[page] and f"({after}.md" not in texts[page].partition("{#summary}")[2]
    ]


@pytest.mark.parametrize("locale", ["nb", "en"])
def test_chapters_open_and_close_in_the_same_words(locale: str) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DOCS / locale).glob("*.md"))}
    assert headings_of_many_wordings(texts.values()) == {}
    chapters = [page for page, text in texts.items() if "{#summary}" in text]
    assert len(chapters) > 20
    bare = [page for page in chapters if any(words not in texts[page] for words in OPENINGS[locale])]
    assert bare == []


@pytest.mark.parametrize("locale", ["nb", "en"])
def test_a_chapter_ends_in_a_link_to_the_next(locale: str) -> None:
    order = re.findall(
        r"^ +- (?:[\w ]+: )?([\w-]+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M
    )
    texts = {page: (DOCS / locale / f"{page}.md").read_text(encoding="utf-8") for page in order}
    assert no_way_on(order, texts) == []


def test_a_heading_in_other_words_and_an_end_that_leads_elsewhere_are_found() -> None:
    pages = {"a": "## Summary {#summary}\n\nGo to [c](c.md).", "b": "## In short {#summary}\n", "c": ""}
    assert headings_of_many_wordings(pages.values()) == {"summary": {"Summary", "In short"}}
    assert no_way_on(["a", "b", "c"], pages) == ["a", "b"]
    assert no_way_on(["a", "c"], pages) == []


def test_every_exercise_asks_something_and_ends_in_an_answer_that_is_run() -> None:
    found = [each for each in every() if "-try-answer" in each.info]
    assert len(found) >= 26, "of 13 chapters, in both languages"
    for each in found:
        assert ".check" in each.info, each.name
        assert each.since.strip(), each.name
    sections = sum(
        path.read_text(encoding="utf-8").count("{#try}") for path in sorted(DOCS.glob("[ne][bn]/*.md"))
    )
    assert sections == len(found)
