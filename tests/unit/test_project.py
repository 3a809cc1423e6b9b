"""Finding the guide, its reading order and its pages."""

import json
from pathlib import Path

import pytest

from guide.paths import ROOT
from walkthrough.errors import UserError
from walkthrough.pages import loading
from walkthrough.pages.languages import compare_all
from walkthrough.project import Project
from walkthrough.proof import storage

from .conftest import LANGUAGES, SmallGuide


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


def test_a_page_is_read_once_while_one_look_lasts(guide: SmallGuide) -> None:
    path = guide.page("one\n")
    with loading.each_once():
        first = loading.load(path)[0]
        path.write_text("---\ntitle: Two\n---\n")
        assert loading.load(path)[0] is first
    assert loading.load(path)[0].meta == {"title": "Two"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("site_name: x\n", "the site has no reading order"),
        ("nav: [a.md, a.md]\n", "a.md stands twice in nav"),
        ("nav: [a.md\n", "this is not YAML"),
    ],
)
def test_a_reading_order_that_is_none(guide: SmallGuide, text: str, what: str) -> None:
    guide.write("mkdocs.yml", text)
    with pytest.raises(UserError, match=what):
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


def test_a_page_with_a_chain_of_its_own_stands_on_nothing_and_nothing_on_it(guide: SmallGuide) -> None:
    guide.nav("index.md", "alone.md", "cluster.md", "certificates.md")
    guide.page("---\nchain: own\n---\n\n# Alone\n", "alone.md")
    guide.page("# Cluster\n", "cluster.md")
    assert guide.project.chain(["alone"]) == ("alone.md",)
    assert guide.project.chain(["cluster"]) == ("index.md", "cluster.md")
    assert guide.project.chain(["cluster", "alone"]) == ("index.md", "alone.md", "cluster.md")
    assert guide.project.chain() == guide.project.nav


def test_an_unknown_page_is_refused_with_those_that_exist(guide: SmallGuide) -> None:
    with pytest.raises(UserError) as caught:
        guide.project.chain(["certificate"])
    assert "no page 'certificate'" in str(caught.value)
    assert "choose among index" in str(caught.value)


@pytest.mark.parametrize("name", ["", "/", "/etc/passwd", "..", "../x", "a" * 5000, "\udcff", "a\nb", "docs"])
@pytest.mark.parametrize("languages", ["", LANGUAGES])
def test_what_is_no_page_is_none_on_any_site(guide: SmallGuide, name: str, languages: str) -> None:
    guide.nav("index.md", languages=languages)
    with pytest.raises(UserError, match="there is no page") as told:
        guide.project.page_named(name)
    assert told.value.fix == "choose among index"


def test_the_guide_of_a_file_is_the_nearest_one_above_it(guide: SmallGuide) -> None:
    assert Project.of(guide.page("text")).root == guide.root
    with pytest.raises(UserError, match=r"no mkdocs\.yml in this folder or above"):
        Project.of(Path("/nowhere/at/all.md"))


def test_this_repository_has_a_reading_order() -> None:
    assert Project(ROOT).nav[0] == "index.md"


def _i18n(structure: str | None, *locales: str, default: str) -> str:
    languages = [{"locale": locale, "name": locale, "default": locale == default} for locale in locales]
    options = {"languages": languages} | ({"docs_structure": structure} if structure else {})
    return f"plugins: {json.dumps([{'i18n': options}])}\n"


