"""What a chapter opens and ends with: prerequisites, the time it takes, numbered steps, done marks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from guide.paths import SNIPPETS
from guide.site.opening import fill
from tests.site.records import NOW, record, write
from tests.site.site_support import PAGES, Site, Tab, open_tab, read_config, write_config
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.site.proofs import Proofs


def opening(site: Site, page: str = "cluster/index.html") -> str:
    match = re.search(r'<div class="guide-opening">.*?</div>', site.read(page), re.DOTALL)
    return match[0] if match else ""


def test_the_time_is_the_proofs_own(sample: Site) -> None:
    data = record(sample)
    write(sample, data)
    assert sample.build() == []
    blocks = data["pages"]["cluster.md"]["nb"]["blocks"]
    assert sum(block["seconds"] for block in blocks) == 37.5
    assert "<strong>37,5\N{NO-BREAK SPACE}s</strong> i sandkassen" in opening(sample)
    assert "<strong>37.5\N{NO-BREAK SPACE}s</strong> in the sandbox on" in opening(
        sample, "en/cluster/index.html"
    )


def test_no_proof_and_no_time(sample: Site) -> None:
    assert sample.build() == []
    assert opening(sample) == ""
    write(sample, record(sample, when=NOW - timedelta(days=41)))
    assert sample.build() == []
    assert opening(sample) == ""


def test_a_page_that_names_the_time_of_another_has_it_from_there(sample: Site) -> None:
    for language in ("nb", "en"):
        page = sample.root / f"docs/{language}/index.md"
        places = '<span data-guide="took:cluster"></span>\n\n<span data-guide="took:chapters"></span>'
        page.write_text(f"{page.read_text('utf-8')}\n- {places}\n", "utf-8")
    data = record(sample)
    write(sample, data)
    assert sample.build() == []
    frame = re.search(r'__time">(.*?)</p>', sample.read("en/cluster/index.html"))
    assert frame is not None
    assert "37.5" in frame[1]
    home = sample.read("en/index.html")
    assert frame[1] in home
    assert "all the chapters took <strong>37.5\N{NO-BREAK SPACE}s</strong> in the sandbox on" in home
    assert 'data-guide="took' not in home + sample.read("index.html")
    assert "Kommandoene i alle kapitlene tok" in sample.read("index.html")


def test_no_run_and_no_time_of_another(sample: Site) -> None:
    page = sample.root / "docs/nb/index.md"
    page.write_text(page.read_text("utf-8") + '\n<span data-guide="took:chapters"></span>\n', "utf-8")
    assert sample.build() == []
    assert "Kommandoene" not in sample.read("index.html")


def test_a_page_that_stands_alone_is_none_of_the_chapters(sample: Site) -> None:
    before = told_of_chapters(sample)
    write_config(read_config() | {"nav": [*PAGES, "alone.md"]}, sample.root)
    for language in ("nb", "en"):
        page = sample.root / f"docs/{language}/alone.md"
        page.write_text("---\ntitle: A\nchain: own\n---\n# A\n\n```{.bash .step #alone}\nls\n```\n", "utf-8")
    assert "37.5" in before
    assert told_of_chapters(sample) == before


def told_of_chapters(sample: Site) -> str:
    write(sample, record(sample))
    project = Project(sample.root)
    return fill('<span data-guide="took:chapters"></span>', Proofs.load(project), "en")


def test_what_was_measured_of_a_delivery_comes_from_the_run_that_has_it(sample: Site) -> None:
    place = '<span data-guide="took:drift"></span>'
    data = record(sample)
    write(sample, data)
    assert fill(place, Proofs.load(Project(sample.root)), "en") == ""
    data["measured"] |= {"push-to-healthy": 6.04, "scaled-by-hand-to-back": 72.4}
    write(sample, data)
    told = fill(place, Proofs.load(Project(sample.root)), "nb").replace("\N{NO-BREAK SPACE}", " ")
    assert "<strong>6,0 s</strong>, et avvik rettet etter <strong>1 min 12 s</strong>, i sand" in told


def test_a_time_of_a_page_that_there_is_not_is_refused(sample: Site) -> None:
    with pytest.raises(UserError, match="took:clutser names no page"):
        fill('<span data-guide="took:clutser"></span>', Proofs.load(Project(sample.root)), "nb")


def test_no_page_copies_a_time_of_the_proof_by_hand(guide: Site) -> None:
    """The front page said "2 minutes on 29 November" beside a page that said 1 min 29 s on the day after."""
    copied = re.compile(
        r"\b[\d.,]+ (?:minutes|minutter|seconds|sekunder)\b"
        r".*(?:sandbox|sandkassen|in the same place|samme sted)"
    )
    for page in Project(guide.root).nav:
        for language in ("nb", "en"):
            text = (guide.root / f"docs/{language}/{page}").read_text("utf-8")
            assert copied.search(text) is None, f"{language}/{page}"


def test_what_one_gets_and_needs_is_framed_and_nothing_else(sample: Site) -> None:
    page = sample.root / "docs/nb/cluster.md"
    facts = "Først.\n\n**Når du er ferdig,** sitter du.\n\n**Du trenger** en stol.\n\n## Steg"
    page.write_text(page.read_text("utf-8").replace("## Steg", facts) + "\n**Fet** slutt.\n", "utf-8")
    assert sample.build() == []
    words = re.sub(r"<[^>]+>", "", opening(sample)).split()
    assert " ".join(words) == "Når du er ferdig, sitter du. Du trenger en stol."


def test_every_chapter_says_what_one_gets_and_needs(guide: Site) -> None:
    chapters = 0
    for page in Project(guide.root).nav:
        for folder in ("", "en/"):
            name = f"{folder}{page.removesuffix('.md')}/index.html"
            if page != "index.md" and 'class="guide-block guide-step"' in guide.read(name):
                assert opening(guide, name).count("<p><strong>") >= 2, name
                chapters += 1
    assert chapters >= 8


def test_steps_are_counted_from_one_in_the_order_of_the_page(built: Site, guide: Site) -> None:
    assert re.findall(r"<span>Step (\d+)</span>", built.read("en/cluster/index.html")) == ["1", "2", "3"]
    for page in ("cluster", "certificates", "ingress"):
        numbers = re.findall(r"<span>Steg (\d+)</span>", guide.read(f"{page}/index.html"))
        assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_nothing_that_is_copied_has_a_prompt() -> None:
    steps = [path for kind in ("*.sh", "*.ps1") for path in SNIPPETS.rglob(kind)]
    prompt = re.compile(r"^\s*(\$ |# ?\$|PS\b.*>|\w+@[\w-]+:.*[$#] )", re.MULTILINE)
    assert steps
    assert [path.name for path in steps if prompt.search(path.read_text(encoding="utf-8"))] == []
    assert prompt.search("$ kubectl get nodes")


browser = pytest.mark.browser


@browser
def test_marks_are_remembered_in_both_languages_and_can_be_forgotten(tab: Tab, sample_origin: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    step = page.get_by_role("button", name="Steget sample-wait er gjort")
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Kapitlet er gjort").click()
    expect(page.get_by_role("status")).to_contain_text("1 av 1 kapitler")
    page.goto(sample_origin + "/en/cluster/")
    expect(page.get_by_role("button", name="The step sample-wait is done")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("button", name="The step sample-linux is done")).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(page.locator(".md-nav--primary .guide-is-done")).to_have_text(re.compile("The cluster|Cluster"))
    page.goto(sample_origin + "/en/")
    expect(page.get_by_role("status")).to_contain_text("1 of 1 chapters")
    page.get_by_role("button", name="Forget what I have done").click()
    expect(page.locator(".guide-progress")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('guide.done'))") == []
    assert page.context.cookies() == []


@browser
def test_the_next_chapter_is_named_where_the_reader_left(tab: Tab, guide_origin: str) -> None:
    page = tab.page
    page.goto(guide_origin + "/cluster/")
    page.get_by_role("button", name="Kapitlet er gjort").click()
    page.goto(guide_origin + "/")
    page.get_by_role("status").get_by_role("link", name="Sertifikater").click()
    expect(page).to_have_url(guide_origin + "/certificates/")


@browser
@pytest.mark.parametrize("spoilt", ["not json", "{}", '{"a": 1}'])
def test_a_memory_that_is_not_ours_does_no_harm(tab: Tab, sample_origin: str, spoilt: str) -> None:
    page = tab.page
    page.goto(sample_origin + "/cluster/")
    page.evaluate("text => localStorage.setItem('guide.done:/', text)", spoilt)
    page.reload()
    expect(page.get_by_role("button", name="Kapitlet er gjort")).to_have_attribute("aria-pressed", "false")


@browser
def test_without_scripts_nothing_is_promised(chromium: Browser, sample_origin: str) -> None:
    with open_tab(chromium, java_script_enabled=False) as opened:
        opened.page.goto(sample_origin + "/cluster/")
        expect(opened.page.locator(".guide-progress")).to_be_hidden()


@browser
def test_outputs_cannot_be_copied_and_every_command_can(
    tab: Tab, guide_origin: str, pages: list[str]
) -> None:
    for path in pages:
        tab.page.goto(guide_origin + path)
        assert copyable(tab.page) == []


def copyable(page: Page) -> list[str]:
    """Blocks that have a copy button and should not, or lack one."""
    faults: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".guide-block")].filter(block =>
             block.matches(".guide-output") !== block.querySelector(".highlight").matches(".no-copy")
           ).map(block => block.id)"""
    )
    return faults


@browser
@pytest.mark.parametrize("width", [390, 1280])
def test_no_button_lies_over_a_command(tab: Tab, guide_origin: str, width: int) -> None:
    page = tab.page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(guide_origin + "/cluster/")
    block = page.locator("#cluster-install")
    block.scroll_into_view_if_needed()
    button, code = block.locator("button.md-code__button"), block.locator("code")
    expect(button).to_be_visible()
    assert (lower := button.bounding_box())
    assert (upper := code.bounding_box())
    assert lower["y"] + lower["height"] <= upper["y"] + 1
    assert lower["x"] + lower["width"] <= width
