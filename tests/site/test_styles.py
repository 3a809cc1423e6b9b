"""The one stylesheet: it lacks nothing that a page uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from guide.site import styles
from guide.site.styles import Used, parse, parts, slim, without_idle_properties
from tests.site.site_support import Site, Tab


def slimmed(css: str, html: str = "", script: str = "") -> str:
    used = Used()
    used.add_page(html)
    used.add_script(script)
    return "".join(map(str, without_idle_properties(slim(parse(css), used))))


def test_a_rule_stays_while_one_of_its_selectors_can_match() -> None:
    css = ".a,\n.b > p { color: red; /* why */ margin: 0 }\n.c {top: 0}"
    assert slimmed(css, '<p class="x a">') == ".a{color: red;margin: 0}"
    assert slimmed(css, "", "put('b', \"c\")") == ""  # one letter is any variable's name
    assert slimmed(".md-b{top:0}.md-c{top:0}", "", "put('md-b')") == ".md-b{top:0}"
    assert slimmed("p{top:0}#x{top:0}[hidden]{top:0}") == "p{top:0}#x{top:0}[hidden]{top:0}"


def test_a_name_may_be_put_together_by_a_script() -> None:
    css = ".side--next{top:0}.sides--next{top:0}"
    assert slimmed(css, "", "`side--${way}`") == ".side--next{top:0}"


def test_what_stands_in_parentheses_decides_nothing() -> None:
    css = "p:not(.gone){top:0}p:is(.gone,:hover){top:0}"
    assert slimmed(css) == css
    assert parts(':is(.a, .b):not([title="x,y"]), .c') == [':is(.a, .b):not([title="x,y"])', ".c"]


def test_rules_inside_of_others_go_too_and_empty_ones_with_them() -> None:
    css = "@media print{.a{top:0}.b{top:0}}@media screen{.b{top:0}}@keyframes b{from{top:0}}@page{margin:0}"
    assert slimmed(css, '<i class="a-not">') == "@keyframes b{from{top:0}}@page{margin:0}"
    assert slimmed(css, "<i class='a'>").startswith("@media print{.a{top:0}}@keyframes")


def test_only_the_colours_and_the_direction_that_were_chosen() -> None:
    css = '[data-md-color-primary=red]{top:0}[data-md-color-primary="custom"]{top:1px}[dir=rtl] p{top:0}'
    html = '<body dir="ltr" data-md-color-primary="custom">'
    assert slimmed(css, html) == '[data-md-color-primary="custom"]{top:1px}'


def test_a_property_that_nothing_asks_for_goes_and_what_it_asked_for() -> None:
    css = ":root{--a:var(--b);--b:url('x;{}');--c:var(--d,0);--d:1px}p{top:var( --c )}"
    assert slimmed(css) == ":root{--c:var(--d,0);--d:1px}p{top:var( --c )}"


def test_braces_and_signs_in_strings_are_no_structure() -> None:
    css = """p:after{content:"}{;\\"/*";background:url("data:image/svg+xml;charset=utf-8,<svg xmlns='x'>")}"""
    assert slimmed(css) == css


def test_a_theme_with_other_files_stops_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(styles, "_THEME", tmp_path)
    with pytest.raises(ValueError, match="has Material changed"):
        styles.sources("")


def test_each_page_asks_for_one_stylesheet(guide: Site) -> None:
    for page in guide.output.rglob("*.html"):
        links = re.findall(r'<link rel="stylesheet" href="([^"]*)"', page.read_text(encoding="utf-8"))
        assert [link.lstrip("./") for link in links] == [styles.NAME], page
    assert len(guide.read(styles.NAME)) < 115_300


#: Selectors that match in the page, without what only holds for a moment or for a part of an element.
_FOUND = r"""selectors => selectors.filter(selector => {
  const plain = selector.replace(/::?(before|after|placeholder|marker|-[\w-]+)\b/g, "")
    .replace(/:(hover|focus(-within|-visible)?|active|checked|target|indeterminate)\b(?!-)/g, ":is(*)")
  try { return document.querySelector(plain || "*") } catch { return true }
})"""


@pytest.mark.browser
def test_what_was_left_out_is_nowhere_on_the_pages(
    tab: Tab, guide: Site, guide_origin: str, pages: list[str]
) -> None:
    """Asked on every page, and where there is most to use with all that the scripts put there."""
    whole = parse(styles.sources((guide.root / "docs" / styles.NAME).read_text(encoding="utf-8")))
    kept = _selectors(parse(guide.read(styles.NAME)))
    gone = sorted(_selectors(whole) - kept)
    assert len(gone) > 300
    assert tab.page.goto(guide_origin + "/")
    assert tab.page.evaluate(_FOUND, [".md-header__title", ".nowhere", "a:hover::before"]) == [
        ".md-header__title",
        "a:hover::before",
    ]
    for path in pages:
        tab.page.goto(guide_origin + path)
        if path.endswith("/cluster/"):
            _use(tab.page)
        assert tab.page.evaluate(_FOUND, gone) == [], path


def _selectors(rules: list[styles.Rule]) -> set[str]:
    """All selectors but those of the rule that is not wanted."""
    heads = (rule.head for rule in styles.every(rules) if not rule.head.startswith("@"))
    return {part for head in heads for part in parts(head) if styles.UNWANTED not in part}


def _use(page: Page) -> None:
    """Do what a reader does: search, copy, scroll to the end."""
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    page.keyboard.press("/")
    page.get_by_role("textbox").press_sequentially("git")
    expect(page.locator("a.md-search-result__link").first).to_be_visible()
    page.keyboard.press("Escape")
    for command in page.locator(".guide-step").all()[:1]:
        command.scroll_into_view_if_needed()
        command.locator("button.md-code__button").click()
    page.keyboard.press("End")
