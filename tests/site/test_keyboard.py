"""Everything without a mouse, with large text, and without movement."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.site.site_support import SAMPLE, Tab

pytestmark = pytest.mark.browser

STEP = (SAMPLE / "snippets/wait.sh").read_text(encoding="utf-8")


def walk(page: Page, wanted: Locator, *, most: int = 60) -> None:
    """Press Tab until the wanted one has the focus, and see that the focus can be seen on the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} was not reached with {most} presses of Tab")


def seen(focused: Locator) -> bool:
    """Whether the focus shows: an outline, on the element or on the label that stands for it."""
    shown: bool = focused.evaluate(
        """element => [element, ...(element.labels ?? []), element.nextElementSibling]
             .some(it => it && getComputedStyle(it).outlineStyle !== "none")"""
    )
    return shown


def test_search_is_opened_walked_and_followed(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    page.keyboard.press("/")
    page.keyboard.type("blåbærsyltetøy")
    expect(page.locator("a.md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("a.md-search-result__link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(sample_origin) + r"/(\?h=|#|$)"))


def test_search_is_left_by_escape(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/cluster/")
    tab.page.keyboard.press("/")
    expect(tab.page.get_by_role("textbox")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("textbox")).not_to_be_focused()


def test_tabs_are_chosen_with_arrows(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    first = page.locator(".tabbed-set > input").first
    walk(page, first)
    assert seen(first)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sample-macos")).to_be_visible()


def test_a_step_is_copied(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=sample_origin)
    page.goto(sample_origin + "/cluster/")
    page.locator("#sample-wait").scroll_into_view_if_needed()
    button = page.locator("#sample-wait").get_by_title("Kopier")
    expect(button).to_be_visible()
    walk(page, button)
    assert seen(button)
    page.keyboard.press("Enter")
    expect(page.locator(".md-dialog")).to_contain_text("Kopiert")
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == STEP.strip()


def test_the_language_is_switched(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/#files")
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    english = page.locator(".md-select__link[hreflang=en]")
    page.locator(".md-skip").focus()
    walk(page, english)
    expect(english).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{sample_origin}/en/cluster/#files")


def test_the_mode_is_switched(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.emulate_media(color_scheme="dark")
    page.goto(sample_origin + "/cluster/")
    label = page.get_by_title("Bytt til lyst utseende")
    radio = page.locator("[data-md-component=palette] input").first
    walk(page, radio)
    assert seen(radio) or seen(label)
    page.keyboard.press("ArrowRight")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")


def test_a_check_is_unfolded_and_a_step_is_marked(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    done = page.get_by_role("button", name="Steget sample-wait er gjort")
    walk(page, done)
    page.keyboard.press("Space")
    expect(done).to_have_attribute("aria-pressed", "true")
    walk(page, page.locator("#sample-dns > summary"))
    page.keyboard.press("Enter")
    expect(page.locator("#sample-dns pre code")).to_be_visible()


def test_the_focus_stands_out_on_a_terminal(tab: Tab, sample_origin: str) -> None:
    """WCAG 2.1, 1.4.11."""
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    done = page.get_by_role("button", name="Steget sample-wait er gjort")
    walk(page, done)
    ring = done.evaluate("it => getComputedStyle(it).outlineColor")
    bar = done.evaluate("it => getComputedStyle(it.parentElement).backgroundColor")
    lighter, darker = sorted((luminance(ring), luminance(bar)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def luminance(colour: str) -> float:
    """How light ``rgb(…)`` is, as WCAG counts it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_no_focus_is_hidden_under_the_header(tab: Tab, sample_origin: str) -> None:
    """WCAG 2.2, 2.4.11."""
    page = tab.page
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(sample_origin + "/cluster/")
    for _ in range(40):
        page.keyboard.press("Tab")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const it = document.activeElement
              if (it === document.body || it.closest(".md-header, .md-skip, .md-sidebar")) return ""
              const header = document.querySelector(".md-header").getBoundingClientRect().bottom
              return it.getBoundingClientRect().bottom <= header ? it.outerHTML.slice(0, 120) : ""
            }"""
        )
        assert hidden == ""


@pytest.mark.parametrize("width", [1280, 640])
def test_text_of_twice_the_size_fits(tab: Tab, guide_origin: str, pages: list[str], width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 800})
    for path in pages:
        tab.page.goto(guide_origin + path)
        tab.page.add_style_tag(content="html { font-size: 250% !important }")
        assert tab.page.evaluate(LOST) == [], path


#: Sideways scrolling of the page, and words that their own box cuts off without a way to scroll to them.
LOST = """() => {
  const root = document.documentElement
  const lost = root.scrollWidth > root.clientWidth ? [`page: ${root.scrollWidth}`] : []
  const words = "p, li, h1, h2, h3, td, th, button, summary, figcaption"
  for (const it of document.querySelectorAll(`article :is(${words})`)) {
    const style = getComputedStyle(it)
    if (style.overflowX === "hidden" && it.scrollWidth > it.clientWidth + 1)
      lost.push(it.textContent.slice(0, 60))
  }
  return lost
}"""


def test_nothing_moves_for_those_who_do_not_want_it(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    longest = """() => Math.max(...[...document.querySelectorAll("*")].map(it => {
      const { transitionDuration, animationDuration } = getComputedStyle(it)
      return Math.max(...`${transitionDuration}, ${animationDuration}`.split(", ").map(parseFloat))
    }))"""
    page.goto(sample_origin + "/cluster/")
    assert page.evaluate(longest) > 0.1
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(longest) < 0.001


NARROW = ViewportSize(width=390, height=800)
#: Whether what has the focus, or the label that stands for it, is inside the window and can be seen at all.
IN_SIGHT = """(element = document.activeElement) => [
  element, ...(element.labels ?? []), element.nextElementSibling,
].some(stop => {
  const { left, right, width } = stop?.getBoundingClientRect() ?? {}
  return width > 0 && left < innerWidth && right > 0 && stop.checkVisibility({ visibilityProperty: true })
})"""


def test_on_a_narrow_screen_the_focus_never_leaves_the_window(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.set_viewport_size(NARROW)
    page.goto(sample_origin + "/cluster/")
    for press in range(30):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(f"({IN_SIGHT})()"), f"stop {press + 1}: {stop}"


def test_on_a_narrow_screen_the_menu_is_opened_walked_and_left(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.set_viewport_size(NARROW)
    page.goto(sample_origin + "/cluster/")
    menu = page.locator("[for=__drawer] > [role=button]")
    entry = page.locator(".md-sidebar--primary .md-nav__link:visible").first
    walk(page, menu)
    assert seen(menu)
    page.keyboard.press("Enter")
    expect(entry).to_be_in_viewport()
    walk(page, page.locator(".md-sidebar--primary a.md-nav__link[href$='proof/']"))
    page.keyboard.press("Escape")
    expect(page.locator(".md-sidebar--primary")).to_be_hidden()
    expect(menu).to_be_focused()


def test_on_a_narrow_screen_the_search_is_opened_and_left(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.set_viewport_size(NARROW)
    page.goto(sample_origin + "/cluster/")
    opens = page.locator("[for=__search] > [role=button]")
    walk(page, opens)
    page.keyboard.press("Space")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("blåbærsyltetøy")
    expect(page.locator("a.md-search-result__link").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".md-search__inner")).to_be_hidden()
