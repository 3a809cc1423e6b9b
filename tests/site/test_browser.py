"""The site in a real browser."""

from __future__ import annotations

import gzip
import json
import re
from functools import partial

import pytest
from bench.search import hits, texts, unanswered
from playwright.sync_api import Page, Response, expect

from tests.site.site_support import SAMPLE, Site, Tab

pytestmark = pytest.mark.browser

STEP = (SAMPLE / "snippets/wait.sh").read_text(encoding="utf-8")


def test_every_page_of_the_guide_loads_from_one_place_and_says_nothing(
    tab: Tab, guide_origin: str, pages: list[str]
) -> None:
    for path in pages:
        answer = tab.page.goto(guide_origin + path)
        assert answer is not None
        assert answer.ok, path
        expect(tab.page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_home_weighs_at_most_80_kb(tab: Tab, guide_origin: str, path: str) -> None:
    """All that the browser asks for until it is quiet, each compressed as a host would."""
    answers: list[Response] = []
    tab.page.context.on("response", lambda answer: answers.append(answer))
    tab.page.goto(guide_origin + path, wait_until="networkidle")
    weights = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert len(weights) > 6
    assert sum(weights.values()) <= 80_000, weights


def test_no_page_of_the_guide_scrolls_sideways_on_a_small_phone(
    tab: Tab, guide_origin: str, pages: list[str]
) -> None:
    tab.page.set_viewport_size({"width": 320, "height": 640})
    for path in pages:
        tab.page.goto(guide_origin + path)
        assert _overflow(tab.page) == 0, path


def test_the_sample_does_not_scroll_sideways_either(tab: Tab, sample_origin: str) -> None:
    """It has a line of a hundred signs in a list, which the guide may lack."""
    tab.page.set_viewport_size({"width": 320, "height": 640})
    tab.page.goto(sample_origin + "/cluster/")
    assert _overflow(tab.page) == 0


@pytest.mark.parametrize("wide", [390, 1280])
def test_the_way_back_to_the_top_covers_one_line(tab: Tab, guide_origin: str, wide: int) -> None:
    """The theme's script says where it stands, on the element itself."""
    tab.page.set_viewport_size({"width": wide, "height": 900})
    tab.page.goto(guide_origin + "/cluster/")
    tab.page.evaluate("scrollTo(0, 3000)")
    tab.page.wait_for_function("scrollY > 2900")
    tab.page.evaluate("scrollTo(0, 2400)")
    tab.page.wait_for_function("scrollY < 2500")
    button = tab.page.locator(".md-top")
    expect(button).to_be_visible()
    expect(button).to_have_attribute("style", re.compile("top"))
    box = button.bounding_box()
    assert box is not None
    assert box["height"] < 60
    assert box["y"] > 700


@pytest.mark.parametrize(
    ("path", "tables"), [("/choose/", 3), ("/en/choose/", 3), ("/secrets/", 1), ("/en/secrets/", 1)]
)
def test_a_table_of_words_fits_a_phone(tab: Tab, guide_origin: str, path: str, tables: int) -> None:
    """The pages that compare the most: four columns of short words, or three of sentences."""
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.page.goto(guide_origin + path)
    frames = tab.page.locator(".md-typeset__scrollwrap")
    expect(frames).to_have_count(tables)
    wider = frames.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert wider == [0] * tables


def test_the_sign_to_link_by_stays_beside_a_long_reason(tab: Tab, guide_origin: str) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.page.goto(guide_origin + "/backup/")
    bar = tab.page.locator("#backup-folder-multipass > .guide-block__bar")
    why, sign = bar.locator("span").first.bounding_box(), bar.locator("a").bounding_box()
    assert why is not None
    assert sign is not None
    assert sign["y"] < why["y"] + why["height"]
    assert sign["x"] >= why["x"] + why["width"]


def _overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("path", ["/", "/cluster/", "/proof/"])
def test_the_switcher_stays_on_the_page_and_comes_back(tab: Tab, sample_origin: str, path: str) -> None:
    tab.page.goto(sample_origin + path)
    _switch(tab.page, "en")
    expect(tab.page).to_have_url(f"{sample_origin}/en{path}")
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    _switch(tab.page, "nb")
    expect(tab.page).to_have_url(sample_origin + path)


def test_the_switcher_keeps_the_place(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.get_by_role("link", name="Lenke til steget sample-wait").click()
    _switch(tab.page, "en")
    expect(tab.page).to_have_url(f"{sample_origin}/en/cluster/#sample-wait")
    expect(tab.page.locator("#sample-wait")).to_be_in_viewport()


def test_the_switcher_keeps_the_place_that_the_reader_scrolled_to(tab: Tab, guide_origin: str) -> None:
    tab.page.goto(guide_origin + "/cluster/#machine")
    tab.page.locator("#names").evaluate("heading => heading.scrollIntoView()")
    _switch(tab.page, "en")
    expect(tab.page).to_have_url(guide_origin + "/en/cluster/#names")


def _switch(page: Page, locale: str) -> None:
    # While the menu moves, the browser's driver would scroll the page to get at it.
    page.emulate_media(reduced_motion="reduce")
    page.locator(".md-select").hover()
    page.locator(f".md-select__link[hreflang={locale}]").click()


def _search(page: Page, words: str) -> list[str]:
    """What a search finds: the addresses of the hits."""
    page.keyboard.press("/")
    page.get_by_role("textbox").press_sequentially(words)
    results = page.locator(".md-search-result")
    expect(results.locator(".md-search-result__meta")).to_contain_text(RESULT)
    return [str(link.get_attribute("href")) for link in results.locator("a.md-search-result__link").all()]


RESULT = re.compile("treff|match", re.IGNORECASE)


@pytest.mark.parametrize("words", ["øvelse", "blåbærsyltetøy", "ØVELSE", "blåbær"])
def test_norwegian_search_finds_norwegian_words(tab: Tab, sample_origin: str, words: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    found = _search(tab.page, words)
    assert found
    assert not [link for link in found if "/en/" in link]


def test_english_search_finds_english_words(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/en/cluster/")
    found = _search(tab.page, "marmalade")
    assert found
    assert all("/en/" in link for link in found)
    tab.page.locator("a.md-search-result__link").first.click()
    expect(tab.page).to_have_url(re.compile(f"^{re.escape(sample_origin)}/en/"))


@pytest.mark.parametrize(("path", "foreign"), [("/", "marmalade"), ("/en/", "blåbærsyltetøy")])
def test_no_search_finds_the_other_language(tab: Tab, sample_origin: str, path: str, foreign: str) -> None:
    tab.page.goto(sample_origin + path)
    assert _search(tab.page, foreign) == []


@pytest.mark.parametrize("folder", ["", "en/"])
def test_every_form_of_a_word_finds_every_other(
    tab: Tab, guide: Site, guide_origin: str, folder: str
) -> None:
    assert list(unanswered(guide, guide_origin, tab.page, folder, "guide")) == []


def test_the_measure_of_the_search_sees_what_is_missed(tab: Tab, guide: Site, guide_origin: str) -> None:
    assert any("sertifikatene" in line for line in unanswered(guide, guide_origin, tab.page, "", "theme"))


def test_words_with_digits_do_not_end_the_search(tab: Tab, sample_origin: str, built: Site) -> None:
    """To the search library the node after the last ``x`` and the one after ``a`` are both ``00212``."""
    long = "b" + 205 * "x" + "0y"
    entry = {"location": "words/", "title": "", "text": f"0 a0 a1 {long}"}
    index = {"config": json.loads(built.read("en/search/index.json"))["config"], "docs": [entry]}
    ask = partial(hits, tab.page, built, sample_origin, "en/", queries=["a", long, "bx"], index=index)
    assert list(ask(worker="guide").values()) == [[["words/"]]] * 3
    assert tab.said == []
    assert list(ask(worker="theme").values()) != [[["words/"]]] * 3, (
        "the library's fault is gone: so may be our part"
    )
    assert any("_index" in line for line in tab.said)
    tab.said.clear()


@pytest.mark.parametrize("folder", ["", "en/"])
def test_whatever_a_word_begins_with_is_answered(
    tab: Tab, guide: Site, guide_origin: str, folder: str
) -> None:
    """The first two signs of every word of the index; a query that fails is told of in the console."""
    words = " ".join(texts(guide, folder).values()).split()
    beginnings = {word[:2] for word in words if re.fullmatch(r"\w\w", word[:2])}
    assert len(beginnings) > 300
    answers = hits(tab.page, guide, guide_origin, folder, "guide", sorted(beginnings))
    assert tab.said == []
    assert sum(1 for found in answers.values() if found) > 300


def test_words_that_the_reader_marks_are_meant_as_they_stand(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    assert _search(tab.page, "øvelsene")
    tab.page.keyboard.press("Escape")
    tab.page.reload()
    assert _search(tab.page, '"øvelsene"') == []


def test_copying_gives_exactly_the_step(sample_origin: str, tab: Tab) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=sample_origin)
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.locator("#sample-wait").get_by_title("Kopier").click()
    expect(tab.page.locator(".md-dialog")).to_contain_text("Kopiert")
    copied: str = tab.page.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip("\n") == STEP.rstrip("\n")
    expect(tab.page.locator(".guide-output button")).to_have_count(0)


def test_tabs_remember_across_pages_and_languages(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.locator(".tabbed-labels").get_by_text("macOS").click()
    expect(tab.page.locator("#sample-macos")).to_be_visible()
    tab.page.goto(sample_origin + "/")
    tab.page.goto(sample_origin + "/en/cluster/")
    expect(tab.page.locator("#sample-macos")).to_be_visible()
    expect(tab.page.locator("#sample-linux")).to_be_hidden()


def test_the_mode_follows_the_system_until_the_reader_chooses(tab: Tab, sample_origin: str) -> None:
    body = tab.page.locator("body")
    tab.page.emulate_media(color_scheme="dark")
    tab.page.goto(sample_origin + "/")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    tab.page.get_by_title("Bytt til lyst utseende").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    tab.page.goto(sample_origin + "/en/")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    tab.page.get_by_title("Switch to dark mode").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize(
    ("path", "heading", "locale"),
    [("/nowhere/", "Siden finnes ikke", "nb"), ("/en/nowhere/", "There is no such page", "en")],
)
def test_a_missing_address_is_answered_in_its_language(
    tab: Tab, sample_origin: str, path: str, heading: str, locale: str
) -> None:
    answer = tab.page.goto(sample_origin + path, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 404
    expect(tab.page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(tab.page.locator("html")).to_have_attribute("lang", locale)
    # The browser itself notes the answer's status; nothing else may be said.
    (note,) = tab.said
    assert "404" in note
    tab.said.clear()
    tab.page.get_by_role("link", name="Til forsiden" if locale == "nb" else "To the front page").click()
    expect(tab.page).to_have_url(f"{sample_origin}/" if locale == "nb" else f"{sample_origin}/en/")


def test_a_check_opens_on_demand(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    code = tab.page.locator("#sample-dns pre code")
    expect(code).to_be_hidden()
    tab.page.locator("#sample-dns summary").click()
    expect(code).to_be_visible()


def test_the_keyboard_alone_reaches_text_and_search(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.keyboard.press("Tab")
    focused = tab.page.locator(":focus")
    expect(focused).to_have_class(re.compile(r"\bmd-skip\b"))
    outline: str = focused.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"
    tab.page.keyboard.press("/")
    expect(tab.page.get_by_role("textbox")).to_be_focused()


def test_the_keyboard_reaches_a_table_that_scrolls(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/proof/")
    wide = tab.page.locator(".md-typeset__scrollwrap").first
    wide.evaluate("wrap => wrap.querySelector('table').style.minWidth = '35rem'")
    expect(wide).not_to_have_attribute("tabindex", "0")
    tab.page.set_viewport_size({"width": 390, "height": 844})
    expect(wide).to_have_attribute("tabindex", "0")


def test_the_picture_is_part_of_the_page(tab: Tab, guide_origin: str) -> None:
    for path, name in (("/", "Plattformen du bygger"), ("/en/", "The platform you build")):
        tab.page.goto(guide_origin + path)
        expect(tab.page.get_by_role("img", name=name)).to_be_visible()


#: The words of all matching elements that begin on one line and end on another.
_BROKEN = """(all, pattern) => all.flatMap(element => {
    const found = [], texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, range = document.createRange();
        for (const word of text.data.matchAll(new RegExp(pattern, "g"))) {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (lines.size > 1) found.push(word[0]);
        }
    }
    return found;
})"""


@pytest.mark.parametrize("path", ["/delivery/", "/en/drone/", "/messages/"])
def test_a_flag_stays_on_one_line(tab: Tab, guide_origin: str, path: str) -> None:
    """Lines that are too long break on a desk, and the browser would break them behind a dash."""
    tab.page.goto(guide_origin + path)
    tab.page.add_style_tag(content="* { content-visibility: visible !important }")
    code = tab.page.locator("article :is(.guide-wraps-wide pre, p, li) code")
    assert code.count() > 20
    assert code.evaluate_all(_BROKEN, "--[a-z][a-z-]+") == []


@pytest.mark.parametrize("path", ["/cluster/", "/en/argocd/"])
def test_a_name_in_a_table_stays_whole_on_a_desk(tab: Tab, guide_origin: str, path: str) -> None:
    tab.page.goto(guide_origin + path)
    code = tab.page.locator("article td code")
    assert code.count() > 5
    assert code.evaluate_all(_BROKEN, "\\S+") == []


def test_the_table_of_who_reaches_whom_is_seen_in_whole_on_a_desk(tab: Tab, guide_origin: str) -> None:
    """Its last column is the world outside."""
    tab.page.goto(guide_origin + "/close/")
    tab.page.add_style_tag(content="* { content-visibility: visible !important }")
    output = tab.page.locator("#close-asked + .guide-output code")
    assert "world" in output.inner_text()
    assert output.evaluate("code => code.scrollWidth - code.clientWidth") == 0


@pytest.mark.parametrize("path", ["/proof/", "/en/proof/"])
def test_the_tables_of_the_proof_line_up_on_a_desk(tab: Tab, guide_origin: str, path: str) -> None:
    """Each row of a page is one line of four columns, the same on all pages, and its reason the next."""
    tab.page.goto(guide_origin + path)
    tab.page.add_style_tag(content="* { content-visibility: visible !important }")
    tables = tab.page.locator(".guide-blocks table")
    assert tables.count() > 10
    cells = tables.locator("tbody > tr > td:nth-child(-n + 4):not(:empty)")
    lefts = "all => [...new Set(all.map(cell => Math.round(cell.getBoundingClientRect().left)))]"
    assert len(cells.evaluate_all(lefts)) == 4
    wide = """all => all.map(reason => reason.getBoundingClientRect().width).filter(width => width < 500)"""
    reasons = tables.locator("tbody > tr > td:nth-child(5):not(:empty)")
    assert reasons.count() > 0
    assert reasons.evaluate_all(wide) == []
    cut = "all => all.filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"
    assert tab.page.locator(".guide-recorded td").evaluate_all(cut) == []
