"""Finding the guide, its reading order and its pages."""

from pathlib import Path

import pytest

from guide.errors import GuideError
from guide.paths import ROOT
from guide.project import Project

from .conftest import SmallGuide


def test_the_reading_order_is_nav_whatever_else_the_file_holds(guide: SmallGuide) -> None:
    guide.write(
        "mkdocs.yml",
        """
        site_url: !ENV [SITE_URL, "http://127.0.0.1/"]
        markdown_extensions:
          - pymdownx.emoji:
              emoji_index: !!python/name:material.extensions.emoji.twemoji
        nav:
          - Start: index.md
          - Del 1:
              - cluster.md
              - Mer: extra/certificates.md
          - Ute: https://example.test/
        """,
    )
    assert guide.project.nav == ("index.md", "cluster.md", "extra/certificates.md")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("site_name: x\n", "the guide has no reading order"),
        ("nav: [a.md, a.md]\n", "a.md stands twice in nav"),
        ("nav: [a.md\n", "this is not YAML"),
    ],
)
def test_a_reading_order_that_is_none(guide: SmallGuide, text: str, what: str) -> None:
    guide.write("mkdocs.yml", text)
    with pytest.raises(GuideError, match=what):
        _ = guide.project.nav


@pytest.mark.parametrize(
    "name",
    [
        "certificates",
        "certificates.md",
        "docs/nb/certificates.md",
        "docs/en/certificates",
        "./docs/nb/certificates.md",
        "nb/certificates.md",
    ],
)
def test_a_page_goes_by_many_names(guide: SmallGuide, name: str) -> None:
    guide.nav("index.md", "certificates.md", "ingress.md")
    assert guide.project.page_named(name) == "certificates.md"
    assert guide.project.page_named(str(guide.root / "docs/nb/certificates.md")) == "certificates.md"


def test_a_page_brings_along_all_that_come_before_it(guide: SmallGuide) -> None:
    guide.nav("index.md", "cluster.md", "certificates.md", "ingress.md")
    assert guide.project.chain(["certificates", "cluster"]) == ("index.md", "cluster.md", "certificates.md")
    assert guide.project.chain() == guide.project.nav


def test_an_unknown_page_is_refused_with_those_that_exist(guide: SmallGuide) -> None:
    with pytest.raises(GuideError) as caught:
        guide.project.chain(["certificate"])
    assert "no page 'certificate'" in str(caught.value)
    assert "choose among index" in str(caught.value)


def test_the_guide_of_a_file_is_the_nearest_one_above_it(guide: SmallGuide) -> None:
    assert Project.of(guide.page("text")).root == guide.root
    with pytest.raises(GuideError, match=r"no mkdocs\.yml above"):
        Project.of(Path("/nowhere/at/all.md"))


def test_this_repository_has_a_reading_order() -> None:
    assert Project(ROOT).nav[0] == "index.md"
