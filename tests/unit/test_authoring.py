"""A page is begun by a command, and what it begins with is right."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from guide.authoring import new_page
from tests.site.site_support import Site, make_sample
from walkthrough.errors import UserError
from walkthrough.pages.languages import compare_all
from walkthrough.pages.loading import load_all
from walkthrough.project import Project

from .conftest import EXTENSIONS, LANGUAGES

TITLES = {"nb": "Målinger: de første", "en": "Metrics: the first"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_sample(tmp_path / "guide")


def test_a_new_page_builds_in_both_languages_and_has_a_step_to_run(site: Site) -> None:
    files = new_page(Project(site.root), "metrics", TITLES)
    assert [path.relative_to(site.root).as_posix() for path in files] == [
        "docs/nb/metrics.md",
        "docs/en/metrics.md",
        "snippets/metrics/look.sh",
        "mkdocs.yml",
    ]
    assert site.build() == []
    assert '<h1 id="metrics">Målinger: de første' in site.read("metrics/index.html")
    project = Project(site.root)
    guide = load_all(project)
    assert guide.errors == []
    assert compare_all(project) == []
    (step,) = guide.pages["nb", "metrics.md"].blocks
    assert (step.id, step.body) == ("metrics-look", "kubectl get nodes\n")
    assert 'class="guide-opening"' in site.read("en/metrics/index.html")


def test_it_comes_before_what_ends_the_guide_or_where_one_says(site: Site) -> None:
    new_page(Project(site.root), "metrics", TITLES)
    assert Project(site.root).nav == ("index.md", "cluster.md", "metrics.md", "proof.md")
    new_page(Project(site.root), "logs", TITLES, after="index")
    assert Project(site.root).nav == ("index.md", "logs.md", "cluster.md", "metrics.md", "proof.md")


def test_the_settings_keep_their_comments_and_titled_pages_are_found(site: Site) -> None:
    config = site.root / "mkdocs.yml"
    more = f"{EXTENSIONS}{LANGUAGES}"
    config.write_text(f"# ours\nnav:\n  - Home: index.md # first\n  - proof.md\n{more}", encoding="utf-8")
    new_page(Project(site.root), "metrics", TITLES, after="index")
    wanted = f"# ours\nnav:\n  - Home: index.md # first\n  - metrics.md\n  - proof.md\n{more}"
    assert config.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize(
    "name", ["ci", "Metrics", "my page", "../etc", "9lives", "", "a--b", "abc-", "a" * 61]
)
def test_a_name_that_the_site_would_not_take_is_refused(site: Site, name: str) -> None:
    with pytest.raises(UserError, match="cannot be the name"):
        new_page(Project(site.root), name, TITLES)


def test_nothing_is_overwritten_and_nothing_half_done(site: Site) -> None:
    before = (site.root / "mkdocs.yml").read_text(encoding="utf-8")
    (site.root / "snippets/metrics").mkdir()
    with pytest.raises(UserError, match="there already"):
        new_page(Project(site.root), "metrics", TITLES)
    with pytest.raises(UserError, match="no page 'gone'"):
        new_page(Project(site.root), "other", TITLES, after="gone")
    assert not (site.root / "docs/nb/metrics.md").exists()
    assert not (site.root / "docs/nb/other.md").exists()
    assert (site.root / "mkdocs.yml").read_text(encoding="utf-8") == before


#: What would break the page, hide in it, or be no text at all.
TITLES_THAT_ARE_NONE = [
    *("a\nb", "a\r\nb", "a\tb", "", "   "),
    *("<script>x</script>", "a <!-- b"),
    *("\0", "\ud800", "\u202eabc", "a\u200bb", "\x1b[31m", "x" * 121, "\u2028y"),
]


@pytest.mark.parametrize("title", TITLES_THAT_ARE_NONE)
def test_a_title_that_is_none_is_refused_and_nothing_is_left(site: Site, title: str) -> None:
    before = (site.root / "mkdocs.yml").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="cannot be a title") as told:
        new_page(Project(site.root), "metrics", {"nb": "Målinger", "en": title})
    assert told.value.where == "--en on the command line"
    str(told.value).encode()
    assert not list(site.root.rglob("*metrics*"))
    assert (site.root / "mkdocs.yml").read_text(encoding="utf-8") == before


#: Signs that YAML, Markdown, HTML or a template would take for more than signs.
SIGNS = {
    "yaml": "a: b # &x *y !!python/name:os.system - %",
    "yaml-words": "null",
    "yaml-day": "2026-01-01",
    "dashes": "---",
    "option": "-x --keep",
    "up": "../..",
    "markup": "1 < 2 & 3 > 2 [a](javascript:b) `c` *d* __e__ \\",
    "template": "{{ x }} {% y %} {name} {#other}",
    "sharp": "# C# | a || ~~b~~ ^c^",
    "family": "💥 👩\u200d👩\u200d👧 æøå",
}


def test_titles_are_shown_as_they_are_written(site: Site) -> None:
    for name, title in SIGNS.items():
        new_page(Project(site.root), f"signs-{name}", {"nb": title, "en": title})
    guide = load_all(Project(site.root))
    assert guide.errors == []
    assert site.build() == []
    for name, title in SIGNS.items():
        assert guide.pages["nb", f"signs-{name}.md"].meta["title"] == title
        (heading,) = re.findall(r"<h1 id=.*?>(.*?)<a ", site.read(f"signs-{name}/index.html"))
        assert unescape(re.sub(r"<[^>]*>", "", heading)) == title


@pytest.mark.parametrize("title", ['--8<-- "snippets/x"', "*[A]: b"])
def test_a_title_that_would_make_a_wrong_page_leaves_nothing(site: Site, title: str) -> None:
    before = (site.root / "mkdocs.yml").read_text(encoding="utf-8")
    with pytest.raises(UserError, match="would be wrong"):
        new_page(Project(site.root), "metrics", {**TITLES, "en": title})
    assert not list(site.root.rglob("*metrics*"))
    assert (site.root / "mkdocs.yml").read_text(encoding="utf-8") == before
