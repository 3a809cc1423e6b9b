"""Pictures are drawn from text: what is drawn, and what a wrong source is told."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from guide.paths import ROOT
from guide.site.drawing import width, wrapped
from guide.site.pictures import FOLDER, fill, picture
from guide.site.texts import LOCALES, Locale
from tests.site.site_support import Site, Tab
from walkthrough.errors import UserError

NAMES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))
SEQUENCE = """
kind: sequence
title: {nb: Kort, en: Short}
actors: {you: {nb: Du, en: You}, git: git}
messages:
  - {from: you, to: git, as: push, label: {nb: <sender>, en: <sends>}}
  - {from: git, to: git, as: flow, label: {nb: tenker, en: thinks}}
"""


def source(folder: Path, text: str) -> Path:
    (folder / FOLDER).mkdir()
    (folder / FOLDER / "short.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_guide_has_its_overview_and_its_three_flows() -> None:
    assert {"overview", "delivery", "drift", "build"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_picture_has_a_name_and_says_what_it_shows(name: str, locale: Locale) -> None:
    html = picture(name, ROOT, locale)
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", html)[0])  # type: ignore[index]
    spoken = [svg.find(f"{{*}}{part}") for part in ("title", "desc")]
    assert all(part is not None and part.text for part in spoken)
    assert svg.get("aria-labelledby", "").split() == [part.get("id") for part in spoken if part is not None]
    assert svg.get("lang") == locale


def test_the_overview_shows_all_eight_products() -> None:
    html = picture("overview", ROOT, "nb")
    for product in ("Multipass", "MicroK8s", "cert-manager", "NGINX", "Nyan", "Gitea", "Argo CD", "Drone"):
        assert f">{product}<" in html


def test_a_sequence_is_told_in_words_too(tmp_path: Path) -> None:
    html = picture("short", source(tmp_path, SEQUENCE), "en")
    assert "<ol><li>You → git: &lt;sends&gt;</li><li>git: thinks</li></ol>" in html
    assert 'id="picture-short-desc">1. You → git: &lt;sends&gt;. 2. git: thinks.</desc>' in html


def test_a_search_finds_a_sequence_by_its_words_and_not_by_its_drawing(guide: Site) -> None:
    index = guide.read("en/search/index.json")
    assert "A delivery, from commit to page<ol><li>You → Gitea: git push of a changed manifest</li>" in index
    assert "YouGitea" not in index


def test_only_the_line_of_its_own_is_a_picture(tmp_path: Path) -> None:
    root = source(tmp_path, SEQUENCE)
    line = '<div data-guide="picture:short"></div>'
    assert "<svg" in fill(f"Words\n\n{line}\n", root, "nb")
    assert fill(f"Write `{line}` there.", root, "nb") == f"Write `{line}` there."


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("to: git, as: push", "to: gut, as: push"), "no actor «gut»"),
        (("as: push", "as: shove"), "'shove' is none of pull"),
        (("{nb: tenker, en: thinks}", "{nb: tenker}"), "label: it lacks 'en'"),
        (("kind: sequence", "kind: comic"), "'comic' is none of map"),
        (("title: {nb: Kort, en: Short}", ""), "lacks 'title'"),
        (("kind: sequence", "kind: [sequence"), "not YAML"),
    ],
)
def test_a_wrong_source_is_told_where_and_what(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    root = source(tmp_path, SEQUENCE.replace(*change))
    with pytest.raises(UserError, match=complaint) as raised:
        picture("short", root, "nb")
    assert str(raised.value.where).partition(":")[0] == "pictures/short.yaml"


def test_a_page_with_an_unknown_picture_stops_the_build(sample: Site) -> None:
    page = sample.root / "docs/en/index.md"
    page.write_text(page.read_text(encoding="utf-8") + '\n<div data-guide="picture:gone"></div>\n', "utf-8")
    (said,) = [line for line in sample.build() if "gone" in line][:1]
    assert "en/index.md" in said


def test_words_break_into_lines_that_fit() -> None:
    lines = wrapped("one two three four", 10, 50)
    assert len(lines) > 1
    assert " ".join(lines) == "one two three four"
    assert all(width(line, 10) <= 50 for line in lines)


@pytest.mark.browser
@pytest.mark.parametrize("locale", LOCALES)
def test_no_words_leave_the_box_or_the_picture_or_lie_on_other_words(
    tab: Tab, guide_origin: str, locale: Locale
) -> None:
    """The widths are estimates: a browser with its own fonts says whether they hold."""
    tab.page.goto(guide_origin)
    for name in NAMES:
        html = picture(name, ROOT, locale)
        tab.page.evaluate("html => document.querySelector('article').innerHTML = html", html)
        assert tab.page.evaluate(FAULTS) == [], name


FAULTS = """() => {
  const svg = document.querySelector("svg.pic"), view = svg.viewBox.baseVal, faults = []
  const texts = [...svg.querySelectorAll("text")].map(text => ({ text, box: text.getBBox() }))
  const boxes = [...svg.querySelectorAll(".pic-node")].map(node => node.getBBox())
  const meet = (a, b, slack) => a.x + slack < b.x + b.width && b.x + slack < a.x + a.width &&
    a.y + slack < b.y + b.height && b.y + slack < a.y + a.height
  texts.forEach(({ text, box }, index) => {
    if (box.x < 0 || box.y < 0 || box.x + box.width > view.width || box.y + box.height > view.height)
      faults.push(`outside: ${text.textContent}`)
    for (const other of texts.slice(index + 1))
      if (meet(box, other.box, 4)) faults.push(`${text.textContent} on ${other.text.textContent}`)
    for (const node of boxes)
      if (meet(box, node, 1) && (box.x < node.x || box.x + box.width > node.x + node.width))
        faults.push(`leaves its box: ${text.textContent}`)
  })
  return faults
}"""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_screen_gets_every_line_of_a_picture(name: str, locale: Locale) -> None:
    html = picture(name, ROOT, locale)
    drawing, _, stack = html.partition('<ol class="guide-stack"')
    rows = re.findall(r"<li .*?</li>", stack.partition("</ol>")[0])
    lines = len(re.findall(r'class="pic-(?:pull|push|flow|reply)" d="M(?!4 )', drawing))
    if name != "ways":  # it has a row for each that asks, with all that answer
        assert len(rows) == lines
    assert len(rows) > 3
    assert all(re.search(r'guide-stack__end">\S', row) for row in rows)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_screen_is_told_what_the_colours_mean(name: str, locale: Locale) -> None:
    """Both colours are told wherever one is seen, and what a picture does not have is not."""
    stack = picture(name, ROOT, locale).partition('<ol class="guide-stack"')[2]
    rows, _, legend = stack.partition("</ol>")
    drawn = {
        kind
        for row in rows.split("<li ")
        for kind in re.findall(r"guide-stack__row--(\w+)", row)
        if row.count("guide-stack__end") == 2
    }
    told = set(re.findall(r"guide-stack__row--(\w+)", legend))
    assert told == (drawn if drawn & {"pull", "push"} else set())


@pytest.mark.browser
@pytest.mark.parametrize("wide", [320, 390])
def test_no_picture_scrolls_sideways_on_a_phone(tab: Tab, guide_origin: str, wide: int) -> None:
    tab.page.set_viewport_size({"width": wide, "height": 800})
    for page in ("", "delivery/", "nyan/", "close/", "en/", "en/close/"):
        tab.page.goto(f"{guide_origin}/{page}")
        assert tab.page.locator("ol.guide-stack").first.is_visible()
        assert not tab.page.locator(".guide-picture").first.is_visible()
        wider = "list => list.filter(one => one.scrollWidth > one.clientWidth + 1).length"
        assert tab.page.locator("ol.guide-stack, .guide-stack__row").evaluate_all(wider) == 0
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= wide