@pytest.mark.parametrize(
    ("plugins", "languages", "files"),
    [
        pytest.param("", ("",), ["docs/a/b.md"], id="one"),
        pytest.param("plugins: [search]\n", ("",), ["docs/a/b.md"], id="another-plugin"),
        pytest.param(
            _i18n("folder", "en", "nb", "fr", default="nb"),
            ("nb", "en", "fr"),
            ["docs/nb/a/b.md", "docs/en/a/b.md", "docs/fr/a/b.md"],
            id="a-folder-each",
        ),
        pytest.param(
            _i18n("suffix", "nb", "en", default="nb"),
            ("nb", "en"),
            ["docs/a/b.md", "docs/a/b.en.md"],
            id="a-suffix-each",
        ),
        pytest.param(
            _i18n(None, "de", "en", default="en"),
            ("en", "de"),
            ["docs/a/b.md", "docs/a/b.de.md"],
            id="its-default",
        ),
    ],
)
def test_the_languages_are_those_of_the_site(
    guide: SmallGuide, plugins: str, languages: tuple[str, ...], files: list[str]
) -> None:
    guide.nav("a/b.md", languages=plugins)
    project = guide.project
    assert project.languages == languages
    assert project.primary == languages[0]
    paths = [project.page_path("a/b.md", language) for language in languages]
    assert [project.relative(path) for path in paths] == files
    for path, language in zip(paths, languages, strict=True):
        assert project.language_of(path) == language
        assert project.page_of(path) == "a/b.md"
        assert project.page_named(project.relative(path)) == "a/b.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [list(project.pages_in(language)) for language in languages] == [[path] for path in paths]


@pytest.mark.parametrize("structure", ["folder", "suffix"])
def test_three_languages_are_compared_with_the_one_that_runs(guide: SmallGuide, structure: str) -> None:
    guide.nav("index.md", languages=_i18n(structure, "fr", "en", "de", default="en"))
    project = guide.project
    for language in project.languages:
        body = "true" if language != "de" else "false"
        text = f"```{{.bash .step #index-go}}\n{body}\n```\n"
        guide.write(project.relative(project.page_path("index.md", language)), text)
    (error,) = compare_all(project)
    assert error.what.startswith("index-go has another body than en at ")
    assert error.where == f"{project.relative(project.page_path('index.md', 'de'))}:1"


def test_a_site_of_one_language_runs(guide: SmallGuide) -> None:
    guide.nav("index.md", languages="")
    guide.write(
        "docs/index.md", "```{.bash .step #index-go}\necho here\n```\n\n```{.text .output}\nhere\n```\n"
    )
    ended = guide.run()
    assert ended.code == 0, ended.out
    made = storage.load("local", project=guide.project)
    assert made is not None
    assert made.counts == {"": {"passed": 2}}
    assert list(made.pages["index.md"]) == [""]


@pytest.mark.parametrize(
    ("plugins", "what"),
    [
        ("plugins: [{i18n: {languages: [nb]}}]\n", "plugins"),
        ("plugins: [{i18n: {languages: [{locale: ../x}]}}]\n", "plugins"),
        ("plugins: [{i18n: {docs_structure: pile}}]\n", "plugins"),
        ("plugins: 5\n", "plugins"),
    ],
)
def test_languages_that_are_none(guide: SmallGuide, plugins: str, what: str) -> None:
    guide.nav("index.md", languages=plugins)
    with pytest.raises(UserError, match=what) as caught:
        _ = guide.project.languages
    assert str(caught.value.where).startswith("mkdocs.yml:")


@pytest.mark.parametrize(
    "entry", ["mailto:a@b.test", "//cdn.test/x", "tel:+4712345678", "https://a.test/../b"]
)
def test_a_link_to_elsewhere_in_nav_is_no_page(guide: SmallGuide, entry: str) -> None:
    guide.write("mkdocs.yml", f"nav: [index.md, {{Elsewhere: '{entry}'}}]\n")
    assert guide.project.nav == ("index.md",)


@pytest.mark.parametrize(
    "entry", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/x"]
)
def test_a_program_in_nav_is_refused(guide: SmallGuide, entry: str) -> None:
    guide.write("mkdocs.yml", f"nav:\n  - index.md\n  - Elsewhere: '{entry}'\n")
    with pytest.raises(UserError) as error:
        _ = guide.project.nav
    assert error.value.where == "mkdocs.yml:3"
