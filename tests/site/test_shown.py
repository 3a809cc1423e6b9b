"""What is run is what a reader sees, asked of a browser: each block's text, and that nothing lies over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize

from guide.paths import ROOT
from tests.site import shown
from tests.site.site_support import Site, Tab, open_tab
from walkthrough.pages.loading import Page, load
from walkthrough.project import Project

#: High enough for the longest block: what is not on the screen lies under nothing.
DESK: ViewportSize = {"width": 1280, "height": 6000}
PHONE: ViewportSize = {"width": 390, "height": 6000}
#: The spaces that Markdown puts for a tab.
TAB = 4


def unseen(tab: Tab, page: Page) -> list[str]:
    """What is wrong with the blocks of the page that is open, given what of it is run."""
    found = shown.blocks(tab.page)
    if len(found) != len(page.blocks):
        return [f"{page.name} shows {len(found)} blocks, and has {len(page.blocks)}"]
    wrong = []
    for block, seen in zip(page.blocks, found, strict=True):
        name = f"{block.where}: {block.name}"
        if seen["hidden"]:
            wrong.append(f"{name}: {seen['hidden']}")
        elif seen["text"].rstrip("\n") != block.body.rstrip("\n").expandtabs(TAB):
            wrong.append(f"{name}: the reader sees {seen['text']!r}, and what is run is {block.body!r}")
        wrong += [f"{name}: {covered}" for covered in seen["covered"]]
    return wrong


@pytest.mark.parametrize(("language", "viewport"), [("nb", DESK), ("en", PHONE)])
def test_every_block_of_the_guide_is_seen_as_it_is_run(
    chromium: Browser, guide_origin: str, language: str, viewport: ViewportSize
) -> None:
    project = Project(ROOT)
    folder = "" if language == project.primary else f"{language}/"
    wrong, blocks = [], 0
    with open_tab(chromium, viewport=viewport) as tab:
        for name in project.nav:
            page, _ = load(project.page_path(name, language))
            if not page.blocks:
                continue
            blocks += len(page.blocks)
            path = name.removesuffix("index.md").removesuffix(".md")
            tab.page.goto(f"{guide_origin}/{folder}{path}{'/' if path else ''}")
            wrong += unseen(tab, page)
    assert wrong == [], "\n".join(wrong)
    assert blocks > 1000


@pytest.mark.parametrize(
    "css",
    [
        "#sample-wait code { visibility: hidden }",
        "#sample-wait { display: none }",
        "#sample-wait { opacity: 0.3 }",
        "#sample-wait pre { font-size: 2px }",
        "#sample-wait pre { height: 2px; overflow: hidden }",
        "#sample-wait pre { width: 2px; overflow: hidden }",
        "#sample-wait code { text-transform: uppercase }",
        "#sample-wait code span { display: none }",
        "#sample-wait pre { position: absolute; left: -4000px }",
        "#sample-wait::after { content: ''; position: fixed; inset: 0 }",
        "body::after { content: ''; position: fixed; inset: 0; background: white }",
        ".md-header { height: 5900px }",
    ],
)
def test_a_block_that_is_not_seen_as_it_is_run_is_found(
    chromium: Browser, built: Site, sample_origin: str, css: str
) -> None:
    page, _ = load(Project(built.root).page_path("cluster.md", "nb"))
    with open_tab(chromium, viewport=DESK) as tab:
        tab.page.goto(f"{sample_origin}/cluster/")
        assert unseen(tab, page) == []
        tab.page.add_style_tag(content=css)
        assert unseen(tab, page)
