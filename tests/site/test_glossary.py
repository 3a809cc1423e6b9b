"""The guide's words: one source for the glossary, the tooltips and the authors' table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from guide import terms
from guide.paths import ROOT
from guide.site.glossary import explain
from guide.terms import Term
from tests.site.site_support import Site, Tab
from walkthrough.errors import UserError

DRIFT = Term("drift", {"nb": "avvik", "en": "drift"}, {"nb": ["avviket"]}, {"nb": "<Forskjell>", "en": "Gap"})


def told(html: str) -> str:
    return explain(html, [DRIFT], "nb", "../glossary/")


def test_the_authors_table_is_made_of_the_terms() -> None:
    wanted = terms.table(terms.load(ROOT))
    assert wanted in (ROOT / "docs-dev/language.md").read_text(encoding="utf-8"), (
        f"docs-dev/language.md should have this table; put new words into {terms.SOURCE}:\n{wanted}"
    )


def test_a_word_is_explained_where_it_first_stands_and_in_any_form() -> None:
    html = told("<p>Avviket rettes. Et avvik til.</p>")
    assert html.startswith(
        '<p><span class="guide-term"><a href="../glossary/#drift" aria-describedby="term-drift">'
    )
    assert ">Avviket</a>" in html
    assert "&lt;Forskjell&gt;" in html
    assert html.endswith("</span> rettes. Et avvik til.</p>")


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Et avvik</h2>",
        "<p><code>avvik</code></p>",
        '<p><a href="#">avvik</a></p>',
        "<p>avvikshåndtering, gitops-avvik</p>",
        '<p title="avvik">x</p>',
        "<div>avvik</div>",
        "<pre>avvik</pre>",
        '<p class="guide-note">avvik</p>',
        '<ol class="guide-stack"><li>avvik</li></ol>',
        '<table><tbody data-guide="recorded"><tr><td>avvik</td></tr></tbody></table>',
        "<p><a>x <br> avvik</a></p>",
    ],
)
def test_names_links_code_and_parts_of_words_are_left_alone(html: str) -> None:
    assert told(html) == html


def test_the_glossary_holds_every_explained_word_in_both_languages(guide: Site) -> None:
    explained = {term.id for term in terms.load(ROOT) if term.means}
    for page in ("glossary/index.html", "en/glossary/index.html"):
        assert set(re.findall(r'<dt id="([\w-]+)">', guide.read(page))) == explained
    words = re.findall(r'<dt id="[\w-]+">(\S+)', guide.read("glossary/index.html"))
    assert words.index("avvik") < words.index("verktøykasse")


def test_every_tooltip_leads_to_its_entry(guide: Site) -> None:
    links = 0
    for page in guide.output.rglob("index.html"):
        locale = "en/" if page.relative_to(guide.output).parts[0] == "en" else ""
        for address, name in re.findall(r'href="([^"]*)#([\w-]+)" aria-describedby', page.read_text("utf-8")):
            target = (page.parent / address / "index.html").resolve()
            assert target == guide.output / locale / "glossary/index.html"
            assert f'<dt id="{name}">' in target.read_text("utf-8")
            links += 1
    assert links > 50


def test_what_a_word_means_is_not_searched(guide: Site) -> None:
    means = next(term.means["nb"] for term in terms.load(ROOT) if term.id == "drift")
    index = guide.read("search/index.json")
    assert index.count(means) == 1, "in the glossary, and nowhere else"
    assert f"avvik drift <p>{means}</p>" in index, "each entry by itself, so that a result can show one"


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("- {id: x, nb: y}", "lacks 'en'"),
        ("- {id: x, nb: y, en: z, meaning: w}", "unknown 'meaning'"),
        ("- {id: x, nb: y, en: z, means: {nb: w}}", "lacks 'en'"),
        ("- {id: x", "not YAML"),
        ("- {id: x, nb: y, en: z}\n- {id: x, nb: v, en: w}", "the term x stands twice"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, complaint: str) -> None:
    (tmp_path / "docs-dev").mkdir()
    (tmp_path / terms.SOURCE).write_text(entry, encoding="utf-8")
    with pytest.raises(UserError, match=complaint):
        terms.load(tmp_path)


@pytest.mark.browser
def test_a_meaning_shows_on_focus_and_on_pointing_and_leaves_with_escape(tab: Tab, guide_origin: str) -> None:
    page = tab.page
    page.goto(guide_origin + "/certificates/")
    term = page.locator(".guide-term").first
    link, meaning = term.locator("a"), term.get_by_role("tooltip", include_hidden=True)
    expect(meaning).to_be_hidden()
    link.focus()
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    link.blur()
    link.hover()
    expect(meaning).to_be_visible()
    meaning.hover()
    expect(meaning).to_be_visible()
    expect(link).to_have_accessible_description(str(meaning.text_content()))


@pytest.mark.browser
def test_no_meaning_leaves_a_small_screen(tab: Tab, guide_origin: str) -> None:
    page = tab.page
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/cluster/", "/en/certificates/"):
        page.goto(guide_origin + path)
        for term in page.locator(".guide-term").all():
            term.locator("a").focus()
            box = term.get_by_role("tooltip").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_phrase_in_which_the_word_is_another_one_is_left_alone() -> None:
    words, means = {"nb": "tjeneste", "en": "service"}, {"nb": "Et navn", "en": "A name"}
    service = Term("service", words, means=means, unless={"en": ["service account"]})
    html = explain("<p>A service account for a service.</p>", [service], "en", "/g/")
    assert html.startswith("<p>A service account for a <span")
