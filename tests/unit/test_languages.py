"""Both languages tell the reader to do the same, or both page:lines are named."""

from __future__ import annotations

import pytest

from guide.paths import ROOT
from tests.pages import pages_of_this_repository
from walkthrough.errors import UserError
from walkthrough.pages.languages import compare_all
from walkthrough.project import Project
from walkthrough.run.verify import problems

from .conftest import LANGUAGES, SmallGuide

A = '```{.bash .step #a timeout=50 title="Norsk"}\necho a\n```\n\n'
OUT = "```{.text .output}\na\n```\n\n"
B = "```{.bash .check #b}\necho b\n```\n\n"
SKIP = '```{.powershell .skip #s reason="trenger Windows"}\nx\n```\n'


def errors(guide: SmallGuide, nb: str, en: str) -> list[UserError]:
    guide.page(nb, languages=["nb"])
    guide.page(en, languages=["en"])
    return compare_all(guide.project)


def test_prose_titles_and_reasons_may_differ(guide: SmallGuide) -> None:
    en = (A + OUT + B + SKIP).replace("Norsk", "English").replace("trenger", "needs")
    assert errors(guide, f"# Tittel\n\n{A}tekst\n\n{OUT}{B}{SKIP}", f"{en}\n# Title\n") == []


@pytest.mark.parametrize(
    ("en", "where", "what"),
    [
        (A.replace("echo a", "echo A") + B, 1, "a has another body than nb at docs/nb/index.md:3"),
        (
            A.replace("timeout=50", "timeout=60") + B,
            1,
            "a has other attributes than nb at docs/nb/index.md:3",
        ),
        (A.replace(".step", ".step .cleanup") + B, 1, "a has other classes than nb at docs/nb/index.md:3"),
        (A.replace(".step", ".check") + B, 1, "a has other kind than nb at docs/nb/index.md:3"),
        (A.replace("#a", "#x") + B, 1, "x stands in en, and not in nb at this place: docs/nb/index.md:3"),
        (A, 1, "b stands in nb at docs/nb/index.md:7, and not in en at this place"),
        (B, 1, "a stands in nb at docs/nb/index.md:3, and not in en at this place"),
        (A + OUT + B, 5, "a:stdout stands in en, and not in nb at this place: docs/nb/index.md:7"),
        (B + A, 1, "b stands in en, and not in nb at this place: docs/nb/index.md:3"),
        ("nothing\n", 1, "a stands in nb at docs/nb/index.md:3, and not in en at this place"),
    ],
)
def test_a_difference_names_both_places(guide: SmallGuide, en: str, where: int, what: str) -> None:
    found = errors(guide, f"# Tittel\n\n{A}{B}", en)
    assert any(what in error.what and error.where == f"docs/en/index.md:{where}" for error in found), (
        "\n".join(map(str, found))
    )
    assert all(error.fix for error in found)


def test_another_body_is_shown_as_a_difference(guide: SmallGuide) -> None:
    (error,) = errors(guide, A, A.replace("echo a", "echo A"))
    assert "-echo a\n+echo A" in error.what


def test_the_title_of_a_manifest_is_no_prose(guide: SmallGuide) -> None:
    guide.write("manifests/a.yaml", "a: 1\n")
    guide.write("manifests/b.yaml", "a: 1\n")
    page = '```{.yaml .manifest title="a.yaml"}\na: 1\n```\n'
    assert errors(guide, page, page) == []
    assert errors(guide, page, page.replace("a.yaml", "b.yaml"))


def test_an_absent_translation(guide: SmallGuide) -> None:
    guide.page(A, languages=["nb"])
    _, found = problems(guide.project)
    assert [(error.what, error.where) for error in found] == [
        ("index.md is missing in en", "docs/nb/index.md:1")
    ]


def test_a_page_in_nav_that_nobody_wrote(guide: SmallGuide) -> None:
    guide.write(
        "mkdocs.yml", "site_name: x\nnav:\n  - index.md\n  - More:\n      - Title: more.md\n" + LANGUAGES
    )
    guide.page("x\n")
    _, found = problems(guide.project)
    assert [(error.what, error.where) for error in found] == [
        ("more.md is missing in nb", "mkdocs.yml:5"),
        ("more.md is missing in en", "mkdocs.yml:5"),
    ]
    guide.write("mkdocs.yml", "nav:\n  - index.md\n  - a.md\n\n  - X: index.md\n" + LANGUAGES)
    with pytest.raises(UserError, match="twice") as caught:
        problems(guide.project)
    assert caught.value.where == "mkdocs.yml:5"


def test_the_languages_of_this_repository_agree() -> None:
    assert compare_all(Project(ROOT), pages_of_this_repository()) == []
