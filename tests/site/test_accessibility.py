"""WCAG 2.2 AA and axe's best practice, as far as a machine can tell, in both languages and modes."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.site.site_support import Tab

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Details of what is well are not looked at, and gathering them took most of the time.
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"]}

Mode = Literal["light", "dark"]
SCHEMES: dict[Mode, str] = {"light": "default", "dark": "slate"}

#: Whether the page's scripts have done to it what they do after it has loaded: tables wrapped and, where they
#: scroll, in reach of the keyboard; blocks of code in view with their buttons.
SETTLED = """() => {
  const all = selector => [...document.querySelectorAll(`article ${selector}`)]
  const inView = ({ bottom, top, height }) => height && bottom > 0 && top < innerHeight
  return document.fonts.status === "loaded"
    && all("table:not([class])").every(table => table.closest(".md-typeset__scrollwrap"))
    && all(":is(.md-typeset__scrollwrap, .tabbed-labels)")
      .every(wide => (wide.scrollWidth > wide.clientWidth) === (wide.tabIndex === 0))
    && all("pre > code").every(code =>
      !inView(code.getBoundingClientRect())
        || code.closest(".no-copy")
        || code.parentElement.querySelector("nav"))
}"""

#: Whether what scrolls is in reach of the keyboard: of what was just unfolded the page hears a frame later.
REACHABLE = """() => [
  ...document.querySelectorAll("article :is(.md-typeset__scrollwrap, .tabbed-labels, [data-columns] code)"),
].every(wide => wide.scrollWidth <= wide.clientWidth || wide.tabIndex === 0)"""


#: Leaves one token of each kind in each kind of block: all of a kind look alike, and most time went there.
ONE_OF_EACH_TOKEN = """() => {
  const seen = new Set()
  for (const token of document.querySelectorAll("article pre span[class]")) {
    const line = token.closest(".hll") ? "marked" : ""
    // A terminal and paper have grounds of their own.
    const ground = token.closest("[class*=guide-block]")?.className
    const kind = [token.closest("div.highlight")?.className, ground, line, token.className].join()
    if (token.children.length) continue
    if (seen.has(kind)) token.replaceWith(...token.childNodes)
    else seen.add(kind)
  }
}"""


@pytest.mark.parametrize(
    ("language", "mode", "width"),
    [("nb", "light", 1280), ("en", "dark", 1280), ("en", "light", 320), ("nb", "dark", 390)],
)
def test_axe_finds_nothing_on_the_guide(
    tab: Tab, guide_origin: str, pages: list[str], language: str, mode: Mode, width: int
) -> None:
    """Each page in light, dark, wide and narrow in either language, and each pair of those in one.

    A page and its twin are the same elements with other words, so a fault of one form shows in one of them.
    """
    mine = [path for path in pages if path.startswith("/en/") == (language == "en")]
    assert len(mine) * 2 == len(pages)
    found = [line for path in mine for line in _violations(tab, guide_origin + path, mode, width)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("mode", SCHEMES)
def test_axe_finds_nothing_on_the_sample(tab: Tab, sample_origin: str, mode: Mode) -> None:
    paths = ("/cluster/", "/en/cluster/", "/proof/", "/en/proof/", "/404.html", "/en/404.html")
    found = [line for path in paths for line in _violations(tab, sample_origin + path, mode, 1280)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("link-name", "document.querySelector('article').innerHTML += '<a href=\"#\"></a>'"),
        (
            "color-contrast",
            "document.querySelector('article').innerHTML += '<style>.nt { color: #ddd !important }</style>'",
        ),
    ],
    ids=["a link without a name", "a pale token"],
)
def test_axe_would_find_a_fault(tab: Tab, sample_origin: str, rule: str, fault: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.evaluate(fault)
    tab.page.evaluate(ONE_OF_EACH_TOKEN)
    assert any(f" {rule}: " in line for line in _run(tab, "sample"))


def _violations(tab: Tab, url: str, mode: Mode, width: int) -> list[str]:
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    tab.page.goto(url)
    # A reader meets what is far from the screen when it has been laid out; axe meets all of it at once.
    tab.page.add_style_tag(content="* { content-visibility: visible !important }")
    expect(tab.page.locator("body")).to_have_attribute("data-md-color-scheme", SCHEMES[mode])
    tab.page.wait_for_function(SETTLED)
    # What is folded away is read too.
    tab.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    tab.page.wait_for_function(REACHABLE)
    tab.page.evaluate(ONE_OF_EACH_TOKEN)
    return _run(tab, f"{url} {mode} {width}")


def _run(tab: Tab, where: str) -> list[str]:
    answer: dict[str, Any] = Axe().run(tab.page, options=OPTIONS).response
    return [
        f"{where}: {violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]
